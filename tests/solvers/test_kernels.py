"""The enumeration in floats: it agrees with the one in integers, and its certificate refuses what is wrong."""

import itertools
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from brute_force import solve
from drawn_games import as_set
from hypothesis import given
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.solvers import vertex_enumeration
from alliancegames.solvers._kernels import certified, vertices
from alliancegames.solvers.bimatrix import Bimatrix, binary_integers
from alliancegames.testing import bimatrix_games

GAMES = 250
LARGEST = 6


def integers(rng, shape, largest):
    return rng.integers(-largest, largest + 1, size=(2, *shape))


def rationals(rng, shape):
    tops, bottoms = rng.integers(-99, 100, size=(2, *shape)), rng.integers(1, 12, size=(2, *shape))
    return np.array([Fraction(int(a), int(b)) for a, b in zip(tops.flat, bottoms.flat, strict=True)], dtype=object).reshape(2, *shape)


def nearly_tied(rng, shape):
    return integers(rng, shape, 2) + 1e-12 * integers(rng, shape, 1)


def off_by_one_ulp(rng, shape):
    payoffs = integers(rng, shape, 3).astype(float)
    return np.where(rng.random((2, *shape)) < 0.3, np.nextafter(payoffs, np.inf), payoffs)


def beyond_floats(rng, shape):
    """Integers above 2**53, of which many differ by 1."""
    return integers(rng, shape, 2).astype(object) * 10**17 + integers(rng, shape, 1).astype(object)


# name: (payoffs, whether floats always suffice)
FAMILIES = {
    "few ties": (lambda rng, shape: integers(rng, shape, 99), True),
    "no ties": (lambda rng, shape: integers(rng, shape, 10**6), True),
    "many ties": (lambda rng, shape: integers(rng, shape, 2), True),
    "zeros and ones": (lambda rng, shape: abs(integers(rng, shape, 1)), True),
    "rational": (rationals, True),
    "floats": (lambda rng, shape: rng.normal(size=(2, *shape)), True),
    "quarters": (lambda rng, shape: np.round(4 * rng.normal(size=(2, *shape))) / 4, True),
    "small floats": (lambda rng, shape: 1e-9 * rng.normal(size=(2, *shape)), True),
    "large floats": (lambda rng, shape: 1e9 * rng.normal(size=(2, *shape)), True),
    "shifted floats": (lambda rng, shape: 1e6 + rng.random(size=(2, *shape)), True),
    "tenths, rounded to floats": (lambda rng, shape: np.round(rng.normal(size=(2, *shape)), 1), False),
    "mixed magnitudes": (lambda rng, shape: 10.0 ** rng.integers(-6, 7, size=(2, *shape)) * rng.normal(size=(2, *shape)), False),
    "nearly tied": (nearly_tied, False),
    "off by one ulp": (off_by_one_ulp, False),
    "beyond floats": (beyond_floats, False),
}


def listed(pairs):
    """Return the vertices of all pairs, with their labels, in a form that can be compared."""
    return sorted((tuple(x.weights()), tuple(y.weights()), x.tight, y.tight) for x, y in pairs)


def assert_agrees(game):
    """Check that floats find the same vertices and equilibria as integers; return whether they gave an answer."""
    bimatrix = Bimatrix(game)
    found = vertex_enumeration._in_floats(bimatrix)
    if found is None:
        return False
    pairs, rays, certificate = found
    expected, (x_rays, y_rays), _ = vertex_enumeration._in_integers(bimatrix)
    assert listed(pairs) == listed(expected)
    assert certificate["vertices"] == (len(x_rays), len(y_rays))
    everything = [*x_rays, *y_rays]
    degenerate = any(ray.tight.bit_count() >= len(ray.coordinates) for ray in everything)
    assert any(ray.tight.bit_count() >= len(ray.coordinates) for side in rays for ray in side) == degenerate
    assert (certificate["decided_exactly"] > 0) or not degenerate
    return True


@pytest.mark.parametrize("family", FAMILIES)
def test_floats_and_integers_agree(family):
    draw, sure = FAMILIES[family]
    answered = 0
    for seed in range(GAMES):
        rng = np.random.default_rng([seed, 7])
        shape = tuple(int(k) for k in rng.integers(1, LARGEST + 1, size=2))
        answered += assert_agrees(ag.NormalFormGame.from_bimatrix(*draw(rng, shape)))
    # Where nothing is nearly tied the fast way is not only right but taken.
    assert answered == GAMES if sure else answered < GAMES


@pytest.mark.parametrize("family", ["few ties", "many ties", "floats"])
@pytest.mark.parametrize("size", [7, 8, 9])
def test_floats_and_integers_agree_on_larger_games(family, size):
    assert assert_agrees(ag.NormalFormGame.from_bimatrix(*FAMILIES[family][0](np.random.default_rng(size), (size, size))))


@given(bimatrix_games(1, 5))
def test_floats_and_integers_agree_on_drawn_games(game):
    assert_agrees(game)


@given(bimatrix_games(1, 4, tied=True))
def test_floats_and_integers_agree_on_drawn_tied_games(game):
    assert assert_agrees(game)


def test_players_without_a_choice_do_not_matter():
    payoffs = np.random.default_rng(3).integers(-9, 10, size=(3, 4, 1, 4))
    assert assert_agrees(ag.NormalFormGame.from_arrays(*payoffs))


def test_the_search_grows_its_room(monkeypatch):
    T = certified.normalised(np.random.default_rng(5).normal(size=(8, 8)))
    whole = certified.search(T, (0, 8))
    monkeypatch.setattr(certified, "FIRST_ROOM", 16)
    monkeypatch.setattr(certified, "BUDGET", 5)
    assert len(whole) > 100
    assert certified.search(T, (0, 8)).tolist() == whole.tolist()
    assert not certified.prove(T, (0, 8), whole, None).any()


def test_a_known_number_of_vertices():
    # The best-reply polytope of the identity matrix is combinatorially a cube.
    found = certified.all_vertices(np.eye(6), (0, 6), None)
    assert len(found.tight) == 2**6 - 1
    assert found.decided == 0


# ---------------------------------------------------------------- what nash() does with it


def test_larger_games_take_the_fast_way_and_say_so():
    rng = np.random.default_rng(8)
    equilibria = ag.nash(ag.NormalFormGame.from_bimatrix(*rng.integers(-(10**6), 10**6, size=(2, 8, 8))))
    certificate = equilibria.provenance.certificate
    assert certificate["method"] == "vertices in floats, signs certified, closed under pivoting"
    assert certificate["decided_exactly"] == 0
    assert min(certificate["vertices"]) > 8
    assert (equilibria.complete, equilibria.exact, equilibria.degenerate, equilibria.provenance.max_regret) == (True, True, False, 0)


def test_ties_are_decided_exactly():
    payoffs = np.random.default_rng(8).integers(-2, 3, size=(2, 8, 8))
    equilibria = ag.nash(ag.NormalFormGame.from_bimatrix(*payoffs))
    certificate = equilibria.provenance.certificate
    assert certificate["decided_exactly"] > 0
    assert equilibria.degenerate
    witness = certificate["degeneracy"]
    assert witness["best_replies"] > len(witness["strategy"])


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a * 10**17 + np.random.default_rng(1).integers(-1, 2, size=a.shape).astype(object),
        lambda a: a * 10**400,
    ],
    ids=["too close to call", "too large for floats"],
)
def test_what_floats_cannot_decide_is_solved_in_integers(change):
    row, column = (change(matrix.astype(object)) for matrix in np.random.default_rng(2).integers(-2, 3, size=(2, 8, 8)))
    game = ag.NormalFormGame.from_bimatrix(row, column)
    equilibria = ag.nash(game)
    assert equilibria.provenance.certificate["method"] == "double description in integers"
    pairs, _, _ = vertex_enumeration._in_integers(Bimatrix(game))
    assert as_set(equilibria) == {(tuple(x.weights()), tuple(y.weights())) for x, y in pairs}


def test_floats_whose_range_overflows_are_solved_in_integers():
    payoffs = np.random.default_rng(4).integers(-2, 3, size=(2, 8, 8)) * 8e307
    equilibria = ag.nash(ag.NormalFormGame.from_bimatrix(*payoffs))
    assert equilibria.provenance.certificate["method"] == "double description in integers"
    small = ag.nash(ag.NormalFormGame.from_bimatrix(*(payoffs / 8e307)))
    assert as_set(equilibria) == as_set(small)


def test_scale_and_shift_change_nothing():
    row, column = np.random.default_rng(6).integers(-99, 100, size=(2, 8, 8))
    expected = as_set(ag.nash(ag.NormalFormGame.from_bimatrix(row, column)))
    for factor, shift in ((10**12, 10**6), (Fraction(1, 10**9), -7), (3, 10**15)):
        changed = [[[factor * int(value) + shift for value in line] for line in matrix] for matrix in (row, column)]
        equilibria = ag.nash(ag.NormalFormGame.from_bimatrix(*changed))
        assert as_set(equilibria) == expected
        assert "floats" in equilibria.provenance.certificate["method"]


def test_small_games_do_not_load_the_compiler():
    code = "\n".join(
        (
            "import sys, numpy as np, alliancegames as ag",
            "for size in (7, 8):",
            "    ag.nash(ag.NormalFormGame.from_bimatrix(*np.random.default_rng(size).integers(-99, 100, size=(2, size, size))))",
            "    print('numba' in sys.modules)",
        )
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.split() == ["False", "True"]


# ---------------------------------------------------------------- the certificate


BITS = (0, 6)


@pytest.fixture
def polytope():
    """A simple polytope: its matrix and all bases."""
    payoffs = np.random.default_rng(9).integers(-(10**6), 10**6, size=(6, 6))
    T = certified.normalised(payoffs)
    return T, certified.search(T, BITS)


def proved(T, bases):
    """Whether the certificate accepts a list of bases."""
    close = certified.prove(T, BITS, bases, lambda: binary_integers(T))
    return close is not None and certified.is_complete(bases)


def test_the_right_list_is_accepted_in_any_order(polytope):
    T, bases = polytope
    assert proved(T, bases)
    assert proved(T, np.random.default_rng(0).permutation(bases))


def test_a_missing_vertex_is_noticed(polytope):
    T, bases = polytope
    for k in range(len(bases)):
        assert not proved(T, np.delete(bases, k))
    assert not proved(T, bases[: len(bases) // 2])
    assert not proved(T, bases[:0])


def test_a_double_vertex_is_noticed(polytope):
    _, bases = polytope
    for k in range(len(bases)):
        assert not certified.is_complete(np.append(bases, bases[k]))
    assert not certified.is_complete(np.concatenate([bases, bases]))
    assert not certified.is_complete(np.concatenate([bases[:1], bases[:1]]))


def test_a_wrong_label_is_noticed(polytope):
    T, bases = polytope
    for k, label in itertools.product(range(len(bases)), range(14)):
        changed = bases.copy()
        changed[k] ^= np.uint64(1 << label)  # one label too many, too few, or one that means nothing
        assert certified.prove(T, BITS, changed, None) is None
    for k in range(len(bases)):
        tight, free = (next(i for i in range(12) if int(bases[k]) >> i & 1 == on) for on in (1, 0))
        changed = bases.copy()
        changed[k] ^= np.uint64(1 << tight | 1 << free)
        assert not proved(T, changed)


def test_the_vertices_of_another_polytope_are_refused(polytope):
    _, bases = polytope
    other = certified.normalised(np.random.default_rng(10).integers(-(10**6), 10**6, size=(6, 6)))
    assert set(bases.tolist()) != set(certified.search(other, BITS).tolist())
    assert certified.is_complete(bases)
    assert certified.prove(other, BITS, bases, None) is None


def test_two_polytopes_side_by_side_are_not_closed(polytope):
    _, bases = polytope
    assert not certified.is_complete(np.concatenate([bases, bases ^ np.uint64(1)]))


def exactly(T):
    """Return a matrix of floats as Fractions."""
    return [[Fraction(float(value)) for value in line] for line in T]


def exact_signs(exact, basis):
    """Return the signs of all weights and slacks at a basis, by label; None if it is singular."""
    m, n = len(exact), len(exact[0])
    tight = [i for i in range(m) if basis >> i & 1]
    positive = [j for j in range(n) if not basis >> (m + j) & 1]
    weights = solve([[exact[i][j] for j in positive] for i in tight], [Fraction(1)] * len(tight)) if tight else ()
    if weights is None:
        return None
    signs = {m + j: weight for j, weight in zip(positive, weights, strict=True)}
    for i in set(range(m)) - set(tight):
        signs[i] = 1 - sum(exact[i][j] * weight for j, weight in zip(positive, weights, strict=True))
    return {label: (value > 0) - (value < 0) for label, value in signs.items()}


def all_bases(m, n):
    """Return every mask with as many tight rows as positive columns."""
    for k in range(min(m, n) + 1):
        for rows, columns in itertools.product(itertools.combinations(range(m), k), itertools.combinations(range(n), k)):
            yield sum(1 << i for i in rows) | sum(1 << (m + j) for j in set(range(n)) - set(columns))


@pytest.mark.parametrize("noise", [0.3, 1e-3, 1e-7, 1e-11, 1e-14, 2e-16])
def test_no_wrong_sign_is_ever_certified(noise):
    # From well-conditioned matrices to nearly singular ones, every basis, feasible or not.
    certified_bases = 0
    for seed in range(6):
        rng = np.random.default_rng([seed, int(1 / noise) % 10**6])
        T = np.clip(1.5 + 0.4 * rng.integers(-1, 2, size=(4, 4)) / 4 + noise * rng.normal(size=(4, 4)), 1, 2)
        for basis in all_bases(4, 4):
            masks, close, weights = np.array([basis], dtype=np.uint64), np.empty(1, np.uint64), np.empty(1)
            if vertices.certify(T, certified.direction(4), (0, 4), masks, close, weights) >= 0:
                continue
            certified_bases += 1
            signs = exact_signs(exactly(T), basis)
            assert signs is not None
            assert all(sign == 1 for label, sign in signs.items() if not int(close[0]) >> label & 1)
    assert certified_bases > 0


@given(st.integers(0, 10**6))
def test_the_claims_hold_for_all_matrices_within_the_radius(seed):
    rng = np.random.default_rng(seed)
    T = 1 + rng.integers(0, 3, size=(4, 4)) / 2 + rng.choice([0, 2.0**-30, 2.0**-45], size=(4, 4)) * rng.random((4, 4))
    T = np.minimum(T, 2)
    basis = list(all_bases(4, 4))[rng.integers(70)]
    masks, close, weights = np.array([basis], dtype=np.uint64), np.empty(1, np.uint64), np.empty(1)
    if vertices.certify(T, certified.direction(4), (0, 4), masks, close, weights) >= 0:
        return
    moves = rng.choice([-1, 1], size=(4, 4))
    moved = [
        [value + int(move) * Fraction(1, 2**50) for value, move in zip(*lines, strict=True)]
        for lines in zip(exactly(T), moves, strict=True)
    ]
    signs = exact_signs(moved, basis)
    assert signs is not None
    assert all(sign == 1 for label, sign in signs.items() if not int(close[0]) >> label & 1)


def test_a_number_next_to_zero_does_not_pass_for_zero():
    # Against the first column the first two rows differ by one part in 10**40.
    payoffs = np.array([[10**40, 0], [10**40 - 1, 5 * 10**38], [0, 10**39]], dtype=object)
    T = certified.normalised(payoffs)
    bases = certified.search(T, (0, 3))
    assert certified.prove(T, (0, 3), bases, lambda: payoffs) is None
    tied = np.array([[10**40, 0], [10**40, 5 * 10**38], [0, 10**39]], dtype=object)
    assert certified.prove(T, (0, 3), bases, lambda: tied).any()


def test_normalised_payoffs_lie_within_the_radius():
    rng = np.random.default_rng(12)
    for payoffs in (rng.normal(size=(5, 5)), 1e300 * rng.normal(size=(5, 5)), 1e9 + rng.random((5, 5)), np.full((2, 2), 3.7)):
        T = certified.normalised(payoffs)
        exact = np.array([[Fraction(float(value)) for value in line] for line in payoffs], dtype=object)
        gains = exact - exact.min(axis=0)
        spread = [value or 1 for value in gains.max(axis=0)]
        for i, j in np.ndindex(T.shape):
            assert abs(Fraction(float(T[i, j])) - 1 - gains[i, j] / spread[j]) < Fraction(1, 2**50)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=12))
def test_floats_become_proportional_integers(values):
    payoffs = np.array(values)
    integers = binary_integers(payoffs)
    factors = {Fraction(float(value)) / whole for value, whole in zip(payoffs, integers, strict=True) if whole}
    assert all(isinstance(whole, int) and (whole == 0) == (value == 0) for value, whole in zip(payoffs, integers, strict=True))
    assert len(factors) <= 1
    assert all(factor > 0 for factor in factors)
