"""The security dilemma under strategic risk: a global game of peace and attack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from alliancegames._fields import Field
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import clip01, normal_cdf
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.models.enlargement._strategic_risk_results import (
    ATTACK,
    CUTOFF,
    PEACE,
    StrategicRiskResults,
    normal_strikes,
    payoffs,
    strikes,
)
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["GlobalSecurityDilemma"]


@register
class GlobalSecurityDilemma(StrategicRiskResults):
    """How do fear and greed destroy a peace that both states prefer?

    Two states choose between peace and attack. Peace is worth theta to each. Who strikes first gains f, which
    is greed; who is surprised loses s, and in a war that both start each loses w < s, which is why fear is a
    reason to attack. If theta is known, peace is an equilibrium wherever it beats a first strike. But neither
    state knows theta exactly, nor what the other has seen. At the edge of attacking it must think that the
    other attacks with probability one half, and this strategic risk destroys peace over a whole band of values.

    Each state sees theta with an error that is uniform within eps of it, after a diffuse prior, and attacks
    below a cutoff; `normal_errors` has normal ones. The equilibria listed are those with a finite cutoff. As in the
    game without errors, attack whatever one sees is an equilibrium too: no value of peace makes it safe against a
    state that always attacks. The outcomes are those at one true value of peace. The mechanism is published; a single
    meeting and these payoffs are chosen here (F2).
    """

    key = "global_security_dilemma"
    title = "The security dilemma as a global game"
    pillar = "enlargement"
    question = "How do the fear of attack and the greed for it jointly destroy peace?"
    fidelity = "F2"
    references = ("carlsson1993global", "chassang2010conflict")
    parameters = (
        Parameter("gain_first_strike", "f", "[0, inf)", "payoff of striking first at a peaceful state", "3/10", "utility"),
        Parameter("loss_surprised", "s", "[0, inf)", "loss of a peaceful state that is struck", "4/5", "utility"),
        Parameter("cost_war", "w", "[0, inf)", "loss of each in a war that both start", "1/5", "utility"),
        Parameter("noise", "eps", "(0, inf)", "largest error with which a state sees the value of peace", "1/10", "utility", latex=r"\varepsilon"),
        Parameter("value_peace", "theta", "(-inf, inf)", "true value of peace", "4/5", "utility", latex=r"\theta"),
    )  # fmt: skip
    outcomes = (
        Outcome("cutoff", "signal of the value of peace below which a state attacks", "utility"),
        Outcome("p_attack", "probability that a state attacks"),
        Outcome("p_peace", "probability of peace"),
        Outcome("p_surprise", "probability that one state attacks a peaceful one"),
        Outcome("p_war", "probability that both attack"),
    )
    comparative_statics = (
        Sign("d(cutoff)/d(f) == 1", "greed moves the threshold of war one for one"),
        Sign("d(cutoff)/d(s) == 1", "fear as much"),
        Sign("d(cutoff)/d(w) == -1", "and the pain of a war that both start moves it back"),
        Sign("d(cutoff)/d(s) + d(cutoff)/d(w) == 0", "weapons that raise both losses alike change nothing"),
        Sign("d(cutoff)/d(eps) == -1/3", "doubt about what peace is worth moderates"),
        Sign("theta_star > f", "strategic risk always destroys some peace that would be an equilibrium"),
    )
    orders = (("loss_surprised", "cost_war"),)

    def gain(self, p: Values, signal: Any, gap: Any, *, normal: bool = False) -> Any:
        """Return what a state gains by attacking after a signal if the other attacks below a cutoff; all payoffs enter here.

        Parameters
        ----------
        p : Values
            Parameter values.
        signal : number
            What the state has seen.
        gap : number
            How far the cutoff of the other lies above it.
        normal : bool, default False
            Whether errors are normal with the standard deviation eps instead of uniform.
        """
        struck, error = (normal_strikes if normal else strikes)(gap, p.eps)
        peace_value = signal * (1 - struck) - error  # of theta, over the cases in which the other stays peaceful
        table = payoffs(p, 0)
        attack = table[ATTACK, PEACE][0] * (1 - struck) + table[ATTACK, ATTACK][0] * struck
        return attack - peace_value - table[PEACE, ATTACK][0] * struck

    def build(self, p: Values, field: Field) -> CutoffGame:
        """State that the type at the cutoff is indifferent.

        The range holds every finite one: seeing less than f - eps, a state knows that attack is better whatever
        the other does; at a cutoff above f + s - w + eps, where the other attacks with probability one half,
        peace is better.
        """
        return self._indifference(p, lambda cutoff: clip01((cutoff - p.theta + p.eps) / (2 * p.eps)))

    def normal_errors(self) -> CutoffGame:
        """Return the game in which errors are normal with the standard deviation eps: the cutoff is f + s - w - eps/sqrt(pi).

        Examples
        --------
        >>> import alliancegames as ag
        >>> (play,) = ag.cutoff_equilibria(ag.models.GlobalSecurityDilemma().normal_errors())
        >>> round(play["cutoff signal"], 6), round(play.outcomes["p_war"], 6)
        (0.843581, 0.446909)
        """
        p = self.completed().values()
        return self._indifference(p, lambda cutoff: normal_cdf((cutoff - p.theta) / p.eps), normal=True)

    def _indifference(self, p: Values, attacks: Callable[[Any], Any], *, normal: bool = False) -> CutoffGame:
        """Write the condition at the cutoff; ``attacks`` says how likely a state attacks at the true value of peace."""

        def outcomes(play: Play) -> dict[str, Any]:
            attack = attacks(play[CUTOFF])
            surprise = 2 * attack * (1 - attack)
            return {"cutoff": play[CUTOFF], "p_attack": attack, "p_peace": (1 - attack) ** 2, "p_surprise": surprise, "p_war": attack**2}

        ends = (p.f - p.eps, p.f + p.s - p.w + p.eps)
        return CutoffGame.from_conditions(
            {CUTOFF: ends}, lambda play: -self.gain(p, play[CUTOFF], 0 * p.eps, normal=normal), outcomes=outcomes, title=self.title
        )

    def known(self) -> NormalFormGame:
        """Return the game in which both know the value of peace.

        Examples
        --------
        >>> import alliancegames as ag
        >>> [item.actions for item in ag.nash(ag.models.GlobalSecurityDilemma().known()).pure]
        [('peace', 'peace'), ('attack', 'attack')]
        """
        p = self.completed().values()
        return NormalFormGame(["State 1", "State 2"], [[PEACE, ATTACK]] * 2, payoffs(p, p.theta))

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the cutoff, its limit without noise, and the width of the band in which strategic risk destroys peace."""
        return {"cutoff": p.f + p.s - p.w - p.eps / 3, "theta_star": p.f + p.s - p.w, "band": p.s - p.w}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Divide values of peace, as noise vanishes."""
        return [
            Regime("War by greed", lambda p: [(p.f, p.theta)], meaning="A first strike is worth more than peace: peace is no equilibrium."),
            Regime("War by fear", lambda p: [(p.theta, p.f), (p.f + p.s - p.w, p.theta)], meaning="Peace is an equilibrium if its value is known, but strategic risk destroys it."),
            Regime("Peace", lambda p: [(p.theta, p.f + p.s - p.w)], meaning="Peace risk-dominates attack and survives small errors."),
        ]  # fmt: skip

    def draw(self, ax: Any) -> None:
        """Draw the value that peace must have against the loss in a war that both start."""
        import numpy as np

        p = self.completed().values()
        f, top = float(p.f), float(p.s)
        for share, style in ((1.0, "-"), (2 / 3, "--"), (1 / 3, ":")):
            w = np.linspace(0, share * top, 100)
            ax.plot(
                w, f + share * top - w, style, color="#0b559f", linewidth=2, label=f"needed under strategic risk, $s = {share * top:.3g}$"
            )
        w = np.linspace(0, top, 100)
        ax.axhline(f, color="#b3591a", linewidth=2, label="needed if its value is known")
        ax.fill_between(w, f, f + top - w, color="#a6cee3", alpha=0.6, linewidth=0)
        ax.annotate("war by fear", (0.2 * top, f + 0.3 * top), ha="center")
        ax.set(xlabel="loss in a war that both start $w$", ylabel=r"value of peace $\theta$", xlim=(0, top), ylim=(0, None))
        ax.set_title("Fear adds to greed: war where peace is an equilibrium", loc="left", fontsize="medium")
        ax.legend(frameon=False, fontsize="small")
