"""What every registered model must satisfy; adding a model file is enough to be tested here."""

import inspect
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.games.bayesian import BayesianGame
from alliancegames.games.signalling import SignallingGame
from alliancegames.models.bayesian_form import BayesianModel
from alliancegames.models.forms import NormalFormModel, float_values
from alliancegames.models.propositions import random_models
from alliancegames.models.signalling_form import SignallingModel
from alliancegames.models.tree_form import SOLUTIONS, TreeModel
from alliancegames.parameters import Values

MODELS = ag.models.all_models()
NORMAL = {key: cls for key, cls in MODELS.items() if issubclass(cls, NormalFormModel)}
TREES = {key: cls for key, cls in MODELS.items() if issubclass(cls, TreeModel)}
# Forms whose games hold finitely many numbers, which may be symbols.
FINITE = {key: cls for key, cls in MODELS.items() if issubclass(cls, (NormalFormModel, TreeModel, SignallingModel, BayesianModel))}

every_model = pytest.mark.parametrize("cls", MODELS.values(), ids=MODELS)
MAPPED = {key: cls for key, cls in MODELS.items() if len(cls().regimes())}
with_regimes = pytest.mark.parametrize("cls", MAPPED.values(), ids=MAPPED)
every_normal = pytest.mark.parametrize("cls", NORMAL.values(), ids=NORMAL)
every_tree = pytest.mark.parametrize("cls", TREES.values(), ids=TREES)
every_finite = pytest.mark.parametrize("cls", FINITE.values(), ids=FINITE)


def draws(cls, count, seed=0, when=lambda p: ()):
    return random_models(cls(), count, np.random.default_rng(seed), when)


def substitution(model):
    """Map the symbols of a symbolic model to the numbers of a numeric one."""
    symbols, numbers = type(model)().replace().values(), model.values()
    pairs = {}
    for parameter in model.parameters:
        left, right = getattr(symbols, parameter.name), getattr(numbers, parameter.name)
        for symbol, number in zip(left, right, strict=True) if parameter.is_vector else [(left, right)]:
            pairs[symbol] = sympy.Rational(number.numerator, number.denominator)
    return pairs


@every_model
def test_declares_what_readers_need(cls):
    assert cls.key and cls.title and cls.question.endswith("?")
    assert cls.fidelity in {"F1", "F2", "F3"}
    assert len(inspect.getdoc(cls)) > 200
    for parameter in cls.parameters:
        assert parameter.meaning
        assert parameter.source
        assert all(parameter.interval.contains(value) for value in parameter.example)
        assert parameter.name.isidentifier()
        assert parameter.symbol.isidentifier()
    names = [name for parameter in cls.parameters for name in {parameter.name, parameter.symbol}]
    assert len(names) == len(set(names))
    assert cls.outcomes
    assert all(outcome.meaning and outcome.unit for outcome in cls.outcomes)
    assert all(parameter.name == "delta" or parameter.symbol != "delta" for parameter in cls.parameters)


@every_model
def test_references_exist_and_can_be_cited(cls):
    lines = cls().cite().splitlines()
    assert len(lines) == len(cls.references) >= 1
    assert all("(" in line and ")" in line for line in lines)


@every_model
def test_is_symbolic_until_numbers_are_given(cls):
    model = cls()
    assert model.is_symbolic
    assert model.field == "symbolic"
    assert model.completed().field == "exact"
    assert not model.completed().is_symbolic
    floats = {q.name: [float(v) for v in q.example] if q.is_vector else float(q.example[0]) for q in cls.parameters}
    assert model.replace(**floats).field == "float"
    assert model.is_symbolic, "replace() must not change the model"


@every_model
def test_name_and_symbol_address_the_same_parameter(cls):
    for parameter in cls.parameters:
        value = list(parameter.example) if parameter.is_vector else parameter.example[0]
        assert cls(**{parameter.name: value}) == cls(**{parameter.symbol: value})


@every_model
def test_example_solves_and_outcomes_match_their_declaration(cls):
    solution = cls().solve()
    assert len(solution.equilibria) >= 1
    assert solution.equilibria.complete is True
    assert len(solution.outcomes) == len(solution.equilibria)
    for values in solution.outcomes:
        assert list(values) == [outcome.name for outcome in cls.outcomes]
        for outcome in cls.outcomes:
            if outcome.unit == "probability":
                assert 0 <= values[outcome.name] <= 1
    assert len(solution.to_dataframe()) == len(solution.equilibria)


# Solving one of these takes long; by hand, HYPOTHESIS_PROFILE=ci draws them as often as the others.
SLOW = {"attribution", "asymmetric_escalation", "enlargement_trust", "extended_deterrence_basic", "joint_product", "crisis_signalling"}


@every_model
def test_every_proposition_holds_on_random_draws(cls):
    """Two hundred points inside the conditions of each, in portions that hypothesis seeds."""
    thorough = cls.key not in SLOW or settings().max_examples > 100
    portion = 40 if thorough else 8

    @settings(max_examples=5, phases=[Phase.generate])  # a smaller seed is no simpler point
    @given(seed=st.integers(0, 2**32 - 1))
    def holds(seed):
        report = cls().check(portion, rng=seed)
        assert report.passed, report
        checkable = [stated for stated in cls().propositions if stated.holds is not None]
        assert len(checkable) >= 3
        assert all(report.checked[stated.name] == portion for stated in checkable)

    holds()


def test_points_at_which_a_condition_is_undefined_are_left_out():
    points = draws(ag.models.UnilateralDeterrence, 40, when=lambda p: [(1 / ((1 - p.p_C) - p.p_D) ** 2, 40)])
    assert len(points) == 40
    assert all(0 < abs(1 - p.p_C - p.p_D) < Fraction(1, 6) for p in (point.values() for point in points))


@every_model
def test_propositions_are_stated_in_full(cls):
    model = cls()
    names = [stated.name for stated in model.propositions]
    assert len(names) == len(set(names))
    for stated in model.propositions:
        assert len(stated.statement) > 30
        assert (stated.holds is None) == (stated.status == "recalled")
        for relation in stated.conditions(model):
            assert isinstance(relation, (sympy.core.relational.Relational, sympy.logic.boolalg.BooleanAtom))


def payoff_numbers(game):
    """Return the payoffs of a finite game as a table: a row a cell, play or end, a column a player."""
    if isinstance(game, ag.NormalFormGame):
        return np.stack([np.ravel(array) for array in game.payoffs], axis=-1)
    if isinstance(game, SignallingGame):
        return np.array([list(game.payoff(*cell).values()) for cell in game.cells()])
    if isinstance(game, BayesianGame):
        cells = product(product(*game.types), product(*(actions[0] for actions in game.actions)))
        return np.array([list(game.payoff(*cell).values()) for cell in cells])
    return np.array([node.payoffs for node in game.nodes if node.payoffs is not None])


def chance_numbers(game):
    """Return the probabilities that belong to a finite game."""
    if isinstance(game, ag.NormalFormGame):
        return np.array([])
    if isinstance(game, (SignallingGame, BayesianGame)):
        return np.array(list(game.prior.values()))
    return np.array([weight for node in game.nodes for weight in node.chance or ()])


def shape_of(game):
    """Return what a game is apart from its numbers."""
    if isinstance(game, ag.NormalFormGame):
        return game.players, game.actions
    if isinstance(game, SignallingGame):
        return game.players, game.types, game.messages, game.replies
    if isinstance(game, BayesianGame):
        return game.players, game.types, game.actions
    return game.players, game.information_sets, [(node.history, node.outcome) for node in game.nodes]


def possible_types(cls, p):
    """Keep all types of a Bayesian game possible: it holds no payoffs for others."""
    return _interior(cls, p) if issubclass(cls, BayesianModel) else []


@every_finite
def test_symbolic_then_substituted_equals_exact_equals_float(cls):
    symbolic = cls().game()
    for model in draws(cls, 12, when=lambda p: possible_types(cls, p)):
        exact = model.game()
        assert exact.field == "exact"
        assert exact.players == tuple(cls.players)
        assert shape_of(exact) == shape_of(symbolic)
        pairs = {symbol: value for symbol, value in substitution(model).items() if symbol in symbolic.free_symbols}
        assert symbolic.subs(pairs) == exact
        floats = cls(**{q.name: _floats(getattr(model.values(), q.name)) for q in cls.parameters}).game()
        assert floats.field == "float"
        for numbers in (payoff_numbers, chance_numbers):
            np.testing.assert_allclose(numbers(floats), numbers(exact).astype(float), rtol=1e-12, atol=1e-12)


def _floats(value):
    return [float(v) for v in value] if isinstance(value, tuple) else float(value)


def swept_points(cls, count, seed):
    """Return a model and values of two of its parameters, as arrays."""
    scalar = [q for q in cls.parameters if not q.is_vector] or list(cls.parameters)
    models = draws(cls, count, seed=seed, when=lambda p: possible_types(cls, p))
    points = {q.name: np.array([float(np.ravel(getattr(m.values(), q.name))[0]) for m in models]) for q in scalar[:2]}
    return cls().completed(), points


@every_finite
def test_vectorised_payoffs_equal_one_by_one(cls):
    base, points = swept_points(cls, 25, seed=3)
    stack = base.payoff_stack(points)
    rows = np.stack([np.reshape(part, (25, -1)) for part in stack], axis=-1) if isinstance(stack, tuple) else stack
    for k in range(25):
        values, _ = float_values(base, {name: array[k] for name, array in points.items()})
        plain = Values(cls.parameters, {q.name: _floats(getattr(values, q.name)) for q in cls.parameters})
        game = base.build(plain, "float")
        assert np.array_equal(rows[k], payoff_numbers(game))
        if hasattr(base, "prior_stack"):
            assert np.array_equal(base.prior_stack(points)[k], chance_numbers(game))


@every_normal
def test_vectorised_outcomes_equal_one_by_one(cls):
    base, points = swept_points(cls, 25, seed=3)
    outcomes = base.outcome_stack(points)
    for k in range(25):
        values, _ = base.values_at({name: array[k] for name, array in points.items()})
        for name, cells in base.outcome_cells(values).items():
            for cell, entry in cells.items():
                slot = tuple(labels.index(action) for labels, action in zip(cls.actions, cell, strict=True))
                assert outcomes[name][(k, *slot)] == entry


@every_finite
def test_many_points_in_one_call(cls):
    parameter = cls.parameters[0]
    low, high = parameter.interval.window(parameter.example[0])
    stack = cls().payoff_stack({parameter.name: np.linspace(float(low), float(high), 100_002)[1:-1]})
    if issubclass(cls, NormalFormModel):
        assert len(stack) == len(cls.players)
        assert all(part.shape == (100_000, *(len(labels) for labels in cls.actions)) for part in stack)
    else:
        assert stack.shape == (100_000, *payoff_numbers(cls().game()).shape)
    assert all(np.isfinite(part).all() for part in stack)


@every_tree
def test_outcomes_of_trees_account_for_every_end(cls):
    game = cls().game()
    assert cls.solution in SOLUTIONS
    assert {end for ends in cls.ends.values() for end in ends} == set(game.outcomes), "ends without an outcome, or names of no end"
    assert "" not in game.outcomes
    assert set(cls.ends) <= {outcome.name for outcome in cls.outcomes}
    for family in cls().solve().equilibria:
        assert sum(family.outcomes.values()) == 1
        assert family.profile.game == cls().completed().game()


@every_normal
def test_outcome_cells_cover_every_declared_outcome_and_cell(cls):
    values = cls().completed().values()
    cells = cls().outcome_cells(values)
    assert set(cells) == {outcome.name for outcome in cls.outcomes}
    expected = set(cls().completed().game().profiles())
    assert all(set(entries) == expected for entries in cells.values())


@with_regimes
def test_regimes_state_the_solvers_equilibria(cls):
    """Inside each regime the stated extreme equilibria are among the solver's, which lists all."""
    regimes = cls().regimes(refined=False)
    for regime in regimes:
        if regime.equilibria is None:
            continue
        for model in draws(cls, 8, seed=11, when=lambda p, regime=regime: [*regime.when(p), *_interior(cls, p)]):
            found = {_key(member) for item in model.solve().equilibria for member in _members(item)}
            stated = {_key(model.game().profile(profile)) for profile in regime.equilibria(model.values())}
            assert stated <= found, (regime.name, model)


def _members(item):
    """Return the extreme members of a family of equilibria; a single equilibrium is its own."""
    return getattr(item, "corners", (item,))


def _interior(cls, p):
    """Keep probabilities away from 0 and 1, where strategies of impossible types are free."""
    pairs = []
    for parameter in cls.parameters:
        if parameter.unit == "probability" and not parameter.is_vector:
            value = getattr(p, parameter.name)
            pairs += [(value, 0), (1, value)]
    return pairs


def _key(profile):
    return tuple(tuple(vector) for vector in profile.arrays())


@with_regimes
def test_refined_regimes_partition_the_parameter_space(cls):
    regimes = cls().regimes()
    for model in draws(cls, 150, seed=5):
        values = model.values()
        inside = [regime.name for regime in regimes if regime.contains(values)]
        touching = [regime.name for regime in regimes if regime.contains(values, strict=False)]
        assert len(inside) <= 1, model
        assert touching, model
        assert regimes.locate({q.name: getattr(values, q.name) for q in cls.parameters}) == tuple(inside or touching)


@every_model
def test_draws_a_figure(cls):
    import matplotlib.pyplot as plt

    ax = cls().plot()
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert ax.has_data()
    plt.close(ax.figure)


@every_model
def test_values_outside_a_domain_are_refused(cls):
    for parameter in cls.parameters:
        upper, lower = parameter.interval.upper, parameter.interval.lower
        if upper is None and lower is None:
            continue
        outside = upper + 1 if upper is not None else lower - 1
        with pytest.raises(ag.errors.ParameterError, match=parameter.name):
            cls(**{parameter.name: outside})


def test_registry_table_and_lookup():
    table = ag.models.list()
    assert list(table.index) == sorted(MODELS)
    assert set(table["pillar"]) >= {"deterrence", "credibility", "entrapment", "enlargement", "burden_sharing"}
    with pytest.raises(ag.errors.UnknownLabelError, match="alliance_dilemma"):
        ag.models.get("aliance_dilemma")
    assert ag.models.AllianceDilemma is MODELS["alliance_dilemma"]
    with pytest.raises(AttributeError, match="AllianceDilemma"):
        _ = ag.models.NoSuchModel


def test_every_model_says_what_form_its_game_has():
    forms = {cls.form for cls in MODELS.values()}
    assert all(forms)
    assert {"normal form", "game tree", "stochastic game", "aggregative game"} <= forms
    assert {cls.form for cls in TREES.values()} == {"game tree"}
    assert isinstance(ag.models.get("alliance_dilemma").example["cohesion"][0], Fraction)
