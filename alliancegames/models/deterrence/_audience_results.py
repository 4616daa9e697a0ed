"""What is known about audience costs: who yields when, who backs down, and when there is war."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from typing import Self

from alliancegames.games.bayesian_profile import BayesianProfile
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.deterrence import _attrition as attrition
from alliancegames.models.propositions import proposition
from alliancegames.solvers.sequential import subgame_perfect


class AudienceResults(CutoffModel):
    """The results on audience costs, checked by the horizon that the solver finds and by the game in stages."""

    @abstractmethod
    def staged(self, stages: int) -> BayesianProfile:
        """Return the equilibrium of the game in stages.

        Parameters
        ----------
        stages : int
            Number of stages.
        """

    def _rational(self) -> Self:
        """Return the model with costs of war from which a rational horizon follows: time W_1/4 for state 1, later for state 2."""
        p = self.values()
        horizon = p.W[0] / 4
        costs = [p.a[k] * horizon * (1 + p.a[1 - k] * horizon / p.v) for k in (0, 1)]
        return self.replace(W=[costs[0], costs[1] * (1 + p.W[1])])

    @proposition(
        "the horizon",
        "The horizon is t* = min(t_1, t_2), where t_j solves a_j v t + a_1 a_2 t^2 = W_j v. There is no other.",
    )
    def horizon(self) -> bool:
        found, stated = self.solve(), min(map(float, self.thresholds().values()))
        return (
            found.equilibria.complete is True
            and len(found.equilibria) == 1
            and abs(float(found.outcomes[0]["horizon"]) - stated) < 1e-9 * (1 + stated)
        )

    @proposition(
        "an equilibrium in stages",
        "Types with a cost of war below a_i t* never yield. A share m_i = 1 - (a_i t*/W_i)(1 + a_j t*/v) yields at once and the other soft types so that (1 - m_i) v/(v + a_j t) are left at t. In stages of any equal length these are best replies for every type.",
    )
    def stages(self) -> bool:
        play = self._rational().staged(3)
        regret = [gain for gains in play.regret.values() for gain in gains.values()]
        return bool(regret) and all(isinstance(gain, Fraction) and gain == 0 for gain in regret)

    @proposition(
        "what a soft state expects",
        "Soft types of state i expect v m_j, and there is war with probability (a_1 t*/W_1)(a_2 t*/W_2).",
    )
    def expectations(self) -> bool:
        model = self._rational()
        play, found, p = model.staged(2), model.solve().outcomes[0], model.values()
        values = [play.interim_payoffs[side][kind] for side in attrition.SIDES for kind in attrition.TYPES[:2]]
        concessions = [p.v * found[name] for name in ("p_2_at_once", "p_1_at_once") for _ in attrition.TYPES[:2]]
        return values == concessions and attrition.chance_of_war(play) == found["p_war"]

    @proposition(
        "one of three things happens",
        "State 1 backs down, state 2 backs down or there is war: the probabilities add up to one.",
    )
    def sum_of_chances(self) -> bool:
        found = self.solve().outcomes[0]
        return bool(abs(float(found["p_war"]) + found["p_1_backs_down"] + found["p_2_backs_down"] - 1) < 1e-9)

    @proposition(
        "audiences help",
        "If war costs both up to the same amount, the state whose audience costs grow faster never yields at once and is less likely to back down.",
        when=lambda p: [(p.a[0], p.a[1])],
    )
    def audiences(self) -> bool:
        found = self.replace(W=self.values().W[0]).solve().outcomes[0]
        return bool(found["p_1_at_once"] < 1e-12 and found["p_2_at_once"] > 0 and found["p_1_backs_down"] < found["p_2_backs_down"])

    @proposition(
        "signs of the audience cost",
        "If state 1 is committed first (t_1 < t_2), as it is if war may cost both the same and its audience costs grow faster, their growing still faster brings the horizon nearer, makes state 2 yield at once more often and makes war less likely. If state 2 is committed first, they bring the horizon nearer, too, but make war more likely.",
    )
    def signs(self) -> bool:
        equal = self.replace(W=self.values().W[0])
        return self._reacts() and (equal.values().a[0] <= equal.values().a[1] or equal.thresholds()["t_1"] < equal.thresholds()["t_2"])

    def _reacts(self) -> bool:
        """Whether the solver's equilibrium moves as stated with the audience costs of state 1, which stays first, or second."""
        q, a = self.thresholds(), self.values().a[0]
        first = q["t_1"] < q["t_2"]
        before, after = (self.replace(a_1=rate).solve().outcomes[0] for rate in ((a, 2 * a) if first else (a / 2, a)))
        rarer = after["p_war"] < before["p_war"]
        return bool(after["horizon"] < before["horizon"] and rarer == first and (not first or after["p_2_at_once"] > before["p_2_at_once"]))

    @proposition(
        "complete information",
        "If costs of war W_i are known, there is no war: the state that is locked in first, at W_i/a_i, wins, and the other yields at once. (The states move in turn at a finite number of times, the first at the beginning, one between the moments at which they are locked in, one after both.)",
        when=lambda p: [((p.W[0] * p.a[1] - p.W[1] * p.a[0]) ** 2, 0)],
    )
    def complete_information(self) -> bool:
        p = self.values()
        locked = [p.W[k] / p.a[k] for k in (0, 1)]
        plays = subgame_perfect(attrition.known_game(p, [0 * p.v, sum(locked) / 2, 2 * max(locked)]))
        wins = (p.v, 0 * p.v) if locked[0] < locked[1] else (0 * p.v, p.v)
        return [tuple(play.profile.payoffs.values()) for play in plays] == [wins]
