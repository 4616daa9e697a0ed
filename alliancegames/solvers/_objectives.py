"""Linear objectives over the pure profiles, as users write them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._fields import Field, common_field, convert, is_sequence, read_arrays, read_number
from alliancegames._labels import position_of, resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.normal_form import NormalFormGame

__all__ = ["objective_values"]


def objective_values(function: str, game: NormalFormGame, payoffs: tuple[np.ndarray, ...], objective: Any) -> list[Fraction]:
    """Return the value of each pure profile under the objective."""
    where = f"{function}(): objective"
    if isinstance(objective, str) and objective == "welfare":
        return list(sum(payoffs[1:], payoffs[0]).flat)
    if isinstance(objective, str):
        return list(payoffs[resolve(objective, game.players, "player (or 'welfare')", where)].flat)
    if isinstance(objective, Mapping):
        by_profile = any(isinstance(key, tuple) for key in objective)
        total = np.full(game.shape, Fraction(0), dtype=object)
        for key, weight in objective.items():
            number = _weight(weight, game, where)
            if by_profile:
                total[position_of(key, game.actions, game.players, where)] = number
            else:
                total = total + number * payoffs[resolve(key, game.players, "player", where)]
        return list(total.flat)
    if not is_sequence(objective):
        raise GameDefinitionError(f"{where} must be 'welfare', a player, a mapping or an array over the pure profiles, got {objective!r}.")
    _, (array,) = read_arrays([objective], where)
    if array.shape != game.shape:
        raise GameDefinitionError(f"{where} must have one axis a player, shape {game.shape}, got shape {array.shape}.")
    return [_weight(value, game, where) for value in array.flat]


def _weight(value: Any, game: NormalFormGame, where: str) -> Fraction:
    """Read a weight as an exact number; floats may only meet float payoffs."""
    kind, number = read_number(value, where)
    # An exact weight is no less exact for a float game: it is multiplied with the binary values.
    target: Field = common_field({kind, game.field} if kind == "float" else {kind}, where)
    return Fraction(convert(number, kind, "exact" if target == "symbolic" else target, where))
