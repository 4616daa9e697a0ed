"""Treaty design: closed forms, brute force over grids, binding conditions, and what is said where there is no optimum."""

import itertools
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.statics._claims.scenes import EVERYWHERE
from alliancegames.statics._treaties.line import solve_on_line
from alliancegames.statics._treaties.programs import Constraint, Program
from alliancegames.statics._treaties.space import solve_in_space, solve_linear

F = Fraction
x, y = sympy.symbols("x y", real=True)
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BOTH = {"b": ("beta_d", "beta_o")}


def program(objective, margins, variables=(x,), strict=()):
    """A program on the box [-2, 2], with further conditions."""
    box = [margin for v in variables for margin in (v + 2, 2 - v)]
    listed = [Constraint(sympy.sympify(m), k - len(box) in strict, "condition", f"{m} ≥ 0") for k, m in enumerate([*box, *margins])]
    kept = tuple(c for c in listed if c.margin.free_symbols)
    return Program(None, 0, EVERYWHERE, tuple(variables), sympy.sympify(objective), kept)


def polynomials(size, largest=4):
    return st.lists(st.integers(-largest, largest), min_size=1, max_size=size).map(lambda c: sum(a * x**k for k, a in enumerate(c)))


def plain(value):
    return sympy.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else value


# -------------------------------------------------------------------- one instrument


@SLOW
@given(polynomials(4), st.lists(polynomials(4), max_size=3), st.sets(st.integers(0, 2)))
def test_one_instrument_against_a_grid(objective, margins, strict):
    assume(all(getattr(m, "free_symbols", None) for m in margins))
    task = program(objective, margins, strict=strict)
    answer = solve_on_line(task)
    grid = [F(k, 60) for k in range(-120, 121)]
    read = [(sympy.lambdify(x, c.margin), c.strict) for c in task.constraints]
    feasible = [p for p in grid if all(m(p) > 0 if s else m(p) >= 0 for m, s in read)]
    goal = sympy.lambdify(x, task.objective)
    if answer.status == "infeasible":
        assert feasible == []
        return
    assert answer.status in ("optimal", "supremum")
    assert all(goal(p) <= answer.value for p in feasible)
    place = plain(answer.point[0])
    assert abs(sympy.N(task.objective.subs(x, place) - plain(answer.value), 30)) < 1e-20
    if answer.status == "optimal":
        assert all(sympy.N(c.margin.subs(x, place), 30) > -1e-20 for c in task.constraints)
        assert all(c.margin.subs(x, place) != 0 for c in task.constraints if c.strict)
    inside = [p for p in feasible if any(plain(low) <= plain(p) <= plain(high) for low, high in answer.region)]
    assert inside == feasible


@SLOW
@given(polynomials(3), polynomials(3), st.integers(1, 3))
def test_rational_objectives_against_a_grid(above, below, shift):
    """A denominator without roots."""
    objective = above / (below**2 + shift)
    answer = solve_on_line(program(objective, []))
    goal = sympy.lambdify(x, sympy.sympify(objective))
    values = [float(goal(v)) for v in np.linspace(-2, 2, 801)]
    assert answer.status == "optimal"
    assert max(values) <= float(answer.value) + 1e-12
    assert max(values) >= float(answer.value) - 0.05 * max(1, abs(float(answer.value)))


def test_poles_and_infinity():
    assert solve_on_line(program(1 / (x - 1) ** 2, [])).status == "unbounded"
    assert solve_on_line(program(-1 / (x - 1) ** 2, [])).value == F(-1, 9)
    assert solve_on_line(program(1 / (x - 1), [x])).status == "unbounded"
    free = Program(None, 0, EVERYWHERE, (x,), x / (x + 1), (Constraint(x, False, "domain of x", "x ≥ 0"),))
    answer = solve_on_line(free)
    assert (answer.status, answer.value, answer.point) == ("supremum", 1, (sympy.oo,))
    growing = Program(None, 0, EVERYWHERE, (x,), x**2, (Constraint(x, False, "domain of x", "x ≥ 0"),))
    assert solve_on_line(growing).status == "unbounded"
    falling = Program(None, 0, EVERYWHERE, (x,), 1 / (x + 1), (Constraint(x, True, "domain of x", "x > 0"),))
    answer = solve_on_line(falling)
    assert (answer.status, answer.value, answer.point) == ("supremum", 1, (0,))
    assert answer.bindings[0].condition == "x > 0"


def test_isolated_points_are_admissible():
    answer = solve_on_line(program(x, [-((x - 1) ** 2)]))
    assert (answer.status, answer.point, answer.region) == ("optimal", (1,), ((1, 1),))


def test_shadow_price_is_the_derivative_of_the_value():
    for slack in (F(0), F(1, 1000)):
        answer = solve_on_line(program(3 * x, [2 - x**2 + plain(slack)]))
        assert answer.status == "optimal"
        assert float(answer.value) == pytest.approx(3 * (2 + float(slack)) ** 0.5) or float(answer.value) == 6
    inner = solve_on_line(program(3 * x, [1 - x**2]))
    more = solve_on_line(program(3 * x, [1 - x**2 + sympy.Rational(1, 10**6)]))
    (binding,) = inner.bindings
    assert binding.shadow_price == F(3, 2)
    assert (float(more.value) - float(inner.value)) * 10**6 == pytest.approx(1.5, rel=1e-3)


# -------------------------------------------------------------------- several instruments


@SLOW
@given(
    st.tuples(st.integers(-5, 5), st.integers(-5, 5)),
    st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(-4, 4)), max_size=4),
    st.sets(st.integers(0, 3)),
)
def test_linear_designs_against_all_corners(costs, rows, strict):
    rows = [row for row in rows if row[0] or row[1]]
    task = program(costs[0] * x + costs[1] * y + 1, [a * x + b * y + c for a, b, c in rows], (x, y), strict)
    answer = solve_linear(task, 1)
    lines = [(1, 0, 2), (-1, 0, 2), (0, 1, 2), (0, -1, 2), *rows]
    closed = [False] * 4 + [k in strict for k in range(len(rows))]
    corners = []
    for (a, b, c), (d, e, f) in itertools.combinations(lines, 2):
        if a * e - b * d:
            corner = F(b * f - c * e, a * e - b * d), F(c * d - a * f, a * e - b * d)
            if all(p * corner[0] + q * corner[1] + r >= 0 for p, q, r in lines):
                corners.append(corner)
    grid = [(F(i, 7), F(j, 7)) for i in range(-14, 15) for j in range(-14, 15)]

    def admissible(point):
        values = [p * point[0] + q * point[1] + r for p, q, r in lines]
        return all(value > 0 if s else value >= 0 for value, s in zip(values, closed, strict=True))

    def goal(point):
        return costs[0] * point[0] + costs[1] * point[1] + 1

    if answer.status == "infeasible":
        assert not any(map(admissible, grid))
        return
    assert answer.value == max(map(goal, corners))
    assert goal(answer.point) == answer.value
    assert all(binding.shadow_price >= 0 for binding in answer.bindings)
    if answer.status == "optimal":
        assert admissible(answer.point)
    else:
        assert answer.status == "supremum"
        assert not any(admissible(point) and goal(point) == answer.value for point in [*corners, *grid])


@pytest.mark.parametrize(
    ("objective", "margins", "point", "value"),
    [
        (x + y - x**2 - y**2, [], (F(1, 2), F(1, 2)), F(1, 2)),  # inside
        (-((x - 3) ** 2) - (y - 3) ** 2, [], (2, 2), -2),  # a corner
        (x * y, [2 - x - y, x], (1, 1), 1),  # on an edge
        (-(x**2) - 2 * y**2, [x + y - 1], (F(2, 3), F(1, 3)), F(-2, 3)),
        ((x + 1) / (y + 3), [1 - x], (1, -2), 2),
    ],
)
def test_known_optima_are_found_and_proved(objective, margins, point, value):
    answer = solve_in_space(program(objective, margins, (x, y)), {x: sympy.S.Zero, y: sympy.S.Zero}, 1)
    assert (answer.status, answer.point, answer.value) == ("optimal", point, value)
    assert answer.bound == value
    assert "proved" in answer.method


def test_multipliers_of_a_known_optimum():
    answer = solve_in_space(program(-(x**2) - 2 * y**2, [x + y - 1], (x, y)), {x: sympy.S.Zero, y: sympy.S.Zero}, 1)
    assert [(binding.condition, binding.shadow_price) for binding in answer.bindings] == [("x + y - 1 ≥ 0", F(4, 3))]


@pytest.mark.parametrize(
    ("objective", "margins", "point", "value"),
    [
        (x - x**3 + y, [1 - y, x], (1 / sympy.sqrt(3), 1), 1 + 2 / (3 * sympy.sqrt(3))),
        (x * y**2 - x, [2 - x - y, x, y], None, None),
    ],
)
def test_irrational_optima_on_edges_are_exact(objective, margins, point, value):
    answer = solve_in_space(program(objective, margins, (x, y)), {x: sympy.S.Zero, y: sympy.S.Zero}, 1)
    assert answer.status == "optimal" and "edge" in answer.method
    if value is not None:
        assert sympy.simplify(plain(answer.value) - value) == 0
        assert [sympy.simplify(plain(a) - b) for a, b in zip(answer.point, point, strict=True)] == [0, 0]
    goal = sympy.lambdify((x, y), objective)
    conditions = [sympy.lambdify((x, y), margin) for margin in margins]
    across, up = np.meshgrid(np.linspace(-2, 2, 401), np.linspace(-2, 2, 401))
    inside = np.all([np.broadcast_to(condition(across, up), across.shape) >= 0 for condition in conditions], axis=0)
    assert 0 <= float(answer.value) - goal(across, up)[inside].max() < 1e-3


def test_irrational_optima_are_bounded():
    answer = solve_in_space(program(x + y, [1 - x**2 - y**2], (x, y)), {x: sympy.S.Zero, y: sympy.S.Zero}, 1)
    assert answer.status == "numeric"
    assert answer.value <= sympy.sqrt(2) <= answer.bound
    assert answer.bound - answer.value < 1e-5
    assert answer.point[0] ** 2 + answer.point[1] ** 2 <= 1


def test_contradictions_are_proved():
    answer = solve_in_space(program(x, [-1 - x**2 * y**2], (x, y)), {x: sympy.S.Zero, y: sympy.S.Zero}, 1)
    assert answer.status == "infeasible"


def test_what_is_not_rational_is_called_numeric():
    answer = solve_in_space(program(sympy.exp(-(x**2)) - y**2, [], (x, y)), {x: sympy.S.One, y: sympy.S.One}, 1)
    assert answer.status == "numeric" and answer.bound is None
    assert answer.value == pytest.approx(1, abs=1e-6)


# -------------------------------------------------------------------- models: closed forms


def test_least_promise_that_deters():
    model = ag.models.CommitmentDesign()
    least = ag.design_treaty(model, BOTH, minimise="beta_d", subject_to="Peace")
    most = ag.design_treaty(model, BOTH, maximise="beta_d", subject_to="Peace")
    stated = model.completed().thresholds()
    assert (least.value, most.value) == (stated["beta_D"], stated["beta_R"])
    assert least.best.region == ((stated["beta_D"], stated["beta_R"]),)
    assert (least.status, least.exact, least.regime) == ("optimal", True, "Peace")
    assert [binding.source for binding in least.binding] == ["regime Peace"]
    assert "beta_d*(1 - eps)" in least.binding[0].condition
    assert least.binding[0].shadow_price == -1
    assert {outcome["p_attack"] for outcome in least.model.solve().outcomes} == {0, 1}  # the challenger is indifferent there
    assert least.outcomes == {"p_peace": 1, "p_attack": 0, "p_provocation": 0}


def test_best_point_of_a_window_is_its_middle():
    design = ag.design_treaty(ag.models.CommitmentDesign(), BOTH, maximise="p_peace")
    assert (design.value, design.terms, design.best.optimal) == (1, {"b": F(9, 16)}, (F(1, 2), F(5, 8)))
    assert design.model.solve().outcomes[0]["p_peace"] == 1
    assert {(o.regime, o.equilibrium): o.value for o in design.options}["Attack", 0] == 0
    assert "any value from 1/2 to 5/8 is as good" in repr(design)


def test_conditional_text_with_errors_of_attribution():
    """At an error of 1/5 a purely conditional promise must be beta_D/(1 - eps) = 5/8."""
    model = ag.models.CommitmentDesign(eps="1/5", beta_o=0)
    assert ag.design_treaty(model, "beta_d", minimise="beta_d", subject_to="Peace").value == F(5, 8)
    window = model.window("conditional deterrent")
    assert ag.design_treaty(model, "beta_d", maximise="beta_d", subject_to="Peace").value == window[1]
    assert ag.design_treaty(model.replace(eps="3/5"), "beta_d", maximise="p_peace", subject_to="Peace").status == "infeasible"


def test_two_promises_against_a_grid_of_solutions():
    model = ag.models.CommitmentDesign(eps="1/5")
    design = ag.design_treaty(model, ["beta_d", "beta_o"], maximise="p_peace - beta_d/10 - beta_o/5")
    assert design.terms == {"beta_d": F(5, 8), "beta_o": 0}
    grid = [F(k, 16) for k in range(17)]
    values = []
    for d, o in itertools.product(grid, grid):
        solution = model.replace(beta_d=d, beta_o=o).solve()
        values.append(max(outcome["p_peace"] for outcome in solution.outcomes) - d / 10 - o / 5)
    assert max(values) == design.value == F(15, 16)
    assert sorted(binding.shadow_price for binding in design.binding) == [F(1, 8), F(7, 40)]


def test_smallest_interim_guarantee():
    model = ag.models.AccessionWindow(accession_rate=1)
    design = ag.design_treaty(model, "gamma", minimise="gamma", subject_to="Peaceful accession")
    assert design.value == model.completed().thresholds()["gamma_star"] == F(63, 200)
    below, above = (model.replace(gamma=design.value + step) for step in (F(-1, 10**6), F(1, 10**6)))
    assert (below.regimes().locate(), above.regimes().locate()) == (("Preventive war",), ("Peaceful accession",))
    slow = ag.design_treaty(ag.models.AccessionWindow(accession_rate="1/20"), "gamma", minimise="gamma", subject_to="Peaceful accession")
    assert slow.value == 0
    assert [binding.source for binding in slow.binding] == ["domain of gamma"]


def test_deterring_transfer_and_best_transfer():
    model = ag.models.MoralHazardContract()
    design = ag.design_treaty(model, "t", minimise="t", subject_to="Deterred")
    assert sympy.simplify(design.value - (sympy.Rational(7, 10) - sympy.sqrt(10) / 10)) == 0
    assert float(design.value) == pytest.approx(float(model.completed().thresholds()["t_det"]))
    patron = "b*((1 - risk_in_crisis)*offer_in_crisis + risk_in_crisis*p) - lam*t*risk_in_crisis"
    rich = model.replace(u_status_quo="7/10")
    best = ag.design_treaty(rich, "t", maximise=patron, subject_to="Crisis with a risk of war")
    assert best.terms["t"] == rich.completed().thresholds()["t_star"]
    assert best.binding == ()
    assert best.value == rich.replace(t=best.terms["t"]).solve().outcomes[0]["value_patron"]


def test_strict_regimes_are_approached():
    model = ag.models.CommitmentDesign()
    design = ag.design_treaty(model, BOTH, minimise="beta_d", subject_to="Peace", strict=True)
    assert (design.status, design.value, design.exact) == ("supremum", F(1, 2), True)
    assert "no admissible terms attain it" in repr(design)
    two = ag.design_treaty(model, ["beta_d", "beta_o"], maximise="p_peace - beta_d", strict=True)
    assert (two.status, two.value) == ("supremum", F(1, 2))


def test_worst_equilibrium_counts():
    model = ag.models.AllianceDilemma()  # a stag hunt
    best = ag.design_treaty(model, "cohesion", maximise="p_both_strong", subject_to="Stag hunt")
    worst = ag.design_treaty(model, "cohesion", maximise="p_both_strong", subject_to="Stag hunt", equilibrium="worst")
    assert (best.value, worst.value) == (1, 0)
    decay = ag.design_treaty(model, "loss_abandon", maximise="p_both_strong", equilibrium="worst")
    assert (decay.value, decay.regime) == (1, "Both strong")
    for value in ("3/5", "4/5"):
        assert {o["p_both_strong"] for o in model.replace(loss_abandon=value).solve().outcomes} == {1}


def test_conditions_on_outcomes():
    """The largest stake of the status quo at which war has a probability of at most 1/10."""
    model = ag.models.UnilateralDeterrence()
    design = ag.design_treaty(model, "p_C", maximise="p_C", subject_to=["Bluff", "p_war <= 1/10"])
    exact = ag.design_treaty(model, "p_C", maximise="p_war", subject_to="Bluff")
    (binding,) = design.binding
    assert binding.source == "condition"
    assert design.outcomes["p_war"] == F(1, 10)
    assert exact.value > F(1, 10)
    assert any(o["p_war"] == F(1, 10) for o in model.replace(p_C=design.value).solve().outcomes)


def test_minima_in_the_objective():
    model = ag.models.CommitmentDesign()
    design = ag.design_treaty(model, ["beta_d", "beta_o"], maximise="min(beta_d, 3/4) - max(beta_o, 1/3)", subject_to="Peace")
    assert design.value == F(3, 4) - F(1, 3)
    assert design.exact


def test_frame_lists_all_regimes():
    design = ag.design_treaty(ag.models.CommitmentDesign(), BOTH, maximise="p_peace")
    frame = design.to_dataframe()
    assert list(frame["regime"]) == ["Peace", "Attack", "Provocation", "Attack and provocation"]
    assert list(frame["status"]) == ["optimal", "optimal", "optimal", "infeasible"]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"choose": "beta_d"}, ag.errors.ParameterError, "exactly one of maximise and minimise"),
        ({"choose": [], "maximise": "p_peace"}, ag.errors.ParameterError, "at least one"),
        ({"choose": "beta_x", "maximise": "p_peace"}, ag.errors.UnknownLabelError, "beta_x"),
        ({"choose": {"a": ("beta_d",), "b": ("beta_d",)}, "maximise": "p_peace"}, ag.errors.ParameterError, "only|once"),
        ({"choose": "beta_d", "maximise": "p_piece"}, ag.errors.ClaimError, "p_piece"),
        ({"choose": "beta_d", "maximise": "p_peace", "subject_to": "Pease"}, ag.errors.ClaimError, "Pease"),
        ({"choose": "beta_d", "maximise": "p_peace", "equilibrium": "middle"}, ag.errors.ParameterError, "middle"),
        ({"choose": "beta_d", "maximise": "p_peace", "subject_to": "beta_d != 1/2"}, ag.errors.SolverNotApplicableError, "inequality"),
    ],
)
def test_refusals(options, error, words):
    with pytest.raises(error, match=words):
        ag.design_treaty(ag.models.CommitmentDesign(), **options)


# -------------------------------------------------------------------- windows


@pytest.fixture(scope="module")
def window():
    return ag.treaty_window(ag.models.CommitmentDesign(), BOTH, "Peace")


def test_window_of_commitment_design(window):
    stated = ag.models.CommitmentDesign().thresholds()
    assert [sympy.simplify(end.value - stated["beta_D"]) for end in window.lower if end.source == "regime Peace"] == [0]
    assert [sympy.simplify(end.value - stated["beta_R"]) for end in window.upper if end.source == "regime Peace"] == [0]
    assert len(window.exists_if) == 3


@pytest.mark.parametrize("changes", [{}, {"k_C": "1/4"}, {"k_B": "1/5", "p_B": "3/10"}, {"p_B1": "9/10", "V": 2}])
def test_window_agrees_with_design_at_numbers(window, changes):
    model = ag.models.CommitmentDesign(**changes)
    p = model.completed().values()
    at = {s: plain(getattr(p, str(s))) for c in (window.least, window.most) for s in c.free_symbols}
    low, high = window.least.subs(at), window.most.subs(at)
    least = ag.design_treaty(model, BOTH, minimise="beta_d", subject_to="Peace")
    most = ag.design_treaty(model, BOTH, maximise="beta_d", subject_to="Peace")
    exists = all(condition.subs(at) for condition in window.exists_if)
    assert exists == bool(low <= high)
    if exists:
        assert (plain(least.value), plain(most.value)) == (low, high)
    else:
        assert least.status == most.status == "infeasible"


def test_window_of_the_guarantee():
    model = ag.models.AccessionWindow()
    found = ag.treaty_window(model, "gamma", "Peaceful accession")
    (end,) = (end for end in found.lower if end.source.startswith("regime"))
    star = model.thresholds()["gamma_star"]
    gamma = next(s for s in star.free_symbols | {sympy.Symbol("gamma")} if str(s) == "gamma")
    assert sympy.simplify(end.value - star) == 0 and gamma not in end.value.free_symbols
    assert found.exists_if == ()
    assert [(str(e.value), e.closed) for e in found.upper] == [("Delta", False)]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ag.treaty_window(ag.models.MoralHazardContract(), "t", "Deterred"), ag.errors.SolverNotApplicableError, "not linear"),
        (lambda: ag.treaty_window(ag.models.CommitmentDesign(beta_d=1), "beta_d", "Peace"), ag.errors.ParameterError, "leave it free"),
        (
            lambda: ag.treaty_window(ag.models.CommitmentDesign(), {"a": "beta_d", "b": "beta_o"}, "Peace"),
            ag.errors.ParameterError,
            "one term",
        ),
        (lambda: ag.treaty_window(ag.models.CommitmentDesign(), "V", "Peace"), ag.errors.SolverNotApplicableError, "linear|depend"),
    ],
)
def test_window_refusals(call, error, words):
    with pytest.raises(error, match=words):
        call()


# -------------------------------------------------------------------- the picture


def test_plot_shows_the_window_and_the_best_terms():
    design = ag.design_treaty(ag.models.CommitmentDesign(), BOTH, maximise="p_peace")
    ax = design.plot()
    thick = [line for line in ax.lines if line.get_linewidth() > 3]
    assert [line.get_xydata().tolist() for line in thick] == [[[0.5, 0.5], [0.625, 0.625]]]
    (star,) = [line for line in ax.lines if line.get_marker() == "*"]
    assert star.get_xydata().tolist() == [[0.5625, 0.5625]]
    assert "$b = 9/16$" in [text.get_text() for text in ax.texts]
    plt.close(ax.figure)


def test_plot_needs_a_plane():
    design = ag.design_treaty(ag.models.AccessionWindow(accession_rate=1), "gamma", minimise="gamma", subject_to="Peaceful accession")
    with pytest.raises(ag.errors.ParameterError, match="name a second parameter"):
        design.plot()
    ax = design.plot("gamma", "h", xlim=(0, "39/100"))
    (star,) = [line for line in ax.lines if line.get_marker() == "*"]
    assert star.get_xydata().tolist() == [[0.315, 1.0]]
    plt.close(ax.figure)
