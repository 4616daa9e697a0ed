"""Three-party extended deterrence: not only whether an alliance is attacked but which of its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from alliancegames._conditions import Conditions
from alliancegames.errors import ParameterError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.credibility._tped_results import (
    ABANDON,
    ATTACK_DEFENDER,
    ATTACK_PROTEGE,
    CONCEDE,
    DEFENDER,
    KINDS,
    PROTEGE,
    RESIST,
    SUPPORT,
    WAIT,
    First,
    ThreePartyResults,
    quantities,
)
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["ThreePartyDeterrence"]


def _utility(name: str, symbol: str, meaning: str, default: Any, latex: str = "") -> Parameter:
    return Parameter(name, symbol, "(-inf, inf)", meaning, default, "utility", latex=latex)


@register
class ThreePartyDeterrence(ThreePartyResults):
    """Which member of an alliance is attacked when the challenger doubts that its members stand by each other?

    A challenger waits, attacks the protégé, or attacks the defender. The target resists. Its ally then supports it, which
    makes a multilateral war, or abandons it to a bilateral one. A *reliable* ally would rather fight than abandon the other, an
    *unreliable* one would not. Only the ally knows which it is; its reliability is the probability that it is reliable. The
    challenger gains from a bilateral war and loses from a multilateral one.

    What protects a state is the reliability of its ally, not its own: if deterrence fails, the more reliable
    of two otherwise equal states is the one that is attacked. Targets always resist here (F2); ``with_concessions`` lets
    them concede, as in the published game, before or after their ally has moved.
    """

    key = "tped"
    title = "Three-party extended deterrence"
    pillar = "credibility"
    question = "Which member of an alliance is attacked, if any?"
    fidelity = "F2"
    references = ("quackenbush2006whom", "quackenbush2011understanding")
    players = ("Challenger", "Defender", "Protégé")
    parameters = (
        Parameter(
            "reliability_defender", "rho_D", "(0, 1)", "probability that the defender is reliable", "9/10", "probability", latex=r"\rho_D"
        ),
        Parameter(
            "reliability_protege", "rho_P", "(0, 1)", "probability that the protégé is reliable", "1/5", "probability", latex=r"\rho_P"
        ),
        _utility("u_status_quo_challenger", "c_SQ", "challenger's utility of the status quo", 0),
        _utility("u_war_protege_challenger", "c_BP", "challenger's utility of a war against the protégé alone", "1/2"),
        _utility("u_war_defender_challenger", "c_BD", "challenger's utility of a war against the defender alone", "3/10"),
        _utility("u_multilateral_challenger", "c_MW", "challenger's utility of a multilateral war", "-3/5"),
        _utility("u_status_quo_defender", "d_SQ", "defender's utility of the status quo", 1),
        _utility("u_war_defender", "d_BD", "defender's utility of a war that it fights alone", "-1/2"),
        _utility("u_multilateral_defender", "d_MW", "defender's utility of a multilateral war", 0),
        _utility("u_abandon_unreliable_defender", "d_BPm", "unreliable defender's utility of abandoning the protégé", "1/5", "d_{BP-}"),
        _utility("u_abandon_reliable_defender", "d_BPp", "reliable defender's utility of abandoning the protégé", "-1/5", "d_{BP+}"),
        _utility("u_status_quo_protege", "t_SQ", "protégé's utility of the status quo", 1),
        _utility("u_war_protege", "t_BP", "protégé's utility of a war that it fights alone", "-1/2"),
        _utility("u_multilateral_protege", "t_MW", "protégé's utility of a multilateral war", 0),
        _utility("u_abandon_unreliable_protege", "t_BDm", "unreliable protégé's utility of abandoning the defender", "1/5", "t_{BD-}"),
        _utility("u_abandon_reliable_protege", "t_BDp", "reliable protégé's utility of abandoning the defender", "-1/5", "t_{BD+}"),
    )
    orders = (("d_BPm", "d_MW", "d_BPp"), ("t_BDm", "t_MW", "t_BDp"))
    outcomes = (
        Outcome("p_status_quo", "probability that nobody is attacked"),
        Outcome("p_attack_protege", "probability that the protégé is attacked"),
        Outcome("p_attack_defender", "probability that the defender is attacked"),
        Outcome("p_multilateral", "probability of a multilateral war"),
    )
    comparative_statics = (
        Sign("d(attack_protege)/d(rho_D) < 0", "a reliable defender makes an attack on the protégé worse"),
        Sign("d(attack_protege)/d(rho_P) == 0", "the protégé's own reliability does not protect it"),
        Sign("d(attack_defender)/d(rho_P) < 0", "a reliable protégé protects the defender"),
        Sign("d(attack_defender)/d(rho_D) == 0", "and the defender's own reliability does not"),
        Sign(
            "c_BP == c_BD implies (attack_protege > attack_defender implies rho_D < rho_P)", "of two states the more reliable is attacked"
        ),
        Sign("d(rho_D_min)/d(c_SQ) < 0", "satisfaction lowers the reliability that deters"),
        Sign("d(rho_D_min)/d(c_BP) > 0", "a tempting protégé needs a more reliable defender"),
        Sign("d(rho_P_min)/d(c_BD) > 0", "a tempting defender needs a more reliable protégé"),
        Sign("d(rho_D_min)/d(c_MW) > 0", "the less a multilateral war frightens, the more reliability is needed"),
        Sign("d(p_multilateral)/d(rho_D) > 0", "where a reliable ally does not deter, it widens the war", where=("Attack on the protégé",)),
    )
    ends: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "p_status_quo": ("SQ",),
        "p_attack_protege": ("protégé alone", "defender supports"),
        "p_attack_defender": ("defender alone", "protégé supports"),
        "p_multilateral": ("defender supports", "protégé supports"),
    }

    def assumptions(self, p: Values) -> Conditions:
        """Assume also that the challenger gains from a bilateral war and loses from a multilateral one."""
        return [*super().assumptions(p), (p.c_BP, p.c_SQ), (p.c_BD, p.c_SQ), (p.c_SQ, p.c_MW)]

    def tree(self, p: Values) -> TreeNode:
        """Write the attacks; an ally's type is drawn when it first matters, which nobody can notice."""
        return self._attacks(p, self._doubtful(p, DEFENDER), self._doubtful(p, PROTEGE))

    def _attacks(self, p: Values, on_protege: TreeNode, on_defender: TreeNode) -> Move:
        return Move(
            "Challenger",
            {WAIT: End((p.c_SQ, p.d_SQ, p.t_SQ), "SQ"), ATTACK_PROTEGE: on_protege, ATTACK_DEFENDER: on_defender},
            "Challenger",
        )

    def _doubtful(self, p: Values, ally: str, conceded: Sequence[Any] | None = None) -> Chance:
        """Draw how reliable the ally of an attacked state is."""
        rho = p.rho_D if ally == DEFENDER else p.rho_P
        return Chance({kind: (weight, self._ally(p, ally, kind, conceded)) for kind, weight in zip(KINDS, (rho, 1 - rho), strict=True)})

    def _ally(self, p: Values, ally: str, kind: str, conceded: Sequence[Any] | None = None) -> Move:
        """Return the choice of an ally whose friend is under attack, and may concede afterwards if something is said about it."""
        war = (p.c_MW, p.d_MW, p.t_MW)
        if ally == DEFENDER:
            target, alone = PROTEGE, (p.c_BP, p.d_BPp if kind == "reliable" else p.d_BPm, p.t_BP)
        else:
            target, alone = DEFENDER, (p.c_BD, p.d_BD, p.t_BDp if kind == "reliable" else p.t_BDm)
        ends = {SUPPORT: End(war, f"{ally.lower()} supports"), ABANDON: End(alone, f"{target.lower()} alone")}
        if conceded is None:
            return Move(ally, ends, f"{ally}, {kind}")
        known = {SUPPORT: f"{target}, supported by a {kind} ally", ABANDON: f"{target}, abandoned by a {kind} ally"}
        return Move(ally, {act: self._target(target, known[act], conceded, end) for act, end in ends.items()}, f"{ally}, {kind}")

    def _target(self, target: str, name: str, conceded: Sequence[Any], resisted: TreeNode) -> Move:
        """Return the choice of an attacked state that may concede."""
        return Move(target, {CONCEDE: End(tuple(conceded), f"{target.lower()} concedes"), RESIST: resisted}, name)

    def with_concessions(self, conceded: Mapping[str, Sequence[Any]], *, first: First = "target") -> ExtensiveGame:
        """Return the game in which a target may concede.

        Parameters
        ----------
        conceded : mapping of str to sequence of number
            For each target, ``"Defender"`` and ``"Protégé"``, the utilities of challenger, defender and protégé if it concedes.
        first : {"target", "ally"}, default "target"
            Who moves first after an attack. A target that moves first does not know whether its ally will support it; once
            the ally has moved, its type makes no difference to the target, which is therefore told.

        Examples
        --------
        A doubtful ally makes a defender concede; if the ally moves first, it leaves its friend no other choice.

        >>> import alliancegames as ag
        >>> model = ag.models.ThreePartyDeterrence()
        >>> conceded = {"Defender": ("2/5", "-1/5", "1/10"), "Protégé": ("3/10", "1/10", "-1/5")}
        >>> for first in ("target", "ally"):
        ...     play = ag.sequential_equilibria(model.with_concessions(conceded, first=first))[0]
        ...     print(play["Protégé, reliable"], {end: str(chance) for end, chance in play.outcomes.items() if chance})
        support {'defender concedes': '1'}
        abandon {'defender concedes': '1'}
        """
        if set(conceded) != {DEFENDER, PROTEGE}:
            raise ParameterError(f"with_concessions(): conceded must have utilities for 'Defender' and 'Protégé', got {sorted(conceded)}.")
        if first not in ("target", "ally"):
            raise ParameterError(f"with_concessions(): first must be 'target' or 'ally', got {first!r}.")
        p = self.completed().values()

        def attack(target: str, ally: str) -> TreeNode:
            if first == "ally":
                return self._doubtful(p, ally, conceded[target])
            return self._target(target, f"{target}, attacked", conceded[target], self._doubtful(p, ally))

        return ExtensiveGame(self.players, self._attacks(p, attack(PROTEGE, DEFENDER), attack(DEFENDER, PROTEGE)), title=self.title)

    def known(self, defender: str, protege: str) -> ExtensiveGame:
        """Return the game in which it is known how reliable the allies are.

        Parameters
        ----------
        defender, protege : {"reliable", "unreliable"}
            Their types.

        Examples
        --------
        >>> import alliancegames as ag
        >>> game = ag.models.ThreePartyDeterrence().known("reliable", "unreliable")
        >>> for profile in ag.pure_nash(game.normal_form()):
        ...     print(profile)
        (wait) × (support) × (support)
        (attack the defender) × (support) × (abandon)
        >>> print(ag.subgame_perfect(game)[0])
        Challenger: attack the defender; Defender, reliable: support; Protégé, unreliable: abandon
        """
        p = self.completed().values()
        return ExtensiveGame(self.players, self._attacks(p, self._ally(p, "Defender", defender), self._ally(p, "Protégé", protege)))

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the reliabilities of the allies from which on an attack on the other does not pay, and what attacks yield."""
        return quantities(p)

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return the regimes: the challenger does what pays most."""

        def entry(name: str, action: str, when: Any, meaning: str) -> Regime:
            return Regime(name, lambda p: when(p, quantities(p)), lambda p: [_play(action)], meaning)

        return [
            entry(
                "Deterrence",
                WAIT,
                lambda p, q: [(p.rho_D, q["rho_D_min"]), (p.rho_P, q["rho_P_min"])],
                "Each member has an ally reliable enough to deter.",
            ),
            entry(
                "Attack on the protégé",
                ATTACK_PROTEGE,
                lambda p, q: [(q["rho_D_min"], p.rho_D), (q["attack_protege"], q["attack_defender"])],
                "The protégé is attacked since the defender is unreliable.",
            ),
            entry(
                "Attack on the defender",
                ATTACK_DEFENDER,
                lambda p, q: [(q["rho_P_min"], p.rho_P), (q["attack_defender"], q["attack_protege"])],
                "The defender is attacked since the protégé is unreliable.",
            ),
        ]

    def draw(self, ax: Any) -> None:
        """Draw who is attacked in the square of reliabilities."""
        self.regimes().plot("rho_D", "rho_P", ax=ax)
        ax.set_title("Being the more reliable ally invites the attack", loc="left", fontsize="medium")


def _play(action: str) -> tuple[Mapping[str, Any], ...]:
    """Return the play at the information sets in their order: allies do what their type makes them do."""
    return ({action: 1}, {SUPPORT: 1}, {ABANDON: 1}, {SUPPORT: 1}, {ABANDON: 1})
