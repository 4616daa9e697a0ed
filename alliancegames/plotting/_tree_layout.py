"""Where everything stands in the figure of a tree, in typographic points, so that no text covers another."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from alliancegames._fields import format_number, latex_number
from alliancegames.games.behaviour import BehaviourProfile
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.plotting._tree_clashes import Clashes
from alliancegames.plotting._tree_parts import Box, Curve, Layout, Line, Point, Word

# Trees with more ends, or that would be wider, grow to the right.
MOST_ENDS_ABREAST = 10
WIDEST = 620.0
# Beyond this number of ends texts are not checked against each other.
MANY_ENDS = 200
SIZE, SMALL, TITLE = 9.0, 8.5, 11.0
LINE = 1.22  # distance of lines as a multiple of the size of letters
MARGIN = 10.0
# Distance of levels: in trees that grow downwards, and beside the longest label in the others.
DROP, BESIDE = 64.0, 42.0
# Where an action stands between the level of the move and the next.
ALONG = 0.5
# How far dashed lines bend around nodes in between, and how much further each next one at the same level.
BEND, FURTHER = 13.0, 7.0
# An information set is tangled if its line must pass more nodes than this on its way from one node to the next.
PASSED = 2
# Where along its dashed line the name of the player may stand, the best place first.
PLACES = (0.5, *(0.5 + side * 0.03 * k for k in range(1, 14) for side in (-1, 1)))
# Characters after which the name of an outcome is broken below an end.
OUTCOME_WIDTH = 12
# Steps in which a tree is widened until nothing overlaps.
STEP, STEPS = 1.09, 30


def lay_out(game: ExtensiveGame, played: BehaviourProfile | None) -> Layout:
    """Lay a tree out: downwards if it is small, to the right if it is large."""
    ends = sum(node.payoffs is not None for node in game.nodes)
    if ends <= MOST_ENDS_ABREAST:
        layout = _Draft(game, played, down=True).spread()
        if layout.bounds[2] - layout.bounds[0] <= WIDEST and not layout.overlaps:
            return layout
    return _Draft(game, played, down=False).spread()


@lru_cache(maxsize=4096)
def _width(text: str, size: float, mathematics: bool, bold: bool, slanted: bool) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=size, weight="bold" if bold else "normal", style="italic" if slanted else "normal")
    return float(text_to_path.get_text_width_height_descent(text, font, mathematics)[0])


def _number(value: Any) -> tuple[str, bool]:
    """Return a number as it stands in the figure, and whether it is a formula."""
    if getattr(value, "free_symbols", None):
        return f"${latex_number(value)}$", True
    return format_number(value, 4).replace("-", "−"), False


class _Draft:
    """One tree in one direction."""

    def __init__(self, game: ExtensiveGame, played: BehaviourProfile | None, *, down: bool) -> None:
        self.game, self.played, self.down = game, played, down
        self.levels = _levels(game)
        self.ends = [k for k, node in enumerate(game.nodes) if node.payoffs is not None]
        if not down:  # payoffs to the right make a column
            for k in self.ends:
                self.levels[k] = max(self.levels)
        self.depths = self._depths()
        self.passed = [self._passed(part.nodes) for part in game.information_sets]
        self.bends = self._bends()
        self.gap = self._smallest_gap()

    def spread(self) -> Layout:
        """Widen the tree until no text is covered."""
        best: Layout | None = None
        many = len(self.ends) > MANY_ENDS
        for step in range(STEPS):
            layout = self._layout(self.gap * STEP**step, check=not many)
            if best is None or layout.overlaps < best.overlaps:
                best = layout
            if not layout.overlaps:
                break
        assert best is not None
        return best

    # ---------------------------------------------------------------- distances

    def _depths(self) -> list[float]:
        """Return how far each level is from the root."""
        last = max(self.levels)
        beside = BESIDE + 1.5 * min(len(self.ends), 60)  # tall trees are wide, so that their branches are not steep
        steps = [DROP if self.down else beside] * (last + 1)
        if not self.down:
            for node, level in zip(self.game.nodes, self.levels, strict=True):
                widths = [self._label_width(child) for child in node.children if self.levels[child] == level + 1]
                steps[level] = max([steps[level], *(width + beside for width in widths)])
        return [sum(steps[:level]) for level in range(last + 1)]

    def _smallest_gap(self) -> float:
        blocks = [self._payoff_words(k, (0.0, 0.0)) for k in self.ends]
        if self.down:
            return max(max(word.box[2] - word.box[0] for word in block) for block in blocks) + 6
        return SIZE * LINE + 2

    def _passed(self, nodes: Sequence[int]) -> int:
        """Return how many nodes at the same level lie between one node of an information set and the next, at most."""
        return max((sum(self.levels[j] == self.levels[a] for j in range(a + 1, b)) for a, b in pairwise(nodes)), default=0)

    def _bends(self) -> list[float]:
        """Return how far the line of each information set bends: not at all, or each further than the one before."""
        bends, count = [], dict.fromkeys(self.levels, 0)
        for part, passed in zip(self.game.information_sets, self.passed, strict=True):
            level = self.levels[part.nodes[0]]
            bends.append(BEND + FURTHER * (count[level] % 4) if passed else 0.0)
            count[level] += bool(passed)
        return bends

    def _tangled(self, k: int) -> bool:
        return self.passed[k] > PASSED

    def _positions(self, gap: float) -> list[Point]:
        breadth = [0.0] * len(self.game.nodes)
        for place, k in enumerate(self.ends):
            breadth[k] = place * gap
        for k in reversed(range(len(breadth))):
            children = self.game.nodes[k].children
            if children:
                breadth[k] = (breadth[children[0]] + breadth[children[-1]]) / 2
        depths = [self.depths[level] for level in self.levels]
        if self.down:
            return [(b, -d) for b, d in zip(breadth, depths, strict=True)]
        return [(d, -b) for b, d in zip(breadth, depths, strict=True)]

    # ---------------------------------------------------------------- one layout

    def _layout(self, gap: float, *, check: bool) -> Layout:
        positions = self._positions(gap)
        curves = {k: list(self._curves(k, positions)) for k in range(len(self.game.information_sets))}
        words = [
            *(self._branch_word(k, positions) for k in range(1, len(positions))),
            *(word for k in range(len(positions)) for word in self._node_words(k, positions)),
            *(word for k in self.ends for word in self._payoff_words(k, positions[k])),
            *self._key(positions[self.ends[0]]),
        ]
        clashes = Clashes(self._segments(positions, curves), self._dots(positions))
        for k, parts in curves.items():
            if parts and not self._tangled(k):
                words.append(self._set_word(k, parts, words, clashes if check else None))
        overlaps = clashes.count(words) if check else 0
        bounds = _around([word.box for word in words], positions)
        if self.game.title:
            words.append(self._title(bounds))
            bounds = _around([word.box for word in words], positions)
        flat = [Curve(part, self.game.information_sets[k].player, self._tangled(k)) for k, parts in curves.items() for part in parts]
        return Layout(positions, list(self._branches(positions)), flat, words, bounds, overlaps)

    def _dots(self, positions: Sequence[Point]) -> list[Point]:
        return [position for position, node in zip(positions, self.game.nodes, strict=True) if node.payoffs is None]

    def _branches(self, positions: Sequence[Point]) -> Iterator[Line]:
        reach = None if self.played is None else self.played.reach
        for k, node in enumerate(self.game.nodes[1:], 1):
            weight, reached = None, False
            if reach is not None:
                weight = self._weight(node.parent, node.branch)
                reached = bool(reach[k] != 0)
            yield Line(self._path(k, positions), _share(weight), reached)

    def _path(self, k: int, positions: Sequence[Point]) -> list[Point]:
        """Return the branch to a node; to the right it slants to the next level only, so that it crosses no other."""
        parent = self.game.nodes[k].parent
        (x0, y0), (x1, y1) = positions[parent], positions[k]
        knee = x0 + self._step(parent)
        return [(x0, y0), (x1, y1)] if self.down or knee >= x1 - 1e-6 else [(x0, y0), (knee, y1), (x1, y1)]

    def _step(self, k: int) -> float:
        """Return the distance from the level of a node to the next."""
        return self.depths[self.levels[k] + 1] - self.depths[self.levels[k]]

    def _weight(self, parent: int, branch: int) -> Any:
        """Return the probability of a branch under the profile."""
        node = self.game.nodes[parent]
        if node.chance is not None:
            return node.chance[branch]
        assert self.played is not None
        return self.played.arrays()[node.information_set or 0][branch]

    # ---------------------------------------------------------------- texts

    def _word(self, text: str, centre: Point, size: float = SIZE, *, mathematics: bool = False, **about: Any) -> Word:
        half = _width(text, size, mathematics, about.get("bold", False), about.get("slanted", False)) / 2 + 1
        height = size * 0.62
        box = (centre[0] - half, centre[1] - height, centre[0] + half, centre[1] + height)
        return Word(text, box, size, about.pop("group"), mathematics=mathematics, **about)

    def _label(self, k: int) -> tuple[str, bool]:
        """Return what is written along the branch to a node: the action, and a probability where one is drawn."""
        node = self.game.nodes[k]
        before = self.game.nodes[node.parent]
        text, weight = before.events[node.branch], None
        if before.chance is not None:
            weight = before.chance[node.branch]
        elif self.played is not None:
            weight = self._weight(node.parent, node.branch)
            if not getattr(weight, "free_symbols", None) and weight in (0, 1):
                weight = None
        if weight is None:
            return text, False
        number, mathematics = _number(weight)
        return (f"{_escaped(text)} {number}" if mathematics else f"{text} {number}"), mathematics

    def _label_width(self, k: int) -> float:
        text, mathematics = self._label(k)
        return _width(text, SMALL, mathematics, False, False)

    def _branch_word(self, k: int, positions: Sequence[Point]) -> Word:
        (x0, y0), (x1, y1) = self._path(k, positions)[:2]
        # At the same depth for all actions.
        along = ALONG * self._step(self.game.nodes[k].parent) / (y0 - y1 if self.down else x1 - x0)
        centre = (x0 + along * (x1 - x0), y0 + along * (y1 - y0))
        text, mathematics = self._label(k)
        return self._word(
            text, centre, SMALL, mathematics=mathematics, on_line=True, group=("branch", k), branch=k
        )  # fmt: skip

    def _node_words(self, k: int, positions: Sequence[Point]) -> Iterator[Word]:
        """Yield the name of who moves, on the side away from the branch that leads to the node."""
        node = self.game.nodes[k]
        if node.payoffs is not None:
            return
        if node.information_set is None:
            text, player, slanted = "chance", None, True
        else:
            part = self.game.information_sets[node.information_set]
            if len(part.nodes) > 1 and not self._tangled(node.information_set):
                return
            text, player, slanted = self._name(node.information_set), part.player, False
        half = _width(text, SIZE, False, not slanted, slanted) / 2
        x, y = positions[k]
        if self.down:
            side = -1 if k and x <= positions[node.parent][0] + 1e-6 else 1
            centre = (x, y + 11) if k == 0 else (x + side * (half + 6), y + 6)
        else:
            side = -1 if k == 0 or y <= positions[node.parent][1] + 1e-6 else 1
            centre = (x - half - 7, y) if k == 0 else (x - half - 2, y + side * 11.5)
        # The branch that leads here is on the other side, and those that leave start below or beside the name.
        tangled = node.information_set is not None and self._tangled(node.information_set)
        yield self._word(text, centre, player=player, slanted=slanted, bold=not slanted, on_line=tangled, group=("node", k))

    def _name(self, k: int) -> str:
        """Return the name of who moves, with a number where only that tells the player's information sets apart."""
        part = self.game.information_sets[k]
        name = self.game.players[part.player]
        if not self._tangled(k):
            return name
        tangled = [j for j, other in enumerate(self.game.information_sets) if other.player == part.player and self._tangled(j)]
        return f"{name} {tangled.index(k) + 1}"

    def _set_word(self, k: int, curves: Sequence[Sequence[Point]], words: Sequence[Word], clashes: Clashes | None) -> Word:
        """Return the name of who moves, on the dashed line of an information set where there is room."""
        part = self.game.information_sets[k]
        middle = (len(curves) - 1) // 2
        order = sorted(range(len(curves)), key=lambda j: abs(j - middle))
        about: dict[str, Any] = {"player": part.player, "bold": True, "on_line": True, "group": ("set", k), "information_set": k}
        candidates = [self._word(self._name(k), curves[j][round(place * (len(curves[j]) - 1))], **about) for place in PLACES for j in order]
        return candidates[0] if clashes is None else clashes.best(candidates, words)

    def _payoff_words(self, k: int, position: Point) -> list[Word]:
        """Return the payoffs at an end: below each other, or in a row to the right."""
        node = self.game.nodes[k]
        numbers = [_number(value) for value in node.payoffs or ()]
        group = ("end", k)
        x, y = position
        if self.down:
            words = [
                self._word(text, (x, y - 8 - SIZE * LINE * row), player=row, mathematics=formula, group=group)
                for row, (text, formula) in enumerate(numbers)
            ]
            lines = textwrap.wrap(node.outcome, OUTCOME_WIDTH, break_long_words=False)
            start = y - 8 - SIZE * LINE * len(numbers)
            return words + [
                self._word(line, (x, start - SMALL * LINE * row), SMALL, slanted=True, group=group) for row, line in enumerate(lines)
            ]
        words, x = [], x + 6
        for row, (text, formula) in enumerate(numbers):
            text = f"{text}," if row < len(numbers) - 1 else text
            words.append(self._from_left(self._word(text, (0, y), player=row, mathematics=formula, group=group), x))
            x = words[-1].box[2] + 2
        if node.outcome.strip():
            words.append(self._from_left(self._word(node.outcome, (0, y), SMALL, slanted=True, group=group), x + 6))
        return words

    def _from_left(self, word: Word, left: float) -> Word:
        return _shifted(word, left - word.box[0], 0)

    def _key(self, position: Point) -> list[Word]:
        """Return whose payoffs stand where: names beside those of the first end, or above them."""
        x, y = position
        group = ("end", self.ends[0])
        names = list(enumerate(self.game.players))
        if self.down:
            left = min(word.box[0] for word in self._payoff_words(self.ends[0], position)) - 10
            words = [self._word(name, (0, y - 8 - SIZE * LINE * row), SMALL, player=row, group=group) for row, name in names]
            return [_shifted(word, left - word.box[2], 0) for word in words]
        words, x = [], x + 6
        for row, name in names:
            text = f"{name}," if row < len(names) - 1 else name
            words.append(self._from_left(self._word(text, (0, y + SIZE * LINE + 3), SMALL, player=row, group=group), x))
            x = words[-1].box[2] + 2
        return words

    def _title(self, bounds: Box) -> Word:
        return self._word(self.game.title, ((bounds[0] + bounds[2]) / 2, bounds[3] + 6), TITLE, group=("title", 0))

    # ---------------------------------------------------------------- lines

    def _curves(self, k: int, positions: Sequence[Point]) -> Iterator[list[Point]]:
        """Yield the dashed lines between neighbouring nodes of an information set; they bend around nodes in between."""
        nodes = sorted(self.game.information_sets[k].nodes, key=lambda node: positions[node][0 if self.down else 1])
        towards_root = np.array([0.0, 1.0]) if self.down else np.array([-1.0, 0.0])
        for a, b in pairwise(nodes):
            start, end = np.array(positions[a]), np.array(positions[b])
            bent = any(_near(np.array(p), start, end) for j, p in enumerate(positions) if j not in (a, b))
            control = (start + end) / 2 + 2 * (self.bends[k] or BEND) * bent * towards_root
            t = np.linspace(0, 1, 41)[:, None]
            points = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
            yield [(float(px), float(py)) for px, py in points]

    def _segments(self, positions: Sequence[Point], curves: dict[int, list[list[Point]]]) -> list[tuple[Point, Point, int, int]]:
        """Return all lines as segments, with the node that a branch leads to and the information set of a curve, or -1."""
        branches = [(a, b, k, -1) for k in range(1, len(positions)) for a, b in pairwise(self._path(k, positions))]
        dashed = [(a, b, -1, k) for k, parts in curves.items() if not self._tangled(k) for part in parts for a, b in pairwise(part[::4])]
        return branches + dashed


def _share(weight: Any) -> Any:
    """Return a probability as a float for the width of a line; formulas stay, other than zero and one."""
    if weight is None or getattr(weight, "free_symbols", None):
        return weight
    return float(weight)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("$", r"\$")


def _shifted(word: Word, right: float, up: float) -> Word:
    x0, y0, x1, y1 = word.box
    return replace(word, box=(x0 + right, y0 + up, x1 + right, y1 + up))


def _near(point: np.ndarray, start: np.ndarray, end: np.ndarray) -> bool:
    """Whether a node stands in the way of the line between two others."""
    along = end - start
    share = float(np.dot(point - start, along) / np.dot(along, along))
    return 0 < share < 1 and float(np.hypot(*(point - start - share * along))) < 8


def _levels(game: ExtensiveGame) -> list[int]:
    """Return the level of each node: below its parent, and the same for all nodes of an information set if that can be."""
    nodes = game.nodes
    levels = [0] * len(nodes)
    for _ in range(len(nodes) + 1):
        for k, node in enumerate(nodes[1:], 1):
            levels[k] = max(levels[k], levels[node.parent] + 1)
        uneven = [part for part in game.information_sets if len({levels[k] for k in part.nodes}) > 1]
        if not uneven:
            return levels
        for part in uneven:
            deepest = max(levels[k] for k in part.nodes)
            for k in part.nodes:
                levels[k] = deepest
        if max(levels) > len(nodes):
            break
    levels = [0] * len(nodes)  # information sets that cross in time cannot be levelled
    for k, node in enumerate(nodes[1:], 1):
        levels[k] = levels[node.parent] + 1
    return levels


def _around(boxes: Iterable[Box], positions: Sequence[Point]) -> Box:
    corners = np.array([*boxes, *((x - 4, y - 4, x + 4, y + 4) for x, y in positions)])
    return (
        float(corners[:, 0].min()) - MARGIN,
        float(corners[:, 1].min()) - MARGIN,
        float(corners[:, 2].max()) + MARGIN,
        float(corners[:, 3].max()) + MARGIN,
    )
