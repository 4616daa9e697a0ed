"""All cutoff equilibria: published numbers, brute force, corners, kinks, singular games, folds and branches."""

import math
import warnings
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, fsolve

from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolverNotApplicableError, UnknownLabelError
from alliancegames.games.cutoff import CutoffGame
from alliancegames.games.distributions import (
    Distribution,
    Logistic,
    Normal,
    PiecewiseLinear,
    Uniform,
    bivariate_normal_cdf,
    clip,
    exp,
    maximum,
    normal_cdf,
    sqrt,
)
from alliancegames.solvers._cutoff_systems import clusters, simplest
from alliancegames.solvers._intervals import Interval
from alliancegames.solvers.cutoff_folds import correspondence, folds
from alliancegames.solvers.cutoffs import IntervalNewton, cutoff_equilibria

F = Fraction
HALF, WAR_A, RETREAT_A = F(1, 2), F(-19, 10), F(-6, 5)


def values_of(result):
    return [tuple(float(v) for v in item.values) for item in result]


# -------------------------------------------------------------------- a crisis with continuous types


def crisis(W_B, S_A=0, V_A=1, C_B=0, W_A=WAR_A, a=RETREAT_A, V_B=1):
    """The crisis-signalling game: the probability that B resists solves one equation."""

    def chances(resist):
        c = (S_A - (1 - resist) * V_A) / resist
        challenge = 1 - normal_cdf(c - W_A) * normal_cdf(c - a)
        both = bivariate_normal_cdf((W_A - a) / sqrt(2), W_A - c, 2**-0.5)
        return challenge, both / challenge

    def reply(play):
        _, fight = chances(play["p_R"])
        return normal_cdf((fight * W_B + (1 - fight) * V_B - C_B) / fight)

    def outcomes(play):
        challenge, fight = chances(play["p_R"])
        resist = play["p_R"]
        return {
            "SQ": 1 - challenge,
            "CD": challenge * (1 - resist),
            "SF": challenge * resist * fight,
            "BD": challenge * resist * (1 - fight),
        }

    return CutoffGame.from_replies({"p_R": (0, 1)}, reply, outcomes=outcomes, title="crisis signalling")


@pytest.mark.parametrize(
    ("W_B", "expected"),
    [(F(-29, 10), [0.251105, 0.594723, 0.813322]), (F(-28, 10), [0.296452, 0.472423, 0.874031]), (F(-22, 10), [0.976387])],
)
def test_crisis_signalling_has_the_published_equilibria(W_B, expected):
    result = cutoff_equilibria(crisis(W_B))
    assert result.complete is True
    assert [item["p_R"] for item in result] == pytest.approx(expected, abs=6e-7)
    assert [item.stable for item in result] == ([True, False, True] if len(expected) == 3 else [True])
    assert all(0 < item.error < 1e-10 for item in result)


@pytest.mark.parametrize(
    ("W_B", "number", "expected"),
    [
        (-2.9, 0, (0.0052, 0.7450, 0.0774, 0.1724)),
        (-2.9, 1, (0.6201, 0.1540, 0.0546, 0.1713)),
        (-2.9, 2, (0.7945, 0.0384, 0.0349, 0.1322)),
        (-2.2, 0, (0.8535, 0.0035, 0.0276, 0.1155)),
    ],
)
def test_crisis_signalling_has_the_published_outcomes(W_B, number, expected):
    outcomes = cutoff_equilibria(crisis(W_B))[number].outcomes
    assert tuple(outcomes.values()) == pytest.approx(expected, abs=5.1e-5)
    assert sum(outcomes.values()) == pytest.approx(1, abs=1e-14)


def crisis_residual(p, W_B, S_A=0.0, V_A=1.0, C_B=0.0, W_A=-1.9, a=-1.2, V_B=1.0):
    """Return p minus B's reply, written with scipy's distributions and none of our functions."""
    c = (S_A - (1 - p) * V_A) / p
    challenge = 1 - scipy.stats.norm.cdf(c - W_A) * scipy.stats.norm.cdf(c - a)
    pair = scipy.stats.multivariate_normal([0, 0], [[1, 2**-0.5], [2**-0.5, 1]])
    fight = pair.cdf([(W_A - a) / math.sqrt(2), W_A - c]) / challenge
    return p - scipy.stats.norm.cdf((fight * W_B + (1 - fight) * V_B - C_B) / fight)


@pytest.mark.parametrize("W_B", [-2.9, -2.8, -2.5])
def test_crisis_signalling_against_a_grid_in_scipy(W_B):
    grid = np.linspace(0.02, 0.999, 400)
    signs = np.array([crisis_residual(p, W_B) for p in grid])
    brackets = np.flatnonzero(signs[1:] * signs[:-1] < 0)
    expected = [brentq(crisis_residual, grid[k], grid[k + 1], args=(W_B,), xtol=1e-13) for k in brackets]
    assert [item["p_R"] for item in cutoff_equilibria(crisis(W_B))] == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_crisis_signalling_against_simulated_types(number):
    item = cutoff_equilibria(crisis(-2.9))[number]
    rng = np.random.default_rng(number)
    size = 2_000_000
    war_A, back_down, war_B = rng.normal(size=(3, size))
    fighting, retreating = -1.9 + war_A, -1.2 + back_down
    resist = item["p_R"]
    challenge = (1 - resist) * 1.0 + resist * np.maximum(fighting, retreating) > 0
    fights = fighting > retreating
    believed = fights[challenge].mean()
    resists = believed * (-2.9 + war_B) + (1 - believed) * 1.0 > 0
    # Beliefs enter B's reply as -1 / p_F^2, so that the error of the simulated belief is multiplied.
    error = math.sqrt(believed * (1 - believed) / challenge.sum()) / believed**2 * 0.4
    assert resists.mean() == pytest.approx(resist, abs=5 * error + 2e-3)
    found = {
        "SQ": (~challenge).mean(),
        "CD": challenge.mean() * (1 - resist),
        "SF": (challenge & fights).mean() * resist,
        "BD": (challenge & ~fights).mean() * resist,
    }
    assert found == pytest.approx(item.outcomes, abs=2e-3)


def test_crisis_signalling_folds():
    found = folds(crisis, "W_B", -3.5, -2)
    assert found.complete is True
    assert [(fold.opens, fold.kind) for fold in found] == [("above", "inside"), ("below", "inside")]
    assert found[1].value == pytest.approx(-2.7470, abs=5e-5)
    assert all(fold.error < 1e-9 for fold in found)
    for fold in found:
        inside, outside = (1, -1) if fold.opens == "above" else (-1, 1)
        assert len(cutoff_equilibria(crisis(fold.value + inside * 1e-5))) == 3
        assert len(cutoff_equilibria(crisis(fold.value + outside * 1e-5))) == 1


# -------------------------------------------------------------------- seven more models, as they are stated


def arms_race(mu, d, costs):
    return CutoffGame({"each state": costs}, lambda c, play: mu * (1 - play["each state"]) + d * play["each state"] - c, acts="below")


SQUARE, ROOT = (Distribution(lambda c: c**2, support=(0, 1)), Distribution(sqrt, support=(0, 1)))


@pytest.mark.parametrize(("mu", "d", "cbar"), [("1/10", "2/5", 1), ("1/10", "4/5", 1), ("1/10", "19/20", 1), ("1/3", "3/7", "9/8")])
def test_arms_multiplier_uniform_closed_form(mu, d, cbar):
    mu, d, cbar = F(mu), F(d), F(cbar)
    result = cutoff_equilibria(arms_race(mu, d, Uniform(0, cbar)))
    assert (result.complete, result.exact, len(result)) == (True, True, 1)
    assert result[0]["each state"] == mu * cbar / (cbar - d + mu)
    assert result[0].error == 0
    assert result.provenance.max_regret == 0


def test_arms_multiplier_contagion_to_the_corner():
    result = cutoff_equilibria(arms_race(F(1, 10), F(6, 5), Uniform(0, 1)))
    assert [str(item) for item in result] == ["each state: all types act; stable"]
    assert cutoff_equilibria(arms_race(F(1, 20), F(21, 20), ROOT))[0].probabilities == {"each state": 1}
    assert len(cutoff_equilibria(arms_race(F(1, 20), F(21, 20), ROOT))) == 1


def test_arms_multiplier_convex_costs_have_three_equilibria():
    result = cutoff_equilibria(arms_race(F(1, 20), F(3, 2), SQUARE))
    assert [float(item["each state"]) for item in result] == pytest.approx([0.0543, 0.6354, 1], abs=5e-5)
    assert [item.stable for item in result] == [True, False, True]
    # c = 1/20 + c^2 (d - 1/20): the two inner equilibria meet at d = 101/20; one of them meets the corner at d = 1.
    found = folds(lambda d: arms_race(F(1, 20), d, SQUARE), "d", F(1, 10), 6)
    assert found.complete is True
    assert [(fold.kind, fold.opens) for fold in found] == [("corner", "above"), ("inside", "below")]
    assert [fold.value for fold in found] == pytest.approx([1, 101 / 20], abs=1e-12)
    assert [fold.unknowns["each state"] for fold in found] == pytest.approx([1, 1 / 10], abs=1e-9)


def global_game(f, s, w, eps, both=True):
    """Attack or peace after noisy signals of the value of peace: what the other does is correlated with the own signal."""

    def ramp(z, power):
        return maximum(z, 0) ** power

    def attacks(gap):
        return (ramp(gap + 2 * eps, 2) - 2 * ramp(gap, 2) + ramp(gap - 2 * eps, 2)) / (8 * eps**2)

    def noise_if_attacks(gap):
        near = (gap + eps) * (ramp(gap + 2 * eps, 2) - ramp(gap, 2)) / 2 - (ramp(gap + 2 * eps, 3) - ramp(gap, 3)) / 3
        far = (gap - eps) * (ramp(gap, 2) - ramp(gap - 2 * eps, 2)) / 2 - (ramp(gap, 3) - ramp(gap - 2 * eps, 3)) / 3
        return (near - far) / (4 * eps**2)

    def gain(other):
        def of_attack(signal, play):
            gap = play.cutoffs[other] - signal
            hit = attacks(gap)
            peace = signal * (1 - hit) - noise_if_attacks(gap) - s * hit
            return f * (1 - hit) - w * hit - peace

        return of_attack

    if not both:
        return CutoffGame({"each": Uniform(-3, 3)}, gain("each"), acts="below")
    return CutoffGame({"A": Uniform(-3, 3), "B": Uniform(-3, 3)}, {"A": gain("B"), "B": gain("A")}, acts="below")


@pytest.mark.parametrize("eps", [F(1, 2), F(1, 10), F(1, 100)])
def test_global_security_dilemma(eps):
    f, s, w = F(3, 10), F(4, 5), F(1, 5)
    expected = f + s - w - eps / 3
    symmetric = cutoff_equilibria(global_game(f, s, w, eps, both=False))
    assert (symmetric.complete, [item["each"] for item in symmetric]) == (True, [expected])
    limit = f + s - w  # risk dominance
    assert abs(symmetric[0]["each"] - limit) <= eps / 3


def test_global_security_dilemma_has_no_asymmetric_threshold_equilibrium():
    result = cutoff_equilibria(global_game(F(3, 10), F(4, 5), F(1, 5), F(1, 2)))
    assert result.complete is True
    assert [item.values for item in result] == [(F(11, 15), F(11, 15))]


def extended_deterrence(p0, p1, stake, a, kbar):
    return CutoffGame({"Patron": Uniform(0, kbar)}, lambda k, play: (p0 - p1) * stake + a - k, acts="below")


def test_extended_deterrence():
    game = extended_deterrence(F(7, 10), F(3, 10), F(1, 2), F(3, 10), F(1))
    assert cutoff_equilibria(game)[0].probabilities["Patron"] == F(1, 2)
    assert cutoff_equilibria(extended_deterrence(F(7, 10), F(3, 10), F(1, 2), F(2), F(1)))[0].probabilities["Patron"] == 1


def hands(p, c, q, V, technology):
    """Tying hands: fighting beats yielding. Sinking costs: fighting after any challenge is worth the war."""
    gain = {"tie": lambda v, play: (1 - q) * v + q * (p * v - c), "sink": lambda v, play: p * v - c}[technology]
    cost = {"tie": lambda v: (1 - q) * v / q, "sink": lambda v: (1 - q) * v}[technology]
    return CutoffGame(
        {"Defender": Uniform(0, V)}, gain, outcomes=lambda play: {"m": cost(play.cutoffs["Defender"]), "war": q * play["Defender"]}
    )


@pytest.mark.parametrize(
    ("technology", "numbers", "cutoff", "cost", "war"),
    [
        ("tie", ("1/2", "3/10", "1/5"), 0.066667, 0.266667, 0.186667),
        ("sink", ("1/2", "3/10", "1/5"), 0.6, 0.48, 0.08),
        ("tie", ("3/5", "1/5", "2/5"), 0.095238, 0.142857, 0.361905),
        ("sink", ("3/5", "1/5", "2/5"), 0.333333, 0.2, 0.266667),
    ],
)
def test_tying_hands_and_sinking_costs(technology, numbers, cutoff, cost, war):
    result = cutoff_equilibria(hands(*map(F, numbers), F(1), technology))
    assert (result.complete, result.exact, len(result)) == (True, True, 1)
    assert float(result[0]["Defender"]) == pytest.approx(cutoff, abs=6e-7)
    assert float(result[0].outcomes["m"]) == pytest.approx(cost, abs=6e-7)
    assert float(result[0].outcomes["war"]) == pytest.approx(war, abs=6e-7)


def test_tying_hands_with_cutoff_and_signal_as_unknowns():
    p, c, q = F(1, 2), F(3, 10), F(1, 5)

    def conditions(play):
        v, m = play
        return [(1 - q) * v + q * (p * v - c), (1 - q) * v - q * m]

    result = cutoff_equilibria(CutoffGame.from_conditions({"v": (0, 1), "m": (0, 2)}, conditions))
    assert [item.values for item in result] == [(F(1, 15), F(4, 15))]
    assert (result.complete, result.exact, result[0].stable) == (True, True, None)


@pytest.mark.parametrize("rho", [F(0), F(1, 3), F(1)])
def test_alliance_selection(rho):
    p0, d, kappa = F(4, 5), F(1, 2), F(1, 5)
    game = CutoffGame({"Attacker": Uniform(0, 1)}, lambda V, play: V * (p0 - rho * d) - kappa)
    assert cutoff_equilibria(game)[0].probabilities["Attacker"] == 1 - kappa / (p0 - rho * d)


@pytest.mark.parametrize(("t", "war"), [("0", "3/10"), ("7/40", "19/40"), ("4/5", "1")])
def test_moral_hazard_contract(t, war):
    t, cbar, c_C = F(t), F(1, 2), F(1, 5)

    def harder(c, play):
        """Return what the challenger gains by a harder offer that drives type c to war: its price, and war instead of peace."""
        return (1 - play["Protégé"]) + (t - c_C - c) / cbar

    item = cutoff_equilibria(CutoffGame({"Protégé": Uniform(0, cbar)}, harder, acts="below"))[0]
    assert item.probabilities["Protégé"] == F(war)
    assert item["Protégé"] == min(max((cbar + t - c_C) / 2, 0), cbar)


def attribution(detect, null, retaliation, gamma=HALF, ranges=(1, 1)):
    """Attackers who fear retaliation; ``detect[i][s]`` is the chance of signal s if i attacks."""
    n = len(detect)
    names = [f"Attacker {i + 1}" for i in range(n)]

    def guilt(i, s, play):
        weights = [gamma / n * play[j] for j in range(n)]
        quiet = (1 - sum(weights)) * null[s]
        return weights[i] * detect[i][s] / (sum(weight * detect[j][s] for j, weight in enumerate(weights)) + quiet)

    def gain(i):
        def of_attack(benefit, play):
            fear = 0
            for s in range(len(null)):
                if detect[i][s] - null[s]:
                    fear = fear + (detect[i][s] - null[s]) * (1 - retaliation.cdf(1 - guilt(i, s, play)))
            return benefit - fear

        return of_attack

    def total(play):
        return {"attack": gamma / n * sum(play)}

    types = {name: Uniform(0, ranges[i]) for i, name in enumerate(names)}
    return CutoffGame(types, [gain(i) for i in range(n)], outcomes=total)


@pytest.mark.parametrize(("second", "expected"), [("0", 0.3025), ("1/5", 0.40795), ("2/5", 0.47225), ("3/5", 0.5)])
def test_attribution_more_detection_may_mean_more_attacks(second, expected):
    game = attribution([[F(4, 5)], [F(second)]], [F(1, 100)], Uniform(F(1, 5), F(2, 5)))
    result = cutoff_equilibria(game)
    assert (result.complete, len(result)) == (True, 1)
    assert float(result[0].outcomes["attack"]) == pytest.approx(expected, abs=6e-6)


@pytest.mark.parametrize(("null", "cutoff", "total"), [(0, 0.578571, 0.210714), ("1/50", 0.465515, 0.267242), ("1/10", 0.283485, 0.358258)])
def test_attribution_false_alarms(null, cutoff, total):
    own, other, ambiguous = F(3, 5), F(1, 10), F(1, 10)
    game = attribution([[own, other, ambiguous], [other, own, ambiguous]], [F(null)] * 3, Uniform(0, 1))
    result = cutoff_equilibria(game)
    assert (result.complete, len(result)) == (True, 1)
    assert [float(value) for value in result[0].values] == pytest.approx([cutoff] * 2, abs=6e-7)
    assert float(result[0].outcomes["attack"]) == pytest.approx(total, abs=6e-7)


@pytest.mark.parametrize(("spread", "expected"), [("4/5", 0.13766), (1, 0.13925), ("3/2", 0.14154), (3, 0.14395)])
def test_attribution_suspicion_spills_over(spread, expected):
    own, other = F(3, 5), F(1, 10)
    game = attribution([[own, other], [other, own]], [F(1, 50)] * 2, Uniform(0, 1), ranges=(1, F(spread)))
    result = cutoff_equilibria(game)
    assert (result.complete, len(result)) == (True, 1)
    assert float(result[0].probabilities["Attacker 1"]) / 4 == pytest.approx(expected, abs=6e-6)


# -------------------------------------------------------------------- two unknowns


def coordination(bonus, types=None):
    """Each gains its type by acting, and a bonus that rises with the other's probability of acting."""
    first, second = types or (Normal(F(1, 5), F(1, 2)), Normal(0, F(1, 2)))
    gains = {"R": lambda own, play: own + bonus * (play["C"] - F(1, 2)), "C": lambda own, play: own + bonus * (play["R"] - F(1, 2))}
    return CutoffGame({"R": first, "C": second}, gains)


def brute_force(bonus):
    """Find zeros by Newton iterations from a dense grid, with scipy's distributions."""
    norm = scipy.stats.norm

    def residual(t):
        return [t[0] + bonus * (norm.sf(t[1], 0, 0.5) - 0.5), t[1] + bonus * (norm.sf(t[0], 0.2, 0.5) - 0.5)]

    found = []
    for start in np.array(np.meshgrid(*[np.linspace(-3, 3, 15)] * 2)).reshape(2, -1).T:
        root, _, flag, _ = fsolve(residual, start, full_output=True, xtol=1e-12)
        if flag == 1 and max(map(abs, residual(root))) < 1e-9 and not any(np.allclose(root, other, atol=1e-6) for other in found):
            found.append(root)
    return sorted(map(tuple, found))


@pytest.mark.parametrize(("bonus", "count"), [(1, 1), (2, 3), (3, 3)])
def test_noisy_coordination_against_brute_force(bonus, count):
    result = cutoff_equilibria(coordination(bonus))
    assert (result.complete, len(result)) == (True, count)
    np.testing.assert_allclose(values_of(result), brute_force(bonus), atol=1e-8)
    assert [item.stable for item in result] == ([True, False, True] if count == 3 else [True])
    low, high = result[0].probabilities["R"], result[-1].probabilities["R"]
    assert low >= high


def test_noisy_coordination_folds_in_two_unknowns():
    found = folds(coordination, "bonus", F(1, 2), 6)
    assert (found.complete, len(found)) == (True, 1)
    fold = found[0]
    assert (fold.opens, fold.kind) == ("above", "inside")
    assert len(cutoff_equilibria(coordination(fold.value - 1e-5))) == 1
    assert len(cutoff_equilibria(coordination(fold.value + 1e-5))) == 3


def test_a_pitchfork_is_no_fold_and_is_reported_as_unresolved():
    # With equal players three equilibria spring from one, where the slope of replies is one: at the square root of pi / 2.
    found = folds(lambda bonus: coordination(bonus, (Normal(0, F(1, 2)), Normal(0, F(1, 2)))), "bonus", 1, 2)
    assert (len(found), found.complete, len(found.unresolved)) == (0, None, 1)
    low, high = found.unresolved[0]["bonus"]
    assert low <= math.sqrt(math.pi / 2) <= high
    assert high - low < 1e-6


@pytest.mark.parametrize(
    ("sign", "corners"),
    [(1, [("low", "low"), ("", ""), ("high", "high")]), (-1, [("low", "high"), ("", ""), ("high", "low")])],
)
def test_corners_of_uniform_types(sign, corners):
    result = cutoff_equilibria(coordination(3 * sign, (Uniform(-1, 1), Uniform(-1, 1))))
    assert (result.complete, result.exact) == (True, True)
    assert [item.corners for item in result] == corners
    assert [item.stable for item in result] == [True, False, True]
    assert result[1].values == (0, 0)


def test_the_corner_in_one_player_only():
    # The column player acts whatever happens; the row player's cutoff then is -1/2.
    gains = {"R": lambda own, play: own + play["C"] - F(1, 2), "C": lambda own, play: own + 2}
    result = cutoff_equilibria(CutoffGame({"R": Uniform(-1, 1), "C": Uniform(-1, 1)}, gains))
    assert [item.values for item in result] == [(F(-1, 2), -1)]
    assert result[0].probabilities == {"R": F(3, 4), "C": 1}


# -------------------------------------------------------------------- kinks, ends, corners at infinity, no equilibrium


def one(conditions, low=0, high=2):
    return CutoffGame.from_conditions({"x": (low, high)}, lambda play: conditions(play["x"]))


def test_a_zero_exactly_at_a_kink_is_found():
    result = cutoff_equilibria(one(lambda x: clip(x, 1, 2) - 1 + (x - 1) / 3))
    assert (result.complete, [item["x"] for item in result]) == (True, [1])
    empirical = PiecewiseLinear([(0, 0), ("1/2", "1/10"), (1, 1)])
    # The reply 2/5 + F(c) meets the diagonal at the knot (1/2, 1/10), at slope 1/5 from below and 9/5 from above.
    found = cutoff_equilibria(CutoffGame({"s": empirical}, lambda c, play: F(2, 5) + play["s"] / 2 + F(1, 20) - c, acts="below"))
    assert [item["s"] for item in found] == [F(1, 2)]
    assert found.complete is True


@pytest.mark.parametrize(
    ("condition", "expected"), [(lambda x: x * (x + 2), [0]), (lambda x: (x - 2) * (3 + x), [2]), (lambda x: x + 1, [])]
)
def test_zeros_at_the_ends_belong_and_zeros_outside_do_not(condition, expected):
    result = cutoff_equilibria(one(condition))
    assert (result.complete, [item["x"] for item in result]) == (True, expected)
    assert result.status == ("complete" if expected else "none")


def test_an_equilibrium_tiny_against_the_range_is_found_where_slopes_are_unbounded():
    # 1 / x has no bounded slope on any box that touches zero, although exp(-1 / x) is as flat as can be.
    result = cutoff_equilibria(one(lambda x: x - F(1, 10**11) - exp(-1 / x) / 3))
    assert result.complete is True
    assert float(result[0]["x"]) == pytest.approx(1e-11, rel=1e-9)


def test_no_equilibrium_is_a_proof():
    result = cutoff_equilibria(one(lambda x: x**2 + F(1, 10**9)))
    assert (len(result), result.complete, result.status) == (0, True, "none")
    assert "proved" in result.status.message


def test_a_cutoff_beyond_every_type_is_a_corner_at_infinity():
    result = cutoff_equilibria(CutoffGame({"R": Normal(0, 1)}, lambda own, play: exp(own / 100) / 1000 - 1))
    assert result[0].cutoffs == {"R": math.inf}
    assert result[0].probabilities == {"R": 0}
    assert str(result[0]) == "R: no type acts; stable"
    assert (result.complete, result.exact) == (True, False)


def test_logistic_types_against_their_closed_condition():
    result = cutoff_equilibria(CutoffGame({"R": Logistic(0, 1)}, lambda own, play: own + 6 * (play["R"] - F(1, 2))))
    root = brentq(lambda t: t + 6 * (1 / (1 + math.exp(t)) - 0.5), 1, 4, xtol=1e-14)
    assert [item["R"] for item in result] == pytest.approx([-root, 0, root], abs=1e-12)


# -------------------------------------------------------------------- singular games are reported


@pytest.mark.parametrize(
    ("game", "kind"),
    [
        (CutoffGame.from_replies({"x": (0, 1)}, lambda play: play["x"]), "continuum"),
        (coordination(2, (Uniform(-1, 1), Uniform(-1, 1))), "continuum"),
        (one(lambda x: (x - F(1, 2)) ** 2), "fold"),
        (one(lambda x: abs(x - F(1, 2))), "fold"),
    ],
)
def test_singular_equilibria_are_not_passed_over(game, kind):
    with pytest.warns(IncompleteSearchWarning, match="others may lie near"):
        result = cutoff_equilibria(game)
    assert (result.complete, result.status) == (None, "singular")
    assert kind in result.status.message
    inside = [region for region in result.provenance.certificate["singular"] if all(low <= 0.5 <= high for low, high in region.values())]
    assert inside or game.labels == ("R", "C")


def test_a_singular_equilibrium_does_not_hide_a_regular_one():
    with pytest.warns(IncompleteSearchWarning):
        result = cutoff_equilibria(one(lambda x: (x - F(1, 2)) ** 2 * (x - F(3, 2))))
    assert [item["x"] for item in result] == [F(3, 2)]
    assert result.complete is None


def test_too_few_boxes_leave_completeness_open():
    with pytest.warns(IncompleteSearchWarning):
        result = cutoff_equilibria(crisis(-2.9), solver=IntervalNewton(limit=20))
    assert result.complete is None
    assert result.provenance.options["limit"] == 20


# -------------------------------------------------------------------- any distribution given


def test_a_distribution_of_scipy():
    beta = scipy.stats.beta(2, 5)
    costs = Distribution(beta.cdf, beta.pdf, support=(0, 1), mode=F(1, 5))
    result = cutoff_equilibria(arms_race(F(1, 100), F(3, 5), costs))
    grid = np.linspace(0, 1, 20001)
    signs = grid - 0.01 - 0.59 * beta.cdf(grid)
    brackets = np.flatnonzero(signs[1:] * signs[:-1] < 0)
    expected = [brentq(lambda c: c - 0.01 - 0.59 * beta.cdf(c), grid[k], grid[k + 1]) for k in brackets]
    assert len(expected) == 3
    assert result.complete is True
    assert [float(item["each state"]) for item in result] == pytest.approx(expected, abs=1e-9)


# -------------------------------------------------------------------- random games


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(-5, 15), st.integers(1, 20)), min_size=1, max_size=4),
    st.sampled_from(["normal", "logistic", "uniform"]),
)
def test_the_number_of_equilibria_equals_the_sign_changes_on_a_grid(parts, family):
    """A reply that is a mixture of CDFs: any number of equilibria."""
    total = sum(weight for weight, _, _ in parts)
    kinds = {
        "normal": lambda m, s: Normal(m, s),
        "logistic": lambda m, s: Logistic(m, s),
        "uniform": lambda m, s: Uniform(m - 2 * s, m + 2 * s),
    }
    mixture = [(F(weight, total), kinds[family](F(centre, 10), F(width, 50))) for weight, centre, width in parts]

    def reply(p):
        return sum(weight * part.cdf(p) for weight, part in mixture)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteSearchWarning)
        result = cutoff_equilibria(CutoffGame.from_replies({"p": (0, 1)}, lambda play: reply(play["p"])))
    assume(result.complete)
    found = np.array([float(item["p"]) for item in result])
    grid = np.linspace(-0.0005, 1.0005, 4003)
    signs = np.sign(grid - np.array([min(max(float(reply(p)), 0.0), 1.0) for p in grid]))
    seen = np.count_nonzero(signs[1:] != signs[:-1])
    assert len(found) % 2 == 1  # indices sum to one
    if len(found) == 1 or np.diff(found).min() > 1e-3:
        assert seen == len(found)
    else:
        assert seen <= len(found)
    for item, p in zip(result, found, strict=True):
        assert abs(p - float(reply(p))) <= 1e-9
        assert float(item.error) < 1e-8


@settings(max_examples=25)
@given(
    st.fractions(F(1, 20), F(1, 2), max_denominator=40),
    st.fractions(F(1, 2), 3, max_denominator=40),
    st.fractions(F(1, 2), 2, max_denominator=9),
)
def test_uniform_arms_races_are_solved_exactly(mu, d, cbar):
    assume(d > mu)
    assume(d != cbar)
    result = cutoff_equilibria(arms_race(mu, d, Uniform(0, cbar)))
    assert (result.complete, result.exact, len(result)) == (True, True, 1)
    assert result[0]["each state"] == (mu * cbar / (cbar - d + mu) if d < cbar else cbar)


@settings(max_examples=20)
@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(-40, 40), st.integers(-40, 40))
def test_random_two_player_games_against_replies_on_a_grid(m1, m2, b1, b2):
    """Compose both replies to one equation and count its sign changes."""
    first, second = Normal(F(m1, 20), F(1, 2)), Normal(F(m2, 20), F(1, 2))
    gains = [lambda own, play: own + F(b1, 10) * (play[1] - F(1, 2)), lambda own, play: own + F(b2, 10) * (play[0] - F(1, 2))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteSearchWarning)
        result = cutoff_equilibria(CutoffGame({"A": first, "B": second}, gains))
    assume(result.complete)
    grid = np.linspace(-3, 3, 6001)
    other = -b2 / 10 * (1 - scipy.stats.norm.cdf(grid, m1 / 20, 0.5) - 0.5)
    signs = np.sign(grid + b1 / 10 * (1 - scipy.stats.norm.cdf(other, m2 / 20, 0.5) - 0.5))
    crossings = np.count_nonzero(signs[1:] * signs[:-1] < 0) + np.count_nonzero(signs == 0)
    cutoffs = np.array(values_of(result))
    if len(cutoffs) == 1 or np.diff(np.sort(cutoffs[:, 0])).min() > 2e-3:
        assert crossings == len(cutoffs)
    residual = cutoffs[:, 0] + b1 / 10 * (1 - scipy.stats.norm.cdf(cutoffs[:, 1], m2 / 20, 0.5) - 0.5)
    assert np.abs(residual).max() < 1e-9


# -------------------------------------------------------------------- branches


@pytest.fixture(scope="module")
def crisis_branches():
    return correspondence(crisis, "W_B", np.linspace(-3.1, -2.5, 5))


def test_branches_join_at_the_folds(crisis_branches):
    found = crisis_branches
    assert (found.complete, len(found.branches), len(found.folds)) == (True, 3, 2)
    low, middle, high = sorted(found.branches, key=lambda branch: branch.unknowns[:, 0].mean())
    assert low.values[-1] == middle.values[-1] == found.folds[1].value
    assert middle.values[0] == high.values[0] == found.folds[0].value
    assert low.unknowns[-1] == middle.unknowns[-1]
    assert [set(branch.stable) - {None} for branch in (low, middle, high)] == [{True}, {False}, {True}]
    assert (low.values[0], high.values[-1]) == (-3.1, -2.5)
    for branch in (low, middle, high):
        assert (np.diff(branch.values) > 0).all()
        assert [crisis_residual(p, w) for w, (p,) in zip(branch.values, branch.unknowns, strict=True)] == pytest.approx(
            [0] * len(branch), abs=1e-7
        )


def test_branches_as_table_and_series():
    found = correspondence(lambda d: arms_race(F(1, 20), d, SQUARE), "d", [0.5, 0.9, 1.5, 3, 5, 6])
    table = found.to_dataframe()
    assert list(table.columns) == ["d", "branch", "each state", "stable"]
    assert table.groupby("d").size()[[0.5, 1.5, 3.0, 6.0]].tolist() == [1, 3, 3, 1]
    assert found.series(found.branches[0]).tolist() == table[table.branch == 0]["each state"].tolist()
    with pytest.raises(UnknownLabelError, match="unknown quantity 'q'; known: 'each state'"):
        found.series(found.branches[0], "q")
    assert repr(found) == "<Correspondence: 3 branches in d, 2 folds (complete)>"


def test_branches_are_smooth_where_they_turn(crisis_branches):
    """Half-way between two points near its fold a branch differs from the straight line by less than 1/200 of the range of the parameter."""
    worst = []
    for branch in crisis_branches.branches:
        turns = [fold.value for fold in crisis_branches.folds if fold.value in (branch.values[0], branch.values[-1])]
        for (w0, p0), (w1, p1) in pairwise(zip(branch.values, branch.unknowns[:, 0], strict=True)):
            if any(abs(w - turn) < 0.12 for w in (w0, w1) for turn in turns):
                true = brentq(lambda w, p=(p0 + p1) / 2: crisis_residual(p, w), w0 - 0.05, w1 + 0.05)
                worst.append(abs(true - (w0 + w1) / 2))
    assert len(worst) >= 20
    assert 0 < max(worst) < 0.6 / 200


def test_branches_in_two_unknowns():
    found = correspondence(coordination, "bonus", [1, 2, 3])
    assert (found.complete, len(found.branches), len(found.folds)) == (True, 3, 1)
    assert sorted(len(set(branch.stable) - {None}) for branch in found.branches) == [1, 1, 1]
    assert found.labels == ("R", "C")


def test_the_figure_shows_stability_and_folds(crisis_branches):
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    assert crisis_branches.plot("SF", ax=ax) is ax
    styles = [line.get_linestyle() for line in ax.lines if len(line.get_xdata()) > 1]
    assert sorted(styles) == ["-", "-", "--"]
    assert sorted(text.get_text() for text in ax.texts) == ["−2.747", "−2.947"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("W_B", "SF")
    plt.close(figure)


# -------------------------------------------------------------------- what is refused, and results


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: cutoff_equilibria(3), GameDefinitionError, "expected a CutoffGame, got int"),
        (lambda: cutoff_equilibria(crisis(-2), tol=2), GameDefinitionError, r"tol is a share of a range and must lie in \[0, 1\), got 2"),
        (
            lambda: cutoff_equilibria(crisis(-2), solver="newton"),
            UnknownLabelError,
            "unknown solver 'newton'; known: 'auto', 'interval_newton'",
        ),
        (
            lambda: cutoff_equilibria(CutoffGame({"s": Uniform()}, lambda c, play: F(1, 2) - c)),
            GameDefinitionError,
            "the gain of s must be monotone in the own type, rising; .* Check acts=",
        ),
        (
            lambda: cutoff_equilibria(CutoffGame({"s": Uniform()}, lambda c, play: math.exp(c) - 2)),
            SolverNotApplicableError,
            "cannot be evaluated on enclosures .*; write gains, replies and conditions with arithmetic",
        ),
        (
            lambda: cutoff_equilibria(CutoffGame({"s": Uniform()}, lambda c, play: c if c > 0 else -c)),
            GameDefinitionError,
            "write minimum.. instead of 'if'|instead of 'if'",
        ),
        (
            lambda: cutoff_equilibria(CutoffGame.from_conditions(dict.fromkeys("abcde", (0, 1)), lambda play: list(play))),
            SolverNotApplicableError,
            "searches at most 4 unknowns; this game has 5",
        ),
        (lambda: folds(crisis, "W_B", -2, -3), GameDefinitionError, "low must be below high"),
        (lambda: folds(lambda w: w, "W_B", 0, 1), GameDefinitionError, "make_game must return a CutoffGame, got Dual"),
        (lambda: correspondence(crisis, "W_B", [1]), GameDefinitionError, "at least two different values of W_B are needed, got 1"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_symbols_are_refused():
    import sympy

    q = sympy.Symbol("q", positive=True)
    for game in (arms_race(F(1, 10), q, Uniform(0, 1)), arms_race(F(1, 10), F(1, 2), Uniform(0, q))):
        with pytest.raises(SolverNotApplicableError, match="contains the symbols q; give numbers"):
            cutoff_equilibria(game)


def test_results_say_how_far_they_can_be_trusted():
    result = cutoff_equilibria(crisis(F(-22, 10)))
    assert result.provenance.solver == "interval_newton"
    assert result.provenance.certificate["singular"] == ()
    assert 0 < result.provenance.certificate["boxes"] < 2000
    assert 0 <= result.provenance.max_regret < 1e-9
    assert (result.exact, result.degenerate, result.concept) == (False, None, "cutoff equilibrium")
    assert repr(result).startswith("<EquilibriumSet: 1 cutoff equilibrium (complete, floating point)>\n  p_R = 0.976387; stable")


def test_the_simplest_fraction_in_an_interval():
    assert simplest(F(1, 3) - F(1, 10**12), F(1, 3) + F(1, 10**12)) == F(1, 3)
    assert simplest(F(314, 100), F(315, 100)) == F(22, 7)
    assert simplest(F(-3, 2), F(-4, 3)) == F(-3, 2)
    assert simplest(F(-1), F(1, 9)) == 0
    assert simplest(F(2), F(5, 2)) == 2


def test_boxes_that_touch_are_joined():
    boxes = [Interval(np.array([float(k)]), np.array([k + 1.0])) for k in (0, 5, 1, 2)]
    joined = clusters(boxes, np.array([10.0]))
    assert sorted((float(box.low[0]), float(box.high[0])) for box in joined) == [(0, 3), (5, 6)]
    assert clusters([], np.array([1.0])) == []


def test_a_root_at_the_corner_of_one_unknown_and_inside_for_the_other():
    game = CutoffGame.from_replies({"x": (0, 1), "y": (0, 1)}, lambda play: [play["x"] - Fraction(1, 12), 2])
    (found,) = equilibria = cutoff_equilibria(game)
    assert equilibria.complete
    assert (float(found["x"]), float(found["y"])) == (0, 1)
