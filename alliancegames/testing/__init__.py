"""Tools for testing with games: strategies for hypothesis.

They need hypothesis, which comes with ``pip install "alliancegames[test]"``; it is loaded on first use.
"""

from alliancegames.testing.strategies import bimatrix_games, extensive_games, normal_form_games, payoffs

__all__ = ["bimatrix_games", "extensive_games", "normal_form_games", "payoffs"]
