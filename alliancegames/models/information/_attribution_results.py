"""The results on deterrence with imperfect attribution: what deters and what does not."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from itertools import pairwise
from typing import Any, Self

from alliancegames._conditions import Conditions
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.propositions import proposition, recalled
from alliancegames.parameters import Values

SLACK = 1e-9  # probabilities closer than this count as equal; equilibria are certified to about 1e-12


def reach(p: Values) -> Any:
    """Return the probability that an attack by the first of two attackers is detected at all."""
    return p.pi[0] + p.m + p.a[0]


def never(chance: Any) -> bool:
    """Whether a probability, or a difference of probabilities, is the number zero."""
    return isinstance(chance, (int, float, Fraction)) and chance == 0


def certain_cutoff(p: Values) -> Any:
    """Return the cutoff of attackers like the first if alarms are never false and tastes for retaliation are uniform on [0, 1]."""
    named = p.pi[0] + p.m
    return p.a[0] / 2 + (0 * named if never(named) else (p.pi[0] ** 2 + p.m**2) / named)


def informative(p: Values) -> Conditions:
    """Return when an attack makes every signal more likely, and false alarms occur."""
    rows = [pair for pi, a in zip(p.pi, p.a, strict=False) for pair in ((pi, p.pi_0), (a, p.a_0))]
    return [*rows, (p.m, p.pi_0), (p.pi_0, 0), (p.a_0, 0)]


class AttributionResults(CutoffModel):
    """The results on attribution, checked by all equilibria in cutoffs."""

    @abstractmethod
    def nameless(self, second: Any) -> AttributionResults:
        """Return the model of two attackers in which attacks are detected as often as the first one's are, but without names.

        Parameters
        ----------
        second : number
            Probability that an attack of the second attacker raises the alarm.
        """

    def _outcomes(self) -> dict[str, Any]:
        """Return the outcomes of the solver's equilibrium, or nothing unless it is proved to be the only one."""
        solution = self._off_grid().solve()
        return dict(solution.outcomes[0]) if solution.equilibria.complete and len(solution.equilibria) == 1 else {}

    def _off_grid(self) -> Self:
        """Return the model with a slightly rarer opportunity.

        Draws from a grid may make a guilt exactly that from which on the defender retaliates although everybody attacks. There is a
        kink in a corner then, and the solver cannot tell one equilibrium from two that meet. Guilt moves with opportunity.
        """
        return self.replace(opportunity=self.values().gamma * Fraction(10007, 10009))

    def _equal(self) -> Self:
        """Return the model with the second attacker like the first."""
        p = self.values()
        return self.replace(detection=[p.pi[0]] * 2, alarm=[p.a[0]] * 2, benefit_hi=[p.x_hi[0]] * 2)

    @proposition(
        "uniqueness",
        "If an attack makes every signal more likely, there is one equilibrium; no cutoff in it exceeds the sum over signals of what an attack adds to them.",
        when=informative,
    )
    def uniqueness(self) -> bool:
        return bool(self._outcomes().get("p_attack", -1) >= self._off_grid().thresholds()["p_attack_bound"] - SLACK)

    @proposition("strategic complements", "If the benefits of one attacker rise, the others attack no less than before.", when=informative)
    def complements(self) -> bool:
        keener = self.replace(benefit_hi_2=2 * self.values().x_hi[1])
        return bool(keener._outcomes()["p_attack_1"] >= self._outcomes()["p_attack_1"] - SLACK)

    @proposition("false alarms", "Fewer false alarms, named or not, never mean more attacks.", when=informative)
    def false_alarms(self) -> bool:
        p = self.values()
        fewer = self.replace(false_alarm=p.pi_0 / 2, false_nameless_alarm=p.a_0 / 2)
        return bool(fewer._outcomes()["p_attack"] <= self._outcomes()["p_attack"] + SLACK)

    @proposition(
        "certain signals",
        "Without false alarms the guilt of equal attackers does not depend on how often they attack. If tastes for retaliation are uniform on [0, 1], "
        "the cutoff is (pi^2 + m^2)/(pi + m) + a/2, where this is below the highest benefit.",
        when=lambda p: [*informative(p), (p.x_hi[0], reach(p))],
    )
    def certain_signals(self) -> bool:
        model = self._equal().replace(false_alarm=0, false_nameless_alarm=0, retaliation_lo=0, retaliation_hi=1)
        stated = certain_cutoff(model.values())
        return [list(item.values) for item in model.solve().equilibria] == [[stated, stated]]

    @proposition(
        "misattribution",
        "Among equal attackers, if being named clears the others (m < (1 - y_hi)(m + pi)), then replacing misattribution by no signal, or by the right name, never means more attacks.",
        when=informative,
    )
    def misattribution(self) -> bool:
        p = self.values()
        cleared = p.pi[0] / (p.m + p.pi[0])  # tastes below this let off whom the signal does not name
        model = self._equal().replace(retaliation_lo=p.y_lo * cleared, retaliation_hi=p.y_hi * cleared)
        part = (p.m - p.pi_0) / 2
        silent = model.replace(misattribution=p.m - part)
        right = silent.replace(detection=[p.pi[0] + part] * 2)
        attacks = [variant._outcomes()["p_attack"] for variant in (right, silent, model)]
        return all(fewer <= more + SLACK for fewer, more in pairwise(attacks))

    @proposition(
        "when misattribution deters",
        "Among equal attackers, without false alarms and with tastes uniform on [0, 1], misattribution cut from m to m' means fewer attacks exactly if "
        "pi^2 > pi (m + m') + m m' where no signal takes its place, and exactly if pi > m' where the right name does. So its complete end deters "
        "exactly if pi > m, and always if attacks are still detected.",
        when=lambda p: [*informative(p), (p.x_hi[0], reach(p))],
    )
    def when_misattribution_deters(self) -> bool:
        model = self._equal().replace(false_alarm=0, false_nameless_alarm=0, retaliation_lo=0, retaliation_hi=1)
        p = model.values()
        half, now = p.m / 2, model._outcomes()["p_attack"]
        cuts = [
            (p.pi[0] ** 2 - p.pi[0] * (p.m + half) - p.m * half, model.replace(misattribution=half)),
            (p.pi[0] - p.m, model.replace(misattribution=0)),
            (p.pi[0] - half, model.replace(misattribution=half, detection=[p.pi[0] + half] * 2)),
        ]
        fewer = [now - cut._outcomes()["p_attack"] for _, cut in cuts]
        return all((f > 0, f < 0) == (stated > 0, stated < 0) for f, (stated, _) in zip(fewer, cuts, strict=True))

    @proposition(
        "more detection, more attacks",
        "If detection is without names, the highest benefit is 1, y_hi < 1/2, and attacks of the second attacker are so hard to detect that no alarm convicts it "
        "(with probability below a_1 (1 - a_1)), then detecting more of them never means fewer attacks.",
        when=informative,
    )
    def backfire(self) -> bool:
        p, first, share = self.values(), reach(self.values()), Fraction(49, 100)
        model = self.replace(benefit_hi=[1, 1], retaliation_lo=share * p.y_lo, retaliation_hi=share * p.y_hi)
        less, more = (model.nameless(part * first * (1 - first))._outcomes()["p_attack"] for part in (Fraction(1, 2), 1))
        return bool(less <= more + SLACK)

    backfiring = recalled(
        "what deters and what does not",
        "Fewer false alarms, and misidentification replaced by non-detection or by correct identification, deter; detecting more of the attacks that are hard to identify can backfire.",
    )
