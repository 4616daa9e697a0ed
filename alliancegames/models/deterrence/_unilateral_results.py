"""What is known about unilateral deterrence: its thresholds, where each family of equilibria lives, and its results."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.signalling import SignallingGame
from alliancegames.models.forms import NormalFormModel
from alliancegames.models.propositions import proposition
from alliancegames.models.signalling_form import Refined
from alliancegames.parameters import Values
from alliancegames.solvers.signalling import perfect_bayesian

CERTAIN, SEPARATING, ATTACK, BLUFF, STEADFAST = "Certain Deterrence", "Separating", "Attack", "Bluff", "Steadfast Deterrence"
HARD, SOFT, WAIT, DEMAND = "hard", "soft", "wait", "demand"
CONCEDE, DENY = "concede", "deny"
Play = tuple[Mapping[str, Any], ...]


def thresholds(p: Values) -> dict[str, Any]:
    """Return the credibilities at which hard (c1) and soft (c2) challengers, and a soft defender (d1), are indifferent."""
    return {
        "c1": (p.c_DC - p.c_SQ) / (p.c_DC - p.c_DDp),
        "c2": (p.c_DC - p.c_SQ) / (p.c_DC - p.c_CD),
        "d1": (p.d_CD - p.d_DC) / (p.d_CD - p.d_DDm),
    }


def bluff_play(p: Values) -> Play:
    """Return the equilibrium in which a soft challenger sometimes dares and a soft defender sometimes denies."""
    q = thresholds(p)
    soft_demands = p.p_C * (1 - q["d1"]) / ((1 - p.p_C) * q["d1"])
    denies = (q["c2"] - p.p_D) / (1 - p.p_D)
    return ({"if hard": 1 - soft_demands, "always": soft_demands}, {CONCEDE: 1 - denies, DENY: denies})


def where(family: str) -> Callable[[Values], Conditions]:
    """Return where a family of equilibria exists, as a function of parameter values."""

    def when(p: Values) -> Conditions:
        q = thresholds(p)
        return {
            CERTAIN: [(p.p_D, q["c1"])],
            SEPARATING: [(q["c1"], p.p_D), (p.p_D, q["c2"])],
            ATTACK: [(q["c2"], p.p_D), (p.p_C, q["d1"])],
            BLUFF: [(q["c2"], p.p_D), (q["d1"], p.p_C)],
            STEADFAST: [(q["c1"], p.p_D)],
        }[family]

    return when


def interior(p: Values) -> Conditions:
    """Exclude certainty about types, at which strategies of impossible types are free."""
    return [(p.p_C, 0), (1, p.p_C), (p.p_D, 0), (1, p.p_D)]


def inside(family: str) -> Callable[[Values], Conditions]:
    """Return where a family of equilibria exists while both sides are in doubt."""
    return lambda p: [*interior(p), *where(family)(p)]


class UnilateralResults(NormalFormModel):
    """The results on unilateral deterrence, stated of its strategic form and of the game after types are drawn."""

    @abstractmethod
    def signalling_game(self) -> SignallingGame:
        """Return the game after types are drawn."""

    @abstractmethod
    def refined(self, criterion: str = "D1") -> Refined:
        """Return the equilibria that survive a refinement, and those that do not, with the reasons.

        Parameters
        ----------
        criterion : str, default "D1"
            One of `alliancegames.solvers.refinements.CRITERIA`.
        """

    def _extreme(self) -> set[tuple[tuple[Any, ...], ...]]:
        return {tuple(tuple(vector) for vector in strategies) for strategies in self.solve().equilibria.arrays()}

    def _stated(self, *regimes: str) -> set[tuple[tuple[Any, ...], ...]]:
        table, game = self.regimes(refined=False), self.game()
        return {tuple(tuple(vector) for vector in game.profile(profile).arrays()) for name in regimes for profile in table.equilibria(name)}

    def _demands(self) -> list[tuple[Any, ...]]:
        """Return how often hard and soft challengers demand and a soft defender denies in the perfect Bayesian equilibria with a demand."""
        places = ((HARD, DEMAND), (SOFT, DEMAND), (DEMAND, DENY))
        families = [f for f in perfect_bayesian(self.signalling_game()) if DEMAND not in f.unused_messages]
        return [tuple(low if low == high else None for low, high in (f.interval(*place) for place in places)) for f in families]

    @proposition(
        "Certain Deterrence",
        "If p_D > c1, the equilibria are exactly those without a demand, with any reply of a soft defender.",
        when=inside(CERTAIN),
    )
    def certain_deterrence(self) -> bool:
        return self._extreme() == self._stated(CERTAIN) and self._demands() == []

    @proposition(
        "Separating equilibrium",
        "If c2 < p_D < c1, the equilibria are exactly the separating one and the component of Steadfast Deterrence.",
        when=inside(SEPARATING),
    )
    def separating_equilibrium(self) -> bool:
        return self._extreme() == self._stated(SEPARATING, STEADFAST) and self._demands() == [(1, 0, 0)]

    @proposition(
        "Attack equilibrium",
        "If p_D < c2 and p_C > d1, the equilibria are exactly Attack and the component of Steadfast Deterrence.",
        when=inside(ATTACK),
    )
    def attack_equilibrium(self) -> bool:
        return self._extreme() == self._stated(ATTACK, STEADFAST) and self._demands() == [(1, 1, 0)]

    @proposition(
        "Bluff equilibrium",
        "If p_D < c2 and p_C < d1, the equilibria are exactly Bluff, with x_S = p_C (1 - d1)/((1 - p_C) d1) and y = (c2 - p_D)/(1 - p_D), and the component of Steadfast Deterrence.",
        when=inside(BLUFF),
    )
    def bluff_equilibrium(self) -> bool:
        plan, reply = bluff_play(self.values())
        return self._extreme() == self._stated(BLUFF, STEADFAST) and self._demands() == [(1, plan["always"], reply[DENY])]

    @proposition(
        "beliefs off the path",
        "No demand is a perfect Bayesian equilibrium exactly with y >= (c1 - p_D)/(1 - p_D). If p_D < c1 (Steadfast Deterrence) the defender must believe after a demand that the challenger is hard with probability at most d1; otherwise any belief will do.",
        when=interior,
    )
    def off_path_beliefs(self) -> bool:
        p, q = self.values(), self.thresholds()
        (waiting,) = (f for f in perfect_bayesian(self.signalling_game()) if DEMAND in f.unused_messages)
        replies = (max(0, (q["c1"] - p.p_D) / (1 - p.p_D)), 1)
        beliefs = (0, q["d1"] if p.p_D < q["c1"] else 1)
        return (waiting.interval(DEMAND, DENY), waiting.belief_interval(DEMAND, HARD)) == (replies, beliefs)

    @proposition(
        "Steadfast Deterrence is implausible",
        "If p_D < c1, D1 eliminates Steadfast Deterrence and nothing else: whenever a soft challenger would gain from a demand, or not lose, a hard one gains, so the defender must believe in a hard one and concede. The intuitive criterion suffices exactly if p_D > c2.",
        when=inside(STEADFAST),
    )
    def steadfast(self) -> bool:
        found = self.refined("D1")
        ((family, reason),) = found.eliminated
        because = f"{SOFT} is ruled out" in reason and f"so that {HARD} gains" in reason
        intuitive = len(self.refined("intuitive").eliminated) == (self.values().p_D > self.thresholds()["c2"])
        return DEMAND in family.unused_messages and because and intuitive and len(found.survivors) > 0

    @proposition(
        "signs in the bluffing regime",
        "In the bluffing regime a soft challenger dares more often the more credible challengers are (dx_S/dp_C > 0), and a soft defender denies less often the more credible defenders are (dy/dp_D < 0).",
        when=inside(BLUFF),
    )
    def bluff_signs(self) -> bool:
        p, q = self.values(), self.thresholds()
        changed = (self.replace(cred_challenger=(p.p_C + q["d1"]) / 2), self.replace(cred_defender=(p.p_D + q["c2"]) / 2))
        (_, x, y), (_, more_challenger, _), (_, _, more_defender) = (model._demands()[0] for model in (self, *changed))
        return bool(more_challenger > x and more_defender < y)

    @proposition(
        "satisfaction substitutes for credibility",
        "A happier challenger is deterred by less credibility: dc1/dc_SQ < 0; a challenger who minds conflict less needs more: dc1/dc_DD+ > 0. Between the two thresholds, deterrence changes without any change in credibility.",
        when=interior,
    )
    def satisfaction(self) -> bool:
        p, q = self.values(), self.thresholds()
        happier = self.replace(c_SQ=(p.c_SQ + p.c_DC) / 2)
        tougher = self.replace(c_DDp=(p.c_DDp + p.c_SQ) / 2)
        between = (happier.thresholds()["c1"] + q["c1"]) / 2
        deterred = happier.replace(cred_defender=between).solve().outcomes
        dared = [o["p_status_quo"] for o in self.replace(cred_defender=between).solve().outcomes]
        return all(o["p_status_quo"] == 1 for o in deterred) and min(dared) < 1 and tougher.thresholds()["c1"] > q["c1"]

    @proposition(
        "neither necessary nor sufficient",
        "A credible threat is neither necessary nor sufficient for deterrence; satisfaction with the status quo matters as much as the cost of conflict. Whatever p_D between 0 and 1, no demand is made in any equilibrium if c_SQ > c_DC - p_D (c_DC - c_DD+), and some is made in every equilibrium that survives D1 if c_SQ is lower.",
        when=interior,
        source="zagare2000perfect",
    )
    def neither(self) -> bool:
        p = self.values()
        critical = p.c_DC - p.p_D * (p.c_DC - p.c_DDp)
        content, restless = (self.replace(c_SQ=(critical + end) / 2) for end in (p.c_DC, p.c_DDp))
        kept = restless.refined("D1").families
        peace = all(outcome["p_status_quo"] == 1 for outcome in content.solve().outcomes)
        return peace and len(kept) >= 1 and all(DEMAND not in family.unused_messages for family in kept)
