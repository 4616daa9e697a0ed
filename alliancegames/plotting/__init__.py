"""Figures and tables; most are also methods of the objects that they show."""

from alliancegames.plotting._style import style
from alliancegames.plotting.automata import plot_automaton
from alliancegames.plotting.branches import plot_branches
from alliancegames.plotting.continuation import plot_nash_correspondence
from alliancegames.plotting.correspondence import plot_correspondence
from alliancegames.plotting.grey import to_grey
from alliancegames.plotting.labels import label_points
from alliancegames.plotting.payoff_sets import plot_payoff_set, plot_payoff_sets
from alliancegames.plotting.proposition import proposition_latex
from alliancegames.plotting.regimes import plot_regimes
from alliancegames.plotting.scripts import show
from alliancegames.plotting.sensitivity import plot_sensitivity, plot_tornado
from alliancegames.plotting.sign_fields import plot_sign_field
from alliancegames.plotting.tables import to_html, to_latex, to_text
from alliancegames.plotting.transfer_tables import plot_transfers
from alliancegames.plotting.treaty import plot_treaty
from alliancegames.plotting.trees import describe_tree, plot_tree

__all__ = [
    "describe_tree",
    "label_points",
    "plot_automaton",
    "plot_branches",
    "plot_correspondence",
    "plot_nash_correspondence",
    "plot_payoff_set",
    "plot_payoff_sets",
    "plot_regimes",
    "plot_sensitivity",
    "plot_sign_field",
    "plot_tornado",
    "plot_transfers",
    "plot_treaty",
    "plot_tree",
    "proposition_latex",
    "show",
    "style",
    "to_grey",
    "to_html",
    "to_latex",
    "to_text",
]
