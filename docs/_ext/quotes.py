"""Statements of models' propositions as pages quote them."""

from __future__ import annotations

from rst import escape

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
