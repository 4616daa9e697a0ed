"""Trembling-hand perfection: known answers, proofs that anybody can check, and its place between Nash and sequential equilibria."""

import random
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tree_checks import Move, all_plans, horse, members, outside_option, reach, unreasonable, vectors, worth

import alliancegames as ag
from alliancegames.solvers.tremble import is_trembling_hand_perfect
from alliancegames.testing import extensive_games


def agents_reply(game, near, limit):
    """Whether each action that the limit plays is best at its set against a completely mixed profile, one set at a time."""
    found = reach(game, near)
    for h, part in enumerate(game.information_sets):
        values = [
            sum(found[x] * worth(game, part.player, game.nodes[x].children[a], near) for x in part.nodes) for a in range(len(part.actions))
        ]
        if any(weight and value < max(values) for weight, value in zip(limit[h], values, strict=True)):
            return False
    return True


def check(report):
    """Check the path of a positive verdict from the definition, at sizes small enough."""
    game, limit = report.profile.game, vectors(report.profile)
    for size in (Fraction(1, 10**6), Fraction(1, 10**9)):
        near = report.near(size)
        assert all(weight > 0 for own in vectors(near) for weight in own)
        gap = max(abs(a - b) for one, other in zip(vectors(near), limit, strict=True) for a, b in zip(one, other, strict=True))
        assert gap <= 10**4 * size
        assert agents_reply(game, vectors(near), limit)


def tie():
    """Left and right are the same for B unless A errs."""
    return ag.ExtensiveGame(
        ["A", "B"], Move("A", {"a": Move("B", {"l": (1, 1), "r": (1, 1)}, "B"), "b": Move("B", {"l": (1, 1), "r": (0, 0)}, "B")})
    )


def test_horse():
    game = horse()
    good = is_trembling_hand_perfect(game.profile(["C", "R", "c"]))
    assert good
    check(good)
    bad = is_trembling_hand_perfect(game.profile(["D", "L", "c"]))
    assert bad.verdict is False
    assert bad.radius > 0


@pytest.mark.parametrize("share", [0, Fraction(1, 8), Fraction(1, 5), Fraction(1, 4)])
def test_all_sequential_equilibria_of_the_horse_are_perfect(share):
    report = is_trembling_hand_perfect(horse().profile(["C", [share, 1 - share], "c"]))
    assert report
    check(report)


def test_a_reply_beyond_the_bound_is_not_even_nash():
    report = is_trembling_hand_perfect(horse().profile(["C", ["1/2", "1/2"], "c"]))
    assert report.verdict is False
    assert report.radius == 0


def test_sequential_but_not_perfect():
    """To do what is never better and worse after a mistake is sequentially rational, but not perfect."""
    game = tie()
    verdicts = {}
    for play in members(ag.sequential_equilibria(game)):
        report = is_trembling_hand_perfect(play)
        verdicts[play["A"]["a"], play["B"]["l"]] = report.verdict
        if report:
            check(report)
    assert verdicts == {(1, 1): True, (1, Fraction(1, 2)): False, (1, 0): False, (Fraction(1, 2), 1): False, (0, 1): False}


def test_an_incredible_reply_is_refuted():
    report = is_trembling_hand_perfect(unreasonable().profile(["out", "r"]))
    assert report.verdict is False
    assert "not perfect" in str(report)
    with pytest.raises(ag.errors.SolverNotApplicableError, match="there is no path"):
        report.near("1/10")


def test_completely_mixed_equilibria_are_perfect():
    (family,) = ag.sequential_equilibria(outside_option(-1))
    report = is_trembling_hand_perfect(family.example)
    assert report
    check(report)


def test_the_agent_form_allows_dominated_plans():
    """Van Damme: an agent may fear the mistakes of his own player's later self; this plan is perfect in the agent form only."""
    game = ag.ExtensiveGame(
        ["A", "B"],
        Move("A", {"safe": (1, 1), "go on": Move("A", {"good": (1, 1), "bad": (0, 0)}, "A later")}, "A"),
    )
    report = is_trembling_hand_perfect(game.profile({"A": "safe", "A later": "good"}))
    assert report
    check(report)
    assert is_trembling_hand_perfect(game.profile({"A": "go on", "A later": "good"})).verdict is False


@settings(max_examples=20)
@given(extensive_games(max_depth=3, max_information_sets=4, tied=False))
def test_for_almost_all_payoffs_sequential_equilibria_are_perfect(game):
    ends = [node.payoffs for node in game.nodes if node.payoffs is not None]
    assume(all(len(set(column)) == len(ends) for column in zip(*ends, strict=True)))
    for family in ag.sequential_equilibria(game):
        if family.exact:
            report = is_trembling_hand_perfect(family.example)
            assert report.verdict is not False
            if report.verdict:
                check(report)


@settings(max_examples=25)
@given(extensive_games(max_depth=3, max_information_sets=3, tied=True), st.integers(0, 10**6))
def test_verdicts_are_right_where_they_can_be_tested(game, seed):
    """A perfect profile is a Nash equilibrium; one that random trembles justify is not refuted."""
    rng = random.Random(seed)
    strategies = [
        [Fraction(int(a == k)) for a in range(len(part.actions))]
        for part in game.information_sets
        for k in [rng.randrange(len(part.actions))]
    ]
    report = is_trembling_hand_perfect(game.profile(strategies))
    if report.verdict:
        check(report)
        now = [worth(game, player, 0, strategies) for player in range(len(game.players))]
        for player in range(len(game.players)):
            assert all(worth(game, player, 0, strategies, plan) <= now[player] for plan in all_plans(game, player))
    else:
        for _ in range(20):
            size = Fraction(1, 10**6)
            near = [[w + size * Fraction(rng.randint(1, 9)) for w in own] for own in strategies]
            near = [[w / sum(own) for w in own] for own in near]
            assert not agents_reply(game, near, strategies)


def test_an_undecided_verdict_is_no_truth_value():
    from alliancegames.solvers.tremble import PerfectionReport

    report = PerfectionReport(horse().profile(["C", "R", "c"]), None, tried=("paths of degree 1",))
    with pytest.raises(ag.errors.SolveError, match="could not be decided; tried: paths of degree 1"):
        bool(report)
    assert "not decided" in str(report)


def test_refusals():
    game = horse()
    with pytest.raises(ag.errors.SolverNotApplicableError, match=r"use game\.exact"):
        is_trembling_hand_perfect(game.floats().profile(["C", "R", "c"]))
    with pytest.raises(ag.errors.GameDefinitionError, match=r"use game\.profile"):
        is_trembling_hand_perfect(game)
    report = is_trembling_hand_perfect(game.profile(["C", "R", "c"]))
    with pytest.raises(ag.errors.GameDefinitionError, match="take a smaller one, above 0"):
        report.near(0)
