"""Strategic probit with a choice of challenge: two ways to press a claim, and a reply to each."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from importlib import import_module
from statistics import NormalDist
from typing import Any

import numpy as np

from alliancegames._conditions import Conditions
from alliancegames.games.cutoff import Play
from alliancegames.models.deterrence._probit_form import AGENT, PRIVATE, ProbitModel, within_reach
from alliancegames.models.forms import float_values
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values

__all__ = ["StrategicProbitChoice"]

# How far a defender's resolve moves where its effect is checked, and the least difference that floats show.
STEP, LEAST = Fraction(1, 1000), Fraction(1, 10)


def limited_preferred(p: Values) -> Conditions:
    """Return when the challenger clearly likes a limited challenge conceded to better than one resisted."""
    return [*within_reach(p), (p.u11 - p.u12, LEAST)]


def full_preferred(p: Values) -> Conditions:
    """Return when the challenger clearly likes a full challenge conceded to better than one resisted."""
    return [*within_reach(p), (p.u13 - p.u14, LEAST)]


def _utility(name: str, symbol: str, meaning: str, example: Any) -> Parameter:
    return Parameter(name, symbol, "(-inf, inf)", meaning, example, "utility", latex=f"u_{{{symbol[1:]}}}")


@register
class StrategicProbitChoice(ProbitModel):
    """Does resolve against one kind of challenge deter it, or divert it to the other kind?

    A challenger presses its claim in a limited or in a full way; to each the defender concedes or resists. To the
    utilities belong standard normal errors. More resolve against one kind makes the challenger choose the other.
    """

    key = "strategic_probit_choice"
    title = "Strategic probit with two kinds of challenge"
    pillar = "deterrence"
    question = "Does resolve against one kind of challenge deter it, or divert it to the other kind?"
    fidelity = "F1"
    references = ("signorino2003structure", "signorino1999strategic", "kenkel2014estimating")
    parameters = (
        _utility("u_limited_conceded_challenger", "u11", "challenger's utility of a limited challenge conceded to", "1/5"),
        _utility("u_limited_resisted_challenger", "u12", "challenger's utility of a limited challenge resisted", "-1/2"),
        _utility("u_full_conceded_challenger", "u13", "challenger's utility of a full challenge conceded to", 1),
        _utility("u_full_resisted_challenger", "u14", "challenger's utility of a full challenge resisted", -1),
        _utility("u_resist_limited_defender", "u22", "defender's utility of resisting a limited challenge, less that of conceding", "3/10"),
        _utility("u_resist_full_defender", "u24", "defender's utility of resisting a full challenge, less that of conceding", "-2/5"),
    )
    outcomes = (
        Outcome("p_limited_conceded", "probability of a limited challenge conceded to"),
        Outcome("p_limited_resisted", "probability of a limited challenge resisted"),
        Outcome("p_full_conceded", "probability of a full challenge conceded to"),
        Outcome("p_full_resisted", "probability of a full challenge resisted"),
        Outcome("p_full", "probability that the challenge is full"),
        Outcome("p_resist_limited", "probability that a limited challenge is resisted"),
        Outcome("p_resist_full", "probability that a full challenge is resisted"),
    )
    comparative_statics = (
        Sign("d(p_resist_full)/d(u24) > 0", "resolve against full challenges shows"),
        Sign("d(p_resist_limited)/d(u22) > 0", "resolve against limited challenges shows"),
        Sign("d(p_full)/d(u13) > 0", "concessions to full challenges invite them"),
        Sign("d(p_full)/d(u11) < 0", "concessions to limited challenges divert from full ones"),
        Sign("d(p_full)/d(u24) < 0", "resolve against full challenges deters them", where=("u14 < u13",), status="refuted"),
        Sign("d(p_full)/d(u22) > 0", "resolve against limited challenges diverts to full ones", where=("u12 < u11",), status="refuted"),
    )
    choices = ("p_resist_limited", "p_resist_full", "p_full")

    def chance(self, choice: str, p: Values, play: Mapping[str, Any] | Play) -> Any:
        """Compare resisting with conceding, and the prospects of the two challenges."""
        if choice == "p_resist_limited":
            return self.likely(p.u22, 1, 1)
        if choice == "p_resist_full":
            return self.likely(p.u24, 1, 1)
        limited, full = play["p_resist_limited"], play["p_resist_full"]
        gain = (1 - full) * p.u13 + full * p.u14 - (1 - limited) * p.u11 - limited * p.u12
        return self.likely(gain, 1 - limited, limited, 1 - full, full)

    def ends(self, play: Mapping[str, Any] | Play) -> dict[str, Any]:
        """Multiply the probabilities along the path."""
        full, limited_resisted, full_resisted = (play[name] for name in ("p_full", "p_resist_limited", "p_resist_full"))
        return {
            "p_limited_conceded": (1 - full) * (1 - limited_resisted),
            "p_limited_resisted": (1 - full) * limited_resisted,
            "p_full_conceded": full * (1 - full_resisted),
            "p_full_resisted": full * full_resisted,
            "p_full": full,
            "p_resist_limited": limited_resisted,
            "p_resist_full": full_resisted,
        }

    def draw(self, ax: Any) -> None:
        """Draw the kinds of challenge against the defender's resolve in full ones."""
        resolve = np.linspace(-3, 3, 121)
        values, _ = float_values(self, {"u24": resolve})
        found = self.closed_forms(values)
        names = {"p_full": "full challenge", "p_full_resisted": "full and resisted", "p_limited_resisted": "limited and resisted"}
        for k, (name, label) in enumerate(names.items()):
            ax.plot(resolve, found[name], label=label, **import_module("alliancegames.plotting._style").line(k))
        ax.set(xlabel="resolve against full challenges $u_{24}$", ylabel="probability", ylim=(0, 1))
        ax.legend(frameon=False, fontsize="small")
        ax.set_title("Resolve against full challenges diverts to limited ones", loc="left", fontsize="medium")

    # ---------------------------------------------------------------- results

    def _moved(self, parameter: str, name: str) -> tuple[float, float]:
        """Return an outcome a little below and above a parameter's value, errors being trembles."""
        values = {q.name: getattr(self.values(), q.name) for q in self.parameters}
        model, own = StrategicProbitChoice(errors=AGENT, **values), getattr(self.values(), parameter)
        below, above = (model.replace(**{parameter: own + step}).solve().outcomes[0][name] for step in (-STEP, STEP))
        return float(below), float(above)

    @proposition(
        "one equilibrium, found backwards",
        "There is one equilibrium: limited and full challenges are resisted with probabilities l = Phi(u22/sqrt 2) and f = Phi(u24/sqrt 2), and the challenge is full with probability Phi(((1 - f) u13 + f u14 - (1 - l) u11 - l u12)/s). Trembles make s = sqrt 2, private errors s^2 = l^2 + (1 - l)^2 + f^2 + (1 - f)^2.",
        when=within_reach,
    )
    def one_equilibrium(self) -> bool:
        u: dict[str, Any] = {q.symbol: float(getattr(self.values(), q.symbol)) for q in self.parameters}
        phi = NormalDist().cdf
        limited, full = phi(u["u22"] / 2**0.5), phi(u["u24"] / 2**0.5)
        gain = (1 - full) * u["u13"] + full * u["u14"] - (1 - limited) * u["u11"] - limited * u["u12"]
        spread = limited**2 + (1 - limited) ** 2 + full**2 + (1 - full) ** 2
        for errors, variance in ((AGENT, 2), (PRIVATE, spread)):
            solution = StrategicProbitChoice(errors=errors, **u).solve()
            stated = {"p_resist_limited": limited, "p_resist_full": full, "p_full": phi(gain / variance**0.5)}
            found = [abs(solution.outcomes[0][name] - value) for name, value in stated.items()]
            if not (solution.equilibria.complete and len(solution.equilibria) == 1 and max(found) < 1e-9):
                return False
        return True

    @proposition(
        "resolve shows",
        "The probability that a full challenge is resisted rises in the defender's utility of resisting it.",
        when=within_reach,
    )
    def resolve_shows(self) -> bool:
        below, above = self._moved("u24", "p_resist_full")
        return below < above

    @proposition(
        "resolve against full challenges diverts",
        "If errors are trembles, full challenges become rarer as the defender's utility of resisting them rises, if the challenger likes concessions to them better than resistance.",
        when=full_preferred,
    )
    def resolve_diverts(self) -> bool:
        below, above = self._moved("u24", "p_full")
        return below > above

    @proposition(
        "resolve against limited challenges escalates",
        "If errors are trembles, full challenges become more frequent as the defender's utility of resisting limited ones rises, if the challenger likes concessions to these better than resistance.",
        when=limited_preferred,
    )
    def resolve_escalates(self) -> bool:
        below, above = self._moved("u22", "p_full")
        return below < above
