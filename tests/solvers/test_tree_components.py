"""Connected components of equilibria of trees: known counts, the same counts as in tables, and what is not decided."""

import random
from fractions import Fraction

import flint
import pytest
import signalling_games
from drawn_bayesian import random_bayesian
from drawn_trees import random_tree
from hypothesis import given, settings
from tree_checks import (
    Chance,
    Move,
    beer_quiche,
    centipede,
    horse,
    outside_option,
    same_mistake,
    two_irrational_points,
    ultimatum,
    unreasonable,
    unseen_ties,
)

import alliancegames as ag
from alliancegames.solvers import _one_piece, _tree_pieces
from alliancegames.solvers._one_piece import is_one_piece
from alliancegames.solvers._solution_sets import Conditions
from alliancegames.solvers._subgame_supports import nash_cells
from alliancegames.solvers._tree_pieces import conjunction
from alliancegames.solvers._trees import Tree
from alliancegames.solvers.signalling import perfect_bayesian
from alliancegames.solvers.tree_components import grouped_cells, tree_components
from alliancegames.testing import extensive_games

F = Fraction


def settled(equilibria):
    """Return the components, all of them proved to be whole and apart."""
    found = equilibria.components
    assert all(component.is_settled for component in found)
    assert sorted(map(str, (f for component in found for f in component.families))) == sorted(map(str, equilibria))
    return found


def crisis(wait, abandon, intervene):
    """A challenger waits or attacks; the patron abandons or intervenes."""
    answer = Move("Patron", {"abandon": abandon, "intervene": intervene})
    return ag.ExtensiveGame(["Challenger", "Patron"], Move("Challenger", {"wait": wait, "attack": answer}))


# -------------------------------------------------------------------- known answers


@pytest.mark.parametrize("solve", [ag.sequential_equilibria, ag.subgame_perfect])
def test_a_free_reply_off_the_path_is_one_component(solve):
    """Waiting is best whatever an indifferent patron would do."""
    (component,) = settled(solve(crisis((2, 2), (1, 0), (-1, 0))))
    assert component.dimension == 1
    assert component.outcome_is_constant is True
    assert component.outcome == {"wait": 1}
    assert dict(component.payoff_intervals) == {"Challenger": (2, 2), "Patron": (2, 2)}
    assert component.example["Challenger"]["wait"] == 1
    assert component.payoffs == {"Challenger": 2, "Patron": 2}
    assert not component.is_isolated


def test_families_say_whether_their_outcome_is_constant():
    """The horse's families differ off the path only; the ultimatum's tie at zero leads to several outcomes; curved families are not compared."""
    assert [family.outcome_is_constant for family in ag.sequential_equilibria(horse())] == [True, True]
    assert False in [family.outcome_is_constant for family in ag.subgame_perfect(ultimatum(1))]
    curved = [family for family in ag.sequential_equilibria(unseen_ties()) if family.conditions]
    assert [family.outcome_is_constant for family in curved] == [None] * 3


def test_families_that_share_an_end_are_one_component():
    """The patron is indifferent: he deters, the challenger is torn, or he does not deter; three segments in a row."""
    equilibria = ag.subgame_perfect(crisis((0, 2), (1, 0), (-1, 0)))
    assert len(equilibria) == 3
    (component,) = settled(equilibria)
    assert component.outcome_is_constant is False
    assert dict(component.payoff_intervals) == {"Challenger": (0, 1), "Patron": (0, 2)}
    assert repr(component) == "<TreeComponent: 3 families, dimension 1, several outcomes; payoffs Challenger 0 to 1, Patron 0 to 2>"


def test_without_ties_there_is_one_isolated_equilibrium():
    for game in (crisis((0, 2), (1, 0), (-1, -1)), centipede(4)):
        for solve in (ag.sequential_equilibria, ag.subgame_perfect):
            (component,) = settled(solve(game))
            assert component.is_isolated
            assert component.outcome_is_constant is True
            assert repr(component).startswith("<TreeComponent: isolated equilibrium, one outcome; payoffs ")


def test_a_game_with_three_isolated_equilibria():
    """Battle of the sexes, played one after the other but unseen: its only subgame is the game."""
    after = {a: Move("B", {b: ((2, 1) if a == "x" else (1, 2)) if a == b else (0, 0) for b in "xy"}, "B") for a in "xy"}
    game = ag.ExtensiveGame(["A", "B"], Move("A", after))
    for solve in (ag.sequential_equilibria, ag.subgame_perfect):
        found = settled(solve(game))
        assert [component.is_isolated for component in found] == [True] * 3
        assert {tuple(component.payoffs.values()) for component in found} == {(2, 1), (1, 2), (F(2, 3), F(2, 3))}


def test_horse_has_two_kinds_of_nash_equilibria_and_one_kind_of_sequential_ones():
    """Selten's two types are the two components; only the second is sequential, in two families that meet at R and belief 1/3."""
    first, second = settled(ag.subgame_perfect(horse()))
    assert (first.outcome, second.outcome) == ({"D / L": 1}, {"C / c": 1})
    assert [tuple(low for low, _ in c.payoff_intervals.values()) for c in (first, second)] == [(3, 2, 2), (1, 1, 1)]
    assert all(c.outcome_is_constant and c.dimension == 1 and c.space == "strategies" for c in (first, second))
    (sequential,) = settled(ag.sequential_equilibria(horse()))
    assert sequential.space == "assessments"
    assert sequential.outcome == second.outcome
    assert len(sequential.families) == 2


def test_beer_and_quiche_are_two_components():
    """At the reply that all duel, beliefs range from 1/2 to 1; mixed duels need the belief 1/2."""
    found = settled(ag.sequential_equilibria(beer_quiche()))
    assert [len(component.families) for component in found] == [2, 2]
    assert {component.payoff_intervals["S"] for component in found} == {(F(29, 10), F(29, 10)), (F(21, 10), F(21, 10))}
    assert all(component.outcome_is_constant for component in found)


def test_entering_a_game_that_is_worth_as_much_as_staying_out():
    """Any probability of entry: the outcome varies, the payoffs do not."""
    for solve in (ag.sequential_equilibria, ag.subgame_perfect):
        (component,) = settled(solve(outside_option(0)))
        assert component.outcome_is_constant is False
        assert dict(component.payoff_intervals) == {"A": (0, 0), "B": (0, 0)}


def test_the_payoffs_of_an_ultimatum_with_a_tie():
    """The responder takes 0 with a probability of at least 3/4, or is offered 1 of 4."""
    (component,) = settled(ag.sequential_equilibria(ultimatum()))
    assert dict(component.payoff_intervals) == {"P": (3, 4), "R": (0, 1)}


def test_a_threat_that_no_belief_supports():
    """Nash: staying out for fear of a bad reply is a component of its own; it is not sequential."""
    out, in_ = settled(ag.subgame_perfect(unreasonable()))
    assert (out.outcome, in_.outcome) == ({"out": 1}, {"L / l": 1})
    (only,) = settled(ag.sequential_equilibria(unreasonable()))
    assert only.outcome == in_.outcome


def test_one_mistake_seen_by_two_players():
    out, in_ = settled(ag.subgame_perfect(same_mistake()))
    assert out.outcome == {"out": 1}
    (only,) = settled(ag.sequential_equilibria(same_mistake()))
    assert only.payoff_intervals == in_.payoff_intervals


def test_beliefs_where_the_reach_of_a_set_vanishes():
    """The entrant, who knows nothing, is indifferent: whether he enters or not the incumbent believes the prior, also in the limit."""

    def reply(weak):
        return Move("I", {"fight": (-1, 1 if weak else -2), "share": (1, 0)}, "I")

    enter = {weak: Move("E", {"out": (1, 2), "in": reply(weak)}, "E") for weak in (True, False)}
    game = ag.ExtensiveGame(["E", "I"], Chance({"weak": ("1/2", enter[True]), "strong": ("1/2", enter[False])}))
    equilibria = ag.sequential_equilibria(game)
    assert len(equilibria) == 2
    (component,) = settled(equilibria)
    assert component.payoff_intervals == {"E": (1, 1), "I": (0, 2)}


def test_irrational_equilibria_are_apart():
    """Nine equilibria, two of them irrational: each a component."""
    for solve in (ag.sequential_equilibria, ag.subgame_perfect):
        found = settled(solve(two_irrational_points()))
        assert len(found) == 9
        assert all(component.is_isolated for component in found)


# -------------------------------------------------------------------- models


class TestModels:
    def escalation(self, **changes):
        utilities = {"c_DE": 1, "c_EE": 2, "c_DD": 3, "c_ED": 4, "c_SQ": 5, "c_DC": 6}
        return ag.models.AsymmetricEscalation(**(utilities | changes)).completed().solve().equilibria

    def test_escalation_and_its_replies_off_the_path(self):
        """A demand that is met by concessions, in two families of beliefs, and an isolated risk of escalation."""
        conceding, risky = settled(self.escalation(p_T="3/8", r_H="1/3"))
        assert (conceding.dimension, conceding.outcome_is_constant) == (3, True)
        assert conceding.payoff_intervals == {"Challenger": (6, 6), "Defender": (4, 4)}
        assert risky.is_isolated
        assert risky.payoffs["Challenger"] == F(21, 4)

    def test_escalation_where_the_challenger_is_torn(self):
        """At the knife edge the second component is a segment: from demanding to waiting, worth 5 to him."""
        conceding, torn = settled(self.escalation(p_T="1/2", r_H="1/3"))
        assert conceding.outcome_is_constant is True
        assert torn.outcome_is_constant is False
        assert torn.payoff_intervals["Challenger"] == (5, 5)
        assert torn.payoff_intervals["Defender"][1] == 7

    def test_three_party_deterrence(self):
        """One of the two Nash equilibria of the table rests on an empty threat; both are isolated there, one is left here."""
        model = ag.models.ThreePartyDeterrence()
        (component,) = settled(ag.subgame_perfect(model.known("reliable", "unreliable")))
        assert component.is_isolated
        assert component.outcome == {"attack the defender / abandon": 1}
        (component,) = settled(ag.models.ThreePartyDeterrence(rho_D="9/10", rho_P="1/5").solve().equilibria)
        assert component.is_isolated


# -------------------------------------------------------------------- the same counts elsewhere


def nash_components(game):
    return grouped_cells(game, list(nash_cells(Tree(game), (0,))), beliefs=False)


@pytest.mark.parametrize("seed", range(40))
def test_as_many_nash_components_as_in_the_strategic_form(seed):
    """Mixed and behaviour strategies come to the same plans by maps with connected fibres."""
    game = random_tree(random.Random(seed), 20)
    found = nash_components(game)
    assert all(component.is_settled for component in found)
    assert len(found) == len(ag.components(game.normal_form()))


@settings(max_examples=25)
@given(extensive_games(max_depth=3, max_information_sets=5))
def test_as_many_nash_components_as_in_the_strategic_form_of_drawn_trees(game):
    found, table = nash_components(game), ag.components(game.normal_form())
    if all(component.is_settled for component in found):
        assert len(found) == len(table)
    else:  # what is proved to touch is together, so that there are never too few
        assert len(found) >= len(table)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("values", ["bits", "small", "generic"])
def test_as_many_components_of_assessments_as_signalling_games_have(seed, values):
    game = signalling_games.drawn(seed, 2, 2, 2, values)
    found, families = settled(ag.sequential_equilibria(game.tree())), perfect_bayesian(game).components
    assert len(found) == len(families)
    assert sum(bool(c.outcome_is_constant) for c in found) == sum(c.outcome_is_constant for c in families)


@pytest.mark.parametrize("seed", range(25))
def test_bayesian_games_have_the_components_of_their_strategies_by_type(seed):
    """Extreme equilibria hang together if they share the strategy of a player."""
    equilibria = ag.bayesian_nash(random_bayesian(seed, most_types=2))
    players = [player for player, _ in equilibria.game.agents]

    def side(profile, player):
        return tuple(tuple(row) for row, owner in zip(profile.arrays(), players, strict=True) if owner == player)

    groups = []
    for profile in equilibria:
        own = {(player, side(profile, player)) for player in (0, 1)}
        touched = [group for group in groups if group & own]
        groups = [group for group in groups if group not in touched] + [own.union(*touched)]
    assert len(equilibria.components) == len(groups)


@settings(max_examples=25)
@given(extensive_games(max_depth=3, max_information_sets=4, n_players=3))
def test_intervals_and_outcomes_hold_at_the_corners(game):
    for equilibria in (ag.sequential_equilibria(game), ag.subgame_perfect(game)):
        found = equilibria.components
        assert sum(len(component.families) for component in found) == len(equilibria)
        for component in found:
            plays = [play for family in component.families if family.exact for play in (family.example, *family.corners)]
            for player, interval in component.payoff_intervals.items():
                values = [play.payoffs[player] for play in plays]
                assert interval is None or all(interval[0] <= value <= interval[1] for value in values)
            ends = [k for k, node in enumerate(game.nodes) if node.payoffs is not None]
            reached = {tuple(getattr(play, "profile", play).reach[ends]) for play in plays}
            assert component.outcome_is_constant is not True or len(reached) <= 1


@settings(max_examples=15)
@given(extensive_games(max_depth=3, max_information_sets=4, tied=True, chance=False))
def test_floats_give_the_same_components(game):
    exact, rounded = ag.subgame_perfect(game).components, ag.subgame_perfect(game.floats()).components
    assert [len(c.families) for c in exact] == [len(c.families) for c in rounded]
    for mine, theirs in zip(exact, rounded, strict=True):
        for player, interval in mine.payoff_intervals.items():
            assert interval is None or theirs.payoff_intervals[player] == pytest.approx(tuple(map(float, interval)))


# -------------------------------------------------------------------- what is not decided


def test_what_z3_gives_up_on_is_said(monkeypatch):
    """Three segments in a row of which nobody knows whether they touch: only what is certain tells the first from the last."""
    monkeypatch.setattr(_tree_pieces, "answer", lambda _: None)
    game = crisis((0, 2), (1, 0), (-1, 0))
    found = grouped_cells(game, list(nash_cells(Tree(game), (0,))), beliefs=False)
    assert len(found) > 1
    joined = {(k, other) for k, component in enumerate(found) for other in component.may_join}
    assert joined
    assert joined == {(other, k) for k, other in joined}
    assert not any(component.is_settled for component in found if component.may_join)
    assert "; not settled>" in repr(next(component for component in found if component.may_join))


def test_a_curved_family_that_is_not_proved_to_be_one_piece(monkeypatch):
    """Replies off the path whose products are bounded: one piece, but that needs a proof."""
    game = random_tree(random.Random(9), 20)
    cells = list(nash_cells(Tree(game), (0,)))
    (component,) = grouped_cells(game, cells, beliefs=False)
    assert any(family.conditions or len(family.corners) == 1 < family.dimension for family in component.families)
    assert component.is_connected is True
    monkeypatch.setattr(_tree_pieces, "is_one_piece", lambda *_: None)
    for unproved in grouped_cells(game, cells, beliefs=False):
        assert unproved.is_settled is (unproved.is_connected is True and not unproved.may_join)
    assert any(unproved.is_connected is None for unproved in grouped_cells(game, cells, beliefs=False))


def test_an_incomplete_list_settles_nothing():
    equilibria = ag.subgame_perfect(crisis((2, 2), (1, 0), (-1, 0))).replace(complete=None)
    (component,) = equilibria.components
    assert component.complete is False
    assert not component.is_settled


def test_part_of_a_list_can_be_grouped():
    equilibria = ag.subgame_perfect(crisis((0, 2), (1, 0), (-1, 0)))
    ends = equilibria.replace(items=(equilibria[0], equilibria[2]), complete=False)
    assert len(ends.components) == 2


def test_results_without_families_are_refused():
    game = crisis((2, 2), (1, 0), (-1, 0))
    with pytest.raises(ag.errors.SolverNotApplicableError, match="this result lists sequence_"):
        _ = ag.solvers.tree_nash(game).components
    with pytest.raises(ag.errors.SolverNotApplicableError, match="families that sequential_equilibria"):
        tree_components(ag.nash(game.normal_form()))


def test_families_of_another_game_are_refused():
    mine, theirs = (ag.subgame_perfect(crisis((wait, 2), (1, 0), (-1, 0))) for wait in (2, 3))
    with pytest.raises(ag.errors.SolverNotApplicableError, match="does not find the family"):
        _ = mine.replace(items=theirs.items).components


def test_two_player_tables_are_as_before():
    game = ag.NormalFormGame.from_bimatrix([[1, -1], [0, 0]], [[1, 2], [0, 0]])
    assert ag.nash(game).components == ag.components(game)


def test_three_valued_conjunction():
    assert conjunction([]) is True
    assert conjunction([True, None]) is None
    assert conjunction([None, False, True]) is False


# -------------------------------------------------------------------- one piece or not


class TestOnePiece:
    context = flint.fmpq_mpoly_ctx.get(("x0", "x1"), "lex")
    x, y = context.gens()
    square = (x, 1 - x, y, 1 - y)

    def decide(self, zero=(), positive=(), nonnegative=(), centre=(0, 0)):
        conditions = Conditions(tuple(zero), tuple(positive), (*self.square, *nonnegative))
        return is_one_piece(conditions, dict(enumerate(map(F, centre))), self.context)

    def test_a_region_below_a_hyperbola(self):
        assert self.decide(nonnegative=[1 - 4 * self.x * self.y]) is True

    def test_a_quarter_of_a_disc(self):
        assert self.decide(nonnegative=[1 - self.x**2 - self.y**2]) is True

    def test_a_branch_of_a_hyperbola(self):
        assert self.decide(zero=[4 * self.x * self.y - 1], centre=(F(1, 2), F(1, 2))) is True

    def test_two_branches_of_a_hyperbola(self):
        """(x - 1/2)(y - 1/2) = 1/16 has one branch in each of two opposite quarters of the square."""
        curve = (2 * self.x - 1) * (2 * self.y - 1) * 4 - 1
        assert self.decide(zero=[curve], centre=(1, F(5, 8))) is None

    def test_two_opposite_quarters_without_their_common_corner(self):
        product = (2 * self.x - 1) * (2 * self.y - 1)
        assert self.decide(positive=[product], centre=(1, 1)) is None

    def test_two_intervals(self):
        """x (1 - x) <= 3/16 outside the middle half; with y pushed aside two intervals are left."""
        outside = 3 - 16 * self.x * (1 - self.x)
        assert self.decide(nonnegative=[outside]) is None

    def test_two_intervals_with_a_common_end(self):
        """(2 x - 1)^2 >= 0 always; as a strict inequality it takes the middle out."""
        assert self.decide(nonnegative=[(2 * self.x - 1) ** 2]) is True
        assert self.decide(positive=[(2 * self.x - 1) ** 2]) is None

    def test_nothing_is_claimed_where_z3_gives_up(self, monkeypatch):
        monkeypatch.setattr(_one_piece, "answer", lambda _: None)
        assert self.decide(nonnegative=[1 - 4 * self.x * self.y]) is None
