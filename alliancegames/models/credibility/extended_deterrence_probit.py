"""Extended immediate deterrence as a strategic probit game: a challenger, a protégé and a patron."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from importlib import import_module
from statistics import NormalDist
from typing import Any

import numpy as np

from alliancegames._conditions import Conditions
from alliancegames.games.cutoff import Play
from alliancegames.games.distributions import normal_cdf, sqrt
from alliancegames.models.deterrence._probit_form import AGENT, PRIVATE, ProbitModel, within_reach
from alliancegames.models.forms import float_values
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values

__all__ = ["ExtendedDeterrenceProbit"]

# How far the patron's resolve moves where its effect is checked, and the least difference that floats show.
STEP, LEAST = Fraction(1, 1000), Fraction(1, 10)
# What the rounding of probabilities may amount to.
ROUNDING = 1e-9


def prefers_help(p: Values) -> Conditions:
    """Return when the protégé clearly likes a war with help better than one without."""
    return [*within_reach(p), (p.u26 - p.u25, LEAST)]


def deters(p: Values) -> Conditions:
    """Return when trembling challengers like every kind of war less the more of it there is help in, and less than a concession."""
    help_comes = normal_cdf(p.u36 / sqrt(2 + 0 * p.u36))  # the root stays a formula where utilities are symbols
    war = (1 - help_comes) * p.u15 + help_comes * p.u16
    return [*prefers_help(p), (p.u15 - p.u16, LEAST), (p.u13 - war, LEAST)]


def _utility(name: str, symbol: str, meaning: str, example: Any) -> Parameter:
    return Parameter(name, symbol, "(-inf, inf)", meaning, example, "utility", latex=f"u_{{{symbol[1:]}}}")


@register
class ExtendedDeterrenceProbit(ProbitModel):
    """How does a patron's resolve travel through its protégé's to the challenger?

    A challenger attacks a protégé or not; the protégé concedes or resists; if it resists, its patron helps or leaves it
    alone: the published game (F1) with three players in sequence. To the utilities belong standard normal errors, which are private information or, with ``errors="agent error"``,
    trembles. The patron's resolve works twice: it makes joint war likelier, which the challenger fears, and it makes the
    protégé stand firm, which the challenger dislikes too. That holds under trembles; under private information the spread of
    the errors changes with resolve, and either effect may be reversed.
    """

    key = "extended_deterrence_probit"
    title = "Extended deterrence as strategic probit"
    pillar = "credibility"
    question = "How does a patron's resolve travel through its protégé's to the challenger?"
    fidelity = "F1"
    references = ("signorino2006unified", "signorino1999strategic", "kenkel2014estimating")
    parameters = (
        _utility("u_status_quo_challenger", "u11", "challenger's utility of the status quo", 0),
        _utility("u_concession_challenger", "u13", "challenger's utility of a concession", 1),
        _utility("u_bilateral_challenger", "u15", "challenger's utility of war against the protégé alone", "2/5"),
        _utility("u_joint_challenger", "u16", "challenger's utility of war against both", -1),
        _utility("u_concede_protege", "u23", "protégé's utility of conceding", "-4/5"),
        _utility("u_bilateral_protege", "u25", "protégé's utility of fighting alone", -1),
        _utility("u_joint_protege", "u26", "protégé's utility of fighting with its patron", "1/5"),
        _utility("u_joint_patron", "u36", "patron's utility of joint war, less that of leaving the protégé alone", "3/10"),
    )
    outcomes = (
        Outcome("p_status_quo", "probability that there is no attack"),
        Outcome("p_concession", "probability that the protégé concedes"),
        Outcome("p_abandoned", "probability that the protégé fights alone"),
        Outcome("p_joint_war", "probability that the patron fights too"),
        Outcome("p_attack", "probability of an attack"),
        Outcome("p_resist", "probability that an attack is resisted"),
        Outcome("p_intervene", "probability that the patron helps if the protégé resists"),
    )
    comparative_statics = (
        Sign("d(p_intervene)/d(u36) > 0", "a resolute patron helps"),
        Sign("d(p_resist)/d(u26) > 0", "a protégé that likes war with help better resists"),
        Sign("d(p_resist)/d(u25) > 0", "and so does one that likes war alone better"),
        Sign("d(p_resist)/d(u23) < 0", "and one that fears conceding"),
        Sign("d(p_attack)/d(u11) < 0", "satisfied challengers attack less"),
        Sign("d(p_attack)/d(u13) > 0", "what concessions are worth invites attacks"),
        Sign("d(p_attack)/d(u16) > 0", "challengers that fear joint war attack less"),
        Sign(
            "d(p_resist)/d(u36) > 0",
            "under private information a resolute patron stiffens a protégé that likes help",
            where=("u26 > u25",),
            status="refuted",
        ),
    )
    choices = ("p_intervene", "p_resist", "p_attack")

    def chance(self, choice: str, p: Values, play: Mapping[str, Any] | Play) -> Any:
        """Compare what follows each action, the later choices being expected."""
        if choice == "p_intervene":
            return self.likely(p.u36, 1, 1)
        helped = play["p_intervene"]
        if choice == "p_resist":
            return self.likely((1 - helped) * p.u25 + helped * p.u26 - p.u23, 1, 1 - helped, helped)
        resist = play["p_resist"]
        war = (1 - helped) * p.u15 + helped * p.u16
        return self.likely((1 - resist) * p.u13 + resist * war - p.u11, 1, 1 - resist, resist * (1 - helped), resist * helped)

    def ends(self, play: Mapping[str, Any] | Play) -> dict[str, Any]:
        """Multiply the probabilities along the path."""
        attack, resist, helped = (play[name] for name in ("p_attack", "p_resist", "p_intervene"))
        return {
            "p_status_quo": 1 - attack,
            "p_concession": attack * (1 - resist),
            "p_abandoned": attack * resist * (1 - helped),
            "p_joint_war": attack * resist * helped,
            "p_attack": attack,
            "p_resist": resist,
            "p_intervene": helped,
        }

    def draw(self, ax: Any) -> None:
        """Draw the probabilities of attack, resistance and joint war against the patron's resolve."""
        resolve = np.linspace(-3, 3, 121)
        values, _ = float_values(self, {"u36": resolve})
        found = self.closed_forms(values)
        names = {"p_attack": "attack", "p_resist": "resistance, if attacked", "p_joint_war": "joint war"}
        for k, (name, label) in enumerate(names.items()):
            ax.plot(resolve, found[name], label=label, **import_module("alliancegames.plotting._style").line(k))
        ax.set(xlabel="patron's resolve $u_{36}$", ylabel="probability", ylim=(0, 1))
        ax.legend(frameon=False, fontsize="small")
        ax.set_title("A resolute patron stiffens its protégé", loc="left", fontsize="medium")

    # ---------------------------------------------------------------- results

    def _moved(self, name: str) -> tuple[float, float]:
        """Return an outcome a little below and above the patron's resolve, errors being trembles."""
        values = {parameter.name: getattr(self.values(), parameter.name) for parameter in self.parameters}
        model = ExtendedDeterrenceProbit(errors=AGENT, **values)
        below, above = (model.replace(u36=self.values().u36 + step).solve().outcomes[0][name] for step in (-STEP, STEP))
        return float(below), float(above)

    @proposition(
        "one equilibrium",
        "There is one equilibrium, found backwards: p_intervene = Phi(u36/sqrt 2); p_resist = Phi((h u26 + (1 - h)u25 - u23)/s) with h = p_intervene; p_attack = Phi((r(h u16 + (1 - h)u15) + (1 - r)u13 - u11)/t) with r = p_resist. Trembles make s = t = sqrt 2, private errors s^2 = 1 + h^2 + (1 - h)^2 and t^2 = 1 + (1 - r)^2 + r^2 (h^2 + (1 - h)^2).",
        when=within_reach,
    )
    def one_equilibrium(self) -> bool:
        values = {parameter.name: getattr(self.values(), parameter.name) for parameter in self.parameters}
        phi = NormalDist().cdf

        def u(symbol: str) -> float:
            return float(getattr(self.values(), symbol))

        for errors in (AGENT, PRIVATE):
            solution = ExtendedDeterrenceProbit(errors=errors, **values).solve()
            h = phi(u("u36") / 2**0.5)
            both, war = h**2 + (1 - h) ** 2, h * u("u16") + (1 - h) * u("u15")
            r = phi((h * u("u26") + (1 - h) * u("u25") - u("u23")) / (2 if errors == AGENT else 1 + both) ** 0.5)
            variance = 2 if errors == AGENT else 1 + (1 - r) ** 2 + r**2 * both
            stated = {"p_intervene": h, "p_resist": r, "p_attack": phi((r * war + (1 - r) * u("u13") - u("u11")) / variance**0.5)}
            (found,) = solution.outcomes
            if not (solution.equilibria.complete and all(abs(float(found[name]) - chance) < ROUNDING for name, chance in stated.items())):
                return False
        return True

    @proposition("a resolute patron helps", "The probability that the patron helps rises in its utility of joint war.", when=within_reach)
    def resolve_helps(self) -> bool:
        below, above = self._moved("p_intervene")
        return below < above

    @proposition(
        "help stiffens the protégé",
        "If errors are trembles, the protégé resists more the more resolute its patron, if it likes war with help better than war without.",
        when=prefers_help,
    )
    def help_stiffens(self) -> bool:
        below, above = self._moved("p_resist")
        return below < above

    @proposition(
        "a resolute patron deters",
        "If errors are trembles, a more resolute patron makes attacks rarer, if the protégé likes help, and the challenger likes war with help less than war without, and war less than a concession.",
        when=deters,
    )
    def patron_deters(self) -> bool:
        below, above = self._moved("p_attack")
        return below > above
