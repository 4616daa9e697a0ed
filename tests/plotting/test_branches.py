"""Drawings of logit branches."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, UnknownLabelError
from alliancegames.plotting.branches import plot_branches
from alliancegames.solvers.logit_branches import logit_branch, logit_branches


@pytest.fixture(autouse=True)
def _close_figures():
    with mpl.rc_context({"backend": mpl.rcParams["backend"]}):
        yield
    plt.close("all")


def test_all_branches_of_a_stag_hunt():
    branches = logit_branches(ag.games.stag_hunt(), number=4)
    ax = branches.plot()
    lines = [line for line in ax.lines if len(line.get_xdata()) > 2]
    assert len(lines) == 2 * len(branches)  # one action a player
    assert ax.get_xscale() == "log" and ax.get_xlabel() == "precision"
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["Row: stag", "Column: stag", "fold", "other branches (thin)"]
    markers = [line for line in ax.lines if line.get_marker() == "o"]
    assert {float(line.get_xdata()[0]) for line in markers} == {branches.folds[0].precision}
    low, high = ax.get_xlim()
    assert 0 < low < branches.folds[0].precision < high


def test_one_branch_and_chosen_actions_on_given_axes():
    game = ag.NormalFormGame.from_bimatrix(np.arange(6).reshape(2, 3), np.arange(6)[::-1].reshape(2, 3))
    branch = logit_branch(game)
    _, ax = plt.subplots()
    assert branch.plot(ax=ax) is ax
    assert len(ax.lines) == 1 + 3
    chosen = plot_branches([branch], actions=[("Player 2", "3")])
    assert np.array_equal(chosen.lines[0].get_ydata(), branch.probability("Player 2", "3")[branch.precision > 0])
    with pytest.raises(UnknownLabelError, match="unknown action 'x'"):
        plot_branches([branch], actions=[("Player 2", "x")])
    with pytest.raises(GameDefinitionError, match="at least one branch"):
        plot_branches([])
