"""Bayesian Nash equilibria against the two normal forms, against closed forms, and in every number system."""

import warnings
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy
from drawn_bayesian import random_bayesian

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolveError, SolverNotApplicableError, UnknownLabelError
from alliancegames.games.bayesian import BayesianGame
from alliancegames.solvers import bayesian as module
from alliancegames.solvers.bayesian import AgentForm, TypeVertices, bayesian_nash

VALUES = {"win": "1", "status quo": "3/5", "lose": "1/10", "hard": "3/10", "soft": "-1/2"}


def deterrence(p_a, p_b=None, values=VALUES):
    """Generalized mutual deterrence: whoever is challenged retaliates exactly if he is hard."""

    def payoffs(types, actions):
        if actions == ("C", "C"):
            return values["status quo"], values["status quo"]
        if actions == ("D", "D") or types[actions.index("C")] == "hard":
            return values[types[0]], values[types[1]]
        return [values["win" if action == "D" else "lose"] for action in actions]

    odds = [Fraction(p_a), Fraction(p_a if p_b is None else p_b)]
    return BayesianGame(["A", "B"], [["hard", "soft"]] * 2, [{"hard": p, "soft": 1 - p} for p in odds], [["C", "D"]] * 2, payoffs)


def attack_rates(profile):
    """Return with what probability the hard and the soft of each side challenge."""
    return tuple(profile[player][kind]["D"] for player in ("A", "B") for kind in ("hard", "soft"))


def behaviour(game, profile):
    """Return what a profile of the form before types are drawn comes to, type by type."""
    result = []
    for k, t in game.agents:
        own = [kind for j, kind in game.agents if j == k]
        plans = product(*(range(len(game.actions[k][kind])) for kind in own))
        rates = [Fraction(0)] * len(game.actions[k][t])
        for weight, plan in zip(profile.arrays()[k], plans, strict=True):
            rates[plan[own.index(t)]] += weight
        result.append(tuple(rates))
    return tuple(result)


def as_tuples(profile):
    return tuple(tuple(strategy) for strategy in profile.arrays())


def is_mixture(point, points):
    """Whether a point is a convex combination of others, by linear programming in floats."""
    from scipy.optimize import linprog

    columns = np.array([[float(v) for v in other] + [1.0] for other in points]).T
    found = linprog(np.zeros(len(points)), A_eq=columns, b_eq=[*map(float, point), 1.0])
    return found.status == 0


# ---------------------------------------------------------------- worked numbers


def test_mutual_deterrence_at_even_odds():
    eqs = bayesian_nash(deterrence("1/2"))
    assert (eqs.complete, eqs.exact, len(eqs)) == (True, True, 1)
    assert attack_rates(eqs[0]) == (1, 0, 1, 0)
    assert eqs[0].regret == {"A": {"hard": 0, "soft": 0}, "B": {"hard": 0, "soft": 0}}
    assert eqs.provenance.max_regret == 0


def test_mutual_deterrence_where_threats_are_credible():
    """Peace, the separating equilibrium and the hybrid one, in which the hard attack with 1 - (1-p)g / (p (CC - DD+))."""
    rates = {attack_rates(profile) for profile in bayesian_nash(deterrence("7/10"))}
    x = 1 - Fraction(3, 10) * Fraction(4, 10) / (Fraction(7, 10) * Fraction(3, 10))
    assert rates == {(0, 0, 0, 0), (1, 0, 1, 0), (x, 0, x, 0)}


@pytest.mark.parametrize("p", [Fraction(3, 10), Fraction(1, 10)])
def test_mutual_deterrence_where_threats_are_weak(p):
    """The soft bluff with (a_S - p) / (1 - p); and each side may attack outright while the other's soft concede."""
    eqs = bayesian_nash(deterrence(p))
    y = (Fraction(2, 5) - p) / (1 - p)
    rates = {attack_rates(profile) for profile in eqs}
    assert (1, y, 1, y) in rates
    assert (1, 1, 1, 0) in rates and (1, 0, 1, 1) in rates
    assert all(rate[:2] == (1, 1) or rate[2:] == (1, 1) for rate in rates - {(1, y, 1, y)})
    assert eqs.degenerate


def test_only_separation_between_the_thresholds():
    for p in ("41/100", "1/2", "57/100"):
        assert [attack_rates(profile) for profile in bayesian_nash(deterrence(p))] == [(1, 0, 1, 0)]


# ---------------------------------------------------------------- agreement


@pytest.mark.parametrize("tied", [True, False])
def test_agreement_with_the_form_before_types_are_drawn(tied):
    compared = 0
    for seed in range(90):
        game = random_bayesian(f"ex ante {seed} {tied}", tied=tied, correlated=seed % 3 > 0)
        form = game.ex_ante()
        if max(form.shape) > 12:
            continue
        compared += 1
        mine = {as_tuples(profile) for profile in bayesian_nash(game)}
        theirs = {behaviour(game, profile) for profile in ag.nash(form)}
        assert mine <= theirs  # extreme by type implies extreme by plans
        flat = [sum(point, ()) for point in mine]
        for point in theirs - mine:  # what is extreme in plans only is a mixture by type
            near = [other for other in flat if same_side(game, sum(point, ()), other)]
            assert is_mixture(sum(point, ()), near), (seed, point)
    assert compared > 60


def same_side(game, point, other):
    """Whether two profiles agree on what one of the two players does: mixtures within a component share a side."""
    cut = sum(len(game.actions[k][t]) for k, t in game.agents if k == 0)
    return point[:cut] == other[:cut] or point[cut:] == other[cut:]


def test_agreement_with_the_agent_form():
    """Pure equilibria of the agent form, found by comparing cells, are the pure Bayesian equilibria."""
    for seed in range(60):
        game = random_bayesian(f"agents {seed}", tied=True, most_types=2)
        mine = {as_tuples(profile) for profile in bayesian_nash(game).pure}
        theirs = {as_tuples(profile) for profile in ag.pure_nash(game.agent_form())}
        assert mine == theirs
        for profile in bayesian_nash(game):
            assert game.agent_form().is_nash(list(profile.arrays()))


def test_two_agents_are_a_bimatrix_game():
    for seed in range(40):
        game = random_bayesian(f"one type {seed}", most_types=1, tied=seed % 2 == 0)
        mine = [as_tuples(profile) for profile in bayesian_nash(game)]
        assert mine == [as_tuples(profile) for profile in ag.nash(game.ex_ante())]
        assert bayesian_nash(game).degenerate == ag.nash(game.ex_ante()).degenerate


def test_floats_agree_with_exact_numbers():
    for seed in range(30):
        game = random_bayesian(f"floats {seed}", tied=False, correlated=seed % 2 == 0, most_types=2)
        exact, floats = bayesian_nash(game), bayesian_nash(game.floats())
        assert not floats.exact
        assert floats.provenance.max_regret <= 1e-9
        if not exact.degenerate:
            assert len(floats) == len(exact)
            for one, other in zip(exact, floats, strict=True):
                for a, b in zip(one.arrays(float), other.arrays(), strict=True):
                    assert np.allclose(a, b, atol=1e-9)


def test_names_and_order_of_types_do_not_matter():
    for seed in range(25):
        game = random_bayesian(f"order {seed}", most_types=3, most_actions=2)
        order = [list(reversed(types)) for types in game.types]
        actions = [{kind: game.actions[k][game.types[k].index(kind)] for kind in types} for k, types in enumerate(order)]
        turned = BayesianGame(game.players, order, dict(game.prior), actions, lambda t, m, g=game: list(by_label(g, t, m)))

        assert told(bayesian_nash(turned)) == told(bayesian_nash(game))


def told(eqs):
    """Return the equilibria as sets of who does what, without any order."""
    return {
        frozenset((player, kind, tuple(lottery.items())) for player in eq.game.players for kind, lottery in eq[player].items())
        for eq in eqs
    }


def by_label(game, types, moves):
    return game.payoff(types, moves).values()


def test_units_of_payoffs_do_not_matter():
    for seed in range(15):
        game = random_bayesian(f"units {seed}", most_types=2)
        scaled = BayesianGame(
            game.players,
            game.types,
            dict(game.prior),
            [dict(zip(types, part, strict=True)) for types, part in zip(game.types, game.actions, strict=True)],
            lambda t, m, g=game: [7 * value - 3 for value in by_label(g, t, m)],
        )
        assert [as_tuples(profile) for profile in bayesian_nash(scaled)] == [as_tuples(profile) for profile in bayesian_nash(game)]


# ---------------------------------------------------------------- many players, one player


def test_three_players_go_through_the_agent_form():
    drawn = (random_bayesian(f"three {seed}", 3, most_types=2, most_actions=2, tied=True) for seed in range(100))
    game = next(game for game in drawn if len(module._choosers(game)) == 3)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        eqs = bayesian_nash(game)
    assert eqs.provenance.solver == "agent_form"
    assert (eqs.complete is None) == any(issubclass(w.category, IncompleteSearchWarning) for w in caught)
    pure = {as_tuples(profile) for profile in ag.pure_nash(game.agent_form())}
    assert {as_tuples(profile) for profile in eqs.pure} == pure
    with pytest.raises(SolverNotApplicableError, match="needs 2 players; this game has 3"):
        bayesian_nash(game, solver="type_vertices")


def test_players_without_a_choice_do_not_count():
    game = BayesianGame(
        ["A", "Dummy", "B"],
        [["h", "s"], ["d"], ["b"]],
        [["1/3", "2/3"], [1], [1]],
        [["x", "y"], ["idle"], ["l", "r"]],
        lambda t, m: (3 * int((m[0] == "x") == (m[2] == "l")), 5, 1 if (m[0] == "x") == (t[0] == "h") == (m[2] == "l") else 0),
    )
    eqs = bayesian_nash(game)
    assert eqs.complete
    assert eqs.provenance.solver == "type_vertices"
    assert all(profile["Dummy"]["d"]["idle"] == 1 and profile.payoffs["Dummy"] == 5 for profile in eqs)


def test_one_player_decides_alone():
    game = BayesianGame(["A"], [["h", "s"]], [["1/3", "2/3"]], [["x", "y"]], lambda t, m: [1 if (t[0] == "h") == (m[0] == "x") else 0])
    (only,) = bayesian_nash(game)
    assert (only["A"]["h"]["x"], only["A"]["s"]["y"]) == (1, 1)
    indifferent = BayesianGame(["A"], [["h", "s"]], [["1/3", "2/3"]], [["x", "y"]], lambda *_: [0])
    assert len(bayesian_nash(indifferent)) == 4
    assert bayesian_nash(indifferent).degenerate


# ---------------------------------------------------------------- the entry function


def test_solvers_by_name_and_object():
    game = deterrence("1/2")
    assert bayesian_nash(game, solver="type_vertices") == bayesian_nash(game, solver=TypeVertices())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteSearchWarning)
        through_agents = bayesian_nash(game, solver=AgentForm())
    assert [as_tuples(profile) for profile in through_agents.pure] == [as_tuples(profile) for profile in bayesian_nash(game).pure]
    with pytest.raises(UnknownLabelError, match="unknown solver"):
        bayesian_nash(game, solver="lemke")


def test_what_is_refused():
    with pytest.raises(GameDefinitionError, match=r"expected a BayesianGame, got NormalFormGame; use nash\(\)"):
        bayesian_nash(ag.games.chicken())
    symbolic = BayesianGame(["A"], [["h"]], [[1]], [["x", "y"]], lambda t, m: [sympy.Symbol("c")])
    with pytest.raises(SolverNotApplicableError, match=r"contains c; substitute numbers with \.subs"):
        bayesian_nash(symbolic)
    with pytest.raises(GameDefinitionError, match="must lie in"):
        bayesian_nash(deterrence("1/2"), tol=2)
    with pytest.raises(TypeError, match="unexpected keyword"):
        bayesian_nash(deterrence("1/2"), tolerance=0)


def test_a_wrong_solver_is_caught():
    class Wrong(TypeVertices):
        def solve(self, game):
            found = super().solve(game)
            attack = [np.array([Fraction(0), Fraction(1)]) for _ in game.agents]
            return type(found)([attack], True, None, found.status)

    with pytest.raises(SolveError, match="which is no equilibrium"):
        bayesian_nash(deterrence("1/2"), solver=Wrong())


def test_reports():
    eqs = bayesian_nash(deterrence("7/10"))
    assert "3 Bayesian Nash equilibria (complete, exact" in repr(eqs)
    assert "A hard: C 4/7, D 3/7" in eqs.summary()
    assert len(eqs.arrays(float)) == 3
