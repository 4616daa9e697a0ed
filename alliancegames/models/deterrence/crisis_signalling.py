"""Crisis signalling with continuous types: the game behind the statistical models of audience costs."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._conditions import Conditions
from alliancegames._fields import Field
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import bivariate_normal_cdf, normal_cdf, sqrt
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import proposition
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values

__all__ = ["CrisisSignalling"]

# Correlation of the challenger's value of fighting with its advantage over backing down.
RHO = 2**-0.5
# Probabilities closer to 1 than this are 1 in floats, and cannot be seen to rise.
FLOAT_ONE = 1e-12
# Within this reach of utilities no probability is so small that floats cannot tell it from zero.
REACH = 3


def moderate(p: Values) -> Conditions:
    """Keep utilities within a few standard deviations of one another."""
    utilities = (p.S_A, p.V_A, p.C_B, p.W_A, p.W_B, p.a, p.V_B)
    return [pair for value in utilities for pair in ((value, -REACH), (REACH, value))]


@register
class CrisisSignalling(CutoffModel):
    """How many equilibria does a crisis have, and how do audience costs shift its outcome?

    A challenger may leave the status quo or make a demand. The target concedes or resists. If it resists, the
    challenger fights or backs down, and pays the domestic price of an empty threat. What each expects from
    war, and what backing down costs the challenger, is known to itself only: to the utilities below are added
    independent standard normal errors. The target judges by the fact of the challenge how likely a fight is.

    All of this reduces to one equation in the probability that the target resists. The more it resists, the
    fewer and the more resolved challengers there are, or so it seems; the equation may have several solutions.
    """

    key = "crisis_signalling"
    title = "Crisis signalling with audience costs"
    pillar = "deterrence"
    question = "How many equilibria does a crisis have, and how do audience costs shift its outcome?"
    fidelity = "F1"
    references = ("lewis2003revealing", "crismancox2018audience", "crismancox2021estimating", "schultz1998domestic")
    parameters = (
        Parameter("u_status_quo_challenger", "S_A", "(-inf, inf)", "challenger's value of the status quo", 0, "utility"),
        Parameter("stake_challenger", "V_A", "(-inf, inf)", "challenger's value of a concession", 1, "utility"),
        Parameter("u_concede_target", "C_B", "(-inf, inf)", "target's value of conceding", 0, "utility"),
        Parameter("u_war_challenger", "W_A", "(-inf, inf)", "challenger's mean value of war", "-19/10", "utility"),
        Parameter("u_war_target", "W_B", "(-inf, inf)", "target's mean value of war", "-29/10", "utility"),
        Parameter(
            "u_back_down",
            "a",
            "(-inf, inf)",
            "challenger's mean value of backing down: minus audience costs",
            "-6/5",
            "utility",
        ),
        Parameter("stake_target", "V_B", "(-inf, inf)", "target's value of a challenger that backs down", 1, "utility"),
    )
    outcomes = (
        Outcome("p_status_quo", "probability that there is no challenge"),
        Outcome("p_concession", "probability that the target concedes"),
        Outcome("p_war", "probability of war"),
        Outcome("p_back_down", "probability that the challenger backs down"),
        Outcome("p_challenge", "probability of a challenge"),
        Outcome("p_resist", "probability that a challenge is resisted"),
        Outcome("p_fight", "probability that a challenger who is resisted fights"),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume that both prefer the other to give in: the challenger to the status quo, the target to conceding itself."""
        return [(p.V_A, p.S_A), (p.V_B, p.C_B)]

    def _chances(self, p: Values, resist: Any) -> tuple[Any, Any]:
        """Return how often the challenger challenges, and how often a challenger fights if resisted."""
        least = (p.S_A - (1 - resist) * p.V_A) / resist  # the worth of resistance that makes a challenge just pay
        challenge = normal_cdf(p.W_A - least) + normal_cdf(least - p.W_A) * normal_cdf(p.a - least)
        fights = bivariate_normal_cdf((p.W_A - p.a) / sqrt(2), p.W_A - least, RHO)
        return challenge, fights / challenge

    def build(self, p: Values, field: Field) -> CutoffGame:
        """Write the target's reply to the probability that it is expected to resist."""

        def reply(play: Play) -> Any:
            _, fight = self._chances(p, play["p_resist"])
            return normal_cdf(p.W_B - p.V_B + (p.V_B - p.C_B) / fight)

        def outcomes(play: Play) -> dict[str, Any]:
            resist = play["p_resist"]
            challenge, fight = self._chances(p, resist)
            return {
                "p_status_quo": 1 - challenge,
                "p_concession": challenge * (1 - resist),
                "p_war": challenge * resist * fight,
                "p_back_down": challenge * resist * (1 - fight),
                "p_challenge": challenge,
                "p_resist": resist,
                "p_fight": fight,
            }

        return CutoffGame.from_replies({"p_resist": (0, 1)}, reply, outcomes=outcomes, title=self.title)

    def draw(self, ax: Any) -> None:
        """Draw how often the target resists against its value of war, with the folds between which a crisis has three equilibria."""
        middle = float(self.completed().values().W_B)
        self.correspondence("W_B", np.linspace(middle - 0.3, middle + 0.6, 7).tolist()).plot("p_resist", ax=ax)
        ax.set(xlabel="target's mean value of war $W_B$", ylabel="probability that the target resists $p_R$", ylim=(0, 1))
        ax.set_title("The same crisis may end in three ways", loc="left", fontsize="medium")

    def _resists(self) -> list[float]:
        return [float(item["p_resist"]) for item in self.solve().equilibria]

    @proposition(
        "an odd number of equilibria",
        "If no two equilibria coincide, their number is odd: there is an equilibrium for every value of the parameters, and multiplicity comes in threes.",
        when=moderate,
    )
    def odd_number(self) -> bool:
        equilibria = self.solve().equilibria
        return bool(equilibria.complete) and len(equilibria) % 2 == 1

    @proposition(
        "more resistance, fewer challenges",
        "Across the equilibria of one crisis, the more the target resists the less often it is challenged.",
        when=moderate,
    )
    def fewer_challenges(self) -> bool:
        challenges = [outcome["p_challenge"] for outcome in self.solve().outcomes]
        return challenges == sorted(challenges, reverse=True)

    @proposition(
        "beliefs follow from strategies",
        "At every equilibrium the target resists as often as its value of war exceeds the odds, with the share of challengers that fight found by integrating over the challenger's types.",
        when=moderate,
    )
    def beliefs_are_consistent(self) -> bool:
        from scipy.stats import norm

        p = self.values()
        for outcome in self.solve().outcomes:
            resist = outcome["p_resist"]
            least = (float(p.S_A) - (1 - resist) * float(p.V_A)) / resist
            error = np.linspace(-9, 9, 200_001)
            war, density = float(p.W_A) + error, norm.pdf(error)
            fights = np.trapezoid(density * norm.cdf(war - float(p.a)) * (war >= least), error)
            challenge = np.trapezoid(density * np.where(war >= least, 1, norm.sf(least - float(p.a))), error)
            fight = fights / challenge
            expected = norm.cdf(float(p.W_B - p.V_B) + float(p.V_B - p.C_B) / fight)
            slope = abs(float(p.V_B - p.C_B)) / fight**2
            if abs(expected - resist) > 1e-4 * (1 + slope / challenge):
                return False
        return True

    @proposition(
        "a better war stiffens the target",
        "The smallest and the largest equilibrium probability of resistance rise in the target's value of war W_B and fall in its value of conceding C_B.",
        when=moderate,
    )
    def resistance_is_monotone(self) -> bool:
        p = self.values()
        here = self._resists()
        stronger = self.replace(u_war_target=p.W_B + (REACH - p.W_B) / 8)._resists()
        content = self.replace(u_concede_target=(7 * p.C_B + p.V_B) / 8)._resists()
        return _rises(content, here) and _rises(here, stronger)

    @proposition(
        "audience costs are believed",
        "The smallest and the largest equilibrium probability of resistance fall in the challenger's audience costs (rise in a), and in its value of war W_A: either makes it likelier that a challenger who is resisted fights.",
        when=moderate,
    )
    def audiences_are_believed(self) -> bool:
        p, here = self.values(), self._resists()
        costlier, stronger = self.replace(a=p.a - Fraction(1, 2)), self.replace(W_A=p.W_A + Fraction(1, 2))
        return _rises(costlier._resists(), here) and _rises(stronger._resists(), here)


def _rises(below: list[float], above: list[float]) -> bool:
    """Whether the smallest and the largest probability of one list are below those of another, as far as floats can tell from 1."""
    return all(end(below) < end(above) or 1 - end(below) < FLOAT_ONE for end in (min, max))
