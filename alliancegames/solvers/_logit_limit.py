"""To which Nash equilibrium does a logit branch lead as the precision grows without bound?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._fields import format_number
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import Profile
from alliancegames.solvers.nash import nash
from alliancegames.solvers.verify import largest_regret

__all__ = ["BranchLimit", "find_limit"]

# Beyond these many actions a player the complete list of Nash equilibria is not made for the comparison.
MOST_ACTIONS = 6
# A Nash equilibrium within this distance of the end of the branch, in every probability, is taken for its limit.
CLOSE = 1e-6
# Denominators of probabilities that are tried for games without a list.
DENOMINATORS = (1, 12, 100, 1000)


@dataclass(frozen=True, repr=False)
class BranchLimit:
    """The Nash equilibrium that a logit branch approaches.

    That it is an equilibrium is verified; that it is the limit is concluded from the distance.

    Parameters
    ----------
    profile : Profile
        The equilibrium; of the exact game if ``exact``, else of the game in floats.
    exact : bool
        Whether it was recognised as an exact equilibrium, with regret exactly zero.
    regret : Fraction or float
        The largest gain from a unilateral deviation; floats: as a share of the range of the player's payoffs.
    distance : float
        Largest difference between its probabilities and those at the end of the branch.
    """

    profile: Profile
    exact: bool
    regret: Any
    distance: float

    def __repr__(self) -> str:
        kind = "exact" if self.exact else f"regret {format_number(self.regret, 2)}"
        return f"<BranchLimit: {self.profile}, {kind}, {self.distance:.1g} from the end of the branch>"


def find_limit(game: NormalFormGame, strategies: Sequence[np.ndarray]) -> BranchLimit:
    """Recognise the equilibrium near the end of a branch; the end itself if none is recognised."""
    for candidate in _candidates(game, strategies):
        distance = max(float(np.abs(own.astype(float) - end).max()) for own, end in zip(candidate, strategies, strict=True))
        if distance > CLOSE:
            continue
        regret = largest_regret(game, candidate)
        if regret <= (0 if game.field == "exact" else np.finfo(float).eps * 64):
            return BranchLimit(Profile(game, candidate), game.field == "exact", regret, distance)
    floats = game.floats()
    return BranchLimit(Profile(floats, strategies), False, largest_regret(floats, strategies), 0.0)


def _candidates(game: NormalFormGame, strategies: Sequence[np.ndarray]) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield equilibria and simple fractions that the end of a branch may stand for, pure ones first."""
    if len(game.players) == 2 and max(game.shape) <= MOST_ACTIONS:
        yield from nash(game).arrays()
    for largest in DENOMINATORS if game.field == "exact" else DENOMINATORS[:1]:
        rounded = [[Fraction(float(p)).limit_denominator(largest) for p in own] for own in strategies]
        if all(sum(own) == 1 for own in rounded):
            yield tuple(np.array(own, dtype=object if game.field == "exact" else float) for own in rounded)
