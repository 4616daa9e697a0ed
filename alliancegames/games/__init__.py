"""What is played: the types of games, and the textbook examples."""

from alliancegames.games.canonical import battle_of_the_sexes, chicken, matching_pennies, prisoners_dilemma, stag_hunt
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import MixedStrategy, Profile

__all__ = [
    "MixedStrategy",
    "NormalFormGame",
    "Profile",
    "battle_of_the_sexes",
    "chicken",
    "matching_pennies",
    "prisoners_dilemma",
    "stag_hunt",
]
