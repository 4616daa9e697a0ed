r"""All perfect Bayesian equilibria of signalling games, exactly, as maximal families and components.

Write :math:`w_{tm} = p_t \sigma_t(m)` for the sender's side and :math:`\rho_m(a)` for the receiver's. Strategies
are those of a perfect Bayesian equilibrium exactly if

1. :math:`\rho_m(a) > 0` only if *a* is best against the weights :math:`w_m` after *m* (linear in *w*; every reply
   is, where :math:`w_m = 0`);
2. :math:`\sigma_t(m) > 0` only if *m* is best for *t* against :math:`\rho` (linear in :math:`\rho`);
3. after every message, sent or not, the replies used are best against *one* belief. For messages that are
   sent this follows from 1.

Conditions 1 and 2 are those of a bimatrix game. Let *X* hold the :math:`(\sigma, z)` with
:math:`z_m \ge \sum_t w_{tm} u_R(t, m, a)` for all *a*, and *Y* the :math:`(\rho, v)` with
:math:`v_t \ge u_S(t, m, \rho_m)` for all *m*. A point of *X* carries the label *(t, m)* if :math:`\sigma_t(m) = 0` and
*(m, a)* if *a* attains :math:`z_m`; a point of *Y* carries *(m, a)* if :math:`\rho_m(a) = 0` and *(t, m)* if *m* attains
:math:`v_t`. Conditions 1 and 2 hold exactly if the two points carry all labels between them.

*Completeness.* The points with given labels form a face, and a face of either polyhedron on which all
labels are covered is the hull of its vertices: its only unbounded directions raise some :math:`z_m` or :math:`v_t`, which loses
labels that are needed. So the set of pairs that satisfy 1 and 2 is the union of the products hull(*A*) ×
hull(*B*) over sets of vertices *A* of *X*, *B* of *Y* all pairs of which are completely labelled. Sets of
replies that are best against one belief are closed under taking subsets. So condition 3 says that the
replies used after each *m* lie in one of finitely many maximal such sets :math:`R_m`; these cut a face out of *Y*. For
each choice of the :math:`R_m` the maximal pairs *(A, B)* are the maximal bicliques of the graph of completely labelled
pairs with the vertices *B* in that face. An equilibrium lies in the product of the faces that its own labels
define, and this lies in one of the products found. Vertices are enumerated and labels decided in
integers, so ties are seen as ties.

The families are the maximal products; each is a maximal convex set of equilibrium strategies. Two of them share a
point exactly if they share a vertex on both sides (they are products of faces), so components are found by labels. For a
profile of strategies the beliefs that support it form a product of polytopes, which is connected; so
components of strategies and components of assessments are the same.

In signalling games every perfect Bayesian equilibrium is a sequential equilibrium
:cite:p:`fudenberg1991perfect`: any belief after a message that nobody sends is a limit of conditional probabilities under trembles.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm, prod
from typing import Any, ClassVar

from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.signalling import SignallingGame
from alliancegames.solvers._double_description import Ray, TooManyRays, extreme_rays
from alliancegames.solvers._reply_cells import message_cells
from alliancegames.solvers.assessment_families import AssessmentFamily, AssessmentSet
from alliancegames.solvers.registry import Findings, Solver, choose, descending, register
from alliancegames.solvers.result import COMPLETE, Provenance
from alliancegames.solvers.verify_assessment import FLOAT_TOLERANCE, RationalityReport, sequential_rationality

__all__ = ["BehaviourVertices", "perfect_bayesian"]

Side = tuple[tuple[Fraction, ...], ...]
"""One distribution for each type, or for each message."""


def perfect_bayesian(game: SignallingGame, solver: str | Solver = "auto") -> AssessmentSet:
    """Find all perfect Bayesian equilibria of a signalling game.

    Parameters
    ----------
    game : SignallingGame
        A game with exact or float payoffs; floats are taken at their exact binary values, solved exactly and
        rounded at the end.
    solver : str or Solver, default "auto"
        ``"behaviour_vertices"``.

    Returns
    -------
    AssessmentSet
        The maximal families of equilibria, with ``components``: a family is a product of a polytope of
        sender's strategies, a polytope of replies, and polytopes of beliefs after messages that nobody sends.

    Raises
    ------
    SolverNotApplicableError
        The payoffs contain symbols, or the game is too large.
    SolveError
        A family failed the independent check (this would be a defect of the solver).

    Notes
    -----
    See the module's description for the method and the proof of completeness. Each family is checked against
    the game tree: the mean of its sender's strategies with every vertex of its replies, and the mean of its replies with
    every vertex of the sender's strategies, which together prove every member to be an equilibrium. The number of
    vertices, and so the cost, grows exponentially with the number of types and messages.

    Examples
    --------
    Beer or quiche :cite:p:`cho1987signaling`: two families, each held up by a threat after the other breakfast.

    >>> from alliancegames.games.signalling import SignallingGame
    >>> from alliancegames.solvers.signalling import perfect_bayesian
    >>> likes = {("strong", "beer"), ("weak", "quiche")}
    >>> game = SignallingGame(["strong", "weak"], ["beer", "quiche"], ["duel", "leave"], ["9/10", "1/10"],
    ...     lambda t, m, a: (((t, m) in likes) + 2 * (a == "leave"), int((a == "duel") == (t == "weak"))))
    >>> perfect_bayesian(game)
    <AssessmentSet: 2 families of perfect Bayesian equilibria in 2 components (complete, exact)>
      pooling: strong sends beer; weak sends beer; after beer: leave; after quiche, which nobody sends: duel 1/2 to 1, leave 0 to 1/2
      pooling: strong sends quiche; weak sends quiche; after beer, which nobody sends: duel 1/2 to 1, leave 0 to 1/2; after quiche: leave
    """
    started = time.perf_counter()
    if not isinstance(game, SignallingGame):
        raise GameDefinitionError(
            f"perfect_bayesian(): expected a SignallingGame, got {type(game).__name__}; for trees use sequential_equilibria()."
        )
    if game.field == "symbolic":
        names = ", ".join(sorted(map(str, game.free_symbols)))
        cause = (
            f"the game contains the symbols {names}; substitute numbers with .subs({{...}})"
            if names
            else "payoffs are irrational; use .floats()"
        )
        raise SolverNotApplicableError(f"perfect_bayesian(): {cause}.")
    method = choose("perfect_bayesian", game, solver)
    found = method.solve(game)
    families = sorted((AssessmentFamily(game, *sides) for sides in found.strategies), key=lambda family: descending(family.arrays()))
    worst: Any = max((_checked(method, family) for family in families), default=Fraction(0))
    provenance = Provenance(method.name, __version__, time.perf_counter() - started, {}, worst, dict(found.certificate))
    return AssessmentSet(
        game,
        "perfect Bayesian equilibrium",
        tuple(families),
        found.complete,
        game.field == "exact",
        found.degenerate,
        found.status,
        provenance,
    )


def _checked(method: Solver, family: AssessmentFamily) -> Any:
    """Return the largest gain at the members that prove the family, or raise if one of them is no equilibrium."""
    worst: Any = Fraction(0)
    for member in family.witnesses():
        report = sequential_rationality(member)
        if not _holds(report):
            raise SolveError(
                f"perfect_bayesian(): solver {method.name!r} returned {member}, but {report}; please report this game.", member
            )
        worst = max(worst, report.largest_gain)
    return worst


def _holds(report: RationalityReport) -> bool:
    allowed = FLOAT_TOLERANCE if report.assessment.game.field == "float" else 0
    return bool(report.largest_gain <= allowed and report.largest_bayes_error <= allowed)  # NaN fails, too


@register
@dataclass(frozen=True)
class BehaviourVertices:
    """Vertices of both best-reply polyhedra in behaviour strategies, joined to maximal families.

    Parameters
    ----------
    limit : int, default 20000
        Largest number of vertices of either polyhedron, and of combinations of replies, that are enumerated.
    """

    limit: int = 20_000

    name: ClassVar[str] = "behaviour_vertices"
    concept: ClassVar[str] = "perfect_bayesian"
    description: ClassVar[str] = "all perfect Bayesian equilibria of signalling games, as maximal families, exact and complete"

    def obstacle(self, game: Any) -> str | None:
        """Refuse what is no signalling game."""
        return None if isinstance(game, SignallingGame) else "needs a SignallingGame"

    def solve(self, game: SignallingGame) -> Findings:
        """Enumerate vertices, pair them by labels, and join the pairs to families."""
        polyhedra = BehaviourPolyhedra(game)
        try:
            senders, receivers = polyhedra.sender_vertices(self.limit), polyhedra.receiver_vertices(self.limit)
        except TooManyRays:
            raise SolverNotApplicableError(
                f"perfect_bayesian(): more than {self.limit} vertices arise; raise the limit with BehaviourVertices(limit=...)."
            ) from None
        count = prod(len(cells.maximal) for cells in polyhedra.cells)
        if count > self.limit:
            raise SolverNotApplicableError(
                f"perfect_bayesian(): {count} combinations of jointly optimal replies, more than the limit {self.limit}."
            )
        families = polyhedra.families(senders, receivers)
        strategies = [
            (tuple(polyhedra.sender(ray) for ray in some), tuple(polyhedra.receiver(ray) for ray in others)) for some, others in families
        ]
        certificate = {"sender_vertices": len(senders), "receiver_vertices": len(receivers)}
        return Findings(strategies, True, None, COMPLETE, certificate)


class BehaviourPolyhedra:
    """The two best-reply polyhedra of a signalling game in behaviour strategies, with labels as bits.

    Bit ``t * messages + m`` stands for type *t* not sending *m* or *m* being best for it; the bits after
    these, message by message, for a reply being best or not given.

    Parameters
    ----------
    game : SignallingGame
        A game with exact or float payoffs.
    """

    def __init__(self, game: SignallingGame) -> None:
        self.types, self.messages = len(game.types), len(game.messages)
        self.sizes = [len(replies) for replies in game.replies.values()]
        self.offsets = [sum(self.sizes[:m]) for m in range(self.messages)]
        self.prior = [Fraction(weight) for weight in game.prior.values()]
        sender, receiver = ([[list(map(Fraction, row)) for row in rows] for rows in game.numbers(k)] for k in (0, 1))
        self.sender_payoffs, self.receiver_payoffs = sender, receiver
        self.cells = message_cells(game)

    @property
    def everything(self) -> int:
        """All labels."""
        return (1 << (self.types * self.messages + sum(self.sizes))) - 1

    def sender_vertices(self, limit: int) -> list[Ray]:
        """Return the vertices of *X*: coordinates ``sigma`` by type and message, then ``z`` by message."""
        sent = self.types * self.messages
        weights = [[[self.prior[t] * u for u in self._lifted(t, m)] for m in range(self.messages)] for t in range(self.types)]
        scale = lcm(*(u.denominator for rows in weights for row in rows for u in row))
        normals = []
        for m, size in enumerate(self.sizes):
            for a in range(size):
                normal = [0] * (sent + self.messages)
                normal[sent + m] = scale
                for t in range(self.types):
                    normal[t * self.messages + m] = -int(weights[t][m][a] * scale)
                normals.append(normal)
        blocks = [range(t * self.messages, (t + 1) * self.messages) for t in range(self.types)]
        return self._labelled(blocks, normals, sent + self.messages, 0, sent, limit)

    def _lifted(self, t: int, m: int) -> list[Fraction]:
        """Return the receiver's payoffs against a type, least 0; a constant over the replies changes no best reply."""
        row = self.receiver_payoffs[t][m]
        return [u - min(row) for u in row]

    def receiver_vertices(self, limit: int) -> list[Ray]:
        """Return the vertices of *Y*: coordinates ``rho`` by message and reply, then ``v`` by type."""
        given = sum(self.sizes)
        normals = []
        for t, rows in enumerate(self.sender_payoffs):
            least = min(u for row in rows for u in row)
            scale = lcm(*((u - least).denominator for row in rows for u in row))
            for m, row in enumerate(rows):
                normal = [0] * (given + self.types)
                normal[given + t] = scale
                for a, u in enumerate(row):
                    normal[self.offsets[m] + a] = -int((u - least) * scale)
                normals.append(normal)
        blocks = [range(start, start + size) for start, size in zip(self.offsets, self.sizes, strict=True)]
        return self._labelled(blocks, normals, given + self.types, self.types * self.messages, 0, limit)

    @staticmethod
    def _labelled(blocks: list[range], normals: list[list[int]], dimension: int, zeros: int, tight: int, limit: int) -> list[Ray]:
        """Return the rays on which all blocks have the same positive sum, with labels.

        ``zeros`` and ``tight`` are the first labels of coordinates that are zero and of normals that are tight.
        """
        equal: list[list[int]] = []
        for block in blocks[1:]:
            normal = [int(k in block) - int(k in blocks[0]) for k in range(dimension)]
            equal += [normal, [-value for value in normal]]
        strategies = blocks[-1].stop
        unplayed = (1 << strategies) - 1
        return [
            Ray(ray.coordinates, (ray.tight & unplayed) << zeros | ray.tight >> (dimension + len(equal)) << tight)
            for ray in extreme_rays([*equal, *normals], dimension, limit)
            if any(ray.coordinates[:strategies])  # the others only raise a bound
        ]

    def families(self, senders: list[Ray], receivers: list[Ray]) -> list[tuple[list[Ray], list[Ray]]]:
        """Return the maximal pairs of sets of vertices whose hulls form equilibria.

        Parameters
        ----------
        senders, receivers : list of Ray
            Vertices with labels.
        """
        everything = self.everything
        neighbours = [sum(1 << i for i, x in enumerate(senders) if x.tight | y.tight == everything) for y in receivers]
        unused = [y.tight >> (self.types * self.messages) for y in receivers]
        candidates: set[tuple[int, int]] = set()
        for choice in product(*(cells.maximal for cells in self.cells)):
            allowed = sum(1 << (start + a) for start, replies in zip(self.offsets, choice, strict=True) for a in replies)
            excluded = (1 << sum(self.sizes)) - 1 & ~allowed
            inside = [j for j, zero in enumerate(unused) if neighbours[j] and zero & excluded == excluded]
            candidates |= bicliques({j: neighbours[j] for j in inside})
        return [
            ([x for i, x in enumerate(senders) if some >> i & 1], [y for j, y in enumerate(receivers) if others >> j & 1])
            for some, others in candidates
            if not any((some, others) != (p, q) and some & p == some and others & q == others for p, q in candidates)
        ]

    def sender(self, ray: Ray) -> Side:
        """Return the strategy of each type at a vertex.

        Parameters
        ----------
        ray : Ray
            A vertex of the sender's polyhedron.
        """
        return tuple(_normalised(ray.coordinates[t * self.messages : (t + 1) * self.messages]) for t in range(self.types))

    def receiver(self, ray: Ray) -> Side:
        """Return the strategy after each message at a vertex.

        Parameters
        ----------
        ray : Ray
            A vertex of the receiver's polyhedron.
        """
        return tuple(_normalised(ray.coordinates[start : start + size]) for start, size in zip(self.offsets, self.sizes, strict=True))


def bicliques(neighbours: dict[int, int]) -> set[tuple[int, int]]:
    """Return the maximal bicliques of a bipartite graph, both sides as bit masks.

    The sides on the left are the intersections of sets of neighbours; they are built up one vertex at a time.
    """
    closed: set[int] = set()
    for mask in set(neighbours.values()):
        closed |= {mask} | {mask & other for other in closed}
    return {(left, sum(1 << j for j, mask in neighbours.items() if mask & left == left)) for left in closed if left}


def _normalised(weights: Sequence[int]) -> tuple[Fraction, ...]:
    total = sum(weights)
    return tuple(Fraction(weight, total) for weight in weights)
