"""Games go to other packages and come back; what the others read and compute agrees."""

import itertools
import sys
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import networkx
import numpy as np
import pytest
import sympy
from drawn_files import FILES, PLAIN, labelled_games
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, MissingDependencyError, SolverNotApplicableError, UnknownLabelError
from alliancegames.testing import bimatrix_games, normal_form_games

# Gambit reads no plus sign before a number, and wants a space after the letter R.
BEYOND_GAMBIT = ("decimals and exponents", "no spaces where none are needed")
PLAYERS = st.integers(1, 3)
GAMES = PLAYERS.flatmap(lambda count: normal_form_games(n_players=count))


@pytest.fixture(scope="session")
def pygambit():
    return pytest.importorskip("pygambit")  # an optional oracle


@pytest.fixture(scope="session")
def theory():
    return pytest.importorskip("quantecon.game_theory")  # an optional oracle


def symbolic():
    return ag.NormalFormGame.from_bimatrix([[sympy.Symbol("a")]], [[1]])


# ---------------------------------------------------------------- Nashpy


@given(bimatrix_games())
def test_nashpy_round_trip(game):
    back = ag.io.from_nashpy(ag.io.to_nashpy(game), players=game.players, actions=game.actions)
    assert back == game.floats()


# ---------------------------------------------------------------- PyGambit


@given(labelled_games(PLAIN))
def test_pygambit_round_trip(pygambit, game):
    back = ag.io.from_pygambit(ag.io.to_pygambit(game))
    assert back == game
    assert back.title == game.title
    assert all(type(value) is Fraction for array in back.payoffs for value in array.flat)


@given(labelled_games(PLAIN))
def test_pygambit_reads_what_we_write(pygambit, game):
    theirs = pygambit.read_nfg(BytesIO(ag.io.format_nfg(game).encode()))
    assert ag.io.from_pygambit(theirs) == game
    assert theirs.title == game.title


@given(labelled_games(PLAIN))
def test_we_read_what_pygambit_writes(pygambit, game):
    text = ag.io.to_pygambit(game).to_nfg()
    assert '{ "' in text
    read = ag.io.parse_nfg(text)
    assert read == game
    assert read.title == game.title


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_pygambit_reads_the_floats_we_write(pygambit, payoffs):
    game = ag.NormalFormGame.from_arrays(payoffs)
    theirs = pygambit.read_nfg(BytesIO(ag.io.format_nfg(game).encode()))
    assert [float(value) + 0.0 for value in theirs.to_arrays()[0]] == payoffs


@pytest.mark.parametrize("name", [name for name in FILES if name not in BEYOND_GAMBIT])
def test_pygambit_agrees_on_hand_written_files(pygambit, name):
    text, _ = FILES[name]
    mine, theirs = ag.io.parse_nfg(text), pygambit.read_nfg(BytesIO(text.encode()))
    assert [array.tolist() for array in ag.io.from_pygambit(theirs).payoffs] == [array.tolist() for array in mine.payoffs]
    assert theirs.title == mine.title
    if "empty labels" not in name:  # each package has defaults of its own
        assert [player.label for player in theirs.players] == list(mine.players)
        assert [[s.label for s in player.strategies] for player in theirs.players] == [list(labels) for labels in mine.actions]


def test_gambits_own_catalogue_is_read_alike(pygambit):
    folder = Path(pygambit.__file__).parent
    texts = {path.name: path.read_bytes() for path in sorted(folder.rglob("*.nfg"))}
    if not texts:
        pytest.skip("this version of pygambit comes without game files")
    for name, data in texts.items():
        mine, theirs = ag.io.parse_nfg(data.decode(), source=name), pygambit.read_nfg(BytesIO(data))
        assert mine == ag.io.from_pygambit(theirs), name
        assert mine.title == theirs.title


def test_labels_that_permute_the_defaults(pygambit):
    game = ag.NormalFormGame.from_bimatrix([[1, 2]], [[3, 4]], players=["2", "1"], actions=[["spare 0"], ["2", "1"]])
    assert ag.io.from_pygambit(ag.io.to_pygambit(game)) == game


def test_floats_reach_pygambit_as_decimals(pygambit):
    other = ag.io.to_pygambit(ag.NormalFormGame.from_arrays([0.1, 2.5]))
    assert other.to_arrays()[0].tolist() == [Fraction(1, 10), Fraction(5, 2)]


def test_labels_that_gambit_refuses(pygambit):
    game = ag.NormalFormGame.from_arrays([1, 2], players=["Protégé"])
    with pytest.raises(GameDefinitionError, match=r"to_pygambit\(\): Gambit does not accept a label.*use \.relabel"):
        ag.io.to_pygambit(game)


def test_trees_come_as_their_strategic_form(pygambit):
    text = """EFG 2 R "Entry" { "Leader" "Follower" }
p "" 1 1 "" { "in" "out" } 0
p "" 2 1 "" { "fight" "yield" } 0
t "" 1 "war" { -1, -1 }
t "" 2 "entry" { 1, 0 }
t "" 0
"""
    game = ag.io.from_pygambit(pygambit.read_efg(BytesIO(text.encode())))
    assert (game.players, game.title, game.shape) == (("Leader", "Follower"), "Entry", (2, 2))
    assert game.payoffs[0].tolist() == [[-1, 1], [0, 0]]
    assert game.payoffs[1].tolist() == [[-1, 0], [0, 0]]


def test_profiles_without_an_outcome_pay_nothing(pygambit):
    text, table = FILES["outcomes, with the null outcome"]
    game = ag.io.from_pygambit(pygambit.read_nfg(BytesIO(text.encode())))
    assert game == ag.NormalFormGame.from_table(table, players=["East", "West"], actions=[["join", "stay"]] * 2)


# ---------------------------------------------------------------- QuantEcon


@given(GAMES)
def test_quantecon_round_trip(theory, game):
    back = ag.io.from_quantecon(ag.io.to_quantecon(game), players=game.players, actions=game.actions)
    assert back == game.floats()


@pytest.mark.parametrize("players", [2, 3, 4])
def test_quantecon_means_the_same_players(theory, players):
    shape = tuple(range(2, 2 + players))  # all different, so that no confusion of axes goes unseen
    rng = np.random.default_rng(players)
    game = ag.NormalFormGame.from_arrays(*rng.integers(-50, 50, (players, *shape)))
    other = ag.io.to_quantecon(game)
    assert other.nums_actions == shape
    for cell in itertools.product(*map(range, shape)):
        assert [other[cell][k] for k in range(players)] == list(game.payoff(cell).values())


@settings(max_examples=30)
@given(normal_form_games(n_players=3, tied=True))
def test_quantecon_finds_the_same_pure_equilibria(theory, game):
    theirs = theory.pure_nash_brute(ag.io.to_quantecon(game))
    mine = [tuple(labels.index(action) for labels, action in zip(game.actions, eq.actions, strict=True)) for eq in ag.pure_nash(game)]
    assert sorted(map(tuple, theirs)) == sorted(mine)


def test_integer_payoffs_come_as_floats(theory):
    assert ag.io.from_quantecon(theory.NormalFormGame([[(3, 3), (0, 5)], [(5, 0), (1, 1)]])).field == "float"


# ---------------------------------------------------------------- NetworkX


@given(GAMES)
def test_the_best_reply_graph(game):
    graph = ag.io.to_networkx(game)
    assert list(graph.nodes) == list(game.profiles())
    assert {node for node, out in graph.out_degree if out == 0} == {eq.actions for eq in ag.pure_nash(game)}
    for node, data in graph.nodes(data=True):
        assert data["equilibrium"] == game.is_nash(node) == (graph.out_degree(node) == 0)
        assert data["payoffs"] == tuple(game.payoff(node).values())
        moves = set()
        for k, player in enumerate(game.players):
            replies = game.best_responses(player, node)
            if node[k] not in replies:
                moves |= {((*node[:k], reply, *node[k + 1 :]), player) for reply in replies}
        assert {(target, edge["player"]) for _, target, edge in graph.out_edges(node, data=True)} == moves


@given(GAMES, st.booleans())
def test_networkx_round_trip(game, floats):
    game = game.floats() if floats else game
    back = ag.io.from_networkx(ag.io.to_networkx(game))
    assert back == game
    assert back.field == game.field


def test_the_graph_of_matching_pennies_is_a_cycle():
    graph = ag.io.to_networkx(ag.NormalFormGame.zero_sum([[1, -1], [-1, 1]]))
    assert networkx.is_directed_acyclic_graph(graph) is False
    assert len(networkx.find_cycle(graph)) == 4
    assert not any(equilibrium for _, equilibrium in graph.nodes(data="equilibrium"))


def test_any_graph_with_payoffs_will_do():
    graph = networkx.Graph()
    for row, column in itertools.product("ab", "xy"):
        graph.add_node((row, column), payoffs=(1, 0.5) if row == "a" else (2.0, 3))
    with pytest.raises(ag.errors.InexactPayoffError):
        ag.io.from_networkx(graph)
    graph.graph.update(field="exact", players=["Row", "Column"])
    assert ag.io.from_networkx(graph).payoff(("a", "x")) == {"Row": 1, "Column": Fraction(1, 2)}


def test_graphs_that_are_no_games():
    graph = ag.io.to_networkx(ag.games.stag_hunt())
    graph.remove_node(("stag", "stag"))
    with pytest.raises(GameDefinitionError, match="payoffs are missing"):
        ag.io.from_networkx(graph)
    graph.add_node("elsewhere")
    with pytest.raises(GameDefinitionError, match=r"from_networkx\(\): node 'elsewhere' has no attribute 'payoffs'"):
        ag.io.from_networkx(graph)
    graph.add_node("elsewhere", payoffs=(1, 2))
    with pytest.raises((GameDefinitionError, UnknownLabelError)):
        ag.io.from_networkx(graph)


# ---------------------------------------------------------------- all


@pytest.mark.parametrize("name", ["to_nashpy", "to_pygambit", "to_quantecon", "to_networkx"])
def test_symbols_stay_here(name):
    if name in ("to_pygambit", "to_quantecon"):
        pytest.importorskip(name.removeprefix("to_"))  # an optional oracle
    with pytest.raises(SolverNotApplicableError, match="substitute numbers first"):
        getattr(ag.io, name)(symbolic())


@pytest.mark.parametrize(
    ("name", "module"),
    [("to_pygambit", "pygambit"), ("from_pygambit", "pygambit"), ("to_quantecon", "quantecon")],
)
def test_missing_packages_say_how_to_install_them(monkeypatch, name, module):
    for loaded in [part for part in sys.modules if part == module or part.startswith(f"{module}.")]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependencyError, match=rf"{name}\(\) needs {module}.*pip install {module}"):
        getattr(ag.io, name)(ag.games.stag_hunt())
