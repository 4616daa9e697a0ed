"""How games are solved: one file a method, one entry function a concept."""

from alliancegames.solvers.backward_induction import BackwardInduction, backward_induction
from alliancegames.solvers.behaviour_family import BehaviourFamily
from alliancegames.solvers.commitment import Commitment, commitment, stackelberg
from alliancegames.solvers.components import Component, NashSubset, components
from alliancegames.solvers.correlated import (
    CorrelatedEquilibrium,
    CorrelatedPolytope,
    coarse_correlated_equilibrium,
    correlated_equilibrium,
    correlated_vertices,
)
from alliancegames.solvers.dominance import (
    Domination,
    IteratedElimination,
    RationalizableSet,
    Reduction,
    WeakElimination,
    dominated_actions,
    is_dominated,
    iterated_strict_dominance,
    iterated_weak_dominance,
    rationalizable,
)
from alliancegames.solvers.evolution import StabilityReport, is_evolutionarily_stable, is_neutrally_stable
from alliancegames.solvers.lemke_howson import LemkeHowson, lemke_howson_map
from alliancegames.solvers.nash import nash, pure_nash
from alliancegames.solvers.potential import Cycle, PotentialReport, exact_potential, potential_maximisers, weighted_potential
from alliancegames.solvers.proper import ExcludedOrders, ProperReport, is_proper
from alliancegames.solvers.registry import Findings, Solver, applicable, choose, register, table
from alliancegames.solvers.result import EquilibriumSet, Provenance, Status
from alliancegames.solvers.selection import is_undominated, p_dominance, select
from alliancegames.solvers.sequential import SequentialSupports, SubgameSupports, sequential_equilibria, subgame_perfect
from alliancegames.solvers.supermodular import ExtremeEquilibria, Square, SupermodularReport, extreme_equilibria, supermodular
from alliancegames.solvers.vertex_enumeration import VertexEnumeration
from alliancegames.solvers.zero_sum import (
    PureSecurityLevel,
    SecurityLevel,
    ZeroSumSolution,
    minmax,
    pure_minmax,
    pure_security_level,
    security_level,
    zero_sum,
)

__all__ = [
    "BackwardInduction",
    "BehaviourFamily",
    "Commitment",
    "Component",
    "CorrelatedEquilibrium",
    "CorrelatedPolytope",
    "Cycle",
    "Domination",
    "EquilibriumSet",
    "ExcludedOrders",
    "ExtremeEquilibria",
    "Findings",
    "IteratedElimination",
    "LemkeHowson",
    "NashSubset",
    "PotentialReport",
    "ProperReport",
    "Provenance",
    "PureSecurityLevel",
    "RationalizableSet",
    "Reduction",
    "SecurityLevel",
    "SequentialSupports",
    "Solver",
    "Square",
    "StabilityReport",
    "Status",
    "SubgameSupports",
    "SupermodularReport",
    "VertexEnumeration",
    "WeakElimination",
    "ZeroSumSolution",
    "applicable",
    "backward_induction",
    "choose",
    "coarse_correlated_equilibrium",
    "commitment",
    "components",
    "correlated_equilibrium",
    "correlated_vertices",
    "dominated_actions",
    "exact_potential",
    "extreme_equilibria",
    "is_dominated",
    "is_evolutionarily_stable",
    "is_neutrally_stable",
    "is_proper",
    "is_undominated",
    "iterated_strict_dominance",
    "iterated_weak_dominance",
    "lemke_howson_map",
    "minmax",
    "nash",
    "p_dominance",
    "potential_maximisers",
    "pure_minmax",
    "pure_nash",
    "pure_security_level",
    "rationalizable",
    "register",
    "security_level",
    "select",
    "sequential_equilibria",
    "stackelberg",
    "subgame_perfect",
    "supermodular",
    "table",
    "weighted_potential",
    "zero_sum",
]
