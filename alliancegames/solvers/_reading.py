"""What solvers outside the registry share: checking the game, exact copies of its payoffs, rounding at the end."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._fields import to_float
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame

__all__ = ["FLOAT_TOLERANCE", "check_game", "check_tolerance", "exact_payoffs", "in_field", "spans"]

# Discrepancies of float payoffs below this share of a player's payoff range count as rounding.
FLOAT_TOLERANCE = 1e-9


# What to use for games of other forms.
ELSEWHERE = {
    "ExtensiveGame": "use sequential_equilibria() or subgame_perfect(), or .normal_form()",
    "SignallingGame": "use perfect_bayesian(), or .normal_form()",
    "BayesianGame": "use bayesian_nash(), or .ex_ante()",
    "AnonymousGame": "use count_equilibria() or symmetric_equilibria(), or .normal_form()",
    "SparseGame": "use sparse_pure_nash()",
    "CutoffGame": "use cutoff_equilibria()",
    "OfferGame": "use offer_equilibria()",
    "StochasticGame": "use markov_perfect()",
    "AggregativeGame": "use contributions()",
}


def check_game(function: str, game: Any, *, symbols: bool = False) -> None:
    """Refuse what is no game in normal form and, unless ``symbols``, payoffs that are no numbers."""
    if not isinstance(game, NormalFormGame):
        raise GameDefinitionError(
            f"{function}(): expected a NormalFormGame, got {type(game).__name__}; "
            f"{ELSEWHERE.get(type(game).__name__, 'build one with NormalFormGame.from_bimatrix(A, B), or call .game() on a model')}."
        )
    if game.field == "symbolic" and not symbols:
        names = ", ".join(sorted(map(str, game.free_symbols)))
        cause = (
            f"the payoffs contain the symbols {names}; substitute numbers with .subs({{...}})"
            if names
            else "the payoffs are irrational; use .floats()"
        )
        raise SolverNotApplicableError(f"{function}(): {cause}, or ask a model for its regimes().")


def check_tolerance(function: str, tol: Any) -> Fraction:
    """Return a tolerance, a share of the payoff range, as the exact number it is."""
    number = isinstance(tol, (int, float, Fraction)) and not isinstance(tol, bool)
    if not (number and 0 <= tol < 1):
        raise GameDefinitionError(f"{function}(): tol is a share of the payoff range and must lie in [0, 1), got {tol!r}.")
    return Fraction(tol)


def exact_payoffs(game: NormalFormGame) -> tuple[np.ndarray, ...]:
    """Return the payoffs as Fractions; a float stands for its exact binary value."""
    if game.field == "exact":
        return game.payoffs
    arrays = []
    for payoffs in game.payoffs:
        exact = np.empty(payoffs.shape, dtype=object)
        for cell in np.ndindex(payoffs.shape):
            exact[cell] = Fraction(float(payoffs[cell]))
        arrays.append(exact)
    return tuple(arrays)


def spans(payoffs: tuple[np.ndarray, ...]) -> list[Fraction]:
    """Return the difference between the largest and the smallest payoff of each player."""
    return [max(array.flat) - min(array.flat) for array in payoffs]


def in_field(value: Fraction, game: NormalFormGame) -> Any:
    """Return an exact result in the number system of the game: rounded once for floats, unchanged otherwise."""
    return to_float(value, "rounding the result") if game.field == "float" else value
