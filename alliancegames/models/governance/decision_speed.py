"""Rules of decision and the fait accompli: whether an alliance decides before a grab cannot be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar, Self

from alliancegames._conditions import Conditions
from alliancegames._fields import read_number
from alliancegames.errors import ParameterError, unknown_label
from alliancegames.games.distributions import exp
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models._votes import NO, YES, chance_of_votes
from alliancegames.models.governance._speed_results import SpeedResults, answers_in_time, willing
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["DecisionSpeed"]

GRAB, WAIT, RESPOND, STAND = "grab", "wait", "respond", "let it stand"
NEEDED = {"consensus": lambda n: n, "two thirds": lambda n: -(-2 * n // 3), "majority": lambda n: n // 2 + 1}
DELEGATION = "delegation"


@register
class DecisionSpeed(SpeedResults):
    """Does an alliance of many still deter a fast grab?

    An attacker can grab something that is lost to the members unless they respond within a window of time. Each member is ready to
    approve a response within the window with some probability, independently of the others, as if approvals came at a constant rate. A
    response needs the approval of all members, of a share of them, or of a commander to whom they have delegated the decision. Those who
    are ready approve if they would rather respond than lose what is grabbed.

    The grab is deterred if the response comes in time with a high enough probability. Under consensus that probability falls with
    every member, however willing each is: the slowest decides. If a share of the votes is enough, and members
    are likelier to be ready than that share, it tends to one. Delegation makes it independent of the number of members.

    ``members=`` sets how many there are and ``rule=`` how they decide: "consensus", "two thirds", "majority", "delegation", or a number
    of votes. `within` sets the probability of approval from the rate and a window of time. This is our formalisation of the debate on
    consensus and delegation in alliances, with the logic of veto players (F3).
    """

    key = "decision_speed"
    title = "Rules of decision and the fait accompli"
    pillar = "governance"
    question = "Does an alliance that needs the consent of many members still deter a fast grab?"
    fidelity = "F3"
    references = ("tsebelis2002veto", "altman2017fait")
    solution = "subgame-perfect equilibria"
    players = ("Attacker", "Members")
    parameters = (
        Parameter("p_approve", "q", "(0, 1)", "probability that a member is ready to approve within the window", "19/20", "probability"),
        Parameter("gain_attack", "g", "(0, inf)", "the attacker's gain from a grab that is not answered in time", 1, "utility"),
        Parameter("loss_repelled", "l", "(0, inf)", "its loss from one that is", 1, "utility"),
        Parameter("stake_members", "v", "(0, inf)", "the members' loss from a grab that is not answered", 1, "utility"),
        Parameter("cost_response", "k", "[0, inf)", "the members' cost of a response", "1/2", "utility"),
        Parameter("approval_rate", "lam", "(0, inf)", "rate at which a member that has not approved yet does", 1, "1/period", latex=r"\lambda"),
    )  # fmt: skip
    outcomes = (
        Outcome("p_status_quo", "probability that nothing is grabbed"),
        Outcome("p_grab", "probability of a grab"),
        Outcome("p_answered", "probability of a grab that is answered in time"),
        Outcome("p_stands", "probability of a grab that stands"),
    )
    ends: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "p_status_quo": ("no grab",),
        "p_grab": ("answered", "tolerated", "too late"),
        "p_answered": ("answered",),
        "p_stands": ("tolerated", "too late"),
    }
    comparative_statics = (
        Sign("d(P_star)/d(g) > 0", "a more tempting grab needs a likelier response"),
        Sign("d(P_star)/d(l) < 0", "a harder response can be less likely"),
        Sign("d(p_timely)/d(q) > 0", "readier members make a response in time likelier"),
        Sign("d(mean_time)/d(lam) < 0", "faster approvals, faster decisions"),
        Sign("p_timely < q", "a consensus is less likely to come in time than one member's approval"),
    )
    settings: ClassVar[Mapping[str, Any]] = {"members": 16, "rule": "consensus"}

    def restructure(self, chosen: Mapping[str, Any]) -> None:
        """Check the number of members and the rule."""
        members, rule, where = chosen["members"], chosen["rule"], f"{type(self).__name__}()"
        if isinstance(members, bool) or not isinstance(members, int) or members < 1:
            raise ParameterError(f"{where}: members is a number of members and must be an integer of at least 1, got {members!r}.")
        if isinstance(rule, int) and not 1 <= rule <= members:
            raise ParameterError(f"{where}: rule is a number of votes and must be an integer from 1 to {members}, got {rule!r}.")
        if isinstance(rule, bool) or (not isinstance(rule, int) and rule not in (*NEEDED, DELEGATION)):
            raise unknown_label("rule", rule, (*NEEDED, DELEGATION), where)

    @property
    def voters(self) -> tuple[int, int]:
        """How many decide, and how many of them have to approve.

        Examples
        --------
        >>> import alliancegames as ag
        >>> ag.models.DecisionSpeed(members=30, rule="two thirds").voters
        (30, 20)
        """
        members, rule = self._chosen["members"], self._chosen["rule"]
        if rule == DELEGATION:
            return 1, 1
        return members, rule if isinstance(rule, int) else NEEDED[rule](members)

    def tree(self, p: Values) -> TreeNode:
        """Write the grab, whether enough members are ready in time, and their response."""
        timely = chance_of_votes(p.q, *self.voters)
        reply = Move("Members", {RESPOND: End((-p.l, -p.k), "answered"), STAND: End((p.g, -p.v), "tolerated")})
        late = End((p.g, -p.v), "too late")
        return Move("Attacker", {GRAB: Chance({"in time": (timely, reply), "too late": (1 - timely, late)}), WAIT: End((0, 0), "no grab")})

    def one_by_one(self) -> ExtensiveGame:
        """Return the game after a grab in which members are ready or not one after the other, and say yes or no if they are."""
        p = self.completed().values()
        voters, needed = self.voters
        names = [f"Member {k + 1}" for k in range(voters)]

        def after(k: int, missing: int) -> TreeNode:
            if missing in (0, voters - k + 1):
                return End((-p.v if missing else -p.k,) * voters, "too late" if missing else "answered")
            vote = Move(names[k], {YES: after(k + 1, missing - 1), NO: after(k + 1, missing)})
            return Chance({"ready": (p.q, vote), "not ready": (1 - p.q, after(k + 1, missing))})

        return ExtensiveGame(names, after(0, needed), title=self.title)

    def within(self, window: float) -> Self:
        """Return the model in which members are ready within a window of time with the probability that their rate of approval implies.

        Parameters
        ----------
        window : number
            Length of the window. The probability is 1 - exp(-lambda window), and all parameters become floats; those that are not given
            have the values of the worked example.

        Raises
        ------
        ParameterError
            The window is not above 0, or so long that the probability rounds to one.
        GameDefinitionError
            The window is no number.

        Examples
        --------
        >>> import alliancegames as ag
        >>> for rule in ("consensus", "two thirds", "delegation"):
        ...     model = ag.models.DecisionSpeed(members=30, rule=rule).within(3)
        ...     print(rule, round(model.thresholds()["p_timely"], 4), model.solve().outcomes[0]["p_grab"])
        consensus 0.2161 1.0
        two thirds 1.0 0.0
        delegation 0.9502 0.0
        """
        length = float(read_number(window, "within(), window")[1])
        if not length > 0:
            raise ParameterError(f"within(): window is a length of time and must be above 0, got {window!r}.")
        p = self.completed().values()
        floats = {parameter.name: float(getattr(p, parameter.name)) for parameter in self.parameters}
        return self.replace(**floats | {"p_approve": 1 - exp(-floats["approval_rate"] * length)})

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the probabilities of a response that deters and of one in time, the mean time to decide, and how ready consensus needs members to be."""
        voters, needed = self.voters
        least = p.g / (p.g + p.l)
        return {
            "P_star": least,
            "p_timely": chance_of_votes(p.q, voters, needed),
            "mean_time": sum(1 / (j * p.lam) for j in range(voters - needed + 1, voters + 1)),
            "q_consensus": least ** Fraction(1, self._chosen["members"]),
        }

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return whether the grab is deterred, with the equilibrium."""

        def late(p: Values) -> Conditions:
            return [willing(p), answers_in_time(p, *self.voters)[::-1]]

        def play(attacker: str, members: str) -> Any:
            return lambda p: [({attacker: 1}, {members: 1})]

        return [
            Regime("No will", lambda p: [willing(p)[::-1]], play(GRAB, STAND), "A response costs the members more than what is grabbed: it is let stand."),
            Regime("Deterrence", lambda p: [willing(p), answers_in_time(p, *self.voters)], play(WAIT, RESPOND), "A response is likely enough to come in time."),
            Regime("Fait accompli", late, play(GRAB, RESPOND), "The members would respond, but are too likely to be late."),
        ]  # fmt: skip

    def draw(self, ax: Any) -> None:
        """Draw the probability of a response in time against the number of members, for each rule."""
        p = self.completed().values()
        sizes = range(1, 31)
        styles = {"consensus": ("#b5451d", "o-"), "two thirds": ("#0b559f", "s-"), DELEGATION: ("#3f7f3f", "--")}
        for rule, (colour, style) in styles.items():
            chances = [float(chance_of_votes(p.q, *self.replace(members=n, rule=rule).voters)) for n in sizes]
            ax.plot(sizes, chances, style, color=colour, markersize=3.5, label=rule)
        ax.axhline(float(p.g / (p.g + p.l)), color="0.4", linewidth=0.9, linestyle=":", label="needed to deter")
        ax.set(xlabel="number of members", ylabel="probability of a response in time", ylim=(0, 1.03))
        ax.legend(frameon=False, loc="lower left", fontsize="small")
        ax.set_title("A consensus of many comes too late; a share of the votes does not", loc="left", fontsize="medium")
