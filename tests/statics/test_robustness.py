"""Robustness radii: closed forms against linear programs and brute force; bounds against exact solutions at the witnesses."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from drawn_sweeps import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import alliancegames as ag

small = st.integers(-4, 4)


@st.composite
def games(draw):
    shape = draw(st.sampled_from([(2, 2), (2, 3), (3, 3), (2, 2, 2)]))
    actions = [[f"{k}{a}" for a in range(size)] for k, size in enumerate(shape)]
    cells = list(itertools.product(*actions))
    players = [f"Player {k + 1}" for k in range(len(shape))]
    return ag.NormalFormGame(players, actions, {cell: [draw(small) for _ in shape] for cell in cells})


@given(games())
def test_the_radius_of_a_pure_equilibrium_is_the_least_slack(game):
    """Half the smallest loss from a deviation: two entries move towards each other."""
    for item in ag.pure_nash(game):
        cell = [strategy.tolist().index(1) for strategy in item.arrays()]
        losses = []
        for k, payoffs in enumerate(game.payoffs):
            for a in range(game.shape[k]):
                if a != cell[k]:
                    other = list(cell)
                    other[k] = a
                    losses.append((payoffs[tuple(cell)] - payoffs[tuple(other)], abs(payoffs[tuple(cell)]) + abs(payoffs[tuple(other)])))
        assert ag.payoff_radius(game, item).value == min(loss for loss, _ in losses) / 2
        shares = [loss / size for loss, size in losses if size]
        if shares:
            assert ag.payoff_radius(game, item, relative=True).value == min(shares)


@given(games())
def test_the_radius_agrees_with_a_linear_program(game):
    """The smallest uniform bound on changes of entries under which some deviation pays, as an LP over all entries."""
    for item in ag.pure_nash(game):
        cell = tuple(int(np.argmax(strategy)) for strategy in item.arrays(float))
        best = np.inf
        for k, payoffs in enumerate(game.payoffs):
            table = payoffs.astype(float)
            for a in range(game.shape[k]):
                if a == cell[k]:
                    continue
                other = (*cell[:k], a, *cell[k + 1 :])
                n = table.size  # unknowns: a change of each entry, and the bound
                gain = np.zeros(n + 1)
                gain[np.ravel_multi_index(other, table.shape)] += 1
                gain[np.ravel_multi_index(cell, table.shape)] -= 1
                bounds = np.vstack([np.column_stack([np.eye(n), -np.ones(n)]), np.column_stack([-np.eye(n), -np.ones(n)])])
                matrix, right = np.vstack([bounds, -gain]), np.append(np.zeros(2 * n), table[other] - table[cell])
                found = linprog(np.append(np.zeros(n), 1), matrix, right, bounds=[(None, None)] * n + [(0, None)])
                best = min(best, found.fun)
        assert float(ag.payoff_radius(game, item).value) == pytest.approx(best, abs=1e-7)


@given(games(), st.randoms(use_true_random=False))
def test_no_change_up_to_the_radius_upsets_the_equilibrium(game, random):
    for item in ag.pure_nash(game):
        radius = ag.payoff_radius(game, item).value
        changed = [payoffs.copy() for payoffs in game.payoffs]
        for payoffs in changed:
            for cell in np.ndindex(payoffs.shape):
                payoffs[cell] += random.choice([-1, 1]) * radius
        assert rebuilt(game, changed).is_nash(item.arrays())


def rebuilt(game, payoffs):
    cells = itertools.product(*(range(size) for size in game.shape))
    table = {tuple(labels[a] for labels, a in zip(game.actions, cell, strict=True)): [p[cell] for p in payoffs] for cell in cells}
    return ag.NormalFormGame(game.players, game.actions, table)


def test_a_mixture_is_upset_by_any_change():
    game = ag.NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert ag.payoff_radius(game, ag.nash(game)[0]).value == 0


def test_what_is_no_equilibrium_has_no_radius():
    game = ag.games.prisoners_dilemma(T=5, R=3, P=1, S=0)
    with pytest.raises(ag.errors.GameDefinitionError, match="no Nash equilibrium"):
        ag.payoff_radius(game, ("cooperate", "cooperate"))
    with pytest.raises(ag.errors.InexactPayoffError, match="exact payoffs"):
        ag.payoff_radius(game.floats(), ("defect", "defect"))
    alone = ag.NormalFormGame(["A", "B"], [["x"], ["y"]], {("x", "y"): (1, 1)})
    with pytest.raises(ag.errors.GameDefinitionError, match="nobody has another action"):
        ag.payoff_radius(alone, ("x", "y"))


DESIGN = ag.models.CommitmentDesign()


def test_the_radius_in_parameters_is_the_distance_to_the_regimes_boundary():
    """Peace needs beta_d > 1/2 and beta_o < 5/8 at the example's values, where both are 3/5."""
    radius = ag.parameter_radius(DESIGN, ("wait", "wait"), ["beta_d", "beta_o"])
    assert radius.value == Fraction(1, 40)
    assert radius.witness["beta_o"] == Fraction(5, 8)
    assert ag.parameter_radius(DESIGN, ("wait", "wait"), ["beta_d"]).value == Fraction(1, 10)
    weighted = ag.parameter_radius(DESIGN, ("wait", "wait"), {"beta_d": 8, "beta_o": 1})
    assert weighted.value == Fraction(1, 80)
    assert "attack" in weighted.binding


def test_domains_and_assumptions_are_kept():
    strong = DESIGN.replace(beta_d=1, beta_o=0)
    radius = ag.parameter_radius(strong, ("wait", "wait"), ["beta_d"])  # attribution is perfect, so beta_o does not matter
    assert radius.value == Fraction(1, 2)
    never = ag.parameter_radius(strong, ("wait", "wait"), ["beta_o"])
    assert never.value == Fraction(5, 8)
    safe = ag.parameter_radius(DESIGN.replace(k_C=2), ("wait", "wait"), ["beta_d"])
    assert safe.lower is None and safe.upper is None and "no admissible change" in str(safe)
    with pytest.raises(ag.errors.SolverNotApplicableError):
        _ = safe.value


def test_nonlinear_conclusions_are_enclosed_with_a_witness():
    radius = ag.parameter_radius(DESIGN, ("wait", "wait"), ["beta_o", "p_B1"])
    assert not radius.exact
    assert radius.lower < radius.upper < radius.lower * Fraction(1001, 1000) + Fraction(1, 10**6)
    # Closed form: (1 - b) 1/5 + b q - 9/20 = 0 with b = q = 3/5 + r, that is (3/5 + r)² + (2/5 - r)/5 = 9/20.
    root = (-1.0 + (1.0 - 4 * (0.36 + 0.08 - 0.45)) ** 0.5) / 2
    assert float(radius.lower) <= root <= float(radius.upper)
    assert not DESIGN.replace(**radius.witness).completed().game().is_nash(["wait", "wait"])


@pytest.mark.parametrize("text", ["p_peace >= 1/2", "p_attack < 0.5", "p_provocation <= 1/2"])
def test_events_hold_up_to_the_radius(text):
    radius = ag.parameter_radius(DESIGN, text, ["beta_d", "beta_o"], tolerance="1/100")
    expected = Fraction(1, 10) if "attack" in text else Fraction(1, 40)
    assert radius.lower <= expected <= radius.upper
    assert radius.upper - radius.lower <= radius.upper / 100
    name = text.split()[0]
    outcomes = [values[name] for values in DESIGN.replace(**radius.witness).solve().outcomes]
    assert any((value < Fraction(1, 2)) if ">=" in text else (value >= Fraction(1, 2)) for value in outcomes)


@pytest.mark.parametrize(
    ("conclusion", "scale", "error", "message"),
    [
        (("attack", "wait"), ["beta_d"], ag.errors.GameDefinitionError, "does not hold"),
        (("wait", "hide"), ["beta_d"], ag.errors.UnknownLabelError, "action of Protégé"),
        (("wait",), ["beta_d"], ag.errors.GameDefinitionError, "one action a player"),
        ("p_peace = 1", ["beta_d"], ag.errors.ParameterError, "cannot read"),
        ("p_peac >= 1", ["beta_d"], ag.errors.UnknownLabelError, "p_peace"),
        ("p_peace >= __import__('os')", ["beta_d"], ag.errors.GameDefinitionError, "cannot read"),
        (("wait", "wait"), [], ag.errors.ParameterError, "at least one parameter"),
        (("wait", "wait"), {"beta_d": -1}, ag.errors.ParameterError, "must be positive"),
        (("wait", "wait"), ["gamma"], ag.errors.UnknownLabelError, "gamma"),
    ],
)
def test_bad_questions(conclusion, scale, error, message):
    with pytest.raises(error, match=message):
        ag.parameter_radius(DESIGN, conclusion, scale)


def test_other_forms_are_refused():
    with pytest.raises(ag.errors.SolverNotApplicableError, match="normal form is needed"):
        ag.parameter_radius(ag.models.AccessionWindow(), "p_war <= 1", ["h"])


@st.composite
def affine_games(draw):
    """A pure equilibrium of a model whose payoffs are affine in two unbounded parameters."""
    rows, columns = draw(st.sampled_from([(2, 2), (2, 3), (3, 2)]))
    actions = tuple(f"a{i}" for i in range(rows)), tuple(f"b{j}" for j in range(columns))
    triple = st.tuples(small, small, small)
    table = {cell: (draw(triple), draw(triple)) for cell in itertools.product(*actions)}
    return type("Drawn", (Affine,), {"actions": actions, "table": table})(s=0, t=0)


@settings(max_examples=60)
@given(affine_games(), st.fractions(min_value="1/5", max_value=3, max_denominator=5))
def test_the_radius_in_affine_parameters_is_a_closed_form(model, weight):
    """The loss of a deviation, divided by how fast the parameters' moves eat it up: the least over all deviations."""
    for item in ag.pure_nash(model.game()):
        here = tuple(labels[strategy.tolist().index(1)] for labels, strategy in zip(model.actions, item.arrays(), strict=True))
        ratios = []
        for k in (0, 1):
            for action in model.actions[k]:
                if action != here[k]:
                    other = (*here[:k], action, *here[k + 1 :])
                    loss, s, t = (Fraction(a - b) for a, b in zip(model.table[here][k], model.table[other][k], strict=True))
                    if speed := abs(s) * weight + abs(t):
                        ratios.append(loss / speed)
        radius = ag.parameter_radius(model, here, {"s": weight, "t": 1})
        if ratios:
            assert radius.value == min(ratios)
        else:
            assert radius.lower is None
