"""Dominance, iterated dominance and rationalizability: known games, definitions by brute force, invariance."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy
from brute_force import vertices
from drawn_games import random_game
from scipy.optimize import linprog

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError, UnknownLabelError

MODES = list(itertools.product((True, False), (True, False)))  # strict, mixed


def n_player_game(seed: int, players: int = 3) -> ag.NormalFormGame:
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 4, size=players)
    return ag.NormalFormGame.from_arrays(*(rng.integers(-2, 3, size=shape) for _ in range(players)))


def own_rows(game: ag.NormalFormGame, k: int) -> np.ndarray:
    """Return a player's payoffs, own actions in rows."""
    return np.moveaxis(game.payoffs[k], k, 0).reshape(game.shape[k], -1)


def beats(gains, strict: bool) -> bool:
    return all(gain > 0 for gain in gains) if strict else all(gain >= 0 for gain in gains) and any(gain > 0 for gain in gains)


def assert_dominated(game: ag.NormalFormGame, shown) -> None:
    """Check a witness against the definition."""
    k = game.players.index(shown.player)
    weights, rows = shown.by.probabilities, own_rows(game, k)
    own = game.actions[k].index(shown.action)
    assert min(weights) >= 0 and sum(weights) == 1 and weights[own] == 0
    assert beats(weights @ rows - rows[own], shown.strict)


# -------------------------------------------------------------------- one player's dominated actions


def test_prisoners_dilemma():
    game = ag.games.prisoners_dilemma()
    found = ag.dominated_actions(game, "Row")
    assert list(found) == ["cooperate"]
    assert found["cooperate"].by == {"cooperate": 0, "defect": 1}
    assert repr(found["cooperate"]) == "Row: 'cooperate' is strictly dominated by (defect)"
    assert not ag.is_dominated(game, "Row", "defect")


def test_an_action_that_only_a_mixture_dominates():
    """In Gambit's mixdom.nfg no pure strategy dominates another; mixtures do."""
    row = np.array([[6, 2, 1, 4], [7, 1, 2, 5], [5, 4, 6, 7], [1, 3, 7, 2]])
    game = ag.NormalFormGame.zero_sum(row)
    assert ag.dominated_actions(game, 0, mixed=False) == ag.dominated_actions(game, 1, mixed=False) == {}
    found = {player: ag.dominated_actions(game, player) for player in game.players}
    assert found["Player 1"] or found["Player 2"]
    for shown in itertools.chain.from_iterable(part.values() for part in found.values()):
        assert not shown.by.is_pure
        assert_dominated(game, shown)
    assert ag.iterated_strict_dominance(game).actions == {"Player 1": ("3",), "Player 2": ("2",)}
    assert ag.iterated_strict_dominance(game, mixed=False).reduced == game


def test_weak_but_not_strict():
    game = ag.NormalFormGame.from_bimatrix([[1, 1], [1, 0]], [[0, 0], [0, 0]])
    assert ag.dominated_actions(game, 0) == {}
    assert list(ag.dominated_actions(game, 0, strict=False)) == ["2"]


def test_duplicates_do_not_dominate_each_other():
    game = ag.NormalFormGame.from_bimatrix([[1, 2], [1, 2]], [[0, 0], [0, 0]])
    for strict, mixed in MODES:
        assert ag.dominated_actions(game, 0, strict=strict, mixed=mixed) == {}


@pytest.mark.parametrize("seed", range(40))
def test_witnesses_and_pure_dominance_against_the_definition(seed):
    game = n_player_game(seed)
    for k, player in enumerate(game.players):
        rows = own_rows(game, k)
        for strict, mixed in MODES:
            found = ag.dominated_actions(game, player, strict=strict, mixed=mixed)
            for shown in found.values():
                assert_dominated(game, shown)
            pure = {game.actions[k][a] for a in range(len(rows)) if any(beats(other - rows[a], strict) for other in rows)}
            assert pure <= set(found)
            assert mixed or pure == set(found)
            assert all(ag.is_dominated(game, k, a, strict=strict, mixed=mixed) == (a in found) for a in game.actions[k])


@pytest.mark.parametrize("seed", range(60))
def test_mixed_dominance_on_tied_games_against_best_replies(seed):
    """Undominated strictly: a best reply at some vertex. Weakly: the vertices of its region play every column."""
    game = random_game(seed, tied=True)
    rows = [list(row) for row in game.payoffs[0]]
    regions = {a: [y for y, (best, _) in vertices(rows).items() if a in best] for a in range(len(rows))}
    strictly = {game.actions[0][a] for a, region in regions.items() if not region}
    weakly = {game.actions[0][a] for a, region in regions.items() if not all(any(y[j] for y in region) for j in range(len(rows[0])))}
    assert set(ag.dominated_actions(game, 0)) == strictly
    assert set(ag.dominated_actions(game, 0, strict=False)) == weakly


@pytest.mark.parametrize("seed", range(40))
def test_mixed_dominance_on_generic_games_against_scipy(seed):
    game = random_game(seed, tied=False, smallest=3, largest=6)
    rows = np.array(own_rows(game, 0), dtype=float)
    found = ag.dominated_actions(game, 0)
    for a, label in enumerate(game.actions[0]):
        others = np.delete(rows, a, axis=0) - rows[a]
        size = len(others)
        program = linprog(
            [0.0] * size + [-1.0],
            np.hstack([-others.T, np.ones((others.shape[1], 1))]),
            np.zeros(others.shape[1]),
            [[1.0] * size + [0.0]],
            [1.0],
            [(0, None)] * size + [(None, None)],
        )
        assert abs(program.fun) > 1e-6, "the game is not generic"
        assert (program.fun < 0) == (label in found)


def test_floats_are_decided_without_a_tolerance():
    """The mixture gains 5e-13 at most, which is far below any usual tolerance, and is found; at zero it is not."""
    gain = 2.0**-41
    game = ag.NormalFormGame.from_bimatrix([[1.0, 0.0], [0.0, 1.0], [0.5 - gain, 0.5 - gain]], np.zeros((3, 2)))
    found = ag.dominated_actions(game, 0)["3"]
    assert tuple(found.by.probabilities) == (0.5, 0.5, 0.0)
    assert isinstance(found.by["1"], float)
    assert not ag.is_dominated(ag.NormalFormGame.from_bimatrix([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], np.zeros((3, 2))), 0, 2)


def test_payoffs_beyond_floats():
    huge, tiny = 10**400, Fraction(1, 10**400)
    game = ag.NormalFormGame.from_bimatrix([[huge, 0], [0, huge], [Fraction(huge, 2) - tiny] * 2], [[0, 0]] * 3)
    assert list(ag.dominated_actions(game, 0)) == ["3"]


def test_a_large_game_against_the_definition():
    """Forty actions against forty: the programs start from a float basis."""
    rng = np.random.default_rng(3)
    row = rng.integers(-100, 101, size=(40, 40))
    row[0] = (row[1] + row[2] + row[3]) // 3 - 1
    game = ag.NormalFormGame.from_bimatrix(row, np.zeros_like(row))
    found = ag.dominated_actions(game, 0)
    assert "1" in found
    for shown in found.values():
        assert_dominated(game, shown)


# -------------------------------------------------------------------- iterated strict dominance


def test_the_textbook_example_in_three_rounds():
    """Left dominates right; then up dominates down; then middle dominates left."""
    game = ag.NormalFormGame.from_table(
        [[(1, 0), (1, 2), (0, 1)], [(0, 3), (0, 1), (2, 0)]], actions=[["up", "down"], ["left", "middle", "right"]]
    )
    found = ag.iterated_strict_dominance(game)
    assert [[(shown.action, *shown.by.support) for shown in part] for part in found.rounds] == [
        [("right", "middle")],
        [("down", "up")],
        [("left", "middle")],
    ]
    assert found.solvable and found.exact
    assert found.actions == {"Player 1": ("up",), "Player 2": ("middle",)}
    assert repr(found).splitlines()[0] == "<IteratedElimination: strict dominance, 2×3 to 1×1 in 3 rounds>"


def assert_replays(game: ag.NormalFormGame, rounds, reduced: ag.NormalFormGame) -> None:
    """Replay an elimination: every witness dominates in the game of its round and uses its actions only."""
    for part in rounds:
        kept = {player: list(labels) for player, labels in zip(game.players, game.actions, strict=True)}
        for shown in part:
            k = game.players.index(shown.player)
            assert set(shown.by.support) <= set(game.actions[k])
            rows = own_rows(game, k)
            mixture = [shown.by[label] for label in game.actions[k]]
            assert beats(np.array(mixture) @ rows - rows[game.actions[k].index(shown.action)], shown.strict)
            kept[shown.player].remove(shown.action)
        game = game.restrict(kept)
    assert game == reduced


@pytest.mark.parametrize("seed", range(40))
def test_rounds_replay_and_every_equilibrium_survives(seed):
    game = random_game(seed, tied=True)
    found = ag.iterated_strict_dominance(game)
    assert_replays(game, found.rounds, found.reduced)
    for player in game.players:
        assert ag.dominated_actions(found.reduced, player) == {}
    survivors = [set(labels) for labels in found.reduced.actions]
    equilibria = ag.nash(game)
    assert all(set(profile[k].support) <= survivors[k] for profile in equilibria for k in (0, 1))
    assert len(ag.nash(found.reduced)) == len(equilibria)


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("mixed", [True, False])
def test_strict_elimination_in_random_order_ends_alike(seed, mixed):
    game = n_player_game(seed) if seed % 2 else random_game(seed, tied=True, smallest=3)
    rng = np.random.default_rng(seed)
    left = game
    while options := [shown for player in game.players for shown in ag.dominated_actions(left, player, mixed=mixed).values()]:
        gone = options[rng.integers(len(options))]
        labels = left.actions[left.players.index(gone.player)]
        left = left.restrict({gone.player: [label for label in labels if label != gone.action]})
    assert left == ag.iterated_strict_dominance(game, mixed=mixed).reduced


@pytest.mark.parametrize("seed", range(10))
def test_relabelling_and_reordering_change_nothing(seed):
    game = n_player_game(seed)
    names = {player: {label: f"action {label}" for label in labels} for player, labels in zip(game.players, game.actions, strict=True)}
    renamed = ag.iterated_strict_dominance(game.relabel(actions=names))
    reversed_ = ag.iterated_strict_dominance(game.restrict({p: labels[::-1] for p, labels in zip(game.players, game.actions, strict=True)}))
    found = ag.iterated_strict_dominance(game)
    for player, labels in found.actions.items():
        assert renamed.actions[player] == tuple(f"action {label}" for label in labels)
        assert reversed_.actions[player] == labels[::-1]


# -------------------------------------------------------------------- rationalizability


@pytest.mark.parametrize("seed", range(40))
def test_every_rationalizable_action_is_a_best_reply_to_its_conjecture(seed):
    game = n_player_game(seed) if seed % 2 else random_game(seed, tied=seed % 4 == 0)
    found = ag.rationalizable(game)
    assert found.actions == ag.iterated_strict_dominance(game).actions
    assert found.reduced == found.elimination.reduced
    for k, player in enumerate(game.players):
        others = list(itertools.product(*(part for j, part in enumerate(found.reduced.actions) if j != k)))
        assert tuple(found.conjectures[player]) == found.actions[player]
        for action, conjecture in found.conjectures[player].items():
            assert set(conjecture) <= set(others)
            belief = np.array([conjecture.get(cell, Fraction(0)) for cell in others])
            assert sum(belief) == 1 and min(belief) >= 0
            # A best reply among all actions of the game given, not only among the survivors.
            whole = game.restrict({p: labels for j, (p, labels) in enumerate(found.actions.items()) if j != k})
            values = own_rows(whole, k) @ belief
            assert values[game.actions[k].index(action)] == max(values)


def test_the_concept_says_when_conjectures_may_be_correlated():
    three = ag.NormalFormGame.from_arrays(*np.zeros((3, 2, 2, 2), dtype=int))
    assert ag.rationalizable(three).concept == "correlated rationalizability"
    assert ag.rationalizable(ag.games.chicken()).concept == "rationalizability"
    assert ag.rationalizable(three.restrict({"Player 3": ["1"]})).concept == "rationalizability"


def test_a_best_reply_to_correlated_conjectures_only():
    """The third player's third action is best only if the others are believed to coordinate."""
    own = np.stack([[[8, 0], [0, 0]], [[0, 0], [0, 8]], [[4, 0], [0, 4]], [[0, 8], [8, 0]]], axis=-1)
    zero = np.zeros_like(own)
    game = ag.NormalFormGame.from_arrays(zero, zero, own)
    assert "3" in ag.rationalizable(game).actions["Player 3"]
    conjecture = ag.rationalizable(game).conjectures["Player 3"]["3"]
    assert dict(conjecture) == {("1", "1"): Fraction(1, 2), ("2", "2"): Fraction(1, 2)}
    # Against independent play it is never best: only p = 1 - q makes it as good as the first two, and then the fourth is better.
    for p, q in itertools.product([Fraction(k, 20) for k in range(21)], repeat=2):
        values = [np.array([p, 1 - p]) @ own[:, :, a] @ np.array([q, 1 - q]) for a in range(4)]
        assert values[2] < max(values)


# -------------------------------------------------------------------- iterated weak dominance


def orders(game: ag.NormalFormGame) -> set:
    """Return all ends of pure weak elimination, by the definition, with every set of dominated actions leaving at once."""
    payoffs = game.payoffs
    everything = tuple(frozenset(range(size)) for size in game.shape)

    def dominated(kept, k, a):
        others = list(itertools.product(*(sorted(part) for j, part in enumerate(kept) if j != k)))
        cells = lambda own: [payoffs[k][(*cell[:k], own, *cell[k:])] for cell in others]  # noqa: E731
        return any(beats([x - y for x, y in zip(cells(b), cells(a), strict=True)], strict=False) for b in kept[k])

    ends, seen, stack = set(), {everything}, [everything]
    while stack:
        kept = stack.pop()
        weak = [(k, a) for k in range(len(kept)) for a in kept[k] if dominated(kept, k, a)]
        if not weak:
            ends.add(kept)
        for size in range(1, len(weak) + 1):
            for gone in itertools.combinations(weak, size):
                after = tuple(part - {a for j, a in gone if j == k} for k, part in enumerate(kept))
                if after not in seen:
                    seen.add(after)
                    stack.append(after)
    return ends


def survivors(game: ag.NormalFormGame, outcome) -> tuple:
    return tuple(frozenset(labels.index(a) for a in outcome.actions[p]) for p, labels in zip(game.players, game.actions, strict=True))


@pytest.mark.parametrize("seed", range(40))
def test_all_orders_against_brute_force(seed):
    game = n_player_game(seed) if seed % 2 else random_game(seed, tied=True, largest=3)
    found = ag.iterated_weak_dominance(game, mixed=False)
    listed = [survivors(game, outcome) for outcome in found.outcomes]
    assert found.complete
    assert len(set(listed)) == len(listed)
    assert set(listed) == orders(game)
    assert found.order_dependent == (len(listed) > 1)
    assert found.simultaneous.actions in [outcome.actions for outcome in found.outcomes]


@pytest.mark.parametrize("seed", range(40))
def test_paths_replay_and_lost_equilibria_are_those_that_are_gone(seed):
    game = n_player_game(seed) if seed % 2 else random_game(seed, tied=True, largest=3)
    found = ag.iterated_weak_dominance(game)
    equilibria = [profile.actions for profile in ag.pure_nash(game)]
    for outcome in (*found.outcomes, found.simultaneous):
        assert_replays(game, outcome.path, outcome.reduced)
        assert all(ag.dominated_actions(outcome.reduced, player, strict=False) == {} for player in game.players)
        kept = [profile.actions for profile in ag.pure_nash(outcome.reduced)]
        assert sorted([*kept, *outcome.lost_equilibria]) == sorted(equilibria)


def test_the_textbook_example_of_order_dependence():
    """Osborne and Rubinstein's: the order decides between the profiles, and each order loses equilibria."""
    game = ag.NormalFormGame.from_table(
        [[(1, 1), (0, 0)], [(1, 1), (2, 1)], [(0, 0), (2, 1)]], actions=[["T", "M", "B"], ["L", "R"]], players=["1", "2"]
    )
    found = ag.iterated_weak_dominance(game)
    assert found.order_dependent is True and found.complete
    one_at_a_time = [outcome for outcome in found.outcomes if all(len(step) == 1 for step in outcome.path)]
    results = {(outcome.reduced.actions, *(tuple(array.flat) for array in outcome.reduced.payoffs)) for outcome in one_at_a_time}
    # Eliminating T first, then L: player 2 chooses R and the payoffs are (2, 1). B first, then R: (1, 1).
    assert ((("M", "B"), ("R",)), (2, 2), (1, 1)) in results
    assert ((("T", "M"), ("L",)), (1, 1), (1, 1)) in results
    assert found.simultaneous.actions == {"1": ("M",), "2": ("L", "R")}
    assert all(outcome.lost_equilibria for outcome in found.outcomes)


def test_strict_dominance_leaves_nothing_to_the_order():
    found = ag.iterated_weak_dominance(ag.games.prisoners_dilemma())
    assert found.order_dependent is False
    assert [outcome.reduced for outcome in found.outcomes] == [found.simultaneous.reduced]
    assert found.outcomes[0].lost_equilibria == ()
    assert "order independent, all orders examined, 1 outcome>" in repr(found)


def test_a_search_cut_short_says_so():
    game = ag.NormalFormGame.from_bimatrix([[1, 0], [1, 1], [0, 1]], [[1, 0], [1, 1], [0, 1]])
    found = ag.iterated_weak_dominance(game, limit=1)
    assert not found.complete
    assert found.order_dependent is None
    assert found.outcomes == (found.simultaneous,)
    assert "order dependence unknown, search cut short" in repr(found)
    assert ag.iterated_weak_dominance(ag.games.chicken(), limit=0).complete


# -------------------------------------------------------------------- what is refused, what is returned

FUNCTIONS = [
    lambda game: ag.dominated_actions(game, 0),
    lambda game: ag.is_dominated(game, 0, 0),
    ag.iterated_strict_dominance,
    ag.rationalizable,
    ag.iterated_weak_dominance,
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_no_numeric_game(function):
    with pytest.raises(GameDefinitionError, match="expected a NormalFormGame, got list"):
        function([[1, 2]])
    with pytest.raises(SolverNotApplicableError, match="the payoffs contain the symbols b; substitute numbers"):
        function(ag.NormalFormGame.zero_sum([[sympy.Symbol("b"), 1], [0, 2]]))


def test_unknown_labels():
    with pytest.raises(UnknownLabelError, match=r"dominated_actions\(\): unknown player 'Rou'.*Did you mean 'Row'"):
        ag.dominated_actions(ag.games.chicken(), "Rou")
    with pytest.raises(UnknownLabelError, match=r"is_dominated\(\), actions of Row: unknown action 'yeild'.*Did you mean 'yield'"):
        ag.is_dominated(ag.games.chicken(), "Row", "yeild")


@pytest.mark.parametrize("limit", [-1, 2.5, True, "many"])
def test_bad_limits(limit):
    with pytest.raises(GameDefinitionError, match=r"limit is a number of steps and must be an integer from 0, got"):
        ag.iterated_weak_dominance(ag.games.chicken(), limit=limit)


@pytest.mark.parametrize("function", FUNCTIONS[2:])
def test_results_are_frozen_hashable_and_compare(function):
    game = ag.games.prisoners_dilemma()
    found = function(game)
    assert found == function(game) and hash(found) == hash(function(game))
    with pytest.raises(AttributeError):
        found.game = None


def test_a_single_player_and_a_single_cell():
    alone = ag.NormalFormGame.from_arrays([1, 3, 2])
    assert ag.iterated_strict_dominance(alone).actions == {"Player 1": ("2",)}
    assert dict(ag.rationalizable(alone).conjectures["Player 1"]["2"]) == {(): 1}
    cell = ag.NormalFormGame.from_bimatrix([[0]], [[0]])
    assert ag.iterated_weak_dominance(cell).order_dependent is False
