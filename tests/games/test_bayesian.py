"""Games of incomplete information: reading, beliefs, and the games made from them."""

import copy
import pickle
import random
from fractions import Fraction
from itertools import product

import pytest
import sympy
from drawn_bayesian import random_bayesian

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, InexactPayoffError, SolverNotApplicableError, UnknownLabelError
from alliancegames.games.bayesian import BayesianGame

HALF = Fraction(1, 2)


def small(prior=None, **options):
    """A patron, firm or weak, faces a challenger who is bold or meek; payoffs tell everything apart."""
    return BayesianGame(
        ["Patron", "Challenger"],
        {"Patron": ["firm", "weak"], "Challenger": ["bold", "meek"]},
        prior or {("firm", "bold"): "1/2", ("firm", "meek"): "1/4", ("weak", "meek"): "1/4"},
        {"Patron": ["arm", "wait"], "Challenger": {"bold": ["attack", "stay"], "meek": ["stay"]}},
        lambda types, moves: (10 * (types[0] == "firm") + (moves[0] == "arm"), 10 * (types[1] == "bold") + (moves[1] == "attack")),
        **options,
    )


# ---------------------------------------------------------------- what it holds


def test_what_a_game_holds():
    game = small(title="Pact")
    assert game.players == ("Patron", "Challenger")
    assert game.types == (("firm", "weak"), ("bold", "meek"))
    assert game.actions == ((("arm", "wait"), ("arm", "wait")), (("attack", "stay"), ("stay",)))
    assert game.prior == {("firm", "bold"): HALF, ("firm", "meek"): Fraction(1, 4), ("weak", "meek"): Fraction(1, 4)}
    assert game.payoff(("firm", "bold"), ("arm", "attack")) == {"Patron": 11, "Challenger": 11}
    assert game.payoff((1, 1), (1, 0)) == {"Patron": 0, "Challenger": 0}
    assert (game.field, game.title) == ("exact", "Pact")
    assert game.agent_labels == ("Patron firm", "Patron weak", "Challenger bold", "Challenger meek")
    assert repr(game) == "<BayesianGame 'Pact': 2×2 types, exact payoffs, players: Patron, Challenger>"
    assert str(game).startswith("Types: Patron: firm, weak; Challenger: bold, meek\nPrior: firm/bold 1/2, ")


def test_independent_types():
    game = small({"Patron": {"firm": "1/3", "weak": "2/3"}, "Challenger": ["1/4", "3/4"]})
    assert game.prior[("weak", "meek")] == HALF
    assert game == small([{"weak": "2/3", "firm": "1/3"}, {"bold": "1/4", "meek": "3/4"}])
    assert game.marginal("Patron") == {"firm": Fraction(1, 3), "weak": Fraction(2, 3)}
    assert game.interim("Patron", "firm") == game.interim("Patron", "weak") == {("bold",): Fraction(1, 4), ("meek",): Fraction(3, 4)}


def test_payoffs_from_a_mapping():
    table = {(types, moves): tuple(small().payoff(types, moves).values()) for types, moves in cells(small())}
    game = BayesianGame(small().players, small().types, dict(small().prior), [["arm", "wait"], small_actions()], table)
    assert game == small()
    by_label = {key: dict(zip(small().players, value, strict=True)) for key, value in table.items()}
    assert BayesianGame(small().players, small().types, dict(small().prior), [["arm", "wait"], small_actions()], by_label) == game


def small_actions():
    return {"bold": ["attack", "stay"], "meek": ["stay"]}


def cells(game):
    for types in game.prior:
        kinds = [labels.index(t) for labels, t in zip(game.types, types, strict=True)]
        for moves in product(*(game.actions[k][t] for k, t in enumerate(kinds))):
            yield types, moves


def test_types_that_cannot_occur():
    game = small({("firm", "bold"): 1})
    assert game.agents == ((0, 0), (1, 0))
    assert game.marginal("Patron") == {"firm": 1, "weak": 0}
    asked = []

    def payoffs(types, moves):
        asked.append(types)
        return (0, 0)

    BayesianGame(["A", "B"], [["x", "y"], ["z"]], [["1", "0"], [1]], [["l", "r"]] * 2, payoffs)
    assert set(asked) == {("x", "z")}
    for question in (lambda: game.interim("Patron", "weak"), lambda: game.payoff(("weak", "bold"), (0, 0))):
        with pytest.raises(GameDefinitionError, match="probability zero"):
            question()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"players": ["A", "A"]}, "player labels must be distinct"),
        ({"types": [["x"]]}, "types must be given for each of A, B"),
        ({"types": {"A": ["x"]}}, "the types of B are missing"),
        ({"types": {"A": ["x"], "B": ["z"], "C": ["z"]}}, "unknown player 'C'"),
        ({"types": [["x", "x"], ["z"]]}, "types of A: type labels must be distinct"),
        ({"prior": [["1/2", "1/3"], [1]]}, "prior of A: probabilities must be non-negative and sum to 1, got 1/2, 1/3"),
        ({"prior": [[2, -1], [1]]}, "prior of A: probabilities must be non-negative"),
        ({"prior": [{"x": 1, "q": 0}, [1]]}, "prior of A: unknown type 'q'"),
        ({"prior": [["1"], [1]]}, "prior of A: expected {type: probability} or one probability for each of x, y"),
        ({"prior": {("x", "z"): "1/2"}}, "the prior must be non-negative and sum to 1, got x/z 1/2 with sum 1/2"),
        ({"prior": {("x", "z"): 2, ("y", "z"): -1}}, "the prior must be non-negative"),
        ({"prior": {("x",): 1}}, "every profile must name one type of each of A, B"),
        ({"prior": {("x", "q"): 1}}, "unknown type 'q'"),
        ({"prior": {("x", "z"): "1/2", (0, 0): "1/2"}}, r"\(0, 0\) occur twice"),
        ({"prior": {}}, "the prior of A are missing"),
        ({"prior": [[0.5, "1/2"], [1]]}, "mixes exact numbers"),
        ({"actions": [["l", "r"]]}, "actions must be given for each of A, B"),
        ({"actions": [{"x": ["l"]}, ["l", "r"]]}, "actions of A: those of type 'y' are missing"),
        ({"actions": [{"x": ["l"], "q": ["l"]}, ["l", "r"]]}, "unknown type 'q'"),
        ({"payoffs": {}}, r"payoffs of types \('x', 'z'\) and actions \('l', 'l'\): they are missing"),
        ({"payoffs": 3}, "payoffs must be a mapping"),
        ({"payoffs": {"x": 1}}, r"every key of payoffs must be a pair \(types, actions\)"),
        ({"payoffs": lambda types, moves: (1,)}, "expected one payoff for each of A, B, got"),
        ({"payoffs": lambda types, moves: (1, "a")}, "cannot read 'a' as a number"),
        ({"title": 3}, "the title must be a text"),
        ({"field": "real"}, "field must be one of"),
    ],
)
def test_games_that_are_refused(changes, message):
    good = {
        "players": ["A", "B"],
        "types": [["x", "y"], ["z"]],
        "prior": [["1/2", "1/2"], [1]],
        "actions": [["l", "r"]] * 2,
        "payoffs": lambda types, moves: (0, 0),
    }
    assert BayesianGame(**good).players == ("A", "B")
    with pytest.raises((GameDefinitionError, UnknownLabelError, InexactPayoffError), match=message):
        BayesianGame(**{**good, **changes})


def test_payoffs_of_what_does_not_exist_are_refused():
    table = dict.fromkeys(cells(small()), (0, 0))
    for extra, message in [
        ((("firm", "cruel"), ("arm", "stay")), "unknown type of Challenger 'cruel'"),
        ((("firm", "meek"), ("arm", "attack")), "unknown action of Challenger 'attack'"),
        ((("firm",), ("arm", "stay")), "one type and one action of each of"),
    ]:
        with pytest.raises((GameDefinitionError, UnknownLabelError), match=message):
            BayesianGame(small().players, small().types, dict(small().prior), [["arm", "wait"], small_actions()], {**table, extra: (1, 1)})
    spare = {**table, (("weak", "bold"), ("arm", "attack")): (9, 9)}  # it has probability zero, and is not kept
    game = BayesianGame(small().players, small().types, dict(small().prior), [["arm", "wait"], small_actions()], spare)
    assert ("weak", "bold") not in game.prior


# ---------------------------------------------------------------- beliefs


def test_interim_beliefs():
    game = small()
    assert game.interim("Patron", "firm") == {("bold",): Fraction(2, 3), ("meek",): Fraction(1, 3)}
    assert game.interim("Patron", "weak") == {("meek",): 1}
    assert game.interim("Challenger", 1) == {("firm",): HALF, ("weak",): HALF}


def test_posteriors():
    game = small()
    profile = {"Patron": {"firm": {"arm": "3/4", "wait": "1/4"}, "weak": "arm"}, "Challenger": {"bold": "attack", "meek": "stay"}}
    # Bayes by hand: firm arms 3/4 * 3/4, weak 1/4 * 1.
    assert game.posterior(profile, "Patron", {"Patron": "arm"}) == {"firm": Fraction(9, 13), "weak": Fraction(4, 13)}
    assert game.posterior(profile, "Patron", {"Patron": "wait"}) == {"firm": 1, "weak": 0}
    assert game.posterior(profile, "Patron", {"Patron": "arm"}, knowing={"Challenger": "bold"}) == {"firm": 1, "weak": 0}
    assert game.posterior(profile, "Patron", {"Patron": "arm"}, knowing={"Challenger": "meek"}) == {
        "firm": Fraction(3, 7),
        "weak": Fraction(4, 7),
    }
    assert game.posterior(profile, "Patron", {"Challenger": "stay"}) == {"firm": HALF, "weak": HALF}  # types are correlated
    assert game.posterior(profile, "Challenger", {"Challenger": "attack"}) == {"bold": 1, "meek": 0}
    assert game.posterior(profile, "Patron", {}) == game.marginal("Patron")
    pooled = {"Patron": "arm", "Challenger": "stay"}
    assert game.posterior(pooled, "Patron", {"Patron": "arm", "Challenger": "stay"}) == game.marginal("Patron")
    with pytest.raises(GameDefinitionError, match="probability zero under the profile, so Bayes' rule says nothing"):
        game.posterior(pooled, "Patron", {"Patron": "wait"})
    with pytest.raises(UnknownLabelError, match="unknown action of Patron 'run'"):
        game.posterior(pooled, "Patron", {"Patron": "run"})


def test_posteriors_of_random_games():
    rng = random.Random("posteriors")
    for seed in range(40):
        game = random_bayesian(f"posterior {seed}", 3, most_types=2, most_actions=2)
        profile = drawn(game, rng)
        seen = game.actions[1][game.agents[[k for k, _ in game.agents].index(1)][1]][0]
        joint = {}
        for types, weight in game.prior.items():
            lottery = profile[1][types[1]]
            joint[types[0]] = joint.get(types[0], 0) + weight * lottery.get(seen, 0)
        if sum(joint.values()):
            expected = {kind: Fraction(joint.get(kind, 0)) / sum(joint.values()) for kind in game.types[0]}
            assert game.posterior(profile, 0, {"P2": seen}) == expected


# ---------------------------------------------------------------- profiles


def drawn(game, rng):
    """Return a random profile."""
    given = [{} for _ in game.players]
    for k, t in game.agents:
        weights = [rng.randrange(0, 3) for _ in game.actions[k][t]]
        weights[0] += not any(weights)
        given[k][game.types[k][t]] = [Fraction(w, sum(weights)) for w in weights]
    return game.profile(given)


def test_profiles_of_random_games_against_the_other_forms():
    rng = random.Random("forms")
    for seed in range(40):
        game = random_bayesian(seed, 3 if seed % 4 == 0 else 2, tied=seed % 2 == 0)
        profile = drawn(game, rng)
        form, tree = game.agent_form(), game.tree()
        agents = form.profile(list(profile.arrays()))
        flat = [value for values in profile.interim_payoffs.values() for value in values.values()]
        assert list(agents.payoffs.values()) == flat
        assert list(agents.regret.values()) == [gain for gains in profile.regret.values() for gain in gains.values()]
        behaviour = tree.profile(dict(zip(game.agent_labels, profile.arrays(), strict=True)))
        assert behaviour.payoffs == profile.payoffs
        for k, player in enumerate(game.players):
            own = game.marginal(k)
            assert sum(own[kind] * value for kind, value in profile.interim_payoffs[player].items()) == profile.payoffs[player]


def test_ex_ante_form_of_random_games():
    for seed in range(30):
        game = random_bayesian(f"ex ante {seed}", most_actions=2)
        table = game.ex_ante()
        own = [[t for j, t in game.agents if j == k] for k in range(2)]
        plans = [list(product(*(game.actions[k][t] for t in types))) for k, types in enumerate(own)]
        assert table.shape == tuple(map(len, plans))
        for cell in product(*map(range, table.shape)):
            given = [{game.types[k][t]: move for t, move in zip(own[k], plans[k][j], strict=True)} for k, j in enumerate(cell)]
            expected = game.profile(given).payoffs
            assert [array[cell] for array in table.payoffs] == list(expected.values())


def test_the_tree_s_agent_form_weighs_types_by_their_probability():
    for seed in range(20):
        game = random_bayesian(f"tree {seed}", most_types=2)
        ours, theirs = game.agent_form(), game.tree().agent_form()
        order = [theirs.players.index(label) for label in ours.players]
        for (k, t), a in zip(game.agents, range(len(order)), strict=True):
            interim = ours.payoffs[a] * game.marginal(k)[game.types[k][t]]
            # Agents of the tree receive the player's payoff whatever his type; the rest does not depend on what this type does.
            rest = theirs.payoffs[order[a]].transpose(order) - interim
            assert (rest == rest.take([0], axis=a)).all()


def test_labels_that_would_clash():
    game = BayesianGame(["A", "A b"], [["b c", "d"], ["c", "e"]], [["1/2"] * 2] * 2, [["l"]] * 2, lambda *_: (0, 0))
    assert game.agent_labels == ("A: b c", "A: d", "A b: c", "A b: e")
    commas = BayesianGame(["A", "B"], [["x", "x, y"], ["y, z", "z"]], [["1/2"] * 2] * 2, [["l"]] * 2, lambda *_: (0, 0))
    assert len(set(commas.tree().nodes[0].events)) == 4


def test_profiles_read_in_every_way():
    game = small()
    profile = game.profile({"Patron": "arm", "Challenger": {"bold": {"attack": "1/3", "stay": "2/3"}, "meek": 0}})
    assert profile == game.profile([{"firm": "arm", "weak": [1, 0]}, {"bold": ["1/3", "2/3"], "meek": "stay"}]) == game.profile(profile)
    assert profile["Patron"]["weak"]["arm"] == 1
    assert profile["Challenger"]["bold"]["attack"] == Fraction(1, 3)
    assert not profile.is_pure
    assert str(profile) == "Patron firm: arm; Patron weak: arm; Challenger bold: attack 1/3, stay 2/3; Challenger meek: stay"
    assert hash(profile) == hash(game.profile(profile))
    assert pickle.loads(pickle.dumps(profile)) == profile
    with pytest.raises(ValueError, match="read-only"):
        profile.arrays()[0][0] = 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"Patron": "arm"}, "no strategy for Challenger"),
        ({"Patron": "arm", "X": 0}, "unknown player 'X'"),
        (["arm"], "one entry for each of Patron, Challenger"),
        ("arm", "one entry for each of"),
        (["run", "stay"], "Patron of type firm: unknown action 'run'"),
        ([{"firm": "arm"}, "stay"], "Patron of type weak: nothing is said about this type"),
        ([{"firm": "arm", "cruel": "arm"}, "stay"], "unknown type of Patron 'cruel'"),
        (["arm", "attack"], "Challenger of type meek: unknown action 'attack'"),
        ([["1/2", "1/3"], "stay"], "must be non-negative and sum to 1"),
        ([[1], "stay"], "expected an action label or index"),
        ([True, "stay"], "expected an action label or index"),
    ],
)
def test_profiles_that_are_refused(given, message):
    with pytest.raises((GameDefinitionError, UnknownLabelError), match=message):
        small().profile(given)


def test_profiles_of_other_games_are_refused():
    with pytest.raises(GameDefinitionError, match="belongs to another game"):
        small().profile(small({("firm", "bold"): 1}).profile(["arm", "attack"]))


# ---------------------------------------------------------------- number systems and identity


def test_symbols():
    p, c = sympy.symbols("p c")
    game = BayesianGame(
        ["A", "B"],
        [["h", "s"], ["b"]],
        [{"h": p, "s": 1 - p}, [1]],
        [["x", "y"], ["z"]],
        lambda t, m: (c if t[0] == "h" else 0, int(m[0] == "x")),
    )
    assert game.free_symbols == {p, c}
    assert sympy.simplify(game.ex_ante().payoff(("x/y", "z"))["B"] - p) == 0
    assert sympy.simplify(game.agent_form().payoff(("x", "y", "z"))["B"] - p) == 0
    assert sympy.simplify(game.interim("B", "b")[("h",)] - p) == 0
    numbers = game.subs({"p": "1/4", c: 2})
    assert numbers.field == "exact"
    assert numbers.profile(["x", "z"]).payoffs == {"A": HALF, "B": 1}
    assert game.subs({p: 0.25, c: 2}).field == "float"
    with pytest.raises(GameDefinitionError, match="prior must be non-negative"):
        game.subs({"p": 2, "c": 1})
    with pytest.raises(SolverNotApplicableError):
        game.exact()


def test_floats():
    floats = small().floats()
    assert floats.field == "float"
    assert floats.exact() == small()
    assert isinstance(floats.profile(["arm", "stay"]).payoffs["Patron"], float)
    assert isinstance(floats.interim("Patron", "firm")[("bold",)], float)
    mixed = BayesianGame(["A"], [["x", "y"]], [[0.5, 0.5]], [["l"]], lambda *_: [1.5])
    assert mixed.profile(["l"]).payoffs == {"A": 1.5}


def test_identity():
    assert small() == small()
    assert hash(small()) == hash(small())
    assert small() != small({("firm", "bold"): 1})
    assert small() != 3
    for game in (small(title="Pact"), small().floats()):
        again = pickle.loads(pickle.dumps(game))
        assert (again, again.title, again.field) == (game, game.title, game.field)
        assert copy.deepcopy(game) == game
    with pytest.raises(AttributeError, match="immutable"):
        small().title = "other"


def test_tables_that_would_be_too_large():
    types = [[f"t{k}" for k in range(30)], ["only"]]
    game = BayesianGame(["A", "B"], types, [["1/30"] * 30, [1]], [["l", "r"], ["l"]], lambda *_: (0, 0))
    for form in (game.agent_form, game.ex_ante):
        with pytest.raises(GameDefinitionError, match=r"1073741824 pure profiles.*use bayesian_nash"):
            form()
    assert game.profile(["l", "l"]).payoffs == {"A": 0, "B": 0}


def test_table_of_equilibria_shows_every_action_of_every_type():
    found = ag.models.MutualDeterrence().solve().equilibria
    frame = found.to_dataframe()
    for row, item in zip(frame.to_dict("records"), found, strict=True):
        for player in found.game.players:
            for kind, strategy in item[player].items():
                assert {action: row[f"{player} {kind}: {action}"] for action in strategy} == dict(strategy)
    assert len(frame.columns) == 4 * 2 + 2
