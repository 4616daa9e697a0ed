"""Quote a model's proposition on a page, in the words of the model, and say what its letters mean: ``.. result:: tripwire: tied hands``."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from quotes import letters, quoted
from sphinx.util.docutils import SphinxDirective


class Result(SphinxDirective):
    """Insert the proposition as a paragraph of its own."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()
        try:
            text = quoted(self.arguments[0])
        except LookupError as error:
            raise self.error(str(error)) from None
        parts = self.parse_text_to_nodes(text)
        if symbols := letters(self.arguments[0]):
            parts.append(nodes.container("", *self.parse_text_to_nodes(symbols), classes=["letters"]))
        return [nodes.container("", *parts, classes=["result"])]


def setup(app: Any) -> dict[str, Any]:
    app.add_directive("result", Result)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
