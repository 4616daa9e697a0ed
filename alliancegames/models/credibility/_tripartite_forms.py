"""The forms of the tripartite crisis: the tree, the signalling game in it, and what changes if the protégé speaks first."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.signalling import SignallingGame
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.tree_form import TreeModel
from alliancegames.parameters import Values

KINDS, LOYALTIES = ("hard", "soft"), ("disloyal", "loyal")
HARD, SOFT = "Challenger, hard", "Challenger, soft"
DEMAND, WAIT, SUPPORT, WITHHOLD = "demand", "wait", "support", "withhold"
FIRM, CONCEDE = "hold firm", "concede"
Play = tuple[Mapping[str, Any], ...]


class TripartiteForms(TreeModel):
    """The tripartite crisis as a tree, folded to a signalling game, and with a protégé that may concede first."""

    ends: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "p_status_quo": ("SQ",),
        "p_war": ("CF",),
        "p_back_down": ("CC",),
        "p_give_way": ("CW",),
        "p_realign": ("PR",),
    }

    def tree(self, p: Values) -> TreeNode:
        """Write the crisis; the protégé's type is drawn when it first matters, which nobody can notice."""
        return Chance({kind: (weight, self._demand(p, kind, self._answer(p, kind))) for kind, weight in self._kinds(p).items()})

    def _kinds(self, p: Values) -> dict[str, Any]:
        return dict(zip(KINDS, (p.p_C, 1 - p.p_C), strict=True))

    def _loyalties(self, p: Values) -> dict[str, Any]:
        return dict(zip(LOYALTIES, (p.p_P, 1 - p.p_P), strict=True))

    def _demand(self, p: Values, kind: str, answer: TreeNode) -> Move:
        """Return the choice of a challenger, from what follows a demand."""
        return Move("Challenger", {DEMAND: answer, WAIT: End((p.c_SQ, p.d_SQ, p.r_SQ), "SQ")}, f"Challenger, {kind}")

    def _answer(self, p: Values, kind: str, loyalty: str | None = None) -> Move:
        """Return the defender's choice; the protégé's type may have been drawn before."""
        conflict = p.c_CFp if kind == "hard" else p.c_CFm
        fight = Move(
            "Challenger",
            {"fight": End((conflict, p.d_CF, p.r_CF), "CF"), "back down": End((p.c_CC, p.d_CC, p.r_CC), "CC")},
            f"Challenger, {kind}, resisted",
        )
        alone: TreeNode = (
            Chance({other: (weight, self._alone(p, other)) for other, weight in self._loyalties(p).items()})
            if loyalty is None
            else self._alone(p, loyalty, ", alone")
        )
        return Move("Defender", {SUPPORT: fight, WITHHOLD: alone}, "Defender")

    def _alone(self, p: Values, loyalty: str, suffix: str = "") -> Move:
        """Return the protégé's choice without support."""
        realign = p.r_PRp if loyalty == "disloyal" else p.r_PRm
        branches = {"realign": End((p.c_PR, p.d_PR, realign), "PR"), "give way": End((p.c_CW, p.d_CW, p.r_CW), "CW")}
        return Move("Protégé", branches, f"Protégé, {loyalty}{suffix}")

    def _play(self, hard: Any, soft: Any, support: Any) -> Play:
        """Return the play at the information sets in their order, from the probabilities of demands and of support."""
        demands = [{DEMAND: x, WAIT: 1 - x} for x in (hard, soft)]
        ends: tuple[Play, ...] = (({"fight": 1}, {"realign": 1}, {"give way": 1}), ({"back down": 1},))
        return (demands[0], {SUPPORT: support, WITHHOLD: 1 - support}, *ends[0], demands[1], *ends[1])

    def folded(self) -> SignallingGame:
        """Return the crisis with the last moves folded in: a signalling game, to which refinements apply.

        Examples
        --------
        >>> import alliancegames as ag
        >>> game = ag.models.TripartiteCrisis().completed().folded()
        >>> report = ag.solvers.refine(game)
        >>> [len(report), len(report.survivors("D1"))]
        [2, 1]
        """
        return self.completed()._folded()

    def regime_game(self, refinement: str | None = None) -> SignallingGame:
        """Return the crisis with the last moves folded in."""
        return self._folded()

    def _folded(self) -> SignallingGame:
        game: ExtensiveGame = self.game()
        values = game.profile(self._play(1, 1, 1)).values  # later moves are dominant, so these hold in every equilibrium
        after = {node.history: tuple(values[k][:2]) for k, node in enumerate(game.nodes)}
        table = {play: pair for play, pair in after.items() if play[1:] in [(WAIT,), (DEMAND, SUPPORT), (DEMAND, WITHHOLD)]}
        prior = {"hard": self.values().p_C, "soft": 1 - self.values().p_C}
        return SignallingGame(KINDS, [DEMAND, WAIT], {DEMAND: [SUPPORT, WITHHOLD], WAIT: []}, prior, table, players=self.players[:2])

    def option(self, belief: Any, support: Any, *, loyal: bool) -> ExtensiveGame:
        """Return the choice of a protégé that may concede before its patron speaks.

        Parameters
        ----------
        belief : number
            Probability that the challenger is hard, strictly between 0 and 1.
        support : number
            Probability with which the defender supports a protégé that holds firm, strictly between 0 and 1.
        loyal : bool
            Which protégé chooses.

        Examples
        --------
        >>> import alliancegames as ag
        >>> choice = ag.models.TripartiteCrisis().option("1/2", "1/4", loyal=True)
        >>> print(ag.subgame_perfect(choice)[0]["Protégé after the start"])
        hold firm
        """
        p, q, s = self.completed().exact().values(), Fraction(belief), Fraction(support)
        backed = Chance({"hard": (q, [p.r_CF]), "soft": (1 - q, [p.r_CC])})
        alone = Move("Protégé", {"realign": [p.r_PRm if loyal else p.r_PRp], "give way": [p.r_CW]})
        firm = Chance({SUPPORT: (s, backed), WITHHOLD: (1 - s, alone)})
        return ExtensiveGame(["Protégé"], Move("Protégé", {"hold firm": firm, "concede": [p.r_CW]}))

    def consulted(self) -> ExtensiveGame:
        """Return the crisis in which a protégé, which knows its type, concedes or holds firm before its patron speaks.

        Examples
        --------
        The protégé restrains itself, so that its patron need not send mixed signals: it supports whoever holds firm.

        >>> import alliancegames as ag
        >>> plays = ag.sequential_equilibria(ag.models.TripartiteCrisis().consulted())
        >>> bargained = next(play for play in plays if play["Challenger, hard"]["demand"] == 1)
        >>> print(bargained["Defender"], bargained["Challenger, soft"], sep="; ")
        support; demand 2/7, wait 5/7
        """
        model = self.completed()
        p = model.values()

        def spoken(kind: str, loyalty: str) -> Move:
            gives_way = End((p.c_CW, p.d_CW, p.r_CW), "CW")
            return Move("Protégé", {FIRM: self._answer(p, kind, loyalty), CONCEDE: gives_way}, f"Protégé, {loyalty}")

        def crisis(kind: str) -> Chance:
            """Draw the protégé's type; a challenger does not see it."""
            return Chance({loyalty: (w, self._demand(p, kind, spoken(kind, loyalty))) for loyalty, w in self._loyalties(p).items()})

        start = Chance({kind: (weight, crisis(kind)) for kind, weight in self._kinds(p).items()})
        return ExtensiveGame(self.players, start, title=self.title, field=model.field)
