"""Games that begin with the choice of a number: against the tree solver on a grid, exact values, hostile input."""

from fractions import Fraction as F
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, InexactPayoffError, SolverNotApplicableError

GRID = [F(k, 12) for k in range(13)]
EPSILON = F(1, 10**9)
# Few values, so that ties are frequent, or many.
numbers = st.sampled_from([st.integers(-2, 2), st.integers(-60, 60)]).flatmap(lambda kind: kind)


@st.composite
def ends(draw, players):
    return [(F(draw(numbers), 6), F(draw(numbers), 6)) for _ in range(players)]


@st.composite
def trees(draw, players, depth=2):
    """Return a nested description: a move, a chance move, or an end with payoffs (intercept, slope)."""
    kind = draw(st.sampled_from(["move", "move", "chance"])) if depth else "end"
    if kind == "end":
        return "end", draw(ends(players))
    parts = [draw(trees(players, depth - 1)) for _ in range(2)]
    return (kind, draw(st.integers(1, players - 1)) if kind == "move" else F(draw(st.integers(1, 3)), 4), parts)


def tree_at(described, x):
    if described[0] == "end":
        return ag.games.End([a + b * x for a, b in described[1]], "end")
    kind, how, (left, right) = described
    if kind == "move":
        return ag.games.Move(how, {"left": tree_at(left, x), "right": tree_at(right, x)})
    return ag.games.Chance({"left": (how, tree_at(left, x)), "right": (1 - how, tree_at(right, x))})


def spe_payoffs(tree):
    """Return the payoffs of all subgame-perfect equilibria in pure strategies, by trying every plan."""
    labels = [part.label for part in tree.information_sets]
    plans = [dict(zip(labels, choice, strict=True)) for choice in product(*(part.actions for part in tree.information_sets))]
    return {_values(tree, 0, plan) for plan in plans if is_subgame_perfect(tree, plan)}


def is_subgame_perfect(tree, plan):
    """Whether no single change of a plan pays where it is made."""
    for part in tree.information_sets:
        other = {**plan, part.label: next(action for action in part.actions if action != plan[part.label])}
        if _values(tree, part.nodes[0], other)[part.player] > _values(tree, part.nodes[0], plan)[part.player]:
            return False
    return True


def _values(tree, k, plan):
    node = tree.nodes[k]
    if node.payoffs is not None:
        return node.payoffs
    if node.chance is not None:
        parts = [_values(tree, child, plan) for child in node.children]
        return tuple(sum(q * value for q, value in zip(node.chance, column, strict=True)) for column in zip(*parts, strict=True))
    return _values(tree, node.children[node.events.index(plan[tree.information_sets[node.information_set].label])], plan)


@st.composite
def games(draw):
    players = ["Leader", "Second", "Third"][: draw(st.integers(2, 3))]
    described = draw(trees(len(players)))
    outside = {"none": tuple(F(draw(numbers), 6) for _ in players)} if draw(st.booleans()) else {}
    return ag.OfferGame(players, 0, "offer", (0, 1), lambda x: tree_at(described, x), outside), outside


@settings(max_examples=60, deadline=None)
@given(games())
def test_optimal_numbers_against_all_plans(drawn):
    game, outside = drawn
    found = ag.offer_equilibria(game)
    value = found[0].payoffs["Leader"]
    assert found.exact
    assert found.provenance.max_regret == 0
    assert all(item.payoffs["Leader"] == value for item in found)
    assert all(payoffs[0] <= value for payoffs in outside.values())
    listed = [(x, values) for item in found for x, values in item.numbers()]
    for x, values in listed:
        assert values in spe_payoffs(game.after(x))
        nearby = [near for near in (x - EPSILON, x + EPSILON) if 0 <= near <= 1]
        assert any(abs(v[0] - value) < 10**4 * EPSILON for near in nearby for v in spe_payoffs(game.after(near))), (
            "no limit of values nearby"
        )
    assert all(item.payoffs["Leader"] == outside[item.choice][0] for item in found if item.low is None)
    for item in found:
        if item.low is not None:
            assert is_subgame_perfect(game.after(item.low), item.replies)
            assert sum(item.outcomes.values()) == 1
    for x in {*GRID, *(x for x, _ in listed)}:
        after = spe_payoffs(game.after(x))
        assert min(values[0] for values in after) <= value, "a better number"
        if found.complete:
            assert all(values[0] <= value for values in after)
            optimal = [values for values in after if values[0] == value]
            assert all(any(_covers(item, x, values) for item in found) for values in optimal), "an optimal number is not listed"


def _covers(item, x, values):
    """Whether an item lists a number with the payoffs that follow."""
    if item.low is None or not item.low <= x <= item.high:
        return False
    share = (x - item.low) / (item.high - item.low) if item.high > item.low else 0
    return values == tuple(a + share * (b - a) for a, b in zip(item.values, item.values_high, strict=True))


def ultimatum(bounds=(0, 1), war=("1/2", "3/10"), **options):
    end = ag.games.End(war, "war")
    tree = lambda x: ag.games.Move("B", {"accept": ag.games.End((x, 1 - x), "bargain"), "fight": end})  # noqa: E731
    return ag.OfferGame(["A", "B"], "A", "demand", bounds, tree, **options)


class TestUltimatum:
    def test_the_demand_leaves_the_other_indifferent(self):
        found = ag.offer_equilibria(ultimatum())
        (play,) = found
        assert found.complete is True
        assert (play.low, play.high, play.outcomes) == (F(7, 10), F(7, 10), {"bargain": 1})
        assert play.payoffs == {"A": F(7, 10), "B": F(3, 10)}
        assert found.provenance.certificate["pieces"] == ((0, F(7, 10)), (F(7, 10), 1))

    def test_floats_in_floats_out(self):
        game = ultimatum((0.0, 1.0), (0.5, 0.3))
        (play,) = ag.offer_equilibria(game)
        assert game.field == "float"
        assert play.low == pytest.approx(0.7)
        assert not ag.offer_equilibria(game).exact

    def test_an_alternative_that_is_better(self):
        found = ag.offer_equilibria(ultimatum(alternatives={"wait": ("4/5", 0)}))
        assert [str(play) for play in found] == ["wait"]
        assert found[0].arrays()[0].size == 0

    def test_an_alternative_that_is_as_good(self):
        found = ag.offer_equilibria(ultimatum(alternatives={"wait": ("7/10", 0)}))
        assert [play.choice for play in found] == ["demand", "wait"]
        assert found.complete is True

    def test_all_numbers_are_optimal_if_the_number_does_not_matter(self):
        tree = lambda x: ag.games.Move("B", {"a": (1, x), "b": (1, x - 1)})  # noqa: E731
        found = ag.offer_equilibria(ag.OfferGame(["A", "B"], "A", "gift", (0, 2), tree))
        assert (found[0].low, found[0].high) == (0, 2)
        assert str(found[0]) == "gift from 0 to 2; B: a"

    def test_indifference_on_an_interval_leaves_completeness_open(self):
        tree = lambda x: ag.games.Move("B", {"a": (x, 1), "b": (-x, 1)})  # noqa: E731
        found = ag.offer_equilibria(ag.OfferGame(["A", "B"], "A", "demand", (0, 1), tree))
        assert found.complete is None
        assert found.status == "partial"
        assert found[0].payoffs["A"] == 1

    def test_a_tie_at_the_end_of_the_range_leaves_completeness_open(self):
        # Only at x = 1 is B indifferent, and could be kind to A.
        tree = lambda x: ag.games.Move("B", {"kind": (2, x - 1), "unkind": (0, 0)})  # noqa: E731
        found = ag.offer_equilibria(ag.OfferGame(["A", "B"], "A", "gift", (0, 1), tree))
        assert found.complete is None
        assert found[0].payoffs["A"] == 0

    def test_the_game_in_print(self):
        game = ultimatum(alternatives={"wait": ("4/5", 0)})
        assert str(game).splitlines() == [
            "A chooses a demand x from 0 to 1",
            "or wait → 4/5, 0  (wait)",
            "after x:",
            "  B",
            "  ├ accept → x, 1 - x  (bargain)",
            "  └ fight → 1/2, 3/10  (war)",
        ]
        assert repr(game) == "<OfferGame: A chooses a demand from 0 to 1 or wait, exact>"
        assert str(ultimatum((0.0, 1.0), (0.5, 0.3))) == "<OfferGame: A chooses a demand from 0 to 1, float>"

    def test_result_as_a_table(self):
        table = ag.offer_equilibria(ultimatum()).to_dataframe()
        assert table["demand"].tolist() == [F(7, 10)]
        assert table["B"].tolist() == [F(3, 10)]


class TestRefusals:
    def test_payoffs_that_are_not_affine(self):
        with pytest.raises(GameDefinitionError, match="affine in the demand"):
            ag.OfferGame(["A"], 0, "demand", (0, 1), lambda x: (x * x,))

    def test_moves_that_depend_on_the_number(self):
        with pytest.raises(GameDefinitionError, match="must not depend on it"):
            ag.OfferGame(["A", "B"], 0, "x", (0, 1), lambda x: ag.games.Move("B", {"a": (0, 0), "b": (0, 0)}) if x else (0, 0))

    def test_chances_that_depend_on_the_number(self):
        with pytest.raises(GameDefinitionError, match="chances must not depend"):
            ag.OfferGame(["A"], 0, "x", ("1/4", "3/4"), lambda x: ag.games.Chance({"a": (x, (0,)), "b": (1 - x, (1,))}))

    def test_hidden_moves(self):
        hidden = ag.games.Move("B", {k: ag.games.Move("C", {"l": (0, 0, 0), "r": (0, 0, 1)}, "C") for k in "ab"})
        with pytest.raises(GameDefinitionError, match="several nodes"):
            ag.OfferGame(["A", "B", "C"], 0, "x", (0, 1), lambda _: hidden)

    @pytest.mark.parametrize("bounds", [(1, 0), (0, 0), 3, (0, 1, 2)])
    def test_bounds(self, bounds):
        with pytest.raises(GameDefinitionError, match="bound"):
            ultimatum(bounds)

    def test_floats_among_fractions(self):
        with pytest.raises(InexactPayoffError):
            ultimatum((0, 1), (0.5, 0.3))

    def test_symbols_and_other_games(self):
        with pytest.raises(SolverNotApplicableError, match="symbols"):
            ag.offer_equilibria(ag.models.LimitedAims().game())
        with pytest.raises(GameDefinitionError, match="expected an OfferGame"):
            ag.offer_equilibria(ag.games.stag_hunt())
        with pytest.raises(GameDefinitionError, match="offer_equilibria"):
            ag.nash(ultimatum())

    def test_an_unknown_solver(self):
        with pytest.raises(ag.errors.UnknownLabelError, match="piecewise_induction"):
            ag.offer_equilibria(ultimatum(), solver="newton")
