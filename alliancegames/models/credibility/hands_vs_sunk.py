"""Tying hands against sinking costs: two ways to signal that one would fight."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Self

import numpy as np

from alliancegames._conditions import Conditions
from alliancegames._fields import Field, format_number, read_number
from alliancegames.errors import ParameterError
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import TypeDistribution, read_distribution
from alliancegames.games.signalling import SignallingGame
from alliancegames.models.credibility._hands_results import (
    CHALLENGE,
    REFRAIN,
    SENT,
    SIGNAL,
    SILENT,
    SINKING,
    STAKE,
    TYING,
    HandsResults,
    Technology,
    quantities,
)
from alliancegames.models.forms import float_values
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values

__all__ = ["HandsVsSunk"]


@register
class HandsVsSunk(HandsResults):
    """Should a patron tie its hands by a public commitment or sink costs in a deployment?

    A patron whose stake only it knows, every value up to a maximum being equally likely, sends a signal of any size or
    keeps silent. Then a challenger challenges or not, and a challenged patron fights or yields. *Tied hands* cost the
    patron the size of the signal if it yields later, *sunk costs* cost it at once. The challenger challenges a patron that
    it expects to yield; one that it expects to fight is challenged only if the challenger is hostile, with a known probability.

    In the equilibrium without bluffing whoever sends the signal fights when challenged, and whoever is silent yields. Two
    conditions for each technology say so, and they are what is solved: the patron with the lowest stake that is
    signalled is indifferent between signal and silence; and the signal is the smallest that keeps patrons with lower stakes
    from bluffing. ``finite`` gives the signalling game with a few stakes and one signal, where bluffs are found if there are any.

    This is the published model (F1) with uniform stakes, which are chosen here and matter for how often signals are sent, not
    for what is signalled (``with_stakes``). ``facing`` derives how often challengers are hostile from their own stakes.
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
        Sign("d(v_T)/d(q) == c/(1 - q + p*q)^2", "tying hands needs more resolve the likelier the target resists"),
        Sign("d(m_T)/d(q) == -c*p/(1 - q + p*q)^2", "and smaller audience costs"),
        Sign("d(v_T)/d(p) < 0", "power lowers the resolve needed to tie hands"),
        Sign("d(m_T)/d(c) > 0", "costs of war raise the audience costs needed"),
        Sign("d(m_S)/d(p) < 0", "power lowers the costs to be sunk"),
        Sign("v_T < v_S", "more patrons tie hands than sink costs"),
        Sign("m_T < m_S", "and with the smaller signal"),
        Sign("EU_T > EU_S", "tying hands beats sinking costs"),
        Sign("p_war_tying > p_war_sinking", "but ends in war more often"),
        Sign("d(p_signal_tying)/d(q) < 0", "the likelier resistance the fewer signals"),
        Sign("d(p_signal_sinking)/d(p) > 0", "strong patrons sink costs more often"),
        Sign("d(p_war_sinking)/d(q) > 0", "with sunk costs hostile challengers mean more war"),
        Sign("d(p_war_tying)/d(q) > 0", "with tied hands too", status="refuted"),
        Sign("d(p_war_tying)/d(q) < 0", "with tied hands they deter signals, in the end", where=("(1 - q + p*q)^2*V < q*c*(2 - q + p*q)",)),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume that a patron with the highest stake would fight without any signal."""
        return [*super().assumptions(p), (p.p * p.V, p.c)]

    def _faces(self, p: Values, chance: Any, v: Any, last: Any) -> Any:
        """Return the utility of a patron challenged with some probability that then gets ``last``."""
        return (1 - chance) * v + chance * last

    def build(self, p: Values, field: Field, stakes: TypeDistribution | None = None) -> CutoffGame:
        """Write for each technology what makes the lowest signalled stake indifferent and the signal just deter bluffs."""
        highest = p.V if stakes is None else stakes.span[1]

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
                sent = 1 - (lowest / p.V if stakes is None else stakes.cdf(lowest))
                found |= {f"p_signal_{technology}": sent, f"p_war_{technology}": p.q * sent}
                if stakes is None:  # the mean over patrons that signal has a formula if stakes are uniform
                    mean = self._faces(p, p.q, (lowest + p.V) / 2, p.p * (lowest + p.V) / 2 - p.c)
                    paid = play[SIGNAL[SINKING]] if technology == SINKING else 0
                    found[f"utility_{technology}"] = sent * (mean - paid)
            return found

        ranges = {STAKE[TYING]: (0, highest), SIGNAL[TYING]: (0, p.c / p.q), STAKE[SINKING]: (0, highest), SIGNAL[SINKING]: (0, highest)}
        return CutoffGame.from_conditions(ranges, conditions, outcomes=outcomes, title=self.title)

    def with_stakes(self, stakes: TypeDistribution) -> CutoffGame:
        """Return the game with another distribution of the patron's stake, some of which lie above ``c/p``.

        Parameters
        ----------
        stakes : distribution
            How it is distributed, such as ``Normal(0.6, 0.2)``.

        Examples
        --------
        >>> import alliancegames as ag
        >>> (play,) = ag.cutoff_equilibria(ag.models.HandsVsSunk().with_stakes(ag.games.Uniform("1/2", "3/2")))
        >>> {name: str(value) for name, value in play.outcomes.items()}["p_war_sinking"]
        '9/50'
        """
        model = self.completed()
        return model.build(model.values(), model.field, read_distribution(stakes, "with_stakes(): stakes"))

    def facing(self, stakes: TypeDistribution, cost: Any) -> Self:
        """Return the model against a challenger whose stake only it knows: how often it is hostile follows.

        Parameters
        ----------
        stakes : distribution
            How the challenger's stake is distributed.
        cost : number
            The challenger's cost of war; it challenges a patron that will fight if the chance of winning is worth more.

        Examples
        --------
        >>> import alliancegames as ag
        >>> ag.models.HandsVsSunk().facing(ag.games.Uniform(0, 1), "2/5").values().q
        Fraction(1, 5)
        """
        _, price = read_number(cost, "facing(), cost")
        hostile = 1 - read_distribution(stakes, "facing(): stakes").cdf(price / (1 - self.completed().values().p))
        return self.replace(p_hostile=hostile).completed()

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return lowest stakes that are signalled, signals and the patron's expected utilities, for tied hands (T) and sunk costs (S)."""
        return quantities(p)

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
