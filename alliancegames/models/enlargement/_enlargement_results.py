"""What is known about the enlargement dilemma."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from functools import partial
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.cutoff import CutoffGame
from alliancegames.games.distributions import TypeDistribution
from alliancegames.games.signalling import SignallingGame
from alliancegames.models.propositions import proposition
from alliancegames.models.signalling_form import SignallingModel, includes, refined
from alliancegames.parameters import Values
from alliancegames.solvers.assessment_families import AssessmentFamily
from alliancegames.solvers.cutoffs import cutoff_equilibria
from alliancegames.solvers.signalling import perfect_bayesian

EAGER = EAGER_S, EAGER_X = "eager security seeker", "eager expansionist"
RELUCTANT = RELUCTANT_S, RELUCTANT_X = "reluctant security seeker", "reluctant expansionist"
SEEKER, EXPANSIONIST = "security seeker", "expansionist"
ENLARGE, ABSTAIN = "enlarge", "abstain"
COOPERATE, DEFECT = "cooperate", "defect"
BENIGN = dict.fromkeys((*EAGER, *RELUCTANT), ENLARGE), {ENLARGE: COOPERATE}
BREAKING = dict.fromkeys(EAGER, ENLARGE) | dict.fromkeys(RELUCTANT, ABSTAIN), {ENLARGE: DEFECT, ABSTAIN: COOPERATE}


def thresholds(p: Values) -> dict[str, Any]:
    """Return the minimum of trust, how often each kind enlarges if the rival punishes it, and trust after enlargement and abstention."""
    seeker, expansionist = 1 - 1 / p.b_S, 1 - p.g_X / p.b_X
    return {
        "m": p.c / (1 - p.g_R + p.c),
        "sigma_S": seeker,
        "sigma_X": expansionist,
        "t_E": p.t * seeker / (p.t * seeker + (1 - p.t) * expansionist),
        "t_N": p.t * (1 - seeker) / (p.t * (1 - seeker) + (1 - p.t) * (1 - expansionist)),
    }


def trust(p: Values, before: bool, after: bool | None = None) -> Conditions:
    """Return when trust is sufficient, or not, before anything is inferred; and after what could change this: enlargement by the eager, or abstention by the reluctant."""
    q = thresholds(p)
    beliefs = (p.t, before), (q["t_E"] if before else q["t_N"], after)
    return [(belief, q["m"]) if enough else (q["m"], belief) for belief, enough in beliefs if enough is not None]


class EnlargementResults(SignallingModel):
    """The propositions of the model, checked by the solvers of signalling games and of cutoff games."""

    @abstractmethod
    def known_benefits(self) -> SignallingGame:
        """Return the game in which the rival knows the benefits."""

    @abstractmethod
    def continuous(self, seekers: TypeDistribution | None = None, expansionists: TypeDistribution | None = None) -> CutoffGame:
        """Return the model with continuous benefits."""

    def _breaking(self, families: Iterable[AssessmentFamily]) -> tuple[Any, ...]:
        """Return trust after enlargement and after abstention in the trust-breaking one of some equilibria."""
        (family,) = (f for f in families if includes([f], *BREAKING))
        beliefs = [family.example.beliefs[family.game.receiver_set(message)] for message in self.messages]
        return tuple(belief[EAGER_S] + belief[RELUCTANT_S] for belief in beliefs)

    def _inferred(self) -> Any:
        """Return the share of security seekers among the eager, which is trust after enlargement in the trust-breaking equilibrium."""
        prior = self.game().prior
        return prior[EAGER_S] / (prior[EAGER_S] + prior[EAGER_X])

    @proposition(
        "benign and trust-breaking enlargement",
        "That every alliance enlarges and the rival goes on cooperating is an equilibrium exactly if t >= m = c/(1 - g_R + c). That only eager alliances enlarge and the rival cooperates only after abstention is one exactly if t_E <= m <= t_N.",
    )
    def two_equilibria(self) -> bool:
        q, families = self.thresholds(), self.solve().equilibria
        benign, breaking = (includes(families, *profile) for profile in (BENIGN, BREAKING))
        return bool(benign == (self.values().t >= q["m"]) and breaking == (q["t_E"] <= q["m"] <= q["t_N"]))

    @proposition(
        "fragile trust",
        "If t_E < m < t, enlargement can break trust that was sufficient: both equilibria exist, and no third without randomising. In the breaking one the rival's trust is t_E after enlargement and t_N after abstention, and cooperation falls from certainty to the probability of abstention.",
        when=partial(trust, before=True, after=False),
    )
    def fragile_trust(self) -> bool:
        q, solution = self.thresholds(), self.solve()
        pure = [(f, outcome) for f, outcome in zip(solution.equilibria, solution.outcomes, strict=True) if f.is_pure]
        falls = [o["p_cooperation"] == 1 - o["p_enlarge"] for f, o in pure if includes([f], *BREAKING)]
        both = len(pure) == 2 and falls == [True] and includes([f for f, _ in pure], *BENIGN)
        return both and self._breaking(solution.equilibria) == (q["t_E"], q["t_N"])

    @proposition(
        "signs",
        "In the trust-breaking equilibrium trust after enlargement rises in the security seekers' benefits (dt_E/db_S > 0) and falls in those of expansionists (dt_E/db_X < 0). The minimum of trust rises in the rival's loss from being exploited (dm/dc > 0).",
        when=partial(trust, before=True, after=False),
    )
    def signs(self) -> bool:
        p = self.values()
        lower, higher = self.replace(b_S=(p.b_S + 1) / 2), self.replace(b_X=2 * p.b_X)
        exposed = self.replace(c=2 * p.t * (1 - p.g_R) / (1 - p.t)).solve().equilibria
        return bool(max(lower._inferred(), higher._inferred()) < self._inferred()) and not includes(exposed, *BENIGN)

    @proposition(
        "continuous benefits",
        "If t_E < m < t, the model with continuous benefits has three equilibria in which the rival cooperates after abstention: it cooperates after enlargement always (benign), never (trust breaking), or with 1 - (t - m)/(t(1 - m)/b_S - (1 - t)m g_X/b_X).",
        when=partial(trust, before=True, after=False),
    )
    def continuous_benefits(self) -> bool:
        p, m = self.values(), self.thresholds()["m"]
        mixed = 1 - (p.t - m) / (p.t * (1 - m) / p.b_S - (1 - p.t) * m * p.g_X / p.b_X)
        found = cutoff_equilibria(self.continuous())
        near = [abs(item[COOPERATE] - stated) <= 1e-9 for item, stated in zip(found, (0, mixed, 1), strict=False)]
        return found.complete is True and near == [True] * 3 == [True] * len(found)

    @proposition(
        "restraint with known benefits",
        "With known benefits B_S and B_X (here at the means), that the security seeker abstains, the expansionist enlarges and the rival cooperates after abstention is an equilibrium exactly if B_S <= 1 and B_X >= g_X.",
    )
    def known_restraint(self) -> bool:
        p, profile = self.values(), ({SEEKER: ABSTAIN, EXPANSIONIST: ENLARGE}, {ABSTAIN: COOPERATE})
        return bool(includes(perfect_bayesian(self.known_benefits()), *profile) == (p.b_S <= 2 and p.b_X >= 2 * p.g_X))

    @proposition(
        "mistrust with known benefits",
        "With a known benefit B_S > 1 and t < m, in every equilibrium both kinds enlarge and the rival defects.",
        when=lambda p: [(p.b_S, 2), *trust(p, before=False)],
    )
    def known_mistrust(self) -> bool:
        sure = ((SEEKER, ENLARGE), (EXPANSIONIST, ENLARGE), (ENLARGE, DEFECT))
        return all(family.interval(*place) == (1, 1) for family in perfect_bayesian(self.known_benefits()) for place in sure)

    @proposition(
        "punishing abstention is implausible",
        "With known benefits, B_S < 1 and t < m, that both kinds enlarge is an equilibrium only because the rival would take abstention for hostile. It fails D1 exactly if B_S < B_X/g_X: then the security seeker would abstain more readily than the expansionist.",
        when=lambda p: [(2, p.b_S), *trust(p, before=False)],
    )
    def punishing_abstention(self) -> bool:
        p = self.values()
        punished = {SEEKER: ENLARGE, EXPANSIONIST: ENLARGE}, {ENLARGE: DEFECT, ABSTAIN: DEFECT}
        pooled = [f for f in perfect_bayesian(self.known_benefits()) if includes([f], *punished)]
        dead = refined(self.known_benefits(), "D1", pooled).eliminated
        stated = len(pooled) == 1 and len(dead) == (p.b_S * p.g_X < p.b_X)
        return stated and all(f"{EXPANSIONIST} is ruled out" in reason for _, reason in dead)

    @proposition(
        "hurdles screen candidates",
        "An entry condition separates cooperative candidates from others exactly if b_U <= h <= b_C.",
    )
    def hurdles(self) -> bool:
        p, acts = self.values(), {"enter": (), "stay out": ()}
        value = {("good", "enter"): p.b_C - p.h, ("bad", "enter"): p.b_U - p.h}
        game = SignallingGame(("good", "bad"), list(acts), acts, (p.t, 1 - p.t), lambda kind, act, _: (value.get((kind, act), 0), 0))
        return includes(perfect_bayesian(game), {"good": "enter", "bad": "stay out"}, {}) == bool(p.b_U <= p.h <= p.b_C)
