"""Exact linear programs: against floats, against their own proofs, from scratch and from a float start."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from alliancegames.errors import SolveError
from alliancegames.solvers import _linear_programs
from alliancegames.solvers._linear_programs import LinearProgram, maximise

STARTS = {"from scratch": 10**9, "from a float basis": -1}
# What scipy calls 4 or 2 may be either: HiGHS does not always tell infeasible from unbounded.
EXPECTED = {0: {"optimal"}, 2: {"infeasible", "unbounded"}, 3: {"unbounded"}, 4: {"infeasible", "unbounded"}}


@pytest.fixture(params=STARTS)
def start(request, monkeypatch):
    """Solve every program on both paths, whatever its size."""
    monkeypatch.setattr(_linear_programs, "FLOAT_START", STARTS[request.param])
    return request.param


def random_program(seed: int) -> dict:
    """Return a small program of small integers: ties, redundant rows, empty and unbounded sets are common."""
    rng = np.random.default_rng(seed)
    n, k, e = int(rng.integers(1, 6)), int(rng.integers(0, 6)), int(rng.integers(0, 3))
    return {
        "objective": rng.integers(-3, 4, n).tolist(),
        "upper": rng.integers(-2, 3, (k, n)).tolist(),
        "upper_bound": rng.integers(-2, 5, k).tolist(),
        "equal": rng.integers(-2, 3, (e, n)).tolist(),
        "equal_to": rng.integers(-1, 3, e).tolist(),
        "free": [j for j in range(n) if rng.random() < 0.2],
    }


def solve(program: dict) -> LinearProgram:
    return maximise(program["objective"], **{name: value for name, value in program.items() if name != "objective"})


def dot(a, b):
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def assert_feasible(program: dict, x, scale: int = 1) -> None:
    """Check the constraints; with scale 0 those of a direction."""
    assert all(value >= 0 for j, value in enumerate(x) if j not in program["free"])
    assert all(dot(row, x) <= scale * b for row, b in zip(program["upper"], program["upper_bound"], strict=True))
    assert all(dot(row, x) == scale * b for row, b in zip(program["equal"], program["equal_to"], strict=True))


def assert_proved(program: dict, found: LinearProgram) -> None:
    """Check the certificate of each status, without the package's own check."""
    rows, right = [*program["upper"], *program["equal"]], [*program["upper_bound"], *program["equal_to"]]
    if found.status == "unbounded":
        assert_feasible(program, found.solution)
        assert_feasible(program, found.ray, scale=0)
        assert dot(program["objective"], found.ray) > 0
        return
    costs = program["objective"] if found.status == "optimal" else [0] * len(program["objective"])
    assert all(value >= 0 for value in found.dual[: len(program["upper"])])
    for j, cost in enumerate(costs):
        combined = dot([row[j] for row in rows], found.dual)
        assert combined == cost if j in program["free"] else combined >= cost
    if found.status == "optimal":
        assert_feasible(program, found.solution)
        assert dot(program["objective"], found.solution) == found.value == dot(right, found.dual)
    else:
        assert dot(right, found.dual) < 0


def in_floats(program: dict):
    bounds = [(None, None) if j in program["free"] else (0, None) for j in range(len(program["objective"]))]
    given = {"A_ub": program["upper"], "b_ub": program["upper_bound"], "A_eq": program["equal"], "b_eq": program["equal_to"]}
    return linprog([-c for c in program["objective"]], **{name: value or None for name, value in given.items()}, bounds=bounds)


@pytest.mark.parametrize("block", range(3))
def test_random_programs_against_scipy(start, block):
    met = set()
    for seed in range(100 * block, 100 * (block + 1)):
        program = random_program(seed)
        found, floats = solve(program), in_floats(program)
        met.add(found.status)
        assert found.status in EXPECTED[floats.status], f"seed {seed}"
        assert_proved(program, found)
        if floats.status == 0:
            assert float(found.value) == pytest.approx(-floats.fun, abs=1e-8)
    assert met == {"optimal", "infeasible", "unbounded"}


@pytest.mark.parametrize("seed", range(60))
def test_a_wrong_start_does_not_matter(seed, monkeypatch):
    """Whatever basis the float solver proposes, feasible or not, the answer is the same and is proved."""
    program = random_program(seed)
    expected = solve(program)
    size = len(program["objective"]) + len(program["free"]) + len(program["upper"])
    order = np.random.default_rng(seed).permutation(size).tolist()
    monkeypatch.setattr(_linear_programs, "FLOAT_START", -1)
    monkeypatch.setattr(_linear_programs, "_float_order", lambda data: order)
    found = solve(program)
    assert (found.status, found.value) == (expected.status, expected.value)
    assert_proved(program, found)


@pytest.mark.parametrize(("rows", "columns"), [(8, 12), (15, 15), (25, 20)])
def test_values_of_games_against_scipy(rows, columns):
    payoffs = np.random.default_rng(rows).integers(-50, 51, (rows, columns))
    upper = [[*(-int(payoffs[i, j]) for i in range(rows)), 1] for j in range(columns)]
    program = {"objective": [0] * rows + [1], "upper": upper, "upper_bound": [0] * columns}
    program |= {"equal": [[1] * rows + [0]], "equal_to": [1], "free": [rows]}
    found = solve(program)
    assert_proved(program, found)
    assert float(found.value) == pytest.approx(-in_floats(program).fun, abs=1e-8)


def test_a_known_program(start):
    """Maximise 3x + 5y with x <= 4, 2y <= 12, 3x + 2y <= 18: the textbook optimum is 36 at (2, 6)."""
    found = maximise([3, 5], upper=[[1, 0], [0, 2], [3, 2]], upper_bound=[4, 12, 18])
    assert (found.status, found.value, found.solution) == ("optimal", 36, (2, 6))
    assert found.dual == (0, Fraction(3, 2), 1)
    assert found.optimum == (found.value, found.solution, found.dual)


def test_a_program_on_which_the_largest_coefficient_rule_cycles(start):
    """Beale's example; the maximum is 1/20."""
    upper = [[Fraction(1, 4), -60, Fraction(-1, 25), 9], [Fraction(1, 2), -90, Fraction(-1, 50), 3], [0, 0, 1, 0]]
    found = maximise([Fraction(3, 4), -150, Fraction(1, 50), -6], upper=upper, upper_bound=[0, 0, 1])
    assert found.value == Fraction(1, 20)


def test_redundant_and_contradictory_equations(start):
    assert maximise([1, 0], equal=[[1, 1], [2, 2], [3, 3]], equal_to=[1, 2, 3]).value == 1
    found = maximise([1, 0], equal=[[1, 1], [2, 2]], equal_to=[1, 3])
    assert found.status == "infeasible"
    with pytest.raises(SolveError, match="must have an optimum is infeasible"):
        _ = found.optimum


def test_differences_that_floats_cannot_see(start):
    tiny = Fraction(1, 10**30)
    found = maximise([1, 1 + tiny], equal=[[1, 1]], equal_to=[1])
    assert (found.value, found.solution) == (1 + tiny, (0, 1))
    assert maximise([1], upper=[[1], [-1]], upper_bound=[1, -1 - tiny]).status == "infeasible"


def test_numbers_too_large_for_floats(start):
    huge = 10**400
    assert maximise([huge], upper=[[1]], upper_bound=[huge]).value == huge**2


def test_without_constraints():
    assert maximise([-1, 0]).value == 0
    assert maximise([0, 1]).status == "unbounded"
    assert maximise([-1], free=[0]).ray == (-1,)


def test_an_answer_that_is_not_proved_is_never_returned(monkeypatch):
    monkeypatch.setattr(
        _linear_programs, "_solve", lambda data, tableau: LinearProgram("optimal", Fraction(2), (Fraction(2),), (Fraction(1),))
    )
    with pytest.raises(SolveError, match="proof of the status 'optimal' fails"):
        maximise([1], upper=[[1]], upper_bound=[1])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"objective": [0.5]}, TypeError, "objective must hold integers or Fractions, got 0.5 of type float"),
        ({"objective": [1], "upper": [[1]]}, ValueError, "upper has 1 rows and 0 right-hand sides"),
        ({"objective": [1], "equal": [[1, 2]], "equal_to": [1]}, ValueError, "every row of equal needs 1 coefficients"),
        ({"objective": [1], "free": [1]}, ValueError, r"free must hold indices of the 1 variables, got \[1\]"),
    ],
)
def test_malformed_programs(arguments, error, message):
    objective = arguments.pop("objective")
    with pytest.raises(error, match=message):
        maximise(objective, **arguments)
