"""Pictures of payoff sets."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, UnknownLabelError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.repeated import RepeatedGame
from alliancegames.plotting.payoff_sets import plot_payoff_set, plot_payoff_sets
from alliancegames.solvers.repeated.geometry import feasible_payoffs, folk_theorem_payoffs, individually_rational_payoffs
from alliancegames.solvers.repeated.outer_inner import payoff_bounds

PD = NormalFormGame.symmetric([[9, 1], [10, 3]], actions=["cooperate", "defect"])


@pytest.fixture(autouse=True)
def _close_figures():
    with mpl.rc_context({"backend": mpl.rcParams["backend"]}):
        yield
    plt.close("all")


def solved(delta):
    return payoff_bounds(RepeatedGame(PD, delta))


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_a_polygon_with_its_surroundings():
    ax = plot_payoff_set(solved("1/4"))
    (patch,) = ax.patches
    drawn = {tuple(point) for point in patch.get_xy()}
    assert drawn == {(3.0, 3.0), (9.75, 3.0), (9.0, 9.0), (3.0, 9.75)}
    assert ax.get_xlabel() == "payoff of Player 1" and ax.get_ylabel() == "payoff of Player 2"
    assert {"feasible", "subgame-perfect equilibrium", "pure minmax"} == set(legend(ax))
    assert {"cooperate, defect", "defect, defect"} <= {text.get_text() for text in ax.texts}
    dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert {dotted[0].get_xdata()[0], dotted[1].get_ydata()[0]} == {3.0}


def test_segments_and_points_are_visible():
    segment, point = plot_payoff_set(solved("1/5")), plot_payoff_set(solved("1/10"))
    (line,) = [line for line in segment.lines if line.get_label() == "subgame-perfect equilibrium"]
    assert line.get_linewidth() > 3 and len(line.get_xdata()) == 2
    (dot,) = [line for line in point.lines if line.get_label() == "subgame-perfect equilibrium"]
    assert dot.get_marker() == "o" and list(dot.get_xdata()) == [3.0]
    assert not segment.patches and not point.patches


def test_what_is_undecided_is_pale_and_dashed():
    game = RepeatedGame(ag.games.prisoners_dilemma(), ["1/2", "4/5"])
    ax = plot_payoff_set(individually_rational_payoffs(game), label="rational")
    outer, inner = ax.patches
    assert outer.get_linestyle() == "--" and outer.get_zorder() < inner.get_zorder()
    assert {"undecided", "rational", "stage payoffs", "minmax"} == set(legend(ax))


def test_an_empty_set_is_said_to_be_empty():
    ax = plot_payoff_set(folk_theorem_payoffs(ag.games.matching_pennies(), minmax="pure"))
    assert any(text.startswith("no subgame-perfect") for text in legend(ax))


def test_projection_of_three_players():
    good = NormalFormGame.from_function(lambda *a: [2 * a.count("give") - 3 * (x == "give") for x in a], [["keep", "give"]] * 3)
    ax = plot_payoff_set(feasible_payoffs(good), players=("Player 3", 0), labels=False)
    assert ax.get_xlabel() == "payoff of Player 3" and ax.get_ylabel() == "payoff of Player 1"
    drawn = {tuple(point) for point in ax.patches[0].get_xy()}
    assert {(-1.0, 2.0), (2.0, -1.0), (3.0, 3.0)} <= drawn and not ax.texts
    with pytest.raises(UnknownLabelError):
        plot_payoff_set(feasible_payoffs(good), players=("Player 9", 0))
    with pytest.raises(GameDefinitionError, match="two different"):
        plot_payoff_set(feasible_payoffs(good), players=(1, 1))


def test_nested_sets_are_told_apart_in_grey():
    ax = plot_payoff_sets([solved(d) for d in ("1/10", "1/5", "1/4")])
    assert legend(ax)[:3] == [f"$\\delta$ = {d}" for d in ("1/10", "1/5", "1/4")]
    colours = [ax.patches[0].get_facecolor()]
    colours += [line.get_color() for line in ax.lines if str(line.get_label()).startswith("$")]
    greys = sorted(float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114))) for colour in colours)
    assert len(greys) == 3 and min(np.diff(greys)) > 0.1


def test_the_order_given_does_not_hide_smaller_sets():
    cournot = NormalFormGame.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]])
    small, large = (payoff_bounds(RepeatedGame(cournot, d)) for d in ("1/4", "1/2"))
    for order in ([small, large], [large, small]):
        ax = plot_payoff_sets(order, labels=["a", "b"])
        by_size = sorted(ax.patches, key=lambda patch: np.ptp(patch.get_xy(), axis=0).prod())
        assert by_size[0].get_zorder() > by_size[1].get_zorder()
        assert legend(ax)[:2] == ["a", "b"]


def test_on_given_axes_and_from_the_method():
    _, ax = plt.subplots()
    assert solved("1/4").plot(ax=ax, feasible=False, minmax=False) is ax
    assert not ax.lines and len(ax.patches) == 1


def test_bad_arguments():
    with pytest.raises(GameDefinitionError, match="one name a set"):
        plot_payoff_sets([solved("1/4")], labels=["a", "b"])
    with pytest.raises(GameDefinitionError, match="one or more sets"):
        plot_payoff_sets([])
