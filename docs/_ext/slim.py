"""Pages and pictures without what no reader sees, so that the site stays small and loads fast on a telephone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PIL import Image
from pygments.formatters import HtmlFormatter
from pygments.token import Name, Punctuation, Text, Whitespace
from sphinx.highlighting import PygmentsBridge

# Kinds of words in code that the theme shows in the colour of plain text.
PLAIN = (Name, Punctuation, Whitespace)


class PlainNames(HtmlFormatter[str]):
    """Leave plain names and blanks unmarked: half of the marks of a page of code."""

    def format(self, tokensource: Iterable[tuple[Any, str]], outfile: Any) -> None:
        super().format(((Text if kind in PLAIN else kind, text) for kind, text in tokensource), outfile)


def reduce_colours(path: Path) -> None:
    """Store a picture with a palette, which figures of few colours do not need more than."""
    with Image.open(path) as picture:
        if picture.mode == "P":
            return
        # Only one method knows transparency; the other one is the better one.
        is_opaque = "A" not in picture.mode or picture.getchannel("A").getextrema()[0] == 255
        method = Image.Quantize.MEDIANCUT if is_opaque else Image.Quantize.FASTOCTREE
        reduced = picture.convert("RGB" if is_opaque else "RGBA").quantize(256, method, dither=Image.Dither.NONE)
    reduced.save(path, optimize=True)


def finish(app: Any, exception: Exception | None) -> None:
    """Reduce the pictures, and leave out the theme's source maps, which only the tools of its developers would load."""
    if exception is None and app.builder.format == "html":
        for path in Path(app.outdir, "_static").rglob("*.map"):
            path.unlink()
        for path in Path(app.outdir, "_images").glob("*.png"):
            reduce_colours(path)


def setup(app: Any) -> dict[str, Any]:
    PygmentsBridge.html_formatter = PlainNames
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
