"""Worked numbers of mutual deterrence, and what holds for every model that is a Bayesian game."""

from fractions import Fraction as F

import numpy as np
import pytest
import sympy

import alliancegames as ag
from alliancegames.models.bayesian_form import BayesianModel
from alliancegames.models.propositions import random_models
from alliancegames.parameters import Values

BAYESIAN = {key: cls for key, cls in ag.models.all_models().items() if issubclass(cls, BayesianModel)}
every_bayesian = pytest.mark.parametrize("cls", BAYESIAN.values(), ids=BAYESIAN)


def draws(cls, count, seed=0):
    return random_models(cls(), count, np.random.default_rng(seed))


def numbers(game):
    """Return the payoffs of a game as a table: a row a profile of types and actions, a column a player."""
    cells = [(types, moves) for types in game.prior for moves in np.ndindex(tuple(len(part[0]) for part in game.actions))]
    return np.array([list(game.payoff(*cell).values()) for cell in cells])


def floats(model):
    return {q.name: float(getattr(model.values(), q.name)) for q in model.parameters}


@every_bayesian
def test_symbolic_then_substituted_equals_exact_equals_float(cls):
    symbolic = cls().game()
    assert symbolic.field == "symbolic"
    for model in draws(cls, 8):
        exact, rounded = model.game(), cls(**floats(model)).game()
        pairs = {sympy_symbol(cls, q.name): sympy.Rational(str(getattr(model.values(), q.name))) for q in cls.parameters}
        assert symbolic.subs({symbol: value for symbol, value in pairs.items() if symbol in symbolic.free_symbols}) == exact
        assert (exact.field, rounded.field) == ("exact", "float")
        np.testing.assert_allclose(numbers(rounded), numbers(exact).astype(float), rtol=1e-12)
        np.testing.assert_allclose(list(rounded.prior.values()), [float(v) for v in exact.prior.values()], rtol=1e-12)


def sympy_symbol(cls, name):
    return getattr(cls().values(), name)


@every_bayesian
def test_vectorised_equals_one_by_one(cls):
    swept, models = cls.parameters[:2], draws(cls, 20, seed=3)
    base = cls().completed()
    points = {q.name: np.array([floats(model)[q.name] for model in models]) for q in swept}
    payoffs, priors = base.payoff_stack(points), base.prior_stack(points)
    for k in range(len(models)):
        values = Values(cls.parameters, floats(base) | {name: float(array[k]) for name, array in points.items()})
        game = base.build(values, "float")
        assert np.array_equal(payoffs[k], numbers(game))
        assert np.array_equal(priors[k], list(game.prior.values()))
    assert payoffs.shape == (20, len(cls.cells()), len(cls.players))


@every_bayesian
def test_outcomes_are_expectations(cls):
    for model in draws(cls, 5, seed=4):
        solution = model.solve()
        for equilibrium, outcome in zip(solution.equilibria, solution.outcomes, strict=True):
            weights = model.cell_weights(equilibrium)
            assert sum(weights.values()) == 1
            payoffs = model.payoffs(model.values())
            for k, player in enumerate(cls.players):
                assert sum(weight * payoffs[cell][k] for cell, weight in weights.items()) == equilibrium.payoffs[player]
            cells = model.outcome_cells(model.values())
            for name, value in outcome.items():
                assert value == sum(weight * cells[name].get(cell, 0) for cell, weight in weights.items())
                assert not name.startswith("p_") or 0 <= value <= 1


class TestMutualDeterrence:
    def both(self, cred):
        return ag.models.MutualDeterrence(p_A=cred, p_B=cred)

    def test_thresholds(self):
        q = ag.models.MutualDeterrence().completed().thresholds()
        assert (q["a_H"], q["a_S"], q["a_s0"]) == (q["b_H"], q["b_S"], q["b_s0"]) == (F(4, 7), F(2, 5), F(4, 15))

    def test_high_credibility_three_equilibria(self):
        solution = self.both("7/10").solve()
        hard = [item["State A"]["hard"]["challenge"] for item in solution.equilibria]
        assert hard == [0, F(3, 7), 1]
        assert [outcome["p_status_quo"] for outcome in solution.outcomes] == [1, F(49, 100), F(9, 100)]
        assert solution.equilibria.complete is True

    def test_middling_credibility_separates(self):
        solution = self.both("1/2").solve()
        assert len(solution.equilibria) == 1
        assert solution.regimes == ("Separating",)
        assert solution.outcomes[0] == {"p_status_quo": F(1, 4), "p_a_wins": F(1, 4), "p_b_wins": F(1, 4), "p_war": F(1, 4)}

    @pytest.mark.parametrize(("cred", "bluff"), [("3/10", F(1, 7)), ("1/10", F(1, 3))])
    def test_low_credibility_bluffs(self, cred, bluff):
        solution = self.both(cred).solve()
        assert solution.regimes == ("Bluffing",)
        plans = [
            [item[player][kind]["challenge"] for player in item.game.players for kind in ("hard", "soft")] for item in solution.equilibria
        ]
        assert [1, bluff, 1, bluff] in plans

    def test_one_sided_attack(self):
        solution = ag.models.MutualDeterrence(p_A="3/5", p_B="1/5").solve()
        assert solution.regimes == ("Attack by A",)
        assert {item["State A"]["soft"]["challenge"] for item in solution.equilibria} == {1}
        assert all(outcome["p_a_wins"] == F(4, 5) and outcome["p_war"] == F(1, 5) for outcome in solution.outcomes)

    def test_named_equilibria_need_no_solver(self):
        named = self.both("3/10").named_equilibria()
        assert list(named) == ["Bluffing", "Attack by A", "Attack by B"]
        assert all(
            gain == 0 for profiles in named.values() for item in profiles for gains in item.regret.values() for gain in gains.values()
        )
