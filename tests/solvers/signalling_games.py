"""Signalling games for tests: known ones, drawn ones, and searches that share nothing with the solver's enumeration."""

from fractions import Fraction
from itertools import product

import numpy as np

import alliancegames as ag
from alliancegames.games.signalling import SignallingGame
from alliancegames.solvers._linear_programs import maximise

F = Fraction


def beer_quiche() -> SignallingGame:
    """Return the game of Cho and Kreps: nine in ten are strong; everybody prefers no duel to the breakfast he likes."""
    likes = {("strong", "beer"), ("weak", "quiche")}
    return SignallingGame(
        ["strong", "weak"],
        ["beer", "quiche"],
        ["duel", "leave"],
        ["9/10", "1/10"],
        lambda t, m, a: (((t, m) in likes) + 2 * (a == "leave"), int((a == "duel") == (t == "weak"))),
        title="Beer or quiche",
    )


def deterrence(p_challenger, p_defender) -> SignallingGame:
    """Return unilateral deterrence: a hard or soft challenger against a soft defender, a hard one's denial folded in."""
    p, q = F(p_challenger), F(p_defender)
    fight = {"hard": F(3, 10), "soft": F(1, 10)}  # what denial leads to: conflict, or backing down
    denies = {"hard": F(-2, 5), "soft": F(4, 5)}
    hard_denies = {"hard": F(2, 5), "soft": F(4, 5)}
    payoffs = {}
    for t in ("hard", "soft"):
        payoffs[t, "wait"] = (F(1, 2), 1)
        payoffs[t, "challenge", "concede"] = (q * fight[t] + (1 - q), q * hard_denies[t] + (1 - q) * F(1, 5))
        payoffs[t, "challenge", "deny"] = (fight[t], q * hard_denies[t] + (1 - q) * denies[t])
    return SignallingGame(
        ["hard", "soft"],
        ["wait", "challenge"],
        {"wait": [], "challenge": ["concede", "deny"]},
        [p, 1 - p],
        payoffs,
        players=["Challenger", "Defender"],
    )


def spence() -> SignallingGame:
    """Return a job market: productivities 1 and 2, cost of education per unit of productivity, wages on a grid."""
    productivity, wages = {"low": F(1), "high": F(2)}, {"1": F(1), "3/2": F(3, 2), "2": F(2)}
    levels = {"none": F(0), "school": F(3, 4), "college": F(6, 5), "doctorate": F(7, 4)}
    return SignallingGame(
        list(productivity),
        list(levels),
        list(wages),
        ["1/2", "1/2"],
        lambda t, m, a: (wages[a] - levels[m] / productivity[t], -((wages[a] - productivity[t]) ** 2)),
    )


def cheap_talk(messages: int = 2) -> SignallingGame:
    """Return a game in which messages cost nothing and interests are opposed: the receiver wants to match the type."""
    return SignallingGame(
        ["left", "right"],
        [f"m{k}" for k in range(messages)],
        ["left", "right"],
        ["1/3", "2/3"],
        lambda t, m, a: (int(t != a), int(t == a)),
    )


def drawn(seed: int, types: int, messages: int, replies: int, values: str) -> SignallingGame:
    """Return a random game; ``values`` says how heavily payoffs are tied: "bits", "small" or "generic"."""
    rng = np.random.default_rng(seed)
    top = {"bits": 1, "small": 3, "generic": 1000}[values]
    weights = [int(w) for w in rng.integers(1, 5, size=types)]
    return SignallingGame(
        [f"t{k}" for k in range(types)],
        [f"m{k}" for k in range(messages)],
        [f"a{k}" for k in range(replies)],
        [F(w, sum(weights)) for w in weights],
        lambda t, m, a: tuple(int(u) for u in rng.integers(0, top + 1, size=2)),
    )


# -------------------------------------------------------------------- searches


def optimal_belief(game: SignallingGame, m: int, replies) -> tuple[Fraction, ...] | None:
    """Return a belief against which all given replies to message m are best, by a linear program; None if there is none."""
    rows = [game.numbers(1)[t][m] for t in range(len(game.types))]
    worse = [[row[b] - row[a] for row in rows] for a in replies for b in range(len(rows[0]))]
    program = maximise([0] * len(rows), upper=worse, upper_bound=[0] * len(worse), equal=[[1] * len(rows)], equal_to=[1])
    return program.solution


def is_perfect_bayesian(game: SignallingGame, sender, receiver) -> bool:
    """Decide from the definition: best messages, best replies to conditional probabilities or, off the path, to some belief."""
    u, v, prior = game.numbers(0), game.numbers(1), list(game.prior.values())
    for t, row in enumerate(sender):
        values = [sum(w * x for w, x in zip(receiver[m], u[t][m], strict=True)) for m in range(len(row))]
        if any(weight and values[m] < max(values) for m, weight in enumerate(row)):
            return False
    for m, row in enumerate(receiver):
        used = [a for a, weight in enumerate(row) if weight]
        weights = [prior[t] * sender[t][m] for t in range(len(prior))]
        if not any(weights):
            if optimal_belief(game, m, used) is None:
                return False
            continue
        values = [sum(w * v[t][m][a] for t, w in enumerate(weights)) for a in range(len(row))]
        if any(values[a] < max(values) for a in used):
            return False
    return True


def pure_equilibria(game: SignallingGame) -> list:
    """Return all pure perfect Bayesian equilibria by trying every pair of pure plans."""

    def row(k: int, size: int) -> tuple[int, ...]:
        return tuple(int(j == k) for j in range(size))

    messages, sizes = len(game.messages), [len(replies) for replies in game.replies.values()]
    found = []
    for plan in product(range(messages), repeat=len(game.types)):
        for answers in product(*map(range, sizes)):
            sender = tuple(row(m, messages) for m in plan)
            receiver = tuple(row(a, size) for a, size in zip(answers, sizes, strict=True))
            if is_perfect_bayesian(game, sender, receiver):
                found.append((sender, receiver))
    return found


def behaviour(game: SignallingGame, x, y) -> tuple:
    """Return mixed plans of the strategic form (messages by type, replies by message, in order) as behaviour strategies."""
    messages, sizes = len(game.messages), [len(replies) for replies in game.replies.values()]
    plans = list(product(range(messages), repeat=len(game.types)))
    answers = list(product(*map(range, sizes)))
    sender = tuple(
        tuple(sum((w for w, plan in zip(x, plans, strict=True) if plan[t] == m), F(0)) for m in range(messages))
        for t in range(len(game.types))
    )
    receiver = tuple(
        tuple(sum((w for w, answer in zip(y, answers, strict=True) if answer[m] == a), F(0)) for a in range(size))
        for m, size in enumerate(sizes)
    )
    return sender, receiver


def plans_form(game: SignallingGame) -> ag.NormalFormGame:
    """Return the strategic form before types are drawn, from the payoffs alone."""
    u, v, prior = game.numbers(0), game.numbers(1), list(game.prior.values())
    plans = list(product(range(len(game.messages)), repeat=len(game.types)))
    answers = list(product(*(range(len(replies)) for replies in game.replies.values())))
    tables = [
        [[sum(p * w[t][plan[t]][answer[plan[t]]] for t, p in enumerate(prior)) for answer in answers] for plan in plans] for w in (u, v)
    ]
    return ag.NormalFormGame.from_bimatrix(*tables)


def in_hull(side, vertices) -> bool:
    """Whether a point is a mixture of vertices."""
    flat = [value for row in side for value in row]
    columns = [[value for row in vertex for value in row] for vertex in vertices]
    rows = [[column[k] for column in columns] for k in range(len(flat))]
    return maximise([0] * len(columns), equal=[*rows, [1] * len(columns)], equal_to=[*flat, 1]).status == "optimal"


def covered(families, sender, receiver) -> bool:
    """Whether a profile lies in some family."""
    return any(in_hull(sender, family.senders) and in_hull(receiver, family.receivers) for family in families)
