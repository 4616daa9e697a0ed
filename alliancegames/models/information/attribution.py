"""Deterrence of attackers who may not be identified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames._fields import Field
from alliancegames.errors import ParameterError
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import TypeDistribution, Uniform, maximum
from alliancegames.models.information._attribution_results import AttributionResults, certain_cutoff, never, reach
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values

__all__ = ["Attribution"]


class Defender:
    """How the defender reads signals: a name for each attacker, then the alarm without a name.

    Signals have probabilities ``silence`` if nobody attacks and ``attacks[i]`` if attacker i does.
    """

    def __init__(self, p: Values, tastes: TypeDistribution | None = None) -> None:
        n = len(p.pi)
        self.signals = range(n + 1)
        self.silence = [p.pi_0] * n + [p.a_0]
        self.attacks = [[p.pi[i] if j == i else p.m for j in range(n)] + [p.a[i]] for i in range(n)]
        self.excess = [[attack - quiet for attack, quiet in zip(row, self.silence, strict=True)] for row in self.attacks]
        self.tastes = Uniform(p.y_lo, p.y_hi) if tastes is None else tastes

    def guilt(self, i: int, s: int, attack: Sequence[Any]) -> Any:
        """Return the probability that attacker i attacked, given a signal and the probabilities of all attacks."""
        others = self.silence[s] + sum(attack[j] * self.excess[j][s] for j in range(len(attack)) if j != i)
        return attack[i] * self.attacks[i][s] / (others + attack[i] * self.excess[i][s])

    def retaliation(self, i: int, s: int, attack: Sequence[Any]) -> Any:
        """Return the probability of retaliation on attacker i after a signal: that the taste for it exceeds the chance of innocence."""
        if never(attack[i]) or never(self.attacks[i][s]):
            return 0 * attack[i]
        return 1 - self.tastes.cdf(1 - self.guilt(i, s, attack))

    def fear(self, i: int, attack: Sequence[Any]) -> Any:
        """Return the retaliation that attacker i adds by attacking."""
        return sum(extra * self.retaliation(i, s, attack) for s, extra in enumerate(self.excess[i]) if not never(extra))

    def wrongful(self, attack: Sequence[Any]) -> Any:
        """Return the expected number of retaliations on somebody who has not attacked."""

        def innocent(i: int, s: int) -> Any:
            others = sum(attack[j] * self.attacks[j][s] for j in range(len(attack)) if j != i)
            return (1 - sum(attack)) * self.silence[s] + others

        return sum(innocent(i, s) * self.retaliation(i, s, attack) for i in range(len(attack)) for s in self.signals)


def remembering(function: Callable[[Play], Any]) -> Callable[[Play], Any]:
    """Remember the last answer: many types of all attackers are asked about one play after the other."""
    last: tuple[Any, Any] = (None, None)

    def answer(play: Play) -> Any:
        nonlocal last
        asked, found = last
        if asked is not play:
            found = function(play)
            last = play, found
        return found

    return answer


@register
class Attribution(AttributionResults):
    """Does better detection, or better attribution, deter attacks?

    One of several possible attackers may have an opportunity, worth its private benefit. If it attacks, the
    defender sees a signal: the name of the culprit, that of somebody innocent, an alarm without a name, or
    nothing. Signals also arise when nobody attacks. The defender retaliates on everybody who is guilty enough in
    its eyes for its taste for retaliation; being hit costs one unit.

    Suspicion is shared out. If one attacker becomes more aggressive, a signal says less about the others, who
    are retaliated on less and so attack more. And an alarm that starts to catch a second attacker no longer
    convicts the first, so that detecting more attacks can mean more attacks.

    An attacker strikes if its benefit exceeds a cutoff: the retaliation that the attack adds. The mechanism is
    the published one; the normalisation of payoffs is recalled, uniform types and signals are chosen here (F2).
    """

    key = "attribution"
    title = "Deterrence with imperfect attribution"
    pillar = "information"
    question = "Does better detection or attribution deter attacks?"
    fidelity = "F2"
    references = ("baliga2020deterrence",)
    parameters = (
        Parameter("opportunity", "gamma", "(0, 1]", "probability that some attacker has an opportunity", "1/2", "probability", latex=r"\gamma"),
        Parameter("detection", "pi", "[0, 1]", "probability that an attack is detected and its author named", ("3/5", "3/5"), "probability", latex=r"\pi"),
        Parameter("misattribution", "m", "[0, 1]", "probability that an attack is blamed on a given other attacker", "1/10", "probability"),
        Parameter("alarm", "a", "[0, 1]", "probability that an attack is detected but nobody named", ("1/10", "1/10"), "probability"),
        Parameter("false_alarm", "pi_0", "[0, 1]", "probability that a given attacker is named though nobody attacked", "1/50", "probability", latex=r"\pi_0"),
        Parameter("false_nameless_alarm", "a_0", "[0, 1]", "probability of an alarm without a name though nobody attacked", "1/50", "probability"),
        Parameter("retaliation_lo", "y_lo", "[0, 1]", "lowest taste of the defender for retaliation", 0, "utility"),
        Parameter("retaliation_hi", "y_hi", "(0, 1]", "highest taste of the defender for retaliation", 1, "utility"),
        Parameter("benefit_hi", "x_hi", "(0, inf)", "highest benefit of an attack", (1, 1), "cost of being hit"),
    )  # fmt: skip
    outcomes = (
        Outcome("p_attack", "probability of an attack"),
        Outcome("p_attack_1", "probability of an attack by the first attacker"),
        Outcome("p_attack_2", "probability of an attack by the second attacker"),
        Outcome("wrongful", "expected number of retaliations on the innocent", "number"),
    )
    comparative_statics = (
        Sign(
            "d(cutoff_certain)/d(pi_1) > 0",
            "better attribution deters where the right name is likelier than a wrong one",
            where=("pi_1 > m",),
        ),
        Sign("d(cutoff_certain)/d(a_1) > 0", "so does detection without a name"),
        Sign("d(cutoff_certain)/d(m) < 0", "a wrong name now and then encourages", where=("pi_1 > 3*m",)),
        Sign("d(cutoff_certain)/d(m) < 0", "blaming somebody else always encourages", status="refuted"),
        Sign("d(cutoff_bound_1)/d(pi_0) <= 0", "false alarms loosen the bound on deterrence"),
        Sign("d(cutoff_bound_1)/d(pi_1) >= 0", "attribution tightens it"),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Order the defender's tastes, and let the probabilities of signals leave room for none at all."""
        n = len(p.pi)
        rooms = [(1, pi + (n - 1) * p.m + a) for pi, a in zip(p.pi, p.a, strict=False)]
        return [(p.y_hi, p.y_lo), *rooms, (1, n * p.pi_0 + p.a_0)]

    def build(self, p: Values, field: Field) -> CutoffGame:
        """State what an attacker gains: its benefit, minus the retaliation that the attack adds."""
        return self._game(p, [Uniform(0, highest) for highest in p.x_hi], None)

    def with_types(self, benefits: Sequence[TypeDistribution] | None = None, tastes: TypeDistribution | None = None) -> CutoffGame:
        """Return the game with other distributions of types than the uniform ones.

        Parameters
        ----------
        benefits : sequence of distribution, optional
            One for the benefit of each attacker.
        tastes : distribution, optional
            Of the defender's taste for retaliation.

        Examples
        --------
        >>> import alliancegames as ag
        >>> moderate = ag.games.Normal(0.5, 0.1)
        >>> (item,) = ag.cutoff_equilibria(ag.models.Attribution().with_types(tastes=moderate))
        >>> print(round(item.outcomes["p_attack"], 3))
        0.215
        """
        model = self.completed()
        p = model.values()
        if not (benefits is None or isinstance(benefits, (list, tuple))):
            raise ParameterError(f"with_types(): benefits must be a list of distributions, one for each attacker, got {benefits!r}.")
        return model._game(p, [Uniform(0, highest) for highest in p.x_hi] if benefits is None else list(benefits), tastes)

    def _game(self, p: Values, benefits: Sequence[TypeDistribution], tastes: TypeDistribution | None) -> CutoffGame:
        n = len(p.pi)
        if not n == len(p.a) == len(benefits) >= 2:
            raise ParameterError(
                f"Attribution(): detection, alarm and benefit_hi (or benefits) need a value for each of at least 2 attackers, "
                f"got {n}, {len(p.a)}, {len(benefits)}."
            )
        names, defender = [f"Attacker {k + 1}" for k in range(n)], Defender(p, tastes)

        def chances(play: Play) -> list[Any]:
            return [p.gamma / n * chance for chance in play]

        fears = remembering(lambda play: [defender.fear(i, chances(play)) for i in range(n)])

        def gain(i: int) -> Any:
            return lambda benefit, play: benefit - fears(play)[i]

        def outcomes(play: Play) -> dict[str, Any]:
            attack = chances(play)
            return {"p_attack": sum(attack), "p_attack_1": attack[0], "p_attack_2": attack[1], "wrongful": defender.wrongful(attack)}

        return CutoffGame(dict(zip(names, benefits, strict=True)), [gain(i) for i in range(n)], outcomes=outcomes, title=self.title)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return bounds that hold whatever the defender does (the highest cutoffs, the fewest attacks), and the cutoff if alarms are never false.

        The last is the cutoff among attackers like the first, without false alarms and with tastes uniform on [0, 1].
        """
        n = len(p.pi)
        bounds = [sum(maximum(extra, 0) for extra in row) for row in Defender(p).excess]
        fewest = sum(p.gamma / n * (1 - Uniform(0, p.x_hi[i]).cdf(bounds[i])) for i in range(n))
        stated = {"cutoff_bound_1": bounds[0], "cutoff_bound_2": bounds[1], "p_attack_bound": fewest, "p_attack_undeterred": p.gamma}
        return stated | {"cutoff_certain": certain_cutoff(p)}

    def nameless(self, second: Any) -> Attribution:
        """Return the model of two attackers in which attacks are detected as often as the first one's are, but without names.

        Parameters
        ----------
        second : number
            Probability that an attack of the second attacker raises the alarm.
        """
        model = self.completed()
        return model.replace(detection=[0, 0], misattribution=0, false_alarm=0, alarm=[reach(model.values()), second])

    def draw(self, ax: Any) -> None:
        """Draw how attacks change as more of the second attacker's are detected without being attributed."""
        shares = [reach(self.completed().values()) * k / 10 for k in range(11)]
        found = [self.nameless(share).solve().outcomes[0] for share in shares]
        for name, label, style in (("p_attack", "any", "-"), ("p_attack_1", "by attacker 1", "--"), ("p_attack_2", "by attacker 2", ":")):
            ax.plot([float(s) for s in shares], [float(o[name]) for o in found], style, color="#0b559f", linewidth=2, label=label)
        ax.set(
            xlabel="probability that an attack by attacker 2 raises the nameless alarm", ylabel="probability of an attack", ylim=(0, None)
        )
        ax.set_title("Detecting more without attributing it can mean more attacks", loc="left", fontsize="medium")
        ax.legend(frameon=False)
