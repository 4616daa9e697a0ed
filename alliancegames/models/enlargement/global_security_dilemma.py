"""The security dilemma under strategic risk: a global game of peace and attack."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from alliancegames._fields import Field
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import clip01, maximum
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.nash import nash
from alliancegames.solvers.selection import select
from alliancegames.statics.regimes import Regime

__all__ = ["GlobalSecurityDilemma"]

CUTOFF = "cutoff signal"
PEACE, ATTACK = "peace", "attack"


def payoffs(p: Values, theta: Any) -> dict[tuple[str, ...], Sequence[Any]]:
    """Return both states' payoffs where peace is worth ``theta``."""
    return {(PEACE, PEACE): (theta, theta), (ATTACK, PEACE): (p.f, -p.s), (PEACE, ATTACK): (-p.s, p.f), (ATTACK, ATTACK): (-p.w, -p.w)}


def strikes(gap: Any, eps: Any) -> tuple[Any, Any]:
    """Return the probability that the other attacks, its cutoff being ``gap`` above the own signal, and the mean of theta - signal over these cases.

    Given the own signal the sum of theta - signal and the other's error has a triangular distribution.
    """

    def ramp(z: Any, power: int) -> Any:
        return maximum(z, 0) ** power

    far, mid, near = gap + 2 * eps, gap, gap - 2 * eps
    chance = (ramp(far, 2) - 2 * ramp(mid, 2) + ramp(near, 2)) / (8 * eps**2)
    rising = (gap + eps) * (ramp(far, 2) - ramp(mid, 2)) / 2 - (ramp(far, 3) - ramp(mid, 3)) / 3
    falling = (gap - eps) * (ramp(mid, 2) - ramp(near, 2)) / 2 - (ramp(mid, 3) - ramp(near, 3)) / 3
    return chance, (rising - falling) / (4 * eps**2)


@register
class GlobalSecurityDilemma(CutoffModel):
    """How do fear and greed destroy a peace that both states prefer?

    Two states choose between peace and attack. Peace is worth theta to each. Who strikes first gains f, which
    is greed; who is surprised loses s, and in a war that both start each loses w < s, which is why fear is a
    reason to attack. If theta is known, peace is an equilibrium wherever it beats a first strike. But neither
    state knows theta exactly, nor what the other has seen. At the edge of attacking it must think that the
    other attacks with probability one half, and this strategic risk destroys peace over a whole band of values.

    Each state sees theta with an error that is uniform within eps of it, after a diffuse prior, and attacks
    below a cutoff. The equilibria listed are those with a finite cutoff. As in the game without errors, attack
    whatever one sees is an equilibrium too: no value of peace makes it safe against a state that always
    attacks. The outcomes are those at one true value of peace.
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
        Sign("d(theta_star)/d(s) == 1 and d(theta_star)/d(w) == -1", "fear as much, and the pain of war back"),
    )
    orders = (("loss_surprised", "cost_war"),)

    def gain(self, p: Values, signal: Any, gap: Any) -> Any:
        """Return what a state gains by attacking after a signal if the other attacks below a cutoff; all payoffs enter here.

        Parameters
        ----------
        p : Values
            Parameter values.
        signal : number
            What the state has seen.
        gap : number
            How far the cutoff of the other lies above it.
        """
        struck, error = strikes(gap, p.eps)
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

        def outcomes(play: Play) -> dict[str, Any]:
            attack = clip01((play[CUTOFF] - p.theta + p.eps) / (2 * p.eps))
            surprise = 2 * attack * (1 - attack)
            return {"cutoff": play[CUTOFF], "p_attack": attack, "p_peace": (1 - attack) ** 2, "p_surprise": surprise, "p_war": attack**2}

        ends = (p.f - p.eps, p.f + p.s - p.w + p.eps)
        return CutoffGame.from_conditions(
            {CUTOFF: ends}, lambda play: -self.gain(p, play[CUTOFF], 0 * p.eps), outcomes=outcomes, title=self.title
        )

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

    # ---------------------------------------------------------------- results

    def _cutoff(self) -> Any:
        """Return the solver's cutoff if it is proved to be the only one."""
        found = self.solve().equilibria
        return found[0][CUTOFF] if found.complete and len(found) == 1 else math.nan

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

    @proposition("the cutoff", "There is one equilibrium with a finite cutoff: attack below f + s - w - eps/3.")
    def one_cutoff(self) -> bool:
        return bool(self._cutoff() == self.thresholds()["cutoff"])

    @proposition(
        "single crossing",
        "At the cutoff play, a state gains by attacking after every lower signal and loses after every higher one.",
    )
    def single_crossing(self) -> bool:
        p, cutoff = self.values(), self._cutoff()
        steps = [j for j in range(-8, 9) if j]
        return all((self.gain(p, cutoff + p.eps * Fraction(j, 3), -p.eps * Fraction(j, 3)) > 0) == (j < 0) for j in steps)

    @proposition(
        "known value of peace",
        "If theta is known, peace is an equilibrium exactly if theta >= f; as s > w, mutual attack always is one.",
    )
    def known_value(self) -> bool:
        pure = [item.actions for item in nash(self.known()).pure]
        p = self.values()
        return ((PEACE, PEACE) in pure) == (p.theta >= p.f) and (ATTACK, ATTACK) in pure

    @proposition(
        "attack whatever one sees",
        "Against a state that attacks after every signal, attack is worth s - w > 0 more than peace: besides the cutoff equilibrium this is another one.",
    )
    def always_attack(self) -> bool:
        p = self.values()
        return all(self.gain(p, signal, 2 * p.eps) == p.s - p.w > 0 for signal in (-p.s, p.theta, p.f + 10 * p.s))

    @proposition(
        "risk dominance",
        "As the noise vanishes, states attack below theta* = f + s - w: exactly where, its value being known, attack risk-dominates peace.",
        when=lambda p: [(p.theta, p.f)],
    )
    def risk_dominance(self) -> bool:
        p, star = self.values(), self.thresholds()["theta_star"]
        margin = abs(p.theta - star)
        if margin == 0:
            return True  # both products of deviation losses are equal
        (chosen,) = select(nash(self.known()), "risk_dominant")
        attacks = self.replace(noise=margin / 2)._cutoff() > p.theta
        return bool(chosen.actions == ((ATTACK, ATTACK) if attacks else (PEACE, PEACE)))

    @proposition(
        "war by fear",
        "If f < theta < f + s - w and the noise is small, peace would be an equilibrium if theta were known, and yet both attack for sure.",
        when=lambda p: [(p.theta, p.f), (p.f + p.s - p.w, p.theta)],
    )
    def war_by_fear(self) -> bool:
        p = self.values()
        solution = self.replace(noise=(p.f + p.s - p.w - p.theta) / 2).solve()
        return self.known().is_nash((PEACE, PEACE)) and [outcome["p_war"] for outcome in solution.outcomes] == [1]

    @proposition(
        "greed, fear and deterrence",
        "The cutoff rises one for one with f and s and falls one for one with w. Weapons that raise s and w alike change nothing.",
    )
    def signs(self) -> bool:
        p, base, step = self.values(), self._cutoff(), (self.values().s - self.values().w) / 2
        moved = [self.replace(gain_first_strike=p.f + step), self.replace(loss_surprised=p.s + step), self.replace(cost_war=p.w + step)]
        both = self.replace(loss_surprised=p.s + step, cost_war=p.w + step)
        return [model._cutoff() - base for model in (*moved, both)] == [step, step, -step, 0]

    selection = recalled(
        "dominance solvability",
        "Where each action is dominant at some values, the global game is solved by iterated dominance as noise vanishes, and selects the risk-dominant equilibrium.",
        source="carlsson1993global",
    )
