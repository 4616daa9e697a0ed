"""Agent quantal response: against the definition, against another package along whole branches, and in the limit."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from tree_checks import Chance, Move, centipede, horse, is_rational, reach, uninformed, unreasonable, vectors, worth

import alliancegames as ag
from alliancegames.solvers._agent_logit import AgentLogitEquations
from alliancegames.solvers.agent_quantal_response import agent_logit_branch
from alliancegames.testing import extensive_games


def test_the_equations_hold_along_the_branch():
    """Each set answers its conditional payoffs, computed here from the definition."""
    game = horse().floats()
    branch = agent_logit_branch(horse(), 20)
    for precision in (0, 0.3, 1, 5, 20):
        play = branch.at(precision)
        strategies = vectors(play)
        found = reach(game, strategies)
        for h, part in enumerate(game.information_sets):
            total = sum(found[x] for x in part.nodes)
            values = [
                sum(found[x] / total * worth(game, part.player, game.nodes[x].children[a], strategies) for x in part.nodes)
                for a in range(len(part.actions))
            ]
            weights = [math.exp(precision * (value - max(values))) for value in values]
            assert np.allclose(strategies[h], np.array(weights) / sum(weights), atol=1e-9)
            assert np.allclose(play.belief_arrays[h], [found[x] / total for x in part.nodes], atol=1e-9)


def test_a_last_mover_answers_by_the_logit_formula():
    """Backward induction with noise: nothing depends on how likely the set is."""
    game = ag.ExtensiveGame(["A", "B"], Move("A", {"out": (0, 0), "in": Move("B", {"l": (1, 2), "r": (-1, 0)})}))
    play = agent_logit_branch(game).at(2)
    left = 1 / (1 + math.exp(-4))
    assert play["B"]["l"] == pytest.approx(left, abs=1e-10)
    assert play["A"]["in"] == pytest.approx(1 / (1 + math.exp(-2 * (2 * left - 1))), abs=1e-10)


@pytest.mark.parametrize(
    "slug",
    [
        "journals/ijgt/selten1975/fig1",
        "journals/ijgt/selten1975/fig2",
        "books/myerson1991/fig4_2",
        "books/watson2013/exercise29_6",
        "books/vonstengel2022/fig10.5",
        "journals/geb/bagwell1995",
        "journals/other/reiley2008/fig1",
    ],
)
def test_branches_agree_with_another_package(slug):
    """Points of the branch that pygambit follows, at its precisions."""
    pygambit = pytest.importorskip("pygambit")
    other = pygambit.catalog.load(slug)
    game = ag.io.from_pygambit_tree(other)
    branch = agent_logit_branch(game)
    order = [h for player in range(len(game.players)) for h, part in enumerate(game.information_sets) if part.player == player]
    compared = 0
    for point in pygambit.qre.logit_solve_branch(other)[::9]:
        if point.lam <= branch.precision.max():
            arrays = branch.at(float(point.lam)).arrays(float)
            mine = np.concatenate([arrays[h] for h in order])
            assert np.allclose(mine, [point[k] for k in range(len(point))], atol=1e-5)
            compared += 1
    assert compared >= 4


@settings(max_examples=15)
@given(extensive_games(max_depth=3, max_information_sets=4, n_players=3))
def test_derivatives_are_differences(game):
    equations = AgentLogitEquations(game)
    point = equations.start() + np.linspace(-0.1, 0.3, len(equations.start()))
    step = 1e-6
    slopes = [(equations.values(point + step * e) - equations.values(point - step * e)) / (2 * step) for e in np.eye(len(point))]
    assert np.allclose(equations.jacobian(point), np.array(slopes).T, atol=1e-7)


@settings(max_examples=12)
@given(extensive_games(max_depth=3, max_information_sets=4, tied=False))
def test_limits_are_sequential_equilibria(game):
    """Exact where recognised; near one that is listed in any case."""
    limit = agent_logit_branch(game).limit
    assert limit is not None
    if limit.exact:
        assert is_rational(game, vectors(limit.assessment), [list(own) for own in limit.assessment.belief_arrays])
    families = ag.sequential_equilibria(game)
    single = [family for family in families if not family.dimension]
    if len(single) == len(families):
        ends = limit.assessment.arrays(float)
        gaps = [max(np.abs(a - b).max() for a, b in zip(family.arrays(float), ends, strict=True)) for family in single]
        assert min(gaps) < 1e-4


def test_limits_by_hand():
    assert set(agent_logit_branch(centipede(4)).limit.assessment.profile.actions.values()) == {"stop"}
    limit = agent_logit_branch(unreasonable()).limit
    assert limit.exact
    assert limit.assessment.profile.actions == {"A": "L", "B": "l"}
    assert agent_logit_branch(uninformed()).limit.assessment["E"]["in"] == 1


def test_units_of_payoffs_are_units_of_precision():
    ten = ag.ExtensiveGame(["A", "B"], Move("A", {"out": (0, 0), "in": Move("B", {"l": (10, 20), "r": (-10, 0)})}))
    one = ag.ExtensiveGame(["A", "B"], Move("A", {"out": (0, 0), "in": Move("B", {"l": (1, 2), "r": (-1, 0)})}))
    for mine, theirs in zip(agent_logit_branch(ten).at("1/10").arrays(), agent_logit_branch(one).at(1).arrays(), strict=True):
        assert np.allclose(mine, theirs, atol=1e-10)


def test_a_game_in_which_nobody_cares_stays_uniform():
    game = ag.ExtensiveGame(["A"], Move("A", {"l": (3,), "m": (3,), "r": (3,)}))
    branch = agent_logit_branch(game, 10)
    assert np.allclose(branch.probabilities, 1 / 3)
    assert branch.status == "reached"


def test_frames_and_columns():
    branch = agent_logit_branch(horse(), 3)
    frame = branch.to_dataframe()
    assert list(frame.columns) == ["precision", "1: D", "1: C", "3: L", "3: R", "2: d", "2: c"]
    assert np.array_equal(frame["2: c"], branch.probability("2", "c"))
    assert not branch.probability("2", 0).flags.writeable


def test_refusals():
    nobody = ag.ExtensiveGame(["A"], Chance({"x": ("1/2", (1,)), "y": ("1/2", (0,))}))
    with pytest.raises(ag.errors.SolverNotApplicableError, match="nobody moves"):
        agent_logit_branch(nobody)
    with pytest.raises(ag.errors.GameDefinitionError, match="precision_max must be positive"):
        agent_logit_branch(horse(), 0)
    with pytest.raises(ag.errors.SolveError, match="covers precisions from 0 to 3"):
        agent_logit_branch(horse(), 3).at(4)
    with pytest.raises(ag.errors.GameDefinitionError, match="expected an ExtensiveGame, got NormalFormGame"):
        agent_logit_branch(ag.games.stag_hunt())
