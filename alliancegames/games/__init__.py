"""What is played: the types of games, and the textbook examples."""

from alliancegames.games.anonymous import AnonymousGame, CountProfile, GroupMixture
from alliancegames.games.assessment import Assessment
from alliancegames.games.behaviour import BehaviourProfile
from alliancegames.games.canonical import battle_of_the_sexes, chicken, matching_pennies, prisoners_dilemma, stag_hunt
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import MixedStrategy, Profile
from alliancegames.games.signalling import SignallingGame
from alliancegames.games.sparse import SparseGame
from alliancegames.games.tree import Chance, End, InformationSet, Move, Node

__all__ = [
    "AnonymousGame",
    "Assessment",
    "BehaviourProfile",
    "Chance",
    "CountProfile",
    "End",
    "ExtensiveGame",
    "GroupMixture",
    "InformationSet",
    "MixedStrategy",
    "Move",
    "Node",
    "NormalFormGame",
    "Profile",
    "SignallingGame",
    "SparseGame",
    "battle_of_the_sexes",
    "chicken",
    "matching_pennies",
    "prisoners_dilemma",
    "stag_hunt",
]
