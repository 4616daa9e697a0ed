"""Overstretch: a patron that must be ready in several theatres at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames._fields import convert, read_number
from alliancegames.errors import ParameterError
from alliancegames.games.anonymous import AnonymousGame
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.models._in_turn import in_turn
from alliancegames.models.deterrence._theatre_results import ATTACK, WAIT, TheatreResults, attacking, critical_belief, joint_pays
from alliancegames.models.forms import Cell
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["TwoTheatre"]


@register
class TwoTheatre(TheatreResults):
    """Can a patron protect its clients in several theatres if rivals may move together?

    A patron has clients in two theatres and the capacity to fight in K of them, at least in one. In each theatre a rival attacks or
    waits. A single attack is repelled. If both attack, each attack is repelled with probability K/2.

    The rivals need no agreement: for each, an attack is the more promising the more it expects the other to attack. With capacity for
    one theatre, peace and a joint attack can both be equilibria, and which prevails is a matter of expectations. There is no
    canonical source; the model is a textbook coordination game applied to alliances (F3). `many` takes any number of
    rivals and any capacity, and in `in_turn` one rival sees what the other does.
    """

    key = "two_theatre"
    title = "Overstretch: simultaneous theatres"
    pillar = "deterrence"
    question = "Can a patron protect its clients in several theatres if rivals may move together?"
    fidelity = "F3"
    references = ("harsanyi1988general",)
    players = ("Rival 1", "Rival 2")
    actions = ((ATTACK, WAIT), (ATTACK, WAIT))
    parameters = (
        Parameter("capacity", "K", "[1, 2]", "number of theatres in which the patron can fight", 1, "theatres"),
        Parameter("gain_attack", "g", "(0, inf)", "a rival's gain from an attack that is not repelled", 2, "utility"),
        Parameter("loss_repelled", "l", "(0, inf)", "a rival's loss from an attack that is", 1, "utility"),
    )
    outcomes = (
        Outcome("p_peace", "probability that nobody attacks"),
        Outcome("p_one_attack", "probability of an attack in one theatre"),
        Outcome("p_two_attacks", "probability of attacks in both"),
        Outcome("theatres_lost", "expected number of theatres lost", "theatres"),
    )
    comparative_statics = (
        Sign("d(belief_one_theatre)/d(g) < 0", "larger gains invite attacks on a smaller suspicion"),
        Sign("d(belief_one_theatre)/d(l) > 0", "larger losses ask for more confidence in the other's attack"),
        Sign("capacity_needed < 2", "less than capacity for both theatres keeps the peace"),
        Sign("d(capacity_needed)/d(g) > 0", "larger gains ask for more of it"),
        Sign("d(capacity_needed)/d(l) < 0", "larger losses for less"),
        Sign("belief_one_theatre < 1/2", "an attack is the safer bet where its gain exceeds three times its loss", where=("g > 3*l",)),
        Sign("d(p_peace)/d(K) <= 0", "more capacity, short of enough, makes no equilibrium more peaceful", where=("Opportunism",)),
    )

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Write the payoffs of the four cells."""
        alone, joint = attacking(p, 1), attacking(p, p.K / 2)
        return {(ATTACK, ATTACK): (joint, joint), (ATTACK, WAIT): (alone, 0), (WAIT, ATTACK): (0, alone), (WAIT, WAIT): (0, 0)}

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Count attacks, and those that are not repelled."""
        attacks = {(a, b): (a, b).count(ATTACK) for a in self.actions[0] for b in self.actions[1]}
        result: dict[str, dict[Cell, Any]] = {
            name: {cell: int(m == count) for cell, m in attacks.items()}
            for count, name in enumerate(("p_peace", "p_one_attack", "p_two_attacks"))
        }
        return result | {"theatres_lost": {cell: 2 - p.K if m == 2 else 0 for cell, m in attacks.items()}}

    def many(self, rivals: int, capacity: Any = None) -> AnonymousGame:
        """Return the game with any number of rivals, one in each theatre, each repelled with probability ``min(1, K/m)`` if m attack.

        Parameters
        ----------
        rivals : int
            Number of rivals.
        capacity : number, optional
            The patron's capacity K, by default that of the model.

        Examples
        --------
        >>> import alliancegames as ag
        >>> game = ag.models.TwoTheatre().many(4, capacity=2)
        >>> [profile["Player"] for profile in ag.count_equilibria(game)]
        [{'attack': 4, 'wait': 0}, {'attack': 0, 'wait': 4}]
        """
        if not isinstance(rivals, int) or rivals < 1:
            raise ParameterError(f"many(): rivals is the number of rivals and must be an integer from 1, got {rivals!r}.")
        model = self.completed()
        p = model.values()
        kind, number = read_number(p.K if capacity is None else capacity, "many(), capacity")
        strength = convert(number, kind, model.field)
        if strength < 0:
            raise ParameterError(f"many(): capacity is a number of theatres and must be at least 0, got {capacity!r}.")

        def payoff(own: str, others: Mapping[str, int]) -> Any:
            return attacking(p, min(1, strength / (others[ATTACK] + 1))) if own == ATTACK else 0

        return AnonymousGame.from_function(rivals, (ATTACK, WAIT), payoff, title=self.title, field=model.field)

    def in_turn(self, first: int = 0) -> ExtensiveGame:
        """Return the game in which one rival moves first and the other sees what it did. Parameters that are not given have the values of the worked example.

        Parameters
        ----------
        first : {0, 1}, default 0
            Position of the rival that moves first.

        Examples
        --------
        >>> import alliancegames as ag
        >>> print(ag.subgame_perfect(ag.models.TwoTheatre().in_turn())[0])
        Rival 1: attack; Rival 2 after attack: attack; Rival 2 after wait: wait
        """
        return in_turn(self, first)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the capacity that rules a joint attack out, and the belief from which on an attack pays with capacity for one theatre."""
        return {"capacity_needed": 2 * p.g / (p.g + p.l), "belief_one_theatre": 2 * p.l / (p.g + p.l)}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return whether attacks pay together or not at all."""

        def both(p: Values) -> list[tuple[Mapping[str, Any], ...]]:
            q = critical_belief(p)
            return [({action: 1},) * 2 for action in (ATTACK, WAIT)] + [({ATTACK: q, WAIT: 1 - q},) * 2]

        return [
            Regime(
                "Deterrence",
                lambda p: [joint_pays(p)[::-1]],
                lambda p: [({WAIT: 1},) * 2],
                "The patron meets a joint attack well enough: nobody attacks.",
            ),
            Regime(
                "Opportunism",
                lambda p: [joint_pays(p)],
                both,
                "An attack pays if the other rival attacks as well: peace and war are both equilibria.",
            ),
        ]

    def draw(self, ax: Any) -> None:
        """Draw the belief from which on an attack pays against the patron's capacity."""
        import numpy as np

        base = self.completed().values()
        g, loss = float(base.g), float(base.l)
        needed = min(max(2 * g / (g + loss), 1.0), 2.0)
        capacity = np.linspace(1, needed, 400)
        belief = critical_belief(Values(self.parameters, {"capacity": capacity, "gain_attack": g, "loss_repelled": loss}))
        line = [*capacity, 2], [*np.minimum(belief, 1), 1]
        ax.plot(*line, color="#0b559f", linewidth=2.2)
        ax.fill_between(*line, 1, facecolor="#e8b4b0", hatch="...", edgecolor="#00000040", linewidth=0, label="attack")
        ax.fill_between(line[0], 0, line[1], facecolor="#a6cee3", linewidth=0, label="wait")
        ax.set(xlabel="the patron's capacity $K$", ylabel="belief that the other rival attacks", xlim=(1, 2), ylim=(0, 1.02))
        ax.set_title("Too little capacity makes peace a matter of expectations", loc="left", fontsize="medium")
        ax.legend(loc="lower right", framealpha=1, edgecolor="none")
