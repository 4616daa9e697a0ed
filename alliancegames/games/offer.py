"""Games that begin with the choice of a number: an offer, a demand, a force to deploy. A tree follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from alliancegames._fields import Field, common_field, convert, format_number, read_number
from alliancegames._immutable import FrozenDict, Immutable
from alliancegames._labels import check_labels, resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.profile import PROBABILITY_TOLERANCE
from alliancegames.games.tree import End, TreeNode

__all__ = ["OfferGame", "OfferProfile"]

WHERE = "OfferGame()"


@final
class OfferGame(Immutable):
    """A leader chooses a number from an interval, or does something else; then a tree with perfect information is played.

    Parameters
    ----------
    players : sequence of str
        Player labels.
    leader : str or int
        Who chooses the number.
    label : str
        What the number is, such as ``"demand"``.
    bounds : pair of number
        The closed interval from which it is chosen.
    after : callable
        ``after(x)`` returns the tree that follows the number, written with `Move`, `Chance` and `End`. Payoffs must be affine in the
        number, and neither chances nor the shape of the tree may depend on it.
    alternatives : mapping of str to End or payoffs, optional
        What the leader can do instead of choosing a number; each ends the game.
    title : str, optional
        Shown in output.
    field : {"exact", "float", "symbolic"}, optional
        As in `NormalFormGame`.

    Raises
    ------
    GameDefinitionError
        The interval is empty, payoffs are not affine in the number, chances or moves depend on it, or some player does not
        know what has happened.

    Examples
    --------
    Who demands x of a pie gets it unless the other side prefers war.

    >>> import alliancegames as ag
    >>> from fractions import Fraction
    >>> war = ag.End(("1/2", "3/10"), "war")
    >>> crisis = ag.OfferGame(["A", "B"], "A", "demand", (0, 1),
    ...     lambda x: ag.Move("B", {"accept": ag.End((x, 1 - x), "bargain"), "fight": war}))
    >>> print(ag.offer_equilibria(crisis)[0])
    demand 7/10; B: accept
    """

    _advice = "its methods return other games"

    def __init__(
        self,
        players: Sequence[str],
        leader: str | int,
        label: str,
        bounds: tuple[Any, Any],
        after: Callable[[Any], TreeNode],
        alternatives: Mapping[str, End | Sequence[Any] | Mapping[str, Any]] | None = None,
        *,
        title: str = "",
        field: Field | None = None,
    ) -> None:
        self._players = check_labels(players, "player", WHERE)
        self._leader = resolve(leader, self._players, "player", f"{WHERE}, leader")
        self._label = check_labels([label], "number", WHERE)[0]
        self._title = title
        if not callable(after):
            raise GameDefinitionError(f"{WHERE}: after must be a function from the number to the tree that follows, got {after!r}.")
        self._after = after
        kinds, ends = _read_bounds(bounds)
        parts = [after(ends[0]), *(alternatives or {}).values()]
        self._field: Field = field or common_field([*kinds, *(ExtensiveGame(self._players, part).field for part in parts)], WHERE)
        self._low, self._high = (convert(end, kind, self._field) for kind, end in zip(kinds, ends, strict=True))
        self._lowest, self._highest = self.after(self._low), self.after(self._high)
        self._check_tree()
        self._alternatives = FrozenDict({name: self._read_end(name, end) for name, end in (alternatives or {}).items()})
        check_labels([label, *self._alternatives], "alternative", WHERE)
        self._seal()

    @property
    def players(self) -> tuple[str, ...]:
        """Player labels."""
        return self._players

    @property
    def leader(self) -> int:
        """Position of the player who chooses the number."""
        return self._leader

    @property
    def label(self) -> str:
        """What the number is."""
        return self._label

    @property
    def bounds(self) -> tuple[Any, Any]:
        """The ends of the interval."""
        return self._low, self._high

    @property
    def title(self) -> str:
        """Title shown in output."""
        return self._title

    @property
    def field(self) -> Field:
        """Number system: ``"exact"``, ``"float"`` or ``"symbolic"``."""
        return self._field

    @property
    def alternatives(self) -> Mapping[str, tuple[tuple[Any, ...], str]]:
        """What the leader can do instead: payoffs and name of the outcome by label."""
        return self._alternatives

    def after(self, value: Any) -> ExtensiveGame:
        """Return the game that follows a number.

        Parameters
        ----------
        value : number
            The number.
        """
        return ExtensiveGame(self._players, self._after(value), field=self._field)

    def affine(self, node: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Return the payoffs at an end of the tree when the lowest and when the highest number was chosen; others lie on the line between.

        Parameters
        ----------
        node : int
            Position of the end in ``after(x).nodes``.
        """
        return self._lowest.nodes[node].payoffs or (), self._highest.nodes[node].payoffs or ()

    def _check_tree(self) -> None:
        if not self._lowest.has_perfect_information:
            raise GameDefinitionError(f"{WHERE}: everybody must know what has happened; some information set has several nodes.")
        middle = self.after((self._low + self._high) / 2)
        for game in (middle, self._highest):
            if [n.children for n in game.nodes] != [
                n.children for n in self._lowest.nodes
            ] or game.information_sets != self._lowest.information_sets:
                raise GameDefinitionError(
                    f"{WHERE}: the moves after a {self._label} must not depend on it; let payoffs depend on it instead."
                )
        for low, mid, high in zip(self._lowest.nodes, middle.nodes, self._highest.nodes, strict=True):
            if low.payoffs is not None and not all(map(_is_middle, low.payoffs, mid.payoffs or (), high.payoffs or ())):
                raise GameDefinitionError(
                    f"{WHERE}: payoffs must be affine in the {self._label}; those after {' / '.join(low.history)} are not."
                )
            if low.chance is not None and not (low.chance == mid.chance == high.chance):
                raise GameDefinitionError(f"{WHERE}: chances must not depend on the {self._label}; let payoffs depend on it instead.")

    def _read_end(self, name: str, end: Any) -> tuple[tuple[Any, ...], str]:
        """Read what an alternative yields with the reader of trees."""
        (node,) = ExtensiveGame(self._players, end, field=self._field).nodes
        return node.payoffs or (), node.outcome or name

    def __str__(self) -> str:
        if self._field == "float":
            return repr(self)
        import sympy

        number = sympy.Symbol("x", real=True)
        low, high = map(format_number, self.bounds)
        lines = [f"{self._players[self._leader]} chooses a {self._label} x from {low} to {high}", *self._written_alternatives()]
        tree = str(ExtensiveGame(self._players, self._after(number))).splitlines()
        return "\n".join([*lines, "after x:", *(f"  {line}" for line in tree)])

    def _written_alternatives(self) -> list[str]:
        found = self._alternatives.items()
        return [f"or {name} → {', '.join(map(format_number, values))}  ({outcome})" for name, (values, outcome) in found]

    def __repr__(self) -> str:
        title = f" {self._title!r}" if self._title else ""
        others = "".join(f" or {name}" for name in self._alternatives)
        low, high = map(format_number, self.bounds)
        return f"<OfferGame{title}: {self._players[self._leader]} chooses a {self._label} from {low} to {high}{others}, {self._field}>"


def _read_bounds(bounds: Any) -> tuple[list[Field], list[Any]]:
    """Return the number systems of the bounds and the bounds, which must be in order."""
    if not isinstance(bounds, (tuple, list)) or len(bounds) != 2:
        raise GameDefinitionError(f"{WHERE}: bounds must be a pair (low, high), got {bounds!r}.")
    read = [read_number(end, f"{WHERE}, bounds") for end in bounds]
    kinds, ends = [kind for kind, _ in read], [end for _, end in read]
    if "symbolic" not in kinds and not ends[0] < ends[1]:
        shown = " and ".join(map(format_number, ends))
        raise GameDefinitionError(f"{WHERE}: the lower bound must be below the upper one, got {shown}.")
    return kinds, ends


def _is_middle(low: Any, mid: Any, high: Any) -> bool:
    """Whether a payoff lies halfway, as it does if it is affine."""
    gap = low + high - 2 * mid
    if hasattr(gap, "free_symbols"):
        import sympy

        return bool(sympy.simplify(gap) == 0)
    if isinstance(gap, float):
        return bool(abs(gap) <= PROBABILITY_TOLERANCE * (abs(low) + abs(high) + 1))
    return bool(gap == 0)


@dataclass(frozen=True)
class OfferProfile:
    """A subgame-perfect equilibrium of an offer game: what the leader does, and how the others reply to it.

    Parameters
    ----------
    game : OfferGame
        The game.
    choice : str
        What the leader does: the label of the number, or an alternative.
    low, high : number or None
        The numbers that are optimal with these replies, usually one; None with an alternative.
    replies : mapping of str to str
        Action at each information set of the tree that follows; empty with an alternative.
    outcomes : mapping of str to number
        Probability of each end of the game, by name.
    values, values_high : tuple
        Payoffs of the players, at the lower and at the higher of the optimal numbers.
    """

    game: OfferGame
    choice: str
    low: Any
    high: Any
    replies: Mapping[str, str]
    outcomes: Mapping[str, Any]
    values: tuple[Any, ...]
    values_high: tuple[Any, ...]

    @property
    def is_pure(self) -> bool:
        """Always true: nobody randomises."""
        return True

    @property
    def payoffs(self) -> dict[str, Any]:
        """Payoff of each player, at the lower of the optimal numbers."""
        return dict(zip(self.game.players, self.values, strict=True))

    def numbers(self) -> tuple[tuple[Any, tuple[Any, ...]], ...]:
        """Return the ends of the interval of optimal numbers, each with the payoffs there; nothing with an alternative."""
        return () if self.low is None else ((self.low, self.values), (self.high, self.values_high))

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return the numbers chosen as an array, in a tuple; empty with an alternative.

        Parameters
        ----------
        dtype : type, optional
            ``float`` for float64; by default the numbers stay as they are.
        """
        ends = [] if self.low is None else [self.low] if self.low == self.high else [self.low, self.high]
        result = np.empty(len(ends), dtype=object)
        result[:] = ends
        return (result if dtype is None else result.astype(dtype),)

    def columns(self) -> dict[str, Any]:
        """Return what a table shows, by heading."""
        return {"choice": self.choice, self.game.label: self.low, **self.replies, **self.outcomes, **self.payoffs}

    def __str__(self) -> str:
        if self.low is None:
            return self.choice
        number = format_number(self.low) if self.low == self.high else f"from {format_number(self.low)} to {format_number(self.high)}"
        return "; ".join([f"{self.choice} {number}", *(f"{part}: {action}" for part, action in self.replies.items())])

    def __repr__(self) -> str:
        return f"<OfferProfile {self}>"
