"""Adapters to and from other packages for game theory and graphs, each loaded on first use."""

from alliancegames.io.adapters.nashpy import from_nashpy, to_nashpy
from alliancegames.io.adapters.networkx import from_networkx, from_networkx_tree, to_networkx
from alliancegames.io.adapters.pygambit import from_pygambit, from_pygambit_tree, to_pygambit
from alliancegames.io.adapters.quantecon import from_quantecon, to_quantecon

__all__ = [
    "from_nashpy",
    "from_networkx",
    "from_networkx_tree",
    "from_pygambit",
    "from_pygambit_tree",
    "from_quantecon",
    "to_nashpy",
    "to_networkx",
    "to_pygambit",
    "to_quantecon",
]
