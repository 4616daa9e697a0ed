"""What is played: the types of games, and the textbook examples."""

from alliancegames.games._automaton_paths import SimulatedPaths
from alliancegames.games.aggregative import AggregativeGame, Contributions
from alliancegames.games.anonymous import AnonymousGame, CountProfile, GroupMixture
from alliancegames.games.assessment import Assessment
from alliancegames.games.automaton import Automaton, PlayPath
from alliancegames.games.bayesian import BayesianGame
from alliancegames.games.bayesian_profile import BayesianProfile
from alliancegames.games.behaviour import BehaviourProfile
from alliancegames.games.canonical import battle_of_the_sexes, chicken, matching_pennies, prisoners_dilemma, stag_hunt
from alliancegames.games.cheap_talk import CheapTalkGame, PartitionProfile
from alliancegames.games.cutoff import CutoffGame, CutoffProfile, Play
from alliancegames.games.distributions import Distribution, Logistic, Normal, PiecewiseLinear, TypeDistribution, Uniform
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.monitoring import PublicMonitoring
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.offer import OfferGame, OfferProfile
from alliancegames.games.profile import MixedStrategy, Profile
from alliancegames.games.repeated import RepeatedGame
from alliancegames.games.signalling import SignallingGame
from alliancegames.games.simulation import simulate
from alliancegames.games.sparse import SparseGame
from alliancegames.games.stationary import StationaryProfile
from alliancegames.games.stochastic import StochasticGame
from alliancegames.games.strategies import (
    always,
    combine,
    grim_trigger,
    penal_code,
    punish_for,
    stick_and_carrot,
    tit_for_tat,
    win_stay_lose_shift,
)
from alliancegames.games.tree import Chance, End, InformationSet, Move, Node

__all__ = [
    "AggregativeGame",
    "AnonymousGame",
    "Assessment",
    "Automaton",
    "BayesianGame",
    "BayesianProfile",
    "BehaviourProfile",
    "Chance",
    "CheapTalkGame",
    "Contributions",
    "CountProfile",
    "CutoffGame",
    "CutoffProfile",
    "Distribution",
    "End",
    "ExtensiveGame",
    "GroupMixture",
    "InformationSet",
    "Logistic",
    "MixedStrategy",
    "Move",
    "Node",
    "Normal",
    "NormalFormGame",
    "OfferGame",
    "OfferProfile",
    "PartitionProfile",
    "PiecewiseLinear",
    "Play",
    "PlayPath",
    "Profile",
    "PublicMonitoring",
    "RepeatedGame",
    "SignallingGame",
    "SimulatedPaths",
    "SparseGame",
    "StationaryProfile",
    "StochasticGame",
    "TypeDistribution",
    "Uniform",
    "always",
    "battle_of_the_sexes",
    "chicken",
    "combine",
    "grim_trigger",
    "matching_pennies",
    "penal_code",
    "prisoners_dilemma",
    "punish_for",
    "simulate",
    "stag_hunt",
    "stick_and_carrot",
    "tit_for_tat",
    "win_stay_lose_shift",
]
