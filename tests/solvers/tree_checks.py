"""Slow and simple checks of equilibria of game trees, written independently of the solvers, and small trees with known answers."""

import itertools
import math
from fractions import Fraction

import numpy as np

import alliancegames as ag
from alliancegames.games.strategic_form import plans
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers._solution_sets import evaluate

Move, End, Chance = ag.Move, ag.End, ag.Chance

# -------------------------------------------------------------------- trees with known answers


def horse():
    """Selten's horse."""
    low = Move("3", {"L": (3, 2, 2), "R": (0, 0, 0)}, "3")
    high = Move("3", {"L": (4, 4, 0), "R": (0, 0, 1)}, "3")
    return ag.ExtensiveGame(["1", "2", "3"], Move("1", {"D": low, "C": Move("2", {"d": high, "c": (1, 1, 1)})}))


def beer_quiche():
    """The game of Cho and Kreps: one unit for the preferred breakfast, two for no duel."""

    def duel(weak, meal):
        liked = int(weak == (meal == "quiche"))
        return Move("R", {"duel": (liked, int(weak)), "not": (liked + 2, int(not weak))}, f"R after {meal}")

    def sender(weak):
        return Move("S", {meal: duel(weak, meal) for meal in ("beer", "quiche")}, "weak" if weak else "strong")

    return ag.ExtensiveGame(["S", "R"], Chance({"weak": ("1/10", sender(True)), "strong": ("9/10", sender(False))}))


def centipede(length):
    """Two players in turn stop or pass a growing pot; the one who stops gets the larger part."""
    tree = (length + 2, length) if length % 2 == 0 else (length, length + 2)
    for k in reversed(range(length)):
        mover, stop = ("A", (k + 2, k)) if k % 2 == 0 else ("B", (k, k + 2))
        tree = Move(mover, {"stop": stop, "pass": tree}, f"{mover}{k}")
    return ag.ExtensiveGame(["A", "B"], tree)


def chain_store():
    """An incumbent meets two entrants, one after the other; fighting costs it more than sharing."""

    def second(first):
        a, pay = first
        return Move(
            "E2",
            {
                "out": (pay + 5, a, 1),
                "in": Move("I", {"share": (pay + 2, a, 2), "fight": (pay, a, 0)}, f"I in 2 after {first}"),
            },
            f"E2 after {first}",
        )

    first = Move("I", {"share": second((2, 2)), "fight": second((0, 0))}, "I in 1")
    return ag.ExtensiveGame(["I", "E1", "E2"], Move("E1", {"out": second((1, 5)), "in": first}))


def outside_option(value):
    """Matching pennies if the first player wants to."""

    def second(side):
        return Move("B", {s: (1, -1) if s == side else (-1, 1) for s in "HT"}, "B")

    return ag.ExtensiveGame(["A", "B"], Move("A", {"out": (value, 0), "in": Move("A", {s: second(s) for s in "HT"}, "A after in")}, "A"))


def unreasonable():
    """The second player has one best reply wherever he is, but no subgame shows it."""
    replies = {"L": {"l": (3, 1), "r": (0, 0)}, "R": {"l": (1, 1), "r": (0, 0)}}
    return ag.ExtensiveGame(["A", "B"], Move("A", {"out": (2, 2), **{k: Move("B", v, "B") for k, v in replies.items()}}))


def ultimatum(pie=4):
    """The proposer offers 0 to `pie`; nothing is as good as being refused."""
    return ag.ExtensiveGame(
        ["P", "R"], Move("P", {str(x): Move("R", {"yes": (pie - x, x), "no": (0, 0)}, f"R at {x}") for x in range(pie + 1)})
    )


def uninformed():
    """An entrant who does not know whether the incumbent is weak; nor does the incumbent."""

    def reply(weak):
        return Move("I", {"fight": (-1, 1 if weak else -2), "share": (1, 0)}, "I")

    enter = {weak: Move("E", {"out": (0, 2), "in": reply(weak)}, "E") for weak in (True, False)}
    return ag.ExtensiveGame(["E", "I"], Chance({"weak": ("1/2", enter[True]), "strong": ("1/2", enter[False])}))


def same_mistake():
    """B and C see the same mistake of A; out is best for A only if B takes it for L and C for R."""

    def last(side):
        return Move("C", {"c1": (-1, int(side == "L"), int(side == "R")), "c2": (1, int(side == "L"), 2 * int(side == "L"))}, "C")

    def middle(side):
        return Move("B", {"x": last(side), "y": (1, 2 * int(side == "R"), 0)}, "B")

    return ag.ExtensiveGame(["A", "B", "C"], Move("A", {"out": (0, 0, 0), "L": middle("L"), "R": middle("R")}))


def unseen_ties():
    """A and B care for nothing; C wants to know what B did, and is asked only if A lets them play."""

    def last(side):
        return Move("C", {"l": (0, 0, int(side == "L")), "r": (0, 0, int(side == "R"))}, "C")

    def middle():
        return Move("B", {"L": last("L"), "R": last("R")}, "B")

    return ag.ExtensiveGame(["A", "B", "C"], Move("A", {"in 1": middle(), "in 2": middle(), "out": (0, 0, 0)}))


def two_irrational_points():
    """Three players at once, each with a probability p such that 8 p^2 - 8 p + 1 = 0: two completely mixed equilibria."""

    def payoff(own, others):
        return {0: 1, 1: -3, 2: 1}[sum(others)] if own else 0

    def end(*played):
        return tuple(payoff(own, played[:k] + played[k + 1 :]) for k, own in enumerate(played))

    def last(a, b):
        return Move("C", {str(c): end(a, b, c) for c in (1, 0)}, "C")

    return ag.ExtensiveGame(["A", "B", "C"], Move("A", {str(a): Move("B", {str(b): last(a, b) for b in (1, 0)}, "B") for a in (1, 0)}, "A"))


def kuhn(cards):
    """Kuhn poker with a number of cards: one unit ante, one unit bet."""

    def deal(i, j):
        s = 1 if i > j else -1
        call = {"fold": (-1, 1), "call": (2 * s, -2 * s)}
        bet = Move("2", {"fold": (1, -1), "call": (2 * s, -2 * s)}, f"2 with {j} after a bet")
        check = Move("2", {"check": (s, -s), "bet": Move("1", call, f"1 with {i} after a bet")}, f"2 with {j} after a check")
        return Move("1", {"check": check, "bet": bet}, f"1 with {i}")

    pairs = list(itertools.permutations(range(cards), 2))
    return ag.ExtensiveGame(["1", "2"], Chance({f"{i}, {j}": (Fraction(1, len(pairs)), deal(i, j)) for i, j in pairs}))


# -------------------------------------------------------------------- brute force


def pure_profiles(game):
    """Yield all pure behaviour profiles as lists of probability vectors."""
    for choice in itertools.product(*(range(len(part.actions)) for part in game.information_sets)):
        yield [[Fraction(int(k == a)) for k in range(len(part.actions))] for a, part in zip(choice, game.information_sets, strict=True)]


def worth(game, player, node, strategies, plan=None):
    """Return a player's expected payoff from a node on, if he follows a plan, an action for each of his sets, or his strategy."""
    here = game.nodes[node]
    if here.payoffs is not None:
        return here.payoffs[player]
    h = here.information_set
    if h is not None and plan is not None and h in plan:
        return worth(game, player, here.children[plan[h]], strategies, plan)
    weights = here.chance if h is None else strategies[h]
    return sum(w * worth(game, player, c, strategies, plan) for w, c in zip(weights, here.children, strict=True) if w)


def all_plans(game, player):
    """Yield an action for each information set of a player."""
    own = [h for h, part in enumerate(game.information_sets) if part.player == player]
    for actions in itertools.product(*(range(len(game.information_sets[h].actions)) for h in own)):
        yield dict(zip(own, actions, strict=True))


def is_rational(game, strategies, beliefs):
    """Whether no plan gains at any information set given what is believed there."""
    for part, belief in zip(game.information_sets, beliefs, strict=True):
        pairs = [(b, x) for b, x in zip(belief, part.nodes, strict=True) if b]
        now = sum(b * worth(game, part.player, x, strategies) for b, x in pairs)
        if any(sum(b * worth(game, part.player, x, strategies, plan) for b, x in pairs) > now for plan in all_plans(game, part.player)):
            return False
    return True


def is_subgame_perfect(game, strategies, roots=None):
    """Whether no plan gains from the root of any subgame on."""
    return all(
        worth(game, player, root, strategies) >= worth(game, player, root, strategies, plan)
        for root in (game.subgame_roots if roots is None else roots)
        for player in range(len(game.players))
        for plan in all_plans(game, player)
    )


def reach(game, strategies):
    """Return the probability of each node."""
    found = [1] + [0] * (len(game.nodes) - 1)
    for k, node in enumerate(game.nodes):
        weights = (node.chance or ()) if node.information_set is None else strategies[node.information_set]
        for child, weight in zip(node.children, weights, strict=True):
            found[child] = found[k] * weight
    return found


def follows_bayes(game, strategies, beliefs):
    """Whether beliefs are conditional probabilities wherever the play leads."""
    found = reach(game, strategies)
    for part, belief in zip(game.information_sets, beliefs, strict=True):
        total = sum(found[x] for x in part.nodes)
        if total and any(b * total != found[x] for b, x in zip(belief, part.nodes, strict=True)):
            return False
    return True


def drawn_beliefs(game, strategies, rng):
    """Return limits of Bayesian beliefs along trembles of random orders and weights: consistent by definition."""
    order, weight = [0] * len(game.nodes), [Fraction(1)] * len(game.nodes)
    mistakes = {}
    for k, node in enumerate(game.nodes):
        for j, child in enumerate(node.children):
            h = node.information_set
            q = node.chance[j] if h is None else strategies[h][j]
            if not q and (h, j) not in mistakes:
                mistakes[h, j] = (rng.randint(1, 3), Fraction(rng.randint(1, 6), rng.randint(1, 6)))
            step, factor = (0, q) if q else mistakes[h, j]
            order[child], weight[child] = order[k] + step, weight[k] * factor
    beliefs = []
    for part in game.information_sets:
        least = min(order[x] for x in part.nodes)
        weights = [weight[x] if order[x] == least else Fraction(0) for x in part.nodes]
        beliefs.append([w / sum(weights) for w in weights])
    return beliefs


def trembled_beliefs(game, strategies, beliefs, size):
    """Return Bayesian beliefs at a completely mixed profile near an assessment that is thought consistent; None if there is none.

    Orders of magnitude of the trembles come from z3, their weights from least squares in logarithms.
    """
    import z3

    unplayed = [(h, a) for h, own in enumerate(strategies) for a, w in enumerate(own) if not w]
    place = {key: k for k, key in enumerate(unplayed)}

    def parts(node):
        counts, log = np.zeros(len(unplayed)), 0.0
        while node:
            branch, node = game.nodes[node].branch, game.nodes[node].parent
            h = game.nodes[node].information_set
            if h is not None and not strategies[h][branch]:
                counts[place[h, branch]] += 1
            else:
                log += math.log(game.nodes[node].chance[branch] if h is None else strategies[h][branch])
        return counts, log

    orders = [z3.Int(f"k{k}") for k in range(len(unplayed))]
    solver = z3.Solver()
    solver.add(*[order >= 1 for order in orders], *[order <= 20 for order in orders])
    rows, right = [], []
    for part, belief in zip(game.information_sets, beliefs, strict=True):
        first = next(x for b, x in zip(belief, part.nodes, strict=True) if b)
        base, base_belief = parts(first), belief[part.nodes.index(first)]
        for b, x in zip(belief, part.nodes, strict=True):
            counts, log = parts(x)
            gap = z3.Sum([int(c) * order for c, order in zip(counts - base[0], orders, strict=True)]) if unplayed else z3.IntVal(0)
            solver.add(gap == 0 if b else gap > 0)
            if b and x != first:
                rows.append(counts - base[0])
                right.append(math.log(b / base_belief) - log + base[1])
    if solver.check() != z3.sat:
        return None
    model = solver.model()
    logs = np.linalg.lstsq(np.array(rows), np.array(right), rcond=None)[0] if rows else np.zeros(len(unplayed))
    mixed = [[float(w) for w in own] for own in strategies]
    for (h, a), k in place.items():
        mixed[h][a] = math.exp(logs[k]) * size ** model.eval(orders[k], model_completion=True).as_long()
    mixed = [[w / sum(own) for w in own] for own in mixed]
    found = reach(game, mixed)
    return [[found[x] / sum(found[y] for y in part.nodes) for x in part.nodes] for part in game.information_sets]


# -------------------------------------------------------------------- membership


def lies_in(cell, strategies, beliefs=None):
    """Whether a profile or assessment satisfies the conditions of a cell, strict ones strictly."""
    if any(w and a not in own for weights, own in zip(strategies, cell.support, strict=True) for a, w in enumerate(weights)):
        return False
    if any(w and x not in nodes for h, nodes in cell.basis.items() for x, w in enumerate(beliefs[h])):
        return False
    values = _values(cell, strategies, beliefs)
    if values is None:
        return False
    conditions = cell.solution.conditions
    return (
        all(evaluate(p, values) == 0 for p in conditions.zero)
        and all(evaluate(p, values) > 0 for p in conditions.positive)
        and all(evaluate(p, values) >= 0 for p in conditions.nonnegative)
    )


def lies_in_closure(cell, strategies, beliefs=None):
    """Whether a point lies in the product of polytopes that a cell reports, ends included."""
    if any(w and a not in own for weights, own in zip(strategies, cell.support, strict=True) for a, w in enumerate(weights)):
        return False
    if any(w and x not in nodes for h, nodes in cell.basis.items() for x, w in enumerate(beliefs[h])):
        return False
    values = _values(cell, strategies, beliefs)
    if values is None:
        return False
    if any(values[k] != evaluate(polynomial, values) for k, polynomial in cell.solution.dependent):
        return False
    return all(_in_hull([values[k] for k in block.unknowns], block.vertices) for block in cell.solution.blocks)


def _values(cell, strategies, beliefs):
    """Return the unknowns, or None if sets that share their beliefs have different ones."""
    values = {}
    for (kind, h, a), k in cell.unknowns.items():
        value = (strategies if kind == "b" else beliefs)[h][a]
        if values.setdefault(k, value) != value:
            return None
    return values


def _in_hull(point, vertices):
    """Whether a point is a mixture of others, by an exact linear program."""
    rows = [[vertex[k] for vertex in vertices] for k in range(len(point))]
    found = maximise([0] * len(vertices), equal=[*rows, [1] * len(vertices)], equal_to=[*point, 1])
    return found.status == "optimal"


# -------------------------------------------------------------------- between trees and tables


def mixed_strategies(game, strategies):
    """Return the mixed strategies of the reduced strategic form that a behaviour profile induces."""
    return [
        [math.prod((strategies[h][a] for h, a in plan.items() if a is not None), start=Fraction(1)) for plan in plans(game, player)]
        for player in range(len(game.players))
    ]


def behaviour_of(game, mixed):
    """Return a behaviour profile that mixed strategies induce; the first action where a player's own plan excludes the set."""
    result = []
    for h, part in enumerate(game.information_sets):
        listed = list(zip(plans(game, part.player), mixed[part.player], strict=True))
        total = sum((w for plan, w in listed if plan[h] is not None), Fraction(0))
        shares = [sum((w for plan, w in listed if plan[h] == a), Fraction(0)) for a in range(len(part.actions))]
        result.append([share / total for share in shares] if total else [Fraction(int(a == 0)) for a in range(len(part.actions))])
    return result


def vectors(play):
    """Return the strategies of a profile or assessment as lists."""
    return [list(own) for own in play.arrays()]


def beliefs_of(assessment):
    """Return the beliefs of an assessment as lists."""
    return [list(own) for own in assessment.belief_arrays]


def members(families):
    """Yield the examples and corners of families."""
    for family in families:
        yield family.example
        yield from family.corners
