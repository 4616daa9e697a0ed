// Remember what the Tab key reaches, and whether a reader would see where the focus is.
(() => {
  const shown = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0;
  const name = element => element.outerHTML.slice(0, 120).replace(/\s+/g, " ");
  // A frame around the element, around what is in it, or around the form to which it belongs.
  const frame = element =>
    [element, ...element.children, element.form].filter(Boolean).map(part => getComputedStyle(part)).map(style => `${style.outlineStyle === "none" ? "" : style.outline} ${style.boxShadow}`).join();
  const reached = new Set();
  const unseen = [];
  document.addEventListener("focusin", event => {
    const element = event.target;
    reached.add(element);
    if (!shown(element) || frame(element) === unframed.get(element)) unseen.push(name(element));
  });
  const clickable = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(element => shown(element) && !element.disabled);
  const unframed = new Map(clickable.map(element => [element, frame(element)]));
  window.keyboard = () => ({
    reached: reached.size,
    missed: clickable.filter(element => shown(element) && !reached.has(element)).map(name),
    unseen,
  });
  return clickable.length;
})()
