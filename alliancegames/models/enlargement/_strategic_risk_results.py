"""What is known about peace under strategic risk."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from alliancegames.games.distributions import maximum, normal_cdf, normal_density
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.propositions import proposition, recalled
from alliancegames.parameters import Values
from alliancegames.solvers.nash import nash
from alliancegames.solvers.selection import select

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


def normal_strikes(gap: Any, eps: Any) -> tuple[Any, Any]:
    """Return the same as `strikes` for normal errors with the standard deviation eps.

    Given the own signal the sum of theta - signal and the other's error is normal, and half of its variance is that of theta - signal.
    """
    z = gap / (eps * math.sqrt(2))
    return normal_cdf(z), -eps * normal_density(z) / math.sqrt(2)


class StrategicRiskResults(CutoffModel):
    """The propositions of the model, checked by the solvers of cutoff games and of games in normal form."""

    @abstractmethod
    def gain(self, p: Values, signal: Any, gap: Any) -> Any:
        """Return what a state gains by attacking after a signal if the other attacks below a cutoff."""

    @abstractmethod
    def known(self) -> NormalFormGame:
        """Return the game in which both know the value of peace."""

    def _cutoff(self) -> Any:
        """Return the solver's cutoff if it is proved to be the only one."""
        found = self.solve().equilibria
        return found[0][CUTOFF] if found.complete and len(found) == 1 else math.nan

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
