"""Models that are signalling games."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from alliancegames._fields import Field
from alliancegames.errors import unknown_label
from alliancegames.games.signalling import NO_REPLY, Cell, SignallingGame
from alliancegames.models.forms import float_values
from alliancegames.models.model import Model
from alliancegames.parameters import Values
from alliancegames.solvers.assessment_families import AssessmentFamily
from alliancegames.solvers.refinements import CRITERIA, refine
from alliancegames.solvers.result import EquilibriumSet
from alliancegames.solvers.signalling import perfect_bayesian

__all__ = ["Refined", "SignallingModel", "includes", "refined"]


@dataclass(frozen=True)
class Refined:
    """The equilibria of a signalling game that a refinement leaves, those that it does not, and why.

    Parameters
    ----------
    criterion : str
        Name of the refinement.
    survivors, eliminated : tuple of pair
        Families of equilibria, each with the reason in words. A family of which only some members survive
        counts as a survivor, and its reason says so.
    """

    criterion: str
    survivors: tuple[tuple[AssessmentFamily, str], ...]
    eliminated: tuple[tuple[AssessmentFamily, str], ...]

    @property
    def families(self) -> tuple[AssessmentFamily, ...]:
        """The families that survive."""
        return tuple(family for family, _ in self.survivors)

    def __repr__(self) -> str:
        lines = [f"<Refined by {self.criterion}: {len(self.survivors)} of {len(self.survivors) + len(self.eliminated)} families survive>"]
        for word, group in (("survives", self.survivors), ("dies", self.eliminated)):
            lines += [f"  {family}\n    {word}: {reason}" for family, reason in group]
        return "\n".join(lines)


def refined(game: SignallingGame, criterion: str = "D1", equilibria: Iterable[AssessmentFamily] | None = None) -> Refined:
    """Sort the perfect Bayesian equilibria of a signalling game by whether they survive a refinement, with the reasons.

    Parameters
    ----------
    game : SignallingGame
        A game at numbers.
    criterion : str, default "D1"
        One of `alliancegames.solvers.refinements.CRITERIA`.
    equilibria : iterable of AssessmentFamily, optional
        Families of equilibria of this game, where they are known already; by default all are sought.
    """
    if criterion not in CRITERIA:
        raise unknown_label("criterion", criterion, CRITERIA, "refined()")
    survivors: list[tuple[AssessmentFamily, str]] = []
    eliminated: list[tuple[AssessmentFamily, str]] = []
    for item in refine(game, equilibria).items:
        verdict = item.verdicts[criterion]
        note = "some members do not survive; " if verdict.survives is None else ""
        (eliminated if verdict.survives is False else survivors).append((item.family, note + verdict.reason))
    return Refined(criterion, tuple(survivors), tuple(eliminated))


def includes(families: Iterable[AssessmentFamily], sent: Mapping[str, str], replied: Mapping[str, str]) -> bool:
    """Whether some equilibrium has these types send these messages for sure, and these messages get these replies for sure.

    Parameters
    ----------
    families : iterable of AssessmentFamily
        Families of equilibria. What is for sure makes a face of the polytopes of a family, so it is enough to look at vertices.
    sent : mapping of str to str
        Messages by type; types left out may do anything.
    replied : mapping of str to str
        Replies by message; messages left out may get any reply.
    """
    return any(
        any(all(vertex[kind][message] == 1 for kind, message in sent.items()) for vertex in family.sender_vertices)
        and any(all(vertex[message][reply] == 1 for message, reply in replied.items()) for vertex in family.receiver_vertices)
        for family in families
    )


class SignallingModel(Model):
    """A model in which one side, whose type only it knows, acts first and another infers the type and replies."""

    form: ClassVar[str] = "signalling game"
    players: ClassVar[tuple[str, str]]
    """The sender, the receiver."""
    types: ClassVar[tuple[str, ...]]
    messages: ClassVar[tuple[str, ...]]
    replies: ClassVar[Mapping[str, tuple[str, ...]] | tuple[str, ...]]
    """The receiver's replies: the same after all messages, or by message; an empty tuple says that the message ends the game."""

    @abstractmethod
    def prior(self, p: Values) -> Sequence[Any]:
        """Return the probabilities of the types, in their order.

        Parameters
        ----------
        p : Values
            Parameter values: symbols, Fractions, floats or arrays of floats.
        """

    @abstractmethod
    def payoffs(self, p: Values) -> Mapping[tuple[str, ...], Sequence[Any]]:
        """Return the payoffs of sender and receiver by (type, message, reply). This is the one place where they are written.

        Parameters
        ----------
        p : Values
            As in `prior`.
        """

    @abstractmethod
    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Return for each declared outcome its value by (type, message, reply), 0 where left out; equilibria take the expectation.

        Parameters
        ----------
        p : Values
            As in `prior`.
        """

    def build(self, p: Values, field: Field) -> SignallingGame:
        """Build the signalling game."""
        return SignallingGame(
            self.types, self.messages, self.replies, self.prior(p), self.payoffs(p), players=self.players, title=self.title, field=field
        )

    def solve_game(self, game: SignallingGame) -> EquilibriumSet[Any]:
        """Find the perfect Bayesian equilibria, as families that differ in what is free."""
        return perfect_bayesian(game)

    def outcomes_at(self, p: Values, equilibrium: AssessmentFamily) -> dict[str, Any]:
        """Take expectations at the family's example; off knife-edges all members of a family have one outcome."""
        plays = equilibrium.outcome
        zero = 0 * next(iter(plays.values()))
        cells = self.outcome_cells(p)
        return {
            outcome.name: sum((weight * cells[outcome.name].get(cell, 0) for cell, weight in plays.items()), start=zero)
            for outcome in self.outcomes
        }

    def outcome_formulas(self, profile: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Take expectations under formulas: a lottery over messages for each type, then one over replies for each message with a choice."""
        import sympy

        p = self.values()
        sent = dict(zip(self.types, profile, strict=False))
        replied = {label: weight for lottery in profile[len(self.types) :] for label, weight in lottery.items()}
        prior = dict(zip(self.types, self.prior(p), strict=True))

        def weight(kind: str, message: str, reply: str) -> Any:
            answers = replied.get(f"{message}: {reply}", 0) if any(label.startswith(f"{message}: ") for label in replied) else 1
            return prior[kind] * sent[kind].get(f"{kind}: {message}", 0) * answers

        cells = self.outcome_cells(p)
        return {
            outcome.name: sympy.factor(sum(value * weight(*cell) for cell, value in cells[outcome.name].items()))
            for outcome in self.outcomes
        }

    def refined(self, criterion: str = "D1") -> Refined:
        """Return the equilibria that survive a refinement, and those that do not, with the reasons.

        Parameters
        ----------
        criterion : str, default "D1"
            One of `alliancegames.solvers.refinements.CRITERIA`.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.AllianceSignal(cost_peacetime_tight="7/20")
        >>> found = model.refined("intuitive")
        >>> [family.kind for family in found.families], [family.kind for family, _ in found.eliminated]
        (['separating'], ['pooling'])
        """
        return refined(self.completed().game(), criterion)

    def survivor(self, criterion: str = "D1") -> AssessmentFamily | None:
        """Return the one family of equilibria that survives a refinement; None if there are several, or none.

        Parameters
        ----------
        criterion : str, default "D1"
            As in `refined`.
        """
        families = self.refined(criterion).families
        return families[0] if len(families) == 1 else None

    def replies_at(self, reply: str, sender_type: str, thresholds: Mapping[str, Any]) -> bool:
        """Whether, in all equilibria, the receiver gives one of two replies only at beliefs of at least a threshold, and the other only at most.

        Parameters
        ----------
        reply : str
            The reply.
        sender_type : str
            The type that the beliefs are about.
        thresholds : mapping of str to number
            The threshold by message.
        """
        for family, message in product(self.solve().equilibria, thresholds):
            at, threshold = family.game.receiver_set(message), thresholds[message]
            given, belief = family.example[at][reply], family.example.beliefs[at][sender_type]
            if (given > 0 and belief < threshold) or (given < 1 and belief > threshold):
                return False
        return True

    def plays(self, which: Callable[[str, str, str], bool]) -> dict[Cell, int]:
        """Return 1 for each play (type, message, reply) that counts.

        Parameters
        ----------
        which : callable
            Takes type, message and reply.
        """
        by_message = self.replies if isinstance(self.replies, Mapping) else dict.fromkeys(self.messages, self.replies)
        pairs = [(message, reply) for message in self.messages for reply in by_message[message] or (NO_REPLY,)]
        cells = ((kind, *pair) for kind, pair in product(self.types, pairs))
        return {cell: 1 for cell in cells if which(*cell)}

    def payoff_stack(self, points: Mapping[str, Any]) -> np.ndarray:
        """Compute the payoffs of all plays for many points in one vectorised call.

        Parameters
        ----------
        points : mapping of str to array_like
            As in ``NormalFormModel.payoff_stack``; the array has the points' shape, followed by (number of plays, 2),
            the plays in the order of the game's ``cells()``.
        """
        values, shape = float_values(self, points)
        payoffs, cells = self.payoffs(values), list(self.plays(lambda *cell: True))
        stack = np.empty((*shape, len(cells), 2))
        for k, cell in enumerate(cells):
            pair = payoffs[cell if cell in payoffs or cell[2] != NO_REPLY else cell[:2]]
            stack[..., k, 0], stack[..., k, 1] = pair
        return stack

    def prior_stack(self, points: Mapping[str, Any]) -> np.ndarray:
        """Compute the probabilities of the types for many points in one vectorised call.

        Parameters
        ----------
        points : mapping of str to array_like
            As in `payoff_stack`; the array has the points' shape, followed by the number of types.
        """
        values, shape = float_values(self, points)
        stack = np.empty((*shape, len(self.types)))
        for k, weight in enumerate(self.prior(values)):
            stack[..., k] = weight
        return stack
