"""Seeded random games and sets of equilibria that can be compared."""

from fractions import Fraction

import numpy as np

import alliancegames as ag


def random_matrices(seed: int, *, tied: bool, smallest: int = 2, largest: int = 4) -> tuple[list, list]:
    """Return two payoff matrices of random shape, of small integers or of rationals without ties."""
    rng = np.random.default_rng(seed)
    m, n = (int(k) for k in rng.integers(smallest, largest + 1, size=2))

    def matrix() -> list:
        if tied:
            return [[Fraction(int(value)) for value in row] for row in rng.integers(-2, 3, size=(m, n))]
        return [[Fraction(int(value), int(rng.integers(1, 50))) for value in row] for row in rng.integers(-10_000, 10_001, size=(m, n))]

    return matrix(), matrix()


def random_game(seed: int, **options) -> ag.NormalFormGame:
    """Return the game of `random_matrices`."""
    return ag.NormalFormGame.from_bimatrix(*random_matrices(seed, **options))


def as_list(equilibria) -> list[tuple]:
    """Return the strategies of all equilibria as tuples of numbers."""
    return [tuple(tuple(vector) for vector in profile.arrays()) for profile in equilibria]


def as_set(equilibria) -> set[tuple]:
    """Return the strategies of all equilibria as a set; two equal equilibria would be a defect."""
    listed = as_list(equilibria)
    assert len(set(listed)) == len(listed), "an equilibrium is listed twice"
    return set(listed)
