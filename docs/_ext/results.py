"""Quote a model's proposition on a page, in the words of the model: ``.. result:: tripwire: tied hands``."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from rst import escape
from sphinx.util.docutils import SphinxDirective

import alliancegames as ag


def quoted(reference: str) -> str:
    """Return the statement of a proposition with its model, fidelity and status, as reStructuredText.

    Parameters
    ----------
    reference : str
        Key of the model and name of the proposition, separated by a colon.
    """
    key, _, name = (part.strip() for part in reference.partition(":"))
    model = ag.models.get(key)
    stated = {proposition.name: proposition for proposition in model.propositions}
    if name not in stated:
        raise LookupError(f"the model {key} states no proposition {name!r}; it states {', '.join(map(repr, stated))}")
    found = stated[name]
    return f"{escape(found.statement)} (:doc:`{model.title} </models/{key}>`, {model.fidelity}, {found.status})"


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
        return [nodes.container("", *self.parse_text_to_nodes(text), classes=["result"])]


def setup(app: Any) -> dict[str, Any]:
    app.add_directive("result", Result)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
