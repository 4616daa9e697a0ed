"""Subgame-perfect equilibria: backward induction against brute force, Nash equilibria of trees, and nothing lost in merging."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from tree_checks import (
    Move,
    behaviour_of,
    centipede,
    chain_store,
    horse,
    is_subgame_perfect,
    lies_in,
    lies_in_closure,
    members,
    mixed_strategies,
    pure_profiles,
    two_irrational_points,
    ultimatum,
    unreasonable,
    unseen_ties,
    vectors,
)

import alliancegames as ag
from alliancegames.solvers._agent_supports import sequential_cells
from alliancegames.solvers._subgame_supports import nash_cells
from alliancegames.solvers._tree_cells import merged
from alliancegames.solvers._trees import Tree
from alliancegames.testing import extensive_games

SMALL = {"max_depth": 3, "max_information_sets": 4}


def solve(game):
    eqs = ag.subgame_perfect(game)
    assert eqs.complete
    assert eqs.provenance.max_regret <= (0 if eqs.exact else 1e-9)
    return eqs


# -------------------------------------------------------------------- known answers


def test_horse_has_both_kinds_of_nash_equilibria():
    """Its only subgame is the game, so that every Nash equilibrium counts."""
    ranges = {
        (family["1"].support, family["3"].support): (family.interval("3", "L"), family.interval("2", "c")) for family in solve(horse())
    }
    assert ((0, Fraction(1, 4)), (1, 1)) in ranges.values()
    assert ((1, 1), (Fraction(1, 3), 1)) in ranges.values()
    assert len(ranges) == 2


def test_entry_with_a_tie():
    game = ag.ExtensiveGame(["C", "P"], Move("C", {"wait": (0, 2), "attack": Move("P", {"abandon": (1, 0), "intervene": (-1, 0)})}))
    half = Fraction(1, 2)
    found = {(family.interval("C", "attack"), family.interval("P", "intervene")) for family in solve(game)}
    assert found == {((0, 0), (half, 1)), ((0, 1), (half, half)), ((1, 1), (0, half))}


@pytest.mark.parametrize("game", [centipede(6), chain_store()], ids=["centipede", "chain store"])
def test_backward_induction_is_unique_without_ties(game):
    (family,) = solve(game)
    assert family.is_pure
    assert [list(p) for p in pure_profiles(game) if is_subgame_perfect(game, p)] == [vectors(family.example)]


def test_ultimatum_with_a_tie_at_zero():
    quarter = Fraction(3, 4)
    ranges = {tuple(family["P"].support): family.interval("R at 0", "yes") for family in solve(ultimatum())}
    assert ranges == {("0",): (quarter, 1), ("0", "1"): (quarter, quarter), ("1",): (0, quarter)}


def test_an_incredible_reply_off_the_path_survives_without_subgames():
    outs = [family for family in solve(unreasonable()) if family["A"]["out"] == 1]
    assert outs
    assert max(family.interval("B", "r")[1] for family in outs) == 1


def test_a_game_in_which_nobody_cares():
    game = ag.ExtensiveGame(["A", "B"], Move("A", {"l": Move("B", {"x": (0, 0), "y": (0, 0)}), "r": (0, 0)}))
    (family,) = solve(game)
    assert family.dimension == 2
    assert len(family.corners) == 4


def test_m11_a_patron_abandoned_in_the_strategic_form_only():
    """The warning example: both equilibria are Nash, one is subgame perfect."""
    half = Fraction(1, 2)
    payoffs = {"status quo": (0, 1, 1), "P alone": (half, 0, -1), "D alone": (Fraction(3, 10), -1, 0), "war": (Fraction(-3, 5), half, -2)}
    # The reliable defender prefers war to standing aside, the unreliable protégé does not.
    tree = Move(
        "C",
        {
            "wait": payoffs["status quo"],
            "attack P": Move("D", {"support": payoffs["war"], "abandon": payoffs["P alone"]}),
            "attack D": Move("P", {"support": payoffs["war"], "abandon": payoffs["D alone"]}),
        },
    )
    game = ag.ExtensiveGame(["C", "D", "P"], tree)
    assert len(ag.pure_nash(game.normal_form())) == 2
    (family,) = solve(game)
    assert family.profile.actions == {"C": "attack D", "D": "support", "P": "abandon"}


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


# -------------------------------------------------------------------- nothing is lost in merging


def test_a_family_off_the_path_is_not_lost():
    """If A stays out, B and C may do anything; where A lets them play, B must leave C indifferent or C choose the likelier side."""
    game = unseen_ties()
    cells = merged(nash_cells(Tree(game), game.subgame_roots))
    for strategies in pure_profiles(game):
        if is_subgame_perfect(game, strategies):
            assert any(cell.is_spanned and lies_in_closure(cell, strategies) for cell in cells), strategies


@settings(max_examples=40)
@given(extensive_games(**SMALL, tied=True))
def test_every_pure_equilibrium_is_in_a_reported_family(game):
    cells = list(nash_cells(Tree(game), game.subgame_roots))
    families = merged(cells)
    for strategies in pure_profiles(game):
        if is_subgame_perfect(game, strategies):
            assert any(lies_in(cell, strategies) for cell in cells)
            assert any(not cell.is_spanned or lies_in_closure(cell, strategies) for cell in families)


# -------------------------------------------------------------------- properties of random trees


@settings(max_examples=30)
@given(extensive_games(max_depth=4, max_information_sets=5, n_players=3, chance=True, perfect_information=True))
def test_perfect_information_backward_induction_equals_brute_force(game):
    """Every pure profile that brute force confirms is in a cell, every member listed is confirmed by brute force."""
    cells = list(nash_cells(Tree(game), game.subgame_roots))
    for strategies in pure_profiles(game):
        assert any(lies_in(cell, strategies) for cell in cells) == is_subgame_perfect(game, strategies)
    for play in members(solve(game)):
        assert is_subgame_perfect(game, vectors(play))


@settings(max_examples=25)
@given(extensive_games(max_depth=3, max_information_sets=5, perfect_information=True))
def test_with_perfect_information_sequential_and_subgame_perfect_are_the_same(game):
    perfect = list(nash_cells(Tree(game), game.subgame_roots))
    sequential = list(sequential_cells(Tree(game)))
    certain = [[Fraction(1)] for _ in game.information_sets]
    for play in members(ag.sequential_equilibria(game)):
        assert any(lies_in(cell, vectors(play)) for cell in perfect)
    for play in members(ag.subgame_perfect(game)):
        assert any(lies_in(cell, vectors(play), certain) for cell in sequential)


@settings(max_examples=30)
@given(extensive_games(**SMALL))
def test_members_are_equilibria_in_every_subgame_and_in_the_strategic_form(game):
    eqs = solve(game)
    assert len(eqs) >= 1
    table = game.normal_form()
    for family in eqs:
        if family.exact:
            for play in (family.example, *family.corners):
                assert is_subgame_perfect(game, vectors(play))
                assert table.is_nash(mixed_strategies(game, vectors(play)))


@settings(max_examples=25)
@given(extensive_games(**SMALL))
def test_every_extreme_nash_equilibrium_of_the_strategic_form_is_in_a_cell(game):
    cells = list(nash_cells(Tree(game), (0,)))
    for profile in ag.nash(game.normal_form()):
        strategies = behaviour_of(game, [list(own) for own in profile.arrays()])
        assert any(lies_in(cell, strategies) for cell in cells)


@pytest.mark.parametrize(
    "slug",
    [
        "books/myerson1991/fig2_1",
        "books/myerson1991/fig4_2",
        "books/shohamleytonbrown2008/fig5_9",
        "books/shohamleytonbrown2008/fig5_10",
        "books/vonstengel2022/fig10.1",
        "books/vonstengel2022/fig10.12",
        "books/watson2013/exercise29_6",
        "books/watson2013/fig29_1",
        "journals/ijgt/selten1975/fig2",
        "journals/other/reiley2008/fig1",
    ],
)
def test_nash_equilibria_of_published_trees(slug):
    pygambit = pytest.importorskip("pygambit")
    game = ag.io.from_pygambit_tree(pygambit.catalog.load(slug))
    cells = list(nash_cells(Tree(game), (0,)))
    eqs = ag.nash(game.normal_form())
    for profile in eqs:
        strategies = behaviour_of(game, [list(own) for own in profile.arrays()])
        assert any(lies_in(cell, strategies) for cell in cells)


def test_expects_a_tree():
    with pytest.raises(ag.errors.GameDefinitionError, match="expected an ExtensiveGame, got NormalFormGame"):
        ag.subgame_perfect(ag.games.stag_hunt())
