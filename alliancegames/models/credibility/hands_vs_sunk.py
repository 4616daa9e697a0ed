"""Tying hands against sinking costs: two ways to signal that one would fight."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from alliancegames._conditions import Conditions
from alliancegames._fields import Field, format_number
from alliancegames.errors import ParameterError
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.signalling import SignallingGame
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.forms import float_values
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.models.signalling_form import includes
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.signalling import perfect_bayesian

__all__ = ["HandsVsSunk"]

Technology = Literal["tying", "sinking"]
TYING: Technology = "tying"
SINKING: Technology = "sinking"
# The unknowns: by technology the lowest stake that is signalled, and the signal.
STAKE: dict[str, str] = {TYING: "stake_tying", SINKING: "stake_sinking"}
SIGNAL: dict[str, str] = {TYING: "signal_tying", SINKING: "signal_sinking"}
SILENT, SENT, CHALLENGE, REFRAIN = "silent", "signal", "challenge", "refrain"


@register
class HandsVsSunk(CutoffModel):
    """Should a patron tie its hands by a public commitment or sink costs in a deployment?

    A patron whose stake only it knows, every value up to a maximum being equally likely, sends a signal of any size or
    keeps silent. Then a challenger challenges or not, and a challenged patron fights or yields. *Tied hands* cost the
    patron the size of the signal if it yields later, *sunk costs* cost it at once. The challenger challenges a patron that
    it expects to yield; one that it expects to fight is challenged only if the challenger is hostile, with a known probability.

    In the equilibrium without bluffing whoever sends the signal fights when challenged, and whoever is silent yields. Two
    conditions for each technology say so, and they are what is solved: the patron with the lowest stake that is
    signalled is indifferent between signal and silence; and the signal is the smallest that keeps patrons with lower stakes
    from bluffing. ``finite`` gives the signalling game with a few stakes and one signal, where bluffs are found if there are any.
    """

    key = "hands_vs_sunk"
    title = "Tying hands or sinking costs"
    pillar = "credibility"
    question = "Should a patron tie its hands by public commitments or sink costs in deployments?"
    fidelity = "F1"
    references = ("fearon1997signaling",)
    parameters = (
        Parameter("p_win", "p", "(0, 1)", "patron's probability of winning a war", "1/2", "probability"),
        Parameter("cost_war_patron", "c", "(0, inf)", "patron's cost of war", "3/10", "utility"),
        Parameter("p_hostile", "q", "(0, 1)", "probability that the challenger challenges a patron that will fight", "1/5", "probability"),
        Parameter("stake_hi_patron", "V", "(0, inf)", "highest possible stake of the patron", 1, "utility"),
    )
    outcomes = (
        Outcome("p_signal_tying", "probability that the patron ties its hands"),
        Outcome("p_signal_sinking", "probability that the patron sinks costs"),
        Outcome("p_war_tying", "probability of war where signals tie hands"),
        Outcome("p_war_sinking", "probability of war where signals sink costs"),
        Outcome("utility_tying", "patron's expected utility where signals tie hands", "utility"),
        Outcome("utility_sinking", "patron's expected utility where signals sink costs", "utility"),
    )
    comparative_statics = (
        Sign("d(v_T)/d(q) > 0", "tying hands needs more resolve the likelier the target resists"),
        Sign("d(m_T)/d(q) < 0", "and smaller audience costs"),
        Sign("d(v_T)/d(p) < 0", "power lowers the resolve needed to tie hands"),
        Sign("d(m_T)/d(c) > 0", "costs of war raise the audience costs needed"),
        Sign("d(m_S)/d(p) < 0", "power lowers the costs to be sunk"),
        Sign("EU_T > EU_S", "tying hands beats sinking costs"),
        Sign("p_war_tying > p_war_sinking", "but ends in war more often"),
        Sign("d(p_signal_tying)/d(q) < 0", "the likelier resistance the fewer signals"),
        Sign("d(p_signal_sinking)/d(p) > 0", "strong patrons sink costs more often"),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume that a patron with the highest stake would fight without any signal."""
        return [*super().assumptions(p), (p.p * p.V, p.c)]

    def _faces(self, p: Values, chance: Any, v: Any, last: Any) -> Any:
        """Return the utility of a patron challenged with some probability that then gets ``last``."""
        return (1 - chance) * v + chance * last

    def build(self, p: Values, field: Field) -> CutoffGame:
        """Write for each technology what makes the lowest signalled stake indifferent and the signal just deter bluffs."""

        def conditions(play: Play) -> list[Any]:
            v, m = play[STAKE[TYING]], play[SIGNAL[TYING]]
            w, k = play[STAKE[SINKING]], play[SIGNAL[SINKING]]
            return [
                self._faces(p, p.q, v, p.p * v - p.c),  # silence yields nothing
                self._faces(p, p.q, v, -m),  # nor does a bluff at the margin
                self._faces(p, p.q, w, p.p * w - p.c) - k,
                self._faces(p, p.q, w, 0) - k,
            ]

        def outcomes(play: Play) -> dict[str, Any]:
            found: dict[str, Any] = {}
            for technology in (TYING, SINKING):
                lowest = play[STAKE[technology]]
                sent = 1 - lowest / p.V
                mean = self._faces(p, p.q, (lowest + p.V) / 2, p.p * (lowest + p.V) / 2 - p.c)  # of patrons that signal
                paid = play[SIGNAL[SINKING]] if technology == SINKING else 0
                found |= {f"p_signal_{technology}": sent, f"p_war_{technology}": p.q * sent, f"utility_{technology}": sent * (mean - paid)}
            return found

        ranges = {STAKE[TYING]: (0, p.V), SIGNAL[TYING]: (0, p.c / p.q), STAKE[SINKING]: (0, p.V), SIGNAL[SINKING]: (0, p.V)}
        return CutoffGame.from_conditions(ranges, conditions, outcomes=outcomes, title=self.title)

    def quantities(self, p: Values) -> dict[str, Any]:
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

    def closed_forms(self, p: Values) -> dict[str, Any]:
        """Return all outcomes at the stakes and signals in closed form."""
        q = self.quantities(p)
        return self.build(p, self.field).outcomes([q["v_T"], q["m_T"], q["v_S"], q["m_S"]])

    def finite(self, stakes: Iterable[Any], technology: Technology, signal: Any) -> SignallingGame:
        """Return the signalling game in which the patron has one of a few stakes and the signal one size.

        The challenger is the one that is not hostile; a hostile one challenges whatever happens, so that a patron is challenged
        with probability q if it refrains. It gains 1 from a patron that yields and loses 1 against one that fights.

        Parameters
        ----------
        stakes : iterable of number
            The stakes, equally likely.
        technology : {"tying", "sinking"}
            What the signal costs: its size if the patron yields, or its size at once.
        signal : number
            Its size.

        Examples
        --------
        A signal of half the size does not tell patrons apart: if it is sent at all, it is sent as a bluff, too.

        >>> import alliancegames as ag
        >>> model = ag.models.HandsVsSunk()
        >>> for signal in ("4/15", "2/15"):
        ...     game = model.finite(["1/20", "1/2"], "tying", signal)
        ...     print(signal, sorted({family.kind for family in ag.perfect_bayesian(game)}))
        4/15 ['pooling', 'separating']
        2/15 ['pooling']
        """
        if technology not in STAKE:
            raise ParameterError(f"finite(): technology must be 'tying' or 'sinking', got {technology!r}.")
        p, listed, m = self.completed().exact().values(), [Fraction(stake) for stake in stakes], Fraction(signal)
        payoffs: dict[tuple[str, ...], tuple[Any, Any]] = {}
        for v in listed:
            for message in (SILENT, SENT):
                late = -m if (message, technology) == (SENT, TYING) else 0
                early = m if (message, technology) == (SENT, SINKING) else 0
                fight = p.p * v - p.c
                for reply, chance in ((CHALLENGE, 1), (REFRAIN, p.q)):
                    sender = self._faces(p, chance, v, max(fight, late)) - early
                    receiver = 0 if reply == REFRAIN else 1 if late > fight else -1
                    payoffs[format_number(v), message, reply] = sender, receiver
        kinds, prior = [format_number(v) for v in listed], [Fraction(1, len(listed))] * len(listed)
        return SignallingGame(kinds, [SILENT, SENT], [CHALLENGE, REFRAIN], prior, payoffs, players=("Patron", "Challenger"))

    def draw(self, ax: Any) -> None:
        """Draw signals and probabilities of war of both technologies against how often challengers are hostile."""
        hostile = np.linspace(0.001, 0.999, 200)
        p, _ = float_values(self, {"q": hostile})
        q = self.quantities(p)
        for symbol, name, colour, width in (("T", "tied hands", "#0b559f", 2.4), ("S", "sunk costs", "#b5451d", 1.2)):
            ax.plot(hostile, q[f"m_{symbol}"], color=colour, linewidth=width, label=f"{name}: signal")
            war = hostile * (1 - q[f"v_{symbol}"] / p.V)
            ax.plot(hostile, war, color=colour, linewidth=width, linestyle="--", label=f"{name}: war")
        ax.set(
            xlim=(0, 1), ylim=(0, None), xlabel="probability of a hostile challenger $q$", ylabel="size of the signal, probability of war"
        )
        ax.legend(frameon=False, fontsize="small", ncols=2, loc="upper center")
        ax.set_title("Tied hands are the cheaper signal and the greater risk of war", loc="left", fontsize="medium")

    def _only(self, **changed: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return unknowns and outcomes of the solver's one equilibrium."""
        solution = self.replace(**changed).solve()
        assert solution.equilibria.complete
        (equilibrium,), (outcome,) = solution.equilibria, solution.outcomes
        return equilibrium.cutoffs, outcome

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

    fearon = recalled(
        "why half-hearted signals puzzle",
        "Leaders do better on average by tying hands although this creates a greater risk of war, and bluff with neither kind of signal; limited, half-hearted signals need another explanation.",
        source="fearon1997signaling",
    )
