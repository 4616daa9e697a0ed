"""What is known about gestures that build trust."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from typing import Any

from alliancegames.games.bayesian import BayesianGame
from alliancegames.games.bayesian_profile import BayesianProfile
from alliancegames.models.bayesian_form import BayesianModel
from alliancegames.models.enlargement._trust_plans import COOPERATE, DEFECT, HONEST, HOSTILE, PLANS, TRUSTWORTHY, UNTRUSTWORTHY, plan_name
from alliancegames.models.propositions import proposition
from alliancegames.solvers.bayesian import bayesian_nash


class ReassuranceResults(BayesianModel):
    """The propositions of the model, checked by the solver of Bayesian games."""

    @abstractmethod
    def full(self) -> BayesianGame:
        """Return the game in which states choose among all plans."""

    @abstractmethod
    def one_shot(self) -> BayesianGame:
        """Return the game with a single round."""

    @abstractmethod
    def one_sided(self) -> BayesianGame:
        """Return the game in which state 2 is known to be trustworthy."""

    def _reassures(self, **changed: Any) -> bool:
        """Whether telling conduct is an equilibrium among all eight plans."""
        game = self.replace(**changed).full()
        conduct = {TRUSTWORTHY: {plan_name(PLANS[HONEST]): 1}, UNTRUSTWORTHY: {plan_name(PLANS[HOSTILE]): 1}}
        return all(value == 0 for values in game.profile([conduct, conduct]).regret.values() for value in values.values())

    def _trusts(self, **changed: Any) -> bool:
        """Whether the one-shot game has an equilibrium in which the trustworthy cooperate for sure."""
        found = bayesian_nash(self.replace(**changed).one_shot())
        return any(all(item[k][TRUSTWORTHY][COOPERATE] == 1 for k in (0, 1)) for item in found)

    @proposition(
        "trust needed at once",
        "If states meet only once, there is an equilibrium in which the trustworthy cooperate exactly if t >= m = c/(1 - g_T + c). The untrustworthy always defect.",
    )
    def at_once(self) -> bool:
        found = bayesian_nash(self.one_shot())
        defects = all(item[k][UNTRUSTWORTHY][DEFECT] == 1 for item in found for k in (0, 1))
        return defects and self._trusts() == bool(self.values().t >= self.thresholds()["m"])

    @proposition(
        "telling gestures",
        "That the trustworthy reciprocate and the untrustworthy defect from the beginning is an equilibrium, whatever plans are admitted, exactly if alpha_U <= alpha <= alpha_T, where alpha_U = g_U t/((2 g_U - 1)t + c(1 - t)) and alpha_T = t/(c(1 - t) + t g_T).",
    )
    def telling_gestures(self) -> bool:
        q, alpha = self.thresholds(), self.values().alpha
        return any(map(_tells, self.solve().equilibria)) == self._reassures() == bool(q["alpha_U"] <= alpha <= q["alpha_T"])

    @proposition(
        "reassurance needs less trust",
        "Some gesture works exactly if t >= t** = c(g_U - 1)/(2 g_U - 1 + c(g_U - 1) - g_U g_T), and t** < m: gestures work at levels of trust at which states that meet once cannot cooperate.",
    )
    def less_trust(self) -> bool:
        q, t = self.thresholds(), self.values().t
        between = self.replace(trust=(q["t_reassure"] + q["m"]) / 2)
        return _some_gesture(self) == bool(t >= q["t_reassure"]) and not between._trusts() and _some_gesture(between)

    @proposition(
        "one-sided doubt",
        "If state 2 is known to be trustworthy, conduct tells state 1's types apart exactly if alpha >= g_U/(2 g_U - 1) and t >= alpha c/(1 + alpha c - alpha g_T).",
    )
    def one_sided_doubt(self) -> bool:
        p, q = self.values(), self.thresholds()
        return any(map(_tells, bayesian_nash(self.one_sided()))) == bool(p.alpha >= q["alpha_min"] and p.t >= q["t_min"])

    @proposition(
        "signs",
        "More trust is needed, without and with gestures, the more a state loses that is exploited and the more the trustworthy would gain from exploiting: dm/dc > 0, dm/dg_T > 0, dt**/dc > 0, dt**/dg_T > 0.",
    )
    def signs(self) -> bool:
        p, q = self.values(), self.thresholds()
        harder: tuple[dict[str, Any], ...] = ({"c": p.c + Fraction(1, 10)}, {"g_T": (p.g_T + 1) / 2})
        at_once = self._trusts(t=q["m"]) and not any(self._trusts(t=q["m"], **change) for change in harder)
        barely = self.replace(t=q["t_reassure"])
        just = barely.replace(alpha=barely.thresholds()["alpha_U"])
        return just._reassures() and at_once and not any(_some_gesture(barely.replace(**change)) for change in harder)


def _tells(item: BayesianProfile) -> bool:
    """Whether the trustworthy reciprocate and the untrustworthy defect."""
    stated = {TRUSTWORTHY: HONEST, UNTRUSTWORTHY: HOSTILE}
    return all(item[k][kind][stated[kind]] == 1 for k in (0, 1) for kind in item.game.types[k])


def _some_gesture(model: ReassuranceResults) -> bool:
    """Whether one of the two gestures at the ends of the window works; if neither does, none between them can."""
    found = model.thresholds()
    return any(model._reassures(alpha=found[name]) for name in ("alpha_U", "alpha_T") if found[name] < 1)
