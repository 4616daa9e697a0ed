"""Drawings of machines: every state and trigger is there, nothing leaves the figure, boxes do not meet."""

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

import alliancegames as ag
from alliancegames.games.automaton import Automaton, PlayPath
from alliancegames.games.strategies import grim_trigger, penal_code, punish_for, tit_for_tat, win_stay_lose_shift

GAME = ag.games.prisoners_dilemma()
CC, CD, DC, DD = list(GAME.profiles())
REPORTS = ag.PublicMonitoring(GAME, ["met", "missed"], lambda a, b: ("9/10", "1/10") if a == b == "cooperate" else ("2/5", "3/5"))
MACHINES = {
    "grim": grim_trigger(GAME, CC),
    "tit for tat": tit_for_tat(GAME),
    "Pavlov": win_stay_lose_shift(GAME),
    "three periods": punish_for(GAME, CC, 3),
    "penal code": penal_code(GAME, [CD, CC], {"Row": [CD, CD, CC], "Column": [DC, DC, CC]}),
    "cycle": grim_trigger(GAME, PlayPath([], [CD, DC, CC])),
    "pledge": Automaton(
        GAME, {"pledge": CC, "break": DD}, {"pledge": {"met": "pledge", "missed": {"break": "1/9", "pledge": "8/9"}}}, monitoring=REPORTS
    ),
    "drawn start": Automaton(GAME, {"a": CC, "b": DD, "lost $1$": CD}, {"lost $1$": "a"}, {"a": "1/2", "b": "1/2"}),
}


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def boxes(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]


@pytest.mark.parametrize("name", MACHINES)
def test_states_and_arrows_are_drawn(name):
    machine = MACHINES[name]
    ax = machine.plot()
    texts = [text.get_text() for text in ax.texts]
    assert set(machine.reachable) <= set(texts) and not set(machine.unreachable) & set(texts)
    assert len(boxes(ax)) == len(machine.reachable)
    links = {
        (state, machine.states[k])
        for state in machine.reachable
        for number in machine.table(state).flat
        for k, _ in machine.lotteries[number]
    }
    assert len([patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]) - sum(t.startswith("start") for t in texts) <= len(
        links
    )
    assert ax.get_label() == machine.describe()


@pytest.mark.parametrize("name", MACHINES)
def test_nothing_leaves_the_figure_and_boxes_do_not_meet(name):
    ax = MACHINES[name].plot()
    ax.figure.canvas.draw()
    frame = ax.figure.bbox
    for artist in [*ax.texts, *ax.patches]:
        box = artist.get_window_extent()
        assert box.x0 >= frame.x0 - 1 and box.y0 >= frame.y0 - 1 and box.x1 <= frame.x1 + 1 and box.y1 <= frame.y1 + 1, artist
    extents = [patch.get_window_extent() for patch in boxes(ax)]
    for k, one in enumerate(extents):
        assert not any(one.overlaps(other) for other in extents[:k])


def test_the_normal_path_is_marked_without_colour():
    ax = MACHINES["three periods"].plot()
    widths = sorted(patch.get_linewidth() for patch in boxes(ax))
    assert widths[-1] > widths[-2] == widths[0]  # one state on the path
    dashed = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch) and patch.get_linestyle() not in ("-", "solid")]
    assert len(dashed) == 1  # the departure; what follows in the punishment is prescribed


def test_triggers_are_written_at_the_arrows():
    def words(name):
        return {text.get_text() for text in MACHINES[name].plot().texts}

    assert "anyone departs" in words("grim")
    assert {"Row departs", "Column departs"} <= words("penal code")
    assert {"missed [1/9]", "met\nmissed [8/9]"} <= words("pledge")
    assert "start [1/2]" in words("drawn start")


def test_given_axes_are_used():
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3))
    assert MACHINES["tit for tat"].plot(ax=left) is left and MACHINES["grim"].plot(ax=right) is right
    small, large = (max(text.get_fontsize() for text in ax.texts) for ax in (left, right))
    assert small < large <= 9
    figure.canvas.draw()
    assert all(text.get_window_extent().x1 <= figure.bbox.x1 for ax in (left, right) for text in ax.texts)


def test_labels_of_loops_are_not_cut():
    """Loops at the right end of their rows, one with a long label and one without."""
    states = {"pact": CC, "first": CD, "second": DC, "last": DD}
    machine = Automaton(
        GAME,
        states,
        {
            "pact": {"Row": "first", "Column": "second", "otherwise": "pact"},
            "first": {"Row": "first", "Column": "last", "otherwise": {"first": "12345/67891", "last": "55546/67891"}},
            "second": {"Column": "last", "otherwise": "second"},
        },
    )
    ax = machine.plot()
    ax.figure.canvas.draw()
    frame = ax.figure.bbox
    assert len({text.get_position()[1] for text in ax.texts}) > 3
    for text in ax.texts:
        box = text.get_window_extent()
        assert box.x0 >= frame.x0 and box.x1 <= frame.x1 and box.y0 >= frame.y0 and box.y1 <= frame.y1, text.get_text()
