"""Equilibria of games with three or more players whose answers are known from the literature."""

import decimal
import itertools
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import alliancegames as ag

Game = ag.NormalFormGame
F = Fraction


def from_cells(shape: tuple[int, ...], cells: dict[str, tuple]) -> ag.NormalFormGame:
    """Build a game from payoffs by cell, "121" for the actions 1, 2, 1; other cells pay nothing."""
    nothing = (0,) * len(shape)
    return Game.from_function(lambda *cell: cells.get("".join(cell), nothing), [[str(k + 1) for k in range(size)] for size in shape])


def first_weights(equilibria) -> set[tuple]:
    """Return the probabilities of the players' first actions in each equilibrium."""
    return {tuple(vector[0] for vector in profile.arrays()) for profile in equilibria}


def cells_of(equilibria) -> set[str]:
    return {"".join(profile.actions) for profile in equilibria}


def catalogue(slug: str) -> ag.NormalFormGame:
    """Return a game of pygambit's catalogue."""
    pygambit = pytest.importorskip("pygambit", reason="pygambit's catalogue holds the game")
    return ag.io.from_pygambit(pygambit.catalog.load(slug))


MCKELVEY_MCLENNAN = {"111": (9, 8, 12), "122": (3, 4, 6), "212": (3, 4, 6), "221": (9, 8, 2)}
VAN_DER_LAAN = {
    "111": (-1, -4, -4),
    "112": (-2, -2, -8),
    "121": (-8, -2, -1),
    "122": (-5, -6, -8),
    "211": (-8, -2, -4),
    "212": (-8, -1, -2),
    "221": (-2, -1, -2),
    "222": (-2, -3, -1),
}
NAU_4 = {
    "111": (3, 0, 2),
    "112": (1, 0, 0),
    "121": (0, 2, 0),
    "122": (0, 1, 0),
    "211": (0, 1, 0),
    "212": (0, 3, 0),
    "221": (1, 0, 0),
    "222": (2, 0, 3),
}
NAU_5 = {"111": (0, 0, 2), "112": (1, 1, 0), "121": (0, 3, 0), "211": (3, 0, 0), "222": (0, 0, 3)}
HORSE = {"111": (1, 1, 1), "112": (1, 1, 1), "121": (4, 4, 0), "122": (0, 0, 1), "211": (3, 2, 2), "221": (3, 2, 2)}
MAX_CUT = {"112": (-1, 2, 1), "121": (2, 4, 2), "122": (1, 2, -1), "211": (1, 2, -1), "212": (2, 4, 2), "221": (-1, 2, 1)}
MYERSON = {"112": (6, 5, 4), "121": (5, 4, 6), "211": (4, 6, 5)}


def assert_points(equilibria, count: int, *, exact: bool = True) -> None:
    """Check a complete list of isolated equilibria."""
    assert (len(equilibria), equilibria.complete, equilibria.exact, equilibria.status) == (count, True, exact, "complete")
    assert equilibria.provenance.solver == "support_enumeration"


def test_mckelvey_and_mclennan_has_nine():
    found = ag.nash(from_cells((2, 2, 2), MCKELVEY_MCLENNAN))
    assert_points(found, 9)
    assert first_weights(found) == {
        (1, 1, 1),
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
        (F(1, 2), F(1, 2), 1),
        (F(1, 3), 1, F(1, 4)),
        (0, F(1, 4), F(1, 3)),
        (F(1, 2), F(2, 5), F(1, 4)),
        (F(2, 5), F(1, 2), F(1, 3)),
    }
    assert found.provenance.max_regret == 0


def test_van_der_laan_has_one():
    found = ag.nash(from_cells((2, 2, 2), VAN_DER_LAAN))
    assert_points(found, 1)
    assert first_weights(found) == {(F(1, 5), F(3, 7), F(2, 3))}


def nau_4_formulas() -> list[Decimal]:
    """Return the irrational equilibrium from its closed form, to 28 places."""
    with decimal.localcontext():
        q = (Decimal(601).sqrt() - 13) / 24
        return [(9 * q - 1) / (7 * q + 2), q, (2 - 3 * q) / (q + 1)]


@pytest.mark.parametrize("source", ["typed", "catalogue"])
def test_nau_section_4_is_irrational(source):
    game = from_cells((2, 2, 2), NAU_4) if source == "typed" else catalogue("journals/ijgt/nau2004/sec4")
    found = ag.nash(game)
    assert_points(found, 1, exact=False)
    expected = nau_4_formulas()
    assert found[0].game.field == "float"
    for vector, value in zip(found[0].arrays(), expected, strict=True):
        assert vector[0] == float(value)
    (enclosure,) = found.provenance.certificate["enclosures"]
    for weights, value in zip(enclosure["strategies"].values(), expected, strict=True):
        assert abs(Fraction(next(iter(weights.values()))) - Fraction(value)) < Fraction(1, 10**26)
    assert enclosure["radius"] == "1e-30"
    assert [f"{vector[0]:.11f}" for vector in found[0].arrays()] == ["0.61923257947", "0.47980422268", "0.37882533607"]


@pytest.mark.parametrize("source", ["typed", "catalogue"])
def test_nau_section_5_has_a_continuum_of_completely_mixed_equilibria(source):
    game = from_cells((2, 2, 2), NAU_5) if source == "typed" else catalogue("journals/ijgt/nau2004/sec5")
    found = ag.nash(game)
    assert (found.complete, found.exact, found.degenerate, found.status) == (True, True, True, "continuum")
    assert first_weights(found.pure) == {(1, 0, 1), (0, 1, 1), (0, 0, 0)}
    assert first_weights(found.mixed) == {(1, 0, F(1, 4)), (0, 1, F(1, 4))}
    (mixed,) = [family for family in found.provenance.certificate["families"] if all(len(s) == 2 for s in family.support.values())]
    assert mixed.dimension == 1
    # The continuum in closed form: the third player fixed, the first two on a hyperbola.
    for k in range(1, 12):
        x = F(k, 12)
        y = (3 - 3 * x) / (3 - x)
        assert game.is_nash([[x, 1 - x], [y, 1 - y], ["1/4", "3/4"]])
    x, y, z = (vector[0] for vector in mixed.sample.arrays())
    assert (x * y - 3 * x - 3 * y + 3, z) == (0, F(1, 4))


def test_nau_section_6_is_a_segment():
    found = ag.nash(catalogue("journals/ijgt/nau2004/sec6"))
    assert (found.complete, found.status, len(found)) == (True, "continuum", 2)
    (family,) = found.provenance.certificate["families"]
    assert family.dimension == 1
    ends = [profile.arrays() for profile in found]
    for k in range(13):
        point = [(F(k, 12) * one + F(12 - k, 12) * other) for one, other in zip(*ends, strict=True)]
        assert found.game.is_nash(point)


@pytest.mark.parametrize("source", ["typed", "catalogue"])
def test_seltens_horse(source):
    game = from_cells((2, 2, 2), HORSE) if source == "typed" else catalogue("journals/ijgt/selten1975/fig1")
    found = ag.nash(game)
    assert (found.complete, found.exact, found.status) == (True, True, "continuum")
    assert len(found.pure) == 2
    assert sorted(family.dimension for family in found.provenance.certificate["families"]) == [1, 1]
    if source == "typed":
        assert cells_of(found.pure) == {"112", "211"}
        assert first_weights(found.mixed) == {(1, 1, F(1, 4)), (0, F(1, 3), 1)}


def test_selten_figure_3():
    found = ag.nash(catalogue("journals/ijgt/selten1975/fig3"))
    assert (found.complete, len(found.pure)) == (True, 3)


def test_max_cut():
    found = ag.nash(from_cells((2, 2, 2), MAX_CUT))
    assert_points(found, 3)
    assert first_weights(found) == {(1, 0, 1), (0, 1, 0), (F(1, 2), F(1, 2), F(1, 2))}


def test_myerson_example_3_4():
    found = ag.nash(from_cells((2, 2, 2), MYERSON))
    assert_points(found, 8)
    assert cells_of(found.pure) == {"112", "121", "211", "222"}


def test_a_constant_added_to_the_horse_changes_nothing():
    shifted = {cell: tuple(p + 7 for p in HORSE.get(cell, (0, 0, 0))) for cell in map("".join, itertools.product("12", repeat=3))}
    assert first_weights(ag.nash(from_cells((2, 2, 2), shifted))) == first_weights(ag.nash(from_cells((2, 2, 2), HORSE)))


def test_jakobsen_figure_3_has_two_pure_equilibria():
    found = ag.nash(catalogue("conf/itcs/jakobsen2016/fig3"))
    assert (found.complete, len(found.pure)) == (True, 2)


def test_three_players_coordinate_on_one_of_three():
    same = {"111": (1, 1, 1), "222": (1, 1, 1), "333": (1, 1, 1)}
    found = ag.nash(from_cells((3, 3, 3), same))
    assert found.complete is True
    assert len(found.pure) == 9
    third = F(1, 3)
    assert ((third, third, third),) * 3 in {tuple(tuple(v) for v in profile.arrays()) for profile in found.mixed}


def test_unanimity_with_four_players():
    def payoff(*cell):
        return ({"0000": 1, "1111": 2}.get("".join(cell), 0),) * 4

    found = ag.nash(Game.from_function(payoff, [["0", "1"]] * 4))
    assert found.complete is True
    assert cells_of(found.pure) == {"0000", "1111", "0011", "0101", "0110", "1001", "1010", "1100"}
    # All four mix: p**3 = 2 (1 - p)**3.
    p = 2 ** (1 / 3) / (1 + 2 ** (1 / 3))
    mixed = [profile for profile in found if all(len(s) == 2 for s in profile.support.values())]
    assert any(all(abs(float(v[0]) - p) < 1e-12 for v in profile.arrays()) for profile in mixed)


@pytest.mark.parametrize("players", [3, 4])
@pytest.mark.parametrize("value", [3, 8])
def test_anti_coordination(players, value):
    # Doing it alone pays ``value``, not doing it pays 1: everybody refrains with probability v**(-1/(n-1)).
    def payoff(*cell):
        done = [action == "do" for action in cell]
        return tuple(1 if not own else value * (sum(done) == 1) for own in done)

    found = ag.nash(Game.from_function(payoff, [["refrain", "do"]] * players))
    assert found.complete is True
    p = value ** (-1 / (players - 1))
    symmetric = [profile for profile in found if all(abs(float(v[0]) - p) < 1e-12 for v in profile.arrays())]
    assert len(symmetric) == 1
    assert len(found.pure) == players


def test_symmetric_game_with_a_square_root():
    table = [[[3, 6], [4, 2]], [[1, 0], [5, 7]]]
    # The payoff depends on which of the others does what: each player reads "the next, the one after".
    arrays = []
    for k in range(3):
        array = np.zeros((2, 2, 2), dtype=int)
        for cell in itertools.product((0, 1), repeat=3):
            array[cell] = table[cell[k]][cell[(k + 1) % 3]][cell[(k + 2) % 3]]
        arrays.append(array)
    found = ag.nash(Game.from_arrays(*arrays))
    assert found.complete is True
    weight = (15 - math.sqrt(65)) / 16
    same = [p for p in found.mixed if all(abs(float(v[0]) - weight) < 1e-14 for v in p.arrays())]
    assert len(same) == 1
