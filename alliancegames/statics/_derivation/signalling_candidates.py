"""Perfect Bayesian equilibria of symbolic signalling games with at most two replies to each message.

With two replies the receiver's strategy is one number a message, the probability of the first reply. Senders'
payoffs are linear in these numbers, the receiver's gains linear in the senders' probabilities. An extreme
equilibrium is a pair of vertices: senders' mixtures that alone on their supports make the receiver indifferent
after some messages, and replies that alone make some types indifferent between some messages. After a message
that nobody sends every reply is kept that is best for some belief; the refinement D1 allows fewer beliefs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from alliancegames.errors import SolverNotApplicableError
from alliancegames.statics._derivation.candidates import Candidate, determinant, polynomials
from alliancegames.statics._polynomials import FALSE, TRUE, Formula, every, negation, some
from alliancegames.statics.parameter_space import ParameterSpace

__all__ = ["signalling_candidates"]

ZERO, ONE, MIXED = 0, 1, 2


@dataclass(frozen=True)
class _Senders:
    """Probabilities by type and message as numerators over a common denominator, with the receiver's gains."""

    weights: Mapping[tuple[int, int], Any]
    bottom: Any
    gains: tuple[Any, ...]
    condition: Formula


@dataclass(frozen=True)
class _Replies:
    """Probability of the first reply after each message as a quotient, and what each message is worth to each type."""

    tops: tuple[Any, ...]
    bottom: Any
    kinds: tuple[int, ...]
    payoffs: tuple[Any, ...]
    condition: Formula


class _Game:
    """The numbers of a signalling game as polynomials."""

    def __init__(self, game: Any, space: ParameterSpace) -> None:
        self.game, self.space = game, space
        most = max(len(game.replies[message]) for message in game.messages)
        if most > 2:
            raise SolverNotApplicableError(
                f"regimes(): signalling games with at most two replies to a message are taken apart; here a message has {most}."
            )
        import numpy as np

        self.prior = list(polynomials(np.array(list(game.prior.values()), dtype=object), space))
        self.one, self.zero = space.ring.constant(1), space.ring.constant(0)
        self.types, self.messages = range(len(game.types)), range(len(game.messages))
        self.choice = [len(game.replies[message]) == 2 for message in game.messages]
        tables = []
        for player in (0, 1):
            numbers = game.numbers(player)
            flat = np.array([value for by_message in numbers for replies in by_message for value in replies], dtype=object)
            listed = iter(polynomials(flat, space))
            tables.append([[[next(listed) for _ in replies] for replies in by_message] for by_message in numbers])
        self.base = [[tables[0][t][m][-1] for m in self.messages] for t in self.types]
        self.slope = [[tables[0][t][m][0] - tables[0][t][m][-1] for m in self.messages] for t in self.types]
        self.gain = [[tables[1][t][m][0] - tables[1][t][m][-1] for m in self.messages] for t in self.types]


def signalling_candidates(game: Any, space: ParameterSpace, refinement: str | None = None) -> list[Candidate]:
    """Return all extreme perfect Bayesian equilibria, each with its condition.

    Parameters
    ----------
    game : SignallingGame
        With payoffs and prior that are rational functions of the parameters.
    space : ParameterSpace
        The space of the parameters.
    refinement : {None, "D1"}
        Which beliefs are admitted after messages that nobody sends.
    """
    read = _Game(game, space)
    senders, replies = list(_sender_vertices(read)), list(_reply_vertices(read))
    result = []
    for x, r in product(senders, replies):
        condition = _together(read, x, r, refinement)
        if condition != FALSE:
            result.append(Candidate(_profile(read, x, r), condition))
    return result


def _sender_vertices(read: _Game) -> Iterator[_Senders]:
    """Yield the mixtures of the types that are the only ones on their supports which leave the receiver indifferent after some messages."""
    space = read.space
    for supports in product(*(_subsets(read.messages) for _ in read.types)):
        free = sum(len(support) - 1 for support in supports)
        unknowns = [(t, m) for t, support in enumerate(supports) for m in support]
        sent = [m for m in read.messages if read.choice[m] and any(m in support for support in supports)]
        for tied in combinations(sent, free):
            rows = [[read.one * int(t == kind) for t, _ in unknowns] + [-read.one] for kind in read.types]
            rows += [[read.prior[t] * read.gain[t][m] * int(m == message) for t, m in unknowns] + [read.zero] for message in tied]
            solution = _solve(rows, len(unknowns), read)
            if solution is None:
                continue
            numerators, bottom = solution
            weights = dict(zip(unknowns, numerators, strict=True))
            gains = tuple(
                sum((read.prior[t] * read.gain[t][m] * weights[t, m] for t in read.types if (t, m) in weights), start=read.zero)
                for m in read.messages
            )
            condition = _oriented(space, numerators, bottom)
            if condition != FALSE:
                yield _Senders(weights, bottom, gains, condition)


def _reply_vertices(read: _Game) -> Iterator[_Replies]:
    """Yield the replies that are the only ones, given where they are mixed, which leave some types indifferent between some messages."""
    open_ = [m for m in read.messages if read.choice[m]]
    pairs = [(t, m, n) for t in read.types for m, n in combinations(read.messages, 2)]
    seen: set[str] = set()
    for kinds in product((ZERO, ONE, MIXED), repeat=len(open_)):
        fixed = dict(zip(open_, kinds, strict=True))
        mixed = [m for m in open_ if fixed[m] == MIXED]
        for ties in combinations(pairs, len(mixed)):
            rows = []
            for t, m, n in ties:
                constant = read.base[t][m] - read.base[t][n]
                constant += sum((read.slope[t][k] * sign for k, sign in ((m, 1), (n, -1)) if fixed.get(k) == ONE), start=read.zero)
                rows.append([read.slope[t][k] * (int(k == m) - int(k == n)) for k in mixed] + [constant])
            solution = _solve(rows, len(mixed), read)
            if solution is None:
                continue
            tops, bottom = solution
            vertex = _replies(read, fixed, mixed, tops, bottom)
            key = f"{kinds} {[str(top) for top in vertex.tops] if vertex else ''} {bottom}"
            if vertex is not None and key not in seen:
                seen.add(key)
                yield vertex


def _replies(read: _Game, fixed: Mapping[int, int], mixed: Sequence[int], tops: Sequence[Any], bottom: Any) -> _Replies | None:
    space = read.space
    values = [bottom * int(fixed.get(m, ZERO) == ONE) for m in read.messages]
    for m, top in zip(mixed, tops, strict=True):
        values[m] = top
    sign = space.sign(bottom)
    inside = every(_oriented(space, [top, bottom - top], bottom) for top in tops)
    if inside == FALSE:
        return None
    if sign not in (1, -1):
        bottom, values = bottom * bottom, [value * bottom for value in values]
    elif sign < 0:
        bottom, values = -bottom, [-value for value in values]
    worth = [[read.base[t][m] * bottom + read.slope[t][m] * values[m] for m in read.messages] for t in read.types]
    return _Replies(tuple(values), bottom, tuple(fixed.get(m, ZERO) for m in read.messages), tuple(map(tuple, worth)), inside)


def _together(read: _Game, x: _Senders, r: _Replies, refinement: str | None) -> Formula:
    """Return where the two vertices are best replies to each other."""
    sending = every(_sends_best(read, t, x, r) for t in read.types)
    if sending == FALSE:
        return FALSE
    return every([x.condition, r.condition, sending, *(_replies_best(read, m, x, r, refinement) for m in read.messages if read.choice[m])])


def _sends_best(read: _Game, t: int, x: _Senders, r: _Replies) -> Formula:
    """Return that the messages that a type sends are worth the same to it, and no other more."""
    own = [m for m in read.messages if (t, m) in x.weights]
    parts: list[Formula] = []
    for m in read.messages:
        difference = r.payoffs[t][own[0]] - r.payoffs[t][m]
        if not difference.is_zero():
            parts.append(FALSE if m in own else read.space.sign_condition(difference, ">"))
    return every(parts)


def _replies_best(read: _Game, m: int, x: _Senders, r: _Replies, refinement: str | None) -> Formula:
    """Return that the reply to a message is best given who sends it, or, if nobody does, for some belief."""
    if all((t, m) not in x.weights for t in read.types):
        return _rational_somewhere(read, m, r, x, refinement)
    gain = x.gains[m]
    if gain.is_zero():
        return TRUE
    if r.kinds[m] == MIXED:
        return FALSE
    return read.space.sign_condition((gain if r.kinds[m] == ONE else -gain) * x.bottom, ">")


def _rational_somewhere(read: _Game, m: int, r: _Replies, x: _Senders, refinement: str | None) -> Formula:
    """Return that the reply after an unsent message is best for some admitted belief."""
    space = read.space
    admitted = [_admitted(read, t, m, r, x) if refinement == "D1" else TRUE for t in read.types]
    first = some(every([admitted[t], space.sign_condition(read.gain[t][m], ">")]) for t in read.types)
    second = some(every([admitted[t], space.sign_condition(-read.gain[t][m], ">")]) for t in read.types)
    return {ZERO: second, ONE: first, MIXED: every([first, second])}[r.kinds[m]]


def _admitted(read: _Game, t: int, m: int, r: _Replies, x: _Senders) -> Formula:
    """Return that D1 does not rule out a type after an unsent message: no other type gains from strictly more replies."""
    return every(_not_dominated(read, t, other, m, r, x) for other in read.types if other != t)


def _not_dominated(read: _Game, t: int, other: int, m: int, r: _Replies, x: _Senders) -> Formula:
    """Return that the replies for which ``other`` gains do not include all for which ``t`` gains or is indifferent, and more.

    A type gains where ``base + slope * reply`` exceeds what it has: a half-line of replies, whose side depends on the sign
    of its slope. Half-lines of opposite sides include each other only if one of them misses the replies altogether.
    """
    space = read.space
    if any(read.slope[k][m].is_zero() for k in (t, other)):
        raise SolverNotApplicableError("regimes(refinement='D1'): the reply to an unsent message must matter to all types.")
    cases = []
    for own, theirs in product((1, -1), repeat=2):
        here = every([space.sign_condition(read.slope[t][m] * own, ">"), space.sign_condition(read.slope[other][m] * theirs, ">")])
        if here == FALSE:
            continue
        (top, bottom), (top_other, bottom_other) = _shortfall(read, t, m, r, x, own), _shortfall(read, other, m, r, x, theirs)
        fewer = top * bottom_other - top_other * bottom if own == theirs else top - bottom
        ruled_out = every([space.sign_condition(fewer, ">"), space.sign_condition(bottom_other - top_other, ">")])
        cases.append(every([here, negation(ruled_out)]))
    return some(cases)


def _shortfall(read: _Game, t: int, m: int, r: _Replies, x: _Senders, sign: int) -> tuple[Any, Any]:
    """Return the least reply at which a type is indifferent, counted so that more is better, as a quotient with positive denominator."""
    sent = next(n for n in read.messages if (t, n) in x.weights)
    worst = read.base[t][m] if sign == 1 else read.base[t][m] + read.slope[t][m]
    return r.payoffs[t][sent] - worst * r.bottom, read.slope[t][m] * sign * r.bottom


def _profile(read: _Game, x: _Senders, r: _Replies) -> tuple[dict[str, Any], ...]:
    """Return the behaviour: for each type the messages, for each message with a choice the replies."""
    game, space = read.game, read.space
    strategies = []
    for t, kind in enumerate(game.types):
        own = {game.messages[m]: space.ring.ratio(x.weights[t, m], x.bottom) for m in read.messages if (t, m) in x.weights}
        strategies.append({f"{kind}: {message}": weight for message, weight in own.items()})
    for m, message in enumerate(game.messages):
        if read.choice[m]:
            first, second = game.replies[message]
            weights = {first: space.ring.ratio(r.tops[m], r.bottom), second: space.ring.ratio(r.bottom - r.tops[m], r.bottom)}
            strategies.append({f"{message}: {reply}": weight for reply, weight in weights.items() if weight != 0})
    return tuple(strategies)


def _subsets(items: Sequence[int]) -> list[tuple[int, ...]]:
    return [subset for size in range(1, len(items) + 1) for subset in combinations(items, size)]


def _solve(rows: Sequence[Sequence[Any]], unknowns: int, read: _Game) -> tuple[list[Any], Any] | None:
    """Solve ``sum row[k] x[k] + row[-1] = 0`` by determinants; None unless there is exactly one solution."""
    matrix = [list(row[:unknowns]) for row in rows]
    bottom = determinant(matrix, read.one)
    if bottom.is_zero():
        return None
    tops = []
    for k in range(unknowns):
        replaced = [[*row[:k], -row[unknowns], *row[k + 1 : unknowns]] for row in rows]
        tops.append(determinant(replaced, read.one))
    common = bottom
    for top in tops:
        common = common.gcd(top)
    return [top / common for top in tops], bottom / common


def _oriented(space: ParameterSpace, numerators: Sequence[Any], bottom: Any) -> Formula:
    """Return that all quotients are positive."""
    return some(
        every([space.sign_condition(bottom * sign, ">"), *(space.sign_condition(n * sign, ">") for n in numerators)]) for sign in (1, -1)
    )
