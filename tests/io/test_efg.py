"""Gambit's extensive form, read and written by our own grammar."""

import pickle
import re
from fractions import Fraction
from io import BytesIO

import networkx
import numpy as np
import pytest
import sympy
from drawn_trees import random_trees
from efg_files import TREES

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, GameFileError, SolverNotApplicableError
from alliancegames.games.strategic_form import plans

HEAD = 'EFG 2 R "t" { "P" "Q" } '


@pytest.fixture(scope="session")
def pygambit():
    return pytest.importorskip("pygambit")  # an optional oracle


@pytest.mark.parametrize("name", TREES)
def test_hand_written_files(name):
    text, printed = TREES[name]
    game = ag.io.parse_efg(text)
    assert str(game) == printed
    assert game.field == "exact"
    assert ag.io.parse_efg(ag.io.format_efg(game)) == game
    assert ag.io.parse_json(ag.io.format_json(game)) == game


def test_labels_title_and_escapes():
    game = ag.io.parse_efg('EFG 2 R "a \\"b\\" \\\\ c" { "\\\\" } p "" 1 1 "Q\\"" { "x" "\\"y\\"" } 0 t "" 0 t "" 1 "o\\"" { 1 }')
    assert game.title == 'a "b" \\ c'
    assert game.players == ("\\",)
    assert game.information_sets[0].label == 'Q"'
    assert game.information_sets[0].actions == ("x", '"y"')
    assert game.outcomes == ("", 'o"')
    assert ag.io.parse_efg(ag.io.format_efg(game)) == game


def test_labels_of_information_sets_are_made_distinct():
    move = 'p "" {} {} "{}" {{ "a" "b" }} 0 t "" 0 '
    text = HEAD + move.format(1, 1, "s") + move.format(2, 1, "s") + move.format(1, 2, "") + move.format(2, 2, "s (Q)") + 't "" 0'
    assert [part.label for part in ag.io.parse_efg(text).information_sets] == ["s", "s (Q)", "P 2", "s (Q) (Q)"]


def test_decimals_are_exact():
    game = ag.io.parse_efg(HEAD + 't "" 1 "" { 0.1, 0.30000000000000000000000000001 }')
    assert game.nodes[0].payoffs == (Fraction(1, 10), Fraction("0.30000000000000000000000000001"))


def test_round_trips_of_random_trees():
    for game in random_trees("round trips", 150, players=3):
        again = ag.io.parse_efg(ag.io.format_efg(game))
        assert again == game
        assert (again.title, again.outcomes) == (game.title, game.outcomes)
        from_json = ag.io.parse_json(ag.io.format_json(game))
        assert from_json == game
        assert from_json.title == game.title
        assert ag.io.from_networkx_tree(ag.io.to_networkx(game)) == game


def test_floats_are_written_as_decimals():
    game = ag.ExtensiveGame(
        ["A"], ag.Chance({"h": (0.1, [1e22]), "l": (0.9, ag.Move("A", {"x": [-1e-7], "y": ag.End([0.1 + 0.2], "war")}))})
    )
    text = ag.io.format_efg(game)
    assert text.startswith("EFG 2 D")
    assert "{ 1e22 }" in text and "{ -1e-07 }" in text
    assert ag.io.parse_efg(text) == game.exact()
    assert ag.io.parse_efg(text).floats() == game
    assert ag.io.parse_json(ag.io.format_json(game)) == game


def test_float_lotteries_that_no_decimals_hold():
    third = 1 / 3
    game = ag.ExtensiveGame(["A"], ag.Chance({name: (third, [0.5]) for name in "abc"}))
    with pytest.raises(GameFileError, match=r"sum to exactly 1, got a 0\.333.*fractions such as '1/3', or write JSON"):
        ag.io.format_efg(game)
    assert ag.io.parse_json(ag.io.format_json(game)) == game


def test_symbols_and_other_games_are_not_written():
    symbolic = ag.ExtensiveGame(["A"], ag.Move("A", {"x": [sympy.Symbol("c")], "y": [0]}))
    for write in (ag.io.format_efg, ag.io.format_json):
        with pytest.raises(SolverNotApplicableError, match=r"contain c; substitute numbers with \.subs"):
            write(symbolic)
    with pytest.raises(GameFileError, match=r"format_efg\(\): expected an ExtensiveGame, got NormalFormGame"):
        ag.io.format_efg(ag.games.chicken())
    with pytest.raises(GameFileError, match=r"format_nfg\(\): expected a NormalFormGame, got ExtensiveGame; write trees as \.efg or JSON"):
        ag.io.format_nfg(ag.io.parse_efg(TREES["no labels"][0]))
    with pytest.raises(GameFileError, match="lone surrogate"):
        ag.io.format_efg(ag.ExtensiveGame(["A"], ag.End([1], "\ud800")))
    with pytest.raises(GameFileError, match="at most 1000 characters, got a longer payoff"):
        ag.io.format_efg(ag.ExtensiveGame(["A"], [10**1001]))
    with pytest.raises(GameFileError, match="at most 32 players, got 33"):
        ag.io.format_json(ag.ExtensiveGame([str(k) for k in range(33)], [0] * 33))


def test_files_on_disk(tmp_path):
    game = ag.io.parse_efg(TREES["entry, with lists given once"][0])
    for name in ("entry.efg", "ENTRY.EFG", "entry.json"):
        ag.write_game(game, tmp_path / name)
        assert ag.read_game(tmp_path / name) == game
    ag.write_game(game, tmp_path / "entry.txt", format="efg")
    assert ag.read_game(tmp_path / "entry.txt", format="efg") == game
    with pytest.raises(GameFileError, match=r"expected an ExtensiveGame"):
        ag.write_game(ag.games.chicken(), tmp_path / "entry.efg")
    assert ag.read_game(tmp_path / "entry.efg") == game


TWO = 'p "" 1 1 "s" { "a" "b" } 0 '
# text, line, column, message
FAULTS = [
    ("", 1, 1, "expected EFG, got the end of the file; this is no Gambit extensive form"),
    ("NFG 1 R", 1, 1, "expected EFG, got 'NFG'"),
    ("EFG 1 R", 1, 5, "expected 2, got '1'; only version 2"),
    ("EFG 2 X", 1, 7, "expected R or D, got 'X'"),
    ('EFG 2 R "t" { }', 1, 13, "expected at least one player label"),
    ('EFG 2 R "t" { "P" "" }', 1, 19, "player labels: expected a label, got ''; name all or none"),
    (HEAD, 1, 25, "expected a node, that is c, p or t, got the end of the file"),
    (HEAD + 'x ""', 1, 25, "expected a node, that is c, p or t, got 'x'"),
    (HEAD + "t 1", 1, 27, "expected the name of the node in quotes, got '1'"),
    (HEAD + 't "" x', 1, 30, "expected the number of the outcome, got 'x'; write a whole number"),
    (HEAD + 't "" -1', 1, 30, "expected the number of the outcome, got '-1'"),
    (HEAD + 't "" 1', 1, 30, "expected an outcome whose payoffs the file gives"),
    (HEAD + 't "" 1 "war" 3', 1, 38, "expected '{' before the payoffs of the outcome, got '3'"),
    (HEAD + 't "" 1 "war" { 1 }', 1, 42, "expected payoff 2 of 2 of an outcome, got '}'"),
    (HEAD + 't "" 1 "war" { 1 2 3 }', 1, 44, "expected '}' after the 2 payoffs of an outcome, got '3'"),
    (HEAD + 't "" 1 "war" { 1 1/0 }', 1, 42, "expected a number, got '1/0'; the denominator must not be zero"),
    (HEAD + 't "" 0 "war" { 1 2 }', 1, 30, "expected outcome 0 alone"),
    (HEAD + 't "" 1 "war" { 1 2 }\nt "" 0', 2, 1, "expected the end of the file, got 't'; the tree is complete here"),
    (HEAD + 'p "" 3 1 "s" { "a" } 0', 1, 30, "expected a player from 1 to 2, got 3"),
    (HEAD + 'p "" 0 1 "s" { "a" } 0', 1, 30, "expected a player from 1 to 2, got 0"),
    (HEAD + 'p "" 1 "s" { "a" } 0', 1, 32, "expected the number of the information set, got the string 's'"),
    (HEAD + 'p "" 1 1 "s" 0', 1, 38, "expected '{' before the list of a set that is new here, got '0'"),
    (HEAD + 'p "" 1 1 "s" { } 0', 1, 38, "expected at least one action label, got none"),
    (HEAD + 'p "" 1 1 "s" { "a" "a" } 0', 1, 44, "action labels: expected distinct labels, got 'a' a second time"),
    (HEAD + TWO + 't "" 0', 1, 58, "expected a node, that is c, p or t, got the end of the file; every action and every event needs a node"),
    (HEAD + 'c "" 1 "" { } 0', 1, 35, "expected probabilities that sum to exactly 1"),
    (HEAD + 'c "" 1 "" { "h" 1/2 "l" 1/3 } 0', 1, 35, "expected probabilities that sum to exactly 1, got others; write 1/3 rather than 0.333"),
    (HEAD + 'c "" 1 "" { "h" 3/2 "l" -1/2 } 0', 1, 49, "expected a probability, got a negative number"),
    (HEAD + 'c "" 1 "" { "h" "l" } 0', 1, 41, "expected the probability of the event, got the string 'l'"),
    (HEAD + 'c "" 1 "" { "h" 1/2 "h" 1/2 } 0', 1, 45, "events: expected distinct labels"),
    (HEAD + TWO + '\np "" 1 1 0', 2, 1, "expected perfect recall, got imperfect recall: 'P' moves here in information set 1, where his own earlier moves are 'a' in set 1, but"),
    (HEAD + TWO + 'p "" 2 1 "r" { "x" } 0 p "" 1 2 "" { "c" "d" } 0 t "" 0 t "" 0\np "" 2 1 0 p "" 1 2 0', 2, 12, "his own earlier moves are 'b' in set 1, but at its first node they are 'a' in set 1; give the node another information set"),
    (HEAD + TWO + 'p "" 1 1 "s" { "b" "a" } 0', 1, 65, "expected the same list as before for this set, got another"),
    (HEAD + TWO + 'p "" 2 1 "s" { "b" } 0 p "" 2 1 "r" 0', 1, 84, "expected the label 's' as before, got 'r'"),
    (HEAD + TWO + 't "" 1 "war" { 1 2 } t "" 1 "war" { 1 3 }', 1, 78, "expected outcome 1 as before, got another name or other payoffs"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "message"), FAULTS)
def test_faults_are_named_with_their_place(text, line, column, message):
    with pytest.raises(GameFileError) as caught:
        ag.io.parse_efg(text)
    error = caught.value
    assert message in str(error)
    assert (error.line, error.column) == (line, column)
    assert str(error).startswith(f".efg text, line {line}, column {column}: ")
    assert str(error).endswith(".")


def test_only_text_is_parsed():
    with pytest.raises(GameFileError, match="expected text, got bytes"):
        ag.io.parse_efg(b"EFG 2 R")


def chain(length):
    return HEAD + "".join(f'p "" 1 {k + 1} "" {{ "a" }} 0 ' for k in range(length)) + 't "" 1 "" { 1 2 }'


def test_deep_trees():
    game = ag.io.parse_efg(chain(200))
    assert len(game.nodes) == 201
    assert ag.io.parse_efg(ag.io.format_efg(game)) == game
    assert ag.io.parse_json(ag.io.format_json(game)) == game
    for length in (201, 20_000):
        with pytest.raises(GameFileError, match="expected at most 200 moves in a row, got more"):
            ag.io.parse_efg(chain(length))


def test_trees_with_too_many_nodes():
    wide = HEAD + 'p "" 1 1 "" { ' + " ".join(f'"{k}"' for k in range(100_001)) + " } 0 " + 't "" 0 ' * 100_001
    with pytest.raises(GameFileError, match="expected at most 100000 nodes, got more"):
        ag.io.parse_efg(wide)


def test_sums_of_payoffs_cannot_grow_without_bound():
    big = [10**400 + k for k in (1, 7, 9)]
    text = HEAD + "".join(f'p "" 1 {k + 1} "" {{ "a" }} {k + 1} "" {{ 1/{n} 0 }} ' for k, n in enumerate(big)) + 't "" 0'
    with pytest.raises(GameFileError, match="whose sum along the path has at most 1000 characters, got a longer sum; round them"):
        ag.io.parse_efg(text)


def test_chance_cannot_ask_for_endless_sums():
    events = " ".join(f'"{k}" 1/{10**900 + k}' for k in range(3000))
    with pytest.raises(GameFileError, match="probabilities that sum to exactly 1"):
        ag.io.parse_efg(HEAD + f'c "" 1 "" {{ {events} }} 0')


# ---------------------------------------------------------------- JSON


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ('["move", 0]', '["move", 9]', r"nodes\[0\]\[1\]", "expected the number of an information set, below 2, got 9"),
        ('["move", 0]', '["move", "0x"]', r"nodes\[0\]\[1\]", "expected the number of an information set"),
        ('["move", 0]', '["go", 0]', r"nodes\[0\]", "expected \\['move', set\\]"),
        ('["0", "2"]', '["0"]', r"nodes\[1\]\[1\]", "expected 2 payoffs, one a player, got 1"),
        ('["0", "2"]', '["0", 2]', r"nodes\[1\]\[1\]\[1\]", "expected a number as text"),
        ('["0", "2"]', '["0", "x"]', r"nodes\[1\]\[1\]\[1\]", "expected a number, got 'x'"),
        ('"exact"', '"symbolic"', "field", "expected 'exact' or 'float'"),
        (', "Patron", ["abandon"', ', "Patrons", ["abandon"', "the top", "got one that is refused: .*unknown player 'Patrons'"),
        ('["move", 1],\n', "", "nodes", "expected nothing after the tree is complete"),
        ('["move", 1]', '["chance", ["a", "b"], ["1/2", "1/3"]]', r"nodes\[2\]\[2\]", "sum to exactly 1"),
        ('["move", 1]', '["chance", ["a", "b"], ["1"]]', r"nodes\[2\]\[2\]", "expected 2 probabilities, one an event, got 1"),
        ('["move", 1]', '["move", 0]', "the top", "got one that is refused: .*imperfect recall"),
        ('"alliancegames extensive form"', '"alliancegames extensive"', "the top", "expected the keys"),
        ('"version": 1', '"version": 2', "version", "expected 1, got 2"),
        ('"title": "Entry"', '"title": "Entry", "x": 1', "the top", "got the unknown key 'x'"),
    ],
)  # fmt: skip
def test_faults_in_json(old, new, place, message):
    text = ag.io.format_json(ag.io.parse_efg(TREES["entry, with lists given once"][0]))
    assert old in text
    with pytest.raises(GameFileError, match=message) as caught:
        ag.io.parse_json(text.replace(old, new))
    assert re.match(f"JSON text, at {place}", str(caught.value))


def test_a_tree_in_json_must_be_complete():
    text = ag.io.format_json(ag.io.parse_efg(TREES["entry, with lists given once"][0]))
    start = text.index(',\n["end", ["-1/2"')
    with pytest.raises(GameFileError, match="expected a node after every action and event, got 4 nodes"):
        ag.io.parse_json(text[:start] + "\n]\n}\n")


# ---------------------------------------------------------------- PyGambit


def their_plans(player):
    """Return the strategies of Gambit's player as our plans: an action or None for each information set."""
    return [
        frozenset((part.label, None if (action := strategy.action(part)) is None else action.label) for part in player.infosets)
        for strategy in player.strategies
    ]


def our_plans(game, k):
    sets = game.information_sets
    return [
        frozenset((sets[j].label, None if action is None else sets[j].actions[action]) for j, action in plan.items())
        for plan in plans(game, k)
    ]


def assert_same_tables(game, theirs):
    """Their reduced strategic form is ours, plan by plan."""
    table = game.normal_form()
    order = []
    for k, player in enumerate(theirs.players):
        mine = {plan: j for j, plan in enumerate(our_plans(game, k))}
        found = [mine[plan] for plan in their_plans(player)]
        assert sorted(found) == list(range(len(mine)))
        order.append(found)
    for k, array in enumerate(theirs.to_arrays()):
        for cell in np.ndindex(array.shape):
            ours = table.payoffs[k][tuple(order[p][j] for p, j in enumerate(cell))]
            assert ours == Fraction(array[cell].numerator, array[cell].denominator)


def test_gambit_reads_what_we_write(pygambit):
    compared = 0
    for game in random_trees("for gambit", 60, most_nodes=45):
        theirs = ag.io.to_pygambit(game)
        assert theirs.title == game.title
        if game.normal_form().payoffs[0].size <= 1500:
            assert_same_tables(game, theirs)
            compared += 1
    assert compared > 40


def test_gambit_reads_what_we_write_for_three_players(pygambit):
    for game in random_trees("three for gambit", 25, most_nodes=24, players=3):
        assert_same_tables(game, ag.io.to_pygambit(game))


def catalogue(pygambit):
    names = pygambit.catalog.games()["Game"]
    return {name: game for name in names if (game := pygambit.catalog.load(name)).is_tree}


def test_the_catalogue_of_gambit(pygambit):
    read = refused = 0
    for name, theirs in catalogue(pygambit).items():
        if not theirs.is_perfect_recall:
            refused += 1
            with pytest.raises(GameFileError, match="expected perfect recall, got imperfect recall"):
                ag.io.parse_efg(theirs.to_efg())
            continue
        read += 1
        game = ag.io.from_pygambit_tree(theirs)
        assert (game.title, game.players) == (theirs.title, tuple(player.label for player in theirs.players)), name
        assert len(game.nodes) == len(list(theirs.nodes)), name
        ours, expected = game.normal_form(), ag.io.from_pygambit(theirs)
        assert ours.shape == expected.shape, name
        again = ag.io.parse_efg(ag.io.to_pygambit(game).to_efg())
        assert_same_tables(again, ag.io.to_pygambit(game))
        assert sorted(zip(*(array.ravel().tolist() for array in ours.payoffs), strict=True)) == sorted(
            zip(*(array.ravel().tolist() for array in expected.payoffs), strict=True)
        ), name
    assert read >= 25 and refused >= 4


def test_damaged_trees_mean_the_same_to_gambit(pygambit):
    """Payoffs on the way and outcomes met again: Gambit adds them up as we do."""
    for name in ("entry, with lists given once", "poker, with an information set and outcomes met again"):
        theirs = pygambit.read_efg(BytesIO(TREES[name][0].encode()))
        ours = ag.io.parse_efg(TREES[name][0]).normal_form()
        assert [array.tolist() for array in ag.io.from_pygambit(theirs).payoffs] == [array.tolist() for array in ours.payoffs]
    text = HEAD + 'p "" 1 1 "" { "a" "b" } 1 "x" { 1 2 } p "" 2 1 "" { "c" "d" } 2 "y" { 10 20 } t "" 1 t "" 0 t "" 3 "z" { -1 1/2 }'
    theirs = ag.io.from_pygambit(pygambit.read_efg(BytesIO(text.encode())))
    assert [array.tolist() for array in theirs.payoffs] == [array.tolist() for array in ag.io.parse_efg(text).normal_form().payoffs]


def test_labels_that_gambit_refuses(pygambit):
    with pytest.raises(GameDefinitionError, match=r"to_pygambit\(\): Gambit accepts labels of printable ASCII characters, got 'Protégé'"):
        ag.io.to_pygambit(ag.ExtensiveGame(["Protégé"], [1]))
    with pytest.raises(GameDefinitionError, match="expected a game with a tree"):
        ag.io.from_pygambit_tree(ag.io.to_pygambit(ag.games.chicken()))


# ---------------------------------------------------------------- NetworkX


def test_the_tree_as_a_graph():
    game = ag.io.parse_efg(TREES["poker, with an information set and outcomes met again"][0])
    graph = ag.io.to_networkx(game)
    assert networkx.is_arborescence(graph)
    assert graph.nodes[2] == {"kind": "move", "player": "Alice", "information_set": "Alice"}
    assert graph.nodes[3] == {"kind": "end", "payoffs": (2, -2), "outcome": "Win Big"}
    assert graph.edges[0, 1] == {"action": "Red", "probability": Fraction(1, 2)}
    assert ag.io.from_networkx_tree(networkx.relabel_nodes(graph, lambda k: f"node {k}")) == game


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda graph: graph.add_edge(4, 1), "expected a tree with its edges leading away"),
        (lambda graph: graph.nodes[0].clear(), "node 0 has no attribute 'kind'"),
        (lambda graph: graph.nodes[3].pop("payoffs"), "node 3 has no attribute 'payoffs'"),
        (lambda graph: graph.nodes[2].pop("player"), "node 2 has no attribute 'player'"),
        (lambda graph: graph.nodes[2].update(kind="stop"), "node 2 has kind 'stop'"),
        (lambda graph: graph.edges[0, 1].pop("probability"), "the edge to 1 has no attribute 'probability'"),
        (lambda graph: graph.edges[0, 1].update(action="Black"), "two edges from node 0 have the same attribute 'action'"),
    ],
)
def test_graphs_that_are_no_games(change, message):
    graph = ag.io.to_networkx(ag.io.parse_efg(TREES["poker, with an information set and outcomes met again"][0]))
    change(graph)
    with pytest.raises(GameDefinitionError, match=message):
        ag.io.from_networkx_tree(graph)


def test_errors_can_be_pickled():
    with pytest.raises(GameFileError) as caught:
        ag.io.parse_efg("EFG 1")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.line, again.column) == (1, 5)
