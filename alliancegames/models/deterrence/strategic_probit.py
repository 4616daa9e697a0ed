"""Strategic probit: the crisis game of statistical models, and a sign that everybody believes and that is false."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np

from alliancegames._conditions import Conditions
from alliancegames.games.cutoff import Play
from alliancegames.games.distributions import normal_cdf, sqrt
from alliancegames.models.deterrence._probit_form import AGENT, LOGIT, PRIVATE, PROBIT, ProbitModel, within_reach
from alliancegames.models.forms import float_values
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values

__all__ = ["StrategicProbit"]

# How far the resolve moves where its effect is checked, and the least slope at which floats show it.
STEP, LEAST = Fraction(1, 1000), Fraction(1, 10)


def slope(p: Values) -> Any:
    """Return what has the sign of the effect of resolve on attacks under private information.

    The effect on the mean gain, times the variance, less what the change of the variance does to it.
    """
    resist = normal_cdf(p.u24 / sqrt(2 + 0 * p.u24))  # the root stays a formula where utilities are symbols
    gain = (1 - resist) * p.u13 + resist * p.u14 - p.u11
    variance = 1 + (1 - resist) ** 2 + resist**2
    return (p.u14 - p.u13) * variance - gain * (2 * resist - 1)


def deters(p: Values) -> Conditions:
    """Return when more resolve of the defender makes attacks rarer."""
    return [*within_reach(p), (-slope(p), LEAST)]


def invites(p: Values) -> Conditions:
    """Return when more resolve invites attacks although the challenger likes war less than a concession."""
    return [*within_reach(p), (slope(p), LEAST), (p.u13, p.u14)]


def prefers_concession(p: Values) -> Conditions:
    """Return when the challenger clearly likes a concession better than war."""
    return [*within_reach(p), (p.u13 - p.u14, LEAST)]


@register
class StrategicProbit(ProbitModel):
    """Does a more resolute defender always deter?

    A challenger attacks or not; a defender who is attacked concedes or resists. To every utility belongs a standard
    normal error that only its owner knows, and the statistician knows neither. The probabilities of status quo,
    concession and war then have closed forms, which is how the game is fitted to data.

    It seems plain that a defender who likes war better is attacked less, if challengers like concessions better than
    war. If errors are trembles of the actions it is so. If they are private information it need not: the attacker's
    error about the outcome matters the more the surer that outcome is, and a rare attacker is one with a large error.
    ``errors="agent error"`` makes them trembles, and ``link="logit"`` the probit a logit.
    """

    key = "strategic_probit"
    title = "Strategic probit deterrence"
    pillar = "deterrence"
    question = "Does a more resolute defender always deter?"
    fidelity = "F1"
    references = ("signorino1999strategic", "signorino2003structure", "kenkel2014estimating")
    parameters = (
        Parameter("u_status_quo_challenger", "u11", "(-inf, inf)", "challenger's utility of the status quo", 0, "utility", latex="u_{11}"),
        Parameter("u_concession_challenger", "u13", "(-inf, inf)", "challenger's utility of a concession", 1, "utility", latex="u_{13}"),
        Parameter("u_war_challenger", "u14", "(-inf, inf)", "challenger's utility of war", -1, "utility", latex="u_{14}"),
        Parameter(
            "u_war_defender", "u24", "(-inf, inf)", "defender's utility of war, less that of conceding", "1/2", "utility", latex="u_{24}"
        ),
    )
    outcomes = (
        Outcome("p_status_quo", "probability that there is no attack"),
        Outcome("p_concession", "probability of an attack that is conceded to"),
        Outcome("p_war", "probability of an attack that is resisted"),
        Outcome("p_attack", "probability of an attack"),
        Outcome("p_resist", "probability that an attack is resisted"),
    )
    comparative_statics = (
        Sign("d(p_resist)/d(u24) > 0", "resolve shows"),
        Sign(
            "d(p_attack)/d(u24) < 0",
            "under private information a more resolute defender is attacked less",
            where=("u14 < u13",),
            status="refuted",
        ),
        Sign("d(p_war)/d(u24) > 0", "a more resolute defender has more wars", where=("u14 < u13",), status="refuted"),
        Sign("d(p_attack)/d(u13) > 0", "concessions worth more invite attack"),
        Sign("d(p_attack)/d(u11) < 0", "a challenger content with the status quo attacks less"),
        Sign("d(p_attack)/d(u14) > 0", "a challenger that likes war better attacks more"),
        Sign("d(p_war)/d(u14) > 0", "and has more wars"),
    )
    choices = ("p_resist", "p_attack")

    def chance(self, choice: str, p: Values, play: Mapping[str, Any] | Play) -> Any:
        """Compare war with conceding, and the prospect of an attack with the status quo."""
        if choice == "p_resist":
            return self.likely(p.u24, 1, 1)
        resist = play["p_resist"]
        return self.likely((1 - resist) * p.u13 + resist * p.u14 - p.u11, 1, resist, 1 - resist)

    def ends(self, play: Mapping[str, Any] | Play) -> dict[str, Any]:
        """Multiply the probabilities along the path."""
        attack, resist = play["p_attack"], play["p_resist"]
        return {
            "p_status_quo": 1 - attack,
            "p_concession": attack * (1 - resist),
            "p_war": attack * resist,
            "p_attack": attack,
            "p_resist": resist,
        }

    def draw(self, ax: Any) -> None:
        """Draw the probabilities of attack and war against the defender's resolve, for both kinds of error."""
        resolve = np.linspace(-3, 3, 121)
        values, _ = float_values(self, {"u24": resolve})
        given = {q.name: getattr(self.completed().values(), q.name) for q in self.parameters}
        for errors, style in ((PRIVATE, "-"), (AGENT, "--")):
            found = StrategicProbit(errors=errors, **given).closed_forms(values)
            for name, color, width in (("p_attack", "#0b559f", 2.4), ("p_war", "#b5451d", 1.2)):
                ax.plot(resolve, found[name], style, color=color, linewidth=width, label=f"{name.removeprefix('p_')}, {errors}")
        ax.set(xlabel="defender's resolve $u_{24}$", ylabel="probability", ylim=(0, 1))
        ax.legend(frameon=False, fontsize="small")
        ax.set_title("Resolve deters attacks; war is likeliest in between", loc="left", fontsize="medium")

    # ---------------------------------------------------------------- results

    def _moved(self, name: str) -> tuple[float, float]:
        """Return an outcome a little below and above the defender's resolve."""
        resolve = self.values().u24
        below, above = (self.replace(u24=resolve + step).solve().outcomes[0][name] for step in (-STEP, STEP))
        return float(below), float(above)

    @proposition(
        "one equilibrium, found backwards",
        "There is one equilibrium: p_resist = Phi(u24/sqrt 2), and p_attack = Phi(((1 - r) u13 + r u14 - u11)/s) with r = p_resist. Trembles make s = sqrt 2, private errors s^2 = 1 + r^2 + (1 - r)^2.",
        when=within_reach,
    )
    def one_equilibrium(self) -> bool:
        u: dict[str, Any] = {q.symbol: float(getattr(self.values(), q.symbol)) for q in self.parameters}
        r = NormalDist().cdf(u["u24"] / 2**0.5)
        gain = (1 - r) * u["u13"] + r * u["u14"] - u["u11"]
        for errors, variance in ((AGENT, 2), (PRIVATE, 1 + r**2 + (1 - r) ** 2)):
            solution = StrategicProbit(errors=errors, **u).solve()
            found = [
                abs(solution.outcomes[0][name] - stated)
                for name, stated in (("p_resist", r), ("p_attack", NormalDist().cdf(gain / variance**0.5)))
            ]
            if not (solution.equilibria.complete and len(solution.equilibria) == 1 and max(found) < 1e-9):
                return False
        return True

    @proposition(
        "more resolve, more resistance",
        "The probability that an attack is resisted rises in the defender's utility of war.",
        when=within_reach,
    )
    def resolve_resists(self) -> bool:
        below, above = self._moved("p_resist")
        return below < above

    @proposition(
        "trembles: resolve deters",
        "If errors are trembles of the actions, normal or extreme-value, a defender who likes war better is attacked less, if the challenger likes a concession better than war.",
        when=prefers_concession,
    )
    def resolve_deters_trembling(self) -> bool:
        values = {parameter.name: getattr(self.values(), parameter.name) for parameter in self.parameters}
        moves = [StrategicProbit(errors=AGENT, link=link, **values)._moved("p_attack") for link in (PROBIT, LOGIT)]
        return all(below > above for below, above in moves)

    @proposition(
        "private errors: resolve deters",
        "If errors are private information, a defender who likes war better is attacked less where the effect on the attacker's mean gain outweighs that on its variance.",
        when=deters,
    )
    def resolve_deters(self) -> bool:
        below, above = self._moved("p_attack")
        return below > above

    @proposition(
        "private errors: resolve may invite attack",
        "If errors are private information, a defender who likes war better may be attacked more, although the challenger likes a concession better than war.",
        when=invites,
    )
    def resolve_invites(self) -> bool:
        below, above = self._moved("p_attack")
        return below < above
