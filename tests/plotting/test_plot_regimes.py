"""Regime maps: exact boundaries, names inside their cells, overlaps by a second hatch, a key only where names have no room."""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pytest

import alliancegames as ag
from alliancegames.plotting._style import COLOURS

# The classic figures: axes, and the window where the domain is unbounded.
FIGURES = {
    "unilateral_deterrence": ("p_D", "p_C", {}),
    "tripartite_crisis": ("p_P", "p_C", {}),
    "alliance_dilemma": ("sigma", "x", {"xlim": (0, 1), "ylim": (0, 1)}),
    "commitment_design": ("beta_d", "beta_o", {}),
    "enlargement_trust": ("t", "b_S", {"xlim": ("1/100", "99/100"), "ylim": ("101/100", "5/2")}),
    "accession_window": ("h", "Delta", {"xlim": ("1/100", 1), "ylim": ("1/20", "1/2")}),
}


@pytest.fixture(scope="module", params=FIGURES)
def figure(request):
    x, y, window = FIGURES[request.param]
    regimes = ag.models.get(request.param).regimes()
    ax = regimes.plot(x, y, **window)
    yield regimes, x, y, ax
    plt.close(ax.figure)


def words(text):
    return text.get_text().replace("\n", " ")


def at(regimes, x, y, across, up):
    return regimes.locate({x: Fraction(across).limit_denominator(10**6), y: Fraction(up).limit_denominator(10**6)})


def test_names_stand_inside_their_cells(figure):
    regimes, x, y, ax = figure
    assert ax.texts
    for text in ax.texts:
        assert at(regimes, x, y, *text.get_position()) == (words(text),)
        inside = ax.get_window_extent()
        box = text.get_window_extent()
        assert box.x0 >= inside.x0 and box.x1 <= inside.x1 and box.y0 >= inside.y0 and box.y1 <= inside.y1
        corners = ax.transData.inverted().transform([(box.x0, box.y0), (box.x1, box.y0), (box.x0, box.y1), (box.x1, box.y1)])
        assert all(at(regimes, x, y, *corner) == (words(text),) for corner in corners)


def test_every_cell_of_the_window_is_named(figure):
    regimes, x, y, ax = figure
    rng = np.random.default_rng(1)
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    met = {at(regimes, x, y, left + (right - left) * a, low + (high - low) * b) for a, b in rng.random((60, 2))}
    names = {name for pair in met if len(pair) == 1 for name in pair}
    assert names == {words(text) for text in ax.texts}
    assert ax.get_legend() is None


def test_boundaries_solve_their_equations(figure):
    regimes, x, y, ax = figure
    equations = [equation.lhs for equation in regimes.boundaries(x, y)]

    def gap(equation, point):
        place = dict(zip((x, y), point, strict=True))
        return abs(float(equation.subs({symbol: place[str(symbol)] for symbol in equation.free_symbols})))

    lines = [line.get_xydata()[np.isfinite(line.get_xydata()).all(axis=1)] for line in ax.lines]
    assert any(len(points) for points in lines)
    for points in lines:
        assert min(max((gap(equation, point) for point in points[::97]), default=0) for equation in equations) < 1e-9


def test_boundaries_part_cells(figure):
    """A little to both sides of each curve hold different regimes."""
    regimes, x, y, ax = figure
    for line in ax.lines:
        here = np.flatnonzero(np.isfinite(line.get_ydata()))
        if not len(here):
            continue
        middle = here[len(here) // 2]
        a, b = (float(np.asarray(data)[middle]) for data in (line.get_xdata(), line.get_ydata()))
        step = [(end[1] - end[0]) / 50 for end in (ax.get_xlim(), ax.get_ylim())]
        around = [(a - step[0], b - step[1]), (a - step[0], b + step[1]), (a + step[0], b - step[1]), (a + step[0], b + step[1])]
        assert len({at(regimes, x, y, *point) for point in around}) > 1


def test_overlaps_show_two_hatches():
    regimes = ag.models.UnilateralDeterrence().regimes(refined=False)
    ax = regimes.plot("p_D", "p_C")
    assert {words(text) for text in ax.texts} == {"Certain Deterrence", "Separating", "Attack", "Bluff"}
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["Steadfast Deterrence (fails D1)"]
    over = [area for area in ax.collections if len(area.get_facecolor()) == 0 or area.get_facecolor()[0][3] == 0]
    assert len(over) == 1
    (handle,) = ax.get_legend().get_patches()
    assert handle.get_hatch() in over[0].hatches
    # three boundaries remain visible under the hatches
    assert len([line for line in ax.lines if np.isfinite(line.get_ydata()).any()]) == 3
    plt.close(ax.figure)


def test_names_without_room_go_to_the_key():
    regimes = ag.models.UnilateralDeterrence().regimes()
    ax = regimes.plot("p_D", "p_C", {"c_SQ": "39/100"}, xlim=(0, 1))
    narrow = regimes.plot("p_D", "p_C", xlim=(0, 12))
    assert ax.get_legend() is None
    named = {words(text) for text in narrow.texts}
    (legend,) = [narrow.get_legend()]
    key = {text.get_text() for text in legend.get_texts()}
    assert "Separating" in key
    assert not named & key
    assert named | key == set(regimes.names)
    for text, patch in zip(legend.get_texts(), legend.get_patches(), strict=True):
        number = regimes.names.index(text.get_text())
        assert patch.get_facecolor()[:3] == pytest.approx(plt.matplotlib.colors.to_rgb(COLOURS[number]))
    for axes in (ax, narrow):
        plt.close(axes.figure)


def test_cells_differ_in_grey():
    """Neighbours differ by their hatches even where their greys are close."""
    ax = ag.models.UnilateralDeterrence().regimes().plot("p_D", "p_C")
    hatches = [tuple(area.hatches) for area in ax.collections]
    assert len(set(hatches)) == len(hatches) == 4
    plt.close(ax.figure)


def test_symbols_do_not_stand_alone():
    ax = ag.models.AllianceDilemma().regimes().plot("sigma", "x", xlim=(0, 1), ylim=(0, 1))
    assert all(not line.startswith("$") for line in ax.get_xlabel().split("\n"))
    assert all(not line.startswith("$") for line in ax.get_ylabel().split("\n"))
    plt.close(ax.figure)


@pytest.mark.parametrize("key", ["limited_aims", "asymmetric_escalation", "tped"])
def test_boundaries_end_where_they_meet(key):
    """Where three cells meet no line goes on into the one on the other side."""
    ax = ag.models.get(key).plot()
    width, height = (end[1] - end[0] for end in (ax.get_xlim(), ax.get_ylim()))
    for line in ax.lines:
        x, y = (np.asarray(data, dtype=float) for data in line.get_data())
        drawn = np.isfinite(x) & np.isfinite(y)
        for run in np.split(np.arange(len(drawn)), np.flatnonzero(np.diff(drawn)) + 1):
            if drawn[run[0]] and len(run) > 1:
                assert max(np.ptp(x[run]) / width, np.ptp(y[run]) / height) > 0.02
    plt.close(ax.figure)
