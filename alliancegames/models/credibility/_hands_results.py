"""What is known about tying hands and sinking costs: stakes, signals and utilities in closed form, and the results on them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from alliancegames.games.cutoff import CutoffGame
from alliancegames.games.distributions import TypeDistribution, Uniform
from alliancegames.games.signalling import SignallingGame
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.propositions import proposition, recalled
from alliancegames.models.signalling_form import includes
from alliancegames.parameters import Values
from alliancegames.solvers.cutoffs import cutoff_equilibria
from alliancegames.solvers.signalling import perfect_bayesian

Technology = Literal["tying", "sinking"]
TYING: Technology = "tying"
SINKING: Technology = "sinking"
# The unknowns: by technology the lowest stake that is signalled, and the signal.
STAKE: dict[str, str] = {TYING: "stake_tying", SINKING: "stake_sinking"}
SIGNAL: dict[str, str] = {TYING: "signal_tying", SINKING: "signal_sinking"}
SILENT, SENT, CHALLENGE, REFRAIN = "silent", "signal", "challenge", "refrain"


def quantities(p: Values) -> dict[str, Any]:
    """Return lowest stakes that are signalled, signals and the patron's expected utilities, for tied hands (T) and sunk costs (S)."""
    r = 1 - p.q + p.q * p.p
    return {
        "v_T": p.q * p.c / r,
        "m_T": (1 - p.q) * p.c / r,
        "v_S": p.c / p.p,
        "m_S": (1 - p.q) * p.c / p.p,
        "EU_T": (r * p.V - p.q * p.c) ** 2 / (2 * p.V * r),
        "EU_S": r * (p.p * p.V - p.c) ** 2 / (2 * p.V * p.p**2),
    }


@lru_cache(maxsize=4)  # several results concern the same equilibrium
def _only(model: CutoffModel) -> tuple[dict[str, Any], dict[str, Any]]:
    solution = model.solve()
    assert solution.equilibria.complete
    (equilibrium,), (outcome,) = solution.equilibria, solution.outcomes
    return equilibrium.cutoffs, outcome


class HandsResults(CutoffModel):
    """The results on tying hands and sinking costs, checked by the equilibria that the solvers find."""

    @abstractmethod
    def finite(self, stakes: Iterable[Any], technology: Technology, signal: Any) -> SignallingGame:
        """Return the signalling game in which the patron has one of a few stakes and the signal one size.

        Parameters
        ----------
        stakes : iterable of number
            The stakes, equally likely.
        technology : {"tying", "sinking"}
            What the signal costs.
        signal : number
            Its size.
        """

    @abstractmethod
    def with_stakes(self, stakes: TypeDistribution) -> CutoffGame:
        """Return the game with another distribution of the patron's stake.

        Parameters
        ----------
        stakes : distribution
            How it is distributed.
        """

    def _only(self, **changed: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return unknowns and outcomes of the solver's one equilibrium."""
        return _only(self.replace(**changed))

    def _unbluffed(self, technology: Technology, share: Fraction) -> bool:
        """Whether a share of the signal is believed and not bluffed in some equilibrium of a finite game, of all that the solver lists."""
        found, _ = self._only()
        lowest, highest = found[STAKE[technology]], self.values().V
        stakes = [lowest * Fraction(19, 20), (lowest + highest) / 2, highest]
        game = self.finite(stakes, technology, found[SIGNAL[technology]] * share)
        sent = dict(zip(game.types, (SILENT, SENT, SENT), strict=True))
        return includes(perfect_bayesian(game), sent, {SILENT: CHALLENGE, SENT: REFRAIN})

    @proposition(
        "tying hands",
        "Without bluffing, patrons with stakes above v_T = qc/(1 - q + qp) tie their hands by m_T = (1 - q)c/(1 - q + qp).",
    )
    def tying_hands(self) -> bool:
        (found, _), q = self._only(), self.thresholds()
        return bool(found[STAKE[TYING]] == q["v_T"] and found[SIGNAL[TYING]] == q["m_T"])

    @proposition("sinking costs", "Without bluffing, patrons with stakes above v_S = c/p sink costs of m_S = (1 - q)c/p.")
    def sinking_costs(self) -> bool:
        (found, _), q = self._only(), self.thresholds()
        return bool(found[STAKE[SINKING]] == q["v_S"] and found[SIGNAL[SINKING]] == q["m_S"])

    @proposition(
        "no bluffing",
        "With finitely many stakes the play without bluffing is a perfect Bayesian equilibrium at the signals m_T and m_S; at nine tenths of them a patron with a stake just below v_T or v_S would bluff.",
    )
    def no_bluff(self) -> bool:
        return all(self._unbluffed(kind, Fraction(1)) and not self._unbluffed(kind, Fraction(9, 10)) for kind in (TYING, SINKING))

    @proposition(
        "more war with tied hands",
        "More patrons signal with tied hands than with sunk costs, v_T < v_S, and so war is likelier: q(1 - v_T/V) > q(1 - v_S/V).",
    )
    def more_war(self) -> bool:
        p, q, (_, outcome) = self.values(), self.thresholds(), self._only()
        stated = all(outcome[f"p_war_{name}"] == p.q * (1 - q[f"v_{symbol}"] / p.V) for name, symbol in ((TYING, "T"), (SINKING, "S")))
        return bool(stated and outcome["p_war_tying"] > outcome["p_war_sinking"])

    @proposition("tied hands serve the patron better", "Before it learns its stake, the patron always prefers tied hands: EU_T > EU_S.")
    def tied_hands_are_better(self) -> bool:
        q, (_, outcome) = self.thresholds(), self._only()
        stated = outcome["utility_tying"] == q["EU_T"] and outcome["utility_sinking"] == q["EU_S"]
        return bool(stated and outcome["utility_tying"] > outcome["utility_sinking"])

    @proposition(
        "signs",
        "The likelier a hostile challenger, the fewer patrons tie their hands and the less tightly (dv_T/dq > 0, dm_T/dq < 0); the stronger the patron, the more do (dv_T/dp < 0) and the less costs need be sunk (dm_S/dp < 0); dearer war takes tighter hands (dm_T/dc > 0).",
    )
    def signs(self) -> bool:
        p = self.values()
        base, _ = self._only()
        hostile, _ = self._only(q=(p.q + 1) / 2)
        stronger, _ = self._only(p=(p.p + 1) / 2)
        dearer, _ = self._only(c=(p.c + p.p * p.V) / 2)
        v, m, k = STAKE[TYING], SIGNAL[TYING], SIGNAL[SINKING]
        return bool(
            hostile[v] > base[v] and hostile[m] < base[m] and stronger[v] < base[v] and stronger[k] < base[k] and dearer[m] > base[m]
        )

    @proposition(
        "any distribution of stakes",
        "Lowest stakes and signals do not depend on how stakes are distributed; with distribution F the probability of war is q(1 - F(v_T)) or q(1 - F(v_S)).",
    )
    def any_distribution(self) -> bool:
        p, q, stakes = self.values(), self.thresholds(), Uniform(self.values().V / 2, 2 * self.values().V)
        (play,) = cutoff_equilibria(self.with_stakes(stakes))
        wars = {f"p_war_{name}": p.q * (1 - stakes.cdf(q[f"v_{symbol}"])) for name, symbol in ((TYING, "T"), (SINKING, "S"))}
        stated = {STAKE[TYING]: q["v_T"], SIGNAL[TYING]: q["m_T"], STAKE[SINKING]: q["v_S"], SIGNAL[SINKING]: q["m_S"]}
        return bool(play.cutoffs == stated and all(play.outcomes[name] == war for name, war in wars.items()))

    fearon = recalled(
        "why half-hearted signals puzzle",
        "Leaders do better on average by tying hands although this creates a greater risk of war, and bluff with neither kind of signal; limited, half-hearted signals need another explanation.",
        source="fearon1997signaling",
    )
