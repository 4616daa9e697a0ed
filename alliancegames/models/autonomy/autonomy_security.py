"""The exchange of autonomy for security, and the choice between arms and allies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames.games.distributions import minimum
from alliancegames.models.autonomy._exchange_results import ExchangeResults, major_protected, minor_protected
from alliancegames.models.forms import Cell
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["AutonomySecurity"]

NASH, OTHER = "Nash's treaty", "other treaty"
MINOR, MAJOR = "Minor power protected", "Major power protected"
ARMS = ("k < rho*c*S",)


def _value(name: str, symbol: str, meaning: str, latex: str, example: int = 1, domain: str = "(0, inf)") -> Parameter:
    return Parameter(name, symbol, domain, meaning, example, "utility", latex=latex)


@register
class AutonomySecurity(ExchangeResults):
    """What does a protégé pay for protection, and why do unequal alliances last?

    A major power can give a minor one security, each unit at a higher cost than the one before. The minor power pays in autonomy: bases,
    or a say in its foreign policy. Both gain if the rates at which they would give up one good for the other differ; the one that
    would give up more autonomy is protected, usually the minor one. Nash's solution then fixes how much protection there is and what
    it costs. Between equals the rates are the same and nothing is exchanged: an alliance of equals needs another reason, such as a
    common threat.

    Nash's treaty is looked at beside any other. Each side insists on one of the two, and without agreement both have nothing: a
    game with two equilibria, of which Nash's treaty is the one that risk dominates.

    A state can also arm. Arms cost more the more there are of them, allies cost autonomy and come only with a probability: the thresholds
    state the cheapest mixture that gives the security needed. The mechanism of exchange is published; the payoffs, the bargaining
    solution and the cost of arms are chosen here (F2).
    """

    key = "autonomy_security"
    title = "Autonomy for security"
    pillar = "autonomy"
    question = "What does a protégé pay for protection, and why do unequal alliances last?"
    fidelity = "F2"
    references = ("morrow1991alliances", "altfeld1984decision", "morrow1993arms", "johnson2015cost", "nash1950bargaining")
    players = ("Major", "Minor")
    actions = ((NASH, OTHER), (NASH, OTHER))
    parameters = (
        _value("value_security_minor", "alpha", "worth of a unit of security to the minor power", r"\alpha"),
        _value("value_security_major", "alpha_M", "worth of a unit of the security given to the major power, which goes without", r"\alpha_M", 0, "[0, inf)"),
        _value("value_autonomy_minor", "lam_m", "worth of a unit of its autonomy to the minor power", r"\lambda_m"),
        _value("value_autonomy_major", "lam_M", "worth of a unit of the minor power's autonomy to the major one", r"\lambda_M"),
        _value("cost_security", "kappa", "how fast the major power's cost of a unit of security rises", r"\kappa"),
        Parameter("security_proposed", "s", "(-inf, inf)", "security in another treaty, with which Nash's is compared", "1/2", "units"),
        Parameter("concession_proposed", "a", "(-inf, inf)", "autonomy that is conceded in the other treaty", "1/4", "units"),
        Parameter("security_needed", "S", "(0, inf)", "security that a state needs", 1, "units"),
        Parameter("cost_arms", "c", "(0, inf)", "how fast the cost of a unit of arms rises", 2, "utility"),
        Parameter("cost_allies", "k", "(0, inf)", "cost, in autonomy, of a unit of allied help", "3/10", "utility"),
        Parameter("reliability", "rho", "(0, 1]", "probability that allies help", "1/2", "probability", latex=r"\rho"),
    )  # fmt: skip
    outcomes = (
        Outcome("p_agreement", "probability of an agreement"),
        Outcome("security", "expected security that the minor power is given; if negative, it gives", "units"),
        Outcome("concession", "expected autonomy that it concedes; if negative, it is conceded", "units"),
    )
    comparative_statics = (
        Sign("d(s_star)/d(alpha) > 0", "who needs security more is given more", (MINOR,)),
        Sign("d(s_star)/d(lam_M) > 0", "a patron that values concessions more gives more security", (MINOR,)),
        Sign("d(s_star)/d(lam_m) < 0", "who values autonomy more is given less security", (MINOR,)),
        Sign("d(s_star)/d(kappa) < 0", "security that costs more is given less", (MINOR,)),
        Sign("d(s_star)/d(alpha_M) < 0", "a patron that goes without more gives less", (MINOR,)),
        Sign("d(a_star)/d(alpha) > 0", "who needs security more concedes more", (MINOR,)),
        Sign("d(a_star)/d(lam_M) > 0", "a patron that values concessions more is conceded more", (MINOR,)),
        Sign("d(a_star)/d(lam_m) < 0", "who values autonomy more concedes less", (MINOR,)),
        Sign("d(a_star)/d(kappa) < 0", "of security that costs more so much less is given that less is conceded for it", (MINOR,)),
        Sign("d(a_star)/d(alpha_M) < 0", "a patron more like its ally is conceded less", (MINOR,)),
        Sign("d(gain_m)/d(lam_M) > 0", "the minor power gains from a patron that values concessions more", (MINOR,)),
        Sign("d(gain_m)/d(lam_m) < 0", "a minor power that values its autonomy more gains less", (MINOR,)),
        Sign("u_m > 0 implies u_M < 0", "between equals every treaty that one of them wants hurts the other", ("alpha*lam_M == alpha_M*lam_m",)),
        Sign("u_M*u_m <= gain_M*gain_m", "no treaty that both accept has a larger product of gains than Nash's", ("u_M > 0", "u_m > 0")),
        Sign("d(arms)/d(rho) < 0", "more reliable allies crowd out arms", ARMS),
        Sign("d(arms)/d(k) > 0", "allies that cost more autonomy are replaced by arms", ARMS),
        Sign("d(allies)/d(rho) > 0", "the more reliable allies are, the more of their help is sought: only while rho < 2k/(c S)", ARMS, status="refuted"),
    )  # fmt: skip

    def gains(self, p: Values, security: Any, concession: Any) -> tuple[Any, Any]:
        """Return what a treaty is worth to the major and to the minor power. This is the one place where payoffs are written.

        Parameters
        ----------
        p : Values
            Parameter values of any number system.
        security, concession : number
            What the major power gives, and what the minor power concedes.
        """
        return (
            p.lam_M * concession - p.alpha_M * security - p.kappa * security**2 / 2,
            p.alpha * security - p.lam_m * concession,
        )

    def nash_treaty(self, p: Values) -> tuple[Any, Any]:
        """Return security and concession in Nash's treaty; both are negative if it is the major power that is protected.

        Parameters
        ----------
        p : Values
            Parameter values of any number system.
        """
        paid = p.alpha * p.lam_M / p.lam_m  # what the minor power would pay for a unit of security, as worth to the major one
        security = (paid - p.alpha_M) / p.kappa
        return security, security * (3 * paid + p.alpha_M) / (4 * p.lam_M)

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Write what an agreement on either treaty is worth; without one both have nothing."""
        nothing = (0, 0)
        return {
            (NASH, NASH): self.gains(p, *self.nash_treaty(p)),
            (NASH, OTHER): nothing,
            (OTHER, NASH): nothing,
            (OTHER, OTHER): self.gains(p, p.s, p.a),
        }

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Say what is agreed in each cell."""
        agreed: dict[Cell, Any] = {(NASH, NASH): self.nash_treaty(p), (OTHER, OTHER): (p.s, p.a)}
        cells = list(self.payoffs(p))
        return {
            "p_agreement": {cell: int(cell in agreed) for cell in cells},
            "security": {cell: agreed.get(cell, (0, 0))[0] for cell in cells},
            "concession": {cell: agreed.get(cell, (0, 0))[1] for cell in cells},
        }

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return Nash's treaty and both gains, what the other treaty would give each, and the cheapest mixture of arms and allies with its cost."""
        treaty, arms = self.nash_treaty(p), minimum(p.S, p.k / (p.rho * p.c))
        allies = (p.S - arms) / p.rho
        gain, (other_major, other_minor) = p.kappa * treaty[0] ** 2 / 4, self.gains(p, p.s, p.a)
        return {
            "s_star": treaty[0],
            "a_star": treaty[1],
            "gain_M": gain,
            "gain_m": gain * p.lam_m / p.lam_M,
            "u_M": other_major,
            "u_m": other_minor,
            "arms": arms,
            "allies": allies,
            "cost_mixture": p.c * arms**2 / 2 + p.k * allies,
        }

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return who is protected; that both insist on Nash's treaty is an equilibrium in either case."""

        def nash(p: Values) -> list[tuple[Mapping[str, Any], ...]]:
            return [({NASH: 1}, {NASH: 1})]

        return [
            Regime(MINOR, minor_protected, nash, "The minor power would give up more autonomy for the first unit of security than the major one asks."),
            Regime(MAJOR, major_protected, nash, "The roles are exchanged: the major power would give up more autonomy than the minor one."),
        ]  # fmt: skip

    def draw(self, ax: Any) -> None:
        """Draw the treaties that both accept, the efficient ones among them, and Nash's."""
        import numpy as np

        p = self.completed().values()
        best, paid = (float(part) for part in self.nash_treaty(p))
        reach = 2.2 * best or 1.0  # nothing is exchanged between equals
        security = np.linspace(min(0.0, reach), max(0.0, reach), 200)

        def accepted(amount: Any) -> tuple[Any, Any]:
            """Return between which concessions both accept."""
            cost = float(p.alpha_M) * amount + float(p.kappa) * amount**2 / 2
            return cost / float(p.lam_M), float(p.alpha / p.lam_m) * amount

        least, most = accepted(security)
        ax.fill_between(security, least, most, where=most >= least, color="0.92", label="both accept")
        ax.plot(security, most, "--", color="#b5451d", linewidth=1.6, label="the minor power accepts below")
        ax.plot(security, least, "-.", color="#3f7f3f", linewidth=1.6, label="the major power accepts above")
        ax.plot([best, best], accepted(best), color="#0b559f", linewidth=2.6, label="efficient treaties")
        ax.plot(best, paid, "o", color="#0b559f", label="Nash's treaty")
        ax.set(
            xlabel="security that is given",
            ylabel="autonomy that is conceded",
            xlim=(security[0], security[-1]),
            ylim=(0, None) if best > 0 else None,
        )
        ax.legend(frameon=False, loc="upper left", fontsize="small")
        ax.set_title("What is bargained over is the price of protection, not how much there is", loc="left", fontsize="medium")
