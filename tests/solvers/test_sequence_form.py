"""One equilibrium of large two-player trees: known values, agreement with the strategic form, and independent verification."""

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from tree_checks import Chance, Move, horse, is_subgame_perfect, kuhn, mixed_strategies, outside_option, unreasonable, vectors

import alliancegames as ag
from alliancegames.solvers._sequences import SequenceForm
from alliancegames.solvers._trees import Tree
from alliancegames.solvers.sequence_form import SequenceLemke, tree_nash
from alliancegames.testing import extensive_games

SOLVERS = ["sequence_program", "sequence_lemke"]


# -------------------------------------------------------------------- constant-sum trees


@pytest.mark.parametrize("solver", SOLVERS)
def test_kuhn_poker(solver):
    """Kuhn (1950): the first player loses an eighteenth of a unit a hand."""
    eqs = tree_nash(kuhn(3), solver)
    (profile,) = eqs
    assert profile.payoffs == {"1": Fraction(-1, 18), "2": Fraction(1, 18)}
    assert eqs.provenance.max_regret == 0
    # All equilibria: the first player bets the king three times as often as the jack, the second bluffs with a third.
    assert profile["1 with 2"]["bet"] == 3 * profile["1 with 0"]["bet"]
    assert profile["2 with 0 after a check"]["bet"] == Fraction(1, 3)
    assert profile["2 with 1 after a bet"]["call"] == Fraction(1, 3)


@pytest.mark.parametrize(("cards", "value"), [(3, Fraction(-1, 18)), (4, Fraction(-1, 24)), (5, Fraction(-1, 15)), (8, Fraction(-1, 16))])
def test_the_two_methods_agree_on_the_value(cards, value):
    """Four cards and more: the value that two algorithms find, each verified by itself."""
    game = kuhn(cards)
    program, lemke = (tree_nash(game, solver) for solver in SOLVERS)
    assert program.provenance.certificate["value"]["1"] == program[0].payoffs["1"] == lemke[0].payoffs["1"] == value


def test_some_thousand_nodes():
    game = kuhn(16)
    assert len(game.nodes) > 2000
    eqs = tree_nash(game)
    assert eqs.provenance.solver == "sequence_program"
    assert eqs.provenance.max_regret == 0
    assert eqs.status == "value"
    assert eqs.complete is None


def test_a_constant_sum_other_than_zero():
    game = ag.ExtensiveGame(["A", "B"], Move("A", {a: Move("B", {b: (7 * (a == b), 7 * (a != b)) for b in "HT"}, "B") for a in "HT"}))
    eqs = tree_nash(game, "sequence_program")
    assert eqs[0].payoffs == eqs.provenance.certificate["value"] == {"A": Fraction(7, 2), "B": Fraction(7, 2)}


@settings(max_examples=25)
@given(extensive_games(max_depth=4, max_information_sets=6))
def test_values_equal_those_of_the_strategic_form(game):
    ends = {k: node.payoffs[0] for k, node in enumerate(game.nodes) if node.payoffs is not None}
    zero_sum = ag.ExtensiveGame(game.players, _with_payoffs(game, {k: (value, -value) for k, value in ends.items()}))
    eqs = tree_nash(zero_sum)
    assert eqs.provenance.certificate["value"] == ag.zero_sum(zero_sum.normal_form()).value


def _with_payoffs(game, payoffs, node=0):
    here = game.nodes[node]
    if here.payoffs is not None:
        return payoffs[node]
    following = {event: _with_payoffs(game, payoffs, child) for event, child in zip(here.events, here.children, strict=True)}
    if here.chance is not None:
        return Chance({event: (weight, following[event]) for event, weight in zip(here.events, here.chance, strict=True)})
    part = game.information_sets[here.information_set]
    return Move(game.players[part.player], following, part.label)


# -------------------------------------------------------------------- any payoffs


@settings(max_examples=60)
@given(extensive_games(max_depth=4, max_information_sets=6, max_actions=3))
def test_the_answer_is_an_equilibrium_of_the_strategic_form(game):
    eqs = tree_nash(game, "sequence_lemke")
    (profile,) = eqs
    assert eqs.complete is False
    assert eqs.exact
    assert is_subgame_perfect(game, vectors(profile), roots=(0,))
    assert game.normal_form().is_nash(mixed_strategies(game, vectors(profile)))


@settings(max_examples=25)
@given(extensive_games(max_depth=3, max_information_sets=6, perfect_information=True, tied=False))
def test_excluded_sets_get_best_replies(game):
    """Where only his own plan keeps a player from a set and nothing follows, he does what is best there."""
    (profile,) = tree_nash(game, "sequence_lemke")
    strategies = vectors(profile)
    for h, part in enumerate(game.information_sets):
        (node,) = part.nodes
        children = game.nodes[node].children
        own = [strategies[before][action] for before, action in game.own_histories[h]]
        if 0 in own and all(game.nodes[child].payoffs is not None for child in children):
            values = [game.nodes[child].payoffs[part.player] for child in children]
            assert all(value == max(values) for value, weight in zip(values, strategies[h], strict=True) if weight)


def test_larger_trees_with_random_payoffs():
    """Cards and bets as in poker, but payoffs of no structure."""
    rng = random.Random(7)
    game = kuhn(6)
    payoffs = {k: (rng.randint(-50, 50), rng.randint(-50, 50)) for k, node in enumerate(game.nodes) if node.payoffs is not None}
    eqs = tree_nash(ag.ExtensiveGame(game.players, _with_payoffs(game, payoffs)))
    assert eqs.provenance.solver == "sequence_lemke"
    assert eqs.provenance.max_regret == 0
    assert eqs.provenance.certificate["sequences"] == (25, 25)


def test_plans_satisfy_their_equations():
    """Every direction keeps a plan a plan, and the first one is a plan."""
    form = SequenceForm.of(Tree(kuhn(3)))
    for side in (0, 1):
        equations = form.constraints(side)
        for k, change in enumerate(form.directions(side)):
            sums = [sum(value * change.get(j, 0) for j, value in row.items()) for row in equations]
            assert sums == [int(k == 0)] + [0] * (len(equations) - 1)


def test_one_player_alone():
    game = ag.ExtensiveGame(["A"], Move("A", {"l": (1,), "r": Move("A", {"u": (3,), "d": (2,)})}))
    assert tree_nash(game)[0].payoffs == {"A": 3}


def test_nobody_moves():
    game = ag.ExtensiveGame(["A", "B"], Chance({"x": ("1/2", (1, 0)), "y": ("1/2", (0, 1))}))
    eqs = tree_nash(game)
    assert eqs[0].payoffs == {"A": Fraction(1, 2), "B": Fraction(1, 2)}


def test_a_third_player_who_never_moves():
    game = ag.ExtensiveGame(["A", "X", "B"], Move("A", {"out": (2, 7, 2), "in": Move("B", {"l": (3, 7, 1), "r": (0, 7, 0)})}))
    assert tree_nash(game)[0].payoffs["X"] == 7


def test_floats_are_solved_at_their_binary_values():
    game = kuhn(3).floats()
    eqs = tree_nash(game, "sequence_lemke")
    assert not eqs.exact
    assert eqs[0].payoffs["1"] == pytest.approx(-1 / 18, abs=1e-12)
    assert all(own.dtype == np.float64 for own in eqs[0].arrays())


def test_one_of_several():
    """The answer is Nash and may rest on a reply that is not credible; the function does not claim more."""
    eqs = tree_nash(unreasonable())
    assert eqs.status == "partial"
    assert is_subgame_perfect(unreasonable(), vectors(eqs[0]), roots=(0,))


def test_the_limit_of_pivots():
    with pytest.raises(ag.errors.SolveError, match=r"more than 1 pivots; SequenceLemke\(most_pivots=...\) allows more"):
        tree_nash(kuhn(3), SequenceLemke(most_pivots=1))


def test_refusals_name_the_reason():
    with pytest.raises(ag.errors.SolverNotApplicableError, match="at most two players move; here 1, 2, 3 do"):
        tree_nash(horse())
    with pytest.raises(ag.errors.SolverNotApplicableError, match="needs payoffs with a constant sum"):
        tree_nash(unreasonable(), "sequence_program")
    with pytest.raises(ag.errors.GameDefinitionError, match="for tables use nash"):
        tree_nash(ag.games.stag_hunt())
    assert tree_nash(outside_option(1)).provenance.solver == "sequence_lemke"
