"""Games by counts, and their equilibria: pure, symmetric, by groups and by blocks, against known answers and the normal form."""

import itertools
import pickle
from fractions import Fraction
from math import comb, sqrt

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import (
    GameDefinitionError,
    IncompleteSearchWarning,
    InexactPayoffError,
    SolveError,
    SolverNotApplicableError,
    UnknownLabelError,
)
from alliancegames.games.anonymous import AnonymousGame, CountProfile, GroupMixture, compositions, rank, successors
from alliancegames.solvers._unit_roots import roots_between
from alliancegames.solvers.anonymous import BlockRoots, block_equilibria, symmetric_equilibria
from alliancegames.solvers.pure import count_equilibria
from alliancegames.solvers.registry import Findings
from alliancegames.solvers.result import COMPLETE

# ------------------------------------------------------------------ the games

MINIMUM = AnonymousGame.from_counts([[1, 2, 3], [0, 5, "1/2"]], actions=["act", "wait"])


@pytest.mark.parametrize(("total", "parts"), [(0, 1), (0, 3), (4, 1), (5, 2), (4, 3), (3, 5)])
def test_compositions_are_all_listed_in_order_and_found(total, parts):
    rows = compositions(total, parts)
    expected = sorted(row for row in itertools.product(range(total + 1), repeat=parts) if sum(row) == total)
    assert [tuple(row) for row in rows.tolist()] == expected
    assert len(rows) == comb(total + parts - 1, parts - 1)
    assert rank(rows).tolist() == list(range(len(rows)))
    units = np.eye(parts, dtype=int)
    assert (compositions(total + 1, parts)[successors(total, parts)] == rows[:, None] + units).all()


def test_what_a_game_is():
    assert MINIMUM.players == ("Player 1", "Player 2", "Player 3")
    assert (MINIMUM.groups, MINIMUM.sizes, MINIMUM.actions) == (("Player",), (3,), ("act", "wait"))
    assert MINIMUM.counts.tolist() == [[0, 2], [1, 1], [2, 0]]
    assert MINIMUM.payoffs[0].tolist() == [[1, 2, 3], [0, 5, Fraction(1, 2)]]
    assert MINIMUM.field == "exact"
    assert repr(MINIMUM) == "<AnonymousGame 3 players, actions: act, wait, exact payoffs>"
    groups = AnonymousGame.from_groups({"hawk": 1, "dove": 2}, ["a", "b"], lambda group, own, others: others["a"])
    assert groups.players == ("hawk", "dove 1", "dove 2")
    assert repr(groups) == "<AnonymousGame 3 players: hawk (1), dove (2), actions: a, b, exact payoffs>"


def test_the_function_sees_labels_and_counts_of_the_others():
    seen = []
    AnonymousGame.from_groups(
        {"x": 1, "y": 2}, ["a", "b"], lambda group, own, others: seen.append((group, own, others["a"], others["b"])) or 0
    )
    assert sorted(seen) == sorted((g, own, m, 2 - m) for g in "xy" for own in "ab" for m in range(3))


def test_it_is_immutable_and_comparable():
    with pytest.raises(AttributeError, match="immutable"):
        MINIMUM.title = "x"
    with pytest.raises(ValueError, match="read-only"):
        MINIMUM.payoffs[0][0, 0] = 1
    again = pickle.loads(pickle.dumps(MINIMUM))
    assert again == MINIMUM and hash(again) == hash(MINIMUM)
    assert MINIMUM.floats() != MINIMUM
    assert MINIMUM.floats().exact() == MINIMUM


def test_number_systems():
    assert AnonymousGame.from_counts([[0.5, 1.0], [0.0, 2.0]]).field == "float"
    x = sympy.Symbol("x")
    symbolic = AnonymousGame.from_counts([[x, 1], [0, 2]])
    assert symbolic.field == "symbolic"
    mixed = [np.array([sympy.Rational(1, 3), sympy.Rational(2, 3)], dtype=object)]
    assert sympy.expand(symbolic.deviations(0, mixed)[0] - (sympy.Rational(2, 3) * x + sympy.Rational(1, 3))) == 0
    with pytest.raises(InexactPayoffError):
        AnonymousGame.from_counts([["1/2", 1.0], [0.0, 2.0]])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: AnonymousGame({"a": 2}, ["x", "y"], {"a": [[1, 2, 3], [1, 2, 3]]}), r"table of a needs shape \(2, 2\)"),
        (lambda: AnonymousGame({"a": 2}, ["x", "y"], {"b": [[1, 2], [1, 2]]}), r"payoffs must map each group \(a\)"),
        (lambda: AnonymousGame({"a": 0}, ["x", "y"], {"a": [[], []]}), "a needs a whole number of players, at least 1, got 0"),
        (lambda: AnonymousGame({"a": 2}, ["x"], {"a": [[1]]}), "at least two actions"),
        (lambda: AnonymousGame([("a", 2)], ["x", "y"], {}), "groups must map"),
        (lambda: AnonymousGame({}, ["x", "y"], {}), "at least one group"),
        (lambda: AnonymousGame.from_counts([[1, 2]]), "two rows"),
        (lambda: AnonymousGame.from_function(10**7, ["x", "y"], lambda own, others: 0), "more than 1000000"),
        (lambda: AnonymousGame.from_function(True, ["x", "y"], lambda own, others: 0), "whole number of players"),
        (lambda: AnonymousGame.from_counts([[1, float("nan")], [1, 2]]), "finite"),
        (lambda: CountProfile(MINIMUM, np.array([[1, 1]])), "3"),
        (lambda: CountProfile(MINIMUM, np.array([[-1, 4]])), "counts need"),
        (lambda: MINIMUM.split({"a": 1, "b": 1}), "does not divide the 3 players"),
    ],
)
def test_bad_games(make, message):
    with pytest.raises(GameDefinitionError, match=message):
        make()


def test_a_large_game_has_no_normal_form():
    with pytest.raises(SolverNotApplicableError, match=r"normal_form\(\): 2 actions of 100 players"):
        AnonymousGame.from_function(100, ["x", "y"], lambda own, others: 0).normal_form()


@st.composite
def anonymous_games(draw, most_players=5, most_actions=3, most_groups=2):
    """Draw a game with small whole payoffs, so that ties are common."""
    parts = draw(st.integers(2, most_actions))
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=most_groups).filter(lambda s: sum(s) <= most_players))
    columns = comb(sum(sizes) - 1 + parts - 1, parts - 1)
    numbers = st.integers(-3, 3)
    tables = {f"g{k}": [[draw(numbers) for _ in range(columns)] for _ in range(parts)] for k in range(len(sizes))}
    return AnonymousGame({f"g{k}": size for k, size in enumerate(sizes)}, [f"a{j}" for j in range(parts)], tables)


@given(anonymous_games(), st.data())
def test_expected_payoffs_are_those_of_the_normal_form(game, data):
    weights = st.lists(st.integers(0, 4), min_size=len(game.actions), max_size=len(game.actions)).filter(any)
    drawn = [data.draw(weights) for _ in game.groups]
    strategies = tuple(np.array([Fraction(w, sum(row)) for w in row], dtype=object) for row in drawn)
    item = GroupMixture(game, strategies)
    normal = game.normal_form()
    everybody = [strategies[h] for h, size in enumerate(game.sizes) for _ in range(size)]
    payoffs, regret = normal.payoff(everybody), normal.regret(everybody)
    for player, group in zip(game.players, np.repeat(game.groups, game.sizes), strict=True):
        assert item.payoffs[group] == payoffs[player]
        assert item.regret[group] == regret[player]
    floats = GroupMixture(game.floats(), item.arrays(float))
    assert all(abs(floats.payoffs[group] - float(item.payoffs[group])) < 1e-12 for group in game.groups)


@given(anonymous_games(), st.data())
def test_counts_stand_for_profiles_of_the_normal_form(game, data):
    cell = [data.draw(st.integers(0, len(game.actions) - 1)) for _ in game.players]
    members = np.repeat(np.arange(len(game.groups)), game.sizes)
    counts = np.zeros((len(game.groups), len(game.actions)), dtype=int)
    np.add.at(counts, (members, cell), 1)
    item, normal = CountProfile(game, counts), game.normal_form()
    payoffs, regret = normal.payoff(cell), normal.regret(cell)
    for player, h, a in zip(game.players, members, cell, strict=True):
        assert item.payoffs[f"{game.groups[h]}: {game.actions[a]}"] == payoffs[player]
        assert item.regret[f"{game.groups[h]}: {game.actions[a]}"] == regret[player]
    every = itertools.product(range(len(game.actions)), repeat=len(game.players))
    same = sum(all(sorted(np.array(other)[members == h]) == sorted(np.array(cell)[members == h]) for h in set(members)) for other in every)
    assert item.multiplicity == same


def test_many_players_in_floats():
    game = AnonymousGame.from_function(2000, ["a", "b"], lambda own, others: float(others["a"]))
    half = (np.array([0.5, 0.5]),)
    assert abs(game.deviations("Player", half)[0] - 1999 / 2) < 1e-8


def test_profiles_read_and_print():
    item = CountProfile(MINIMUM, np.array([[1, 2]]))
    assert (str(item), item["Player"], item.is_pure, item.multiplicity) == ("act 1, wait 2", {"act": 1, "wait": 2}, True, 3)
    assert item.arrays()[0].tolist() == [1, 2] and item.arrays(float)[0].dtype == float
    assert item == CountProfile(MINIMUM, np.array([[1, 2]])) and len({item, CountProfile(MINIMUM, np.array([[1, 2]]))}) == 1
    with pytest.raises(UnknownLabelError):
        item["Plyer"]
    divided = MINIMUM.split({"sure": 1, "unsure": 2})
    mixed = GroupMixture(divided, (np.array([Fraction(1), Fraction(0)]), np.array([Fraction(1, 3), Fraction(2, 3)])))
    assert str(mixed) == "sure (1): act; unsure (2): act 1/3, wait 2/3"
    assert (mixed.is_pure, mixed.multiplicity, mixed.error) == (False, 3, 0)
    assert mixed["unsure"]["act"] == Fraction(1, 3)


# ------------------------------------------------------------------ examples


def volunteers(n, cost=2, value=5):
    """One volunteer is enough."""
    return AnonymousGame.from_function(
        n, ["act", "wait"], lambda own, others: value * (own == "act" or others["act"] > 0) - cost * (own == "act")
    )


def threshold(n, needed, value=5):
    """Whether enough contribute decides; contributing costs 1."""
    return AnonymousGame.from_function(
        n, ["give", "keep"], lambda own, others: value * (others["give"] + (own == "give") >= needed) - (own == "give")
    )


def counts_of(equilibria):
    return [tuple(item.counts.ravel().tolist()) for item in equilibria]


def probabilities(equilibria):
    """Probability of the first action in the first group."""
    return sorted(float(item.strategies[0][0]) for item in equilibria)


# ------------------------------------------------------------------ pure


@pytest.mark.parametrize("n", [2, 5, 100])
def test_pure_volunteers(n):
    found = count_equilibria(volunteers(n))
    assert counts_of(found) == [(1, n - 1)]
    assert (found[0].multiplicity, found.complete, found.exact, found.provenance.max_regret) == (n, True, True, 0)


@pytest.mark.parametrize(("n", "needed"), [(5, 3), (100, 30), (100, 100), (100, 1)])
def test_pure_thresholds(n, needed):
    expected = [(needed, n - needed)] + ([(0, n)] if needed > 1 else [])
    found = count_equilibria(threshold(n, needed))
    assert counts_of(found) == expected
    assert found[0].multiplicity == comb(n, needed)


def test_pure_unanimity():
    # Four players; 1 if all choose the first, 2 if all choose the second, else nothing.
    game = AnonymousGame.from_function(
        4, ["0", "1"], lambda own, others: 1 if own == "0" and others["0"] == 3 else 2 if own == "1" and others["1"] == 3 else 0
    )
    found = count_equilibria(game)
    assert counts_of(found) == [(4, 0), (2, 2), (0, 4)]
    assert sum(item.multiplicity for item in found) == 8


def test_pure_bar():
    # Going to a bar of 60 seats gives 2 if there is room, else 0; staying at home gives 1, or ties at a full bar.
    game = AnonymousGame.from_function(100, ["go", "stay"], lambda own, others: 1 if own == "stay" else 2 * (others["go"] < 60))
    assert counts_of(count_equilibria(game)) == [(60, 40)]
    tied = AnonymousGame.from_function(
        100, ["go", "stay"], lambda own, others: 1 if own == "stay" else 2 - (others["go"] >= 59) - (others["go"] >= 60)
    )
    assert counts_of(count_equilibria(tied)) == [(60, 40), (59, 41)]


def test_no_pure_equilibrium():
    # The hawk wants to match the dove, who wants to differ.
    game = AnonymousGame.from_groups(
        {"hawk": 1, "dove": 1}, ["a", "b"], lambda group, own, others: int((others[own] == 1) == (group == "hawk"))
    )
    found = count_equilibria(game)
    assert (len(found), found.complete, found.status) == (0, True, "none")


@st.composite
def small_games(draw, sizes=((2,), (3,), (4,), (6,), (1, 1), (2, 1), (1, 2, 1), (3, 3)), actions=(2, 3), spread=2, field="exact"):
    size, parts = draw(st.sampled_from(sizes)), draw(st.sampled_from(actions))
    columns = comb(sum(size) - 1 + parts - 1, parts - 1)
    seed = draw(st.integers(0, 10**6))
    tables = np.random.default_rng(seed).integers(-spread, spread + 1, size=(len(size), parts, columns))
    factor = 1 if field == "exact" else 0.1
    labels = [f"g{k}" for k in range(len(size))]
    actions = [f"a{j}" for j in range(parts)]
    return AnonymousGame(dict(zip(labels, size, strict=True)), actions, dict(zip(labels, tables * factor, strict=True)))


@given(small_games(), st.booleans())
def test_pure_equilibria_are_those_of_the_normal_form(game, floats):
    game = game.floats() if floats else game
    normal = {profile.actions for profile in ag.pure_nash(game.normal_form())}
    members = np.repeat(np.arange(len(game.groups)), game.sizes)
    found = count_equilibria(game)
    listed = set()
    for item in found:
        choices = [set(itertools.permutations(np.repeat(game.actions, row).tolist())) for row in item.counts]
        same = {tuple(itertools.chain(*parts)) for parts in itertools.product(*choices)}
        assert len(same) == item.multiplicity
        listed |= same
    assert listed == normal
    assert len(listed) == sum(item.multiplicity for item in found)
    assert len(members) == len(game.players)


def test_pure_equilibria_of_several_groups_of_many():
    game = AnonymousGame.from_groups(
        {"rich": 60, "poor": 140},
        ["give", "keep"],
        lambda group, own, others: (others["give"] < 80) * 3 - (own == "give") * (1 + (group == "poor")),
    )
    found = count_equilibria(game)
    # Giving never changes what the giver gets, so nobody gives.
    assert [[list(row) for row in item.counts] for item in found] == [[[0, 60], [0, 140]]]


# ------------------------------------------------------------------ roots


def values_of(polynomial, degree=None):
    """Return integer values that stand for a sympy polynomial in p, times a positive constant."""
    coefficients = sympy.Poly(polynomial, P).all_coeffs()[::-1]
    degree = degree or len(coefficients) - 1
    values = [
        sum(Fraction(int(a.p), int(a.q)) * Fraction(comb(i, j), comb(degree, j)) for j, a in enumerate(coefficients))
        for i in range(degree + 1)
    ]
    scale = int(np.lcm.reduce([value.denominator for value in values], dtype=object))
    return [int(value * scale) for value in values]


P = sympy.Symbol("p")


@pytest.mark.parametrize(
    ("polynomial", "roots"),
    [
        (2 * P - 1, [Fraction(1, 2)]),
        ((2 * P - 1) ** 2, [Fraction(1, 2)]),
        ((3 * P - 1) ** 3 * (4 * P - 3), [Fraction(1, 3), Fraction(3, 4)]),
        (P * (P - 1) * (8 * P - 1) * (4 * P - 1), [Fraction(1, 8), Fraction(1, 4)]),
        (P**2 + 1, []),
        (2 * P**2 - 1, [sqrt(0.5)]),
        ((2 * P**2 - 1) ** 2, [sqrt(0.5)]),
        ((2 * P**2 - 1) * (1000 * P - 707) * (1000 * P - 708), [0.707, sqrt(0.5), 0.708]),
        ((10**40 * P - 10**20 - 1) * (10**40 * P - 10**20), [Fraction(10**20, 10**40), Fraction(10**20 + 1, 10**40)]),
        (10**60 * P**2 - 2, [sqrt(2) * 1e-30]),
        ((1 - P) ** 2 * 10**60 - 2, [1.0]),
    ],
)
@pytest.mark.parametrize("raised", [0, 3])
def test_roots_of_known_polynomials(polynomial, roots, raised):
    found = roots_between(values_of(polynomial, sympy.degree(polynomial, P) + raised))
    assert len(found) == len(roots)
    for root, expected in zip(found, roots, strict=True):
        root.settle()
        if isinstance(expected, Fraction):
            assert root.low == root.high == expected
        else:
            assert root.rounded()[0] == pytest.approx(expected, rel=1e-15)
            assert root.low <= root.high and float(root.low) == float(root.high)


@given(st.lists(st.fractions(0, 1, max_denominator=30), min_size=1, max_size=6), st.integers(0, 3))
def test_rational_roots_are_found_exactly(roots, raised):
    polynomial = sympy.prod([r.denominator * P - r.numerator for r in roots])
    found = roots_between(values_of(polynomial, len(roots) + raised))
    for root in found:
        root.settle()
    assert [root.low for root in found] == sorted({r for r in roots if 0 < r < 1})
    assert all(root.low == root.high for root in found)


@given(
    st.lists(st.integers(-20, 20), min_size=2, max_size=12).filter(any), st.lists(st.integers(-20, 20), min_size=2, max_size=8).filter(any)
)
def test_roots_and_signs_agree_with_sympy(values, others):
    def polynomial(d):
        n = len(d) - 1
        return sympy.Poly(sum(comb(n, i) * P**i * (1 - P) ** (n - i) * v for i, v in enumerate(d)), P)

    expected = [root for root in polynomial(values).real_roots(multiple=False) if 0 < root[0] < 1] if polynomial(values).degree() else []
    found = roots_between(values)
    assert len(found) == len(expected)
    other = polynomial(others)
    for root, (algebraic, _) in zip(found, expected, strict=True):
        assert root.rounded()[0] == pytest.approx(float(algebraic), rel=1e-14)
        remainder = sympy.gcd(other, sympy.Poly(sympy.minimal_polynomial(algebraic, P), P))
        zero = remainder.degree() > 0
        assert root.sign_of(others) == (0 if zero else int(sympy.sign(other.eval(algebraic.evalf(60)))))


# ------------------------------------------------------------------ symmetric, two actions


def test_a_known_irrational_equilibrium():
    # u(own, other, other): [[[3, 6], [4, 2]], [[1, 0], [5, 7]]], averaged over who of the others does what
    game = AnonymousGame.from_counts([[2, 5, 3], [7, "5/2", 1]])
    found = symmetric_equilibria(game)
    expected = (15 - sympy.sqrt(65)) / 16
    mixed = found.mixed[0]
    assert len(found) == 3 and len(found.pure) == 2
    assert mixed.strategies[0][0] == float(expected.evalf(40)) and mixed.strategies[0][1] == float((1 - expected).evalf(40))
    low, high = mixed.bounds[0]
    assert all(low[k] <= sympy.Rational(str(x)) <= high[k] for k, x in enumerate([expected.evalf(60), (1 - expected).evalf(60)]))
    assert mixed.error < Fraction(1, 2**53)
    assert (found.complete, found.exact, found.status) == (True, False, "complete")
    assert 0 <= found.provenance.max_regret < 1e-15


@pytest.mark.parametrize("n", [2, 3, 10, 100])
@pytest.mark.parametrize("value", [5, 10**6])
def test_volunteers_mix(n, value):
    found = symmetric_equilibria(volunteers(n, 2, value))
    assert len(found) == 1
    assert found[0].strategies[0][0] == pytest.approx(1 - (2 / value) ** (1 / (n - 1)), rel=1e-12)
    assert 1 - found[0].strategies[0][0] == pytest.approx((2 / value) ** (1 / (n - 1)), rel=1e-13)


def test_volunteers_of_the_textbook():
    assert symmetric_equilibria(volunteers(5))[0].strategies[0][0] == pytest.approx(0.204729, abs=1e-6)


@pytest.mark.parametrize("n", [2, 3, 7, 40])
def test_anti_coordination_is_rational(n):
    # v for doing 1 when all others do 0, 1 for doing 0: Pr(0) = v ** (-1 / (n - 1))
    game = AnonymousGame.from_function(n, ["0", "1"], lambda own, others: 1 if own == "0" else 3 ** (n - 1) * (others["1"] == 0))
    found = symmetric_equilibria(game)
    assert [item.strategies[0].tolist() for item in found] == [[Fraction(1, 3), Fraction(2, 3)]]
    assert found.exact and found[0].error == 0 and found.provenance.max_regret == 0


def test_float_games_are_solved_at_their_binary_values():
    game = AnonymousGame.from_counts([[0.1, 0.2, 0.3], [0.3, 0.1, 0.2]])
    found = symmetric_equilibria(game)
    assert found.exact is False and found.complete is True
    assert all(row.dtype == float for item in found for row in item.strategies)
    exact = [Fraction(a) - Fraction(b) for a, b in zip([0.1, 0.2, 0.3], [0.3, 0.1, 0.2], strict=True)]
    interior = [p for p in probabilities(found) if 0 < p < 1]
    reference = sympy.Poly(
        sum(comb(2, i) * P**i * (1 - P) ** (2 - i) * sympy.Rational(d.numerator, d.denominator) for i, d in enumerate(exact)), P
    )
    assert interior == [float(root.evalf(40)) for root in reference.real_roots() if 0 < root < 1]


def test_indifference_is_a_continuum():
    found = symmetric_equilibria(AnonymousGame.from_counts([[1, 1, 1], [1, 1, 1]]))
    assert probabilities(found) == [0, 1]
    assert (found.status, found.degenerate, found.complete) == ("continuum", True, True)
    assert found.provenance.certificate["continua"] == ("Player: 1 or 2",)
    alone = symmetric_equilibria(AnonymousGame.from_counts([[1], [1]]))
    assert (len(alone), alone.status) == (2, "continuum")
    assert [item.is_pure for item in symmetric_equilibria(AnonymousGame.from_counts([[2], [1]]))] == [True]


@given(small_games(sizes=((2,), (3,), (5,)), actions=(2,), spread=3), st.booleans())
def test_symmetric_equilibria_solve_the_normal_form(game, floats):
    found = symmetric_equilibria(game.floats() if floats else game)
    normal = game.normal_form().floats()
    advantage = [int(a - b) for a, b in zip(*game.payoffs[0], strict=True)]

    def gain(p):
        n = len(advantage) - 1
        return sum(comb(n, i) * p**i * (1 - p) ** (n - i) * d for i, d in enumerate(advantage))

    for item in found:
        assert normal.is_nash([item.arrays(float)[0]] * len(game.players), tol=1e-12)
    if not any(advantage):
        assert found.status == "continuum"
        return
    # between two roots the sign of the gain does not change
    roots = [0.0, *[p for p in probabilities(found) if 0 < p < 1], 1.0]
    for a, b in itertools.pairwise(roots):
        signs = {np.sign(gain(a + (b - a) * t)) for t in np.linspace(0.01, 0.99, 33)}
        assert len(signs - {0.0}) == 1
    assert (0.0 in probabilities(found)) == (advantage[0] <= 0)
    assert (1.0 in probabilities(found)) == (advantage[-1] >= 0)


@given(small_games(sizes=((2,),), actions=(2, 3), spread=10**6))
def test_two_players_agree_with_vertex_enumeration(game):
    everything = ag.nash(game.normal_form())
    if everything.degenerate:
        return
    expected = {tuple(x) for x, y in everything.arrays() if (x == y).all()}
    found = symmetric_equilibria(game)
    assert found.complete
    listed = [item.strategies[0] for item in found]
    assert len(listed) == len(expected)
    for strategy in expected:
        assert any(np.abs(np.array(strategy, dtype=float) - row.astype(float)).max() < 1e-12 for row in listed)


# ------------------------------------------------------------------ several free probabilities


def test_rock_paper_scissors_is_rational():
    beats = {("rock", "scissors"), ("scissors", "paper"), ("paper", "rock")}
    game = AnonymousGame.from_function(
        3,
        ["rock", "paper", "scissors"],
        lambda own, others: sum(m * (((own, a) in beats) - ((a, own) in beats)) for a, m in others.items()),
    )
    found = symmetric_equilibria(game)
    assert [item.strategies[0].tolist() for item in found] == [[Fraction(1, 3)] * 3]
    assert found.complete and found.exact


def test_congestion_on_four_roads():
    game = AnonymousGame.from_function(4, list("abcd"), lambda own, others: -others[own] * (1 + (own == "d")))
    found = symmetric_equilibria(game)
    # x on each of three roads and x / 2 on the fourth
    assert [item.strategies[0].tolist() for item in found] == [[Fraction(2, 7)] * 3 + [Fraction(1, 7)]]
    assert found.complete and found.exact


def test_an_irrational_mixture_of_three():
    # Only the first in a place gains; places differ in worth.
    worth = {"a": 5, "b": 3, "c": 2}
    game = AnonymousGame.from_function(3, list("abc"), lambda own, others: worth[own] * (others[own] == 0))
    found = symmetric_equilibria(game)
    assert (found.complete, found.exact, len(found)) == (True, False, 1)
    a, b, c = found[0].strategies[0]
    assert 5 * (1 - a) ** 2 == pytest.approx(3 * (1 - b) ** 2, rel=1e-12) and 3 * (1 - b) ** 2 == pytest.approx(2 * (1 - c) ** 2, rel=1e-12)
    # 1 - x_i = s / sqrt(w_i) with the sum of all x equal to 1
    scale = 2 / sum(1 / sqrt(w) for w in worth.values())
    assert [a, b, c] == pytest.approx([1 - scale / sqrt(w) for w in worth.values()], rel=1e-12)
    assert 0 < found[0].error < 1e-14


@settings(max_examples=25)
@given(small_games(sizes=((1, 1), (2, 1), (2, 2), (1, 3), (1, 1, 1)), actions=(2,), spread=10**6))
def test_groups_solve_the_normal_form(game):
    found = symmetric_equilibria(game)
    normal = game.normal_form().floats()
    for item in found:
        everybody = [row for row, size in zip(item.arrays(float), game.sizes, strict=True) for _ in range(size)]
        assert normal.is_nash(everybody, tol=1e-12)
    assert found.complete
    # payoffs this large have no ties: there is a finite, odd number of equilibria
    assert len(found) % 2 == 1


@given(small_games(sizes=((1, 1),), actions=(2,), spread=3))
def test_groups_of_one_are_players(game):
    everything = ag.nash(game.normal_form())
    if everything.degenerate:
        return
    found = symmetric_equilibria(game)
    assert [tuple(map(tuple, item.strategies)) for item in found] == [tuple(map(tuple, pair)) for pair in everything.arrays()]


def test_ties_between_groups_are_continua_with_all_their_ends():
    # B does not care; A likes the first action while B takes it often enough.
    game = AnonymousGame({"A": 1, "B": 1}, ["x", "y"], {"A": [[-1, 2], [0, 0]], "B": [[0, 0], [0, 0]]})
    with pytest.warns(IncompleteSearchWarning, match="could not be excluded"):
        found = symmetric_equilibria(game)
    assert found.complete is None and found.degenerate is True
    ends = {(item["A"]["x"], item["B"]["x"]) for item in found}
    assert {(1, 1), (0, 0), (1, Fraction(1, 3)), (0, Fraction(1, 3))} <= ends


# ------------------------------------------------------------------ blocks


def test_blocks_of_volunteers():
    n = 5
    found = block_equilibria(volunteers(n))
    # Either one acts for sure, or all but r wait for the mixers: m players mix as in a game of their own.
    pure = [item for item in found if item.is_pure]
    assert [(item.game.groups, item.game.sizes) for item in pure] == [(("always act", "always wait"), (1, 4))]
    mixed = {item.game.sizes[-1]: item["mixing"]["act"] for item in found if not item.is_pure}
    assert mixed == {m: pytest.approx(1 - (2 / 5) ** (1 / (m - 1)), rel=1e-12) for m in range(2, n + 1)}
    assert found.provenance.certificate["every_equilibrium"] is True
    assert [item.multiplicity for item in found if not item.is_pure and item.game.sizes[-1] == 2] == [10]


@pytest.mark.parametrize("n", [30, 100])
def test_blocks_of_many_volunteers(n):
    found = block_equilibria(volunteers(n))
    assert (len(found), found.complete) == (n, True)
    for item in found.mixed:
        m = item.game.sizes[-1]
        assert item["mixing"]["act"] == pytest.approx(1 - (2 / 5) ** (1 / (m - 1)), rel=1e-12)
    assert found.provenance.max_regret < 1e-15


def brute_blocks(game):
    """Find block equilibria on a grid of signs: number of roots by block sizes, by sympy."""
    n = len(game.players)
    d = [int(a - b) for a, b in zip(*game.payoffs[0], strict=True)]
    found = {}
    for first, mixers in itertools.product(range(n + 1), repeat=2):
        second = n - first - mixers
        if second < 0 or mixers < 2 or not any(d[first : first + mixers]):
            continue

        def mean(start, many):
            return sympy.Poly(sum(comb(many, i) * P**i * (1 - P) ** (many - i) * d[start + i] for i in range(many + 1)), P)

        balance = mean(first, mixers - 1)
        roots = set(balance.real_roots()) if balance.degree() > 0 else set()
        for root in sorted(r for r in roots if 0 < r < 1):
            at = root.evalf(50)
            calm = (not first or mean(first - 1, mixers).eval(at) > -1e-30) and (not second or mean(first, mixers).eval(at) < 1e-30)
            if calm:
                found.setdefault((first, second, mixers), []).append(float(root))
    return found


@settings(max_examples=40)
@given(small_games(sizes=((2,), (3,), (4,), (5,)), actions=(2,), spread=3))
def test_blocks_agree_with_brute_force(game):
    found = block_equilibria(game)
    listed = {}
    for item in found.mixed:
        sizes = dict(zip(item.game.groups, item.game.sizes, strict=True))
        key = (sizes.get("always a0", 0), sizes.get("always a1", 0), sizes["mixing"])
        listed.setdefault(key, []).append(float(item["mixing"]["a0"]))
    expected = brute_blocks(game)
    assert listed.keys() == expected.keys()
    for key, roots in expected.items():
        assert sorted(listed[key]) == pytest.approx(roots, rel=1e-13)
    pure = [tuple(dict(zip(i.game.groups, i.game.sizes, strict=True)).get(f"always {a}", 0) for a in game.actions) for i in found.pure]
    assert pure == counts_of(count_equilibria(game))
    for item in found:
        everybody = [row for row, size in zip(item.arrays(float), item.game.sizes, strict=True) for _ in range(size)]
        assert game.normal_form().floats().is_nash(everybody, tol=1e-12)


def test_blocks_of_the_tied_game_are_continua():
    found = block_equilibria(AnonymousGame.from_counts([[0, 0, 0], [0, 0, 0]], actions=["x", "y"]))
    assert [item.game.sizes for item in found] == [(3,), (2, 1), (1, 2), (3,)]
    assert (found.status, found.degenerate, found.complete) == ("continuum", True, True)
    assert "mixing 3" in found.provenance.certificate["continua"] and "always x 2, mixing 1" in found.provenance.certificate["continua"]


def test_a_game_with_mixers_who_differ():
    # With p = 1/4 and q = 3/4 the gains -7, 3, -3, 7 vanish on average whether or not a third player takes the first action.
    game = AnonymousGame.from_counts([[-7, 3, -3, 7], [0] * 4])
    quarter = [Fraction(1, 4), Fraction(3, 4)]
    assert game.normal_form().is_nash([quarter, quarter, quarter[::-1], quarter[::-1]])
    found = block_equilibria(game)
    assert found.provenance.certificate["every_equilibrium"] is False
    assert found.complete  # of block form
    assert all(item.game.sizes[-1] < 4 or Fraction(1, 4) not in item.strategies[-1] for item in found)


@settings(max_examples=15)
@given(st.lists(st.integers(1, 9), min_size=3, max_size=4), st.integers(0, 4), st.integers(0, 10**6))
def test_with_one_change_of_sign_no_other_equilibrium_turns_up(sizes, change, seed):
    # Best replies iterated from random profiles with Newton's method must end at listed equilibria.
    d = [-x if k < change else x for k, x in enumerate(sizes)]
    d = d if seed % 2 else [-x for x in d]
    game = AnonymousGame.from_counts([d, [0] * len(d)])
    found = block_equilibria(game)
    assert found.provenance.certificate["every_equilibrium"] is True
    n = len(d)
    known = {
        tuple(sorted(round(float(row[0]), 7) for row, size in zip(i.arrays(float), i.game.sizes, strict=True) for _ in range(size)))
        for i in found
    }
    rng = np.random.default_rng(seed)
    for _ in range(60):
        support = rng.integers(0, 3, size=n)  # 0 and 1 pure, 2 mixing
        p = np.where(support == 2, rng.uniform(size=n), support)
        p = _newton(d, p, np.flatnonzero(support == 2))
        if p is not None and _is_equilibrium(d, p):
            assert tuple(sorted(np.round(p, 7).tolist())) in known


def _mean_gain(d, others):
    chances = np.array([1.0])
    for p in others:
        chances = np.convolve(chances, [1 - p, p])
    return float(chances @ np.array(d[: len(chances)], dtype=float))


def _newton(d, p, mixing):
    for _ in range(60):
        gains = np.array([_mean_gain(d, np.delete(p, i)) for i in mixing])
        if not len(mixing) or np.abs(gains).max() < 1e-13:
            return p
        slopes = np.zeros((len(mixing), len(mixing)))
        for (a, i), (b, j) in itertools.product(enumerate(mixing), repeat=2):
            if i != j:
                rest = np.delete(p, [i, j])
                slopes[a, b] = _mean_gain(d, [*rest, 1.0]) - _mean_gain(d, [*rest, 0.0])
        try:
            p = p.copy()
            p[mixing] -= np.linalg.solve(slopes, gains)
        except np.linalg.LinAlgError:
            return None
        if np.abs(p).max() > 1e3:
            return None
    return None


def _is_equilibrium(d, p):
    gains = [_mean_gain(d, np.delete(p, i)) for i in range(len(p))]
    return bool((p >= 0).all() and (p <= 1).all()) and all(
        abs(g) < 1e-10 if 0 < x < 1 else g >= -1e-10 if x == 1 else g <= 1e-10 for x, g in zip(p, gains, strict=True)
    )


# ------------------------------------------------------------------ entry functions


def test_larger_games_are_refused_with_the_reason():
    game = AnonymousGame.from_function(2, list("abcde"), lambda own, others: 0)
    with pytest.raises(SolverNotApplicableError, match="at most 3 free probabilities; 1 groups with 5 actions have 4"):
        symmetric_equilibria(game)
    with pytest.raises(SolverNotApplicableError, match="one group and two actions"):
        block_equilibria(game)
    many = AnonymousGame.from_groups({f"g{k}": 30 for k in range(6)}, ["a", "b"], lambda group, own, others: 0)
    with pytest.raises(SolverNotApplicableError, match="tries all counts; this game has 887503681, more than"):
        count_equilibria(many)


def test_labels_that_could_be_mistaken_for_blocks():
    game = AnonymousGame.from_counts(volunteers(4).payoffs[0], actions=["a", "a 1"])
    assert [item.game.sizes for item in block_equilibria(game)] == [item.game.sizes for item in block_equilibria(volunteers(4))]


@pytest.mark.parametrize("solve", [count_equilibria, symmetric_equilibria, block_equilibria])
def test_what_is_no_anonymous_game(solve):
    with pytest.raises(GameDefinitionError, match="expected an AnonymousGame, got NormalFormGame"):
        solve(ag.games.chicken())
    with pytest.raises(SolverNotApplicableError, match="symbols"):
        solve(AnonymousGame.from_counts([[sympy.Symbol("x"), 1], [0, 2]]))


@pytest.mark.parametrize("tol", [-1, 1, float("nan"), "small"])
def test_bad_tolerances(tol):
    with pytest.raises(GameDefinitionError, match="tol"):
        symmetric_equilibria(volunteers(3), tol=tol)


class Lying:
    """A solver that returns what is no equilibrium."""

    name, description = "lying", "for tests"

    def __init__(self, concept, item):
        self.concept, self.item = concept, item

    def obstacle(self, game):
        return None

    def solve(self, game):
        return Findings([self.item], True, None, COMPLETE)


def test_nothing_is_returned_unverified():
    game = volunteers(3)
    half = (np.array([Fraction(1, 2)] * 2, dtype=object),)
    for concept, item in (("symmetric_equilibria", GroupMixture(game, half)), ("block_equilibria", GroupMixture(game, half))):
        solve = symmetric_equilibria if concept.startswith("s") else block_equilibria
        with pytest.raises(SolveError, match="which is no equilibrium"):
            solve(game, solver=Lying(concept, item))
    with pytest.raises(SolveError, match="which is no equilibrium"):
        count_equilibria(game, solver=Lying("count_equilibria", CountProfile(game, np.array([[3, 0]]))))


def test_the_registry_knows_them():
    game = volunteers(3)
    assert block_equilibria(game, solver="block_roots") == block_equilibria(game, solver=BlockRoots())
    assert symmetric_equilibria(game).provenance.solver == "group_supports"
    assert count_equilibria(game).provenance.solver == "count_enumeration"
