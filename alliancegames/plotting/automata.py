"""Machines of repeated games: states with what is played, arrows with what triggers them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliancegames._fields import format_number
from alliancegames.games._automaton_words import output_words, triggers
from alliancegames.games.automaton import Automaton
from alliancegames.plotting._style import letters

__all__ = ["plot_automaton"]

# Sizes in points.
TITLE, BODY, SMALL = 9.0, 8.0, 7.5
PAD, ROW_GAP, COLUMN_GAP, MARGIN, LOOP, START = 7.0, 62.0, 46.0, 46.0, 30.0, 22.0
# Letters on a screen are set wider than their outlines say, since they begin at whole pixels.
HINTED = 1.06
# Places along an arrow where its label may stand, in the order in which they are tried.
PLACES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)
# How much arrows may bend, in the order in which it is tried; the chord is 1.
BENDS = (0.15, -0.15, 0.3, -0.3, 0.45, -0.45, 0.6, -0.6)
OUT = {"above": (0, 1), "below": (0, -1), "right": (1, 0)}
NORMAL, OTHER, PALE = "black", "#5a5a5a", "#ececec"


@dataclass(frozen=True)
class _Arrow:
    """All that moves a machine from one state to another."""

    source: str
    target: str
    words: str
    followed: bool
    normal: bool


def plot_automaton(automaton: Automaton, *, ax: Any = None) -> Any:
    """Draw a machine.

    Boxes are states with what is played in them. Normal play runs along the first row: its boxes are white
    with thick borders, its arrows thick. Thin arrows are what follows in other states if all do as
    prescribed; dashed arrows are what departures lead to, and say whose. Probabilities of public lotteries
    stand in brackets.

    Parameters
    ----------
    automaton : Automaton
        The machine; states that nothing leads to are left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure of the size that the machine needs. On given axes letters
        shrink if there is less room.

    Returns
    -------
    matplotlib.axes.Axes
        Its label (``ax.get_label()``) describes the machine in words, for readers who cannot see it.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from alliancegames.games.strategies import grim_trigger
    >>> ax = grim_trigger(ag.games.prisoners_dilemma(), ("cooperate", "cooperate")).plot()
    >>> print(ax.get_label())
    Normal play: (cooperate, cooperate) for ever.
      If anyone departs: (defect, defect) for ever.
    Punishment: (defect, defect) for ever.
      Departures change nothing.
    """
    arrows = _arrows(automaton)
    rows = _rows(automaton)
    boxes = _boxes(automaton, rows, arrows)
    bends = _bends(boxes, arrows)
    starts = {state: _start_words(probability) for state, probability in automaton.initial.items()}
    room = START + max(_width(words, SMALL) for words in starts.values()) + 4
    axes, scale = _prepare(ax, boxes, bends, rows, room)
    patches = {state: _draw_box(axes, automaton, state, box, scale) for state, box in boxes.items()}
    taken = [_bounds(box, PAD / 2) for box in boxes.values()]
    ordered = sorted(arrows, key=lambda arrow: arrow.source != arrow.target)  # loops first: their labels cannot move
    for arrow in ordered:
        if arrow.source == arrow.target:
            _draw_loop(axes, arrow, boxes[arrow.source], _side(rows, arrow.source), taken, scale)
        else:
            _draw_arrow(axes, arrow, patches, boxes, bends[arrow], taken, scale)
    _mark_start(axes, starts, boxes, scale)
    axes.set_label(automaton.describe())
    return axes


# ---------------------------------------------------------------- what is drawn where


def _arrows(machine: Automaton) -> list[_Arrow]:
    """Return one arrow for each pair of states that are linked, with all that triggers it."""
    linked: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for state in machine.reachable:
        moves = triggers(machine, state)
        sole = len({move.lottery for move in moves}) == 1
        for move in moves:
            for k, probability in machine.lotteries[move.lottery]:
                words = "" if sole else move.words
                if probability != 1:
                    words = f"{words} [{format_number(probability)}]".strip()
                # Departures that stay where play stays anyway need no words.
                linked.setdefault((state, machine.states[k]), []).append((words, move.followed))
    arrows = []
    for (source, target), parts in linked.items():
        followed = any(part[1] for part in parts)
        quiet = machine.signals is None and any(followed and not words for words, followed in parts)
        words = "" if quiet else "\n".join(dict.fromkeys(words for words, _ in parts if words))
        normal = followed and source in machine.on_path and target in machine.on_path
        arrows.append(_Arrow(source, target, words, followed, normal))
    return arrows


def _rows(machine: Automaton) -> list[list[str]]:
    """Return the states in rows: normal play first, then each course of play that departures begin."""
    waiting = [*machine.initial, *machine.on_path, *machine.reachable]
    rows: list[list[str]] = []
    placed: set[str] = set()
    for begin in waiting:
        state: str | None = begin
        row: list[str] = []
        while state is not None and state not in placed:
            placed.add(state)
            row.append(state)
            state = machine.next_state(state)
        if row and rows and begin in machine.on_path and machine.signals is None:
            rows[0] += row
        elif row:
            rows.append(row)
    return rows


def _boxes(machine: Automaton, rows: Sequence[Sequence[str]], arrows: Sequence[_Arrow]) -> dict[str, tuple[float, float, float, float]]:
    """Return centre, width and height of the box of each state."""
    widths = {
        state: max(_width(state, TITLE, bold=True), _width(output_words(machine, state), BODY)) + 2 * PAD for row in rows for state in row
    }
    height = TITLE + BODY + 3 * PAD
    lines = max((arrow.words.count("\n") + 1 for arrow in arrows), default=1)
    across = [_width(line, SMALL) for arrow in arrows for line in arrow.words.split("\n")]
    pitch = max(widths.values()) + max(COLUMN_GAP, max(across, default=0.0) + 24)
    drop = height + ROW_GAP + (lines - 1) * SMALL * 1.2
    # With three rows or more every other one is shifted, so that arrows between the others pass beside its boxes.
    shift = pitch / 2 if len(rows) > 2 else 0.0
    return {
        state: (k * pitch + shift * (r % 2), -r * drop, widths[state], height) for r, row in enumerate(rows) for k, state in enumerate(row)
    }


def _width(text: str, size: float, *, bold: bool = False) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    if not text.strip():
        return 0.0
    font = FontProperties(weight="bold" if bold else "normal")
    return HINTED * float(TextPath((0, 0), text.replace("$", "S"), size=size, prop=font).get_extents().width)


def _bounds(box: tuple[float, float, float, float], pad: float = 0.0) -> tuple[float, float, float, float]:
    x, y, width, height = box
    return x - width / 2 - pad, y - height / 2 - pad, x + width / 2 + pad, y + height / 2 + pad


def _side(rows: Sequence[Sequence[str]], state: str) -> str:
    """Return the side of a box on which its loop is drawn: away from the other rows, or at the end of its own."""
    r = next(k for k, row in enumerate(rows) if state in row)
    if r == 0:
        return "above"
    if r == len(rows) - 1:
        return "below"
    return "right" if rows[r][-1] == state else "below"


def _bends(boxes: Any, arrows: Sequence[_Arrow]) -> dict[_Arrow, float]:
    """Return how much each arrow bends: out of the way of its counterpart, and of the boxes between its ends."""
    linked = {(arrow.source, arrow.target) for arrow in arrows}
    result = {}
    for arrow in arrows:
        least = 0.22 if (arrow.target, arrow.source) in linked and arrow.source != arrow.target else 0.0
        choices = [least, *(bend for bend in BENDS if bend >= least or (bend < 0 and not least))]
        result[arrow] = min(choices, key=lambda bend: _hidden(boxes, arrow, bend))
    return result


def _hidden(boxes: Any, arrow: _Arrow, bend: float) -> int:
    """Return how many points of an arrow lie behind boxes other than those at its ends."""
    others = [_bounds(box, PAD) for state, box in boxes.items() if state not in (arrow.source, arrow.target)]
    points = [_on_curve(boxes, arrow, bend, t) for t in np.linspace(0, 1, 25)]
    return sum(left < x < right and low < y < high for x, y in points for left, low, right, high in others)


# ---------------------------------------------------------------- drawing


def _prepare(ax: Any, boxes: Any, arrows: dict[_Arrow, float], rows: Sequence[Sequence[str]], room: float) -> tuple[Any, float]:
    """Return axes whose units are points, with some room on the left, and the scale of letters and lines."""
    corners = np.array(_frames(boxes, arrows, rows))
    left, bottom = corners[:, :2].min(axis=0) - (room, MARGIN / 3)
    right, top = corners[:, 2:].max(axis=0) + MARGIN / 3
    width, height = right - left, top - bottom
    if ax is None:
        import matplotlib.pyplot as plt

        scale = letters()
        figure = plt.figure(figsize=(scale * width / 72, scale * height / 72))
        ax = figure.add_axes((0, 0, 1, 1))
    else:
        frame, unit = ax.get_window_extent(), ax.figure.dpi / 72
        scale = min(letters(), frame.width / unit / width, frame.height / unit / height)
        spare = max(0.0, frame.width / unit / scale - width) / 2, max(0.0, frame.height / unit / scale - height) / 2
        left, right, bottom, top = left - spare[0], right + spare[0], bottom - spare[1], top + spare[1]
    ax.set(xlim=(left, right), ylim=(bottom, top))
    ax.set_axis_off()
    return ax, scale


def _frames(boxes: Any, arrows: dict[_Arrow, float], rows: Sequence[Sequence[str]]) -> list[tuple[float, ...]]:
    """Return the frames of all boxes, and of the labels wherever along their arrows they may stand."""
    frames: list[tuple[float, ...]] = [_bounds(box) for box in boxes.values()]
    for arrow, bend in arrows.items():
        half = _half(arrow.words)
        if arrow.source == arrow.target:
            spots = [_loop_label(arrow, boxes[arrow.source], _side(rows, arrow.source))]
        else:
            spots = [_on_curve(boxes, arrow, bend, t) for t in PLACES]
        frames += [(*(spot - half), *(spot + half)) for spot in spots]
    return frames


def _half(words: str) -> np.ndarray:
    """Return half the width and half the height of a label."""
    lines = words.split("\n")
    return np.array([max(_width(line, SMALL) for line in lines) / 2 + 2, len(lines) * SMALL * 0.62 + 1])


def _loop_label(arrow: _Arrow, box: tuple[float, float, float, float], side: str) -> np.ndarray:
    """Return where the middle of the label of a loop stands."""
    x, y, width, height = box
    out = np.array(OUT[side])
    return np.asarray(np.array([x, y]) + out * (width / 2, height / 2) + out * (0.75 * LOOP + 2 + _half(arrow.words)))


def _draw_box(ax: Any, machine: Automaton, state: str, box: tuple[float, float, float, float], scale: float) -> Any:
    from matplotlib.patches import FancyBboxPatch

    x, y, width, height = box
    normal = state in machine.on_path
    patch = FancyBboxPatch(
        (x - width / 2, y - height / 2),
        width,
        height,
        boxstyle=f"round,pad=0,rounding_size={PAD}",
        facecolor="white" if normal else PALE,
        edgecolor=NORMAL if normal else OTHER,
        linewidth=(1.8 if normal else 0.9) * scale,
        zorder=3,
    )
    ax.add_patch(patch)
    for text, size, dy, weight in ((state, TITLE, PAD * 0.85, "bold"), (output_words(machine, state), BODY, -PAD * 0.95, "normal")):
        ax.text(x, y + dy, text, ha="center", va="center", fontsize=size * scale, fontweight=weight, parse_math=False, zorder=5)
    return patch


def _style(arrow: _Arrow, scale: float) -> dict[str, Any]:
    width = 2.0 if arrow.normal else 1.0
    return {
        "arrowstyle": "-|>,head_length=4,head_width=2",
        "mutation_scale": scale,
        "linewidth": width * scale,
        "linestyle": "-" if arrow.followed else (0, (4, 2.5)),
        "color": NORMAL if arrow.normal else OTHER,
        "shrinkA": 0,
        "shrinkB": 0,
        "zorder": 2,
    }


def _draw_arrow(ax: Any, arrow: _Arrow, patches: Any, boxes: Any, bend: float, taken: list[Any], scale: float) -> None:
    """Draw an arrow between two boxes, and its label where it covers least."""
    from matplotlib.patches import FancyArrowPatch

    a, b = np.array(boxes[arrow.source][:2]), np.array(boxes[arrow.target][:2])
    line = FancyArrowPatch(
        tuple(a),
        tuple(b),
        connectionstyle=f"arc3,rad={bend}",
        patchA=patches[arrow.source],
        patchB=patches[arrow.target],
        **_style(arrow, scale),
    )
    ax.add_patch(line)
    if arrow.words:
        _write(ax, arrow.words, [_on_curve(boxes, arrow, bend, t) for t in PLACES], taken, scale)


def _on_curve(boxes: Any, arrow: _Arrow, bend: float, t: float) -> np.ndarray:
    """Return a point of the curve that an arrow follows, as matplotlib's ``arc3`` defines it."""
    a, b = np.array(boxes[arrow.source][:2]), np.array(boxes[arrow.target][:2])
    dx, dy = b - a
    control = (a + b) / 2 + bend * np.array([dy, -dx])
    return np.asarray((1 - t) ** 2 * a + 2 * t * (1 - t) * control + t**2 * b)


def _draw_loop(ax: Any, arrow: _Arrow, box: tuple[float, float, float, float], side: str, taken: list[Any], scale: float) -> None:
    """Draw an arrow from a box to itself."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    x, y, width, height = box
    out = OUT[side]
    along = np.array([0, 9.0]) if side == "right" else np.array([14.0, 0])
    edge = np.array([x, y]) + np.array(out) * (width / 2, height / 2)
    peak = np.array(out) * LOOP
    points = [edge + along, edge + 1.5 * along + peak, edge - 1.5 * along + peak, edge - along]
    path = Path([tuple(p) for p in points], [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
    ax.add_patch(FancyArrowPatch(path=path, **_style(arrow, scale)))
    if arrow.words:
        _write(ax, arrow.words, [_loop_label(arrow, box, side)], taken, scale)


def _write(ax: Any, words: str, spots: Sequence[np.ndarray], taken: list[Any], scale: float) -> None:
    """Write a label at the first of some spots that is least covered."""
    half = _half(words)
    frames = [(*(spot - half), *(spot + half)) for spot in spots]
    crowding = [sum(_overlap(frame, other) for other in taken) for frame in frames]
    best = int(np.argmin(crowding))
    taken.append(frames[best])
    ax.text(
        *spots[best],
        words,
        ha="center",
        va="center",
        fontsize=SMALL * scale,
        parse_math=False,
        linespacing=1.15,
        bbox={"boxstyle": "square,pad=0.12", "facecolor": "white", "edgecolor": "none"},
        zorder=4,
    )


def _overlap(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the area that two frames share."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _start_words(probability: Any) -> str:
    return "start" if probability == 1 else f"start [{format_number(probability)}]"


def _mark_start(ax: Any, starts: dict[str, str], boxes: Any, scale: float) -> None:
    """Mark where play begins."""
    for state, words in starts.items():
        x, y, width, _ = boxes[state]
        ax.annotate(
            words,
            (x - width / 2, y),
            xytext=(x - width / 2 - START, y),
            ha="right",
            va="center",
            fontsize=SMALL * scale,
            arrowprops={"arrowstyle": "-|>", "color": NORMAL, "linewidth": 1.4 * scale, "shrinkA": 0, "shrinkB": 0},
            zorder=4,
        )
