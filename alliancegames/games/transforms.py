"""Games made from other games: fewer actions, other names, numbers for symbols."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from alliancegames._fields import Field, convert, read_number
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError

if TYPE_CHECKING:
    from alliancegames.games.normal_form import NormalFormGame

__all__ = ["relabel", "restrict", "substitute", "substitution"]


def restrict(game: NormalFormGame, actions: Mapping[str, Sequence[str | int]]) -> NormalFormGame:
    """Return the game in which some players may only take some of their actions."""
    where = "restrict()"
    kept = [list(range(size)) for size in game.shape]
    for player, labels in actions.items():
        k = resolve(player, game.players, "player", where)
        kept[k] = [resolve(label, game.actions[k], "action", where) for label in labels]
        if not kept[k] or len(set(kept[k])) != len(kept[k]):
            raise GameDefinitionError(f"{where}: keep at least one action of {player} and name each once, got {list(labels)!r}.")
    arrays = [array[np.ix_(*kept)] for array in game.payoffs]
    labels_kept = [[row[j] for j in part] for row, part in zip(game.actions, kept, strict=True)]
    return game.from_arrays(*arrays, players=game.players, actions=labels_kept, title=game.title, field=game.field)


def relabel(game: NormalFormGame, players: Mapping[str, str], actions: Mapping[str, Mapping[str, str]], title: str) -> NormalFormGame:
    """Return the same game under other names."""
    where = "relabel()"
    names = list(game.players)
    labels = [list(part) for part in game.actions]
    for player, renamed in actions.items():
        k = resolve(player, game.players, "player", where)
        for old, new in renamed.items():
            labels[k][resolve(old, game.actions[k], "action", where)] = new
    for old, new in players.items():
        names[resolve(old, game.players, "player", where)] = new
    return game.from_arrays(*game.payoffs, players=names, actions=labels, title=title, field=game.field)


def substitute(game: NormalFormGame, values: Mapping[Any, Any]) -> NormalFormGame:
    """Return the game with numbers (or expressions) in place of symbols."""
    replace, rounded = substitution(game, values)
    arrays = [np.array([replace(cell) for cell in array.flat], dtype=object).reshape(array.shape) for array in game.payoffs]
    result = game.from_arrays(*arrays, players=game.players, actions=game.actions, title=game.title)
    return result.floats() if rounded and not result.free_symbols else result


def substitution(game: Any, values: Mapping[Any, Any]) -> tuple[Callable[[Any], Any], bool]:
    """Return the function that puts numbers in place of a game's symbols, and whether floats are among them.

    Parameters
    ----------
    game : object
        A game with ``field`` and ``free_symbols``.
    values : mapping
        Symbols, or their names, to numbers.
    """
    if game.field != "symbolic":
        raise GameDefinitionError(f"subs(): the payoffs are {game.field} numbers and contain no symbols.")
    known = {str(symbol): symbol for symbol in game.free_symbols}
    pairs = []
    kinds: set[Field] = set()
    for name, value in values.items():
        symbol = known.get(str(name))
        if symbol is None:
            raise GameDefinitionError(f"subs(): the payoffs contain no symbol {str(name)!r}; they contain {', '.join(sorted(known))}.")
        kind, number = read_number(value, f"subs(), value of {name}")
        kinds.add(kind)
        pairs.append((symbol, convert(number, kind, "symbolic")))
    return (lambda cell: cell.subs(pairs, simultaneous=True)), "float" in kinds
