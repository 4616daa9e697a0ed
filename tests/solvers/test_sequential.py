"""Sequential equilibria: known answers, consistency of beliefs, and properties of random trees."""

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tree_checks import (
    Chance,
    Move,
    beer_quiche,
    beliefs_of,
    centipede,
    chain_store,
    drawn_beliefs,
    follows_bayes,
    horse,
    is_rational,
    is_subgame_perfect,
    lies_in,
    lies_in_closure,
    members,
    mixed_strategies,
    outside_option,
    pure_profiles,
    reach,
    same_mistake,
    trembled_beliefs,
    two_irrational_points,
    ultimatum,
    uninformed,
    unreasonable,
    vectors,
)

import alliancegames as ag
from alliancegames.games.assessment import Assessment
from alliancegames.solvers._agent_supports import sequential_cells
from alliancegames.solvers._tree_cells import merged
from alliancegames.solvers._trees import Tree
from alliancegames.solvers.verify_assessment import sequential_rationality
from alliancegames.solvers.verify_profile import largest_gain
from alliancegames.testing import extensive_games

SMALL = {"max_depth": 3, "max_information_sets": 4}


def solve(game):
    eqs = ag.sequential_equilibria(game)
    assert eqs.complete
    assert eqs.provenance.max_regret <= (0 if eqs.exact else 1e-9)
    return eqs


# -------------------------------------------------------------------- known answers


def test_horse():
    """Only the second type of equilibrium is sequential; the third player's reply is bounded so that 2 does not move down."""
    mixing, pure = solve(horse())
    assert mixing.interval("3", "L") == (0, Fraction(1, 4))
    assert mixing.belief_interval("3", "D") == (Fraction(1, 3), Fraction(1, 3))
    assert pure["3"]["R"] == 1
    assert pure.belief_interval("3", "D") == (0, Fraction(1, 3))
    assert all(family["1"]["C"] == family["2"]["c"] == 1 for family in (mixing, pure))


def test_beer_and_quiche():
    """Both types take the same breakfast, and the other one would be answered by a duel at least half of the time."""
    eqs = solve(beer_quiche())
    meals = set()
    for play in members(eqs):
        meal = "beer" if play["weak"]["beer"] else "quiche"
        other = "quiche" if meal == "beer" else "beer"
        assert play["weak"][meal] == play["strong"][meal] == 1
        assert play[f"R after {meal}"]["not"] == 1
        assert play[f"R after {other}"]["duel"] >= Fraction(1, 2)
        assert play.beliefs[f"R after {other}"]["weak"] >= Fraction(1, 2)
        meals.add(meal)
    assert meals == {"beer", "quiche"}
    for meal, other in (("beer", "quiche"), ("quiche", "beer")):
        own = [family for family in eqs if family["weak"][meal] == 1]
        assert min(family.interval(f"R after {other}", "duel")[0] for family in own) == Fraction(1, 2)
        assert max(family.interval(f"R after {other}", "duel")[1] for family in own) == 1


@pytest.mark.parametrize("length", [1, 2, 5, 8])
def test_centipede_stops_at_once(length):
    game = centipede(length)
    (family,) = solve(game)
    assert set(family.profile.actions.values()) == {"stop"}
    assert family.dimension == 0


def test_chain_store_shares_everywhere():
    (family,) = solve(chain_store())
    assert {action for part, action in family.profile.actions.items() if part.startswith("I")} == {"share"}
    assert {action for part, action in family.profile.actions.items() if part.startswith("E")} == {"in"}


def test_outside_option_before_matching_pennies():
    half = {"H": Fraction(1, 2), "T": Fraction(1, 2)}
    for value, entry in ((1, (0, 0)), (-1, (1, 1)), (0, (0, 1))):
        families = solve(outside_option(value))
        assert min(family.interval("A", "in")[0] for family in families) == entry[0]
        assert max(family.interval("A", "in")[1] for family in families) == entry[1]
        for play in members(families):
            assert dict(play["A after in"]) == dict(play["B"]) == half


def test_subgame_perfect_but_not_sequential():
    """Staying out for fear of a reply that is bad wherever the second player is."""
    game = unreasonable()
    assert is_subgame_perfect(game, vectors(game.profile(["out", "r"])))
    (family,) = solve(game)
    assert family.profile.actions == {"A": "L", "B": "l"}


def test_ultimatum_with_a_tie_at_zero():
    eqs = solve(ultimatum())
    quarter = Fraction(3, 4)
    ranges = {tuple(family["P"].support): family.interval("R at 0", "yes") for family in eqs}
    assert ranges == {("0",): (quarter, 1), ("0", "1"): (quarter, quarter), ("1",): (0, quarter)}
    assert all(play[f"R at {x}"]["yes"] == 1 for play in members(eqs) for x in range(1, 5))


def test_kreps_wilson_entry_deterrence_in_one_period():
    """A hard incumbent fights, a soft one shares; entry pays if and only if he is soft with a probability of at least one half."""

    def game(q):
        reply = {kind: Move("I", {"fight": (-1, a), "share": (1, b)}, kind) for kind, a, b in (("hard", 1, 0), ("soft", -1, 0))}
        return ag.ExtensiveGame(
            ["E", "I"],
            Chance({kind: (p, Move("E", {"out": (0, 2), "in": reply[kind]}, "E")) for kind, p in (("hard", q), ("soft", 1 - q))}),
        )

    def entry(q):
        families = solve(game(Fraction(q)))
        return min(f.interval("E", "in")[0] for f in families), max(f.interval("E", "in")[1] for f in families)

    assert entry("1/3") == (1, 1)
    assert entry("2/3") == (0, 0)
    assert entry("1/2") == (0, 1)


@pytest.mark.parametrize(
    ("slug", "outcomes"),
    [
        ("journals/ijgt/selten1975/fig1", {(1, 1, 1)}),
        ("journals/ijgt/selten1975/fig2", {(1, 1)}),
        ("books/myerson1991/fig4_2", {(Fraction(5, 2), Fraction(9, 4)), (Fraction(8, 3), Fraction(3, 2)), (4, 1)}),
        ("books/vonstengel2022/fig10.5", None),
        ("books/watson2013/exercise29_6", None),
        ("books/watson2013/fig29_1", None),
        ("journals/geb/bagwell1995", None),
        ("books/shohamleytonbrown2008/fig5_9", None),
    ],
)
def test_published_trees(slug, outcomes):
    """Each sequential equilibrium is one by brute force; where the answer is known by hand, payoffs are compared."""
    pygambit = pytest.importorskip("pygambit")
    game = ag.io.from_pygambit_tree(pygambit.catalog.load(slug))
    eqs = solve(game)
    assert len(eqs) >= 1
    for play in members(eqs):
        assert is_rational(game, vectors(play), beliefs_of(play))
        assert follows_bayes(game, vectors(play), beliefs_of(play))
    if outcomes is not None:
        assert {tuple(play.payoffs.values()) for play in members(eqs)} == outcomes


def test_irrational_equilibria_are_all_listed():
    """Both roots of 8 p^2 - 8 p + 1 are equilibria of three players who move at once; nothing is exact about them."""
    eqs = solve(two_irrational_points())
    assert not eqs.exact
    found = sorted(float(family["A"]["1"]) for family in eqs if not family.exact)
    assert found == pytest.approx([0.5 - 0.125**0.5, 0.5 + 0.125**0.5])
    for family in eqs:
        if not family.exact:
            assert float(family["B"]["1"]) == pytest.approx(float(family["A"]["1"]))
            assert float(family["C"]["1"]) == pytest.approx(float(family["A"]["1"]))


# -------------------------------------------------------------------- consistency of beliefs


def test_nobody_signals_what_he_does_not_know():
    """A mistake of one who knows nothing tells nothing: the weak equilibrium with a gloomy belief is refused."""
    game = uninformed()
    gloomy = Assessment(game.profile({"E": "out", "I": "fight"}), {"E": ["1/2", "1/2"], "I": [1, 0]})
    assert sequential_rationality(gloomy)
    eqs = solve(game)
    assert all(play["E"]["in"] == 1 and play.beliefs["I"]["weak"] == Fraction(1, 2) for play in members(eqs))


def test_two_sets_behind_the_same_mistake_have_the_same_odds():
    game = same_mistake()
    torn = Assessment(game.profile({"A": "out", "B": "x", "C": "c1"}), {"B": [1, 0], "C": [0, 1]})
    assert sequential_rationality(torn)
    for play in members(solve(game)):
        assert play["A"]["out"] == 0


def test_a_more_surprising_node_is_not_believed_in():
    """One node takes two mistakes that another one needs only one of: all belief is in the latter."""

    def last(own, first, second):
        return Move("C", {"u": (0, own, first), "v": (0, own, second)}, "C")

    # A stays out; C is reached if A errs, or if A errs and then B errs, too.
    game = ag.ExtensiveGame(
        ["A", "B", "C"],
        Move("A", {"out": (2, 0, 0), "x": Move("B", {"left": last(1, 0, 1), "right": last(0, 5, 0)})}),
    )
    for play in members(solve(game)):
        assert play["B"]["left"] == 1
        assert play.beliefs["C"]["left"] == 1
        assert play["C"]["v"] == 1


@settings(max_examples=25)
@given(extensive_games(**SMALL, n_players=3))
def test_beliefs_are_limits_of_bayesian_beliefs(game):
    """Independent of the solver: trembles are constructed and Bayes' rule applied to them."""
    for family in solve(game):
        if family.exact:
            strategies, beliefs = vectors(family.example), beliefs_of(family.example)
            near = trembled_beliefs(game, strategies, beliefs, 1e-6)
            assert near is not None
            for found, wanted in zip(near, beliefs, strict=True):
                assert np.allclose(found, np.array(wanted, dtype=float), atol=1e-3)


# -------------------------------------------------------------------- properties of random trees


@settings(max_examples=30)
@given(extensive_games(**SMALL))
def test_members_are_sequentially_rational(game):
    """Existence, rationality at every set by brute force over plans, Bayes' rule, and perfection in subgames."""
    eqs = solve(game)
    assert len(eqs) >= 1
    for family in eqs:
        if not family.exact:
            continue
        for play in (family.example, *family.corners):
            assert is_rational(game, vectors(play), beliefs_of(play))
            assert follows_bayes(game, vectors(play), beliefs_of(play))
            assert largest_gain(play.profile) == 0


@settings(max_examples=30)
@given(extensive_games(**SMALL, n_players=3, tied=True), st.integers(0, 10**6))
def test_no_pure_equilibrium_is_missed(game, seed):
    """Random trembles give consistent beliefs; a pure profile that is rational under them must be in a cell and in a family."""
    rng = random.Random(seed)
    cells = list(sequential_cells(Tree(game)))
    families = [cell for cell in merged(cells) if cell.is_spanned]
    for strategies in pure_profiles(game):
        for _ in range(3):
            beliefs = drawn_beliefs(game, strategies, rng)
            if is_rational(game, strategies, beliefs):
                assert any(lies_in(cell, strategies, beliefs) for cell in cells)
                if len(families) == len(merged(cells)):
                    assert any(lies_in_closure(cell, strategies, beliefs) for cell in families)


@settings(max_examples=25)
@given(extensive_games(**SMALL))
def test_equilibria_are_nash_in_the_strategic_form(game):
    table = game.normal_form()
    for family in solve(game):
        if family.exact:
            assert table.is_nash(mixed_strategies(game, vectors(family.example)))


@settings(max_examples=30)
@given(extensive_games(**SMALL, tied=False, chance=False))
def test_the_limit_of_logit_equilibria_is_listed(game):
    """The agent quantal response equilibrium at which another package stops is near one listed, if it has converged.

    It may stop while a set that play hardly reaches still mixes widely; and of a continuum nothing says to which member it is nearest.
    """
    pygambit = pytest.importorskip("pygambit")
    found = solve(game)
    assume(all(family.dimension == 0 for family in found))
    scale = max(abs(value) for node in game.nodes for value in node.payoffs or (0,)) or 1
    small = ag.ExtensiveGame(game.players, game._rebuilt(0, lambda value: value / scale))
    other = ag.io.to_pygambit(small)
    limits = pygambit.nash.logit_solve(other).equilibria
    assume(limits)
    by_label = {part.label: part for player in other.players for part in player.infosets}
    limit = [
        np.array([float(limits[0][action]) for label in part.actions for action in by_label[part.label].actions if action.label == label])
        for part in game.information_sets
    ]
    assume(_largest_conditional_gain(small, limit) < 1e-6)
    target = np.concatenate(limit)
    assert min(np.abs(np.concatenate(family.example.arrays(float)) - target).max() for family in found) < 1e-2


def _largest_conditional_gain(game, mixed):
    """Return the largest gain at any information set from another action, given that the set is reached; infinite where it cannot be."""

    def values(k):
        node = game.nodes[k]
        if node.payoffs is not None:
            return np.array([float(value) for value in node.payoffs])
        weights = node.chance if node.information_set is None else mixed[node.information_set]
        return sum(float(weight) * values(child) for weight, child in zip(weights, node.children, strict=True))

    reached, largest = reach(game, mixed), 0.0
    for part, own in zip(game.information_sets, mixed, strict=True):
        weights = np.array([float(reached[k]) for k in part.nodes])
        if not weights.sum():
            return np.inf
        worth = weights / weights.sum() @ np.array([[values(child)[part.player] for child in game.nodes[k].children] for k in part.nodes])
        largest = max(largest, worth.max() - own @ worth)
    return largest


def _by_label(eqs):
    """Return all corners as sets of labelled probabilities."""
    return {
        frozenset((part.label, action, weight) for part in play.game.information_sets for action, weight in play[part.label].items())
        for family in eqs
        for play in family.corners
    }


def _reversed(game, node=0):
    """Return the tree with the order of all branches turned round."""
    here = game.nodes[node]
    if here.payoffs is not None:
        return here.payoffs
    following = [(event, _reversed(game, child)) for event, child in zip(here.events, here.children, strict=True)]
    if here.chance is not None:
        return Chance({event: (weight, part) for (event, part), weight in reversed(list(zip(following, here.chance, strict=True)))})
    part = game.information_sets[here.information_set]
    return Move(game.players[part.player], dict(reversed(following)), part.label)


@settings(max_examples=20)
@given(extensive_games(**SMALL))
def test_the_order_of_actions_and_the_scale_of_payoffs_do_not_matter(game):
    eqs = solve(game)
    turned = solve(ag.ExtensiveGame(game.players, _reversed(game)))
    scaled = solve(ag.ExtensiveGame(game.players, _scaled(game)))
    assume(all(family.free or not family.dimension for found in (eqs, turned, scaled) for family in found))
    assert _by_label(eqs) == _by_label(turned) == _by_label(scaled)


def _scaled(game, node=0):
    """Return the tree with payoffs times 2/3, 3/3, ... plus 5."""
    here = game.nodes[node]
    if here.payoffs is not None:
        return tuple(Fraction(k + 2, 3) * value + 5 for k, value in enumerate(here.payoffs))
    following = {event: _scaled(game, child) for event, child in zip(here.events, here.children, strict=True)}
    if here.chance is not None:
        return Chance({event: (weight, following[event]) for event, weight in zip(here.events, here.chance, strict=True)})
    part = game.information_sets[here.information_set]
    return Move(game.players[part.player], following, part.label)


@settings(max_examples=15)
@given(extensive_games(**SMALL, tied=True, chance=False))
def test_floats_give_the_same_equilibria(game):
    exact, rounded = solve(game), solve(game.floats())
    assert len(exact) == len(rounded)
    for one, other in zip(exact, rounded, strict=True):
        assert one.dimension == other.dimension
        for mine, theirs in zip(one.arrays(float), other.arrays(), strict=True):
            assert np.allclose(mine, theirs, atol=1e-12)


def test_symbols_are_refused_with_advice():
    import sympy

    x = sympy.Symbol("x")
    game = ag.ExtensiveGame(["A"], Move("A", {"l": (x,), "r": (1,)}))
    with pytest.raises(ag.errors.SolverNotApplicableError, match=r"symbols x; substitute"):
        ag.sequential_equilibria(game)


def test_the_generator_refuses_what_makes_no_tree():
    for wrong in ({"n_players": 0}, {"max_depth": 0}, {"max_actions": 1}, {"max_information_sets": 0}):
        (name,) = wrong
        with pytest.raises(ag.errors.GameDefinitionError, match=f"{name} must be at least"):
            extensive_games(**wrong)


@settings(max_examples=40)
@given(extensive_games(n_players=3, max_depth=4, max_actions=3, max_information_sets=5))
def test_the_generator_keeps_its_bounds(game):
    assert 1 <= len(game.information_sets) <= 5
    assert all(2 <= len(part.actions) <= 3 for part in game.information_sets)
    assert all(len(node.history) <= 4 for node in game.nodes)
