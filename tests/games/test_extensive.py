"""Game trees: what is accepted and refused, what is computed from them, and games made from them."""

import copy
import pickle
import random
from fractions import Fraction

import pytest
import sympy
from drawn_trees import random_trees

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, InexactPayoffError, SolverNotApplicableError, UnknownLabelError
from alliancegames.games.tree import InformationSet

Move, Chance, End = ag.Move, ag.Chance, ag.End


def crisis():
    return ag.ExtensiveGame(
        ["Challenger", "Patron"],
        Move(
            "Challenger",
            {
                "wait": End((0, 2), "status quo"),
                "attack": Move("Patron", {"abandon": End((1, 0), "conquest"), "intervene": End((-1, -1), "war")}),
            },
        ),
        title="Crisis",
    )


def horse():
    """Selten's horse (1975, figure 1): the third player moves without knowing which of the others stopped."""
    third = {"D": {"L": (3, 3, 2), "R": (0, 0, 0)}, "d": {"L": (4, 4, 0), "R": (0, 0, 1)}}
    return ag.ExtensiveGame(
        ["I", "II", "III"],
        Move("I", {"D": Move("III", third["D"], "III"), "C": Move("II", {"d": Move("III", third["d"], "III"), "c": (1, 1, 1)})}),
    )


def chain(length, player="A"):
    tree = [1]
    for k in range(length):
        tree = Move(player, {"on": tree}, f"s{k}")
    return ag.ExtensiveGame(["A"], tree)


# ---------------------------------------------------------------- what a tree holds


def test_nodes_are_listed_into_depth_first():
    game = crisis()
    assert [node.history for node in game.nodes] == [(), ("wait",), ("attack",), ("attack", "abandon"), ("attack", "intervene")]
    assert [node.parent for node in game.nodes] == [-1, 0, 0, 2, 2]
    assert [node.children for node in game.nodes] == [(1, 2), (), (3, 4), (), ()]
    assert [node.payoffs for node in game.nodes] == [None, (0, 2), None, (1, 0), (-1, -1)]
    assert game.outcomes == ("status quo", "conquest", "war")
    assert (game.field, game.title, game.has_perfect_information) == ("exact", "Crisis", True)
    assert game.information_sets == (
        InformationSet("Challenger", 0, ("wait", "attack"), (0,)),
        InformationSet("Patron", 1, ("abandon", "intervene"), (2,)),
    )
    assert game.ends_of_subtrees == (5, 2, 5, 4, 5)
    assert repr(game) == "<ExtensiveGame 'Crisis': 5 nodes, 2 information sets, exact payoffs, players: Challenger, Patron>"


def test_players_by_position_and_payoffs_by_label():
    game = ag.ExtensiveGame(["A", "B"], Move(1, {"x": {"B": 2, "A": "1/3"}, "y": [0, 0]}))
    assert game.nodes[1].payoffs == (Fraction(1, 3), 2)
    assert game.information_sets[0].player == 1


def test_names_of_information_sets():
    tree = Move("A", {"l": Move("B", {"x": (0, 0), "y": (1, 1)}), "r": Move("B", {"x": (0, 0), "y": (1, 1)})})
    assert [part.label for part in ag.ExtensiveGame(["A", "B"], tree).information_sets] == ["A", "B after l", "B after r"]
    tree = Move("A", {"l": Move("A", {"x": (0, 0)}, "later"), "r": (1, 1)})
    assert [part.label for part in ag.ExtensiveGame(["A", "B"], tree).information_sets] == ["A after the start", "later"]
    game = horse()
    assert game.information_set("III") == game.information_set(1) == InformationSet("III", 2, ("L", "R"), (1, 5))
    assert not game.has_perfect_information
    with pytest.raises(UnknownLabelError, match="unknown information set 'IV'"):
        game.information_set("IV")


def test_actions_of_a_set_may_be_written_in_any_order():
    first = {"L": (3, 3, 2), "R": (0, 0, 0)}
    swapped = {"R": (0, 0, 1), "L": (4, 4, 0)}
    game = ag.ExtensiveGame(
        ["I", "II", "III"],
        Move("I", {"D": Move("III", first, "III"), "C": Move("II", {"d": Move("III", swapped, "III"), "c": (1, 1, 1)})}),
    )
    assert game == horse()


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (lambda: Move("C", {"x": (0, 0)}), "at the root: unknown player 'C'; known: 'A', 'B'"),
        (lambda: Move("A", {}), "at the root: at least one action is needed, got none"),
        (lambda: Move("A", [(0, 0)]), "the branches must map each action to what follows it"),
        (lambda: Move("A", {"": (0, 0)}), "every action label must be a non-empty string"),
        (lambda: Move("A", {1: (0, 0)}), "every action label must be a non-empty string, got 1"),
        (lambda: Move("A", {"x": (0,)}), "after x: expected a Move, a Chance, an End or one payoff for each of A, B, got"),
        (lambda: Move("A", {"x": "war"}), "after x: expected a Move, a Chance, an End or one payoff for each of A, B"),
        (lambda: Move("A", {"x": {"A": 1}}), "after x: payoffs by label are needed for exactly A, B, got A"),
        (lambda: Move("A", {"x": {"A": 1, "B": 1, "C": 1}}), "for exactly A, B, got A, B, C"),
        (lambda: Move("A", {"x": (0, "a")}), "after x: cannot read 'a' as a number"),
        (lambda: Move("A", {"x": (0, float("nan"))}), "after x: payoffs and parameters must be finite"),
        (lambda: Move("A", {"x": (0, True)}), "after x: expected a number, got True"),
        (lambda: Chance({"h": (1, 0)}), "after h: expected a Move"),
        (lambda: Chance({"h": (0, 0)}), "after h: expected a Move"),
        (lambda: Chance({"h": [(1, 0)]}), r"event 'h' of a chance move needs \(probability, what follows\)"),
        (lambda: Chance({"h": ("1/2", (0, 0)), "l": ("1/3", (0, 0))}), "positive and sum to 1, got h 1/2, l 1/3; leave out what cannot"),
        (lambda: Chance({"h": (1, (0, 0)), "l": (0, (0, 0))}), "must be positive and sum to 1"),
        (lambda: Chance({"h": (2, (0, 0)), "l": (-1, (0, 0))}), "must be positive and sum to 1"),
        (lambda: Move("A", {"x": Move("B", {"l": (0, 0)}, "s"), "y": Move("B", {"r": (0, 0)}, "s")}), "must offer the same actions"),
        (lambda: Move("A", {"x": Move("B", {"l": (0, 0)}, "s"), "y": Move("A", {"l": (0, 0)}, "s")}), "belongs to B, but A moves here"),
        (lambda: Move("A", {"x": Move("A", {"x": (0, 0)}, "A after the start")}), "information set labels must be distinct"),
    ],
)
def test_trees_that_are_refused(tree, message):
    with pytest.raises((GameDefinitionError, UnknownLabelError), match=message):
        ag.ExtensiveGame(["A", "B"], tree())


def test_other_arguments_that_are_refused():
    with pytest.raises(GameDefinitionError, match="the title must be a text, got 3"):
        ag.ExtensiveGame(["A"], [1], title=3)
    with pytest.raises(GameDefinitionError, match="player labels must be distinct"):
        ag.ExtensiveGame(["A", "A"], [1, 1])
    with pytest.raises(AttributeError, match=r"immutable.*use \.subs"):
        crisis().title = "other"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ag.ExtensiveGame(["A"], Move("A", {"x": [0]}, 0)), "information set"),
        (lambda: ag.ExtensiveGame(["A"], Move("A", {"x": [0]}, "")), "information set"),
        (lambda: ag.ExtensiveGame(["A"], End([0], 3)), "outcome"),
        (lambda: ag.ExtensiveGame(["A"], [0], field="rational"), "field must be one of"),
    ],
)
def test_names_must_be_texts_and_fields_known(make, message):
    with pytest.raises(GameDefinitionError, match=message):
        make()


def test_floats_do_not_mix_with_exact_numbers():
    with pytest.raises(InexactPayoffError, match="mixes exact numbers"):
        ag.ExtensiveGame(["A"], Move("A", {"x": [0.5], "y": [1]}))
    with pytest.raises(InexactPayoffError):
        ag.ExtensiveGame(["A"], Chance({"h": (0.5, [1]), "l": (0.5, [2])}))
    certain = ag.ExtensiveGame(["A"], Chance({"h": (1, [0.5])}))
    assert certain.nodes[0].chance == (1.0,) and certain.field == "float"
    game = ag.ExtensiveGame(["A"], Chance({"h": (0.5, [1]), "l": (0.5, [2])}), field="exact")
    assert game.nodes[0].chance == (Fraction(1, 2), Fraction(1, 2))


# ---------------------------------------------------------------- perfect recall


def test_forgetting_what_one_did():
    tree = Move("A", {"l": Move("A", {"x": [0], "y": [1]}, "s"), "r": Move("A", {"x": [0], "y": [1]}, "s")}, "first")
    with pytest.raises(GameDefinitionError, match=r"A has imperfect recall at 's': .*\(l at first\) from \(r at first\)"):
        ag.ExtensiveGame(["A"], tree)


def test_forgetting_that_one_moved():
    tree = Move("A", {"stay": Move("A", {"stay": [0], "exit": [4]}, "junction"), "exit": [0]}, "junction")
    with pytest.raises(GameDefinitionError, match=r"imperfect recall at 'junction': .*\(no move yet\) from \(stay at junction\)"):
        ag.ExtensiveGame(["A"], tree)


def test_forgetting_what_one_knew():
    def later(label):
        return Move("B", {"go": Move("A", {"x": (0, 0), "y": (1, 1)}, "forgets")}, label)

    tree = Chance({"h": ("1/2", Move("A", {"go": later("b")}, "high")), "l": ("1/2", Move("A", {"go": later("b")}, "low"))})
    with pytest.raises(GameDefinitionError, match=r"imperfect recall at 'forgets': .*\(go at high\) from \(go at low\)"):
        ag.ExtensiveGame(["A", "B"], tree)


def test_not_seeing_others_is_no_forgetting():
    assert len(horse().information_sets) == 3
    blind = Chance({e: ("1/2", Move("A", {"x": Move("A", {"y": [0], "z": [1]}, "two"), "w": [0]}, "one")) for e in "hl"})
    game = ag.ExtensiveGame(["A"], blind)
    assert game.own_histories == ((), ((0, 0),))


# ---------------------------------------------------------------- profiles


def simulated(game, profile):
    """Return expected payoffs and outcome probabilities by walking down every path, without arrays."""
    payoffs, outcomes = [Fraction(0)] * len(game.players), {}
    stack = [(0, Fraction(1))]
    while stack:
        k, weight = stack.pop()
        node = game.nodes[k]
        if node.payoffs is not None:
            payoffs = [total + weight * value for total, value in zip(payoffs, node.payoffs, strict=True)]
            outcomes[node.outcome] = outcomes.get(node.outcome, 0) + weight
            continue
        for event, child in zip(node.events, node.children, strict=True):
            if node.chance is not None:
                share = node.chance[node.events.index(event)]
            else:
                share = profile[game.information_sets[node.information_set].label][event]
            stack.append((child, weight * share))
    return dict(zip(game.players, payoffs, strict=True)), outcomes


def drawn_profile(game, rng):
    mixtures = []
    for part in game.information_sets:
        weights = [rng.randrange(0, 4) for _ in part.actions]
        weights[0] += not any(weights)
        mixtures.append([Fraction(w, sum(weights)) for w in weights])
    return game.profile(mixtures)


def test_payoffs_and_outcomes_of_random_profiles():
    rng = random.Random("profiles")
    for game in random_trees("profiles", 80, players=3):
        profile = drawn_profile(game, rng)
        payoffs, outcomes = simulated(game, profile)
        assert profile.payoffs == payoffs
        assert profile.outcomes == outcomes
        assert sum(profile.reach[k] for k, node in enumerate(game.nodes) if node.payoffs is not None) == 1
        assert dict(zip(game.players, profile.values[0], strict=True)) == payoffs
        floats = game.floats().profile([strategy.astype(float) for strategy in profile.arrays()])
        assert all(abs(floats.payoffs[player] - float(payoffs[player])) < 1e-12 for player in game.players)
        assert isinstance(floats.payoffs[game.players[0]], float)


def test_a_profile_read_in_every_way():
    game = crisis()
    profile = game.profile({"Challenger": "attack", "Patron": {"abandon": "3/4", "intervene": "1/4"}})
    assert profile == game.profile([1, ["3/4", "1/4"]]) == game.profile(profile)
    assert hash(profile) == hash(game.profile(profile))
    assert profile["Patron"]["abandon"] == profile[1][0] == Fraction(3, 4)
    assert not profile.is_pure
    assert profile.payoffs == {"Challenger": Fraction(1, 2), "Patron": Fraction(-1, 4)}
    assert profile.outcomes == {"status quo": 0, "conquest": Fraction(3, 4), "war": Fraction(1, 4)}
    assert profile.reach.tolist() == [1, 0, 1, Fraction(3, 4), Fraction(1, 4)]
    assert str(profile) == "Challenger: attack; Patron: abandon 3/4, intervene 1/4"
    assert game.profile(["wait", "abandon"]).actions == {"Challenger": "wait", "Patron": "abandon"}
    with pytest.raises(GameDefinitionError, match="randomises"):
        _ = profile.actions
    with pytest.raises(ValueError, match="read-only"):
        profile.arrays()[0][0] = 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"Challenger": "attack"}, "nothing is said about the information set 'Patron'"),
        ({"Challenger": "attack", "Patron": "abandon", "X": 0}, "unknown information set 'X'"),
        (["attack"], "needs one entry for each of Challenger, Patron"),
        ("attack", "needs one entry for each of"),
        (["attack", "fight"], "at Patron: unknown action 'fight'"),
        (["attack", ["1/2", "1/3"]], "at Patron: probabilities must be non-negative and sum to 1"),
        (["attack", [2, -1]], "at Patron: probabilities must be non-negative"),
        (["attack", [1]], "at Patron: expected an action label or index"),
        (["attack", True], "at Patron: expected an action label or index"),
        (["attack", 2], "at Patron: unknown action 2"),
    ],
)
def test_profiles_that_are_refused(given, message):
    with pytest.raises((GameDefinitionError, UnknownLabelError), match=message):
        crisis().profile(given)


def test_profiles_of_other_games_are_not_taken_for_this_one():
    other = ag.ExtensiveGame(["A", "B"], Move("A", {"x": Move("B", {"l": (0, 0), "m": (0, 0), "r": (0, 0)}), "y": (1, 1)}))
    with pytest.raises(GameDefinitionError, match="game"):
        crisis().profile(other.profile(["x", "r"]))


# ---------------------------------------------------------------- subgames


def subgame_roots_by_definition(game):
    """Positions of non-terminal nodes whose subtree contains every information set that it meets."""
    roots = []
    for k, node in enumerate(game.nodes):
        below, stack = set(), [k]
        while stack:
            j = stack.pop()
            below.add(j)
            stack += game.nodes[j].children
        met = [set(part.nodes) for part in game.information_sets if below & set(part.nodes)]
        if node.payoffs is None and all(part <= below for part in met):
            roots.append(k)
    return tuple(roots)


def test_subgames_of_random_trees():
    for game in random_trees("subgames", 60, players=2):
        assert game.subgame_roots == subgame_roots_by_definition(game)
        for root, part in zip(game.subgame_roots, game.subgames(), strict=True):
            assert len(part.nodes) == game.ends_of_subtrees[root] - root
            assert part.players == game.players
            assert [node.payoffs for node in part.nodes] == [node.payoffs for node in game.nodes[root : game.ends_of_subtrees[root]]]


def test_subgames_of_known_trees():
    game = crisis()
    assert game.subgame_roots == (0, 2)
    assert game.subgames()[0] == game
    assert str(game.subgames()[1]) == "Patron\n├ abandon → 1, 0  (conquest)\n└ intervene → -1, -1  (war)"
    assert horse().subgame_roots == (0,)
    with pytest.raises(GameDefinitionError, match=r"no subgame starts at node 1; subgames start at 0, 2"):
        game.subgame(1)


# ---------------------------------------------------------------- symbols and number systems


def test_symbols():
    p, c = sympy.symbols("p c", positive=True)
    tree = Chance({"firm": (p, Move("A", {"x": [c], "y": [0]})), "weak": (1 - p, [-c])})
    game = ag.ExtensiveGame(["A"], tree)
    assert game.field == "symbolic"
    assert game.free_symbols == {p, c}
    assert sympy.simplify(game.profile(["x"]).payoffs["A"] - (2 * p * c - c)) == 0
    numbers = game.subs({"p": "1/3", c: 6})
    assert numbers.field == "exact"
    assert numbers.profile(["x"]).payoffs == {"A": -2}
    assert game.subs({p: "1/3"}).free_symbols == {c}
    assert game.subs({p: 0.25, c: 2}).field == "float"
    with pytest.raises(GameDefinitionError, match="must be positive and sum to 1"):
        game.subs({"p": 2, "c": 1})
    with pytest.raises(GameDefinitionError, match="contain no symbol 'q'"):
        game.subs({"q": 1})
    with pytest.raises(SolverNotApplicableError, match="substitute numbers"):
        game.exact()
    assert "1 - p" in str(game)


def test_conversions():
    game = crisis()
    floats = game.floats()
    assert floats.field == "float"
    assert floats.exact() == game
    assert floats != game
    thirds = ag.ExtensiveGame(["A"], Chance({"a": ("1/4", ["1/3"]), "b": ("3/4", [0])}))
    assert thirds.floats().nodes[1].payoffs == (1 / 3,)
    assert isinstance(thirds.floats().nodes[0].chance[0], float)


def test_float_thirds_become_exact():
    """The shortest decimals of three thirds sum to 1 - 1e-16; the exact game must still be a game."""
    game = ag.ExtensiveGame(["A"], Chance({name: ("1/3", [1]) for name in "abc"})).floats()
    exact = game.exact()
    assert sum(exact.nodes[0].chance) == 1
    assert all(abs(weight - Fraction(1, 3)) < Fraction(1, 10**15) for weight in exact.nodes[0].chance)


# ---------------------------------------------------------------- identity


def test_equality_and_hash():
    assert crisis() == crisis()
    assert hash(crisis()) == hash(crisis())
    assert crisis() != horse()
    assert crisis() != "crisis"
    renamed = ag.ExtensiveGame(["Challenger", "Patron"], crisis().moves(), title="other")
    assert renamed == crisis()  # titles do not count, as in normal form


def test_the_tree_can_be_taken_apart_and_put_together():
    for game in random_trees("rebuild", 40, players=3):
        assert ag.ExtensiveGame(game.players, game.moves()) == game


def test_pickling_and_copies():
    for game in (crisis(), horse(), crisis().floats(), ag.ExtensiveGame(["A"], Move("A", {"x": [sympy.Symbol("c")]}))):
        again = pickle.loads(pickle.dumps(game))
        assert again == game
        assert (again.title, again.field) == (game.title, game.field)
        assert copy.deepcopy(game) == game
    profile = crisis().profile(["attack", "abandon"])
    assert pickle.loads(pickle.dumps(profile)) == profile


# ---------------------------------------------------------------- depth


def test_deep_trees():
    game = chain(200)
    assert len(game.nodes) == 201
    assert game.profile([0] * 200).payoffs == {"A": 1}
    assert game.normal_form().shape == (1,)
    assert game.subgame(150).nodes[0].children == (1,)
    assert game.floats().exact() == game
    assert str(game).count("on: s") == 199
    assert ag.ExtensiveGame(["A"], game.moves()) == game
    with pytest.raises(GameDefinitionError, match="trees of more than 200 moves in a row are not read"):
        chain(201)


def test_deep_trees_can_be_pickled_and_copied():
    game = chain(200)
    assert pickle.loads(pickle.dumps(game)) == game
    assert copy.deepcopy(game) == game


def test_trees_without_moves():
    game = ag.ExtensiveGame(["A", "B"], End((1, 2), "over"))
    assert game.information_sets == ()
    assert game.profile([]).payoffs == {"A": 1, "B": 2}
    assert game.profile([]).outcomes == {"over": 1}
    assert game.normal_form().payoff(("-", "-")) == {"A": 1, "B": 2}
    assert game.subgame_roots == ()
    with pytest.raises(GameDefinitionError, match="nobody moves"):
        game.agent_form()
