// What a reader would stumble over in the page shown: a list of faults for each check, each told so that it can be found.
(() => {
  const shown = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0;
  const all = selector => [...document.querySelectorAll(selector)].filter(shown);
  const name = element => element.outerHTML.slice(0, 120).replace(/\s+/g, " ");
  const few = faults => faults.slice(0, 8);

  // Texts that a reader sees, each with the element in which it stands.
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() && shown(element) && !element.closest("script, style, option")) texts.push([walker.currentNode.data.trim(), element]);
  }

  const rawTex = texts
    .filter(([text, element]) => !element.closest("pre, code") && /\\[a-zA-Z]+|\\[([{]|\$[^\d\s]|:math:/.test(text))
    .map(([text]) => text.slice(0, 80));

  const formulas = [...document.querySelectorAll("main math")];
  const emptyFormulas = formulas.filter(formula => {
    const box = formula.getBoundingClientRect();
    return box.width < 1 || box.height < 1;
  });

  // What scrolls in a box of its own may be wider than the column of text. The column itself may not scroll, nor may anything be cut off at its edge.
  const column = document.querySelector(".bd-article-container") ?? document.body;
  const scrolls = element => element !== column && /auto|scroll/.test(getComputedStyle(element).overflowX);
  const hasScrollingBox = element => element !== column && (scrolls(element) || hasScrollingBox(element.parentElement));
  const edge = Math.min(innerWidth, column.getBoundingClientRect().right) + 1;
  const wide = [...column.querySelectorAll("*")].filter(
    element => shown(element) && element.getBoundingClientRect().right > edge && !hasScrollingBox(element.parentElement) && !scrolls(element)
  );
  const page = document.scrollingElement;
  const overflow = wide.map(name);
  for (const box of [column, ...all(".bd-sidebar")]) {
    if (box.scrollWidth > box.clientWidth) overflow.push(`${name(box)} is ${box.scrollWidth} pixels wide and shows ${box.clientWidth}`);
  }
  if (page.scrollWidth > page.clientWidth) overflow.push(`the page is ${page.scrollWidth} pixels wide in a window of ${page.clientWidth}`);

  // The thumbnails of the gallery stand beside the titles of what they lead to; they are decoration, which an empty text says.
  const images = all("img").filter(
    image => image.alt === null || !image.hasAttribute("alt") || (!image.alt.trim() && !image.src.includes("_thumb")) || !image.naturalWidth || image.getBoundingClientRect().width < 1
  );

  const structure = [];
  if (all("h1, [role=heading][aria-level='1']").length !== 1) structure.push("a page has one heading of the first level");
  const own = all("main h1, main h2, main h3, main h4, main h5, main h6").map(heading => Number(heading.tagName[1]));
  own.forEach((level, k) => { if (level > (own[k - 1] ?? 0) + 1) structure.push(`heading of level ${level} below level ${own[k - 1] ?? 0}`); });
  for (const landmark of ["header", "main", "footer", "nav"]) if (!document.querySelector(landmark)) structure.push(`no ${landmark}`);
  if (document.querySelectorAll("main").length > 1) structure.push("more than one main");
  if (!document.documentElement.lang) structure.push("the language is not named");
  if (!document.title.trim()) structure.push("no title");
  if (!document.querySelector("meta[name=viewport][content*='width=device-width']")) structure.push("telephones would shrink the page");
  const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
  structure.push(...new Set(ids.filter((id, k) => ids.indexOf(id) !== k).map(id => `two elements have the id ${id}`)));

  const tables = all("main table").filter(table => !table.matches(".indextable") && ![...table.querySelectorAll("th")].some(cell => cell.textContent.trim()));

  // What can be clicked has a name and can be reached with the Tab key.
  const clickable = all("a[href], button, input, select, textarea, summary, [onclick], [role=button], [role=link]");
  const named = element =>
    (element.ariaLabel ?? "").trim() || element.textContent.trim() || (element.title ?? "").trim() || [...element.querySelectorAll("img")].some(image => image.alt.trim()) || element.labels?.length;
  const nameless = clickable.filter(element => !named(element));
  const unreachable = clickable.filter(element => element.tabIndex < 0 && !element.disabled && element.ariaHidden !== "true");

  // Contrast as the Web Content Accessibility Guidelines define it.
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const parsed = new Map();
  const parse = colour => {
    if (!parsed.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      parsed.set(colour, [r, g, b, a / 255]);
    }
    return parsed.get(colour);
  };
  const over = ([r, g, b, a], [R, G, B]) => [a * r + (1 - a) * R, a * g + (1 - a) * G, a * b + (1 - a) * B, 1];
  const ground = element => {
    if (!element) return parse(matchMedia("(prefers-color-scheme: dark)").matches ? "black" : "white");
    const colour = parse(getComputedStyle(element).backgroundColor);
    return colour[3] === 1 ? colour : over(colour, ground(element.parentElement));
  };
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
  const opacity = element => (element ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1);
  const contrast = (element, style) => {
    const back = ground(element);
    const [r, g, b, a] = parse(style.color);
    const [one, other] = [light(over([r, g, b, a * opacity(element)], back)), light(back)];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  };
  const faint = [];
  for (const [text, element] of texts) {
    if (element.closest("[disabled]")) continue;
    const ratio = contrast(element, getComputedStyle(element));
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)}: ${text.slice(0, 40)} in ${name(element)}`);
  }
  for (const element of all("main *")) {
    for (const style of [getComputedStyle(element, "::before"), getComputedStyle(element, "::after")]) {
      if (/[a-z]{2}/i.test(style.content) && style.content !== "none" && style.content !== "normal" && contrast(element, style) < 4.5) faint.push(`${style.content} of ${name(element)}`);
    }
  }

  return {
    counts: { formulas: formulas.length, texts: texts.length, clickable: clickable.length },
    faults: {
      "raw TeX": few(rawTex),
      "formulas without extent": few(emptyFormulas.map(name)),
      "formulas with errors": few(all("merror").map(name)),
      "cut or too wide": few(overflow),
      "images": few(images.map(name)),
      "structure": few(structure),
      "tables without header cells": few(tables.map(name)),
      "without a name": few(nameless.map(name)),
      "out of reach of the Tab key": few(unreachable.map(name)),
      "contrast": few(faint),
    },
  };
})()
