"""The refinement report: known verdicts, agreement with searches on grids, and relations between the criteria."""

import pickle
import random
from fractions import Fraction as F
from itertools import pairwise, product

import pytest
from signalling_games import beer_quiche, deterrence, drawn, optimal_belief, spence

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, UnknownLabelError
from alliancegames.games.signalling import SignallingGame
from alliancegames.solvers.refinements import CRITERIA, refine
from alliancegames.solvers.signalling import perfect_bayesian

TIES = ("bits", "small", "generic")

# -------------------------------------------------------------------- known verdicts


def fates(item) -> dict:
    return {criterion: verdict.survives for criterion, verdict in item.verdicts.items()}


def test_quiche_dies_under_the_intuitive_criterion():
    report = refine(beer_quiche())
    beer, quiche = report
    assert set(fates(beer).values()) == {True}
    assert set(fates(quiche).values()) == {False}
    assert report.survivors("intuitive") == (beer.family,)
    verdict = quiche.verdicts["intuitive"]
    assert verdict.ruled_out == ("weak",)
    assert "weak is ruled out (no best reply gives it its equilibrium payoff)" in verdict.reason
    assert "Receiver replies leave, so that strong gains (3 against 2)" in verdict.reason
    (message,) = quiche.messages
    strong, weak = message.types
    assert (strong.gains, strong.indifferent, strong.highest) == (("leave",), (), 3)
    assert weak.is_dominated and (weak.lowest, weak.highest, weak.equilibrium_payoff) == (0, 2, 3)
    assert [[vertex["leave"] for vertex in region] for region in strong.attracted] in ([[F(1, 2), 1]], [[1, F(1, 2)]])


def test_steadfast_deterrence_dies_under_d1_with_its_reason():
    report = refine(deterrence("3/10", "1/5"))
    steadfast, bluff = report
    assert steadfast.family.kind == "pooling" and bluff.family.kind == "semi-separating"
    assert fates(steadfast) == {
        "intuitive": True,
        "equilibrium dominance": True,
        "D1": False,
        "D2": False,
        "NWBR": False,
        "divinity": True,
        "universal divinity": False,
    }
    assert set(fates(bluff).values()) == {True} and bluff.messages == ()
    d1 = steadfast.verdicts["D1"]
    assert d1.ruled_out == ("soft",)
    assert d1.reason.startswith("after 'challenge', soft is ruled out (hard gains whenever it gains or is indifferent)")
    assert "with belief on hard, Defender replies concede, so that hard gains (43/50 against 1/2)" in d1.reason
    hard, soft = steadfast.messages[0].types
    assert min(vertex["concede"] for vertex in hard.attracted[0]) == F(5, 14)  # 1 - (c1 - p_D) / (1 - p_D)
    assert min(vertex["concede"] for vertex in soft.attracted[0]) == F(5, 9)  # 1 - (c2 - p_D) / (1 - p_D)


@pytest.mark.parametrize(
    ("p_challenger", "p_defender"), [("3/10", "1/5"), ("7/10", "1/5"), ("3/10", "3/5"), ("3/10", "4/5"), ("9/10", "4/5")]
)
def test_after_d1_one_outcome_is_left_in_every_regime_of_deterrence(p_challenger, p_defender):
    survivors = refine(deterrence(p_challenger, p_defender)).survivors("D1")
    assert len(survivors) == 1
    assert (survivors[0].kind == "pooling" and survivors[0].unused_messages == ("challenge",)) == (F(p_defender) > F(5, 7))


def test_divinity_keeps_the_odds_of_types_that_both_gain():
    """With seven in ten hard, beliefs after a challenge put at least 7/10 on hard, and the defender concedes."""
    steadfast = refine(deterrence("7/10", "1/5"))[0]
    assert steadfast.verdicts["divinity"].survives is False
    assert steadfast.verdicts["divinity"].ruled_out == ()
    assert "belief within hard 7/10, soft 3/10" in steadfast.verdicts["divinity"].reason
    assert "belief within hard 3/10 to 1" in refine(deterrence("3/10", "1/5"))[0].verdicts["divinity"].reason


def test_only_the_cheapest_separation_survives_in_the_job_market():
    report = refine(spence())
    for criterion in CRITERIA:
        survivors = report.survivors(criterion)
        assert {family.kind for family in survivors} == {"separating"}
        assert {family.example["Sender, high"].support for family in survivors} == {("college",)}


def test_the_intuitive_criterion_needs_one_type_that_always_gains():
    """Two types could gain, each from another reply: equilibrium dominance kills, the intuitive criterion does not."""
    sender = {
        ("a", "x"): 1,
        ("a", "y"): -1,
        ("b", "x"): -1,
        ("b", "y"): 1,
        ("c", "x"): -1,
        ("c", "y"): -1,
        ("c", "z"): -1,
        ("a", "z"): -1,
        ("b", "z"): -1,
    }
    receiver = {("a", "x"): 2, ("a", "y"): 2, ("b", "x"): 2, ("b", "y"): 2, ("c", "z"): 3}

    def payoffs(t, m, r):
        return (0, 0) if m == "out" else (sender[t, r], receiver.get((t, r), 0))

    game = SignallingGame(["a", "b", "c"], ["out", "in"], {"out": [], "in": ["x", "y", "z"]}, ["1/3", "1/3", "1/3"], payoffs)
    waiting = next(item for item in refine(game) if item.family.unused_messages == ("in",))
    assert waiting.messages[0].reply_sets == (("x", "y", "z"),)
    assert waiting.verdicts["intuitive"].ruled_out == ("c",) and waiting.verdicts["intuitive"].survives is True
    assert waiting.verdicts["equilibrium dominance"].survives is True  # half x, half y attracts nobody
    assert "supports the reply" in waiting.verdicts["equilibrium dominance"].reason


def test_d2_rules_out_a_type_that_no_single_other_type_outbids():
    """C gains from x or y; whenever it does, a (from x) or b (from y) gains more: D2 rules c out, D1 does not."""
    # Gains from (x, y, z): a (3, -1, -1), b (-1, 3, -1), c (1, 1, -2); z is what holds the equilibrium up.
    gains = {"a": (3, -1, -1), "b": (-1, 3, -1), "c": (1, 1, -2)}

    def payoffs(t, m, r):
        if m == "out":
            return 0, 0
        return gains[t]["xyz".index(r)], int(r == "z") if t == "c" else 0

    game = SignallingGame(["a", "b", "c"], ["out", "in"], {"out": [], "in": ["x", "y", "z"]}, ["1/3", "1/3", "1/3"], payoffs)
    waiting = next(item for item in refine(game) if item.family.unused_messages == ("in",))
    assert waiting.verdicts["D1"].ruled_out == ()
    assert waiting.verdicts["D2"].ruled_out == ("c",)
    assert "c is ruled out (another type gains whenever it gains or is indifferent)" in waiting.verdicts["D2"].reason


# -------------------------------------------------------------------- binary replies: searches on a grid


class Grid:
    """A deviation with two replies: probabilities of the second reply where it matters and on a fine grid, with plain sets.

    The grid holds all points where a type is indifferent and points between them, so comparisons of sets on it are exact.
    """

    def __init__(self, game, m, payoffs):
        self.game, self.types = game, range(len(game.types))
        self.u = [game.numbers(0)[t][m] for t in self.types]
        self.v = [game.numbers(1)[t][m] for t in self.types]
        self.payoffs, self.prior = payoffs, list(game.prior.values())
        cuts = {F(k, 20) for k in range(21)}
        for t in self.types:
            slope = self.u[t][1] - self.u[t][0]
            if slope and 0 <= (payoffs[t] - self.u[t][0]) / slope <= 1:
                cuts.add((payoffs[t] - self.u[t][0]) / slope)
        ordered = sorted(cuts)
        self.points = sorted(cuts | {(a + b) / 2 for a, b in pairwise(ordered)})

    def gain(self, t, q):
        return (1 - q) * self.u[t][0] + q * self.u[t][1] - self.payoffs[t]

    def best(self, beliefs):
        """Return the points of the grid that are best against a mixture of the beliefs: all, if both replies are best to some."""
        edge = [sum(b * (row[1] - row[0]) for b, row in zip(belief, self.v, strict=True)) for belief in beliefs]
        if min(edge) > 0:
            return {F(1)}
        return {F(0)} if max(edge) < 0 else set(self.points)

    def certain(self, types):
        return [tuple(F(int(s == t)) for s in self.types) for t in types]

    def sets(self, replies):
        strictly = [{q for q in replies if self.gain(t, q) > 0} for t in self.types]
        weakly = [{q for q in replies if self.gain(t, q) >= 0} for t in self.types]
        return strictly, weakly

    def safe(self, replies):
        return any(all(self.gain(t, q) <= 0 for t in self.types) for q in replies)

    def left(self, ruled_out):
        return [t for t in self.types if t not in ruled_out]

    def verdicts(self):
        everything = self.best(self.certain(self.types))
        gaining, weakly = self.sets(everything)
        others = [[s for s in self.types if s != t] for t in self.types]
        ruled = {
            "equilibrium dominance": [t for t in self.types if not weakly[t]],
            "D1": [t for t in self.types if not weakly[t] or any(weakly[t] <= gaining[s] for s in others[t])],
            "D2": [t for t in self.types if weakly[t] <= set().union(*(gaining[s] for s in others[t]))],
            "NWBR": [t for t in self.types if weakly[t] - gaining[t] <= set().union(*(gaining[s] for s in others[t]))],
        }
        result = {}
        for criterion, types in ruled.items():
            result[criterion] = not self.left(types) or self.safe(self.best(self.certain(self.left(types))))
        kept = self.left(ruled["equilibrium dominance"])
        pure = self.best(self.certain(kept)) & {F(0), F(1)} if kept else set()
        result["intuitive"] = not any(all(self.gain(t, q) > 0 for q in pure) for t in kept)
        result["divinity"] = self.divine(everything)
        return result

    def divine(self, replies):
        hull = None
        while True:
            beliefs = {belief for q in replies for belief in self.plausible(q)}
            if not beliefs or beliefs == hull:
                return self.safe(replies)
            hull, replies = beliefs, self.best(list(beliefs))

    def plausible(self, q):
        signs = [self.gain(t, q) for t in self.types]
        ranges = [(1,) if g > 0 else (0, 1) if g == 0 else (0,) for g in signs]
        for chosen in product(*ranges):
            total = sum(p * c for p, c in zip(self.prior, chosen, strict=True))
            if total:
                yield tuple(p * c / total for p, c in zip(self.prior, chosen, strict=True))


@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 2, 2), (2, 3, 2)])
@pytest.mark.parametrize("ties", TIES)
def test_verdicts_agree_with_a_search_over_replies(shape, ties):
    seen = {True: 0, False: 0}
    for seed in range(30 if shape == (2, 2, 2) else 12):
        game = drawn(seed, *shape, ties)
        for item in refine(game):
            payoffs = item.family.sender_values()[0]
            for message in item.messages:
                expected = Grid(game, game.messages.index(message.message), payoffs).verdicts()
                found = {criterion: message.verdicts[criterion].survives for criterion in expected}
                assert found == expected, (seed, message)
                for fate in expected.values():
                    seen[fate] += 1
    assert min(seen.values()) > 0


# -------------------------------------------------------------------- any number of replies


@pytest.mark.parametrize("ties", TIES)
def test_survivors_are_nested(ties):
    chains = (
        ("NWBR", "D2", "D1", "equilibrium dominance", "intuitive"),
        ("universal divinity", "divinity", "equilibrium dominance"),
        ("universal divinity", "D2"),
    )
    died = 0
    for seed in range(8):
        for item in refine(drawn(seed, 3, 2, 3, ties)):
            for message in item.messages:
                for chain in chains:
                    alive = [message.verdicts[criterion].survives for criterion in chain]
                    assert alive == sorted(alive), (seed, message, chain)  # False before True
                    died += not alive[0]
    assert died > 0


def sampled_replies(game, m, rng, count):
    """Draw beliefs, many of them at which the receiver is indifferent, and mixed best replies to them."""
    replies = range(len(game.replies[game.messages[m]]))
    for _ in range(count):
        support = rng.sample(list(replies), rng.randint(1, len(replies)))
        if optimal_belief(game, m, support) is not None:
            weights = [rng.randint(0, 6) if a in support else 0 for a in replies]
            if any(weights):
                yield [F(w, sum(weights)) for w in weights]


@pytest.mark.parametrize("ties", TIES)
def test_no_sampled_reply_contradicts_who_is_ruled_out(ties):
    rng, checked = random.Random(3), 0
    for seed in range(8):
        game = drawn(seed, 3, 2, 3, ties)
        for item in refine(game):
            payoffs = item.family.sender_values()[0]
            for message in item.messages:
                m = game.messages.index(message.message)
                ruled = {
                    c: [game.types.index(t) for t in message.verdicts[c].ruled_out] for c in ("equilibrium dominance", "D1", "D2", "NWBR")
                }
                for reply in sampled_replies(game, m, rng, 40):
                    gain = [sum(w * u for w, u in zip(reply, game.numbers(0)[t][m], strict=True)) - payoffs[t] for t in range(3)]
                    another = [any(gain[s] > 0 for s in range(3) if s != t) for t in range(3)]
                    assert all(gain[t] < 0 for t in ruled["equilibrium dominance"])
                    assert all(gain[t] < 0 or another[t] for t in (*ruled["D1"], *ruled["D2"]))
                    assert all(gain[t] != 0 or another[t] for t in ruled["NWBR"])
                    for t, attraction in enumerate(message.types):
                        assert attraction.lowest <= gain[t] + payoffs[t] <= attraction.highest
                        assert gain[t] < 0 or not attraction.is_dominated
                    checked += 1
    assert checked > 0


@pytest.mark.parametrize("ties", TIES)
def test_what_attracts_a_type_is_described_by_vertices_that_do_not_make_it_lose(ties):
    for seed in range(10):
        game = drawn(seed, 2, 2, 3, ties)
        for item in refine(game):
            for message in item.messages:
                m = game.messages.index(message.message)
                for t, attraction in enumerate(message.types):
                    for region in attraction.attracted:
                        for vertex in region:
                            value = sum(w * u for w, u in zip(vertex.probabilities, game.numbers(0)[t][m], strict=True))
                            assert value >= attraction.equilibrium_payoff
                            assert optimal_belief(game, m, [k for k, w in enumerate(vertex.probabilities) if w]) is not None


# -------------------------------------------------------------------- families whose members differ


def test_members_with_other_payoffs_may_fare_differently():
    """A family in which both types get q, the probability of the reply a0 to m0, for all q in [0, 1].

    After m2 t1 gets 0 and t0 gets 1 if the receiver replies a1, as it does if it believes in t0. For 0 < q < 1 only t0
    could gain, so the members die. At q = 1 t0 would gain nothing, and at q = 0 t1 might send m2 as well.
    """
    sender = {("t0", "m0", "a0"), ("t1", "m0", "a0"), ("t0", "m1", "a1"), ("t1", "m1", "a1"), ("t0", "m2", "a1")}
    receiver = {("t0", "m0", "a0"), ("t1", "m0", "a1"), ("t1", "m1", "a0"), ("t0", "m2", "a1"), ("t1", "m2", "a0")}
    game = SignallingGame(
        ["t0", "t1"], ["m0", "m1", "m2"], ["a0", "a1"], ["3/5", "2/5"], lambda *cell: (int(cell in sender), int(cell in receiver))
    )
    found = [
        item for item in refine(game) if item.family.type_payoffs == {"t0": (0, 1), "t1": (0, 1)} and item.family.unused_messages == ("m2",)
    ]
    assert found
    for item in found:
        for criterion in CRITERIA:
            verdict = item.verdicts[criterion]
            assert verdict.survives is None and verdict.ruled_out == ("t1",)
            assert "payoffs of types vary within the family" in verdict.reason
        assert str(item.verdicts["D1"]).startswith("D1: some members die: after 'm2', t1 is ruled out")
        assert item.family in refine(game).survivors("D1")


def test_members_that_leave_more_unsent_are_examined():
    """Both types are indifferent between two messages, either of which some members of the family do not use.

    They pool on m0 or m1 in all proportions in which the receiver stays with a0; all of these are worth 1,
    more than any reply to a message could promise, so nothing dies.
    """
    game = SignallingGame(["t0", "t1"], ["m0", "m1"], ["a0", "a1"], ["1/2", "1/2"], lambda t, m, a: (int(a == "a0"), int(a == "a0")))
    (item,) = refine(game)
    assert item.family.unused_patterns == ((), ("m0",), ("m1",)) and item.messages == ()
    assert all(verdict.survives for verdict in item.verdicts.values())


def test_a_strategically_stable_outcome_is_left_in_generic_games():
    """NWBR keeps every strategically stable outcome, and one exists, so something survives in generic games."""
    for seed in range(30):
        report = refine(drawn(seed, 2, 2, 2, "generic"))
        assert report.survivors("NWBR"), seed


# -------------------------------------------------------------------- the report


def test_the_report_as_text_and_table():
    report = refine(deterrence("3/10", "1/5"))
    assert len(report) == 2 and report[0].family == perfect_bayesian(report.game)[0]
    text = report.summary()
    assert text.startswith("1. pooling: hard sends wait; soft sends wait; after challenge, which nobody sends: ")
    assert "  D1: dies: after 'challenge', soft is ruled out" in text
    assert "hard does not lose if concede has probability 5/14 to 1 (else deny) (3/10 to 43/50 against 1/2)" in text
    frame = report.to_dataframe()
    assert len(frame) == 2 * len(CRITERIA)
    assert frame[(frame.equilibrium == 1) & (frame.criterion == "D1")]["verdict"].tolist() == ["dies"]
    assert "dies by D1, D2, NWBR, universal divinity" in repr(report) and "survives all criteria" in repr(report)
    assert report._repr_html_().count("<td") == 2 * len(CRITERIA)
    assert pickle.loads(pickle.dumps(report)).summary() == text


def test_some_equilibria_only():
    game = beer_quiche()
    (first, _) = perfect_bayesian(game)
    assert [item.family for item in refine(game, [first])] == [first]


def test_floats_are_decided_at_their_exact_values():
    exact, rounded = refine(deterrence("3/10", "1/5")), refine(deterrence("3/10", "1/5").floats())
    assert [fates(item) for item in rounded] == [fates(item) for item in exact]
    assert isinstance(rounded[0].messages[0].types[0].highest, float)


def test_bad_questions():
    with pytest.raises(UnknownLabelError, match="D1"):
        refine(beer_quiche()).survivors("D3")
    with pytest.raises(GameDefinitionError, match="expected a SignallingGame"):
        refine(ag.games.chicken())
    with pytest.raises(GameDefinitionError, match="families found by perfect_bayesian"):
        refine(beer_quiche(), perfect_bayesian(deterrence("1/4", "1/4")))
