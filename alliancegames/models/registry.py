"""The registry of models: writing the file is all it takes to add one."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from alliancegames.errors import unknown_label
from alliancegames.models.model import Model

__all__ = ["all_models", "get", "list", "register"]

_MODELS: dict[str, type[Model]] = {}
ModelT = TypeVar("ModelT", bound=type[Model])


def register(model: ModelT) -> ModelT:
    """Class decorator that puts a model into the registry under its key.

    Parameters
    ----------
    model : type
        A subclass of `Model`.
    """
    _MODELS[model.key] = model
    return model


def all_models() -> dict[str, type[Model]]:
    """Return all registered models by key, sorted; model files are found by looking into the pillars' folders."""
    for path in sorted(Path(__file__).parent.glob("*/[a-z]*.py")):
        import_module(f"alliancegames.models.{path.parent.name}.{path.stem}")
    return dict(sorted(_MODELS.items()))


def get(key: str) -> Model:
    """Return a model by its key, symbolic.

    Parameters
    ----------
    key : str
        Key of the model, as in the table of models.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.models.get("alliance_dilemma").fidelity
    'F3'
    """
    models = all_models()
    if key not in models:
        raise unknown_label("model", key, models, "models.get()")
    return models[key]()


def list() -> Any:  # noqa: A001 - the name that readers expect of a registry
    """Return the table of models as a pandas DataFrame: key, title, pillar, question, players, form, fidelity, source, number of propositions."""
    import pandas as pd

    rows = [
        {
            "key": key,
            "title": model.title,
            "pillar": model.pillar,
            "question": model.question,
            "players": ", ".join(_players(model())),
            "form": model.form,
            "fidelity": model.fidelity,
            "source": model.references[0],
            "propositions": len(model().propositions),
            "signs": len(model.comparative_statics),
        }
        for key, model in all_models().items()
    ]
    return pd.DataFrame(rows).set_index("key")


def _players(model: Model) -> tuple[str, ...]:
    """Return the names of a model's players; those of a game of cutoffs are its unknowns."""
    names = getattr(model, "players", None)
    return tuple(getattr(model.completed().game(), "players", ()) if names is None else names)
