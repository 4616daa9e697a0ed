"""Subgame-perfect choices of a number: backward induction on the pieces of the interval on which replies stay the same."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar

from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.offer import OfferGame, OfferProfile
from alliancegames.solvers.registry import Findings, Solver, choose, register
from alliancegames.solvers.result import EquilibriumSet, Provenance, Status

__all__ = ["PiecewiseInduction", "offer_equilibria"]

# Numbers at which the check looks for something better, beside the ends and middles of all pieces.
CHECKED = 12
ROUNDING = 1e-9

COMPLETE = Status("complete", "Every optimal choice is listed; where two are optimal, so are mixtures of them.")
OPEN = Status(
    "partial",
    "What is listed are subgame-perfect equilibria, but others may exist: somebody is indifferent between replies to all numbers of an "
    "interval, or at its end in a way that no number nearby shows; the replies listed are the leader's favourites.",
)


@dataclass(frozen=True)
class Piece:
    """An interval of numbers to which the replies in a part of the tree are the same.

    Parameters
    ----------
    low, high : number
        Its ends.
    at_low, at_high : tuple
        Payoffs of the players there; between they move along a line.
    plan : mapping of int to int
        Branch taken at each decision.
    ends : mapping of int to number
        Probability with which each end of the tree is reached.
    """

    low: Any
    high: Any
    at_low: tuple[Any, ...]
    at_high: tuple[Any, ...]
    plan: Mapping[int, int]
    ends: Mapping[int, Any]

    def at(self, value: Any) -> tuple[Any, ...]:
        """Return the payoffs at a number of the piece.

        Parameters
        ----------
        value : number
            The number.
        """
        share = (value - self.low) / (self.high - self.low)
        return tuple(a + share * (b - a) for a, b in zip(self.at_low, self.at_high, strict=True))

    def cut(self, low: Any, high: Any) -> Piece:
        """Return the part between two numbers.

        Parameters
        ----------
        low, high : number
            Its ends.
        """
        return Piece(low, high, self.at(low), self.at(high), self.plan, self.ends)


@register
@dataclass(frozen=True)
class PiecewiseInduction:
    """Cut the interval where a reply changes, from the last moves to the first, and compare the ends of the pieces."""

    name: ClassVar[str] = "piecewise_induction"
    concept: ClassVar[str] = "offer_equilibria"
    description: ClassVar[str] = "all optimal choices of a number that a tree with perfect information follows, exactly"

    def obstacle(self, game: Any) -> str | None:
        """Refuse other games, and symbols."""
        if not isinstance(game, OfferGame):
            return "needs an OfferGame"
        return "needs numbers; this game has symbols" if game.field == "symbolic" else None

    def solve(self, game: OfferGame) -> Findings:
        """Solve by backward induction."""
        induction = _Induction(game)
        pieces = induction.pieces(0)
        best = max(
            [value for piece in pieces for value in _leads(game, piece)] + [ends[0][game.leader] for ends in game.alternatives.values()]
        )
        items = [item for piece in pieces for item in _optimal(game, piece, best)]
        items += [_alternative(game, name) for name, (values, _) in game.alternatives.items() if _same(values[game.leader], best)]
        complete = not induction.tied and not induction.is_open(pieces, items, best)
        return Findings(items, complete or None, None, COMPLETE if complete else OPEN, {"pieces": tuple((p.low, p.high) for p in pieces)})


class _Induction:
    """Backward induction on pieces; notes whether somebody was indifferent on a whole one."""

    def __init__(self, game: OfferGame) -> None:
        self.game = game
        self.nodes = game.after(game.bounds[0]).nodes
        self.sets = game.after(game.bounds[0]).information_sets
        self.tied = False

    def pieces(self, k: int) -> list[Piece]:
        """Return the pieces of the part of the tree that begins at a node, from left to right."""
        node = self.nodes[k]
        if node.payoffs is not None:
            return [Piece(*self.game.bounds, *self.game.affine(k), {}, {k: 1})]
        children = [self.pieces(child) for child in node.children]
        cells = list(_refined(children))
        if node.chance is not None:
            return [_mixed(parts, node.chance) for parts in cells]
        player = self.sets[node.information_set or 0].player
        return [piece for parts in cells for piece in self._chosen(k, player, parts)]

    def _chosen(self, k: int, player: int, parts: Sequence[Piece]) -> Iterator[Piece]:
        """Yield what a player makes of the branches, cut where two of them cross."""
        low, high = parts[0].low, parts[0].high
        points = sorted({low, high, *(x for a in parts for b in parts if (x := _crossing(a, b, player)) is not None)})
        for left, right in pairwise(points):
            middle = (left + right) / 2
            values = [part.at(middle) for part in parts]
            top = max(value[player] for value in values)
            best = [j for j, value in enumerate(values) if _same(value[player], top)]
            self.tied |= len(best) > 1
            j = max(best, key=lambda j: (values[j][self.game.leader], -j))
            part = parts[j].cut(left, right)
            plans = {node: action for other in parts for node, action in other.plan.items()}
            yield Piece(left, right, part.at_low, part.at_high, {**plans, k: j}, part.ends)

    def is_open(self, pieces: Sequence[Piece], items: Sequence[OfferProfile], best: Any) -> bool:
        """Whether where pieces meet indifferent players could reply so that the leader gets as much in another way, or more."""
        leader = self.game.leader
        listed = [(x, values) for item in items for x, values in item.numbers()]
        for x in {x for piece in pieces for x in (piece.low, piece.high)}:
            for values in _possible(self.game.after(x)):
                if values[leader] >= best - _slack(best) and not any(x == y and all(map(_same, values, own)) for y, own in listed):
                    return True
        return False


def _refined(children: Sequence[Sequence[Piece]]) -> Iterator[list[Piece]]:
    """Yield the pieces of all branches side by side, cut to common intervals."""
    points = sorted({x for pieces in children for piece in pieces for x in (piece.low, piece.high)})
    for low, high in pairwise(points):
        middle = (low + high) / 2
        yield [next(p for p in pieces if p.low <= middle <= p.high).cut(low, high) for pieces in children]


def _mixed(parts: Sequence[Piece], chances: Sequence[Any]) -> Piece:
    def average(rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
        return tuple(sum(q * value for q, value in zip(chances, column, strict=True)) for column in zip(*rows, strict=True))

    ends = {k: q * weight for part, q in zip(parts, chances, strict=True) for k, weight in part.ends.items()}
    plan = {k: branch for part in parts for k, branch in part.plan.items()}
    return Piece(parts[0].low, parts[0].high, average([p.at_low for p in parts]), average([p.at_high for p in parts]), plan, ends)


def _crossing(a: Piece, b: Piece, player: int) -> Any:
    """Return where a player's payoffs from two branches cross inside a common interval, or None."""
    left, right = a.at_low[player] - b.at_low[player], a.at_high[player] - b.at_high[player]
    return a.low + (a.high - a.low) * left / (left - right) if left * right < 0 else None


def _slack(value: Any) -> Any:
    return ROUNDING * (1 + abs(value)) if isinstance(value, float) else 0


def _same(a: Any, b: Any) -> bool:
    return bool(abs(a - b) <= _slack(a))


def _leads(game: OfferGame, piece: Piece) -> tuple[Any, Any]:
    return piece.at_low[game.leader], piece.at_high[game.leader]


def _optimal(game: OfferGame, piece: Piece, best: Any) -> Iterator[OfferProfile]:
    """Yield the optimal numbers of a piece: both ends only if all between are optimal too."""
    low, high = (_same(value, best) for value in _leads(game, piece))
    if not (low or high):
        return
    ends = (piece.low, piece.high) if low and high else (piece.low,) * 2 if low else (piece.high,) * 2
    tree = game.after(ends[0])
    names: dict[str, Any] = {}
    for k, weight in piece.ends.items():
        names[tree.nodes[k].outcome] = names.get(tree.nodes[k].outcome, 0) + weight
    replies = {
        tree.information_sets[tree.nodes[k].information_set or 0].label: tree.nodes[k].events[j] for k, j in sorted(piece.plan.items())
    }
    values = (piece.at_low if low else piece.at_high, piece.at_high if high else piece.at_low)
    yield OfferProfile(game, game.label, *ends, replies, names, *values)


def _alternative(game: OfferGame, name: str) -> OfferProfile:
    values, outcome = game.alternatives[name]
    return OfferProfile(game, name, None, None, {}, {outcome: 1}, values, values)


# -------------------------------------------------------------------- at one number, independently of pieces


def _possible(game: ExtensiveGame, root: int = 0) -> list[tuple[Any, ...]]:
    """Return the payoffs of all subgame-perfect plays in pure strategies of the tree after one number, from a node on."""
    node = game.nodes[root]
    if node.payoffs is not None:
        return [node.payoffs]
    options = [_possible(game, child) for child in node.children]
    if node.chance is not None:
        return _averages(node.chance, options)
    return _choices(game.information_sets[node.information_set or 0].player, options)


def _averages(chances: Sequence[Any], options: Sequence[list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    sums: list[tuple[Any, ...]] = [tuple(0 * value for value in options[0][0])]
    for q, values in zip(chances, options, strict=True):
        sums = list(dict.fromkeys(tuple(a + q * b for a, b in zip(total, value, strict=True)) for total in sums for value in values))
    return sums


def _choices(player: int, options: Sequence[list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """Return what may come out: a branch can be chosen if some play of it is no worse than some play of each other."""
    floor = max(min(value[player] for value in values) for values in options)
    return list(dict.fromkeys(value for values in options for value in values if value[player] >= floor - _slack(floor)))


def offer_equilibria(game: OfferGame, solver: str | Solver = "auto") -> EquilibriumSet[OfferProfile]:
    """Find the subgame-perfect equilibria of a game that begins with the choice of a number.

    Parameters
    ----------
    game : OfferGame
        The game, at numbers.
    solver : str or Solver, default "auto"
        ``"piecewise_induction"``, or a configured solver.

    Returns
    -------
    EquilibriumSet
        All optimal choices, each with the replies that make it optimal. ``complete`` is True unless somebody is indifferent
        on a whole interval of numbers, or at a single one in a way that no number nearby shows; then it is None.

    Raises
    ------
    GameDefinitionError
        It is no `OfferGame`.
    SolverNotApplicableError
        The game contains symbols.
    SolveError
        An equilibrium failed the check (this would be a defect of the solver).

    Notes
    -----
    Replies are the same on each of finitely many intervals, whose ends are where some player is indifferent; on each the leader's
    payoff is affine, so that an end is optimal. At such an end the indifferent player must reply as the leader wishes: otherwise
    the leader would choose a number as near as possible and no choice would be optimal. This is how ultimatum games are solved.
    The check is independent: at the numbers chosen and at many others the tree that follows is solved anew.

    Examples
    --------
    A patron intervenes against demands above 1/2, which are worth less to the attacker than the largest one that it lets pass.

    >>> import alliancegames as ag
    >>> game = ag.OfferGame(["Attacker", "Patron"], "Attacker", "demand", (0, 1), lambda x: ag.Move("Patron", {
    ...     "stay out": ag.End((x, -x), "conquest"), "intervene": ag.End((x - 1, x - 1), "war")}), {"none": (0, 0)})
    >>> print(ag.offer_equilibria(game)[0])
    demand 1/2; Patron: stay out
    """
    started = time.perf_counter()
    if not isinstance(game, OfferGame):
        raise GameDefinitionError(f"offer_equilibria(): expected an OfferGame, got {type(game).__name__}; call .game() on a model.")
    if game.field == "symbolic":
        raise SolverNotApplicableError("offer_equilibria(): the game contains symbols; give numbers to every parameter.")
    method = choose("offer_equilibria", game, solver)
    found = method.solve(game)
    regret = max(_regret(game, item, found.certificate["pieces"]) for item in found.strategies)
    provenance = Provenance(method.name, __version__, time.perf_counter() - started, {}, regret, dict(found.certificate))
    exact = game.field == "exact"
    items = tuple(found.strategies)
    return EquilibriumSet(game, "subgame-perfect equilibrium", items, found.complete, exact, None, found.status, provenance)


def _regret(game: OfferGame, item: OfferProfile, pieces: Sequence[tuple[Any, Any]]) -> Any:
    """Return what the leader could gain at many other numbers; raise if it is something, or if a reply is no best reply."""
    low, high = game.bounds
    numbers = [end for piece in pieces for end in (*piece, sum(piece) / 2)]
    numbers += [low + (high - low) * (Fraction(k, CHECKED) if game.field == "exact" else k / CHECKED) for k in range(CHECKED + 1)]
    mine = item.values[game.leader]
    others = [min(values[game.leader] for values in _possible(game.after(x))) for x in numbers]
    others += [values[game.leader] for values, _ in game.alternatives.values()]
    rational = item.low is None or all(_is_rational(game, item, x) for x in (item.low, item.high))
    gain = max(max(others) - mine, 0 * mine)
    if not rational or gain > _slack(mine):
        raise SolveError(f"offer_equilibria(): {item} is no equilibrium; please report this game.", item)
    return gain


def _is_rational(game: OfferGame, item: OfferProfile, number: Any) -> bool:
    """Whether each reply is a best one after a number, and leads to the payoffs stated."""
    tree = game.after(number)
    values: list[Any] = [None] * len(tree.nodes)
    for k in reversed(range(len(tree.nodes))):
        node = tree.nodes[k]
        if node.payoffs is not None:
            values[k] = node.payoffs
        elif node.chance is not None:
            (values[k],) = _averages(node.chance, [[values[child]] for child in node.children])
        else:
            part = tree.information_sets[node.information_set or 0]
            values[k] = values[node.children[node.events.index(item.replies[part.label])]]
            best = max(values[child][part.player] for child in node.children)
            if values[k][part.player] < best - _slack(best):
                return False
    return all(map(_same, values[0], dict(item.numbers())[number]))
