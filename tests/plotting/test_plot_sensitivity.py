"""Tornado plots and indices: bars are the results, labels are words, the legend keeps clear of the title."""

from itertools import pairwise

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

import alliancegames as ag

MODEL = ag.models.UltimatumCrisis()
RANGES = {
    "p_C": (0, 1),
    "p_D": (0, 1),
    "c_SQ": ("9/25", "19/20"),
    "c_DDp": ("4/25", "7/20"),
    "c_CD": ("-3/10", "3/20"),
    "d_DC": ("-3/10", "7/20"),
    "d_DDm": ("-1", "-2/5"),
    "d_DDp": ("2/5", "9/10"),
}


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def clear_of_title(ax):
    title = ax.set_title("A title that states the result", loc="left", fontsize="medium")
    ax.figure.canvas.draw()
    return not ax.get_legend().get_window_extent().overlaps(title.get_window_extent())


def test_tornado():
    result = ag.tornado(MODEL, "p_war", select="highest")
    ax = result.plot()
    for patch, name in zip(ax.patches, reversed(result.ranking), strict=True):
        path = result.paths[name]
        assert (patch.get_x(), patch.get_width()) == pytest.approx((path.min(), np.ptp(path)))
    ends = {line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"}
    assert ends == {value for path in result.paths.values() for value in (path[0], path[-1])}
    (base,) = {line.get_xdata()[0] for line in ax.lines if line.get_marker() in (None, "None", "")}
    assert base == result.base
    assert ax.get_xlabel() == "probability of war"
    assert clear_of_title(ax)


def test_ranges_have_minus_signs():
    result = ag.tornado(ag.models.StrategicProbit(), "p_war", {"u24": ("-1", 1)}, select="highest")
    (label,) = [text.get_text() for text in result.plot().get_yticklabels()]
    assert label.endswith("−1 to 1")


def test_indices_are_named_in_words():
    ranges = {"c_A": (0, "1/2"), "c_hi": ("2/5", "4/5")}
    result = ag.sobol_indices(MODEL, "p_war", ranges, n=64, select="highest")
    ax = result.plot()
    order = [result.parameters.index(name) for name in reversed(result.ranking)]
    bars = [patch.get_width() for patch in ax.patches]
    assert bars == pytest.approx([*result.measures["total"][order], *result.measures["first"][order]])
    labels = [text.get_text().replace("\n", " ") for text in ax.get_yticklabels()]
    assert all("cost of war" in label and "$" in label for label in labels)
    assert ax.get_xlabel().replace("\n", " ") == "share of the variance of: probability of war"
    assert {patch.get_hatch() for patch in ax.patches} == {"", "///"} or {patch.get_hatch() for patch in ax.patches} == {None, "///"}
    assert clear_of_title(ax)


def test_more_parameters_make_a_higher_figure():
    few = ag.tornado(MODEL, "p_war", ["c_A", "c_hi"], select="highest").plot()
    many = ag.tornado(ag.models.UnilateralDeterrence(), "p_war", RANGES, steps=3, select="highest").plot()
    assert few.figure.get_size_inches()[1] < many.figure.get_size_inches()[1]
    boxes = [text.get_window_extent() for text in many.get_yticklabels()]
    many.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in many.get_yticklabels()]
    assert not any(a.overlaps(b) for a, b in pairwise(boxes))
