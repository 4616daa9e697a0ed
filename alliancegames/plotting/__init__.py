"""Figures and tables; most are also methods of the objects that they show."""

from alliancegames.plotting.branches import plot_branches
from alliancegames.plotting.correspondence import plot_correspondence
from alliancegames.plotting.labels import label_points
from alliancegames.plotting.regimes import plot_regimes
from alliancegames.plotting.tables import to_html, to_latex, to_text
from alliancegames.plotting.trees import describe_tree, plot_tree

__all__ = [
    "describe_tree",
    "label_points",
    "plot_branches",
    "plot_correspondence",
    "plot_regimes",
    "plot_tree",
    "to_html",
    "to_latex",
    "to_text",
]
