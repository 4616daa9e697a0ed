"""The models of alliance politics, one file each under its pillar.

A model is found by its class, ``ag.models.UnilateralDeterrence``, or by its key,
``ag.models.get("unilateral_deterrence")``. Writing a file into a pillar's folder is all it takes to add one.
"""

from collections.abc import Sequence
from typing import Any

from alliancegames.models.bibliography import cite
from alliancegames.models.model import FIDELITY, Model, Outcome, Solution
from alliancegames.models.propositions import CheckReport, Failure, Proposition, Sign, proposition, recalled
from alliancegames.models.registry import all_models, get, list, register  # noqa: A004 - as in ag.models.list()
from alliancegames.models.search import find

__all__ = [
    "FIDELITY",
    "CheckReport",
    "Failure",
    "Model",
    "Outcome",
    "Proposition",
    "Sign",
    "Solution",
    "all_models",
    "cite",
    "find",
    "get",
    "list",
    "proposition",
    "recalled",
    "register",
]


def __getattr__(name: str) -> Any:
    """Find a model class by its name."""
    for model in all_models().values():
        if model.__name__ == name:
            return model
    raise AttributeError(
        f"module 'alliancegames.models' has no attribute {name!r}; the models are {', '.join(m.__name__ for m in all_models().values())}."
    )


def __dir__() -> Sequence[str]:
    return sorted([*__all__, *(model.__name__ for model in all_models().values())])
