"""What is known about the tripartite crisis: its critical values, where its regimes lie, and the results on them."""

from __future__ import annotations

from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.assessment import Assessment
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.models.credibility._tripartite_forms import DEMAND, HARD, SOFT, SUPPORT, TripartiteForms
from alliancegames.models.propositions import proposition, recalled
from alliancegames.parameters import Values
from alliancegames.solvers.refinements import refine
from alliancegames.solvers.sequential import subgame_perfect
from alliancegames.solvers.verify_assessment import sequential_rationality


def thresholds(p: Values) -> dict[str, Any]:
    """Return the critical credibilities and the probabilities of support at which the types of the challenger are indifferent."""
    c_alone, d_alone = p.p_P * p.c_PR + (1 - p.p_P) * p.c_CW, p.p_P * p.d_PR + (1 - p.p_P) * p.d_CW
    return {
        "pbar_P": (p.d_CW - p.d_CF) / (p.d_CW - p.d_PR),
        "r_star": (p.d_CC - d_alone) / (p.d_CC - p.d_CF),
        "s_S": (c_alone - p.c_SQ) / (c_alone - p.c_CC),
        "s_H": (c_alone - p.c_SQ) / (c_alone - p.c_CFp),
    }


def firmness(p: Values) -> Any:
    """Return the belief in a hard challenger up to which a loyal protégé would rather hold firm than concede."""
    return (p.r_CC - p.r_CW) / (p.r_CC - p.r_CF)


def committed(p: Values) -> Conditions:
    """Return when the defender would rather fight than risk realignment."""
    return [(p.p_P, thresholds(p)["pbar_P"])]


def straddling(p: Values) -> Conditions:
    """Return when support depends on the challenger's type, which is likely to be soft."""
    return [(thresholds(p)["pbar_P"], p.p_P), (thresholds(p)["r_star"], p.p_C)]


def restraining(p: Values) -> Conditions:
    """Return when support depends on the challenger's type, which is likely to be hard."""
    return [(thresholds(p)["pbar_P"], p.p_P), (p.p_C, thresholds(p)["r_star"])]


def generic(p: Values) -> Conditions:
    """Exclude the knife-edges at which a hard challenger would as soon fight as wait, or the defender is indifferent under the prior."""
    return [((p.c_CFp - p.c_SQ) ** 2, 0), ((p.p_C - thresholds(p)["r_star"]) ** 2, 0)]


class TripartiteResults(TripartiteForms):
    """The results on the tripartite crisis, checked by its subgame-perfect equilibria and by refinements."""

    def _all_stated(self, found: Any = None) -> bool:
        """Whether the extreme equilibria that the solver finds are exactly those of the regimes, with and without demand."""
        found = found or self.solve().equilibria
        table, game = self.regimes(refined=False), self.game()
        stated = {_key(game.profile(play)) for name in table.locate() for play in table.equilibria(name)}
        return {_key(corner) for family in found for corner in family.corners} == stated

    @proposition(
        "commitment",
        "If p_P > pbar_P the defender supports its protégé for sure; no demand is made if c_SQ > c_CF+, and a hard challenger alone dares, and fights, if c_CF+ > c_SQ.",
        when=lambda p: [*committed(p), *generic(p)],
    )
    def commitment(self) -> bool:
        p, solution = self.values(), self.solve()
        war = p.p_C if p.c_CFp > p.c_SQ else 0
        stated = self._all_stated(solution.equilibria)
        return stated and all((outcome["p_support"], outcome["p_war"]) == (1, war) for outcome in solution.outcomes)

    @proposition(
        "the straddle",
        "If p_P < pbar_P and p_C < r*, a hard challenger dares, a soft one with probability x = p_C (1 - r*)/((1 - p_C) r*), and the defender supports with probability s_S; all other equilibria are without demand.",
        when=lambda p: [*straddling(p), *generic(p)],
    )
    def straddle(self) -> bool:
        return self._all_stated()

    @proposition(
        "restraint",
        "If p_P < pbar_P and p_C > r*, every challenger dares and support is withheld; all other equilibria are without demand.",
        when=lambda p: [*restraining(p), *generic(p)],
    )
    def restraint(self) -> bool:
        return self._all_stated()

    @proposition(
        "a determined challenger",
        "A challenger that would rather fight than wait (c_CF+ > c_SQ) is not deterred by straddling: it dares for sure in the only equilibrium.",
        when=lambda p: [(thresholds(p)["pbar_P"], p.p_P), (p.c_CFp, p.c_SQ), *generic(p)],
    )
    def determined(self) -> bool:
        return [family.interval(HARD, DEMAND) for family in self.solve().equilibria] == [(1, 1)]

    @proposition(
        "equilibria without demand",
        "If p_P < pbar_P and c_SQ > c_CF+, no demand is made if the defender would support with a probability of at least s_H, believing the challenger hard with probability r* (with at most r* if it would support for sure). D1 rules these equilibria out and leaves exactly one, the straddle or restraint.",
        when=lambda p: [(thresholds(p)["pbar_P"], p.p_P), (p.c_SQ, p.c_CFp), *generic(p)],
    )
    def without_demand(self) -> bool:
        q, (regime,) = self.thresholds(), self.regimes().locate()
        silent = [family for family in self.solve().equilibria if family.interval(HARD, DEMAND) == (0, 0)]
        ranges = {(family.interval("Defender", SUPPORT), family.belief_interval("Defender", 0)) for family in silent}
        expected = {((q["s_H"], 1), (q["r_star"], q["r_star"])), ((1, 1), (0, q["r_star"]))}
        stated = [(play[0][DEMAND], play[1][SUPPORT], play[5][DEMAND]) for play in self.regimes().equilibria(regime)]
        left = [family.example for family in refine(self.folded()).survivors("D1")]
        shares = [(play[HARD][DEMAND], play["Defender after demand"][SUPPORT], play[SOFT][DEMAND]) for play in left]
        return ranges == expected and shares == stated

    @proposition(
        "signs in the straddle",
        "A more credible threat to realign makes the defender support more often if the challenger gains more from realignment than from the protégé's giving way, less often otherwise (ds_S/dp_P has the sign of c_PR - c_CW), and raises r*; a soft challenger dares more often the more credible challengers are (dx/dp_C > 0).",
        when=straddling,
    )
    def straddle_signs(self) -> bool:
        p, q = self.values(), self.thresholds()
        disloyal = self.replace(cred_protege=(p.p_P + q["pbar_P"]) / 2)
        hard, support, soft = self._mixture()
        _, more_support, _ = disloyal._mixture()
        _, _, more_soft = self.replace(cred_challenger=(p.p_C + q["r_star"]) / 2)._mixture()
        same_sign = _sign(more_support - support) == _sign(p.c_PR - p.c_CW)
        return bool(hard == 1 and same_sign and more_soft > soft and disloyal.thresholds()["r_star"] > q["r_star"])

    def _mixture(self) -> tuple[Any, ...]:
        """Return the solver's mixtures in the only equilibrium with demands."""
        ((hard, support, soft),) = [
            (family[HARD][DEMAND], family["Defender"][SUPPORT], family[SOFT][DEMAND])
            for family in self.solve().equilibria
            if family[HARD][DEMAND] > 0
        ]
        return hard, support, soft

    @proposition(
        "when a protégé concedes",
        "If the protégé could concede before its patron speaks, a loyal one would hold firm exactly if it believes the challenger hard with at most (r_CC - r_CW)/(r_CC - r_CF), however likely support is; a disloyal one gains (1 - s)(r_PR+ - r_CW) more from holding firm.",
    )
    def concession(self) -> bool:
        p, (belief, support) = self.values(), (self.values().p_C, self.values().p_P)
        critical = firmness(p)
        choices = [subgame_perfect(self.option(belief, support, loyal=loyal)) for loyal in (True, False)]
        loyal = {family.interval(0, "hold firm") for family in choices[0]}
        expected = {(1, 1)} if belief < critical else {(0, 0)} if belief > critical else {(0, 1)}
        gains = [_gain(self.option(belief, support, loyal=loyal)) for loyal in (True, False)]
        return loyal == expected and gains[1] - gains[0] == (1 - support) * (p.r_PRp - p.r_CW)

    @proposition(
        "a protégé that speaks first",
        "If the protégé concedes or holds firm before its patron speaks, and p_C < r_firm < r*, this is a sequential equilibrium: the defender supports a protégé that holds firm for sure, a protégé of either type holds firm with probability (c_CW - c_SQ)/(c_CW - c_CC), a hard challenger dares, and a soft one with probability p_C (1 - r_firm)/((1 - p_C) r_firm). The protégé's restraint takes the place of the patron's mixed signals.",
        when=lambda p: [(firmness(p), p.p_C), (thresholds(p)["r_star"], firmness(p))],
    )
    def spoken_first(self) -> bool:
        p, game, r = self.values(), self.consulted(), firmness(self.values())
        firm, soft = (p.c_CW - p.c_SQ) / (p.c_CW - p.c_CC), p.p_C * (1 - r) / ((1 - p.p_C) * r)
        challenger, protege = [r, 1 - r], [p.p_P, 1 - p.p_P]  # what is believed of their types after a demand
        play = {HARD: [1, 0], SOFT: [soft, 1 - soft], "Defender": [1, 0], f"{HARD}, resisted": [1, 0], f"{SOFT}, resisted": [0, 1]}
        beliefs = dict.fromkeys(play, protege) | {"Defender": [one * other for one in challenger for other in protege]}
        for loyalty, realigns in (("disloyal", 1), ("loyal", 0)):
            name = f"Protégé, {loyalty}"
            play |= {name: [firm, 1 - firm], f"{name}, alone": [realigns, 1 - realigns]}
            beliefs |= {name: challenger, f"{name}, alone": challenger}
        return bool(sequential_rationality(Assessment(game.profile(play), beliefs)))

    abstract = recalled(
        "British policy in 1914",
        "Unequivocal commitment restrains an adversary only if the threat to realign is highly credible; otherwise patrons send mixed signals, as Britain did in 1914.",
        source="zagare2006dilemma",
    )


def _key(play: Any) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(vector) for vector in play.arrays())


def _sign(value: Any) -> int:
    return int(value > 0) - int(value < 0)


def _gain(choice: ExtensiveGame) -> Any:
    """Return what holding firm gains over conceding when the protégé then does its best."""
    firm, concede = (choice.nodes[0].children[choice.nodes[0].events.index(action)] for action in ("hold firm", "concede"))
    values = subgame_perfect(choice)[0].profile.values
    return values[firm][0] - values[concede][0]
