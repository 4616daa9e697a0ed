r"""Which equilibria of a signalling game survive which refinement, and why: a report.

Take an equilibrium in which type *t* gets :math:`u^*_t`, and a message *m* that nobody sends. A belief about the
type makes some replies best. Let MBR(*B*, *m*) be the mixed replies all of whose parts are best against one belief in
*B*. A reply :math:`\varphi` *attracts* type *t* if
:math:`u_S(t, m, \varphi) > u^*_t`, and leaves it indifferent if the two are equal. Over MBR of all beliefs,

* D(*t*) are the replies that attract *t*, D⁰(*t*) those that leave it indifferent.

The criteria rule types out as senders of *m*:

``equilibrium dominance``
    *t* is ruled out if D(*t*) ∪ D⁰(*t*) is empty: whatever the receiver concludes, *t* loses
    :cite:p:`cho1987signaling`.
``intuitive``
    the same types are ruled out, but the equilibrium dies only if some *one* type gains from every best reply
    to beliefs on the others (the intuitive criterion, :cite:p:`cho1987signaling`).
``D1``
    *t* is ruled out if some other type *t'* has D(*t*) ∪ D⁰(*t*) ⊆ D(*t'*).
``D2``
    *t* is ruled out if D(*t*) ∪ D⁰(*t*) ⊆ ∪ D(*t'*) over the other types.
``NWBR``
    *t* is ruled out if D⁰(*t*) ⊆ ∪ D(*t'*): a best reply only where another type strictly gains (never a weak
    best response).
``divinity``
    no type is ruled out as such, but beliefs must respect who gains :cite:p:`banks1987equilibrium`: after a reply
    :math:`\varphi` types that gain would all send *m*, those that are indifferent with any probability, those that lose not
    at all. Beliefs must lie in the hull of the conditional probabilities that follow from the prior, over all
    :math:`\varphi`; replies are then restricted to best replies to these beliefs, and so on until nothing changes.
``universal divinity``
    the same for every prior. The intersection over all priors of these hulls is the set of *all* beliefs on
    the types that D2 leaves: a type that D2 rules out can be given any small weight by the prior, and any other
    type is, for some reply, the only one that is not lost and so believed with certainty. So this is D2, repeated with
    the best replies that are left.

Except for the intuitive criterion, an equilibrium *survives* if after every such message some reply in MBR of the
beliefs that are left attracts nobody: then its outcome is that of an equilibrium with such beliefs. Where *all* types are ruled out,
nobody could gain and beliefs are not restricted: MBR is connected, so replies that attract somebody would have a boundary
in it, at which some type is indifferent and nobody gains, and the equilibrium itself shows that they are not all of MBR.

*Exactness.* The replies that are best against one belief are the subsets of finitely many maximal sets, so
MBR is a union of simplices, on which gains are linear. "D(*t*) ∪ D⁰(*t*) ⊆ D(*t'*)" fails exactly if on one of the simplices
some reply has gain ≥ 0 for *t* and ≤ 0 for *t'*: a linear program in rationals. With two replies MBR is an interval.

The survivors are nested: NWBR ⊆ D2 ⊆ D1 ⊆ equilibrium dominance ⊆ intuitive, and universal divinity ⊆
divinity ⊆ equilibrium dominance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any

from alliancegames._fields import format_number
from alliancegames._immutable import FrozenDict
from alliancegames.errors import GameDefinitionError, unknown_label
from alliancegames.games.profile import MixedStrategy
from alliancegames.games.signalling import SignallingGame
from alliancegames.solvers._deviations import Deviation, ReplySets
from alliancegames.solvers._reply_cells import Vector, units
from alliancegames.solvers.assessment_families import AssessmentFamily
from alliancegames.solvers.signalling import perfect_bayesian

__all__ = ["CRITERIA", "FamilyRefinement", "MessageRefinement", "RefinementReport", "TypeAttraction", "Verdict", "refine"]

CRITERIA = ("intuitive", "equilibrium dominance", "D1", "D2", "NWBR", "divinity", "universal divinity")

# -------------------------------------------------------------------- the report


@dataclass(frozen=True)
class TypeAttraction:
    """To which replies after an unsent message a type would deviate.

    Parameters
    ----------
    type : str
        The type.
    equilibrium_payoff : number
        What it gets in equilibrium.
    lowest, highest : number
        Least and largest payoff from the message over all best replies to some belief.
    gains, indifferent : tuple of str
        Pure best replies at which it gains, or gets the same as in equilibrium.
    attracted : tuple of tuple of MixedStrategy
        Vertices of the polytopes whose union is D ∪ D⁰: one for each maximal set of replies that are best
        against one belief.
    """

    type: str
    equilibrium_payoff: Any
    lowest: Any
    highest: Any
    gains: tuple[str, ...]
    indifferent: tuple[str, ...]
    attracted: tuple[tuple[MixedStrategy, ...], ...]

    @property
    def is_dominated(self) -> bool:
        """Whether no best reply to any belief gives the type its equilibrium payoff."""
        return not self.attracted

    def __str__(self) -> str:
        reach = f"{format_number(self.lowest)} to {format_number(self.highest)} against {format_number(self.equilibrium_payoff)}"
        if self.is_dominated:
            return f"{self.type} loses whatever the reply ({reach})"
        return f"{self.type} does not lose if {_regions(self.attracted)} ({reach})"


@dataclass(frozen=True)
class Verdict:
    """What a criterion says.

    Parameters
    ----------
    criterion : str
        One of ``CRITERIA``.
    survives : bool or None
        Whether the equilibria survive; None if some members of a family do and others do not.
    ruled_out : tuple of str
        Types that the criterion rules out as senders of the message.
    reason : str
        Why, in words.
    """

    criterion: str
    survives: bool | None
    ruled_out: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        return f"{self.criterion}: {_says(self.survives)}: {self.reason}"


@dataclass(frozen=True)
class MessageRefinement:
    """What would follow if a message were sent that nobody sends in equilibrium.

    Parameters
    ----------
    message : str
        The message.
    types : tuple of TypeAttraction
        Who would deviate to which replies.
    reply_sets : tuple of tuple of str
        Maximal sets of replies that are best against one belief.
    verdicts : mapping of str to Verdict
        By criterion.
    """

    message: str
    types: tuple[TypeAttraction, ...]
    reply_sets: tuple[tuple[str, ...], ...]
    verdicts: Mapping[str, Verdict]

    def __str__(self) -> str:
        return f"after {self.message}: {'; '.join(map(str, self.types))}"


@dataclass(frozen=True)
class FamilyRefinement:
    """What the criteria say about one family of equilibria.

    Parameters
    ----------
    family : AssessmentFamily
        The family.
    messages : tuple of MessageRefinement
        One for each message with replies that no member sends, at the payoffs of the example.
    verdicts : mapping of str to Verdict
        By criterion. Members may differ if in some of them further messages are unsent, or if payoffs of types vary
        within the family; then each pattern of unsent messages is examined, with the payoffs at the vertices of
        the replies and at their mean. Where payoffs vary this is a sample of the members, and the reason says so.
    """

    family: AssessmentFamily
    messages: tuple[MessageRefinement, ...]
    verdicts: Mapping[str, Verdict]

    def __str__(self) -> str:
        lines = [str(self.family), *(f"  {message}" for message in self.messages)]
        return "\n".join([*lines, *(f"  {verdict}" for verdict in self.verdicts.values())])


@dataclass(frozen=True)
class RefinementReport:
    """Which equilibria of a signalling game survive which refinement, and why.

    Parameters
    ----------
    game : SignallingGame
        The game.
    items : tuple of FamilyRefinement
        One for each family of equilibria.
    """

    game: SignallingGame
    items: tuple[FamilyRefinement, ...]

    def survivors(self, criterion: str) -> tuple[AssessmentFamily, ...]:
        """Return the families of which all, or some, members survive a criterion.

        Parameters
        ----------
        criterion : str
            One of ``CRITERIA``.
        """
        if criterion not in CRITERIA:
            raise unknown_label("criterion", criterion, CRITERIA, "survivors()")
        return tuple(item.family for item in self.items if item.verdicts[criterion].survives is not False)

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row for each family and criterion, with the verdict and the reason."""
        import pandas as pd

        return pd.DataFrame(
            {
                "equilibrium": number,
                "kind": item.family.kind,
                "criterion": criterion,
                "verdict": _says(verdict.survives),
                "ruled out": ", ".join(verdict.ruled_out),
                "reason": verdict.reason,
            }
            for number, item in enumerate(self.items, 1)
            for criterion, verdict in item.verdicts.items()
        )

    def summary(self) -> str:
        """Return the report as text."""
        return "\n".join(f"{number}. {item}" for number, item in enumerate(self.items, 1))

    def __getitem__(self, index: int) -> FamilyRefinement:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[FamilyRefinement]:
        return iter(self.items)

    def __repr__(self) -> str:
        lines = [f"<RefinementReport: {len(self.items)} {'family' if len(self.items) == 1 else 'families'} of equilibria>"]
        for item in self.items:
            dead = [name for name, verdict in item.verdicts.items() if verdict.survives is False]
            partly = [name for name, verdict in item.verdicts.items() if verdict.survives is None]
            says = f"dies by {', '.join(dead)}" if dead else "survives all criteria" if not partly else "survives"
            some = f", some members die by {', '.join(partly)}" if partly else ""
            lines.append(f"  {item.family}: {says}{some}")
        return "\n".join(lines)

    def to_latex(self, *, caption: str = "", label: str = "") -> str:
        """Return a LaTeX table: a row an equilibrium, a column a criterion.

        Parameters
        ----------
        caption, label : str, optional
            With a caption the table stands in a floating ``table`` environment.
        """
        return str(import_module("alliancegames.plotting.tables").to_latex(self, caption=caption, label=label))

    def _repr_html_(self) -> str:
        return str(import_module("alliancegames.plotting.tables").to_html(self))


def refine(game: SignallingGame, equilibria: Iterable[AssessmentFamily] | None = None) -> RefinementReport:
    """Examine which perfect Bayesian equilibria of a signalling game survive which refinement.

    Parameters
    ----------
    game : SignallingGame
        A game with exact or float payoffs; floats are taken at their exact binary values.
    equilibria : iterable of AssessmentFamily, optional
        Families of equilibria of this game; by default all of them, from `perfect_bayesian`.

    Returns
    -------
    RefinementReport
        For each family and each message that nobody sends: who gains from which replies, and what each
        criterion concludes, in words. The module's description defines the criteria.

    Examples
    --------
    >>> from alliancegames.games.signalling import SignallingGame
    >>> from alliancegames.solvers.refinements import refine
    >>> likes = {("strong", "beer"), ("weak", "quiche")}
    >>> game = SignallingGame(["strong", "weak"], ["beer", "quiche"], ["duel", "leave"], ["9/10", "1/10"],
    ...     lambda t, m, a: (((t, m) in likes) + 2 * (a == "leave"), int((a == "duel") == (t == "weak"))))
    >>> report = refine(game)
    >>> [family.kind + " on " + family.example["Sender, weak"].support[0] for family in report.survivors("intuitive")]
    ['pooling on beer']
    >>> print(report[1].verdicts["intuitive"].reason)
    after 'beer', weak is ruled out (no best reply gives it its equilibrium payoff); with belief on strong, Receiver replies leave, so that strong gains (3 against 2)
    """
    if not isinstance(game, SignallingGame):
        raise GameDefinitionError(f"refine(): expected a SignallingGame, got {type(game).__name__}.")
    families = tuple(perfect_bayesian(game) if equilibria is None else equilibria)
    for family in families:
        if not isinstance(family, AssessmentFamily) or family.game != game:
            raise GameDefinitionError(f"refine(): equilibria must be families found by perfect_bayesian() for this game, got {family!r}.")
    known: dict[tuple[str, Vector], MessageRefinement] = {}
    return RefinementReport(game, tuple(_refine_family(family, known) for family in families))


def _refine_family(family: AssessmentFamily, known: dict[tuple[str, Vector], MessageRefinement]) -> FamilyRefinement:
    game = family.game
    values = family.sender_values()
    if len(values) > 1:  # between the vertices payoffs are mixtures: the mean stands for them
        mean = tuple(sum(column, Fraction(0)) / len(values) for column in zip(*values, strict=True))
        values = tuple(dict.fromkeys([*values, mean]))

    def look(message: str, payoffs: Vector) -> MessageRefinement:
        if (message, payoffs) not in known:
            known[message, payoffs] = _refine_message(Deviation(game, game.messages.index(message), payoffs))
        return known[message, payoffs]

    patterns = [tuple(message for message in pattern if not game.ends(message)) for pattern in family.unused_patterns]
    cases = [[look(message, payoffs) for message in pattern] for pattern in dict.fromkeys(patterns) for payoffs in values]
    vary = len(values) > 1 and bool(cases[0])
    verdicts = {criterion: _joint(criterion, cases, vary) for criterion in CRITERIA}
    return FamilyRefinement(family, tuple(cases[0]), FrozenDict(verdicts))


def _joint(criterion: str, cases: Sequence[Sequence[MessageRefinement]], vary: bool) -> Verdict:
    """Join the verdicts on all messages and members: one fatal message is enough to kill a member."""
    fates = [_fate(criterion, case) for case in cases]
    dead = [verdict for verdict in fates if verdict.survives is False]
    one = (dead or fates)[0]
    note = "; payoffs of types vary within the family: examined at the vertices of the replies and at their mean" if vary else ""
    return Verdict(criterion, None if dead and len(dead) < len(fates) else one.survives, one.ruled_out, one.reason + note)


def _fate(criterion: str, messages: Sequence[MessageRefinement]) -> Verdict:
    if not messages:
        return Verdict(criterion, True, (), "every message to which there is a reply is sent, so beliefs are not free")
    verdicts = [message.verdicts[criterion] for message in messages]
    fatal = next((verdict for verdict in verdicts if not verdict.survives), None)
    if fatal is not None:
        return fatal
    return Verdict(
        criterion, True, tuple(dict.fromkeys(t for v in verdicts for t in v.ruled_out)), "; ".join(verdict.reason for verdict in verdicts)
    )


def _says(survives: bool | None) -> str:
    return {True: "survives", False: "dies", None: "some members die"}[survives]


def _regions(regions: Sequence[Sequence[MixedStrategy]]) -> str:
    """Write polytopes of replies: by the range of one reply where there are two, else by their vertices."""
    parts = []
    for vertices in regions:
        used = [a for a in vertices[0].actions if any(vertex[a] for vertex in vertices)]
        if len(used) == 1:
            parts.append(f"{used[0]} is sure")
        elif len(used) == 2:
            low, high = min(v[used[0]] for v in vertices), max(v[used[0]] for v in vertices)
            span = format_number(low) if low == high else f"{format_number(low)} to {format_number(high)}"
            parts.append(f"{used[0]} has probability {span} (else {used[1]})")
        else:
            parts.append(f"the reply is a mixture of {' | '.join(f'({vertex})' for vertex in vertices)}")
    return " or ".join(parts)


# -------------------------------------------------------------------- one message


def _attraction(deviation: Deviation, t: int) -> TypeAttraction:
    """Return to which replies a type would deviate."""
    best = sorted(frozenset().union(*deviation.all_sets))
    values = [deviation.gain[t][a] for a in best]
    return TypeAttraction(
        deviation.game.types[t],
        deviation.out(deviation.payoffs[t]),
        deviation.out(min(values) + deviation.payoffs[t]),
        deviation.out(max(values) + deviation.payoffs[t]),
        tuple(deviation.replies[a] for a in best if deviation.gain[t][a] > 0),
        tuple(deviation.replies[a] for a in best if deviation.gain[t][a] == 0),
        deviation.attracted(t),
    )


def _refine_message(deviation: Deviation) -> MessageRefinement:
    verdicts = {
        "intuitive": _intuitive(deviation),
        "equilibrium dominance": _by_ruling_out(deviation, "equilibrium dominance", _dominated),
        "D1": _by_ruling_out(deviation, "D1", _d1),
        "D2": _by_ruling_out(deviation, "D2", _d2),
        "NWBR": _by_ruling_out(deviation, "NWBR", _nwbr),
        "divinity": _divinity(deviation),
        "universal divinity": _universal_divinity(deviation),
    }
    sets = tuple(tuple(deviation.replies[a] for a in sorted(replies)) for replies in deviation.all_sets)
    return MessageRefinement(deviation.name, tuple(_attraction(deviation, t) for t in deviation.types), sets, FrozenDict(verdicts))


# -------------------------------------------------------------------- who is ruled out

NEVER = "no best reply gives it its equilibrium payoff"
RuledOut = dict[int, str]
"""Types that are ruled out, with the reason."""


def _dominated(deviation: Deviation, sets: ReplySets, types: Sequence[int]) -> RuledOut:
    return {t: NEVER for t in types if deviation.find(sets, [t]) is None}


def _d1(deviation: Deviation, sets: ReplySets, types: Sequence[int]) -> RuledOut:
    result = _dominated(deviation, sets, types)
    for t in types:
        eager = [] if t in result else [s for s in types if s != t and deviation.find(sets, [t], [s]) is None]
        if eager:
            result[t] = f"{' and '.join(deviation.names(eager))} gains whenever it gains or is indifferent"
    return result


def _d2(deviation: Deviation, sets: ReplySets, types: Sequence[int]) -> RuledOut:
    """Rule out some of these types, each against all others."""
    result = _dominated(deviation, sets, types)
    for t in types:
        others = [s for s in deviation.types if s != t]
        if t not in result and others and deviation.find(sets, [t], others) is None:
            who = f"{deviation.game.types[others[0]]} gains" if len(others) == 1 else "another type gains"
            result[t] = f"{who} whenever it gains or is indifferent"
    return result


def _nwbr(deviation: Deviation, sets: ReplySets, types: Sequence[int]) -> RuledOut:
    result = {}
    for t in types:
        others = [s for s in types if s != t]
        if deviation.find(sets, [t], [t, *others]) is None:
            never = deviation.find(sets, [t]) is None
            result[t] = NEVER if never else "it is never indifferent unless another type gains"
    return result


def _told(deviation: Deviation, ruled_out: RuledOut) -> str:
    if not ruled_out:
        return f"after {deviation.name!r}, no type is ruled out"
    parts = [f"{deviation.game.types[t]} is ruled out ({why})" for t, why in ruled_out.items()]
    return f"after {deviation.name!r}, {' and '.join(parts)}"


def _by_ruling_out(deviation: Deviation, criterion: str, rule: Callable[[Deviation, ReplySets, Sequence[int]], RuledOut]) -> Verdict:
    """Rule types out once and look for a reply to beliefs on the others that attracts nobody."""
    ruled_out = rule(deviation, deviation.all_sets, deviation.types)
    return _supported(deviation, criterion, ruled_out)


def _supported(deviation: Deviation, criterion: str, ruled_out: RuledOut) -> Verdict:
    kept = [t for t in deviation.types if t not in ruled_out]
    if not kept:
        reason = f"after {deviation.name!r}, nobody could gain, so beliefs are not restricted"
        return Verdict(criterion, True, deviation.names(sorted(ruled_out)), reason)
    sets = deviation.on(kept)
    return _concluded(deviation, criterion, ruled_out, sets, f"belief on {' or '.join(deviation.names(kept))}")


def _concluded(deviation: Deviation, criterion: str, ruled_out: RuledOut, sets: ReplySets, belief: str) -> Verdict:
    """Decide whether one of the replies left attracts nobody, and say what follows."""
    safe = deviation.find(sets, at_most=deviation.types)
    names = deviation.names(sorted(ruled_out))
    if safe is not None:
        shown = deviation.strategy(dict(enumerate(safe)))
        return Verdict(
            criterion, True, names, f"{_told(deviation, ruled_out)}; {belief} still supports the reply {shown}, which attracts nobody"
        )
    return Verdict(criterion, False, names, f"{_told(deviation, ruled_out)}; with {belief}, {_consequence(deviation, sets)}")


def _consequence(deviation: Deviation, sets: ReplySets) -> str:
    left = sorted(frozenset().union(*sets))
    replies = " or ".join(deviation.replies[a] for a in left)
    winners = [t for t in deviation.types if all(deviation.gain[t][a] > 0 for a in left)]
    if not winners:
        return f"{deviation.game.players[1]} replies {replies}, and every such reply attracts some type"
    shown = []
    for t in winners:
        low, high = (extreme(deviation.gain[t][a] for a in left) + deviation.payoffs[t] for extreme in (min, max))
        span = (
            format_number(deviation.out(low))
            if low == high
            else f"{format_number(deviation.out(low))} to {format_number(deviation.out(high))}"
        )
        shown.append(f"{deviation.game.types[t]} gains ({span} against {format_number(deviation.out(deviation.payoffs[t]))})")
    return f"{deviation.game.players[1]} replies {replies}, so that {' and '.join(shown)}"


# -------------------------------------------------------------------- criteria of their own


def _intuitive(deviation: Deviation) -> Verdict:
    ruled_out = _dominated(deviation, deviation.all_sets, deviation.types)
    names = deviation.names(sorted(ruled_out))
    kept = [t for t in deviation.types if t not in ruled_out]
    if not kept:
        return Verdict("intuitive", True, names, f"after {deviation.name!r}, nobody could gain, so beliefs are not restricted")
    sets = deviation.on(kept)
    left = frozenset().union(*sets)
    belief = f"belief on {' or '.join(deviation.names(kept))}"
    if any(all(deviation.gain[t][a] > 0 for a in left) for t in kept):
        return Verdict("intuitive", False, names, f"{_told(deviation, ruled_out)}; with {belief}, {_consequence(deviation, sets)}")
    return Verdict("intuitive", True, names, f"{_told(deviation, ruled_out)}; with {belief} no type gains from every best reply")


def _universal_divinity(deviation: Deviation) -> Verdict:
    """Repeat D2 with the best replies to beliefs on the types that are left."""
    kept, sets = list(deviation.types), deviation.all_sets
    ruled_out: RuledOut = {}
    while more := _d2(deviation, sets, kept):
        if ruled_out and len(more) == len(kept):
            break  # nothing would be left to believe, so beliefs stay as they are
        ruled_out |= more
        kept = [t for t in kept if t not in more]
        if not kept:
            break
        sets = deviation.on(kept)
    return _supported(deviation, "universal divinity", ruled_out)


def _divinity(deviation: Deviation) -> Verdict:
    """Restrict beliefs to mixtures of those that follow from who gains, and replies to best replies to them, until nothing changes."""
    sets, beliefs = deviation.all_sets, units(len(deviation.types), deviation.types)
    patterns: set[tuple[int, ...]] = set()
    while (found := deviation.signs(sets)) != patterns:
        patterns = found
        hull = sorted({belief for pattern in patterns for belief in _plausible(deviation, pattern)}, reverse=True)
        if not hull:
            break
        beliefs = tuple(hull)
        sets = deviation.sets(beliefs)
    never = {t: "no reply that is left gives it its equilibrium payoff" for t in deviation.types if not any(q[t] for q in beliefs)}
    if not never and set(units(len(deviation.types), deviation.types)) <= set(beliefs):
        return _concluded(deviation, "divinity", never, sets, "any belief")
    bounds = [(min(belief[t] for belief in beliefs), max(belief[t] for belief in beliefs)) for t in deviation.types]
    shown = ", ".join(
        f"{name} {format_number(deviation.out(low))}" + ("" if low == high else f" to {format_number(deviation.out(high))}")
        for name, (low, high) in zip(deviation.game.types, bounds, strict=True)
    )
    return _concluded(deviation, "divinity", never, sets, f"belief within {shown}")


def _plausible(deviation: Deviation, signs: tuple[int, ...]) -> Iterator[Vector]:
    """Yield the vertices of the beliefs that follow from the prior if types that gain deviate and those that are indifferent may."""
    gaining = [t for t, sign in enumerate(signs) if sign > 0]
    indifferent = [t for t, sign in enumerate(signs) if sign == 0]
    for choice in range(1 << len(indifferent)):
        deviating = {*gaining, *(t for k, t in enumerate(indifferent) if choice >> k & 1)}
        total = sum(deviation.prior[t] for t in deviating)
        if total:
            yield tuple(deviation.prior[t] / total if t in deviating else Fraction(0) for t in deviation.types)
