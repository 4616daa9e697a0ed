"""What two states can do in two meetings, and what it is worth to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames.parameters import Values

TRUSTWORTHY, UNTRUSTWORTHY = "trustworthy", "untrustworthy"
COOPERATE, DEFECT = "cooperate", "defect"
HONEST, MIMIC, HOSTILE = "reciprocate", "deceive", "defect"
MOVES = (COOPERATE, DEFECT)
Plan = tuple[str, ...]

# A plan is a move in the first round and the moves after the other's cooperation and after its defection.
PLANS: Mapping[str, Plan] = {
    HONEST: (COOPERATE, COOPERATE, DEFECT),
    MIMIC: (COOPERATE, DEFECT, DEFECT),
    HOSTILE: (DEFECT, DEFECT, DEFECT),
}


def plan_name(plan: Plan) -> str:
    """Return a plan in words."""
    return f"{plan[0]}, then {plan[1]} or {plan[2]}"


def rounds(first: Plan, second: Plan) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return what two plans lead to in both rounds."""
    return (first[0], second[0]), (first[1 + MOVES.index(second[0])], second[1 + MOVES.index(first[0])])


def stage(p: Values, kind: str, own: str, other: str) -> Any:
    """Return a side's payoff in one round at full stakes. This is the one place where payoffs are written."""
    exploits = p.g_T if kind == TRUSTWORTHY else p.g_U
    return {(COOPERATE, COOPERATE): 1, (COOPERATE, DEFECT): -p.c, (DEFECT, COOPERATE): exploits, (DEFECT, DEFECT): 0}[own, other]


def worth(p: Values, kinds: Sequence[str], plans: Sequence[Plan]) -> tuple[Any, ...]:
    """Return both sides' payoffs over two rounds of which the first has the stakes alpha."""
    weighed = list(zip((p.alpha, 1 - p.alpha), rounds(*plans), strict=True))
    return tuple(sum(w * stage(p, kind, moves[k], moves[1 - k]) for w, moves in weighed) for k, kind in enumerate(kinds))
