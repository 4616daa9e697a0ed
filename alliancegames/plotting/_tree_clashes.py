"""Texts in the figure of a tree that would cover each other, or that lines would run through."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from alliancegames.plotting._tree_parts import Point, Word


class Clashes:
    """Counts texts that cover others, and lines and nodes that run through texts they do not belong to."""

    def __init__(self, segments: Sequence[tuple[Point, Point, int, int]], dots: Sequence[Point]) -> None:
        self.segments = segments
        self.branches = np.array([segment[2] for segment in segments], dtype=int)
        self.sets = np.array([segment[3] for segment in segments], dtype=int)
        self.dots = np.array([(x - 3, y - 3, x + 3, y + 3) for x, y in dots]).reshape(-1, 4)

    def with_lines(self, words: Sequence[Word]) -> np.ndarray:
        """Return how many lines and nodes run through each text."""
        boxes = np.array([word.box for word in words])
        own_branch = np.array([word.branch for word in words])
        own_set = np.array([-2 if word.information_set is None else word.information_set for word in words])
        crossed = _crossings(boxes, self.segments) if self.segments else np.zeros((0, len(words)), dtype=bool)
        boxed = np.array([word.on_line for word in words])  # their boxes hide dashed lines
        own = (self.branches[:, None] == own_branch) | (self.sets[:, None] == own_set) | ((self.sets[:, None] >= 0) & boxed)
        return np.asarray((crossed & ~own).sum(axis=0) + _touching(boxes, self.dots).sum(axis=1))

    def count(self, words: Sequence[Word]) -> int:
        """Count all clashes."""
        boxes = np.array([word.box for word in words])
        groups = {word.group: k for k, word in enumerate(words)}
        group = np.array([groups[word.group] for word in words])
        others = np.triu(_touching(boxes, boxes) & (group[:, None] != group), 1)
        return int(others.sum() + self.with_lines(words).sum())

    def best(self, candidates: Sequence[Word], words: Sequence[Word]) -> Word:
        """Return the first of the candidates with the fewest clashes."""
        covered = _touching(np.array([word.box for word in candidates]), np.array([word.box for word in words])).sum(axis=1)
        return candidates[int(np.argmin(covered + self.with_lines(candidates)))]


def _touching(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return which boxes overlap which others; those closer than a point sideways look as if they were one."""
    apart = (boxes[:, None, :2] - np.array([1, 0]) > others[:, 2:]) | (boxes[:, None, 2:] + np.array([1, 0]) < others[:, :2])
    return np.asarray(~apart.any(axis=2))


def _crossings(boxes: np.ndarray, segments: Sequence[tuple[Point, Point, int, int]]) -> np.ndarray:
    """Return whether each segment runs through each box, shape (segments, boxes)."""
    starts = np.array([segment[0] for segment in segments])[:, None]
    steps = np.array([segment[1] for segment in segments])[:, None] - starts
    with np.errstate(divide="ignore", invalid="ignore"):
        lows, highs = (boxes[None, :, :2] - starts) / steps, (boxes[None, :, 2:] - starts) / steps
    parallel = steps == 0
    inside = (starts >= boxes[None, :, :2]) & (starts <= boxes[None, :, 2:])
    near = np.where(parallel, np.where(inside, -np.inf, np.inf), np.minimum(lows, highs))
    far = np.where(parallel, np.where(inside, np.inf, -np.inf), np.maximum(lows, highs))
    return np.asarray(np.maximum(near.max(axis=2), 0) <= np.minimum(far.min(axis=2), 1))
