"""Treaty texts that deter an adversary without emboldening the protégé."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.errors import ParameterError
from alliancegames.models.credibility._commitment_results import CommitmentResults, conditional, promised, thresholds
from alliancegames.models.forms import Cell
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["CommitmentDesign"]

ATTACK, WAIT, PROVOKE = "attack", "wait", "provoke"

# What each kind of treaty promises for b = 1: (help if attacked, help if initiating).
TREATIES = {"none": (0, 0), "conditional deterrent": (1, 0), "unconditional": (1, 1), "compellent": (0, 1)}


@register
class CommitmentDesign(CommitmentResults):
    """Which treaty text deters the adversary without emboldening the protégé?

    A patron announces with which probability it helps its protégé if the protégé is attacked, and if the
    protégé starts the war itself. Then the challenger attacks or waits, and the protégé provokes or waits.
    Who started a war is seen wrongly with some probability, so that a promise meant for the victim
    sometimes helps the culprit. A commitment must be strong enough to deter and weak enough to restrain.

    Each side's decision depends on the commitment alone, so both have dominant replies; what a war started
    by one costs the other enters its payoff without changing a choice (a reduced form, F2).
    """

    key = "commitment_design"
    title = "Commitment design"
    pillar = "credibility"
    question = "Which treaty text deters the adversary without emboldening the protégé?"
    fidelity = "F2"
    references = ("benson2011unpacking", "benson2012constructing", "benson2013ally")
    players = ("Challenger", "Protégé")
    actions = ((ATTACK, WAIT), (PROVOKE, WAIT))
    parameters = (
        Parameter(
            "help_defence",
            "beta_d",
            "[0, 1]",
            "probability that the patron helps if the protégé is attacked",
            "3/5",
            "probability",
            latex=r"\beta_d",
        ),
        Parameter(
            "help_offence",
            "beta_o",
            "[0, 1]",
            "probability that the patron helps if the protégé starts the war",
            "3/5",
            "probability",
            latex=r"\beta_o",
        ),
        Parameter(
            "attribution_error",
            "eps",
            "[0, 1)",
            "probability that the starter of a war is misjudged",
            0,
            "probability",
            latex=r"\varepsilon",
        ),
        Parameter("p_win_challenger", "p_C", "[0, 1]", "challenger's win probability against the protégé alone", "7/10", "probability"),
        Parameter(
            "p_win_challenger_helped",
            "p_C1",
            "[0, 1]",
            "challenger's win probability against protégé and patron",
            "3/10",
            "probability",
            latex="p_C'",
        ),
        Parameter("stake_challenger", "V", "(0, inf)", "value of winning to the challenger", 1, "utility"),
        Parameter("cost_war_challenger", "k_C", "[0, inf)", "challenger's cost of war", "1/2", "utility"),
        Parameter("p_win_protege", "p_B", "[0, 1]", "protégé's win probability alone", "1/5", "probability"),
        Parameter(
            "p_win_protege_helped", "p_B1", "[0, 1]", "protégé's win probability with the patron", "3/5", "probability", latex="p_B'"
        ),
        Parameter("stake_protege", "G", "(0, inf)", "value of winning to the protégé", 1, "utility"),
        Parameter("cost_war_protege", "k_B", "[0, inf)", "protégé's cost of war", "9/20", "utility"),
    )
    orders = (("p_C", "p_C1"), ("p_B1", "p_B"))
    outcomes = (
        Outcome("p_peace", "probability that nobody starts a war"),
        Outcome("p_attack", "probability that the challenger attacks"),
        Outcome("p_provocation", "probability that the protégé starts a war"),
    )
    comparative_statics = (
        Sign("d(beta_D)/d(V) > 0", "valuable targets need more commitment"),
        Sign("d(beta_D)/d(k_C) < 0", "costs of war to the challenger need less"),
        Sign("d(beta_R)/d(k_B) > 0", "costs of war to the protégé allow more commitment"),
        Sign("d(beta_R)/d(G) < 0", "its gains from provocation allow less"),
        Sign("d(beta_D)/d(p_C) > 0", "strong challengers need more commitment", where=("beta_D < 1",)),
        Sign("d(beta_R)/d(p_B1) < 0", "a patron that makes more difference must promise less", where=("beta_R > 0",)),
        Sign("d(b_min)/d(eps) > 0", "errors of attribution ask for a stronger conditional promise", where=("beta_D > 0",)),
        Sign("d(beta_R/eps)/d(eps) < 0", "and restrain only under a weaker one", where=("beta_R > 0",)),
        Sign("d(eps_max)/d(k_C) >= 0", "the dearer war is to the challenger the more error a full promise survives"),
        Sign("d(eps_max)/d(G) <= 0", "the more the protégé gains from provocation the less"),
    )

    def realised(self, p: Values) -> tuple[Any, Any]:
        """Return the help that the challenger and the protégé must reckon with, after errors of attribution.

        Parameters
        ----------
        p : Values
            Parameter values.
        """
        return promised(p)

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Add up what a war started by either side brings to both."""
        help_victim, help_starter = promised(p)
        challenger_wins = (1 - help_victim) * p.p_C + help_victim * p.p_C1
        protege_wins = (1 - help_starter) * p.p_B + help_starter * p.p_B1
        attack = (challenger_wins * p.V - p.k_C, -challenger_wins * p.V)
        provoke = (-protege_wins * p.G, protege_wins * p.G - p.k_B)
        return {
            (ATTACK, PROVOKE): (attack[0] + provoke[0], attack[1] + provoke[1]),
            (ATTACK, WAIT): attack,
            (WAIT, PROVOKE): provoke,
            (WAIT, WAIT): (0, 0),
        }

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Say who starts a war in each cell."""
        cells = [(a, b) for a in self.actions[0] for b in self.actions[1]]
        return {
            "p_peace": {cell: int(cell == (WAIT, WAIT)) for cell in cells},
            "p_attack": {cell: int(cell[0] == ATTACK) for cell in cells},
            "p_provocation": {cell: int(cell[1] == PROVOKE) for cell in cells},
        }

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the least help that deters, the most that restrains, the weakest conditional promise, and the largest error it survives."""
        return conditional(p)

    def treaty(self, kind: str, b: Any) -> CommitmentDesign:
        """Return the model under a treaty of a given kind.

        Parameters
        ----------
        kind : {"none", "conditional deterrent", "unconditional", "compellent"}
            What the text promises. An unconditional treaty with ``b < 1`` is ambiguous (probabilistic).
        b : number
            Probability with which the promise is kept.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.CommitmentDesign()
        >>> model.treaty("unconditional", "3/5").solve().outcomes[0]["p_peace"]
        Fraction(1, 1)
        >>> model.treaty("unconditional", 1).solve().outcomes[0]["p_provocation"]
        Fraction(1, 1)
        """
        if kind not in TREATIES:
            raise ParameterError(f"treaty(): kind must be one of {', '.join(map(repr, TREATIES))}, got {kind!r}.")
        defence, offence = TREATIES[kind]
        return self.replace(help_defence=b if defence else 0, help_offence=b if offence else 0)

    def window(self, kind: str) -> tuple[Any, Any] | None:
        """Return the strengths ``b`` between which a treaty keeps the peace, or None if there are none.

        Parameters
        ----------
        kind : {"conditional deterrent", "unconditional"}
            Kind of treaty. Errors of attribution weaken a conditional promise to the victim and extend it
            to the culprit.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.CommitmentDesign(attribution_error="1/5")
        >>> model.window("unconditional"), model.window("conditional deterrent")
        ((Fraction(1, 2), Fraction(5, 8)), (Fraction(5, 8), Fraction(1, 1)))
        """
        model = self.completed()
        p, q = model.values(), model.thresholds()
        if kind == "unconditional":
            low, high = q["beta_D"], q["beta_R"]
        elif kind == "conditional deterrent":
            low, high = q["beta_D"] / (1 - p.eps), (q["beta_R"] / p.eps if p.eps else (Fraction(1) if q["beta_R"] >= 0 else Fraction(-1)))
        else:
            raise ParameterError(f"window(): kind must be 'conditional deterrent' or 'unconditional', got {kind!r}.")
        low, high = max(low, 0 * low), min(high, 0 * high + 1)
        return (low, high) if low <= high else None

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Combine deterred or not with restrained or not."""

        def regime(name: str, challenger: str, protege: str, meaning: str) -> Regime:
            def when(p: Values) -> Conditions:
                (victim, starter), q = promised(p), thresholds(p)
                first = (victim, q["beta_D"]) if challenger == WAIT else (q["beta_D"], victim)
                second = (q["beta_R"], starter) if protege == WAIT else (starter, q["beta_R"])
                return [first, second]

            return Regime(name, when, lambda p: [({challenger: 1}, {protege: 1})], meaning)

        return [
            regime("Peace", WAIT, WAIT, "The commitment is strong enough to deter and weak enough to restrain."),
            regime("Attack", ATTACK, WAIT, "The commitment is too weak to deter."),
            regime("Provocation", WAIT, PROVOKE, "The commitment deters but emboldens the protégé: entrapment."),
            regime("Attack and provocation", ATTACK, PROVOKE, "The commitment fails on both sides."),
        ]

    def draw(self, ax: Any) -> None:
        """Draw who starts a war in the plane of the two promises."""
        self.regimes().plot("help_defence", "help_offence", ax=ax)
        ax.set_title("Too little help invites attack, too much invites provocation", loc="left", fontsize="medium")
