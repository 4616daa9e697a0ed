"""Figures and tables; most are also methods of the objects that they show."""

from alliancegames.plotting.branches import plot_branches
from alliancegames.plotting.labels import label_points
from alliancegames.plotting.regimes import plot_regimes
from alliancegames.plotting.tables import to_html, to_latex, to_text

__all__ = ["label_points", "plot_branches", "plot_regimes", "to_html", "to_latex", "to_text"]
