"""Statements of models' propositions as pages quote them."""

from __future__ import annotations

import re
from typing import Any

from rst import escape

import alliancegames as ag

# A letter that is also an English word counts as a symbol only beside an operator or a bracket.
_WORD = r"(?:(?<=[-+*/=<>(\[] )|(?<=[-+*/=<>(\[])){0}(?!\w)|(?<![\w']){0}(?=(?: ?[-+*/=<>^)\]]))"


def _find(reference: str) -> tuple[Any, str, Any]:
    """Return the model, its key and the proposition."""
    key, _, name = (part.strip() for part in reference.partition(":"))
    model = ag.models.get(key)
    stated = {proposition.name: proposition for proposition in model.propositions}
    if name not in stated:
        raise LookupError(f"the model {key} states no proposition {name!r}; it states {', '.join(map(repr, stated))}")
    return model, key, stated[name]


def quoted(reference: str) -> str:
    """Return the statement of a proposition with its model, fidelity and status, as reStructuredText.

    Parameters
    ----------
    reference : str
        Key of the model and name of the proposition, separated by a colon.
    """
    model, key, found = _find(reference)
    return f"{escape(found.statement)} (:doc:`{model.title} </models/{key}>`, {model.fidelity}, {found.status})"


def letters(reference: str) -> str:
    """Say what the parameters stand for that a proposition mentions by their symbols; empty if it mentions none.

    Parameters
    ----------
    reference : str
        Key of the model and name of the proposition, separated by a colon.
    """
    model, _, found = _find(reference)
    return "; ".join(f"{escape(p.symbol)}: {escape(p.meaning)}" for p in model.parameters if _mentions(found.statement, p.symbol))


def _mentions(statement: str, symbol: str) -> bool:
    """Whether a symbol occurs, alone, with an index or in a derivative by it; with a star it is the name of something else."""
    pattern = _WORD if symbol in ("a", "I") else r"(?:(?<![A-Za-z_'])|(?<=/d)){0}(?:_[a-z])?(?![\w*])"
    return re.search(pattern.format(re.escape(symbol)), statement) is not None
