"""How games are solved: one file a method, one entry function a concept."""

from alliancegames.solvers._families import EquilibriumFamily
from alliancegames.solvers.agent_quantal_response import agent_logit_branch
from alliancegames.solvers.anonymous import BlockRoots, GroupSupports, block_equilibria, symmetric_equilibria
from alliancegames.solvers.assessment_families import AssessmentComponent, AssessmentFamily, AssessmentSet, BeliefSet
from alliancegames.solvers.backward_induction import BackwardInduction, backward_induction
from alliancegames.solvers.bayesian import AgentForm, TypeVertices, bayesian_nash
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
from alliancegames.solvers.cutoff_folds import Branch, Correspondence, Fold, FoldSet, correspondence, folds
from alliancegames.solvers.cutoffs import IntervalNewton, cutoff_equilibria
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
from alliancegames.solvers.logit_branches import BranchLimit, BranchPoint, LogitBranch, LogitBranches, logit_branch, logit_branches
from alliancegames.solvers.nash import nash, pure_nash
from alliancegames.solvers.payoff_set import PayoffSet
from alliancegames.solvers.polytope import Polytope
from alliancegames.solvers.potential import Cycle, PotentialReport, exact_potential, potential_maximisers, weighted_potential
from alliancegames.solvers.proper import ExcludedOrders, ProperReport, is_proper
from alliancegames.solvers.pure import CountEnumeration, SparsePureEquilibria, count_equilibria, sparse_pure_nash
from alliancegames.solvers.quantal_response import LogitIsolation, LogitPath, quantal_response
from alliancegames.solvers.refinements import FamilyRefinement, MessageRefinement, RefinementReport, TypeAttraction, Verdict, refine
from alliancegames.solvers.registry import Findings, Solver, applicable, choose, register, table
from alliancegames.solvers.repeated.automata import AutomatonValues, Deviation, DeviationCertificate, automaton_values, one_shot_deviations
from alliancegames.solvers.repeated.critical import (
    CriticalDiscount,
    PatienceInterval,
    PunishmentLength,
    Sensitivity,
    critical_discount,
    critical_punishment,
)
from alliancegames.solvers.repeated.equilibria_among import AutomatonEquilibrium, equilibria_among
from alliancegames.solvers.repeated.finite import finite_payoffs
from alliancegames.solvers.repeated.geometry import feasible_payoffs, folk_theorem_payoffs, individually_rational_payoffs
from alliancegames.solvers.repeated.outer_inner import payoff_bounds
from alliancegames.solvers.repeated.spe_payoffs import spe_payoffs
from alliancegames.solvers.repeated.stochastic_payoffs import StochasticPayoffs, stochastic_payoffs
from alliancegames.solvers.repeated.stochastic_transfers import (
    StochasticCritical,
    StochasticTransferPayoffs,
    stochastic_transfer_critical,
    stochastic_transfer_payoffs,
)
from alliancegames.solvers.repeated.thresholds import PayoffThreshold, PayoffThresholds, payoff_thresholds
from alliancegames.solvers.repeated.transfers import TransferEquilibrium, TransferRow, TransferTable, transfer_payoffs, transfer_table
from alliancegames.solvers.result import Enclosure, EquilibriumSet, Provenance, Status
from alliancegames.solvers.selection import is_undominated, p_dominance, select
from alliancegames.solvers.sequence_form import tree_nash
from alliancegames.solvers.sequential import SequentialSupports, SubgameSupports, sequential_equilibria, subgame_perfect
from alliancegames.solvers.signalling import BehaviourVertices, perfect_bayesian
from alliancegames.solvers.supermodular import ExtremeEquilibria, Square, SupermodularReport, extreme_equilibria, supermodular
from alliancegames.solvers.supports import SupportEnumeration
from alliancegames.solvers.tree_components import TreeComponent, tree_components
from alliancegames.solvers.tremble import PerfectionReport, is_trembling_hand_perfect
from alliancegames.solvers.verify_assessment import RationalityReport, sequential_rationality
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
    "AgentForm",
    "AssessmentComponent",
    "AssessmentFamily",
    "AssessmentSet",
    "AutomatonEquilibrium",
    "AutomatonValues",
    "BackwardInduction",
    "BehaviourFamily",
    "BehaviourVertices",
    "BeliefSet",
    "BlockRoots",
    "Branch",
    "BranchLimit",
    "BranchPoint",
    "Commitment",
    "Component",
    "CorrelatedEquilibrium",
    "CorrelatedPolytope",
    "Correspondence",
    "CountEnumeration",
    "CriticalDiscount",
    "Cycle",
    "Deviation",
    "DeviationCertificate",
    "Domination",
    "Enclosure",
    "EquilibriumFamily",
    "EquilibriumSet",
    "ExcludedOrders",
    "ExtremeEquilibria",
    "FamilyRefinement",
    "Findings",
    "Fold",
    "FoldSet",
    "GroupSupports",
    "IntervalNewton",
    "IteratedElimination",
    "LemkeHowson",
    "LogitBranch",
    "LogitBranches",
    "LogitIsolation",
    "LogitPath",
    "MessageRefinement",
    "NashSubset",
    "PatienceInterval",
    "PayoffSet",
    "PayoffThreshold",
    "PayoffThresholds",
    "PerfectionReport",
    "Polytope",
    "PotentialReport",
    "ProperReport",
    "Provenance",
    "PunishmentLength",
    "PureSecurityLevel",
    "RationalityReport",
    "RationalizableSet",
    "Reduction",
    "RefinementReport",
    "SecurityLevel",
    "Sensitivity",
    "SequentialSupports",
    "Solver",
    "SparsePureEquilibria",
    "Square",
    "StabilityReport",
    "Status",
    "StochasticCritical",
    "StochasticPayoffs",
    "StochasticTransferPayoffs",
    "SubgameSupports",
    "SupermodularReport",
    "SupportEnumeration",
    "TransferEquilibrium",
    "TransferRow",
    "TransferTable",
    "TreeComponent",
    "TypeAttraction",
    "TypeVertices",
    "Verdict",
    "VertexEnumeration",
    "WeakElimination",
    "ZeroSumSolution",
    "agent_logit_branch",
    "applicable",
    "automaton_values",
    "backward_induction",
    "bayesian_nash",
    "block_equilibria",
    "choose",
    "coarse_correlated_equilibrium",
    "commitment",
    "components",
    "correlated_equilibrium",
    "correlated_vertices",
    "correspondence",
    "count_equilibria",
    "critical_discount",
    "critical_punishment",
    "cutoff_equilibria",
    "dominated_actions",
    "equilibria_among",
    "exact_potential",
    "extreme_equilibria",
    "feasible_payoffs",
    "finite_payoffs",
    "folds",
    "folk_theorem_payoffs",
    "individually_rational_payoffs",
    "is_dominated",
    "is_evolutionarily_stable",
    "is_neutrally_stable",
    "is_proper",
    "is_trembling_hand_perfect",
    "is_undominated",
    "iterated_strict_dominance",
    "iterated_weak_dominance",
    "lemke_howson_map",
    "logit_branch",
    "logit_branches",
    "minmax",
    "nash",
    "one_shot_deviations",
    "p_dominance",
    "payoff_bounds",
    "payoff_thresholds",
    "perfect_bayesian",
    "potential_maximisers",
    "pure_minmax",
    "pure_nash",
    "pure_security_level",
    "quantal_response",
    "rationalizable",
    "refine",
    "register",
    "security_level",
    "select",
    "sequential_equilibria",
    "sequential_rationality",
    "sparse_pure_nash",
    "spe_payoffs",
    "stackelberg",
    "stochastic_payoffs",
    "stochastic_transfer_critical",
    "stochastic_transfer_payoffs",
    "subgame_perfect",
    "supermodular",
    "symmetric_equilibria",
    "table",
    "transfer_payoffs",
    "transfer_table",
    "tree_components",
    "tree_nash",
    "weighted_potential",
    "zero_sum",
]
