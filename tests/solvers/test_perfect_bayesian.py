"""All perfect Bayesian equilibria: known games, completeness against searches, independent verification."""

import pickle
import random
from fractions import Fraction as F
from itertools import product

import pytest
import sympy
from signalling_games import (
    beer_quiche,
    behaviour,
    cheap_talk,
    covered,
    deterrence,
    drawn,
    is_perfect_bayesian,
    optimal_belief,
    plans_form,
    pure_equilibria,
    spence,
)

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError, UnknownLabelError
from alliancegames.games.assessment import Assessment
from alliancegames.games.signalling import SignallingGame
from alliancegames.solvers.registry import Findings
from alliancegames.solvers.result import COMPLETE
from alliancegames.solvers.signalling import BehaviourVertices, perfect_bayesian
from alliancegames.solvers.verify_assessment import sequential_rationality

SHAPES = ((2, 2, 2), (3, 2, 2), (2, 3, 2), (2, 2, 3))
TIES = ("bits", "small", "generic")

# -------------------------------------------------------------------- known games


def test_beer_and_quiche():
    eqs = perfect_bayesian(beer_quiche())
    assert eqs.complete and eqs.exact and eqs.status == "complete" and eqs.provenance.max_regret == 0
    assert [family.kind for family in eqs] == ["pooling", "pooling"]
    beer, quiche = eqs
    assert beer.unused_messages == ("quiche",) and quiche.unused_messages == ("beer",)
    for family, unsent in ((beer, "quiche"), (quiche, "beer")):
        assert family.dimension == 1 and family.is_pure and family.outcome_is_constant
        assert family.interval(unsent, "duel") == (F(1, 2), 1)
        assert family.belief_interval(unsent, "weak") == (F(1, 2), 1)
    assert beer.outcome == {("strong", "beer", "leave"): F(9, 10), ("weak", "beer", "leave"): F(1, 10)}
    assert beer.type_payoffs == {"strong": (3, 3), "weak": (2, 2)}
    assert beer.payoffs == {"Sender": F(29, 10), "Receiver": F(9, 10)}
    assert [component.dimension for component in eqs.components] == [1, 1]


def thresholds():
    return F(5, 7), F(5, 9), F(1, 2)  # c1, c2, d1 of the payoffs in `deterrence`


@pytest.mark.parametrize(
    ("p_challenger", "p_defender", "refined"),
    [("3/10", "1/5", "bluff"), ("7/10", "1/5", "attack"), ("3/10", "3/5", "separating"), ("3/10", "4/5", None), ("9/10", "1/20", "attack")],
)
def test_unilateral_deterrence_has_the_families_of_its_authors(p_challenger, p_defender, refined):
    c1, c2, d1 = thresholds()
    p, q = F(p_challenger), F(p_defender)
    eqs = perfect_bayesian(deterrence(p, q))
    waiting, *others = eqs
    assert waiting.kind == "pooling" and waiting.interval("hard", "wait") == waiting.interval("soft", "wait") == (1, 1)
    assert waiting.interval("challenge", "deny") == (max(F(0), (c1 - q) / (1 - q)), 1)
    assert waiting.dimension == 1 and waiting.outcome_is_constant
    if q < c1:  # Steadfast Deterrence
        assert waiting.belief_interval("challenge", "hard") == (0, d1)
    else:  # Certain Deterrence
        assert waiting.belief_interval("challenge", "hard") == (0, 1)
    assert len(others) == (0 if refined is None else 1)
    if refined == "separating":
        assert others[0].kind == "separating" and others[0].is_pure and others[0].interval("challenge", "deny") == (0, 0)
    if refined == "attack":
        assert (
            others[0].kind == "pooling"
            and others[0].interval("soft", "challenge") == (1, 1)
            and others[0].interval("challenge", "deny") == (0, 0)
        )
    if refined == "bluff":
        bluff = p * (1 - d1) / ((1 - p) * d1)
        assert others[0].kind == "semi-separating" and others[0].dimension == 0
        assert others[0].interval("soft", "challenge") == (bluff, bluff) == (F(3, 7), F(3, 7))
        assert others[0].interval("Defender after challenge", "deny") == ((c2 - q) / (1 - q), (c2 - q) / (1 - q)) == (F(4, 9), F(4, 9))


def test_the_regimes_of_unilateral_deterrence():
    c1, c2, d1 = thresholds()
    for p, q in product([F(k, 11) for k in range(1, 11)], repeat=2):
        kinds = [family.kind for family in perfect_bayesian(deterrence(p, q))]
        expected = [] if q > c1 else ["separating"] if q > c2 else ["pooling"] if p > d1 else ["semi-separating"]
        assert kinds == ["pooling", *expected], (p, q)


def test_a_knife_edge_is_one_component():
    eqs = perfect_bayesian(deterrence("3/10", "5/9"))  # p_D = c2: the soft challenger is indifferent against concession
    assert [len(component.families) for component in eqs.components] == [1, 1]
    edge = eqs[1]
    assert edge.interval("soft", "challenge") == (0, F(3, 7)) and edge.interval("challenge", "deny") == (0, 0)
    assert not edge.outcome_is_constant and edge.dimension == 1


def test_alliances_as_signals():
    """A tight alliance at a peacetime cost: separating at k = 0.35, bluffing at k = 0.2, none at k = 0.9."""

    def game(cost):
        k, stake = F(cost), {"high": F(12, 10), "low": F(4, 10)}

        def payoffs(t, s, c):
            bonus, price = (F(1, 5), k) if s == "tight" else (F(0), F(0))
            if c == "refrain":
                return stake[t] - price, 0
            if t == "high":  # it intervenes whenever challenged, at a cost of 1/5
                return (F(1, 2) + bonus) * stake[t] - F(1, 5) - price, (F(1, 2) - bonus) - F(2, 5)
            return F(3, 10) * stake[t] - price, F(7, 10) - F(2, 5)

        return SignallingGame(["high", "low"], ["none", "tight"], ["challenge", "refrain"], ["3/10", "7/10"], payoffs)

    assert [family.kind for family in perfect_bayesian(game("7/20"))] == ["pooling", "separating"]
    (bluff,) = perfect_bayesian(game("1/5"))  # unchecked, high would rather be tight even if challenged
    assert bluff.kind == "semi-separating"
    assert bluff.interval("low", "tight") == (F(1, 7), F(1, 7)) and bluff.interval("tight", "challenge") == (F(2, 7), F(2, 7))
    assert {family.kind for family in perfect_bayesian(game("9/10"))} == {"pooling"}


def test_coalition_leader():
    """High mobilisation separates at k = 0.4 with V_I = 0.3; the irresolute leader bluffs at V_I = 0.8."""

    def game(irresolute, win):
        value, p = {"resolute": F(2), "irresolute": F(irresolute)}, {"high": F(win), "low": F(7, 10)}
        price = {"high": F(2, 5), "low": F(0)}

        def payoffs(t, m, a):
            if a == "concede":
                return value[t] - price[m], 0
            if t == "resolute":
                return p[m] * value[t] - F(1, 2) - price[m], 1 - p[m] - F(3, 5)
            return -price[m], 1

        return SignallingGame(["resolute", "irresolute"], ["high", "low"], ["concede", "resist"], ["3/10", "7/10"], payoffs)

    assert "separating" in {family.kind for family in perfect_bayesian(game("3/10", "3/5"))}
    for win, share in (("9/10", F(3, 14)), ("3/5", F(3, 35))):
        bluffs = [family for family in perfect_bayesian(game("4/5", win)) if family.kind == "semi-separating"]
        assert (share, share) in [family.interval("irresolute", "high") for family in bluffs]
        assert (F(1, 2), F(1, 2)) in [family.interval("high", "resist") for family in bluffs]


@pytest.mark.parametrize("messages", [2, 3])
def test_opposed_cheap_talk_is_babbling(messages):
    eqs = perfect_bayesian(cheap_talk(messages))
    (family,) = eqs
    assert family.dimension == 2 * (messages - 1) and family.unused_messages == ()
    assert family.type_payoffs == {"left": (1, 1), "right": (0, 0)}
    for reply in eqs[0].receiver_vertices[0].values():
        assert reply.support == ("right",)
    assert family.outcome_is_constant is False  # messages differ, what follows from them does not
    assert len(family.unused_patterns) == 2**messages - 1


def test_common_interest_talk_has_separating_and_babbling():
    game = SignallingGame(["t0", "t1"], ["m0", "m1"], ["a0", "a1"], ["1/2", "1/2"], lambda t, m, a: (int(t[1] == a[1]),) * 2)
    eqs = perfect_bayesian(game)
    assert sorted(family.kind for family in eqs if family.is_pure and family.dimension == 0) == ["separating", "separating"]
    assert covered(eqs, ((F(1, 2), F(1, 2)),) * 2, ((F(1, 2), F(1, 2)),) * 2)
    assert len(eqs.components) == 3


def test_job_market():
    eqs = perfect_bayesian(spence())
    kinds = {family.kind for family in eqs}
    assert kinds == {"pooling", "separating", "semi-separating"}
    separating = [family for family in eqs if family.kind == "separating"]
    assert {family.example["Sender, high"].support for family in separating} == {("college",), ("doctorate",)}
    assert all(family.example["Sender, low"].support == ("none",) for family in separating)


def test_one_type_is_backward_induction():
    game = SignallingGame(["only"], ["in", "out"], {"in": ["fight", "yield"], "out": []}, [1], {("only", "out"): (0, 2), ("only", "in", "fight"): (-1, -1), ("only", "in", "yield"): (1, 1)})  # fmt: skip
    (family,) = perfect_bayesian(game)
    assert family.outcome == {("only", "in", "yield"): 1} and family.dimension == 0


def test_messages_that_all_end_the_game():
    game = SignallingGame(["a", "b"], ["x", "y"], [[], []], ["1/2", "1/2"], lambda t, m, a: (int((t, m) in {("a", "x"), ("b", "y")}), 0))
    (family,) = perfect_bayesian(game)
    assert family.kind == "separating" and family.beliefs == {} and family.receiver_vertices == ({},)


# -------------------------------------------------------------------- completeness and soundness


@pytest.mark.parametrize("shape", [*SHAPES, (3, 3, 2), (2, 3, 3)])
@pytest.mark.parametrize("ties", TIES)
def test_every_pure_equilibrium_lies_in_a_family(shape, ties):
    found = 0
    for seed in range(8):
        game = drawn(seed, *shape, ties)
        families = perfect_bayesian(game)
        for sender, receiver in pure_equilibria(game):
            found += 1
            assert covered(families, sender, receiver), (seed, sender, receiver)
    assert found > 0


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ties", TIES)
def test_every_rational_equilibrium_of_the_strategic_form_lies_in_a_family(shape, ties):
    kept = 0
    for seed in range(20, 26):
        game = drawn(seed, *shape, ties)
        families = perfect_bayesian(game)
        for profile in ag.nash(plans_form(game)):
            sender, receiver = behaviour(game, *profile.arrays())
            if all(optimal_belief(game, m, [a for a, w in enumerate(row) if w]) for m, row in enumerate(receiver)):
                kept += 1
                assert covered(families, sender, receiver), (seed, sender, receiver)
    assert kept > 0


@pytest.mark.parametrize("ties", ["bits", "small"])
def test_mixtures_inside_nash_components_lie_in_a_family_exactly_if_they_are_perfect_bayesian(ties):
    rng, inside, outside = random.Random(5), 0, 0
    for seed in range(40, 52):
        game = drawn(seed, 2, 2, 2, ties)
        families = perfect_bayesian(game)
        for component in ag.components(plans_form(game)):
            for subset in component.subsets:
                for _ in range(3):
                    x, y = (mix(rng, side) for side in (subset.first, subset.second))
                    sender, receiver = behaviour(game, x, y)
                    expected = is_perfect_bayesian(game, sender, receiver)
                    assert covered(families, sender, receiver) == expected
                    inside, outside = inside + expected, outside + (not expected)
    assert inside > 0 and outside > 0  # empty threats occur among the Nash equilibria drawn


def mix(rng: random.Random, points) -> list[F]:
    """Return a random mixture of points, often on their boundary."""
    weights = [rng.choice([0, 0, 1, 2, 5]) for _ in points]
    weights = weights if any(weights) else [1] * len(points)
    return [sum(w * p[k] for w, p in zip(weights, points, strict=True)) / F(sum(weights)) for k in range(len(points[0]))]


@pytest.mark.parametrize("shape", [*SHAPES, (3, 3, 3)])
@pytest.mark.parametrize("ties", TIES)
def test_random_members_of_families_are_equilibria(shape, ties):
    rng = random.Random(1)
    for seed in range(60, 62 if shape == (3, 3, 3) else 64):
        game = drawn(seed, *shape, ties)
        for family in perfect_bayesian(game):
            for _ in range(2):
                weights = [[rng.choice([0, 1, 1, 3]) for _ in sides] for sides in (family.senders, family.receivers)]
                member = family.mixture(*(row if any(row) else [1] * len(row) for row in weights))
                assert sequential_rationality(member), (seed, member)
                sender = tuple(tuple(member[game.sender_set(kind)].probabilities) for kind in game.types)
                receiver = tuple(tuple(member[game.receiver_set(m)].probabilities) for m in game.messages)
                assert is_perfect_bayesian(game, sender, receiver)
                assert family.contains(member)


@pytest.mark.parametrize("ties", TIES)
def test_every_belief_listed_supports_the_replies_listed(ties):
    checked = 0
    for seed in range(80, 90):
        game = drawn(seed, 3, 2, 3, ties)
        for family in perfect_bayesian(game):
            for message, sets in family.beliefs.items():
                m = game.messages.index(message)
                rows = [game.numbers(1)[t][m] for t in range(3)]
                for beliefs in sets:
                    for vertex in beliefs.vertices:
                        values = {
                            a: sum(w * row[k] for w, row in zip(vertex.probabilities, rows, strict=True))
                            for k, a in enumerate(game.replies[message])
                        }
                        assert all(values[a] == max(values.values()) for a in beliefs.replies)
                        checked += 1
    assert checked > 0


@pytest.mark.parametrize("ties", TIES)
def test_families_are_maximal_and_distinct(ties):
    for seed in range(100, 106):
        families = list(perfect_bayesian(drawn(seed, 2, 3, 2, ties)))
        for one, other in product(families, repeat=2):
            if one is not other:
                assert not (set(one.senders) <= set(other.senders) and set(one.receivers) <= set(other.receivers))


def test_every_drawn_game_has_an_equilibrium_and_three_by_three_by_three_is_solved():
    for seed in range(4):
        eqs = perfect_bayesian(drawn(seed, 3, 3, 3, "generic"))
        assert len(eqs) >= 1 and eqs.provenance.max_regret == 0


def test_positive_affine_payoffs_and_relabelling_change_nothing():
    game = drawn(7, 2, 3, 2, "small")
    moved = SignallingGame(
        game.types,
        game.messages,
        game.replies,
        game.prior,
        lambda t, m, a: (
            F(3, 7) * game.payoff(t, m, a)["Sender"] - 5,
            2 * game.payoff(t, m, a)["Receiver"] + (3 if m == "m0" else F(1, 9)),
        ),
    )
    assert [(f.senders, f.receivers) for f in perfect_bayesian(moved)] == [(f.senders, f.receivers) for f in perfect_bayesian(game)]
    turned = SignallingGame(
        game.types[::-1], game.messages, game.replies, dict(game.prior), lambda *cell: tuple(game.payoff(*cell).values())
    )
    flipped = {(tuple(side[::-1] for side in f.senders), f.receivers) for f in perfect_bayesian(turned)}
    assert {(frozenset(a), b) for a, b in flipped} == {(frozenset(f.senders), f.receivers) for f in perfect_bayesian(game)}


# -------------------------------------------------------------------- the result


def test_floats_are_solved_exactly_and_rounded():
    exact, rounded = perfect_bayesian(deterrence("3/10", "1/5")), perfect_bayesian(deterrence("3/10", "1/5").floats())
    assert not rounded.exact and len(rounded) == len(exact)
    assert rounded.provenance.max_regret <= 1e-12
    low, high = rounded[1].interval("soft", "challenge")
    assert isinstance(low, float) and low == high == pytest.approx(3 / 7)
    assert rounded[0].belief_interval("challenge", "hard")[1] == pytest.approx(0.5)
    with pytest.raises(SolverNotApplicableError, match="exact"):
        rounded[0].contains(rounded[0].example)


def test_membership():
    family = perfect_bayesian(beer_quiche())[0]
    game, sent = family.game, {"strong": "beer", "weak": "beer"}
    replies = {"beer": "leave", "quiche": {"duel": "3/4", "leave": "1/4"}}
    assert family.contains(game.assessment(sent, replies, {"quiche": {"strong": "1/2", "weak": "1/2"}}))
    assert not family.contains(game.assessment(sent, replies, {"quiche": {"weak": 1}}))  # the receiver is not indifferent
    assert not family.contains(game.assessment(sent, {"beer": "leave", "quiche": "leave"}, {"quiche": {"strong": 1}}))
    with pytest.raises(GameDefinitionError, match="another game"):
        family.contains(perfect_bayesian(deterrence("1/4", "1/4"))[0].example)


def test_words_and_tables():
    eqs = perfect_bayesian(beer_quiche())
    assert "2 families of perfect Bayesian equilibria in 2 components (complete, exact)" in repr(eqs)
    assert "after quiche, which nobody sends: duel 1/2 to 1" in str(eqs[0])
    assert "after quiche: duel for the belief strong 0 to 1/2, weak 1/2 to 1" in eqs[0].summary()
    assert "largest regret found by the independent check: 0" in eqs.summary()
    frame = eqs.to_dataframe()
    assert list(frame["kind"]) == ["pooling", "pooling"] and frame.loc[0, "quiche: duel"] == "1/2 to 1"
    assert r"\begin{tabular}" in eqs.to_latex(caption="Equilibria", label="t") and "pooling" in eqs._repr_html_()
    assert repr(eqs.components[0]) == "<AssessmentComponent: 1 family, dimension 1, one outcome>"
    assert eqs.pure == eqs.items and eqs.mixed == ()
    assert len(eqs.arrays(float)[0]) == 4
    again = pickle.loads(pickle.dumps(eqs))
    assert again == eqs


def test_bad_questions():
    family = perfect_bayesian(beer_quiche())[0]
    with pytest.raises(UnknownLabelError, match="information set"):
        family.interval("wine", "duel")
    with pytest.raises(GameDefinitionError, match="quiche"):
        family.belief_interval("beer", "weak")
    with pytest.raises(GameDefinitionError, match="weights"):
        family.mixture([1], [1])
    with pytest.raises(GameDefinitionError, match="expected a SignallingGame"):
        perfect_bayesian(ag.games.chicken())
    with pytest.raises(UnknownLabelError, match="behaviour_vertices"):
        perfect_bayesian(beer_quiche(), "simplex")
    with pytest.raises(SolverNotApplicableError, match="limit"):
        perfect_bayesian(drawn(0, 3, 3, 3, "generic"), BehaviourVertices(limit=5))
    a = sympy.Symbol("a")
    with pytest.raises(SolverNotApplicableError, match="symbols a"):
        perfect_bayesian(SignallingGame(["t"], ["m"], ["x", "y"], [1], lambda *cell: (a, 0)))


class Liar:
    """A solver that claims that everybody drinks beer and is never challenged."""

    name, concept, description = "liar", "perfect_bayesian", "wrong on purpose"

    def obstacle(self, game):
        return None

    def solve(self, game):
        one, none = F(1), F(0)
        return Findings([((((one, none), (one, none)),), (((none, one), (none, one)),))], True, None, COMPLETE)


def test_nothing_unverified_is_returned():
    with pytest.raises(SolveError, match="liar"):
        perfect_bayesian(beer_quiche(), Liar())


# -------------------------------------------------------------------- the verifier


def entry_tree() -> ag.ExtensiveGame:
    """Return Selten's horse-like test: a long and a short deviation of the same player."""
    later = ag.Move("A", {"stop": (0, 0), "go": (3, 1)}, "A later")
    return ag.ExtensiveGame(["A", "B"], ag.Move("A", {"out": (1, 1), "in": ag.Move("B", {"pass": later, "end": (0, 2)}, "B")}, "A first"))


def test_plans_of_several_moves_are_found():
    profile = entry_tree().profile({"A first": "out", "B": "pass", "A later": "stop"})
    report = sequential_rationality(Assessment(profile, {}))
    assert report.one_shot_gains["A first"] == 0 and report.gains["A first"] == 2  # going in and going on
    assert report.one_shot_gains["A later"] == report.gains["A later"] == 3
    assert report.gains["B"] == 2 and not report and report.largest_gain == 3
    assert "at A later a change gains 3" in str(report)


def test_bayes_rule_binds_only_where_the_play_leads():
    game = beer_quiche()
    sent = {"strong": "beer", "weak": "beer"}
    good = game.assessment(sent, {"beer": "leave", "quiche": "duel"}, {"quiche": {"weak": 1}})
    assert sequential_rationality(good) and "Receiver after quiche" not in sequential_rationality(good).bayes_errors
    wrong = Assessment(good.profile, {"Receiver after beer": ["1/2", "1/2"], "Receiver after quiche": [0, 1]})
    report = sequential_rationality(wrong)
    assert report.largest_bayes_error == F(2, 5) and report.largest_gain == 0 and not report
    assert "misses Bayes' rule by 2/5" in str(report)


def test_the_verifier_agrees_with_the_definition():
    agree = {True: 0, False: 0}
    for seed in range(6):
        game = drawn(seed, 2, 2, 2, "bits")
        for plan, answers in product(product((0, 1), repeat=2), repeat=2):
            sender, receiver = (tuple(tuple(F(int(j == k)) for j in (0, 1)) for k in row) for row in (plan, answers))
            expected = is_perfect_bayesian(game, sender, receiver)
            beliefs = {message: optimal_belief(game, m, [answers[m]]) or (1, 0) for m, message in enumerate(game.messages)}
            member = game.assessment(dict(zip(game.types, sender, strict=True)), dict(zip(game.messages, receiver, strict=True)), beliefs)
            assert bool(sequential_rationality(member)) == expected
            agree[expected] += 1
    assert min(agree.values()) > 0


def test_bad_assessments():
    with pytest.raises(GameDefinitionError, match="expected an Assessment"):
        sequential_rationality("beer")
