"""Equilibrium contributions against best-reply conditions and an independent float fixed point."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError, UnknownLabelError

weights = st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=40)
wealths = st.lists(st.fractions(Fraction(1, 10), 1000, max_denominator=30), min_size=1, max_size=8)


def cobb_douglas(endowments, alpha) -> ag.AggregativeGame:
    a = sympy.Rational(Fraction(alpha).numerator, Fraction(alpha).denominator)
    return ag.AggregativeGame(endowments, lambda g, total, w: (1 - a) * sympy.log(w - g) + a * sympy.log(total))


def joint_product(endowments, alpha, share) -> ag.AggregativeGame:
    """Return a game in which a contribution also yields a private benefit, so that best replies are curved."""
    a, b = (sympy.Rational(Fraction(x).numerator, Fraction(x).denominator) for x in (alpha, share))
    return ag.AggregativeGame(
        endowments, lambda g, total, w: (1 - a) * sympy.log(w - g) + a * (b * sympy.log(g) + (1 - b) * sympy.log(total))
    )


@given(wealths, weights)
def test_exact_equilibria_are_best_replies(endowments, alpha):
    result = ag.contributions(cobb_douglas(endowments, alpha))
    found = result[0]
    for effort, wealth in zip(found.efforts, endowments, strict=True):
        assert effort == max(0, alpha * wealth - (1 - alpha) * (found.total - effort))
    assert (len(result), result.complete, result.exact, found.error) == (1, True, True, 0)
    assert result.provenance.solver == "contributor_set"
    assert result.provenance.max_regret == 0
    assert all(type(effort) is Fraction for effort in found.efforts)


def reply_iteration(endowments: np.ndarray, alpha: float) -> np.ndarray:
    """Let the players reply one after the other until nothing moves."""
    efforts = np.zeros_like(endowments)
    for _ in range(4000):
        for k, wealth in enumerate(endowments):
            efforts[k] = max(0.0, alpha * wealth - (1 - alpha) * (efforts.sum() - efforts[k]))
    return efforts


@pytest.mark.parametrize("seed", range(6))
def test_against_iterated_replies(seed):
    rng = np.random.default_rng(seed)
    endowments = [Fraction(int(w), 7) for w in rng.integers(10, 900, size=int(rng.integers(1, 9)))]
    alpha = Fraction(int(rng.integers(1, 10)), 10)
    found = ag.contributions(cobb_douglas(endowments, alpha))[0]
    expected = reply_iteration(np.array(endowments, dtype=float), float(alpha))
    assert np.allclose(found.efforts.astype(float), expected, atol=1e-6)


@given(wealths)
def test_the_order_of_players_does_not_matter(endowments):
    found = ag.contributions(cobb_douglas(endowments, "3/10"))[0]
    turned = ag.contributions(cobb_douglas(endowments[::-1], "3/10"))[0]
    assert turned.efforts.tolist() == found.efforts.tolist()[::-1]


@given(wealths, st.fractions(Fraction(1, 9), 9))
def test_contributions_scale_with_wealth(endowments, factor):
    found = ag.contributions(cobb_douglas(endowments, "1/3"))[0]
    scaled = ag.contributions(cobb_douglas([factor * w for w in endowments], "1/3"))[0]
    assert scaled.efforts.tolist() == [factor * effort for effort in found.efforts]


def test_many_equal_allies():
    # With n equal contributors g = alpha w / (n - (n - 1) alpha).
    n, alpha = 40, Fraction(1, 4)
    found = ag.contributions(cobb_douglas([100] * n, alpha))[0]
    assert set(found.efforts) == {alpha * 100 / (n - (n - 1) * alpha)}


def float_fixed_point(endowments, alpha: float, share: float) -> np.ndarray:
    """Find the sum at which floating-point replies add up to it, each by bisection on the marginal utility."""

    def reply(wealth: float, total: float) -> float:
        def slope(g: float) -> float:
            return -(1 - alpha) / (wealth - g) + alpha * share / g + alpha * (1 - share) / total

        return brentq(slope, wealth * 1e-14, wealth * (1 - 1e-14), xtol=1e-15, rtol=1e-14)

    total = brentq(lambda t: sum(reply(w, t) for w in endowments) - t, 1e-9, sum(endowments), rtol=1e-14)
    return np.array([reply(w, total) for w in endowments])


@pytest.mark.parametrize("seed", range(8))
def test_enclosed_equilibria_have_the_certified_error(seed):
    rng = np.random.default_rng(seed)
    endowments = [Fraction(int(w), 3) for w in rng.integers(10, 900, size=int(rng.integers(2, 6)))]
    alpha, share = Fraction(int(rng.integers(1, 10)), 10), Fraction(int(rng.integers(1, 10)), 10)
    result = ag.contributions(joint_product(endowments, alpha, share))
    found = result[0]
    expected = float_fixed_point([float(w) for w in endowments], float(alpha), float(share))
    distance = np.abs(found.efforts.astype(float) - expected).max()
    assert distance <= float(found.error) + 1e-9 * max(expected)
    assert float(found.error) <= 1e-6 * max(expected)
    assert result.complete is True
    assert result.exact == (found.error == 0)
    assert result.provenance.solver == "replacement"


@pytest.mark.parametrize("seed", range(4))
def test_nobody_gains_by_another_contribution(seed):
    rng = np.random.default_rng(seed)
    endowments = [int(w) for w in rng.integers(5, 200, size=4)]
    game = joint_product(endowments, "2/5", "1/3")
    found = ag.contributions(game)[0]
    efforts = found.efforts.astype(float)
    for k, wealth in enumerate(endowments):
        player = game.players[k]

        def loss(effort, k=k, player=player):
            return -game.payoff([*efforts[:k], effort, *efforts[k + 1 :]])[player]

        best = minimize_scalar(loss, bounds=(1e-9, wealth * (1 - 1e-9)), method="bounded", options={"xatol": 1e-10})
        assert -best.fun <= game.payoff(efforts)[player] + 1e-10


def test_a_rational_equilibrium_with_curved_replies_is_exact():
    # With n equal players -(1 - a) / (w - g) + a b / g + a (1 - b) / (n g) = 0 has a rational solution.
    result = ag.contributions(joint_product([12, 12], "1/2", "1/2"))
    found = result[0]
    assert result.exact
    assert found.error == 0
    g = found.efforts[0]
    assert -Fraction(1, 2) / (12 - g) + Fraction(1, 4) / g + Fraction(1, 4) / (2 * g) == 0


def test_floats_stay_floats():
    result = ag.contributions(cobb_douglas([120.0, 100.0, 90.0], "3/10"))
    assert (result.exact, result.complete) == (False, True)
    assert result[0].efforts.dtype == float
    assert np.allclose(result[0].efforts, [500 / 17, 160 / 17, 0], rtol=1e-15)


def test_bad_input():
    with pytest.raises(GameDefinitionError, match=r"contributions\(\): expected an AggregativeGame, got NormalFormGame"):
        ag.contributions(ag.games.chicken())
    with pytest.raises(SolverNotApplicableError, match="the endowments contain symbols; give numbers"):
        ag.contributions(cobb_douglas([sympy.Symbol("w_1", positive=True), 2], "1/2"))
    with pytest.raises(UnknownLabelError, match="unknown solver 'bisection'; known: 'auto', 'contributor_set', 'replacement'"):
        ag.contributions(cobb_douglas([1, 2], "1/2"), solver="bisection")
    with pytest.raises(
        SolverNotApplicableError,
        match=r"solver 'contributor_set' needs best replies that are linear in the sum\. Solvers that apply: replacement",
    ):
        ag.contributions(joint_product([1, 2], "1/2", "1/2"), solver="contributor_set")
    with pytest.raises(TypeError, match="unexpected keyword"):
        ag.contributions(cobb_douglas([1, 2], "1/2"), tol=1e-9)


@pytest.mark.parametrize(
    "utility",
    [
        lambda g, total, w: sympy.log(total) + sympy.log(g) * 0 + g * g,
        lambda g, total, w: total * total - g,
        lambda g, total, w: sympy.sin(g) + sympy.log(total),
    ],
)
def test_games_without_a_proof_of_uniqueness_are_refused(utility):
    with pytest.raises(SolverNotApplicableError):
        ag.contributions(ag.AggregativeGame([3, 4], utility))


def test_both_methods_agree_where_both_apply():
    game = cobb_douglas([120, 100, 95], "3/10")
    exact = ag.contributions(game, solver="contributor_set")[0]
    other = ag.contributions(game, solver="replacement")[0]
    assert np.abs(exact.efforts.astype(float) - other.efforts.astype(float)).max() <= float(other.error) + 1e-12
