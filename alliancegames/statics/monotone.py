"""Monotone comparative statics: least and greatest equilibrium move together with a parameter.

If each player's gain from moving up does not fall in what the others do, the game is supermodular; if it does not fall
in a parameter either, the least and the greatest equilibrium do not fall in the parameter, whatever else is true
:cite:p:`topkis1998supermodularity,milgrom1990rationalizability`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np

from alliancegames.errors import SolveError, SolverNotApplicableError, unknown_label
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.statics._claims.grammar import parse
from alliancegames.statics._claims.questions import Question, truth
from alliancegames.statics._claims.readings import And, Comparison, Logic, Or, Vocabulary
from alliancegames.statics._claims.scenes import EVERYWHERE
from alliancegames.statics.parameter_space import STEPS

__all__ = ["MonotoneResult", "monotone"]


@dataclass(frozen=True)
class MonotoneResult:
    """Whether the least and the greatest equilibrium move with a parameter in one direction.

    True in a Boolean context if proved, False if a condition of the theorem fails; unknown raises.

    Parameters
    ----------
    parameter : str
        Symbol of the parameter.
    status : {"proved", "refuted", "unknown"}
        ``"proved"``: the conditions hold at all admissible parameters, so that both equilibria move monotonically between
        any two admissible values of the parameter with admissible values between. ``"refuted"``: no order of actions and no
        direction satisfies them; then nothing follows about equilibria.
    direction : {"up", "down", "none"} or None
        Where they move as the parameter rises, in the order of actions.
    reversed : tuple of str
        Players whose actions are taken in the opposite of the listed order.
    failure : str
        A condition that fails for the listed order.
    witness : mapping
        Where it fails.
    reason : str
        Why it is unknown.
    """

    parameter: str
    status: Literal["proved", "refuted", "unknown"]
    direction: str | None = None
    reversed: tuple[str, ...] = ()
    failure: str = ""
    witness: Mapping[str, Any] | None = None
    reason: str = ""

    def __bool__(self) -> bool:
        if self.status == "unknown":
            raise SolveError(f"whether equilibria are monotone in {self.parameter} is unknown: {self.reason}; read .status instead.", self)
        return self.status == "proved"


def monotone(
    model: Any, parameter: str, *, reverse: Sequence[str] | str = (), where: str | Sequence[str] | None = None, steps: int = STEPS
) -> MonotoneResult:
    """Prove that the least and the greatest equilibrium of a model move together with a parameter.

    Parameters
    ----------
    model : NormalFormModel
        A model in normal form; its actions are ordered as listed.
    parameter : str
        Name or symbol of the parameter.
    reverse : sequence of str, or "search"
        Players whose order of actions is to be reversed; ``"search"`` tries no reversal first and then every set of
        players without the first.
    where : str or sequence of str, optional
        Claims taken for granted, in the grammar of `prove`.
    steps : int, optional
        Steps that z3 may take for one question.

    Returns
    -------
    MonotoneResult
        Proved for the first order of actions and direction for which the conditions hold.

    Raises
    ------
    SolverNotApplicableError
        The model is not in normal form.

    Examples
    --------
    >>> import alliancegames as ag
    >>> model = ag.models.AllianceDilemma()
    >>> result = ag.statics.monotone(model, "sigma_1", where=["sigma_1 > x_1", "sigma_2 > x_2"])
    >>> result.status, result.direction
    ('proved', 'down')
    """
    game = model.exact().freed().game()
    if not isinstance(game, NormalFormGame):
        raise SolverNotApplicableError(f"monotone(): {model.key} is a {model.form}; the conditions are examined for games in normal form.")
    vocabulary = Vocabulary(model)
    symbol = vocabulary.symbol(parameter)
    premises = And(tuple(vocabulary.logic(parse(text), EVERYWHERE, {}) for text in ((where,) if isinstance(where, str) else where or ())))
    question = Question(
        _moving(model, vocabulary, parameter, symbol), steps=steps, fixed={k: v for k, v in vocabulary.fixed.items() if k is not symbol}
    )
    task = _Task(question, game, symbol, premises)
    return task.search(_reversals(game, reverse))


def _moving(model: Any, vocabulary: Vocabulary, parameter: str, symbol: Any) -> Any:
    """Return the model with the parameter free."""
    return model.exact().replace(**{parameter: symbol}) if symbol in vocabulary.fixed else model.exact()


def _reversals(game: NormalFormGame, reverse: Sequence[str] | str) -> Iterator[frozenset[int]]:
    """Yield the sets of players whose order of actions is reversed."""
    if reverse == "search":
        others = range(1, len(game.players))
        for count in range(len(game.players)):
            yield from (frozenset(chosen) for chosen in combinations(others, count))
        return
    names = (reverse,) if isinstance(reverse, str) else tuple(reverse)
    for name in names:
        if name not in game.players:
            raise unknown_label("player", name, game.players, "monotone(), reverse")
    yield frozenset(game.players.index(name) for name in names)


class _Task:
    """The conditions of the theorem for one game and parameter."""

    def __init__(self, question: Question, game: NormalFormGame, symbol: Any, premises: Logic) -> None:
        self.question, self.game, self.symbol, self.premises = question, game, symbol, premises
        self.crossed = {(i, j): _entries(np.diff(np.diff(game.payoffs[i], axis=i), axis=j)) for i, j in self.pairs()}
        self.own = {i: [entry.diff(symbol) for entry in _entries(np.diff(game.payoffs[i], axis=i))] for i in range(len(game.players))}

    def pairs(self) -> list[tuple[int, int]]:
        """Return all pairs of a player and another."""
        players = range(len(self.game.players))
        return [(i, j) for i in players for j in players if i != j]

    def search(self, reversals: Iterator[frozenset[int]]) -> MonotoneResult:
        """Try orders of actions and both directions; return the first proof, else why the first order fails."""
        first: MonotoneResult | None = None
        unknown: MonotoneResult | None = None
        for turned in reversals:
            for direction in ("up", "down"):
                result = self.examined(turned, direction)
                if result.status == "proved":
                    return result
                first = first or result
                unknown = unknown or (result if result.status == "unknown" else None)
        assert first is not None
        return unknown or first

    def examined(self, turned: frozenset[int], direction: str) -> MonotoneResult:
        """Decide the conditions for one order of actions and one direction."""
        names = tuple(self.game.players[k] for k in sorted(turned))
        symbol = str(self.symbol)
        conditions = [
            (
                f"the gain of {self.game.players[i]} from moving up falls when {self.game.players[j]} moves up",
                (-1) ** ((i in turned) != (j in turned)) * entry,
            )
            for (i, j), entries in self.crossed.items()
            for entry in entries
        ]
        way = 1 if direction == "up" else -1
        conditions += [
            (
                f"the gain of {self.game.players[i]} from moving up {'falls' if way > 0 else 'rises'} in {symbol}",
                way * (-1 if i in turned else 1) * entry,
            )
            for i, entries in self.own.items()
            for entry in entries
        ]
        failures = {words: Comparison(entry, "<", 0 * entry) for words, entry in conditions if entry != 0}
        finding = self.question.find(And((self.premises, Or(tuple(failures.values())))))
        if finding.status == "nowhere":
            moved = any(entry != 0 for entries in self.own.values() for entry in entries)
            return MonotoneResult(symbol, "proved", direction if moved else "none", names)
        if finding.status == "unknown":
            return MonotoneResult(symbol, "unknown", None, names, reason=finding.reason)
        assert finding.witness is not None
        point = {**self.question.fixed, **finding.witness}
        failure = next(words for words, comparison in failures.items() if truth(comparison, point))
        return MonotoneResult(symbol, "refuted", None, names, failure, {str(name): value for name, value in finding.witness.items()})


def _entries(array: np.ndarray) -> list[Any]:
    """Return the distinct entries of an array of formulas."""
    import sympy

    return list(dict.fromkeys(sympy.factor(entry) for entry in array.ravel()))
