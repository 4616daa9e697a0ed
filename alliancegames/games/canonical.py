"""The classic 2×2 games, under their textbook names."""

from __future__ import annotations

from typing import Any

from alliancegames.games.normal_form import NormalFormGame

__all__ = ["battle_of_the_sexes", "chicken", "matching_pennies", "prisoners_dilemma", "stag_hunt"]

PLAYERS = ("Row", "Column")


def _symmetric(rows: list[list[Any]], actions: list[str], title: str) -> NormalFormGame:
    return NormalFormGame.symmetric(rows, actions=actions, players=PLAYERS, title=title)


def prisoners_dilemma(T: Any = 5, R: Any = 3, P: Any = 1, S: Any = 0) -> NormalFormGame:
    """Return a Prisoner's Dilemma: defection dominates although both prefer mutual cooperation.

    Parameters
    ----------
    T, R, P, S : number
        Temptation, reward, punishment and sucker's payoff; usually T > R > P > S.

    Examples
    --------
    >>> import alliancegames as ag
    >>> print(ag.nash(ag.games.prisoners_dilemma())[0])
    (defect) × (defect)
    """
    return _symmetric([[R, S], [T, P]], ["cooperate", "defect"], "Prisoner's Dilemma")


def chicken(win: Any = 4, compromise: Any = 3, lose: Any = 2, disaster: Any = 0) -> NormalFormGame:
    """Return Chicken: each wants to stand firm if and only if the other yields.

    Parameters
    ----------
    win, compromise, lose, disaster : number
        Payoffs of standing firm alone, both yielding, yielding alone, both standing firm.
    """
    return _symmetric([[compromise, lose], [win, disaster]], ["yield", "stand firm"], "Chicken")


def stag_hunt(stag: Any = 4, alone: Any = 1, hare: Any = 3) -> NormalFormGame:
    """Return a stag hunt: hunting together is best, hunting hares is safe.

    Parameters
    ----------
    stag, alone, hare : number
        Payoffs of hunting the stag together, of hunting it alone, and of hunting hares.
    """
    return _symmetric([[stag, alone], [hare, hare]], ["stag", "hare"], "Stag hunt")


def battle_of_the_sexes(preferred: Any = 2, other: Any = 1, apart: Any = 0) -> NormalFormGame:
    """Return a coordination game with opposed preferences over where to coordinate.

    Parameters
    ----------
    preferred, other, apart : number
        Payoffs of coordinating on the own preferred action, on the other's, and of failing to.
    """
    return NormalFormGame.from_table(
        [[(preferred, other), (apart, apart)], [(apart, apart), (other, preferred)]],
        players=PLAYERS,
        actions=[["first", "second"], ["first", "second"]],
        title="Battle of the Sexes",
    )


def matching_pennies(win: Any = 1) -> NormalFormGame:
    """Return matching pennies, the zero-sum game without a pure equilibrium.

    Parameters
    ----------
    win : number
        What the row player wins when the pennies match and loses when they do not.
    """
    return NormalFormGame.zero_sum([[win, -win], [-win, win]], players=PLAYERS, actions=[["heads", "tails"]] * 2, title="Matching pennies")
