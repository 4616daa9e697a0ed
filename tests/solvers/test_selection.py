"""Refinements and selection: textbook games, and checks against the definitions."""

from fractions import Fraction as F

import numpy as np
import pytest
from drawn_games import random_matrices
from hypothesis import given
from scipy.optimize import linprog

import alliancegames as ag
from alliancegames.solvers import is_undominated, p_dominance, select
from alliancegames.testing import bimatrix_games

Game = ag.NormalFormGame


def names(profiles):
    return [str(profile) for profile in profiles]


def test_stag_hunt():
    eqs = ag.nash(ag.games.stag_hunt())
    assert names(eqs.select("strict")) == ["(stag) × (stag)", "(hare) × (hare)"]
    assert names(eqs.select("payoff_dominant")) == names(eqs.select("welfare")) == ["(stag) × (stag)"]
    assert names(eqs.select("risk_dominant")) == ["(hare) × (hare)"]
    assert len(eqs.select("quasi_strict")) == len(eqs.select("perfect")) == 3


def test_a_symmetric_game_has_two_risk_dominant_equilibria():
    assert len(ag.nash(ag.games.chicken()).select("risk_dominant")) == 2
    assert ag.nash(ag.games.battle_of_the_sexes()).select("payoff_dominant") == ()
    assert len(ag.nash(ag.games.battle_of_the_sexes()).select("pareto")) == 2


def test_weakly_dominated_equilibrium_is_not_perfect():
    """Two pure equilibria, one in weakly dominated strategies."""
    eqs = ag.nash(Game.from_table([[(1, 1), (0, 0)], [(0, 0), (0, 0)]]))
    assert names(eqs) == ["(1) × (1)", "(2) × (2)"]
    assert names(eqs.select("perfect")) == names(eqs.select("undominated")) == ["(1) × (1)"]
    assert names(eqs.select("quasi_strict")) == ["(1) × (1)"]


def test_dominated_by_a_mixture_only():
    game = Game.from_arrays([[3, 0], [0, 3], [F(3, 2), F(3, 2)]], [[0, 0]] * 3)
    assert is_undominated(game.profile((2, 0)), 0)
    lower = Game.from_arrays([[3, 0], [0, 3], [F(3, 2), F(4, 3)]], [[0, 0]] * 3)
    assert not is_undominated(lower.profile((2, 0)), 0)
    assert is_undominated(lower.profile((0, 0)), 0)


def test_a_mixed_strategy_may_be_dominated_although_its_actions_are_not():
    game = Game.from_arrays([[4, 0], [0, 4], [3, 3]], [[0, 0]] * 3)
    assert all(is_undominated(game.profile((a, 0)), 0) for a in range(3))
    assert not is_undominated(game.profile((["1/2", "1/2", 0], 0)), 0)


@pytest.mark.parametrize("seed", range(60))
def test_undominated_agrees_with_a_float_program(seed):
    row, column = random_matrices(seed, tied=True)
    game = Game.from_bimatrix(row, column)
    payoffs = np.array(row, dtype=float)
    for profile in ag.nash(game):
        x = profile.arrays(float)[0]
        target = x @ payoffs
        found = linprog(
            -payoffs.sum(axis=1), A_ub=-payoffs.T, b_ub=-target + 1e-12, A_eq=np.ones((1, len(x))), b_eq=[1], bounds=[(0, 1)] * len(x)
        )
        assert is_undominated(profile, 0) == (-found.fun <= target.sum() + 1e-7)


@given(bimatrix_games(2, 3, tied=True))
def test_perfect_equilibria_exist_and_are_few(game):
    eqs = ag.nash(game)
    assert eqs.select("perfect"), "every game has a perfect equilibrium, and extreme ones suffice"
    assert set(eqs.select("strict")) <= set(eqs.select("quasi_strict"))
    assert set(eqs.select("strict")) <= set(eqs.select("perfect"))
    assert set(eqs.select("payoff_dominant")) <= set(eqs.select("welfare")) <= set(eqs.select("pareto"))


@pytest.mark.parametrize("seed", range(40))
def test_p_dominance_by_its_definition(seed):
    game = Game.from_bimatrix(*random_matrices(seed, tied=True))
    for profile in ag.nash(game).pure:
        p = p_dominance(profile)
        row, column = (next(a for a, w in enumerate(v) if w) for v in profile.arrays())
        for belief in (p, min(F(1), p + F(1, 50)), max(F(0), p - F(1, 50))):
            holds = True
            for k, (own, other) in enumerate(((row, column), (column, row))):
                table = game.payoffs[k] if k == 0 else game.payoffs[k].T
                for wrong in range(table.shape[1]):
                    values = belief * table[:, other] + (1 - belief) * table[:, wrong]
                    holds &= values[own] == max(values)
            assert holds == (belief >= p)


def test_half_dominance_is_risk_dominance_in_two_by_two():
    stag, hare = ag.nash(ag.games.stag_hunt()).pure
    assert (p_dominance(stag), p_dominance(hare)) == (F(2, 3), F(1, 3))


def test_half_dominance_refines_risk_dominance():
    """In 2×2 games half-dominant equilibria are risk dominant; in symmetric coordination games the reverse holds."""
    compared = 0
    for seed in range(40):
        row, column = random_matrices(seed, tied=False, smallest=2, largest=2)
        eqs = ag.nash(Game.from_bimatrix(row, column))
        if len(eqs.select("strict")) == 2:
            assert set(eqs.select("half_dominant")) <= set(eqs.select("risk_dominant"))
        symmetric = ag.nash(Game.symmetric(row))
        if [str(profile) for profile in symmetric.select("strict")] == ["(1) × (1)", "(2) × (2)"]:
            assert symmetric.select("half_dominant") == symmetric.select("risk_dominant")
            compared += 1
    assert compared > 3
    cyclic = Game.symmetric([[5, 0, 3], [3, 5, 0], [0, 3, 5]])
    assert len(ag.nash(cyclic).select("strict")) == 3
    assert ag.nash(cyclic).select("half_dominant") == ()


@pytest.mark.parametrize("seed", range(30))
def test_half_dominance_of_three_players_by_its_definition(seed):
    """Every belief that gives the others' actions half of the weight is a mixture of those that add one profile."""
    game = Game.from_arrays(*np.random.default_rng(seed).integers(-3, 4, size=(3, 2, 2, 3)).tolist())
    eqs = ag.pure_nash(game)
    for profile in eqs:
        cell = [labels.index(action) for labels, action in zip(game.actions, profile.actions, strict=True)]
        holds = True
        for k in range(3):
            table = np.moveaxis(game.payoffs[k], k, 0)
            home = table[(slice(None), *(a for j, a in enumerate(cell) if j != k))]
            for others in np.ndindex(table.shape[1:]):
                values = (home + table[(slice(None), *others)]) / F(2)
                holds &= values[cell[k]] == max(values)
        assert (profile in eqs.select("half_dominant")) == holds


def test_half_dominance_keeps_pure_equilibria_only():
    assert ag.nash(ag.games.matching_pennies()).select("half_dominant") == ()
    coordination = ag.nash(Game.symmetric([[1, 0], [0, 1]]))
    assert len(coordination) == 3
    assert coordination.select("half_dominant") == coordination.pure


def test_potential_maximisers():
    eqs = ag.nash(ag.games.stag_hunt())
    assert names(eqs.select("potential_maximiser")) == ["(hare) × (hare)"]
    weighted = ag.nash(Game.from_bimatrix([[0, 0], [-1, 2]], [[0, -2], [0, 4]]))
    assert names(weighted.select("potential_maximiser")) == ["(2) × (2)"]
    assert len(ag.nash(Game.from_bimatrix([[0, 0]] * 2, [[0, 0]] * 2)).select("potential_maximiser")) == 4
    assert names(ag.nash(ag.games.stag_hunt().floats()).select("potential_maximiser")) == ["(hare) × (hare)"]


@pytest.mark.parametrize("seed", range(20))
def test_potential_maximisers_of_drawn_potential_games(seed):
    """Three players whose payoffs are a common function plus what the others' actions do to them."""
    rng = np.random.default_rng(seed)
    common = rng.integers(-3, 4, size=(2, 3, 2))
    noise = [rng.integers(-9, 10, size=[1 if j == k else n for j, n in enumerate(common.shape)]) for k in range(3)]
    game = Game.from_arrays(*((common + part).tolist() for part in noise))
    best = {tuple(str(a + 1) for a in cell) for cell in np.argwhere(common == common.max())}
    assert {profile.actions for profile in ag.pure_nash(game).select("potential_maximiser")} == best


def test_empty_lists_stay_empty():
    for rule in ("proper", "half_dominant", "potential_maximiser", "evolutionarily_stable", "neutrally_stable"):
        assert select([], rule) == ()


def test_float_games_and_own_rules():
    eqs = ag.nash(ag.games.stag_hunt().floats())
    assert names(eqs.select("risk_dominant")) == ["(hare) × (hare)"]
    assert len(eqs.select("perfect")) == 3
    assert names(eqs.select(lambda profile: profile["Row"]["stag"] > 0.9)) == ["(stag) × (stag)"]


def test_refusals():
    with pytest.raises(ag.errors.UnknownLabelError, match=r"unknown rule 'risk'.*risk_dominant"):
        ag.nash(ag.games.chicken()).select("risk")
    with pytest.raises(ag.errors.SolverNotApplicableError, match="two strict equilibria"):
        ag.nash(ag.games.prisoners_dilemma()).select("risk_dominant")
    with pytest.raises(ag.errors.SolverNotApplicableError, match="pure Nash equilibrium"):
        p_dominance(ag.nash(ag.games.matching_pennies())[0])
    with pytest.raises(ag.errors.SolverNotApplicableError, match="no weighted potential"):
        ag.nash(ag.games.matching_pennies()).select("potential_maximiser")
    three = Game.from_function(lambda a, b, c: (1, 1, 1), [["x", "y"]] * 3)
    with pytest.raises(ag.errors.SolverNotApplicableError, match="two-player games only"):
        ag.pure_nash(three).select("perfect")
