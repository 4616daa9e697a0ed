"""Outer bounds on public perfect equilibrium payoffs: every set on the way contains them all, provably.

Two kinds of steps lower the levels c of ``{x: N x <= c}``. A *plain* step applies the operator. A *jump* goes
further: if along the whole way from c to a smaller c' the bounds on the scores stay below the levels they
are to replace, the set of equilibrium payoffs, which generates itself, cannot get stuck before c'. The
bounds are linear in c, so it is enough to look at both ends of the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from alliancegames.errors import SolveError
from alliancegames.solvers.polytope import Polytope
from alliancegames.solvers.repeated._public_programs import GRID, Bound, NothingLeftError, Programs, up

# Bounds kept for each direction and profile: the latest ones.
KEPT = 6
# Numbers below this are zero for the float guess of a jump.
TINY = 1e-13


class OuterBound:
    """Levels c such that ``{x: N x <= c}`` contains all equilibrium payoffs; `refine` lowers them.

    Parameters
    ----------
    programs : Programs
        The linear programs of the game.
    levels : sequence of Fraction
        Levels to start from; their set must contain all equilibrium payoffs.
    """

    def __init__(self, programs: Programs, levels: Sequence[Fraction]) -> None:
        self.programs = programs
        self.levels = [up(Fraction(level)) for level in levels]
        profiles = range(len(programs.stage.cells))
        self.bounds: dict[tuple[int, int], list[Bound]] = {(k, a): [] for k in range(len(levels)) for a in profiles}
        self.steps = self.jumps = 0
        self._void = False

    @property
    def is_empty(self) -> bool:
        """Whether it is proved that the half-spaces do not meet."""
        pairs = range(self.programs.players)
        return self._void or any(self.levels[2 * i] + self.levels[2 * i + 1] < 0 for i in pairs)

    def refine(self, tolerance: float, limit: int) -> float:
        """Lower the levels until a plain step lowers none by more than the tolerance; return the last change."""
        change = float("inf")
        for _ in range(limit):
            try:
                change = self._step()
            except NothingLeftError:
                self._check_void()
                break
            if self.is_empty or change <= tolerance:
                break
            self._jump()
        return change

    def _check_void(self) -> None:
        """Prove in rationals that nothing is left, where floats found no continuation."""
        half_spaces = list(zip(self.programs.normals, self.levels, strict=True))
        self._void = Polytope.from_inequalities(half_spaces, self.programs.players).is_empty
        if not self._void:
            raise SolveError("public_perfect_payoffs(): the float programs failed on a nearly flat set; try other directions.", half_spaces)

    # ---------------------------------------------------------------- plain steps

    def _step(self) -> float:
        """Apply the operator once."""
        solved: set[tuple[int, int]] = set()
        while tasks := [task for task in self._leaders() if task not in solved]:
            for task, bound in zip(tasks, self.programs.solve(tasks, self.levels), strict=True):
                self.bounds[task] = [*self.bounds[task], bound][-KEPT:]
            solved.update(tasks)
        lowered = [min(level, up(self._score(k))) for k, level in enumerate(self.levels)]
        change = max(float(a - b) for a, b in zip(self.levels, lowered, strict=True))
        self.levels = lowered
        self.steps += 1
        return change

    def _leaders(self) -> list[tuple[int, int]]:
        """Return for each direction the profile with the highest bound; one without a bound comes first."""
        rough = np.array([float(level) for level in self.levels])
        profiles = range(len(self.programs.stage.cells))
        missing = [task for task, bounds in self.bounds.items() if not bounds]
        if missing:
            return missing
        return [(k, max(profiles, key=lambda a: self._rough((k, a), rough))) for k in range(len(self.levels))]

    def _rough(self, task: tuple[int, int], levels: np.ndarray) -> float:
        return min(bound.rough[0] + float(bound.rough[1] @ levels) for bound in self.bounds[task])

    def _score(self, direction: int) -> Fraction:
        """Return the exact bound on the score in a direction: the best profile, the tightest bound of each."""
        rough = np.array([float(level) for level in self.levels])
        profiles = range(len(self.programs.stage.cells))
        tightest = [min(self.bounds[direction, a], key=lambda b: b.rough[0] + float(b.rough[1] @ rough)) for a in profiles]
        return max(bound.at(self.levels) for bound in tightest)

    # ---------------------------------------------------------------- jumps

    def _jump(self) -> None:
        """Move towards the levels at which the present bounds reproduce themselves, as far as can be proved."""
        now = np.array([float(level) for level in self.levels])
        goal = np.minimum(now, self._fixed_levels(now))
        moving = [k for k in range(len(now)) if self._slack(k, now, now) < -TINY and goal[k] < now[k] - TINY]
        held = np.ones(len(now), dtype=bool)
        held[moving] = False
        goal[held] = now[held]
        share = min((self._share(k, now, goal) for k in moving), default=0.0)
        if share <= 0:
            return
        shift = 0.999999 * share if share < 1 else 1.0
        target = [up(Fraction(float(x))) for x in now + shift * (goal - now)]
        target = [old if hold else min(old, new) for old, new, hold in zip(self.levels, target, held, strict=True)]
        if all(self._allows(k, target) for k in moving):
            self.levels = target
            self.jumps += 1

    def _fixed_levels(self, now: np.ndarray) -> np.ndarray:
        """Solve ``c = constant + weights @ c`` for the bounds that matter now."""
        matrix, right = np.eye(len(now)), np.zeros(len(now))
        for k, (_, a) in enumerate(self._leaders()):
            constant, weights = min((b.rough for b in self.bounds[k, a]), key=lambda r: r[0] + float(r[1] @ now))
            matrix[k] -= weights
            right[k] = constant
        try:
            return np.linalg.solve(matrix, right) + 16 / GRID
        except np.linalg.LinAlgError:
            return now

    def _slack(self, k: int, levels: np.ndarray, against: np.ndarray) -> float:
        return max(self._rough((k, a), levels) for a in range(len(self.programs.stage.cells))) - float(against[k])

    def _share(self, k: int, now: np.ndarray, goal: np.ndarray) -> float:
        """Return how far, as a share of the way, a direction lets the levels move."""
        shares = []
        for a in range(len(self.programs.stage.cells)):
            options = [0.0]
            for constant, weights in (bound.rough for bound in self.bounds[k, a]):
                first, last = constant + weights @ now - now[k], constant + weights @ goal - goal[k]
                if first < 0:
                    options.append(1.0 if last <= 0 else first / (first - last))
            shares.append(max(options))
        return float(min(shares))

    def _allows(self, k: int, target: Sequence[Fraction]) -> bool:
        """Prove that a direction's level may fall to the target: each profile has one bound good at both ends."""
        profiles = range(len(self.programs.stage.cells))
        return all(
            any(bound.at(self.levels) < self.levels[k] and bound.at(target) <= target[k] for bound in self.bounds[k, a]) for a in profiles
        )
