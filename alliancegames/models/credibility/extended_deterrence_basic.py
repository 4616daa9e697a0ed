"""Extended deterrence over a pawn: how reliable a patron must look, and how tightly it must tie its hands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames._fields import Field, read_number
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import TypeDistribution, Uniform, read_distribution
from alliancegames.models.credibility._pawn_results import ATTACK, CHALLENGER, CUTOFF, PATRON, PawnResults, quantities
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["ExtendedDeterrenceBasic"]

# How fast the probability of attack moves where an attack gains or loses; equilibria do not depend on it.
SPEED = 1000


@register
class ExtendedDeterrenceBasic(PawnResults):
    """How reliable must a patron look to protect a pawn of given value?

    A challenger attacks a pawn or leaves it alone. If it attacks, the pawn's patron intervenes or stays out. Against the
    pawn alone the attack pays, against pawn and patron it does not. Intervention costs the patron an amount that only it
    knows; to the challenger every amount up to a maximum is equally likely. A patron that stays out pays for breaking
    its word: the more tightly it has tied its hands, the more.

    The patron intervenes if its cost is below a cutoff, which makes its reliability a probability. The challenger
    compares it with what the pawn is worth to it. The unknowns of the game are the probability of attack, which moves up
    where an attack gains and down where it loses, and the patron's cutoff. The mechanism is the published one; the
    reduced form, with one unknown cost and a stake that everybody knows, is chosen here (F2); in ``private_stakes`` each
    side alone knows what the pawn is worth to it, and ``with_costs`` takes other distributions of the cost.
    """

    key = "extended_deterrence_basic"
    title = "Extended deterrence over a pawn"
    pillar = "credibility"
    question = "How reliable must a patron look to protect a pawn of given value?"
    fidelity = "F2"
    references = ("kilgour1994pawn", "huth1984deterrence")
    parameters = (
        Parameter(
            "cost_renege", "a", "[0, inf)", "patron's cost of abandoning the pawn: how tightly its hands are tied", "3/10", "utility"
        ),
        Parameter("stake_challenger", "V", "(0, inf)", "the pawn's value to the challenger", 1, "utility"),
        Parameter("stake_patron", "v", "(0, inf)", "the pawn's value to the patron", "1/2", "utility"),
        Parameter("cost_hi", "kbar", "(0, inf)", "patron's highest possible cost of intervening", 1, "utility", latex=r"\bar{k}"),
        Parameter("p_win_alone", "p0", "(0, 1)", "challenger's win probability against the pawn alone", "7/10", "probability", latex="p_0"),
        Parameter("p_win_joint", "p1", "(0, 1)", "challenger's win probability against both", "3/10", "probability", latex="p_1"),
        Parameter(
            "cost_war_alone_challenger", "c0", "(0, inf)", "challenger's cost of war with the pawn alone", "1/5", "utility", latex="c_0"
        ),
        Parameter("cost_war_joint_challenger", "c1", "(0, inf)", "challenger's cost of war with both", "1/2", "utility", latex="c_1"),
    )
    orders = (("p0", "p1"),)
    outcomes = (
        Outcome("p_attack", "probability of an attack"),
        Outcome("p_intervene", "reliability: probability that the patron would intervene"),
        Outcome("p_joint_war", "probability of an attack with intervention"),
        Outcome("p_abandon", "probability of an attack in which the pawn is abandoned"),
    )
    comparative_statics = (
        Sign("d(rho_star)/d(V) > 0", "valuable pawns need more reliability"),
        Sign("d(rho_star)/d(V) == (p1*(p0*V - c0) - p0*(p1*V - c1))/((p0 - p1)*V - c0 + c1)^2", "by this much"),
        Sign("d(rho_star)/d(c0) < 0", "costs of war alone lower the critical reliability"),
        Sign("d(rho_star)/d(c1) < 0", "costs of joint war lower the critical reliability"),
        Sign("d(rho_star)/d(p0) > 0", "weak pawns need more reliability"),
        Sign("d(rho_star)/d(p1) > 0", "and so does a patron that makes little difference"),
        Sign("0 < rho_star and rho_star < 1", "some reliability is needed, and certainty is not"),
        Sign("d(a_star)/d(v) < 0", "interests substitute for tied hands"),
        Sign("d(a_star)/d(kbar) > 0", "doubts about the patron's costs ask for hands tied more"),
        Sign("d(rho)/d(a) > 0", "tied hands make the patron look reliable", where=("(p0 - p1)*v + a < kbar",)),
        Sign("d(rho)/d(kbar) < 0", "doubts about its costs make it look unreliable", where=("(p0 - p1)*v + a < kbar",)),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume also that an attack pays if and only if the patron stays out."""
        return [*super().assumptions(p), (p.p0 * p.V, p.c0), (p.c1, p.p1 * p.V)]

    def build(self, p: Values, field: Field, costs: TypeDistribution | None = None) -> CutoffGame:
        """Write what an attack gains and from which cost on the patron stays out."""
        costs = costs or Uniform(0, p.kbar)

        def replies(play: Play) -> dict[str, Any]:
            rho = costs.cdf(play[CUTOFF])
            gain = (1 - rho) * (p.p0 * p.V - p.c0) + rho * (p.p1 * p.V - p.c1)
            intervene, stay_out = (1 - p.p1) * p.v, (1 - p.p0) * p.v - p.a  # before the cost of intervening
            return {ATTACK: play[ATTACK] + SPEED * gain, CUTOFF: intervene - stay_out}

        def outcomes(play: Play) -> dict[str, Any]:
            attack, rho = play[ATTACK], costs.cdf(play[CUTOFF])
            return {"p_attack": attack, "p_intervene": rho, "p_joint_war": attack * rho, "p_abandon": attack * (1 - rho)}

        highest = p.kbar + p.a + p.v  # the cutoff may exceed every possible cost, but not this
        return CutoffGame.from_replies({ATTACK: (0, 1), CUTOFF: (0, highest)}, replies, outcomes=outcomes, title=self.title)

    def with_costs(self, costs: TypeDistribution) -> CutoffGame:
        """Return the game with another distribution of the patron's cost of intervening.

        Parameters
        ----------
        costs : distribution
            How it is distributed, such as ``Normal(0.5, 0.2)`` or ``Logistic(0.5, 0.1)``.

        Examples
        --------
        >>> import alliancegames as ag
        >>> game = ag.models.ExtendedDeterrenceBasic().with_costs(ag.games.Uniform("1/4", "3/4"))
        >>> print(ag.cutoff_equilibria(game)[0].outcomes["p_intervene"])
        1/2
        """
        model = self.completed()
        return model.build(model.values(), model.field, read_distribution(costs, "with_costs(): costs"))

    def private_stakes(self, challenger: TypeDistribution, patron: TypeDistribution, cost: Any = None) -> CutoffGame:
        """Return the game in which each side alone knows what the pawn is worth to it, as in the published one.

        Parameters
        ----------
        challenger, patron : distribution
            How the pawn's value to each side is distributed.
        cost : number, optional
            The patron's cost of intervening, which everybody knows; by default the mean of the model's costs.

        Examples
        --------
        >>> import alliancegames as ag
        >>> Uniform = ag.games.Uniform
        >>> game = ag.models.ExtendedDeterrenceBasic().private_stakes(Uniform(0, 2), Uniform(0, 1))
        >>> {player: str(cutoff) for player, cutoff in ag.cutoff_equilibria(game)[0].cutoffs.items()}
        {'Challenger': '7/10', 'Patron': '1/2'}
        """
        p = self.completed().values()
        price = p.kbar / 2 if cost is None else read_number(cost, "private_stakes(), cost")[1]

        def attack(stake: Any, play: Play) -> Any:
            return (1 - play[PATRON]) * (p.p0 * stake - p.c0) + play[PATRON] * (p.p1 * stake - p.c1)

        def intervene(stake: Any, play: Play) -> Any:
            return (1 - p.p1) * stake - price - ((1 - p.p0) * stake - p.a)

        def outcomes(play: Play) -> dict[str, Any]:
            return {"p_attack": play[CHALLENGER], "p_intervene": play[PATRON]}

        return CutoffGame({CHALLENGER: challenger, PATRON: patron}, [attack, intervene], outcomes=outcomes, title=self.title)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return what attacks are worth, the reliability rho, the critical one rho_star, and the critical hand-tying a_star.

        The critical hand-tying is negative where interests deter without any.

        Parameters
        ----------
        p : Values
            Parameter values of any number system.
        """
        return quantities(p)

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return whether the pawn is safe, and by what."""
        return [
            Regime(
                "Interests deter",
                lambda p: [(0, quantities(p)["a_star"])],
                meaning="The patron's stake in the pawn is so large that it deters without any commitment.",
            ),
            Regime(
                "Tied hands deter",
                lambda p: [(quantities(p)["a_star"], 0), (p.a, quantities(p)["a_star"])],
                meaning="The pawn is safe because abandoning it would cost the patron dearly.",
            ),
            Regime(
                "Attack",
                lambda p: [(quantities(p)["a_star"], p.a)],
                meaning="The patron is not reliable enough: the challenger attacks and hopes that it stays out.",
            ),
        ]

    def draw(self, ax: Any) -> None:
        """Draw the regimes by hand-tying and the pawn's value, as far as an attack pays only if the patron stays out."""
        p = self.completed().values()
        self.regimes().plot("a", "V", xlim=(0, p.kbar), ylim=(p.c0 / p.p0, p.c1 / p.p1), ax=ax)
        ax.set_title("The more a pawn is worth, the tighter hands must be tied", loc="left", fontsize="medium")
