"""Aggregative games: each player's payoff depends on the own contribution and on the sum of all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, final

import numpy as np

from alliancegames._fields import Field, convert, format_number, read_arrays
from alliancegames._immutable import Immutable
from alliancegames._labels import read_players, resolve
from alliancegames.errors import GameDefinitionError

__all__ = ["AggregativeGame", "Contributions"]

Utility = Callable[[Any, Any, Any], Any]


@final
class AggregativeGame(Immutable):
    """A game in which everybody contributes to a sum and cares about the own contribution and the sum.

    Parameters
    ----------
    endowments : sequence of number, shape (n,)
        The most that each player can contribute, positive.
    utility : callable
        ``utility(g, G, w)`` returns the payoff, a sympy expression, of a player with endowment ``w`` who
        contributes ``g`` when the sum is ``G``. It is called with symbols. Its derivatives must be
        rational functions (as those of logarithms are).
    players : sequence of str, optional
        Player labels.
    title : str, optional
        Shown in tables.
    field : {"exact", "float", "symbolic"}, optional
        As in `NormalFormGame`.

    Raises
    ------
    GameDefinitionError
        An endowment is not positive, or the utility contains other symbols.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from sympy import Rational, log
    >>> alpha = Rational(3, 10)
    >>> game = ag.AggregativeGame([120, 100, 90], lambda g, G, w: (1 - alpha) * log(w - g) + alpha * log(G))
    >>> equilibrium = ag.contributions(game)[0]
    >>> equilibrium.total, equilibrium.contributors
    (Fraction(660, 17), ('Player 1', 'Player 2'))
    """

    def __init__(
        self,
        endowments: Sequence[Any],
        utility: Utility,
        *,
        players: Sequence[str] | None = None,
        title: str = "",
        field: Field | None = None,
    ) -> None:
        where = "AggregativeGame()"
        self._field, (read,) = read_arrays([list(endowments)], where, field)
        if read.ndim != 1 or not read.size:
            raise GameDefinitionError(f"{where}: endowments must be a list of numbers, one a player, got shape {read.shape}.")
        if self._field != "symbolic" and min(read) <= 0:
            raise GameDefinitionError(f"{where}: endowments must be positive, got {format_number(min(read))}.")
        self._endowments = read
        self._players = read_players(players, read.size, where)
        self._utility = utility
        self._title = title
        if self._field != "symbolic" and self.expression.free_symbols - set(self.symbols):
            names = ", ".join(sorted(str(s) for s in self.expression.free_symbols - set(self.symbols)))
            raise GameDefinitionError(f"{where}: the utility contains the symbols {names} besides g, G and w; give them numbers.")
        self._seal()

    @property
    def players(self) -> tuple[str, ...]:
        """Player labels."""
        return self._players

    @property
    def endowments(self) -> np.ndarray:
        """The most that each player can contribute; read-only, shape (n,)."""
        return self._endowments

    @property
    def field(self) -> Field:
        """Number system of the endowments."""
        return self._field

    @property
    def title(self) -> str:
        """Title shown in tables."""
        return self._title

    @cached_property
    def symbols(self) -> tuple[Any, Any, Any]:
        """The sympy symbols of own contribution, sum and own endowment."""
        import sympy

        return tuple(sympy.Symbol(name, positive=True) for name in ("g", "G", "w"))

    @cached_property
    def expression(self) -> Any:
        """The utility as a sympy expression in `symbols`."""
        import sympy

        return sympy.sympify(self._utility(*self.symbols))

    @cached_property
    def marginal(self) -> Any:
        """What one more unit contributed adds to the own utility, through the own contribution and the sum."""
        return marginal_utility(self.expression, self.symbols)

    def payoff(self, contributions: Sequence[Any] | np.ndarray) -> dict[str, float]:
        """Return the utility of each player, by label, as floats (logarithms are irrational).

        Parameters
        ----------
        contributions : sequence of number, shape (n,)
            What each player contributes.
        """
        if len(contributions) != len(self._players):
            raise GameDefinitionError(
                f"payoff(): one contribution for each of the {len(self._players)} players is needed, got {len(contributions)}."
            )
        g = np.array([float(x) for x in contributions])
        w = np.array([float(x) for x in self._endowments])
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.broadcast_to(self._numeric(g, g.sum(), w), g.shape)
        return dict(zip(self._players, map(float, values), strict=True))

    @cached_property
    def _numeric(self) -> Callable[..., Any]:
        import sympy

        return sympy.lambdify(self.symbols, self.expression, "numpy", cse=True)  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<AggregativeGame{f' {self._title!r}' if self._title else ''} {len(self._players)} players, {self._field} endowments>"


def marginal_utility(utility: Any, symbols: tuple[Any, Any, Any]) -> Any:
    """Return what one more unit contributed adds to the own utility, through the own contribution and the sum."""
    import sympy

    g, total, _ = symbols
    return sympy.together(sympy.diff(utility, g) + sympy.diff(utility, total))


@dataclass(frozen=True, eq=False)
class Contributions:
    """What each player contributes.

    Parameters
    ----------
    game : AggregativeGame
        The game that is played.
    efforts : ndarray, shape (n,)
        Contributions in player order, exact where the equilibrium is rational.
    error : Fraction or float
        Certified bound on the distance of every contribution, and of the sum, from the true one; 0 if exact.
    """

    game: AggregativeGame
    efforts: np.ndarray
    error: Any = Fraction(0)

    @property
    def total(self) -> Any:
        """Sum of all contributions."""
        return sum(self.efforts)

    @property
    def contributors(self) -> tuple[str, ...]:
        """Players who contribute a positive amount."""
        return tuple(player for player, effort in zip(self.game.players, self.efforts, strict=True) if effort > 0)

    @property
    def burdens(self) -> dict[str, Any]:
        """Contribution as a share of the own endowment, by player."""
        return {
            player: effort / wealth for player, effort, wealth in zip(self.game.players, self.efforts, self.game.endowments, strict=True)
        }

    @property
    def shares(self) -> dict[str, Any]:
        """Share of each player in the sum."""
        total = self.total
        return {player: effort / total for player, effort in zip(self.game.players, self.efforts, strict=True)}

    @property
    def is_pure(self) -> bool:
        """Always true: nobody randomises."""
        return True

    @property
    def payoffs(self) -> dict[str, float]:
        """Utility of each player, as floats."""
        return self.game.payoff(self.efforts)

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return the vector of contributions in a tuple.

        Parameters
        ----------
        dtype : type, optional
            ``float`` for float64; by default the numbers stay as they are.
        """
        return (self.efforts if dtype is None else self.efforts.astype(dtype),)

    def __getitem__(self, player: str | int) -> Any:
        value = self.efforts[resolve(player, self.game.players, "player", "contributions")]
        return float(value) if isinstance(value, np.floating) else value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Contributions) and self.game is other.game and bool(np.array_equal(self.efforts, other.efforts))

    def __hash__(self) -> int:
        return hash(tuple(self.efforts))

    def __str__(self) -> str:
        parts = [f"{player} {format_number(effort)}" for player, effort in zip(self.game.players, self.efforts, strict=True)]
        return f"({', '.join(parts[:8])}{', ...' if len(parts) > 8 else ''}), sum {format_number(self.total)}"


def to_field(values: Sequence[Fraction], field: Field) -> np.ndarray:
    """Return exact contributions in the number system of a game."""
    result = np.empty(len(values), dtype=float if field == "float" else object)
    result[:] = [convert(value, "exact", field) for value in values]
    result.setflags(write=False)
    return result
