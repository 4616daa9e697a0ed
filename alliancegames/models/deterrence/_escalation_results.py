"""What is known about asymmetric escalation: its critical values, where its regimes lie, and the results on them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.signalling import SignallingGame
from alliancegames.games.tree import Chance, End, Move
from alliancegames.models.propositions import proposition, recalled
from alliancegames.models.tree_form import TreeModel
from alliancegames.parameters import Values
from alliancegames.solvers.refinements import refine
from alliancegames.solvers.sequential import subgame_perfect

# Types of the defender: whether it is hard at the tactical and at the strategic level.
TYPES = ("HH", "HS", "SH", "SS")
DEMAND, WAIT, CONCEDE, LIMITED, ESCALATE, YIELD = "demand", "wait", "concede", "respond in kind", "escalate", "stop"
RESPONSE = "Challenger, resisted in kind"


def shares(p: Values) -> dict[str, Any]:
    """Return the probabilities of the defender's types."""
    hard, soft = p.p_T, 1 - p.p_T
    return {"HH": hard * p.r_H, "HS": hard * (1 - p.r_H), "SH": soft * p.r_S, "SS": soft * (1 - p.r_S)}


def critical(p: Values) -> dict[str, Any]:
    """Return the belief that keeps the challenger from escalating and the probability of a response that deters it."""
    return {"q": (p.c_ED - p.c_DD) / (p.c_ED - p.c_EE), "h_star": (p.c_DC - p.c_SQ) / (p.c_DC - p.c_DD)}


def hard(p: Values) -> Conditions:
    return [(p.c_EE, p.c_DE)]


def steady(p: Values) -> Conditions:
    """Return when enough of the tactically hard defenders are strategically hard for a limited conflict to stay limited."""
    return [*hard(p), (p.r_H, critical(p)["q"])]


def shaky(p: Values) -> Conditions:
    """Return when a response in kind by all tactically hard defenders would provoke escalation."""
    return [*hard(p), (critical(p)["q"], p.r_H)]


def soft(p: Values) -> Conditions:
    return [(p.c_DE, p.c_EE)]


def standard_play(demand: Any, replies: Sequence[Any], risk: Any, *, hard: bool | None = None) -> tuple[Mapping[str, Any], ...]:
    """Return the play at the information sets in their order.

    Parameters are the probability of a demand, the reply of each type of the defender (or the probability that it responds
    in kind, and else concedes), and the risk of escalation after a response in kind. A hard challenger never gives in.
    """
    never = hard if hard is not None else ESCALATE not in replies
    plays: list[Mapping[str, Any]] = [{DEMAND: demand, WAIT: 1 - demand}]
    for kind, reply in zip(TYPES, replies, strict=True):
        plays.append({reply: 1} if isinstance(reply, str) else {LIMITED: reply, CONCEDE: 1 - reply})
        if kind == TYPES[0]:
            plays.append({YIELD: 1 - risk, ESCALATE: risk})
        plays += [{ESCALATE if kind[1] == "H" else YIELD: 1}, {ESCALATE if never else YIELD: 1}]
    return tuple(plays)


def as_key(play: Any) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(vector) for vector in play.arrays())


class EscalationResults(TreeModel):
    """The results on asymmetric escalation, checked by its subgame-perfect equilibria and by refinements."""

    @abstractmethod
    def known(self, kind: str) -> ExtensiveGame:
        """Return the game in which the defender's type is known.

        Parameters
        ----------
        kind : {"HH", "HS", "SH", "SS"}
            Whether the defender is hard at the tactical and at the strategic level.
        """

    @abstractmethod
    def replies(self) -> SignallingGame:
        """Return what follows a demand as a signalling game, with the last moves folded in."""

    @abstractmethod
    def _reply(self, p: Values, kind: str) -> Move:
        """Return the defender's move and what follows."""

    def doubtful(self, cred_challenger: Any, u_conflict_soft: Any) -> ExtensiveGame:
        """Return the game in which the defender is unsure of the challenger, too, and the model's challenger is the hard one.

        The last moves are folded in, and so is that a tactically soft defender does not respond in kind: to concede is better
        for it whatever follows.

        Parameters
        ----------
        cred_challenger : number
            Probability that the challenger is hard.
        u_conflict_soft : number
            A soft challenger's utility of an all-out conflict, below that of giving in.

        Examples
        --------
        >>> import alliancegames as ag
        >>> game = ag.models.AsymmetricEscalation().doubtful("2/5", 0)
        >>> len(game.nodes), len(game.information_sets)
        (43, 8)
        """
        p, cred, soft_conflict = self.completed().exact().values(), Fraction(cred_challenger), Fraction(u_conflict_soft)

        def reply(challenger: str, conflict: Any, kind: str) -> Move:
            all_out = End((conflict, p.d_EEp if kind[1] == "H" else p.d_EEm), "EE")
            pressed = all_out if kind[1] == "H" else End((p.c_ED, p.d_ED), "ED")
            limited = Move("Challenger", {YIELD: End((p.c_DD, p.d_DDp), "DD"), ESCALATE: pressed}, f"{challenger}, resisted in kind")
            branches = {
                CONCEDE: End((p.c_DC, p.d_DC), "DC"),
                LIMITED: limited,
                ESCALATE: all_out if challenger == "Hard challenger" else End((p.c_DE, p.d_DE), "DE"),
            }
            return Move("Defender", {a: after for a, after in branches.items() if a != LIMITED or kind[0] == "H"}, f"Defender {kind}")

        def root(challenger: str, conflict: Any) -> Move:
            replies = Chance({kind: (share, reply(challenger, conflict, kind)) for kind, share in shares(p).items()})
            return Move("Challenger", {DEMAND: replies, WAIT: End((p.c_SQ, p.d_SQ), "SQ")}, challenger)

        kinds = {"hard": (cred, root("Hard challenger", p.c_EE)), "soft": (1 - cred, root("Soft challenger", soft_conflict))}
        return ExtensiveGame(self.players, Chance(kinds), title="Asymmetric escalation, both sides in doubt")

    def _ends(self, kind: str) -> set[str]:
        """Return the ends that are reached in some equilibrium if the defender's type is known."""
        return {end for family in subgame_perfect(self.known(kind)) for end, weight in family.outcomes.items() if weight}

    def _found(self) -> set[Any]:
        return {as_key(corner) for family in self.solve().equilibria for corner in family.corners}

    def _stated(self, *names: str) -> set[Any]:
        table, game = self.regimes(refined=False), self.game()
        return {as_key(game.profile(play)) for name in names for play in table.equilibria(name)}

    @proposition(
        "a hard challenger and a known defender",
        "If all is known, a hard challenger is deterred exactly by a defender that is hard at both levels; any other concedes.",
        when=hard,
    )
    def hard_challenger(self) -> bool:
        return [self._ends(kind) for kind in TYPES] == [{"SQ"}, {"DC"}, {"DC"}, {"DC"}]

    @proposition(
        "a soft challenger",
        "A soft challenger is deterred by every defender, whatever is known about the defender: each would escalate, and the challenger would give in.",
        when=soft,
    )
    def soft_challenger(self) -> bool:
        known = all(self._ends(kind) == {"SQ"} for kind in TYPES)
        return known and all(outcome["p_status_quo"] == 1 for outcome in self.solve().outcomes)

    @proposition(
        "when the challenger escalates",
        "After a response in kind the challenger escalates exactly if it believes the defender strategically hard with a probability below q = (c_ED - c_DD)/(c_ED - c_EE); the threshold is higher for a hard than for a soft challenger (dq/dc_EE > 0).",
    )
    def escalation(self) -> bool:
        p, q = self.values(), self.thresholds()["q"]
        weights = {"HH": p.r_H, "HS": 1 - p.r_H}
        rest = Chance({kind: (weight, self._reply(p, kind).branches[LIMITED]) for kind, weight in weights.items()})
        ranges = {family.interval(RESPONSE, ESCALATE) for family in subgame_perfect(ExtensiveGame(self.players, rest))}
        harder = self.replace(c_EE=(p.c_EE + p.c_DD) / 2).thresholds()["q"]
        return ranges == ({(1, 1)} if p.r_H < q else {(0, 0)} if p.r_H > q else {(0, 1)}) and bool(harder > q)

    @proposition(
        "all equilibria against an uncertain defender",
        "The equilibria of a hard challenger that is unsure of the defender are exactly the one of its regime and those without response. It is deterred if p_T min(1, r_H/q) > h*. Otherwise it makes a demand; tactically hard defenders respond in kind, the strategically soft ones with probability m if r_H < q, and then the challenger escalates with probability e_HS.",
        when=hard,
    )
    def hard_and_uncertain(self) -> bool:
        (regime, *others), found = self.regimes().locate(), self._found()
        return self._stated(regime, "No response") <= found and (bool(others) or len(found) == 3)

    @proposition(
        "no response is implausible",
        "The equilibria in which every defender concedes do not survive D1: to respond in kind pays strategically hard defenders for more reactions than strategically soft ones, and against those a limited conflict would stay limited.",
        when=hard,
    )
    def no_response(self) -> bool:
        report = refine(self.replies())
        silent = [item for item in report if LIMITED in item.family.unused_messages]
        return len(silent) >= 1 and all(item.verdicts["D1"].survives is False for item in silent) and len(report) > len(silent)

    @proposition(
        "more forces for limited war",
        "Where escalation threatens (r_H < q) defenders that are hard at the tactical level only do not matter: more of them in place of tactically soft ones change neither whether a demand is made nor how often it meets a response.",
        when=shaky,
    )
    def substrategic(self) -> bool:
        p, both = self.values(), shares(self.values())["HH"]
        more = (p.p_T + 1) / 2
        return self._responding() == self.replace(p_T=more, r_H=both / more)._responding()

    def _responding(self) -> list[dict[str, Any]]:
        """Return the outcomes of the equilibria in which some defender responds in kind."""
        solution = self.solve()
        pairs = zip(solution.equilibria, solution.outcomes, strict=True)
        return [outcome for family, outcome in pairs if family["Defender HH"][CONCEDE] < 1]

    families = recalled(
        "uncertainty on both sides",
        "If both sides are unsure of each other, equilibria fall into families of deterrence, of no or constrained limited response, of escalatory limited response, and of spirals; limited wars are possible but rare, and substrategic deployments add little to overall stability.",
        source="zagare2000perfect",
    )
