"""The results on the exchange of autonomy for security, checked by solvers that do not know the closed forms."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from itertools import pairwise
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.models.forms import NormalFormModel
from alliancegames.models.propositions import proposition, recalled
from alliancegames.parameters import Values


def minor_protected(p: Values) -> Conditions:
    """Return when the minor power would give up more autonomy for the first unit of security than the major one asks."""
    return [(p.alpha * p.lam_M, p.alpha_M * p.lam_m)]


def major_protected(p: Values) -> Conditions:
    """Return when it is the other way round."""
    return [(larger, smaller) for smaller, larger in minor_protected(p)]


def rates_differ(p: Values) -> Conditions:
    """Return when the two would give up autonomy for security at different rates."""
    return [((p.alpha * p.lam_M - p.alpha_M * p.lam_m) ** 2, 0)]


def both_armed_and_allied(p: Values) -> Conditions:
    """Return when the cheapest mixture has arms and allies."""
    return [(p.rho * p.c * p.S, p.k)]


class ExchangeResults(NormalFormModel):
    """The propositions on the treaty, by exact maximisation and by the equilibria of the game, and those on arms and allies."""

    @abstractmethod
    def gains(self, p: Values, security: Any, concession: Any) -> tuple[Any, Any]:
        """Return what a treaty is worth to the major and to the minor power.

        Parameters
        ----------
        p : Values
            Parameter values of any number system.
        security, concession : number
            What the major power gives, and what the minor power concedes.
        """

    def _stationary(self) -> list[tuple[Fraction, Fraction]]:
        """Return the treaties from which both gain and at which the product of the gains is stationary.

        The treaties that both accept form a bounded set, on whose boundary the product is zero. If there is one stationary point inside,
        it is the maximum; if there is none, the set has no inside.
        """
        import sympy

        s, a = sympy.symbols("s a", real=True)
        major, minor = (sympy.Poly(gain, s, a) for gain in self.gains(self.replace(s=s, a=a).values(), s, a))
        square, line, rest = sympy.Poly((major * minor).as_expr(), a).all_coeffs()  # a parabola in the concession, falling far out
        along = sympy.Poly(rest - line**2 / (4 * square), s)  # its vertex, for each security
        pairs = [(x, (-line / (2 * square)).subs(s, x)) for x, _ in along.diff().real_roots(multiple=False)]
        inside = [(x, y) for x, y in pairs if major(x, y) > 0 and minor(x, y) > 0]
        return [(Fraction(str(x)), Fraction(str(y))) for x, y in inside]

    def _cheapest(self) -> tuple[Fraction, Fraction, Fraction]:
        """Return the cheapest arms and allies and their cost, from three costs on the line of mixtures that give the security needed.

        Costs are convex in arms along the line, a parabola through the three points; a mixture off the line costs more than one on it.
        """
        p = self.values()

        def cost(arms: Fraction) -> Fraction:
            return Fraction(p.c * arms**2 / 2 + p.k * (p.S - arms) / p.rho)

        none, half, full = (cost(p.S * share) for share in (Fraction(0), Fraction(1, 2), Fraction(1)))
        bend = 2 * (full - 2 * half + none) / p.S**2
        arms = min(max((p.S * bend - (full - none) / p.S) / (2 * bend), Fraction(0)), p.S)
        return arms, (p.S - arms) / p.rho, cost(arms)

    @proposition(
        "Nash's treaty",
        "If alpha lam_M differs from alpha_M lam_m, Nash's treaty has s* = (X - alpha_M)/kappa and a* = (3X + alpha_M)(X - alpha_M)/(4 kappa lam_M) with X = alpha lam_M/lam_m. "
        "The gains are (X - alpha_M)^2/(4 kappa) and lam_m/lam_M times as much. With alpha_M = 0: s* = alpha lam_M/(kappa lam_m) and a* = 3 alpha^2 lam_M/(4 kappa lam_m^2).",
        when=rates_differ,
    )
    def treaty(self) -> bool:
        p, q = self.values(), self.thresholds()
        x = p.alpha * p.lam_M / p.lam_m
        gain = (x - p.alpha_M) ** 2 / (4 * p.kappa)
        stated = ((x - p.alpha_M) / p.kappa, (3 * x + p.alpha_M) * (x - p.alpha_M) / (4 * p.kappa * p.lam_M))
        plain = self.replace(alpha_M=0)
        simple = (p.alpha * p.lam_M / (p.kappa * p.lam_m), 3 * p.alpha**2 * p.lam_M / (4 * p.kappa * p.lam_m**2))
        return (
            self._stationary() == [stated] == [(q["s_star"], q["a_star"])]
            and self.gains(p, *stated) == (gain, gain * p.lam_m / p.lam_M) == (q["gain_M"], q["gain_m"])
            and plain._stationary() == [simple]
        )

    @proposition(
        "efficient treaties",
        "Every efficient treaty gives the same security s*, so that only the concession is bargained over: any treaty with another s can be replaced by one with s* that is worth as much to the major power and more to the minor one.",
        when=lambda p: [((p.s * p.kappa * p.lam_m - p.alpha * p.lam_M + p.alpha_M * p.lam_m) ** 2, 0)],
    )
    def efficient(self) -> bool:
        p, best = self.values(), self.thresholds()["s_star"]
        as_good = p.a + (p.alpha_M * (best - p.s) + p.kappa * (best**2 - p.s**2) / 2) / p.lam_M
        (major, minor), (same, more) = self.gains(p, p.s, p.a), self.gains(p, best, as_good)
        return bool(same == major and more > minor)

    @proposition(
        "risk dominance",
        "If each side insists on one of two acceptable treaties, the equilibrium at Nash's treaty risk dominates the one at any other.",
        when=lambda p: [*rates_differ(p), (p.alpha * p.s, p.lam_m * p.a), (p.lam_M * p.a, p.alpha_M * p.s + p.kappa * p.s**2 / 2)],
    )
    def risk_dominance(self) -> bool:
        if (self.values().s, self.values().a) == (self.thresholds()["s_star"], self.thresholds()["a_star"]):
            return True  # the other treaty is Nash's
        chosen = self.solve().equilibria.select("risk_dominant")
        return [item.actions for item in chosen] == [("Nash's treaty",) * 2]

    @proposition(
        "no exchange between equals",
        "If both would give up autonomy for security at the same rate, alpha/lam_m = alpha_M/lam_M, as equals do, no treaty is worth something to both: whatever is proposed, no equilibrium has any exchange. "
        "If the rates differ, one is, and it protects the power that would give up more.",
        when=rates_differ,
    )
    def equals(self) -> bool:
        p = self.values()
        pairs = [self.replace(alpha_M=p.alpha * p.lam_M / p.lam_m), self.replace(alpha_M=p.alpha, lam_M=p.lam_m)]
        nothing = all({(o["security"], o["concession"]) for o in pair.solve().outcomes} == {(0, 0)} for pair in pairs)
        ((security, _),) = self._stationary()
        return nothing and not any(pair._stationary() for pair in pairs) and (security > 0) == (p.alpha * p.lam_M > p.alpha_M * p.lam_m)

    @proposition(
        "what integration costs and buys",
        "Where the minor power is protected, whatever moves security moves the concession the same way: both rise in alpha and lam_M and fall in lam_m, kappa and alpha_M.",
        when=minor_protected,
    )
    def together(self) -> bool:
        p = self.values()
        middle = (p.alpha_M + p.alpha * p.lam_M / p.lam_m) / 2
        rises = [self.replace(alpha=2 * p.alpha), self.replace(lam_M=2 * p.lam_M)]
        falls = [self.replace(kappa=2 * p.kappa), self.replace(alpha_M=middle), self.replace(lam_m=p.alpha * p.lam_M / middle)]
        (here,) = self._stationary()

        def moved(model: ExchangeResults, sign: int) -> bool:
            (there,) = model._stationary()
            return all(sign * new > sign * old for new, old in zip(there, here, strict=True))

        return all(moved(model, 1) for model in rises) and (p.alpha_M == middle or all(moved(model, -1) for model in falls))

    @proposition(
        "arms and allies",
        "The cheapest mixture that gives the security S has min(S, k/(rho c)) units of arms and gets the rest from allies, (S - arms)/rho units of whose help are needed.",
    )
    def mixture(self) -> bool:
        q = self.thresholds()
        return self._cheapest() == (q["arms"], q["allies"], q["cost_mixture"])

    @proposition(
        "reliable allies crowd out arms",
        "Where arms and allies are mixed, arms fall in the allies' reliability rho. The help that is sought rises in rho while rho < 2k/(c S) and then falls, since less of it does as much.",
        when=both_armed_and_allied,
    )
    def crowding_out(self) -> bool:
        p = self.values()
        turn = 2 * p.k / (p.c * p.S)

        def between(low: Fraction, high: Fraction) -> list[tuple[Fraction, ...]]:
            return [self.replace(rho=low + (high - low) * Fraction(j, 3))._cheapest() for j in (1, 2, 3)]

        rising, falling = between(turn / 2, min(turn, Fraction(1))), between(turn, Fraction(1)) if turn < 1 else []
        fewer_arms = all(x[0] > y[0] for part in (rising, falling) for x, y in pairwise(part))
        more_help = all(x[1] < y[1] for x, y in pairwise(rising))
        less_help = all(x[1] > y[1] for x, y in pairwise(falling))
        return fewer_arms and more_help and less_help

    lasting = recalled(
        "unequal alliances last longer",
        "Alliances between unequal powers are easier to form and last longer than those between equals.",
        source="morrow1991alliances",
    )
    concessions = recalled(
        "concessions for allies",
        "States that face stronger threats, and gain more from alliances, offer more foreign policy concessions to form them.",
        source="johnson2015cost",
    )
