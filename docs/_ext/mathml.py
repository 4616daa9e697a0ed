"""Mathematics as MathML, which browsers render themselves.

The formulas are converted while the pages are written, by the converter that comes with docutils. Pages
therefore need no script, no font file and no network, and a formula that cannot be read is a warning, so
that it fails a strict build instead of reaching a reader.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.utils.math import MathError, latex2mathml, pick_math_environment
from sphinx.util import logging

logger = logging.getLogger(__name__)

# Brackets that would grow around what is as low as a letter: browsers make them half as high again.
LOW = re.compile(r"\\left\(((?:(?!\\left|\\right|\\d?frac|\\sqrt|\\sum|\\prod|\\int|\\begin|\^).)*)\\right([)\]])")

# Browsers do not break formulas; one with more signs than this may be wider than a telephone.
MOST_SIGNS = 25


def plain_brackets(tex: str) -> str:
    """Let brackets grow only around what is high, the inner ones first."""
    while (plainer := LOW.sub(r"{(\1\2}", tex)) != tex:
        tex = plainer
    return tex


def convert(tex: str, location: Any, *, block: bool = False) -> str:
    """Return the MathML of a formula; the formula itself if it cannot be read."""
    known = re.sub(r"\\dots(?![a-z])", r"\\ldots", tex)  # the converter knows only the second name
    try:
        made = str(latex2mathml.tex2mathml(plain_brackets(known), as_block=block))
    except (MathError, SyntaxError) as error:
        logger.warning("cannot convert the formula %r: %s", tex, error, location=location)
        return f"<code>{nodes.unescape(tex)}</code>"
    return re.sub(r">\n\s*<", "><", made)


def visit_inline(self: Any, node: nodes.math) -> None:
    made = convert(node.astext(), node)
    if len(re.sub("<[^>]+>", "", made)) > MOST_SIGNS:
        made = f'<span class="long-math">{made}</span>'
    self.body.append(made)
    raise nodes.SkipNode


def visit_block(self: Any, node: nodes.math_block) -> None:
    tex = node.astext()
    environment = pick_math_environment(tex)
    if environment != "equation*":
        tex = f"\\begin{{{environment}}}{tex}\\end{{{environment}}}"
    self.body.append(self.starttag(node, "div", CLASS="math"))
    self.body.append(convert(tex, node, block=True) + "</div>")
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, Any]:
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
