"""Trees of the literature on sequential equilibria, with equilibria derived by hand and found by the solver.

The payoffs of the figures of Kreps and Wilson (Econometrica) are those of the files ``e04.nfg`` and ``e05.efg`` of the
collection of games that comes with Gambit; their titles name figures 1, 4, 9 and 14 (one table) and figure 8. The titles
say "85", while *Sequential Equilibria* appeared in 1982.
"""

from fractions import Fraction

import pytest
from tree_checks import Chance, Move, beliefs_of, follows_bayes, is_rational, is_subgame_perfect, members, vectors

import alliancegames as ag

F = Fraction


def check(game):
    """Solve, check every member by brute force, and return the components of sequential and of subgame-perfect equilibria."""
    sequential, perfect = ag.sequential_equilibria(game), ag.subgame_perfect(game)
    assert sequential.complete and perfect.complete
    for play in members(sequential):
        assert is_rational(game, vectors(play), beliefs_of(play))
        assert follows_bayes(game, vectors(play), beliefs_of(play))
    for play in members(perfect):
        assert is_subgame_perfect(game, vectors(play))
    found = sequential.components, perfect.components
    assert all(component.is_settled for components in found for component in components)
    return found


# -------------------------------------------------------------------- one table, two trees

TABLE = {("L", "l"): (0, 0), ("L", "r"): (0, 0), ("M", "l"): (-1, 2), ("M", "r"): (-1, 0), ("R", "l"): (-2, -2), ("R", "r"): (3, -1)}


def replies():
    """The second player moves after M or R and does not know which; L ends the game."""
    return {own: Move("2", {reply: TABLE[own, reply] for reply in "lr"}, "2") for own in "MR"}


def at_once():
    """After the structure of the figures that share the table: the first player chooses between L, M and R."""
    return ag.ExtensiveGame(["1", "2"], Move("1", {"L": (0, 0), **replies()}, "1"))


def one_after_the_other():
    """After the structure of the figures that share the table: the first player leaves or stays, and then chooses between M and R."""
    return ag.ExtensiveGame(["1", "2"], Move("1", {"L": (0, 0), "stay": Move("1", replies(), "1 again")}, "1"))


@pytest.mark.parametrize("game", [at_once(), one_after_the_other()], ids=["at once", "one after the other"])
def test_both_trees_have_the_table(game):
    form = game.normal_form()
    assert form.shape == (3, 2)
    cells = [tuple(form.payoffs[i][a, b] for i in (0, 1)) for a in range(3) for b in range(2)]
    assert cells == list(TABLE.values())


def test_l_or_r_at_once():
    """The second player replies l if 2 m - 2 (1 - m) >= -(1 - m), a belief in M of at least 1/3, though M is dominated by L.

    R is worth 3 - 5 q against l with probability q: L is best from q = 3/5 on. So (R, r) is sequential and isolated, and L
    is held up by l with any belief in M of at least 1/3, or by l between 3/5 and 1 with the belief 1/3.
    """
    sequential, perfect = check(at_once())
    leave, enter = sequential
    assert [component.outcome for component in sequential] == [{"L": 1}, {"R / r": 1}]
    assert [component.outcome for component in perfect] == [{"L": 1}, {"R / r": 1}]
    assert enter.is_isolated and tuple(enter.payoffs.values()) == (3, -1)
    ranges = {(family.interval("2", "l"), family.belief_interval("2", "M")) for family in leave.families}
    third = F(1, 3)
    assert ranges == {((1, 1), (third, 1)), ((F(3, 5), 1), (third, third))}
    assert [family.interval("2", "l") for family in perfect[0].families] == [(F(3, 5), 1)]


def test_l_or_r_one_after_the_other():
    """With M and R chosen later the second player must believe in what is best there: three isolated points instead of a segment.

    The subgame has the equilibria (M, l), (R, r), and M with probability 1/3 against l with -1 = 3 - 5 q, q = 4/5; the
    first player leaves unless it is (R, r).
    """
    sequential, perfect = check(one_after_the_other())
    for components in (sequential, perfect):
        assert all(component.is_isolated for component in components)
        played = {(c.example["1"]["L"], c.example["1 again"]["M"], c.example["2"]["l"]) for c in components}
        assert played == {(1, 1, 1), (0, 0, 0), (1, F(1, 3), F(4, 5))}
    beliefs = {component.example.beliefs["2"]["M"] for component in sequential}
    assert beliefs == {1, 0, F(1, 3)}


def test_both_trees_have_the_nash_components_of_the_table():
    """The segment at L and the strict equilibrium (R, r)."""
    for game in (at_once(), one_after_the_other()):
        components = ag.components(game.normal_form())
        assert sorted(component.dimension for component in components) == [0, 1]


# -------------------------------------------------------------------- sets that precede each other


def crossed():
    """Figure 8: chance decides whether the third or the first player moves first; each of them may also come last, unknowingly."""
    one = {"R": (2, 1, 2), "L": (2, 1, 2)}
    third_first = Move("2", {"R": Move("1", one, "1"), "L": (2, 0, 0)}, "2")
    first_first = Move("2", {"R": Move("3", one, "3"), "L": (0, 0, 2)}, "2")
    a = Move("3", {"R": third_first, "L": (1, 2, 1)}, "3")
    b = Move("1", {"R": first_first, "L": (1, 2, 1)}, "1")
    return ag.ExtensiveGame(["1", "2", "3"], Chance({"A": (F(1, 2), a), "B": (F(1, 2), b)}))


def test_kreps_wilson_figure_8():
    """R gives the second player 1, L gives 0, whatever is believed; so he plays R, and R is worth 2 instead of 1 to the others.

    If both others play L, he is not reached, and L with a probability of at least 1/2 makes R worth at most 1 to them: a segment
    of Nash equilibria that no belief supports. If only one of them played R, he would be reached.
    """
    sequential, perfect = check(crossed())
    (only,) = sequential
    assert only.is_isolated
    assert only.outcome == {"A / R / R / R": F(1, 2), "B / R / R / R": F(1, 2)}
    assert only.example.beliefs["2"]["A"] == F(1, 2)
    right, left = perfect
    assert right.outcome == only.outcome
    assert left.outcome == {"A / L": F(1, 2), "B / L": F(1, 2)}
    assert left.payoff_intervals == {"1": (1, 1), "2": (2, 2), "3": (1, 1)}
    (family,) = left.families
    assert family.interval("2", "L") == (F(1, 2), 1)


# -------------------------------------------------------------------- Selten (1975), and Kohlberg and Mertens


def test_selten_figure_3():
    """From the file ``e03.efg`` of Gambit's collection, titled "Selten (IJGT, 75), Figure 3".

    Let the third player play R with probability r; R is worth 3 to him after R, L is worth 5 at the end of the other path.
    If r <= 1/3 the first player goes L, then L, the second L: 1, 3, 0; the third's belief in R is at most 5/8 if r = 0
    and 5/8 if not. Else both his nodes are reached: r = 3/4 makes the second player indifferent, who plays R with 5/8 so that
    9/4 = 3 b + (1 - b), and 3 a = 5 (1 - a) 5/8 gives the first R with a = 25/49. If the second player need not be
    rational off the path, R, R is Nash as long as he plays R with at most 2/3: 3 >= 1 + 3 b.
    """
    end = Move("3", {"R": (4, 4, 0), "L": (0, 0, 5)}, "3")
    again = Move("1", {"R": end, "L": (2, 0, 0)}, "1 again")
    tree = Move("1", {"R": Move("3", {"R": (3, 0, 3), "L": (0, 0, 0)}, "3"), "L": Move("2", {"R": again, "L": (1, 3, 0)}, "2")}, "1")
    sequential, perfect = check(ag.ExtensiveGame(["1", "2", "3"], tree))
    worth = {tuple(component.payoffs.values()): component for component in sequential}
    assert set(worth) == {(1, 3, 0), (F(9, 4), F(72, 49), F(75, 49))}
    left, mixed = worth[1, 3, 0], worth[F(9, 4), F(72, 49), F(75, 49)]
    assert mixed.is_isolated
    assert (mixed.example["1"]["R"], mixed.example["2"]["R"], mixed.example["3"]["R"]) == (F(25, 49), F(5, 8), F(3, 4))
    assert left.outcome_is_constant is True and left.outcome == {"L / L": 1}
    assert max(family.interval("3", "R")[1] for family in left.families) == F(1, 3)
    assert {tuple(component.payoffs.values()) for component in perfect} == {*worth, (3, 0, 3)}
    (family,) = next(component for component in perfect if component.payoffs["1"] == 3).families
    assert family.interval("2", "R") == (0, F(2, 3))
    assert family.dimension == 2


def test_kohlberg_mertens_example_2():
    """From the file ``km2.efg`` of Gambit's collection, titled "Kohlberg, Mertens, Example 2".

    The third action is worth 0 or 1, less than the first one's 2. The second player replies 1 if he believes in action 2 with
    m >= 1/4 (3 m against 1 - m); action 2 is worth 1 + 2 q against 1 with probability q. So (2, 1) is strict; 1 is best for q up to
    1/2, with a belief in action 2 of at most 1/4 at q = 0 and of 1/4 for q between; the two do not meet.
    """
    replies = {"2": {"1": (3, 3), "2": (1, 0)}, "3": {"1": (0, 0), "2": (1, 1)}}
    tree = Move("1", {"1": (2, 2), **{own: Move("2", after, "2") for own, after in replies.items()}}, "1")
    sequential, perfect = check(ag.ExtensiveGame(["1", "2"], tree))
    for components in (sequential, perfect):
        assert {frozenset(component.outcome) for component in components} == {frozenset({"1"}), frozenset({"2 / 1"})}
    out = next(component for component in sequential if "1" in component.outcome)
    ranges = {(family.interval("2", "1"), family.belief_interval("2", "2")) for family in out.families}
    quarter = F(1, 4)
    assert ranges == {((0, 0), (0, quarter)), ((0, F(1, 2)), (quarter, quarter))}
    assert out.outcome_is_constant is True
