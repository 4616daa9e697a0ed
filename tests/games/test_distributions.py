"""Distributions of types and functions for conditions: values, exactness, symbols, and rigour of their enclosures."""

import math
from fractions import Fraction

import flint
import numpy as np
import pytest
import scipy.stats
import sympy
from hypothesis import given
from hypothesis import strategies as st

from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games import distributions as dist
from alliancegames.games.distributions import Distribution, Logistic, Normal, PiecewiseLinear, Uniform
from alliancegames.solvers._duals import BIVARIATE_ERROR, Dual, constant, variables
from alliancegames.solvers._intervals import Interval

F = Fraction
HALF_ROOT = 2**-0.5
TRIANGLE = Distribution(lambda c: c**2, lambda c: 2 * c, support=(0, 1))
FAMILIES = {
    "uniform": (Uniform(-1, 3), scipy.stats.uniform(-1, 4)),
    "normal": (Normal(F(1, 2), 2), scipy.stats.norm(0.5, 2)),
    "logistic": (Logistic(F(1, 2), 2), scipy.stats.logistic(0.5, 2)),
    "triangle": (TRIANGLE, scipy.stats.beta(2, 1)),
    "pieces": (PiecewiseLinear([(0, 0), (1, "3/4"), (2, 1)]), scipy.stats.rv_histogram(([0.75, 0.25], [0, 1, 2]), density=False)),
}
each_family = pytest.mark.parametrize(("ours", "theirs"), FAMILIES.values(), ids=FAMILIES)

# Conditions in two unknowns that use every function, for checks of enclosures and derivatives.
EXPRESSIONS = {
    "rational": lambda x, y: x * y / (1 + x**2) + 3 - abs(x - y),
    "normal": lambda x, y: dist.normal_cdf(x) * dist.logistic(y) + dist.normal_density(y - x),
    "bivariate": lambda x, y: dist.bivariate_normal_cdf(x, y * F(1, 2), HALF_ROOT),
    "elementary": lambda x, y: dist.exp(x * y) - dist.log(3 + x) / dist.sqrt(3 + y),
    "powers": lambda x, y: (x + 3) ** y * 2**x + (x - y) ** 3 + (4 + x) ** -2 + (3 + y) ** F(1, 3),
    "clipped": lambda x, y: dist.clip(x * y, y, F(1, 3)) + dist.minimum(x, y**2) * dist.clip01(x),
    "families": lambda x, y: PiecewiseLinear([(0, 0), (1, "3/4"), (2, 1)]).cdf(x + y) * Uniform(-1, 2).cdf(y),
    "quantiles": lambda x, y: Normal(1, 2).quantile(dist.logistic(x)) + Logistic(1, 2).cdf(y) * Normal(0, 1).density(x),
    "numpy": lambda x, y: np.exp(x) * np.float64(2) - np.sqrt(y + 4) + np.square(x) - np.negative(y) / 3,
    "given": lambda x, y: TRIANGLE.cdf(x) * y,
}
each_expression = pytest.mark.parametrize("condition", EXPRESSIONS.values(), ids=EXPRESSIONS)


@each_family
def test_cdf_density_and_quantile_against_scipy(ours, theirs):
    types = np.linspace(-3, 4, 57) + 0.01
    np.testing.assert_allclose([float(ours.cdf(x)) for x in types], theirs.cdf(types), atol=1e-14)
    np.testing.assert_allclose([float(ours.density(x)) for x in types], theirs.pdf(types), atol=1e-14)
    shares = np.linspace(0.05, 0.95, 19)
    np.testing.assert_allclose([float(ours.quantile(p)) for p in shares], theirs.ppf(shares), atol=1e-12)


@each_family
def test_the_span_holds_all_types(ours, theirs):
    low, high = (float(end) for end in ours.span)
    assert theirs.cdf(low) <= 1e-16
    assert theirs.sf(high) <= 1e-16
    assert ours.support[0] <= low < high <= ours.support[1]


@pytest.mark.parametrize("name", ["uniform", "normal", "logistic", "pieces"])
def test_arrays_equal_numbers_one_by_one(name):
    ours, _ = FAMILIES[name]
    types = np.linspace(-2, 4, 23) + 0.01
    np.testing.assert_allclose(ours.cdf(types), [float(ours.cdf(float(x))) for x in types], rtol=1e-15)
    np.testing.assert_allclose(ours.density(types), [float(ours.density(float(x))) for x in types], rtol=1e-15)


def test_exact_arguments_stay_exact():
    assert Uniform(0, 3).cdf(F(2, 7)) == F(2, 21)
    assert isinstance(Uniform(0, 3).cdf(F(2, 7)), Fraction)
    assert [Uniform(0, 3).cdf(F(x)) for x in (-1, 5)] == [0, 1]
    assert Uniform("1/3", 1).quantile(F(1, 2)) == F(2, 3)
    pieces = PiecewiseLinear([(0, 0), (1, "3/4"), (2, 1)])
    assert [pieces.cdf(F(x, 2)) for x in range(-1, 6)] == [0, 0, F(3, 8), F(3, 4), F(7, 8), 1, 1]
    assert [pieces.quantile(p) for p in (F(0), F(3, 8), F(3, 4), F(7, 8), F(1))] == [0, F(1, 2), 1, F(3, 2), 2]
    assert dist.sqrt(F(4, 9)) == F(2, 3)
    assert dist.clip01(F(7, 5)) == 1
    assert dist.sqrt(F(1, 2)) == pytest.approx(HALF_ROOT)


@pytest.mark.parametrize("name", ["uniform", "normal", "logistic", "pieces"])
def test_symbols_agree_with_numbers(name):
    ours, _ = FAMILIES[name]
    x = sympy.Symbol("x", real=True)
    formula, density = ours.cdf(x), ours.density(x)
    for point in (F(-3, 2), F(1, 3), F(5, 3), F(9, 2)):
        number = sympy.Rational(point.numerator, point.denominator)
        assert float(formula.subs(x, number)) == pytest.approx(float(ours.cdf(point)), abs=1e-15)
        assert float(density.subs(x, number)) == pytest.approx(float(ours.density(point)), abs=1e-15)
    assert Uniform(0, sympy.Symbol("c", positive=True)).cdf(x).has(sympy.Symbol("c", positive=True))


def test_bivariate_normal_against_quadrature():
    flint.ctx.prec = 100
    rng = np.random.default_rng(5)
    worst = 0.0
    for _ in range(60):
        h, k = rng.normal(size=2) * rng.choice([0.1, 1, 3])
        rho = float(rng.choice([HALF_ROOT, rng.uniform(-0.99, 0.99)]))
        worst = max(worst, abs(float(dist.bivariate_normal_cdf(h, k, rho)) - _bivariate_by_quadrature(h, k, rho)))
    assert worst < BIVARIATE_ERROR / 4
    assert dist.bivariate_normal_cdf(0.0, 0.0, HALF_ROOT) == pytest.approx(3 / 8, abs=1e-15)
    assert dist.bivariate_normal_cdf(0.0, 1.5, 0.3) == pytest.approx(_bivariate_by_quadrature(0.0, 1.5, 0.3), abs=1e-15)
    assert dist.bivariate_normal_cdf(-math.inf, 1, 0.3) == 0
    assert dist.bivariate_normal_cdf(math.inf, 1.0, 0.3) == pytest.approx(dist.normal_cdf(1.0), abs=1e-15)


def _bivariate_by_quadrature(h, k, rho):
    """Return Phi(h) Phi(k) plus the integral over the angle, in 100-bit arithmetic."""

    def integrand(angle, _):
        return (-(h * h + k * k - 2 * h * k * angle.sin()) / (2 * angle.cos() ** 2)).exp()

    h, k = flint.acb(h), flint.acb(k)
    integral = flint.acb.integral(integrand, flint.acb(0), flint.acb(rho).asin())
    normal = [(-(x / flint.acb(2).sqrt())).erfc() / 2 for x in (h, k)]
    return float((normal[0] * normal[1] + integral / (2 * flint.acb.pi())).real)


def test_the_enclosure_of_the_normal_cdf_holds_the_true_value():
    flint.ctx.prec = 150
    rng = np.random.default_rng(1)
    points = np.concatenate([rng.uniform(-38, 9, 1500), rng.normal(size=1500), [-37.7, 0.0, 40.0, -60.0]])
    found = variables(Interval.point(points[:, None]), 0)[0].normal_cdf().value
    for point, low, high in zip(points, found.low, found.high, strict=True):
        true = (-(flint.arb(float(point)) / flint.arb(2).sqrt())).erfc() / 2
        assert flint.arb(float(low)) <= true
        assert true <= flint.arb(float(high)) or high == 1.0  # 1 minus a tail that 150 bits cannot hold
    relative = 5e-16 * (16 + 2 * np.minimum(np.abs(points), 40) ** 2)
    assert ((found.high - found.low) <= relative * found.high + 5e-308).all()


@each_expression
@pytest.mark.parametrize("radius", [0.0, 1e-3, 0.1, 0.7])
def test_enclosures_hold_values_and_derivatives(condition, radius):
    rng = np.random.default_rng(8)
    centres = rng.uniform(-1.9, 1.9, size=(60, 2))
    boxes = Interval(centres - radius, centres + radius)
    with np.errstate(all="ignore"):
        plain, first, second = (condition(*variables(boxes, order)) for order in (0, 1, 2))
    np.testing.assert_array_equal(plain.value.low, second.value.low)
    np.testing.assert_array_equal(first.slopes.high, second.slopes.high)
    for k in range(60):
        x, y = rng.uniform(boxes.low[k], boxes.high[k])
        value = float(condition(x, y))
        slack = 1e-12 * (1 + abs(value))
        assert plain.value.low[k] - slack <= value <= plain.value.high[k] + slack
        gradient, hessian = _differences(condition, x, y)
        slack = 1e-3 * (1 + np.abs(gradient).max() + np.abs(hessian).max())
        assert (second.slopes.low[:, k] - slack <= gradient).all()
        assert (gradient <= second.slopes.high[:, k] + slack).all()
        assert (second.curvatures.low[:, :, k] - slack <= hessian).all()
        assert (hessian <= second.curvatures.high[:, :, k] + slack).all()


def _differences(f, x, y, h=1e-4):
    gradient = [(f(x + h, y) - f(x - h, y)) / (2 * h), (f(x, y + h) - f(x, y - h)) / (2 * h)]
    xx, yy = (f(x + h, y) - 2 * f(x, y) + f(x - h, y)) / h**2, (f(x, y + h) - 2 * f(x, y) + f(x, y - h)) / h**2
    xy = (f(x + h, y + h) - f(x + h, y - h) - f(x - h, y + h) + f(x - h, y - h)) / (4 * h * h)
    return np.array(gradient, dtype=float), np.array([[xx, xy], [xy, yy]], dtype=float)


@each_expression
def test_enclosures_at_points_are_narrow(condition):
    points = np.random.default_rng(3).uniform(-1.5, 1.5, size=(50, 2))
    with np.errstate(all="ignore"):
        found = condition(*variables(Interval.point(points), 0)).value
    assert (found.width < 1e-10).all()


@given(st.fractions(-5, 5, max_denominator=50), st.fractions(-5, 5, max_denominator=50))
def test_enclosures_of_rational_expressions_hold_the_exact_value(a, b):
    x, y = variables(Interval.stack([constant(a), constant(b)])[None, :], 0)
    true = dist.clip((a - b) ** 3 / (1 + a * a) + F(1, 3) * b, -2, 7)
    found = dist.clip((x - y) ** 3 / (1 + x * x) + F(1, 3) * y, -2, 7).value
    assert Fraction(float(found.low[0])) <= true <= Fraction(float(found.high[0]))


def test_division_by_an_interval_around_zero_says_that_nothing_is_known():
    (x,) = variables(Interval(np.array([[-1.0], [0.0], [-2.0]]), np.array([[1.0], [2.0], [0.0]])), 1)
    with np.errstate(all="ignore"):
        found = 1 / x
    assert found.value.low[0] == -math.inf
    assert found.value.high[0] == math.inf
    assert found.value.low[1] <= 0.5 < found.value.high[1] == math.inf
    assert found.value.low[2] == -math.inf
    assert -0.5 <= found.value.high[2] < 0


def test_slopes_at_a_kink_are_those_of_both_sides():
    (x,) = variables(Interval(np.array([[-0.5], [0.5]]), np.array([[0.5], [1.0]])), 2)
    slopes = x.maximum(0).slopes
    assert (slopes.low[0].tolist(), slopes.high[0].tolist()) == ([0.0, 1.0], [1.0, 1.0])
    pieces = PiecewiseLinear([(0, 0), (1, "3/4"), (2, 1)]).cdf(variables(Interval(np.array([[0.9]]), np.array([[1.1]])), 2)[0])
    assert pieces.slopes.low[0, 0] == pytest.approx(1 / 4)
    assert pieces.slopes.high[0, 0] == pytest.approx(3 / 4)
    assert math.isinf(pieces.curvatures.high[0, 0, 0])


def test_a_cdf_for_floats_is_enclosed_by_its_ends_and_its_density():
    beta = scipy.stats.beta(2, 5)
    ours = Distribution(beta.cdf, beta.pdf, support=(0, 1), mode=F(1, 5))
    boxes = Interval(np.array([[0.1], [0.3], [-1.0]]), np.array([[0.4], [0.3], [2.0]]))
    found = ours.cdf(variables(boxes, 1)[0])
    for k, (low, high) in enumerate([(0.1, 0.4), (0.3, 0.3), (0, 1)]):
        points = np.linspace(low, high, 101)
        assert found.value.low[k] <= beta.cdf(low)
        assert found.value.high[k] >= beta.cdf(high)
        assert found.slopes.low[0, k] <= beta.pdf(points).min()
        assert found.slopes.high[0, k] >= beta.pdf(points).max()
    assert ours.cdf(F(1, 3)) == beta.cdf(1 / 3)
    with pytest.raises(GameDefinitionError, match=r"cdf cannot be evaluated on enclosures.*give density and mode"):
        Distribution(beta.cdf, support=(0, 1)).cdf(variables(boxes, 1)[0])


def test_unbounded_support_is_cut_where_tails_vanish():
    student = scipy.stats.t(5)
    ours = Distribution(student.cdf, student.pdf, support=(-math.inf, math.inf), mode=0)
    low, high = ours.span
    assert student.cdf(low) <= 1e-16
    assert student.cdf(high) >= 1 - 1e-15
    assert ours.quantile(0.3) == pytest.approx(student.ppf(0.3), abs=1e-12)
    with pytest.raises(GameDefinitionError, match="does not approach 1 above any type; give a finite support"):
        Distribution(lambda x: 0.5 + 0 * x, support=(0, math.inf))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Uniform(1, 1), r"Uniform\(\): low must be below high, got 1 and 1"),
        (lambda: Uniform("a", 1), "cannot read 'a' as a number"),
        (lambda: Normal(0, 0), r"Normal\(\): sd must be positive, got 0"),
        (lambda: Logistic(0, -1), r"Logistic\(\): scale must be positive, got -1"),
        (lambda: Normal(math.nan, 1), "must be finite"),
        (lambda: PiecewiseLinear([(0, 0)]), "at least two pairs"),
        (lambda: PiecewiseLinear([(0, 0), (0, 1)]), "types must increase"),
        (lambda: PiecewiseLinear([(0, 0), (1, "1/2")]), "rise from 0 to 1"),
        (lambda: PiecewiseLinear([(0, 0), (1, "3/4"), (2, "1/2"), (3, 1)]), "without falling"),
        (lambda: Distribution(lambda x: 1 - x, support=(0, 1)), "cdf must rise from 0 to 1 over the support"),
        (lambda: Distribution(3, support=(0, 1)), "cdf and density must be functions"),
        (lambda: Distribution(lambda x: x, support=(1, 0)), "lower end below its upper end"),
        (lambda: Distribution(lambda x: x, support=(0, 1), error=2), r"error bounds the error of cdf and must lie in \[0, 1\)"),
        (lambda: Distribution(lambda x: x, support=(0, 1)).density(0.5), "no density was given"),
        (lambda: dist.bivariate_normal_cdf(0, 0, 1), r"rho is a correlation strictly between -1 and 1, got 1"),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(GameDefinitionError, match=message):
        make()


def test_what_an_enclosure_refuses():
    (x,) = variables(Interval.point(np.array([[0.5]])), 0)
    with pytest.raises(GameDefinitionError, match="stands for a whole interval here; write minimum"):
        _ = x > 0
    with pytest.raises(GameDefinitionError, match="instead of 'if'"):
        bool(x)
    with pytest.raises(SolverNotApplicableError, match="contains the symbols q; give numbers"):
        x + sympy.Symbol("q")
    with pytest.raises(GameDefinitionError, match="is no number"):
        x * "2"
    with pytest.raises(GameDefinitionError, match="raises to the power"):
        x ** "2"
    with pytest.raises(TypeError):
        np.sin(x)
    assert (x + sympy.sqrt(2)).value.low[0] < 0.5 + math.sqrt(2) < (x + sympy.sqrt(2)).value.high[0]
    assert isinstance(dist.maximum(1, x), Dual)
