"""Equilibria of game trees with everything that is free in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from alliancegames._fields import format_number
from alliancegames.errors import SolverNotApplicableError
from alliancegames.games.assessment import Assessment
from alliancegames.games.behaviour import BehaviourProfile
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.profile import MixedStrategy
from alliancegames.solvers._tree_cells import Cell

__all__ = ["BehaviourFamily", "behaviour_family"]

Play = BehaviourProfile | Assessment


class BehaviourFamily:
    """One equilibrium of a game tree, or a family of them in which some replies and beliefs are free.

    Families arise where what somebody would do, or believe, off the path is not pinned down. A family is a
    product of polytopes; `corners` are its extreme members.

    Parameters
    ----------
    example : BehaviourProfile or Assessment
        One member, in the interior of the family.
    corners : sequence of BehaviourProfile or Assessment
        The extreme members; the example alone if the family is a single equilibrium or is curved.
    dimension : int
        Number of directions that are free, of beliefs or replies; zero for a single equilibrium.
    exact : bool
        Whether all numbers are exact.
    spanned : bool
        Whether every probability is smallest and largest at a corner.
    conditions : sequence of str
        For a curved family the equations that its members satisfy.
    """

    __slots__ = ("_conditions", "_corners", "_dimension", "_exact", "_example", "_spanned")

    def __init__(
        self, example: Play, corners: Sequence[Play], dimension: int, exact: bool, spanned: bool, conditions: Sequence[str] = ()
    ) -> None:
        self._example, self._corners, self._dimension = example, tuple(corners), dimension
        self._exact, self._spanned, self._conditions = exact, spanned, tuple(conditions)

    @property
    def game(self) -> ExtensiveGame:
        """The game that is played."""
        return self._example.game

    @property
    def example(self) -> Play:
        """One member, in the interior of the family."""
        return self._example

    @property
    def corners(self) -> tuple[Play, ...]:
        """The extreme members."""
        return self._corners

    @property
    def dimension(self) -> int:
        """Number of directions that are free; zero for a single equilibrium."""
        return self._dimension

    @property
    def exact(self) -> bool:
        """Whether all numbers are exact."""
        return self._exact

    @property
    def conditions(self) -> tuple[str, ...]:
        """Equations that the members of a curved family satisfy; empty for polytopes."""
        return self._conditions

    @property
    def is_pure(self) -> bool:
        """Whether this is a single equilibrium in which nobody randomises."""
        return self._example.is_pure

    @property
    def profile(self) -> BehaviourProfile:
        """What is played in the example."""
        return self._example.profile if isinstance(self._example, Assessment) else self._example

    @property
    def payoffs(self) -> dict[str, Any]:
        """Expected payoff of each player in the example."""
        return self._example.payoffs

    @property
    def outcomes(self) -> dict[str, Any]:
        """Probability of each outcome in the example."""
        return self.profile.outcomes

    @property
    def outcome_is_constant(self) -> bool | None:
        """Whether all members lead to the ends of the tree with the same probabilities; None for a curved family, which is not searched."""
        if not self._spanned:
            return None
        ends = [k for k, node in enumerate(self.game.nodes) if node.payoffs is not None]
        first = self.profile.reach[ends]
        return all(np.array_equal(_profile(corner).reach[ends], first) for corner in self._corners)

    def interval(self, information_set: str | int, action: str | int) -> tuple[Any, Any]:
        """Return the smallest and the largest probability of an action in the family.

        Parameters
        ----------
        information_set, action : str or int
            Labels or positions.
        """
        return self._range([play[information_set][action] for play in self._plays()])

    def belief_interval(self, information_set: str | int, node: str | int) -> tuple[Any, Any]:
        """Return the smallest and the largest belief in a node that the family admits.

        Parameters
        ----------
        information_set : str or int
            Label or position.
        node : str or int
            As in ``Assessment.beliefs``.
        """
        if not isinstance(self._example, Assessment):
            raise SolverNotApplicableError("belief_interval(): these equilibria carry no beliefs; use sequential_equilibria().")
        part = self.game.information_set(information_set)
        return self._range([play.beliefs[part.label][node] for play in self._plays() if isinstance(play, Assessment)])

    @property
    def free(self) -> dict[str, dict[str, tuple[Any, Any]]]:
        """For each information set the actions whose probability is not pinned down, with its range."""
        result: dict[str, dict[str, tuple[Any, Any]]] = {}
        if self._dimension and self._spanned:
            for part in self.game.information_sets:
                ranges = {action: self.interval(part.label, action) for action in part.actions}
                open_ = {action: ends for action, ends in ranges.items() if ends[0] != ends[1]}
                if open_:
                    result[part.label] = open_
        return result

    def _plays(self) -> tuple[Play, ...]:
        if not self._spanned:
            raise SolverNotApplicableError(f"this family is curved; its members satisfy {'; '.join(self._conditions)}. Use .example.")
        return self._corners

    @staticmethod
    def _range(values: Sequence[Any]) -> tuple[Any, Any]:
        return min(values), max(values)

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return the probability vectors of the example, one an information set.

        Parameters
        ----------
        dtype : type, optional
            ``float`` for float64; by default the numbers stay as they are.
        """
        return self._example.arrays(dtype)

    def __getitem__(self, information_set: str | int) -> MixedStrategy:
        return self._example[information_set]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BehaviourFamily):
            return NotImplemented
        return (self._example, self._corners, self._dimension, self._conditions) == (
            other._example,
            other._corners,
            other._dimension,
            other._conditions,
        )

    def __hash__(self) -> int:
        return hash((self._example, self._corners, self._dimension))

    def __str__(self) -> str:
        free = self.free
        parts = []
        for part in self.game.information_sets:
            if part.label in free:
                ranges = ", ".join(f"{action} from {format_number(a)} to {format_number(b)}" for action, (a, b) in free[part.label].items())
                parts.append(f"{part.label}: {ranges}")
            else:
                parts.append(f"{part.label}: {self._example[part.label]}")
        return "; ".join([*parts, *self._belief_words(), *(f"where {condition}" for condition in self._conditions)])

    def _belief_words(self) -> list[str]:
        """Say what is believed where several nodes are possible."""
        if not isinstance(self._example, Assessment):
            return []
        words = []
        for part in self.game.information_sets:
            if len(part.nodes) == 1:
                continue
            shown = []
            for node, weight in self._example.beliefs[part.label].items():
                low, high = self.belief_interval(part.label, node) if self._spanned else (weight, weight)
                shown.append(
                    f"{node} {format_number(low)}" if low == high else f"{node} from {format_number(low)} to {format_number(high)}"
                )
            words.append(f"belief at {part.label}: {', '.join(shown)}")
        return words

    def __repr__(self) -> str:
        size = f" of dimension {self._dimension}" if self._dimension else ""
        return f"<BehaviourFamily{size}: {self}>"


def _profile(play: Play) -> BehaviourProfile:
    return play.profile if isinstance(play, Assessment) else play


def behaviour_family(game: ExtensiveGame, cell: Cell, *, beliefs: bool) -> BehaviourFamily:
    """Return the members of a cell as a family of profiles or assessments.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    cell : Cell
        What the search found.
    beliefs : bool
        Whether beliefs belong to the equilibria.
    """
    game = game if cell.solution.exact else game.floats()

    def play(corner: Sequence[Sequence[Any]] | None) -> Play:
        profile = BehaviourProfile(game, [_vector(game, weights) for weights in cell.strategies(corner)])
        if not beliefs:
            return profile
        return Assessment(profile, [_vector(game, weights or ()) for weights in cell.beliefs(corner)])

    example = play(None)
    corners = [play(corner) for corner in cell.corners] if cell.is_spanned else [example]
    names = _names(game, cell)
    equations = () if cell.is_spanned else tuple(f"{_written(p, names)} = 0" for p in cell.solution.conditions.zero if not p.is_zero())
    return BehaviourFamily(
        example, corners, cell.solution.dimension, cell.solution.exact and game.field == "exact", cell.is_spanned, equations
    )


def _vector(game: ExtensiveGame, weights: Sequence[Any]) -> np.ndarray:
    floats = game.field == "float"
    vector = np.empty(len(weights), dtype=float if floats else object)
    vector[:] = [float(weight) for weight in weights] if floats else list(weights)
    return vector


def _names(game: ExtensiveGame, cell: Cell) -> dict[str, str]:
    names: dict[str, str] = {}
    for (kind, h, k), position in cell.unknowns.items():
        part = game.information_sets[h]
        what = part.actions[k] if kind == "b" else " / ".join(game.nodes[part.nodes[k]].history)
        names.setdefault(f"x{position}", f"{'Pr' if kind == 'b' else 'belief'}[{part.label}: {what}]")
    return names


def _written(polynomial: Any, names: dict[str, str]) -> str:
    text = str(polynomial)
    for short in sorted(names, key=len, reverse=True):
        text = text.replace(short, names[short])
    return text
