"""Models in which one side first chooses a number: a demand, an offer, a force to deploy."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from alliancegames._fields import Field
from alliancegames.games.offer import OfferGame, OfferProfile
from alliancegames.games.tree import TreeNode
from alliancegames.models.model import Model
from alliancegames.parameters import Values
from alliancegames.solvers.offers import offer_equilibria
from alliancegames.solvers.result import EquilibriumSet

__all__ = ["OfferModel"]


class OfferModel(Model):
    """A model whose game is an `OfferGame`: a number is chosen and a tree with perfect information follows."""

    form: ClassVar[str] = "offer game"
    players: ClassVar[tuple[str, ...]]
    leader: ClassVar[str]
    """Who chooses the number."""
    label: ClassVar[str]
    """What the number is."""
    ends: ClassVar[Mapping[str, tuple[str, ...]]]
    """For each declared outcome that is a probability, the names of the ends of the game that count."""

    @abstractmethod
    def after(self, p: Values, x: Any) -> TreeNode:
        """Return the tree that follows the number ``x``, in named parameters. This is the one place where payoffs are written.

        Parameters
        ----------
        p : Values
            Parameter values: symbols, Fractions or floats.
        x : number
            The number chosen.
        """

    def bounds(self, p: Values) -> tuple[Any, Any]:
        """Return the interval from which the number is chosen, by default from 0 to 1.

        Parameters
        ----------
        p : Values
            Parameter values.
        """
        return (0, 1)

    def alternatives(self, p: Values) -> Mapping[str, Any]:
        """Return what the leader can do instead of choosing a number; by default nothing.

        Parameters
        ----------
        p : Values
            Parameter values.
        """
        return {}

    def build(self, p: Values, field: Field) -> OfferGame:
        """Build the game."""
        return OfferGame(
            self.players,
            self.leader,
            self.label,
            self.bounds(p),
            lambda x: self.after(p, x),
            self.alternatives(p),
            title=self.title,
            field=field,
        )

    def solve_game(self, game: OfferGame) -> EquilibriumSet[OfferProfile]:
        """Find the subgame-perfect equilibria."""
        return offer_equilibria(game)

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Add up the probabilities of the ends; outcomes that are no probabilities come from `other_outcomes`."""
        reached = equilibrium.outcomes
        found = {name: sum((reached.get(end, 0) for end in ends), start=0 * equilibrium.values[0]) for name, ends in self.ends.items()}
        found.update(self.other_outcomes(p, equilibrium))
        return {outcome.name: found[outcome.name] for outcome in self.outcomes}

    def other_outcomes(self, p: Values, equilibrium: OfferProfile) -> dict[str, Any]:
        """Return declared outcomes that are not probabilities of ends.

        Parameters
        ----------
        p : Values
            Parameter values.
        equilibrium : OfferProfile
            One of the equilibria.
        """
        return {}

    def only(self, **changed: Any) -> tuple[OfferProfile, Mapping[str, Any]] | None:
        """Return the solver's equilibrium and its outcomes if it is proved to be the only one, else None.

        Parameters
        ----------
        **changed : number
            Parameters to change first.

        Examples
        --------
        >>> import alliancegames as ag
        >>> play, outcomes = ag.models.LimitedAims().only()
        >>> print(play)
        demand 1/2; Third party: stay out
        """
        solution = self.replace(**changed).solve()
        found = solution.equilibria
        return (found[0], solution.outcomes[0]) if len(found) == 1 and found.complete and found[0].low == found[0].high else None
