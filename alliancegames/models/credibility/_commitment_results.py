"""What is known about commitments that deter and restrain: the critical strengths of help, and the results on them."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from typing import Any

from alliancegames.games.distributions import minimum
from alliancegames.models.forms import NormalFormModel
from alliancegames.models.propositions import proposition, recalled
from alliancegames.parameters import Values


def promised(p: Values) -> tuple[Any, Any]:
    """Return the help that the challenger and the protégé must reckon with, after errors of attribution."""
    return (1 - p.eps) * p.beta_d + p.eps * p.beta_o, (1 - p.eps) * p.beta_o + p.eps * p.beta_d


def thresholds(p: Values) -> dict[str, Any]:
    """Return the least help that deters (beta_D) and the most that still restrains (beta_R)."""
    return {
        "beta_D": (p.p_C * p.V - p.k_C) / ((p.p_C - p.p_C1) * p.V),
        "beta_R": (p.k_B - p.p_B * p.G) / ((p.p_B1 - p.p_B) * p.G),
    }


def conditional(p: Values) -> dict[str, Any]:
    """Add for conditional promises the weakest that deters and the largest error of attribution that the full one survives."""
    q = thresholds(p)
    return q | {"b_min": q["beta_D"] / (1 - p.eps), "eps_max": minimum(1 - q["beta_D"], q["beta_R"])}


class CommitmentResults(NormalFormModel):
    """The results on commitment design, checked by the equilibria under each treaty."""

    @abstractmethod
    def treaty(self, kind: str, b: Any) -> CommitmentResults:
        """Return the model under a treaty of a given kind.

        Parameters
        ----------
        kind : str
            What the text promises.
        b : number
            Probability with which the promise is kept.
        """

    @abstractmethod
    def window(self, kind: str) -> tuple[Any, Any] | None:
        """Return the strengths ``b`` between which a treaty keeps the peace, or None if there are none.

        Parameters
        ----------
        kind : str
            Kind of treaty.
        """

    def _peace(self) -> bool:
        return all(outcome["p_peace"] == 1 for outcome in self.solve().outcomes)

    @proposition(
        "peace",
        "Both sides have dominant replies; there is peace exactly if the help that the challenger reckons with is at least beta_D and the help that the protégé reckons with at most beta_R.",
    )
    def peace(self) -> bool:
        p, q = self.values(), self.thresholds()
        victim, starter = promised(p)
        if victim == q["beta_D"] or starter == q["beta_R"]:  # indifference: both replies are equilibria
            possible = any(outcome["p_peace"] == 1 for outcome in self.solve().outcomes)
            return possible == bool(victim >= q["beta_D"] and starter <= q["beta_R"])
        return len(self.solve().equilibria) == 1 and self._peace() == (victim > q["beta_D"] and starter < q["beta_R"])

    @proposition(
        "the window of ambiguity",
        "An unconditional promise kept with probability b keeps the peace exactly if beta_D <= b <= beta_R: ambiguity works only if beta_D <= beta_R.",
        when=lambda p: [(thresholds(p)["beta_D"], 0), (1, thresholds(p)["beta_D"])],
    )
    def ambiguity(self) -> bool:
        q, window = self.thresholds(), self.window("unconditional")
        tested = {Fraction(k, 7) for k in range(8)} - {q["beta_D"], q["beta_R"]}
        agrees = all(self.treaty("unconditional", b)._peace() == (q["beta_D"] < b < q["beta_R"]) for b in tested)
        return agrees and (window is not None) == (q["beta_D"] <= min(q["beta_R"], 1))

    @proposition(
        "the conditional deterrent treaty",
        "Without errors of attribution a conditional deterrent treaty works for some b <= 1 exactly if beta_D <= 1 (and the protégé would not start a war alone).",
        when=lambda p: [(thresholds(p)["beta_R"], 0)],
    )
    def conditional_treaty(self) -> bool:
        exact = self.replace(attribution_error=0)
        threshold = exact.thresholds()["beta_D"]
        return bool(threshold == 1 or exact.treaty("conditional deterrent", 1)._peace() == (threshold < 1))

    @proposition(
        "errors of attribution",
        "With attribution error eps the full conditional promise b = 1 works exactly if eps <= min(1 - beta_D, beta_R), and some b <= 1 works exactly if eps <= 1 - beta_D and eps beta_D <= (1 - eps) beta_R.",
        when=lambda p: [(thresholds(p)["beta_D"], 0), (thresholds(p)["beta_R"], 0), (p.eps, 0)],
    )
    def attribution(self) -> bool:
        p, q = self.values(), self.thresholds()
        limit = min(1 - q["beta_D"], q["beta_R"])
        window = self.window("conditional deterrent")
        full = p.eps == limit or self.treaty("conditional deterrent", 1)._peace() == (p.eps < limit)
        some = (window is not None) == (p.eps <= 1 - q["beta_D"] and p.eps * q["beta_D"] <= (1 - p.eps) * q["beta_R"])
        inside = window is None or window[0] == window[1] or self.treaty("conditional deterrent", (window[0] + window[1]) / 2)._peace()
        return full and some and inside

    @proposition(
        "signs of the thresholds",
        "More help is needed to deter a challenger with a higher stake or a lower cost of war (dbeta_D/dV > 0, dbeta_D/dk_C < 0); less help restrains a protégé with a higher stake or a lower cost of war (dbeta_R/dk_B > 0, dbeta_R/dG < 0).",
        when=lambda p: [(p.k_C, 0), (p.k_B, 0)],
    )
    def threshold_signs(self) -> bool:
        p, q = self.values(), self.thresholds()
        up = {name: self.replace(**{name: getattr(p, name) + 1}).thresholds() for name in ("V", "k_C", "k_B", "G")}
        deterrence = up["V"]["beta_D"] > q["beta_D"] > up["k_C"]["beta_D"]
        return bool(deterrence and up["k_B"]["beta_R"] > q["beta_R"] > up["G"]["beta_R"])

    evidence = recalled(
        "evidence",
        "Unconditional compellent alliances go with about 249 per cent more conflict, conditional deterrent ones with about 18 per cent fewer attacks by third parties.",
        source="benson2011unpacking",
    )
