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
        low, high = window or (Fraction(1), Fraction(0))
        tested = {Fraction(k, 5) for k in range(6)} | {low / 2, (low + high) / 2, (high + 1) / 2}
        agrees = all(self.treaty("conditional deterrent", b)._peace() == (low < b < high) for b in tested - {low, high})
        return full and some and agrees

    @proposition(
        "signs of the thresholds",
        "More help is needed to deter a challenger with a higher stake or a lower cost of war (dbeta_D/dV > 0, dbeta_D/dk_C < 0); less help restrains a protégé with a higher stake or a lower cost of war (dbeta_R/dk_B > 0, dbeta_R/dG < 0).",
        when=lambda p: [pair for beta in thresholds(p).values() for pair in ((beta, 0), (1, beta))],
    )
    def threshold_signs(self) -> bool:
        p = self.values()
        richer, dearer = self.replace(V=p.V + 1), self.replace(k_B=p.k_B + 1)
        deterrence = richer._falls("beta_D", V=p.V) and self._falls("beta_D", k_C=p.k_C * Fraction(9, 8))
        return deterrence and dearer._falls("beta_R", k_B=p.k_B) and self._falls("beta_R", G=p.G + 1)

    def _falls(self, threshold: str, **change: Any) -> bool:
        """Whether a change lowers a threshold: under a promise in between, the two games differ as they should."""
        models = [model.replace(attribution_error=0) for model in (self, self.replace(**change))]
        before, after = (min(max(model.thresholds()[threshold], Fraction(0)), Fraction(1)) for model in models)
        kind, started = {"beta_D": ("conditional deterrent", "p_attack"), "beta_R": ("compellent", "p_provocation")}[threshold]
        found = [model.treaty(kind, (before + after) / 2).solve().outcomes[0][started] for model in models]
        return after < before and found == ([1, 0] if threshold == "beta_D" else [0, 1])

    evidence = recalled(
        "evidence",
        "Unconditional compellent alliances go with about 249 per cent more conflict, conditional deterrent ones with about 18 per cent fewer attacks by third parties.",
        source="benson2011unpacking",
    )
