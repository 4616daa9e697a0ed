"""Equilibria followed along a parameter, against exact solutions at single values."""

import itertools
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.games.distributions import normal_cdf
from alliancegames.solvers import cutoff_folds
from alliancegames.statics._lines import interval as _line
from alliancegames.statics._lines.best_reply_vertices import Side

F = Fraction
t = sympy.Symbol("t", real=True)
SLOW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def polynomial(coefficients, value):
    return sum((c * value**k for k, c in enumerate(coefficients)), start=0 * value)


def bimatrix(tables, value):
    """The game whose payoffs are polynomials, given by coefficients, at a value or a symbol."""
    field = "symbolic" if value is t else "exact"
    return ag.NormalFormGame.from_bimatrix(*[[[polynomial(c, value) for c in row] for row in table] for table in tables], field=field)


def strategies(profiles):
    return {tuple(map(tuple, profile.arrays())) for profile in profiles}


def families(entries, shapes=((2, 2), (2, 3), (3, 2), (3, 3), (1, 3))):
    return st.sampled_from(shapes).flatmap(
        lambda shape: st.tuples(*[st.lists(st.lists(entries, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]) for _ in "AB"])
    ).filter(lambda tables: any(any(c[1:]) for table in tables for row in table for c in row))  # fmt: skip


GENERIC = st.lists(st.integers(-9, 9), min_size=2, max_size=3)
TIED = st.sampled_from([[0], [1], [0, 1], [1, -1], [-1, 2], [0, 0, 1]])


def check_everywhere(tables, values):
    """Compare with the complete exact solution at given values, at all rational breakpoints and inside all segments."""
    found = ag.correspondence(bimatrix(tables, t), "t", (0, 1))
    assert found.complete and found.exact
    rational = [event.value for event in found.events if isinstance(event.value, Fraction)]
    for value in {*values, F(0), F(1), *rational}:
        assert strategies(found.at(value)) == strategies(ag.nash(bimatrix(tables, value)))
    assert found[0].start == 0 and found[-1].stop == 1
    assert all(before.stop == after.start for before, after in itertools.pairwise(found))
    return found


@SLOW
@given(families(GENERIC), st.lists(st.fractions(0, 1, max_denominator=60), min_size=4, max_size=8))
def test_generic_families_agree_with_nash_at_every_value(tables, values):
    found = check_everywhere(tables, values)
    for event in found.events:
        if not isinstance(event.value, Fraction):
            check_irrational(tables, event)


@SLOW
@given(families(TIED), st.lists(st.fractions(0, 1, max_denominator=60), min_size=4, max_size=8))
def test_tied_families_agree_with_nash_at_every_value(tables, values):
    check_everywhere(tables, values)


def check_irrational(tables, event):
    """At an irrational value the stated strategies are equilibria to fifty digits."""
    place = sympy.N(event.value, 60)
    first, second = ([[polynomial(c, place) for c in row] for row in table] for table in tables)
    assert event.equilibria
    for profile in event.equilibria:
        x, y = ([sympy.N(weight, 60) for weight in vector] for vector in profile.arrays())
        assert abs(sum(x) - 1) < 1e-50 and abs(sum(y) - 1) < 1e-50 and min(x + y) > -1e-50
        rows = [sum(first[i][j] * y[j] for j in range(len(y))) for i in range(len(x))]
        columns = [sum(second[i][j] * x[i] for i in range(len(x))) for j in range(len(y))]
        assert max(rows) - sum(a * b for a, b in zip(rows, x, strict=True)) < 1e-50
        assert max(columns) - sum(a * b for a, b in zip(columns, y, strict=True)) < 1e-50


@SLOW
@given(families(st.one_of(GENERIC.map(lambda c: c[:2]), TIED.map(lambda c: c[:2])), shapes=((2, 2), (2, 3), (3, 3))))
def test_irrational_breakpoints_are_those_of_the_squared_parameter(tables):
    """In payoffs that depend on t squared, what happens at the square root of u is what happens at u."""
    squared = [[[[c[0], 0, *c[1:]] for c in row] for row in table] for table in tables]
    plain = ag.correspondence(bimatrix(tables, t), "t", (0, 1))
    found = ag.correspondence(bimatrix(squared, t), "t", (0, 1))
    assert [float(event.value) ** 2 for event in found.events] == pytest.approx([float(event.value) for event in plain.events], abs=1e-12)
    for ours, theirs in zip(found.events, plain.events, strict=True):
        assert ours.kinds == theirs.kinds
        if isinstance(theirs.value, Fraction):
            assert ours.value**2 == theirs.value
            assert strategies(ours.equilibria) == strategies(theirs.equilibria)
        else:
            assert len(ours.equilibria) == len(theirs.equilibria)
    assert [len(segment) for segment in found] == [len(segment) for segment in plain]


@SLOW
@given(families(st.one_of(GENERIC, TIED)), st.fractions(1, 5, max_denominator=4), st.integers(-3, 3))
def test_positive_factors_change_nothing(tables, scale, shift):
    """Payoffs divided by a positive function of the parameter, and shifted, have the same equilibria."""
    plain = ag.correspondence(bimatrix(tables, t), "t", (0, 1))
    scaled = ag.correspondence(
        lambda value: ag.NormalFormGame.from_bimatrix(
            *[[[(polynomial(c, value) + shift) / (value + scale) for c in row] for row in table] for table in tables]
        ),
        "t",
        (0, 1),
    )
    assert [event.value for event in scaled.events] == [event.value for event in plain.events]
    assert [{str(b) for b in segment.branches} for segment in scaled] == [{str(b) for b in segment.branches} for segment in plain]


# -------------------------------------------------------------------- kinds of changes, one by one


def kinds(first, second, values=(0, 1)):
    found = ag.correspondence(ag.NormalFormGame.from_bimatrix(first, second, field="symbolic"), "t", values)
    return {event.value: event.kinds for event in found.events}


def test_fold():
    """Stag hunt that turns into a prisoners' dilemma: cooperation and the mixed equilibrium meet and vanish."""
    game = [[2, 0], [1 + 2 * t, 1]]
    assert kinds(game, [list(row) for row in zip(*game, strict=True)]) == {F(1, 2): ("fold",)}


def test_kink_of_a_mixed_equilibrium():
    """A third action comes into use."""
    zero_sum = [[1, -1], [-1, 1], [2 * t - F(1, 2), 2 * t - F(1, 2)]]
    assert kinds(zero_sum, [[-x for x in row] for row in zero_sum], (0, "1/2")) == {F(1, 4): ("branching",)}


def test_prisoners_dilemma_turns_into_chicken():
    """All equilibria of Chicken come from one continuum at the value at which nobody minds."""
    game = [[3, 1], [4, 2 - 2 * t]]
    found = ag.correspondence(ag.NormalFormGame.from_bimatrix(game, [list(row) for row in zip(*game, strict=True)]), "t", (0, 1))
    (event,) = found.events
    (meeting,) = event.meetings
    assert event.value == F(1, 2)
    assert (meeting.kind, meeting.continuum, len(meeting.before), len(meeting.after)) == ("branching", True, 1, 3)
    assert {branch.index for branch in meeting.after} == {1, -1}


def test_equilibria_at_a_single_value():
    """Where the parameter is 1/2, and only there, the row player may choose the second action."""
    found = ag.correspondence(ag.NormalFormGame.from_bimatrix([[(2 * t - 1) ** 2], [0]], [[0], [0]]), "t", (0, 1))
    (event,) = found.events
    assert event.value == F(1, 2)
    assert event.kinds == ("continuum",)
    assert len(event.equilibria) == 2
    assert [len(segment) for segment in found] == [1, 1]
    assert strategies(found.at("1/2")) == {((1, 0), (1,)), ((0, 1), (1,))}


def test_isolated_equilibrium_at_a_single_value():
    game = [[0, 0], [1, -((2 * t - 1) ** 2)]]
    found = ag.correspondence(
        ag.NormalFormGame.from_bimatrix(game, [list(row) for row in zip(*game, strict=True)], field="symbolic"), "t", (0, 1)
    )
    for value in (F(1, 4), F(1, 2), F(3, 4)):
        number = [[0, 0], [1, -((2 * value - 1) ** 2)]]
        assert strategies(found.at(value)) == strategies(
            ag.nash(ag.NormalFormGame.from_bimatrix(number, [list(row) for row in zip(*number, strict=True)]))
        )


def test_irrational_fold_has_its_exact_value():
    game = [[2, 0], [4 * t**2 + 1, 1]]
    found = ag.correspondence(ag.NormalFormGame.from_bimatrix(game, [list(row) for row in zip(*game, strict=True)]), "t", (0, 1))
    assert [event.value for event in found.events] == [F(1, 2)]
    other = [[2, 0], [2 * t**2 + 1, 1]]
    found = ag.correspondence(ag.NormalFormGame.from_bimatrix(other, [list(row) for row in zip(*other, strict=True)]), "t", (0, 1))
    assert [event.value for event in found.events] == [sympy.sqrt(2) / 2]
    cubic = [[2, 0], [t**3 + t + 1, 1]]
    found = ag.correspondence(ag.NormalFormGame.from_bimatrix(cubic, [list(row) for row in zip(*cubic, strict=True)]), "t", (0, 1))
    (event,) = found.events
    assert sympy.minimal_polynomial(event.value, t) == t**3 + t - 1
    assert strategies(found.at(event.value)) == strategies(event.equilibria)


def test_nothing_happens():
    found = ag.correspondence(ag.NormalFormGame.from_bimatrix([[t + 1, 2], [0, 0]], [[1, 0], [0, 1]]), "t", (0, 1))
    assert found.events == () and len(found) == 1 and len(found.branches) == 1


# -------------------------------------------------------------------- models


@pytest.mark.parametrize(
    ("key", "parameter", "ends"),
    [
        ("alliance_dilemma", "cost_entrap", (0, 1)),
        ("alliance_dilemma", "sigma_2", (0, 1)),
        ("unilateral_deterrence", "p_D", (0, 1)),
        ("unilateral_deterrence", "c_SQ", ("2/5", "9/10")),
        ("commitment_design", "beta_o", (0, 1)),
        ("commitment_design", "eps", (0, "9/10")),
    ],
)
def test_models_agree_with_solve(key, parameter, ends):
    model = ag.models.get(key).completed()
    if parameter == "eps":  # errors of attribution matter where the two promises differ
        model = model.replace(beta_o=0)
    found = ag.correspondence(model, parameter, ends)
    low, high = map(Fraction, ends)
    rational = [event.value for event in found.events if isinstance(event.value, Fraction)]
    for value in [*(low + (high - low) * F(k, 17) for k in range(18)), *rational]:
        solution = model.replace(**{parameter: value}).solve()
        assert strategies(found.at(value)) == strategies(solution.equilibria)
        for segment in found:
            if segment.start < value < segment.stop:
                stated = sorted(
                    [
                        sympy.sympify(branch.outcomes[o.name]).subs(found.symbol, sympy.Rational(value.numerator, value.denominator))
                        for o in model.outcomes
                    ]
                    for branch in segment.branches
                )
                assert stated == sorted([sympy.sympify(outcome[o.name]) for o in model.outcomes] for outcome in solution.outcomes)


def test_thresholds_of_unilateral_deterrence_are_the_breakpoints():
    model = ag.models.UnilateralDeterrence()
    found = model.completed().thresholds()
    events = {event.value: event.kinds for event in ag.correspondence(model, "p_D", (0, 1)).events}
    assert events == {found["c2"]: ("kink",), found["c1"]: ("merging",)}
    assert found["d1"] in [event.value for event in ag.correspondence(model, "p_C", (0, 1)).events]


def test_index_and_formulas():
    found = ag.correspondence(ag.models.AllianceDilemma(), "cohesion", (0, 1))
    s = found.symbol
    mixed = next(branch for branch in found.branches if branch.index == -1)
    assert (
        sympy.simplify(
            found.formula(mixed, ("Ally 1", "strong")) - (sympy.Rational(1, 10) - sympy.Rational(1, 2)) / (sympy.Rational(1, 10) - s)
        )
        == 0
    )
    assert [sum(branch.index for branch in segment.branches) for segment in found] == [1] * len(found)
    places = np.array([0.6, 0.8])
    assert found.series(mixed, ("Ally 1", "strong"), places) == pytest.approx([0.4 / 0.5, 0.4 / 0.7])
    assert found.series(mixed, "Ally 1", places) == pytest.approx(
        [float(found.formula(mixed, "Ally 1").subs(s, place)) for place in places]
    )
    frame = found.to_dataframe()
    assert list(frame["from"]) == [branch.start for branch in found.branches]
    assert {"Ally 1: strong", "p_decay", "index"} <= set(frame.columns)


@SLOW
@given(families(GENERIC, shapes=((2, 2), (3, 3))))
def test_indices_sum_to_one_where_all_equilibria_are_isolated(tables):
    found = ag.correspondence(bimatrix(tables, t), "t", (0, 1))
    for segment in found:
        indices = [branch.index for branch in segment.branches]
        if None not in indices:
            assert sum(indices) == 1


def test_cutoff_games_are_followed_by_their_own_method():
    def game(slope):
        return ag.CutoffGame.from_replies({"p": (0, 1)}, lambda play: normal_cdf(slope * play["p"] - 2))

    found = ag.correspondence(game, "slope", [1, 4, 8])
    own = cutoff_folds.correspondence(game, "slope", [1, 4, 8])
    assert len(found.folds) == 2
    assert [fold.value for fold in found.folds] == [fold.value for fold in own.folds]
    assert [len(branch) for branch in found.branches] == [len(branch) for branch in own.branches]


def test_models_of_cutoffs_are_followed_by_their_own_method():
    model = ag.models.MoralHazardContract()
    found = ag.correspondence(model, "c_C", [0.1, 0.2, 0.3])
    (branch,) = found.branches
    assert branch.unknowns[:, 0] == pytest.approx((0.5 + 0.175 - branch.values) / 2)


# -------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ag.correspondence(ag.NormalFormGame.from_bimatrix([[1, 0]], [[t, 0]]), "u", (0, 1)), ag.errors.ParameterError, "depend on u alone"),
        (lambda: ag.correspondence(ag.games.stag_hunt(), "t", (0, 1)), ag.errors.ParameterError, "nothing to follow"),
        (lambda: ag.correspondence(ag.NormalFormGame.from_bimatrix([[1 / t, 0]], [[0, 1]]), "t", (-1, 1)), ag.errors.ParameterError, "denominator vanishes"),
        (lambda: ag.correspondence(ag.NormalFormGame.from_bimatrix([[0, 0]], [[1 / t, 1]]), "t", (-1, 1)), ag.errors.ParameterError, "denominator vanishes"),
        (lambda: ag.correspondence(ag.NormalFormGame.from_bimatrix([[0, 0]], [[sympy.exp(t), 1]]), "t", (0, 1)), ag.errors.SolverNotApplicableError, "rational function"),
        (lambda: ag.correspondence(ag.models.AllianceDilemma(), "cohesion", (1, 1)), ag.errors.GameDefinitionError, "two different"),
        (lambda: ag.correspondence(ag.models.AllianceDilemma(), "cohesion", (-1, 1)), ag.errors.ParameterError, "must lie in"),
        (lambda: ag.correspondence(ag.models.UnilateralDeterrence(), "c_SQ", (0, 1)), ag.errors.ParameterError, "assumes"),
        (lambda: ag.correspondence(3, "t", (0, 1)), ag.errors.GameDefinitionError, "a model, a symbolic game or a function"),
        (lambda: ag.correspondence(ag.models.AllianceDilemma(), "cohesion", (0, 1)).at(2), ag.errors.ParameterError, "from 0 to 1"),
        (lambda: ag.correspondence(ag.models.EnlargementTrust(), "t", ("1/10", "9/10")), ag.errors.SolverNotApplicableError, "normal form"),
    ],
)  # fmt: skip
def test_refusals(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_three_players_are_refused():
    game = ag.NormalFormGame.from_arrays(*[np.full((2, 2, 2), t, dtype=object)] * 3, field="symbolic")
    with pytest.raises(ag.errors.SolverNotApplicableError, match="here 3 choose"):
        ag.correspondence(game, "t", (0, 1))


def test_unknown_quantity():
    found = ag.correspondence(ag.models.AllianceDilemma(), "cohesion", (0, 1))
    with pytest.raises(ag.errors.UnknownLabelError, match="p_decay"):
        found.formula(found.branches[0], "p_decai")


# -------------------------------------------------------------------- the line


@SLOW
@given(st.lists(st.lists(st.integers(-6, 6), min_size=1, max_size=5), min_size=1, max_size=6))
def test_signs_on_the_line_are_those_of_the_polynomials(listed):
    import flint

    polynomials = [flint.fmpz_poly(c) for c in listed]
    line = _line.Line(F(-1), F(2), polynomials)
    assert line.points[0].rational == -1 and line.points[-1].rational == 2
    for p in polynomials:
        signs = line.signs(p)
        for cell in range(line.cells):
            place = line.sample(cell)
            value = _line.value_of(p, place) if place is not None else None
            if value is not None:
                assert signs[cell] == (value > 0) - (value < 0)
            else:
                assert (signs[cell] == 0) == line.points[cell // 2].is_root_of(p)
    roots = {complex(root.real).real for p in polynomials if len(p.coeffs()) > 1 for root, _ in p.complex_roots() if root.imag == 0}
    inside = [root for root in roots if -1 + 1e-9 < root < 2 - 1e-9]
    assert all(any(abs(float(point) - root) < 1e-9 for point in line.points) for root in inside)


@SLOW
@given(st.lists(st.lists(st.integers(-5, 5), min_size=3, max_size=3), min_size=3, max_size=3))
def test_systems_are_solved_exactly(table):
    import flint

    side = Side([[flint.fmpz_poly([entry]) for entry in row] for row in table])
    for system in side.systems:
        weights = [F(int(w[0]), int(system.determinant[0])) for w in system.weights]
        losses = [F(int(v[0]), int(system.determinant[0])) for v in system.losses]
        assert sum(weights) == 1
        values = [sum(w * row[j] for w, row in zip(weights, table, strict=True)) for j in range(3)]
        assert len({value + loss for value, loss in zip(values, losses, strict=True)}) == 1
        assert losses.count(0) >= sum(w != 0 for w in weights)


# -------------------------------------------------------------------- the picture


def exact_values(ax):
    (top,) = ax.child_axes
    return [label.get_text() for label in top.get_xticklabels()]


def test_plot_marks_exact_values():
    found = ag.correspondence(ag.models.AllianceDilemma(cohesion=["4/5", "9/10"], loss_abandon=["1/10", "3/10"]), "cost_entrap", (0, 1))
    ax = found.plot("welfare")
    assert exact_values(ax) == ["3/10", "4/5"]
    branches = [line for line in ax.lines if len(line.get_xdata()) > 2]
    assert len(branches) == len(found.branches) == 3
    assert {line.get_linestyle() for line in branches} == {"-", "--"}
    dashed = next(line for line in branches if line.get_linestyle() == "--")
    middle = len(dashed.get_xdata()) // 2
    value = Fraction(dashed.get_xdata()[middle]).limit_denominator(10**9)
    model = ag.models.AllianceDilemma(cohesion=["4/5", "9/10"], loss_abandon=["1/10", "3/10"], cost_entrap=value)
    exact = [float(outcome["welfare"]) for outcome in model.solve().outcomes]
    assert min(abs(height - dashed.get_ydata()[middle]) for height in exact) < 1e-6
    plt.close(ax.figure)


def test_plot_of_a_bare_game_shows_the_first_action():
    game = ag.NormalFormGame.from_bimatrix([[2, 0], [2 * t**2 + 1, 1]], [[2, 2 * t**2 + 1], [0, 1]])
    ax = ag.correspondence(game, "t", (0, 1)).plot()
    assert ax.get_ylabel() == "probability that Player 1 plays 1"
    assert "sqrt" in exact_values(ax)[0]
    plt.close(ax.figure)
