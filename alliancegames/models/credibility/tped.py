"""Three-party extended deterrence: not only whether an alliance is attacked but which of its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from alliancegames._conditions import Conditions
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.models.tree_form import TreeModel
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["ThreePartyDeterrence"]

KINDS = ("reliable", "unreliable")
WAIT, ATTACK_PROTEGE, ATTACK_DEFENDER = "wait", "attack the protégé", "attack the defender"
SUPPORT, ABANDON = "support", "abandon"


def _utility(name: str, symbol: str, meaning: str, default: Any, latex: str = "") -> Parameter:
    return Parameter(name, symbol, "(-inf, inf)", meaning, default, "utility", latex=latex)


def _q(p: Values) -> dict[str, Any]:
    """Return the reliabilities from which on an attack on the friend does not pay, and what attacks yield."""
    return {
        "rho_D_min": (p.c_BP - p.c_SQ) / (p.c_BP - p.c_MW),
        "rho_P_min": (p.c_BD - p.c_SQ) / (p.c_BD - p.c_MW),
        "attack_protege": p.rho_D * p.c_MW + (1 - p.rho_D) * p.c_BP,
        "attack_defender": p.rho_P * p.c_MW + (1 - p.rho_P) * p.c_BD,
    }


def _exposed(p: Values) -> Conditions:
    """Return when an attack on the protégé pays, so that deterrence fails."""
    return [(_q(p)["rho_D_min"], p.rho_D)]


@register
class ThreePartyDeterrence(TreeModel):
    """Which member of an alliance is attacked when the challenger doubts that its members stand by each other?

    A challenger waits, attacks the protégé, or attacks the defender. The target resists. Its ally then supports it, which
    makes a multilateral war, or abandons it to a bilateral one. A *reliable* ally would rather fight than abandon the other, an
    *unreliable* one would not. Only the ally knows which it is; its reliability is the probability that it is reliable. The
    challenger gains from a bilateral war and loses from a multilateral one.

    What protects a state is the reliability of its ally, not its own: if deterrence fails, the more reliable
    of two otherwise equal states is the one that is attacked. Concessions by the target, which the published game
    allows, are left out here (F2).
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
        Sign(
            "c_BP == c_BD implies (attack_protege > attack_defender implies rho_D < rho_P)", "of two states the more reliable is attacked"
        ),
        Sign("d(rho_D_min)/d(c_SQ) < 0", "satisfaction lowers the reliability that deters"),
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
        defender = Chance({kind: (w, self._ally(p, "Defender", kind)) for kind, w in zip(KINDS, (p.rho_D, 1 - p.rho_D), strict=True)})
        protege = Chance({kind: (w, self._ally(p, "Protégé", kind)) for kind, w in zip(KINDS, (p.rho_P, 1 - p.rho_P), strict=True)})
        return self._attacks(p, defender, protege)

    def _attacks(self, p: Values, defender: TreeNode, protege: TreeNode) -> Move:
        return Move(
            "Challenger",
            {WAIT: End((p.c_SQ, p.d_SQ, p.t_SQ), "SQ"), ATTACK_PROTEGE: defender, ATTACK_DEFENDER: protege},
            "Challenger",
        )

    def _ally(self, p: Values, ally: str, kind: str) -> Move:
        """Return the choice of an ally whose friend is under attack."""
        war = (p.c_MW, p.d_MW, p.t_MW)
        if ally == "Defender":
            alone = (p.c_BP, p.d_BPp if kind == "reliable" else p.d_BPm, p.t_BP)
            branches = {SUPPORT: End(war, "defender supports"), ABANDON: End(alone, "protégé alone")}
        else:
            alone = (p.c_BD, p.d_BD, p.t_BDp if kind == "reliable" else p.t_BDm)
            branches = {SUPPORT: End(war, "protégé supports"), ABANDON: End(alone, "defender alone")}
        return Move(ally, branches, f"{ally}, {kind}")

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
        return _q(p)

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return the regimes: the challenger does what pays most."""

        def entry(name: str, action: str, when: Any, meaning: str) -> Regime:
            return Regime(name, lambda p: when(p, _q(p)), lambda p: [_play(action)], meaning)

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

    def _attacked(self) -> set[str]:
        """Return what the challenger does in the sequential equilibria."""
        actions = (WAIT, ATTACK_PROTEGE, ATTACK_DEFENDER)
        return {action for family in self.solve().equilibria for action in actions if family.interval(0, action)[1]}

    @proposition(
        "deterrence",
        "Nobody is attacked exactly if rho_D >= (c_BP - c_SQ)/(c_BP - c_MW) and rho_P >= (c_BD - c_SQ)/(c_BD - c_MW): both allies must be reliable enough. At equality the challenger is indifferent.",
    )
    def deterrence(self) -> bool:
        p, q = self.values(), self.thresholds()
        deterred = p.rho_D >= q["rho_D_min"] and p.rho_P >= q["rho_P_min"]
        strictly = p.rho_D > q["rho_D_min"] and p.rho_P > q["rho_P_min"]
        return (WAIT in self._attacked()) == deterred and (not strictly or self._attacked() == {WAIT})

    @proposition(
        "whom to attack",
        "If deterrence fails, the challenger attacks the target from which it expects more: the protégé exactly if rho_D c_MW + (1 - rho_D) c_BP > rho_P c_MW + (1 - rho_P) c_BD.",
        when=_exposed,
    )
    def whom(self) -> bool:
        q = self.thresholds()
        expected = {ATTACK_PROTEGE} if q["attack_protege"] > q["attack_defender"] else {ATTACK_DEFENDER}
        return self._attacked() == expected or (q["attack_protege"] == q["attack_defender"] and ATTACK_PROTEGE in self._attacked())

    @proposition(
        "the more reliable state is attacked",
        "If both bilateral wars are worth the same to the challenger (c_BP = c_BD) and deterrence fails, it attacks the member that is the more reliable ally.",
        when=lambda p: [*_exposed(p), (p.rho_D, p.rho_P)],
    )
    def reliable_target(self) -> bool:
        return self.replace(c_BD=self.values().c_BP)._attacked() == {ATTACK_DEFENDER}

    @proposition(
        "own reliability does not protect",
        "The gain from an attack on the protégé falls in the reliability of the defender and does not depend on that of the protégé.",
    )
    def own_reliability(self) -> bool:
        p = self.values()
        changed = [self, self.replace(rho_P=(p.rho_P + 1) / 2), self.replace(rho_D=(p.rho_D + 1) / 2)]
        base, own, other = (model._value_of_attack() for model in changed)
        return bool(base == own == self.thresholds()["attack_protege"] and other < base)

    def _value_of_attack(self) -> Any:
        """Return what the challenger gets after an attack on the protégé, as the solver plays it."""
        game = self.game()
        node = next(k for k, node in enumerate(game.nodes) if node.history == (ATTACK_PROTEGE,))
        return self.solve().equilibria[0].profile.values[node][0]

    @proposition(
        "a threat that nobody would carry out",
        "Whatever the reliabilities, it is a Nash equilibrium of the strategic form that the challenger waits since both allies, reliable or not, would support each other. It is not sequential: an unreliable ally would not.",
    )
    def empty_threat(self) -> bool:
        table = self.game().normal_form()
        threat = (WAIT, *(f"{SUPPORT}/{SUPPORT}" for _ in self.players[1:]))
        unreliable = [f"{ally}, unreliable" for ally in self.players[1:]]
        found = self.solve().equilibria
        return bool(table.is_nash(threat)) and all(family.interval(part, SUPPORT) == (0, 0) for family in found for part in unreliable)


def _play(action: str) -> tuple[Mapping[str, Any], ...]:
    """Return the play at the information sets in their order: allies do what their type makes them do."""
    return ({action: 1}, {SUPPORT: 1}, {ABANDON: 1}, {SUPPORT: 1}, {ABANDON: 1})
