"""Looks, grey, line breaks and legends; every model's figure is readable in a journal's column."""

import io

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

import alliancegames as ag
from alliancegames.errors import GameDefinitionError
from alliancegames.plotting import to_grey
from alliancegames.plotting._style import LOOKS, fit_texts, legend_below, letters, line, style, typeset, wrapped

MODELS = ag.models.all_models()


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def saved(figure, kind):
    file = io.BytesIO()
    figure.savefig(file, format=kind)
    return file.getvalue()


# -------------------------------------------------------------------- looks


@pytest.mark.parametrize("look", LOOKS)
def test_figures_have_the_size_and_the_letters_of_their_purpose(look):
    before = dict(mpl.rcParams)
    with style(look):
        ax = ag.models.UnilateralDeterrence().plot()
        assert ax.figure.get_size_inches().tolist() == list(LOOKS[look]["figure.figsize"])
        assert ax.xaxis.label.get_size() == LOOKS[look]["font.size"]
        assert letters() == LOOKS[look]["font.size"] / 10
    assert dict(mpl.rcParams) == before
    assert letters() == 1


def test_settings_come_back_after_an_error():
    before = dict(mpl.rcParams)
    with pytest.raises(ZeroDivisionError), style("slide"):
        raise ZeroDivisionError
    assert dict(mpl.rcParams) == before
    assert ag.models.UnilateralDeterrence().plot().figure.get_size_inches().tolist() == [5.6, 4.4]


def test_unknown_looks_are_refused():
    with (
        pytest.raises(GameDefinitionError, match=r"style\(\): look must be one of journal, journal-wide, slide, got 'poster'"),
        style("poster"),
    ):
        pass


def test_text_stays_text_in_files():
    with style("journal"):
        figure = ag.models.UnilateralDeterrence().plot().figure
        pdf, svg = saved(figure, "pdf"), saved(figure, "svg").decode()
    assert b"/FontFile2" in pdf and b"/Type3" not in pdf
    assert "<text" in svg and "Certain" in svg
    assert "<text" not in saved(figure, "svg").decode()  # outside of the block matplotlib draws letters as outlines


def test_trees_and_machines_grow_with_the_letters():
    machine = ag.games.strategies.grim_trigger(ag.games.prisoners_dilemma(), ("cooperate", "cooperate"))
    tree = ag.models.TripartiteCrisis().completed().game()
    for thing in (machine, tree):
        small = thing.plot()
        with style("slide"):
            large = thing.plot()
        assert large.figure.get_size_inches() == pytest.approx(1.6 * small.figure.get_size_inches())
        sizes = [[text.get_fontsize() for text in ax.texts] for ax in (small, large)]
        assert sizes[1] == pytest.approx([1.6 * size for size in sizes[0]])


@pytest.mark.parametrize("key", MODELS)
def test_figures_of_models_fit_a_column(key):
    """Titles, labels, numbers and legends lie inside the figure, and the legend touches neither title nor label."""
    with style("journal"):
        ax = MODELS[key]().plot()
        ax.figure.canvas.draw()
    frame, slack = ax.figure.bbox, 2
    (title,) = (text for text in ax.findobj(Text) if text.get_text() and text.get_text() == ax.get_title(loc="left"))
    assert ax.get_xlabel() and ax.get_ylabel()
    legend = [ax.get_legend()] if ax.get_legend() else []
    parts = [title, ax.xaxis.label, ax.yaxis.label, *legend]
    boxes = [part.get_window_extent() for part in parts]
    for part, box in zip(parts, boxes, strict=True):
        assert box.x0 >= frame.x0 - slack and box.x1 <= frame.x1 + slack, part
        assert box.y0 >= frame.y0 - slack and box.y1 <= frame.y1 + slack, part
    if legend:
        assert not any(boxes[-1].overlaps(box) for box in boxes[:-1])


# -------------------------------------------------------------------- grey


def test_grey_figures_have_no_colour():
    for figure in (
        ag.models.CommitmentDesign().plot().figure,
        ag.models.InteractionGame().plot().figure,
        ag.models.StrategicProbitChoice().plot().figure,
    ):
        assert to_grey(figure) is figure
        figure.canvas.draw()
        pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int)
        assert np.ptp(pixels, axis=2).max() <= 1
        assert np.ptp(pixels) > 200  # neither black nor white


def test_grey_keeps_lightness_hatches_and_transparency():
    figure, ax = plt.subplots()
    (drawn,) = ax.plot([0, 1], color="#ff0000", marker="o", markerfacecolor="none")
    bars = ax.bar([0], [1], color="#00ff0080", hatch="//")
    image = ax.imshow([[0, 1]], cmap="viridis")
    to_grey(figure)
    assert drawn.get_color() == pytest.approx((0.299, 0.299, 0.299, 1))
    assert drawn.get_markerfacecolor() == "none"
    assert bars[0].get_facecolor() == pytest.approx((0.587, 0.587, 0.587, 128 / 255))
    assert bars[0].get_hatch() == "//"
    colours = image.get_cmap()(np.linspace(0, 1, 5))
    assert np.ptp(colours[:, :3], axis=1).max() == 0 and (np.diff(colours[:, 0]) > 0).all()


# -------------------------------------------------------------------- lines and labels


def test_lines_differ_without_colour():
    looks = [line(k) for k in range(4)]
    assert len({str(look["linestyle"]) for look in looks}) == len({look["color"] for look in looks}) == 4


@given(st.lists(st.text("abcdef", min_size=1, max_size=9), min_size=1, max_size=12), st.integers(10, 40))
def test_lines_are_balanced(words, width):
    text = " ".join(words)
    lines = wrapped(text, width).split("\n")
    assert " ".join(lines) == text and max(map(len, lines)) <= width
    longest = max(map(len, lines))
    assert longest == 1 or len(wrapped(text, longest - 1).split("\n")) > len(lines) or max(map(len, words)) >= longest


def test_formulas_are_not_broken():
    assert wrapped("cost of $a + b + c$ and more", 12) == "cost of $a + b + c$\nand more"
    assert wrapped("costs 5$ or more", 8) == "costs 5$\nor more"


def test_symbols_keep_their_index_together():
    found = {parameter.name: typeset(parameter) for parameter in ag.models.UnilateralDeterrence.parameters}
    assert "c_{SQ}" in found.values()


def test_titles_break_only_where_they_are_too_wide():
    ax = ag.models.UnilateralDeterrence().plot()
    assert "\n" not in ax.get_title(loc="left")
    narrow = plt.figure(figsize=(3, 3), layout="constrained").add_subplot()
    narrow.set_title("Credible defenders deter; bluffing needs doubt about both sides", loc="left")
    fit_texts(narrow)
    lines = narrow.get_title(loc="left").split("\n")
    assert len(lines) >= 2 and " ".join(lines) == "Credible defenders deter; bluffing needs doubt about both sides"


def test_legends_below_use_fewer_columns_where_there_is_less_room():
    columns = []
    for width in (9, 2.8):
        _, ax = plt.subplots(figsize=(width, 3), layout="constrained")
        for k in range(4):
            ax.plot([0, 1], [0, k], label=f"a name of some length {k}")
        ax.set_xlabel("axis")
        legend_below(ax, columns=4)
        ax.figure.canvas.draw()
        box = ax.get_legend().get_window_extent()
        assert box.y1 <= ax.xaxis.label.get_window_extent().y0 + 1
        assert box.x0 >= -2 and box.x1 <= ax.figure.bbox.x1 + 2
        columns.append(ax.get_legend()._ncols)
    assert columns[0] == 4 > columns[1]
