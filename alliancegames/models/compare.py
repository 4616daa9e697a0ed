"""Models, or one model at several values of its parameters, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alliancegames.errors import ParameterError
from alliancegames.models.model import Model
from alliancegames.models.registry import get

__all__ = ["compare"]


def compare(*models: Model | type[Model] | str, at: Mapping[str, Mapping[str, Any]] | None = None) -> Any:
    """Solve models and put their regimes, numbers of equilibria, outcomes and thresholds side by side.

    Parameters
    ----------
    *models : Model, type or str
        Models, their classes or keys; parameters not set take their example values.
    at : mapping of str to mapping, optional
        Sets of parameter values by a name of their own, for a single model: a column for each.

    Returns
    -------
    pandas.DataFrame
        A column a model or set; rows for the regime, the number of equilibria, whether they are all, and each outcome and
        threshold. An outcome that differs between equilibria is the tuple of its values in ascending order; what a model does not have is
        None.

    Raises
    ------
    ParameterError
        There is nothing to compare, or sets of values for several models.

    Examples
    --------
    >>> import alliancegames as ag
    >>> table = ag.compare("chain_gang_buck", at={"1938": {"offence": "1/5"}, "1914": {"offence": "4/5"}})
    >>> print(table.loc[["regime", "equilibria", "p_both_balance"]].to_string())
                            1938                       1914
    regime          Buck-passing  Chain-ganging or collapse
    equilibria                 3                          3
    p_both_balance      (0, 4/9)                (0, 1/9, 1)
    """
    import pandas as pd

    read = [_read(model) for model in models]
    if not read or (at is not None and (len(read) != 1 or not at)):
        raise ParameterError(
            f"compare(): needs models, or one model and at least one set of values in at=; got {len(read)} models"
            + ("." if at is None else f" and {len(at)} sets.")
        )
    columns = {name: read[0].replace(**values) for name, values in at.items()} if at is not None else _labelled(read)
    solved = {label: _column(model) for label, model in columns.items()}
    rows = dict.fromkeys(row for column in solved.values() for row in column)
    table = {label: [column.get(row) for row in rows] for label, column in solved.items()}
    return pd.DataFrame(table, index=list(rows), dtype=object)


def _read(model: Any) -> Model:
    if isinstance(model, str):
        return get(model)
    if isinstance(model, type) and issubclass(model, Model):
        return model()
    if isinstance(model, Model):
        return model
    raise ParameterError(f"compare(): a model is needed, its class or its key, got {model!r}.")


def _labelled(models: list[Model]) -> dict[str, Model]:
    """Name columns by the keys of models, or by what is set where keys repeat."""
    keys = [model.key for model in models]
    labels = keys if len(set(keys)) == len(keys) else [repr(model) for model in models]
    return dict(zip(labels, models, strict=True))


def _column(model: Model) -> dict[str, Any]:
    """Solve a model and return what the table shows of it."""
    solution = model.solve()
    column: dict[str, Any] = {
        "regime": " / ".join(solution.regimes) or None,
        "equilibria": len(solution.equilibria),
        "complete": solution.equilibria.complete,
    }
    for outcome in model.outcomes:
        values = sorted({found[outcome.name] for found in solution.outcomes})
        column[outcome.name] = None if not values else values[0] if len(values) == 1 else _Shown(values)
    return column | {f"{name} (threshold)": value for name, value in solution.model.thresholds().items()}


class _Shown(tuple[Any, ...]):
    """Several values, printed as plain numbers."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"({', '.join(map(str, self))})"

    __str__ = __repr__
