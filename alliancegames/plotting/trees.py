"""Game trees as in textbooks: players at nodes, actions along branches, payoffs at the ends."""

from __future__ import annotations

from typing import Any

from alliancegames.games.extensive import ExtensiveGame
from alliancegames.plotting._style import letters
from alliancegames.plotting._tree_layout import lay_out
from alliancegames.plotting._tree_parts import Layout, Line, Word

__all__ = ["describe_tree", "plot_tree"]

# Dark enough for text on white; in grey the order of the payoffs says whose they are.
INKS = ("#0b4f8a", "#a33c00", "#156d4b", "#7a2f86", "#6b5900", "#8a1c3b", "#3b3b3b")
PLAIN, PALE = "#222222", "#8c8c8c"
# Widths of branches in points: not played, and what a probability of one adds.
THIN, THICK = 0.9, 2.6
NODE = 5.5


def plot_tree(game: ExtensiveGame, profile: Any = None, *, ax: Any = None) -> Any:
    """Draw a game tree.

    Small trees grow downwards, larger ones to the right. Moves of a player have his colour and name; moves
    of nature are hollow. Dashed lines join the nodes of an information set. Payoffs stand at the ends, in
    the order of the players.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    profile : BehaviourProfile, mapping or sequence, optional
        What is played, as in ``ExtensiveGame.profile``. Its moves are drawn thick in the width of their
        probability, black where play passes and grey elsewhere, and lotteries show their probabilities.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure of the size that the tree needs. On given axes letters
        shrink if there is less room.

    Returns
    -------
    matplotlib.axes.Axes
        Its label (``ax.get_label()``) describes the figure in words, for readers who cannot see it.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from alliancegames.plotting.trees import plot_tree
    >>> game = ag.ExtensiveGame(["Patron"], ag.Move("Patron", {"stay": [0], "go": ag.End([1], "war")}))
    >>> ax = plot_tree(game, {"Patron": "go"})
    >>> print(ax.get_label())
    Game tree with 2 ends. Payoffs: Patron.
    Patron
    ├ stay → 0
    └ go → 1  (war)
    Played: Patron: go
    """
    played = None if profile is None else game.profile(profile)
    layout = lay_out(game, played)
    axes, scale = _prepare(ax, layout)
    for line in layout.branches:
        _draw_branch(axes, line, scale)
    for curve in layout.curves:
        ink, width = (player_ink(curve.player), 0.6) if curve.faint else (PLAIN, 1.0)
        axes.plot(*zip(*curve.points, strict=True), color=ink, linewidth=width * scale, linestyle=(0, (3.5, 2.5)), zorder=0.5)
    _draw_nodes(axes, game, layout, scale)
    for word in layout.words:
        _write(axes, word, scale)
    axes.set_label(describe_tree(game, played))
    return axes


def describe_tree(game: ExtensiveGame, profile: Any = None) -> str:
    """Describe the figure of a tree in words.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    profile : BehaviourProfile, mapping or sequence, optional
        What is played.
    """
    ends = sum(node.payoffs is not None for node in game.nodes)
    title = f"{game.title}. " if game.title else ""
    lines = [f"{title}Game tree with {ends} ends. Payoffs: {', '.join(game.players)}.", str(game)]
    if profile is not None:
        lines.append(f"Played: {game.profile(profile)}")
    return "\n".join(lines)


def _prepare(ax: Any, layout: Layout) -> tuple[Any, float]:
    """Return axes whose units are the points of the layout, and the scale of letters and lines."""
    left, bottom, right, top = layout.bounds
    width, height = right - left, top - bottom
    if ax is None:
        import matplotlib.pyplot as plt

        scale = letters()
        figure = plt.figure(figsize=(scale * width / 72, scale * height / 72))
        ax = figure.add_axes((0, 0, 1, 1))
    else:
        box = ax.get_window_extent()
        unit = ax.figure.dpi / 72
        scale = min(letters(), box.width / unit / width, box.height / unit / height)
        spare = max(0.0, box.width / unit / scale - width), max(0.0, box.height / unit / scale - height)
        left, right = left - spare[0] / 2, right + spare[0] / 2
        bottom, top = bottom - spare[1] / 2, top + spare[1] / 2
    ax.set(xlim=(left, right), ylim=(bottom, top))
    ax.set_axis_off()
    return ax, scale


def _draw_branch(ax: Any, line: Line, scale: float) -> None:
    if line.weight is None or line.weight == 0:
        width, colour, order = THIN, PLAIN if line.weight is None else PALE, 1.0
    else:
        share = line.weight if isinstance(line.weight, float) else 1.0
        width, colour, order = THIN + THICK * share, "black" if line.reached else PALE, 1.2
    ax.plot(*zip(*line.points, strict=True), color=colour, linewidth=width * scale, solid_capstyle="round", zorder=order)


def _draw_nodes(ax: Any, game: ExtensiveGame, layout: Layout, scale: float) -> None:
    for k, node in enumerate(game.nodes):
        if node.payoffs is not None:
            continue
        hollow = node.information_set is None
        ink = PLAIN if node.information_set is None else player_ink(game.information_sets[node.information_set].player)
        ax.plot(
            *layout.positions[k],
            "o",
            markersize=NODE * scale,
            markerfacecolor="white" if hollow else ink,
            markeredgecolor=ink,
            markeredgewidth=1.1 * scale,
            zorder=3,
        )


def player_ink(player: int) -> str:
    """Return the colour of a player's moves and payoffs."""
    return INKS[player % len(INKS)]


def _write(ax: Any, word: Word, scale: float) -> None:
    """Write a word with its box where the layout wants it; the box keeps lines out of the letters."""
    ink = PLAIN if word.player is None else player_ink(word.player)
    ax.text(
        (word.box[0] + word.box[2]) / 2,
        word.baseline,
        word.text,
        ha="center",
        va="baseline",
        color=ink,
        fontsize=word.size * scale,
        fontstyle="italic" if word.slanted else "normal",
        fontweight="bold" if word.bold else "normal",
        parse_math=word.mathematics,
        bbox={"boxstyle": "square,pad=0.12", "facecolor": "white", "edgecolor": "none"} if word.on_line else None,
        zorder=4 if word.on_line else 5,
    )
