"""How games are solved: one file a method, one entry function a concept."""

from alliancegames.solvers.components import Component, NashSubset, components
from alliancegames.solvers.nash import nash, pure_nash
from alliancegames.solvers.registry import Findings, Solver, applicable, choose, register, table
from alliancegames.solvers.result import EquilibriumSet, Provenance, Status
from alliancegames.solvers.vertex_enumeration import VertexEnumeration

__all__ = [
    "Component",
    "EquilibriumSet",
    "Findings",
    "NashSubset",
    "Provenance",
    "Solver",
    "Status",
    "VertexEnumeration",
    "applicable",
    "choose",
    "components",
    "nash",
    "pure_nash",
    "register",
    "table",
]
