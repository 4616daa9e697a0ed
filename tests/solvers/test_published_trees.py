"""Trees of the literature with up to 57 nodes: Nash equilibria as pygambit enumerates them, and equilibria derived by hand."""

import io
from fractions import Fraction
from functools import cache, partial

import published_trees as trees
import pytest
from test_canonical_trees import at_once, crossed, one_after_the_other
from tree_checks import behaviour_of, beliefs_of, follows_bayes, horse, is_rational, is_subgame_perfect, lies_in, members, vectors

import alliancegames as ag
from alliancegames.games.strategic_form import plans
from alliancegames.solvers._subgame_supports import nash_cells
from alliancegames.solvers._trees import Tree

gambit = pytest.importorskip("pygambit", reason="pygambit, the reference solver, is not installed")

F = Fraction
OURS = {
    "Kreps and Wilson, at once": at_once,
    "Kreps and Wilson, one after the other": one_after_the_other,
    "Kohlberg and Mertens 3": trees.kohlberg_mertens_3,
    "Kohlberg and Mertens 6": trees.kohlberg_mertens_6,
    "Wilson": trees.wilson,
    "Schotter, Weigelt and Wilson 2": trees.schotter_weigelt_wilson_2,
    "Schotter, Weigelt and Wilson 3": trees.schotter_weigelt_wilson_3,
    "Banks and Sobel 1": trees.banks_sobel_1,
    "Brandts and Holt 1": trees.brandts_holt_1,
    "Harsanyi": trees.harsanyi,
    "McKelvey and Palfrey": trees.mckelvey_palfrey,
    "centipede with altruists": trees.centipede_with_altruists,
}
CATALOGUE = (
    "books/myerson1991/fig2_1",
    "books/myerson1991/fig4_2",
    "books/shohamleytonbrown2008/fig5_1",
    "books/shohamleytonbrown2008/fig5_10",
    "books/shohamleytonbrown2008/fig5_11",
    "books/shohamleytonbrown2008/fig5_15",
    "books/shohamleytonbrown2008/fig5_2",
    "books/shohamleytonbrown2008/fig5_9",
    "books/shohamleytonbrown2008/fig6_2",
    "books/shohamleytonbrown2008/fig6_8",
    "books/vonstengel2022/fig10.1",
    "books/vonstengel2022/fig10.12",
    "books/vonstengel2022/fig10.5",
    "books/watson2013/exercise29_6",
    "books/watson2013/fig29_1",
    "conf/itcs/jakobsen2016/fig1a",
    "conf/itcs/jakobsen2016/fig1b",
    "conf/itcs/jakobsen2016/fig1c",
    "journals/geb/bagwell1995",
    "journals/ijgt/selten1975/fig2",
    "journals/mor/vonstengelforges2008/fig1",
    "journals/mor/vonstengelforges2008/fig6",
    "journals/mor/vonstengelforges2008/fig9",
    "journals/other/reiley2008/fig1",
)
TWO_PLAYERS = (*OURS, *CATALOGUE)
MORE_PLAYERS = ("horse", "Kreps and Wilson 8", "Selten 3", "plurality", "conf/itcs/jakobsen2016/fig3")
# Trees whose equilibria take long, since very many replies and beliefs are free.
SLOW = {"books/shohamleytonbrown2008/fig6_2", "journals/mor/vonstengelforges2008/fig6", "plurality"}


# The centipede with more moves, up to the size of the largest trees in Gambit's collection that have small strategic forms.
LONG = {f"centipede of {moves} moves": partial(trees.centipede_with_altruists, moves) for moves in (10, 12, 13)}


@cache
def tree(name):
    """Return a tree by its name here or in pygambit's catalogue."""
    if name in OURS or name in LONG:
        return {**OURS, **LONG}[name]()
    others = {"horse": horse, "Kreps and Wilson 8": crossed, "plurality": trees.plurality}
    if name in others:
        return others[name]()
    slug = "journals/ijgt/selten1975/fig3" if name == "Selten 3" else name
    return ag.io.from_pygambit_tree(gambit.catalog.load(slug))


@cache
def twin(name):
    return gambit.read_efg(io.StringIO(ag.io.format_efg(tree(name))))


@cache
def sequential(name):
    return ag.sequential_equilibria(tree(name))


@cache
def perfect(name):
    return ag.subgame_perfect(tree(name))


def exact(value):
    return F(int(value.numerator), int(value.denominator))


def played(plan):
    """Write a plan as pygambit labels it: the number of the action at each information set, a star where the plan says nothing."""
    return "".join("*" if action is None else str(action + 1) for action in plan.values())


@cache
def gambit_equilibria(name):
    """Return the extreme equilibria of the reduced strategic form by pygambit, as weights of our plans in their order."""
    game, other = tree(name), twin(name)
    found = gambit.nash.enummixed_solve(other, rational=True).equilibria
    return {
        tuple(
            tuple({s.label: exact(mixed[s]) for s in player.strategies}[played(plan)] for plan in plans(game, i))
            for i, player in enumerate(other.players)
        )
        for mixed in found
    }


def test_sizes():
    sizes = {name: len(tree(name).nodes) for name in (*TWO_PLAYERS, *MORE_PLAYERS)}
    assert max(sizes.values()) == sizes["plurality"] == 40
    assert sum(size > 20 for size in sizes.values()) >= 8
    assert [len(tree(name).nodes) for name in LONG] == [45, 53, 57]


@pytest.mark.parametrize("name", [*TWO_PLAYERS, *LONG])
def test_nash_equilibria_are_those_of_pygambit(name):
    game = tree(name)
    form = game.normal_form()
    assert form.shape == tuple(len(player.strategies) for player in twin(name).players)
    eqs = ag.nash(form)
    assert (eqs.complete, eqs.exact) == (True, True)
    assert {tuple(tuple(own) for own in profile.arrays()) for profile in eqs} == gambit_equilibria(name)


@pytest.mark.parametrize("name", MORE_PLAYERS)
def test_pure_nash_equilibria_are_those_of_pygambit(name):
    game, other = tree(name), twin(name)
    found = {
        tuple(
            next(k for k, plan in enumerate(plans(game, i)) if mixed[player][played(plan)] == 1) for i, player in enumerate(other.players)
        )
        for mixed in gambit.nash.enumpure_solve(other).equilibria
    }
    ours = ag.pure_nash(game.normal_form())
    assert {tuple(list(own).index(1) for own in profile.arrays()) for profile in ours} == found


@pytest.mark.parametrize("name", [name for name in TWO_PLAYERS if name not in {*SLOW, "centipede with altruists"}])
def test_extreme_nash_equilibria_are_listed_exactly_if_they_are_subgame_perfect(name):
    """Replies off a player's own plan, which the reduced form leaves open, are filled in by the first action."""
    game = tree(name)
    cells = list(nash_cells(Tree(game), game.subgame_roots))
    assert all(cell.solution.decided for cell in cells)
    for mixed in gambit_equilibria(name):
        strategies = behaviour_of(game, mixed)
        assert any(lies_in(cell, strategies) for cell in cells) == is_subgame_perfect(game, strategies)


@pytest.mark.parametrize("name", [name for name in (*TWO_PLAYERS, *MORE_PLAYERS) if name not in SLOW])
def test_members_pass_the_checks_of_pygambit_and_of_the_definition(name):
    game, other = tree(name), twin(name)
    assert sequential(name).complete
    assert perfect(name).complete
    actions = {(part.player.label, part.number): list(part.actions) for part in other.infosets}
    count = dict.fromkeys(game.players, 0)
    order = []
    for part in game.information_sets:
        label = game.players[part.player]
        order.append(actions[label, count[label]])
        count[label] += 1
    for play in (*members(sequential(name)), *members(perfect(name))):
        if not all(isinstance(w, Fraction) for own in vectors(play) for w in own):
            continue
        profile = other.mixed_behavior_profile(rational=True)
        for own, listed in zip(vectors(play), order, strict=True):
            for weight, action in zip(own, listed, strict=True):
                profile[action] = gambit.Rational(weight.numerator, weight.denominator)
        assert profile.max_regret() == 0
    for play in members(sequential(name)):
        if sequential(name).exact:
            assert is_rational(game, vectors(play), beliefs_of(play))
            assert follows_bayes(game, vectors(play), beliefs_of(play))


# -------------------------------------------------------------------- derived by hand


def worth(found):
    return sorted(tuple(component.payoffs.values()) for component in found.components)


@pytest.mark.parametrize("name", ["Kohlberg and Mertens 3", "Kohlberg and Mertens 6"])
def test_coordination_after_an_outside_option(name):
    """After staying in, M against L is strict, and R is a best reply to M with at most 1/4, B being no worse than M against R.

    The first player leaves if R follows. Where L against B leads to matching pennies, these are worth the 0 that they replace.
    """
    for found in (sequential(name), perfect(name)):
        assert worth(found) == [(2, 2), (3, 3)]
        out = next(component for component in found.components if component.payoffs["1"] == 2)
        assert [family.interval("1 inside", "M") for family in out.families] == [(0, F(1, 4))]
        assert {family["2"]["R"] for family in out.families} == {1}


def test_battle_of_the_sexes_after_an_outside_option():
    """Inside are worth (1, 3), (3, 1) or, mixed, 3/4 each; the first player stays in for 3 only."""
    for found in (sequential("Wilson"), perfect("Wilson")):
        assert all(component.is_isolated for component in found.components)
        assert worth(found) == [(2, 2), (2, 2), (3, 1)]


@pytest.mark.parametrize(("number", "expected"), [(2, [(6, 3)]), (3, [(4, 4), (4, 4), (6, 3)])])
def test_an_empty_threat_to_end_the_game(number, expected):
    """The second player gets 2 or more inside, so the threat to take 1 at once is empty.

    In figure 2 the inside is worth (6, 3), both mixing half and half; in figure 3 (6, 3), (3, 6) or 2 each.
    """
    for found in (sequential(f"Schotter, Weigelt and Wilson {number}"), perfect(f"Schotter, Weigelt and Wilson {number}")):
        assert all(component.is_isolated for component in found.components)
        assert worth(found) == expected


def test_banks_and_sobel():
    """With t1 rarer than 2/5 a reply a1 to m1 cannot be had from both types, and a2 to m2 only if it is t2's alone.

    Both send m2 for a1 as long as a1 follows m1 with at most 1/3, from belief 2/5. Or t1 sends m1, t2 at least with 3/4; if with 3/4,
    a1 may follow m2 with r and m1 with 3r/4, which leaves t2 indifferent and t1 content; else a2 follows both.
    """
    found = sequential("Banks and Sobel 1")
    pooling, other = sorted(found.components, key=lambda component: -component.payoffs["2"])
    assert pooling.payoffs == {"1": -5, "2": 5}
    assert {family.interval("2 after m1", "a1") for family in pooling.families} == {(0, 0), (0, F(1, 3))}
    ranges = {
        (family.interval("t2", "m1"), family.interval("2 after m1", "a1"), family.interval("2 after m2", "a1")) for family in other.families
    }
    # the end of the second family, where m2 is no longer sent, is listed on its own account, too
    assert ranges == {((F(3, 4), F(3, 4)), (0, F(3, 4)), (0, 1)), ((F(3, 4), 1), (0, 0), (0, 0)), ((1, 1), (0, 0), (0, 0))}
    assert other.payoff_intervals == {"1": (F(-28, 3), F(-55, 12)), "2": (F(10, 3), F(10, 3))}


def test_brandts_and_holt():
    """After S the reply C is best unless it is surely A, so S is worth more to A than N; B sends S if N leads to D half the time."""
    (only,) = sequential("Brandts and Holt 1").components
    assert only.payoffs == {"1": F(75, 2), "2": F(45, 2)}
    assert {family.interval("2 after N", "a2") for family in only.families} == {(1, 1), (F(1, 2), 1)}


def test_banks_camerer_and_porter():
    """The collection says of game 1 that there is one Bayes-Nash equilibrium, a pooling one: m1, with a1 in reply.

    If m2 is answered by a1 with at most 1/2 neither type prefers it; a3 is as good as a1 at the belief 5/6. To m3 a1 is always best.
    """
    eqs = ag.perfect_bayesian(trees.banks_camerer_porter_1())
    assert eqs.complete
    (only,) = eqs.components
    for family in only.families:
        assert family.example.payoffs == {"Sender": F(3, 2), "Receiver": 2}
        assert all(family.example[f"Sender, {kind}"]["m1"] == 1 for kind in ("type 1", "type 2"))
    assert [family.interval("m2", "a1") for family in only.families] == [(0, F(1, 2))]


def test_harsanyi():
    """The table of the strategic form has a saddle at its second row and first column, 44/5."""
    (only,) = sequential("Harsanyi").components
    assert only.is_isolated
    assert only.payoffs == {"1": F(44, 5), "2": F(-44, 5)}


def test_altruists_make_rational_players_pass():
    """The first player passes, the last takes; each of the others is indifferent given how many rational ones are left.

    Let a be the belief in an altruist and t the probability that a rational player takes next, in units of the least stake.
    At move 5: 64 = 32 + 224 a, so a = 1/7. At move 3 a = 1/49, at move 4 a = 7/100, and t at moves 4 and 5 solves
    16 = 64 a + (1 - a)(8 t + 64 (1 - t)) and 32 = 128 a + (1 - a)(16 t + 128 (1 - t)). Bayes' rule gives t at moves 2 and 3.
    """
    (only,) = sequential("centipede with altruists").components
    assert only.is_isolated
    play = only.example
    for a, before, later in ((F(1, 49), 16, 4), (F(7, 100), 32, 5)):
        t = play[f"move {later}"]["take"]
        assert before == 4 * before * a + (1 - a) * (before / 2 * t + 4 * before * (1 - t))
    assert [play[f"move {k}"]["take"] for k in range(1, 7)] == [0, F(17, 33), F(200, 231), F(7, 8), F(200, 217), 1]

    def doubt(k):
        other = 1 if k % 2 else 0
        return sum(w for place, w in play.beliefs[f"move {k}"].items() if place.split(" / ")[0].split(", ")[other] == "altruist")

    assert [doubt(k) for k in range(1, 7)] == [F(1, 100), F(1, 100), F(1, 49), F(7, 100), F(1, 7), F(49, 100)]
