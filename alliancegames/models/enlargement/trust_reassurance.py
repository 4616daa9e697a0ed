"""Trust between states that do not know each other's motives, and gestures that build it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.bayesian import BayesianGame
from alliancegames.models.bayesian_form import Cell
from alliancegames.models.enlargement._reassurance_results import ReassuranceResults
from alliancegames.models.enlargement._trust_plans import (
    COOPERATE,
    MOVES,
    PLANS,
    TRUSTWORTHY,
    UNTRUSTWORTHY,
    plan_name,
    rounds,
    stage,
    worth,
)
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["TrustReassurance"]


def telling(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that the gesture is too large for the untrustworthy to imitate."""
    return p.alpha * ((2 * p.g_U - 1) * p.t + p.c * (1 - p.t)), p.g_U * p.t


def affordable(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that the gesture is small enough for the trustworthy to risk."""
    return p.t, p.alpha * (p.c * (1 - p.t) + p.t * p.g_T)


def window(p: Values, tells: bool, pays: bool) -> Conditions:
    """Return when a gesture tells types apart, or not, and is affordable, or not."""
    return [telling(p) if tells else telling(p)[::-1], affordable(p) if pays else affordable(p)[::-1]]


@register
class TrustReassurance(ReassuranceResults):
    """How much trust is needed to cooperate, and how big must a gesture be to build it?

    Two states can cooperate or defect. Mutual cooperation is worth 1 and mutual defection 0; who cooperates with a defector
    loses c, and the defector gains g. To a *trustworthy* state this is less than mutual cooperation is worth, to an
    *untrustworthy* one more. Neither knows what the other is.

    They meet twice. The first meeting, a gesture, has a small part of the stakes, the second has the rest. States
    reciprocate (cooperate first, then answer in kind), deceive (cooperate first to defect later), or defect. A gesture builds
    trust if it is so large that the untrustworthy do not think it worth their while, and so small that the trustworthy can
    risk it. The games are the published ones with the closed forms derived here (F1). `full` has all eight plans, `one_shot` only
    one meeting, and in `one_sided` only one side's motives are in doubt.
    """

    key = "trust_reassurance"
    title = "Trust and reassurance"
    pillar = "enlargement"
    question = "How much trust is needed to cooperate, and how big must a gesture be to build it?"
    fidelity = "F1"
    references = ("kydd2000trust", "kydd2005trust", "jervis1978cooperation")
    players = ("State 1", "State 2")
    types = ((TRUSTWORTHY, UNTRUSTWORTHY), (TRUSTWORTHY, UNTRUSTWORTHY))
    actions = (tuple(PLANS), tuple(PLANS))
    parameters = (
        Parameter("trust", "t", "(0, 1)", "trust: prior probability that a state is trustworthy", "3/10", "probability"),
        Parameter("gesture", "alpha", "(0, 1)", "size of the gesture: the part of the stakes at risk in the first round", "1/2", "share", latex=r"\alpha"),
        Parameter("loss_exploited", "c", "(0, inf)", "loss from cooperating with a defector", "3/5", "cooperation = 1"),
        Parameter("gain_exploit_trustworthy", "g_T", "[0, 1)", "a trustworthy state's gain from exploiting the other", "1/2", "cooperation = 1"),
        Parameter("gain_exploit_untrustworthy", "g_U", "(1, inf)", "an untrustworthy state's gain from exploiting the other", "7/5", "cooperation = 1"),
    )  # fmt: skip
    outcomes = (
        Outcome("p_gestures", "probability that both cooperate in the first round"),
        Outcome("p_cooperation", "probability that both cooperate in the second round"),
        Outcome("p_exploited", "probability that one side exploits the other in some round"),
    )
    comparative_statics = (
        Sign("d(m)/d(c) > 0", "the more one loses who is exploited, the more trust is needed"),
        Sign("d(m)/d(g_T) > 0", "and the more, the better the trustworthy would do by exploiting"),
        Sign("d(t_reassure)/d(c) > 0", "the same holds where gestures are made: losses"),
        Sign("d(t_reassure)/d(g_T) > 0", "and temptation raise the trust needed"),
        Sign("t_reassure < m", "gestures work where there is too little trust to cooperate at once"),
        Sign("alpha_U < alpha_T", "with enough trust some gesture tells types apart and can be risked", where=("t > t_reassure",)),
        Sign("d(alpha_T)/d(t) > 0", "the more trust, the larger the gesture that can be risked"),
        Sign("d(alpha_U)/d(t) > 0", "and the larger the one that is needed to tell types apart"),
        Sign("d(alpha_min)/d(g_U) < 0", "greedy deceivers give themselves away at smaller gestures if only one side is in doubt"),
    )

    def prior(self, p: Values) -> Sequence[Mapping[str, Any]]:
        """Weigh the types of either side."""
        return [{TRUSTWORTHY: p.t, UNTRUSTWORTHY: 1 - p.t}] * 2

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Add up the rounds."""
        return {(kinds, plans): worth(p, kinds, [PLANS[plan] for plan in plans]) for kinds, plans in self.cells()}

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Look at what happens in both rounds."""
        found = {cell: rounds(*(PLANS[plan] for plan in cell[1])) for cell in self.cells()}
        together = (COOPERATE, COOPERATE)
        return {
            "p_gestures": {cell: int(played[0] == together) for cell, played in found.items()},
            "p_cooperation": {cell: int(played[1] == together) for cell, played in found.items()},
            "p_exploited": {cell: int(any(len(set(moves)) == 2 for moves in played)) for cell, played in found.items()},
        }

    def full(self) -> BayesianGame:
        """Return the game in which states choose among all eight plans, named by their three moves.

        Examples
        --------
        >>> import alliancegames as ag
        >>> ag.models.TrustReassurance().full().actions[0][0][:2]
        ('cooperate, then cooperate or cooperate', 'cooperate, then cooperate or defect')
        """
        plans = {plan_name(plan): plan for plan in product(MOVES, repeat=3)}
        return self._other(list(plans), lambda p, kinds, names: worth(p, kinds, [plans[name] for name in names]))

    def one_shot(self) -> BayesianGame:
        """Return the game with a single round at full stakes.

        Examples
        --------
        >>> import alliancegames as ag
        >>> for profile in ag.bayesian_nash(ag.models.TrustReassurance(t="3/5").one_shot()).pure:
        ...     print(profile)
        State 1 trustworthy: cooperate; State 1 untrustworthy: defect; State 2 trustworthy: cooperate; State 2 untrustworthy: defect
        State 1 trustworthy: defect; State 1 untrustworthy: defect; State 2 trustworthy: defect; State 2 untrustworthy: defect
        """
        return self._other(MOVES, lambda p, kinds, moves: (stage(p, kinds[0], *moves), stage(p, kinds[1], *moves[::-1])))

    def one_sided(self) -> BayesianGame:
        """Return the game with a gesture in which state 2 is known to be trustworthy.

        Examples
        --------
        >>> import alliancegames as ag
        >>> len(ag.bayesian_nash(ag.models.TrustReassurance(alpha="4/5", t="1/2").one_sided()).pure)
        2
        """
        return self._other(tuple(PLANS), lambda p, kinds, plans: worth(p, kinds, [PLANS[plan] for plan in plans]), known=True)

    def _other(self, actions: Sequence[str], payoffs: Callable[[Values, Any, Any], Any], known: bool = False) -> BayesianGame:
        """Return a game with other actions; state 2 may be known to be trustworthy."""
        p = self.completed().values()
        types, prior = (self.types, self.prior(p)) if not known else ((self.types[0], (TRUSTWORTHY,)), [self.prior(p)[0], {TRUSTWORTHY: 1}])
        return BayesianGame(self.players, types, prior, [actions] * 2, lambda kinds, chosen: payoffs(p, kinds, chosen), title=self.title)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the trust needed without and with gestures, the smallest and largest gesture that work, and what is needed if one side alone is in doubt."""
        return {
            "m": p.c / (1 - p.g_T + p.c),
            "t_reassure": p.c * (p.g_U - 1) / (2 * p.g_U - 1 + p.c * (p.g_U - 1) - p.g_U * p.g_T),
            "alpha_U": p.g_U * p.t / ((2 * p.g_U - 1) * p.t + p.c * (1 - p.t)),
            "alpha_T": p.t / (p.c * (1 - p.t) + p.t * p.g_T),
            "alpha_min": p.g_U / (2 * p.g_U - 1),
            "t_min": p.alpha * p.c / (1 + p.alpha * p.c - p.alpha * p.g_T),
        }

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Ask whether the gesture tells types apart and whether the trustworthy can risk it."""
        return [
            Regime("Reassurance", lambda p: window(p, True, True), meaning="The trustworthy make the gesture, the untrustworthy do not, and conduct reveals who is who."),
            Regime("Gesture too small", lambda p: window(p, False, True), meaning="The untrustworthy would make it, too, in order to gain more later."),
            Regime("Gesture too large", lambda p: window(p, True, False), meaning="The trustworthy do not dare to make it."),
            Regime("Both too small and too large", lambda p: window(p, False, False), meaning="There is so little trust that a gesture is too cheap for one type and too dear for the other."),
        ]  # fmt: skip

    def draw(self, ax: Any) -> None:
        """Draw which gestures work, against trust."""
        self.regimes().plot("t", "alpha", xlim=(0, 1), ylim=(0, 1), ax=ax)
        m = float(self.completed().thresholds()["m"])
        ax.axvline(m, color="black", linestyle=":", linewidth=1.2)
        ax.annotate("trust needed\nwithout gestures", (m, 0.03), xytext=(4, 0), textcoords="offset points", fontsize="small")
        ax.set_title("Gestures build trust where there is too little to begin with", loc="left", fontsize="medium")
