"""Tables made from trees: the strategic form, reduced or not, and the agent form."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy
from drawn_trees import random_trees

import alliancegames as ag
from alliancegames.errors import GameDefinitionError
from alliancegames.games.strategic_form import plans

Move, Chance, End = ag.Move, ag.Chance, ag.End


def payoffs_of_plans(game, chosen):
    """Return expected payoffs when all follow plans: {information set: action or None}."""
    totals = [Fraction(0)] * len(game.players)
    stack = [(0, Fraction(1))]
    while stack:
        k, weight = stack.pop()
        node = game.nodes[k]
        if node.payoffs is not None:
            totals = [total + weight * value for total, value in zip(totals, node.payoffs, strict=True)]
        elif node.chance is not None:
            stack += [(child, weight * share) for child, share in zip(node.children, node.chance, strict=True)]
        else:
            action = chosen[node.information_set]
            assert action is not None, "a plan says nothing where play arrives"
            stack.append((node.children[action], weight))
    return totals


@pytest.mark.parametrize("reduced", [True, False])
def test_strategic_forms_of_random_trees(reduced):
    for game in random_trees(f"strategic {reduced}", 40, most_nodes=24, players=2):
        listed = [plans(game, k, reduced=reduced) for k in range(2)]
        table = game.normal_form(reduced=reduced)
        assert table.shape == tuple(map(len, listed))
        assert table.players == game.players
        for cell in itertools.product(*map(range, table.shape)):
            chosen = {k: action for part, j in zip(listed, cell, strict=True) for k, action in part[j].items()}
            assert [array[cell] for array in table.payoffs] == payoffs_of_plans(game, chosen)


def test_reduction_removes_only_duplicates():
    for game in random_trees("reduction", 40, most_nodes=26, players=2):
        full, reduced = game.normal_form(reduced=False), game.normal_form()

        def rows(table):
            stacked = np.stack([table.payoffs[0], table.payoffs[1]], axis=-1)
            return {tuple(map(tuple, row)) for row in stacked.tolist()}

        assert rows(reduced) == {tuple(sorted_columns) for sorted_columns in rows(reduced)}
        assert {tuple(sorted(set(row))) for row in rows(full)} == {tuple(sorted(set(row))) for row in rows(reduced)}
        assert all(small <= large for small, large in zip(reduced.shape, full.shape, strict=True))


def test_agent_forms_of_random_trees():
    checked = 0
    for game in random_trees("agents", 40, most_nodes=22, players=2):
        sets = game.information_sets
        if not sets:
            continue
        table = game.agent_form()
        assert table.players == tuple(part.label for part in sets)
        assert table.actions == tuple(part.actions for part in sets)
        for cell in itertools.islice(itertools.product(*map(range, table.shape)), 200):
            totals = payoffs_of_plans(game, dict(enumerate(cell)))
            assert [array[cell] for array in table.payoffs] == [totals[part.player] for part in sets]
        checked += 1
    assert checked > 30


def test_selten_s_horse():
    third = {"D": {"L": (3, 3, 2), "R": (0, 0, 0)}, "d": {"L": (4, 4, 0), "R": (0, 0, 1)}}
    game = ag.ExtensiveGame(
        ["I", "II", "III"],
        Move("I", {"D": Move("III", third["D"], "III"), "C": Move("II", {"d": Move("III", third["d"], "III"), "c": (1, 1, 1)})}),
    )
    table = game.normal_form()
    assert table.actions == (("D", "C"), ("d", "c"), ("L", "R"))
    assert table.payoff(("D", "c", "L")) == {"I": 3, "II": 3, "III": 2}
    assert {profile.actions for profile in ag.pure_nash(table)} == {("D", "c", "L"), ("C", "c", "R")}
    # Agents are players here, in the order of the information sets.
    assert game.agent_form().relabel(players={}) == ag.NormalFormGame.from_arrays(
        *(array.transpose(0, 2, 1) for k in (0, 2, 1) for array in [table.payoffs[k]]),
        players=["I", "III", "II"],
        actions=[("D", "C"), ("L", "R"), ("d", "c")],
    )


def test_labels_of_plans():
    game = ag.ExtensiveGame(
        ["A", "B"],
        Move("A", {"out": (0, 0), "in": Move("B", {"l": Move("A", {"x": (1, 1), "y": (2, 2)}), "r": (3, 3)})}),
    )
    assert game.normal_form().actions == (("out/*", "in/x", "in/y"), ("l", "r"))
    assert game.normal_form(reduced=False).actions[0] == ("out/x", "out/y", "in/x", "in/y")
    idle = ag.ExtensiveGame(["A", "B"], Move("A", {"x": (1, 1), "y": (2, 2)}))
    assert idle.normal_form().actions == (("x", "y"), ("-",))


def test_labels_that_contain_the_separator_stay_distinct():
    second = {"c": [0], "b/c": [1]}
    game = ag.ExtensiveGame(["A"], Chance({"h": ("1/2", Move("A", {"a/b": [0], "a": [1]}, "one")), "l": ("1/2", Move("A", second, "two"))}))
    assert game.normal_form().actions == (("a/b/c", "a/b/b/c", "a/c", "a/b/c (2)"),)


def test_labels_that_look_numbered_stay_distinct():
    one = Move("A", {"x/y": [0], "x": [1]}, "one")
    two = Move("A", {"z": [0], "y/z": [1], "y/z (2)": [2]}, "two")
    labels = ag.ExtensiveGame(["A"], Chance({"h": ("1/2", one), "l": ("1/2", two)})).normal_form().actions[0]
    assert len(set(labels)) == len(labels) == 6


def test_symbolic_strategic_forms():
    p, c = sympy.symbols("p c")
    tree = Chance({"h": (p, Move("A", {"x": [c], "y": [0]}, "one")), "l": (1 - p, Move("A", {"x": [-c], "y": [1]}, "two"))})
    table = ag.ExtensiveGame(["A"], tree).normal_form()
    assert table.field == "symbolic"
    assert sympy.expand(table.payoff(("x/x",))["A"] - (2 * p * c - c)) == 0
    assert table.subs({p: "1/2", c: 3}).payoff(("x/y",)) == {"A": 2}


def wide(sets, actions=2):
    """Return a game in which chance leads to many separate decisions of one player."""
    return ag.ExtensiveGame(
        ["A"], Chance({str(k): (Fraction(1, sets), Move("A", {str(a): [a] for a in range(actions)}, f"s{k}")) for k in range(sets)})
    )


def test_tables_that_would_be_too_large():
    assert wide(12).normal_form().shape == (4096,)
    with pytest.raises(GameDefinitionError, match=r"the strategic form has 1073741824 pure profiles, more than 5000000"):
        wide(30).normal_form()
    with pytest.raises(GameDefinitionError, match="the agents have 1073741824 pure profiles"):
        wide(30).agent_form()


def test_reduced_forms_are_counted_without_being_listed():
    """Forty decisions in a row have 2^40 plans, of which forty-one differ."""
    tree = [0]
    for k in range(40):
        tree = Move("A", {"stop": [k], "on": tree}, f"s{k}")
    game = ag.ExtensiveGame(["A"], tree)
    assert game.normal_form().shape == (41,)
    with pytest.raises(GameDefinitionError, match="pure profiles"):
        game.normal_form(reduced=False)


def test_number_systems():
    game = wide(2)
    assert game.normal_form().field == "exact"
    assert game.floats().normal_form() == game.normal_form().floats()
    assert game.floats().normal_form().payoffs[0].dtype == float
