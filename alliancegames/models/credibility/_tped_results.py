"""What is known about three-party extended deterrence: the reliabilities that deter, and the results on them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from alliancegames._conditions import Conditions
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.models.propositions import proposition
from alliancegames.models.tree_form import TreeModel
from alliancegames.parameters import Values
from alliancegames.solvers.sequential import subgame_perfect

WAIT, ATTACK_PROTEGE, ATTACK_DEFENDER = "wait", "attack the protégé", "attack the defender"
SUPPORT, ABANDON, RESIST, CONCEDE = "support", "abandon", "resist", "concede"
DEFENDER, PROTEGE = "Defender", "Protégé"
KINDS = ("reliable", "unreliable")
First = Literal["target", "ally"]


def quantities(p: Values) -> dict[str, Any]:
    """Return the reliabilities from which on an attack on the friend does not pay, and what attacks yield."""
    return {
        "rho_D_min": (p.c_BP - p.c_SQ) / (p.c_BP - p.c_MW),
        "rho_P_min": (p.c_BD - p.c_SQ) / (p.c_BD - p.c_MW),
        "attack_protege": p.rho_D * p.c_MW + (1 - p.rho_D) * p.c_BP,
        "attack_defender": p.rho_P * p.c_MW + (1 - p.rho_P) * p.c_BD,
    }


def exposed(p: Values) -> Conditions:
    """Return when an attack on the protégé pays, so that deterrence fails."""
    return [(quantities(p)["rho_D_min"], p.rho_D)]


def surrender(p: Values) -> dict[str, tuple[Any, Any, Any]]:
    """Return what all get if a target concedes, where conceding is to the target what the status quo is."""
    return {PROTEGE: (p.c_BP, p.d_BPm, p.t_SQ), DEFENDER: (p.c_BD, p.d_SQ, p.t_BDm)}


def prospects(p: Values) -> dict[str, Any]:
    """Return what a target gains by resisting rather than conceding, by what it knows of its ally."""
    helped, alone = {PROTEGE: p.t_MW - p.t_SQ, DEFENDER: p.d_MW - p.d_SQ}, {PROTEGE: p.t_BP - p.t_SQ, DEFENDER: p.d_BD - p.d_SQ}
    reliability = {PROTEGE: p.rho_D, DEFENDER: p.rho_P}
    doubtful = {f"{t}, attacked": rho * helped[t] + (1 - rho) * alone[t] for t, rho in reliability.items()}
    known = {"supported": helped, "abandoned": alone}
    return doubtful | {f"{t}, {act} by a {kind} ally": gains[t] for act, gains in known.items() for t in gains for kind in KINDS}


class ThreePartyResults(TreeModel):
    """The results on three-party extended deterrence, checked by the sequential equilibria."""

    @abstractmethod
    def with_concessions(self, conceded: Mapping[str, Sequence[Any]], *, first: First = "target") -> ExtensiveGame:
        """Return the game in which a target may concede.

        Parameters
        ----------
        conceded : mapping of str to sequence of number
            For each target the utilities of challenger, defender and protégé if it concedes.
        first : {"target", "ally"}
            Who moves first after an attack.
        """

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
        when=exposed,
    )
    def whom(self) -> bool:
        q = self.thresholds()
        expected = {ATTACK_PROTEGE} if q["attack_protege"] > q["attack_defender"] else {ATTACK_DEFENDER}
        return self._attacked() == expected or (q["attack_protege"] == q["attack_defender"] and ATTACK_PROTEGE in self._attacked())

    @proposition(
        "the more reliable state is attacked",
        "If both bilateral wars are worth the same to the challenger (c_BP = c_BD) and deterrence fails, it attacks the member that is the more reliable ally.",
        when=lambda p: [*exposed(p), (p.rho_D, p.rho_P)],
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

    @proposition(
        "targets that may concede",
        "If a target may concede before its ally moves, it resists exactly if rho u_MW + (1 - rho)u_B, with the reliability of its ally, is more than conceding is worth to it. If its ally moves first, a target with support compares a multilateral war with conceding, and one without a war alone.",
        when=lambda p: [(gain**2, 0) for gain in prospects(p).values()],
    )
    def concessions(self) -> bool:
        p = self.values()
        orders: tuple[First, ...] = ("target", "ally")
        found = [subgame_perfect(self.with_concessions(surrender(p), first=first)) for first in orders]
        places = [[name for name in prospects(p) if name.endswith("attacked") == (first == "target")] for first in orders]
        resists = {name: int(gain > 0) for name, gain in prospects(p).items()}
        return all(
            families.complete and all(family.example[name][RESIST] == resists[name] for family in families for name in names)
            for families, names in zip(found, places, strict=True)
        )
