"""Two players who choose at once, made to move one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alliancegames.errors import ParameterError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.tree import End, Move

if TYPE_CHECKING:
    from alliancegames.models.forms import NormalFormModel


def in_turn(model: NormalFormModel, first: int) -> ExtensiveGame:
    """Return the game in which one of two players moves first and the other sees what it did.

    Parameters
    ----------
    model : NormalFormModel
        A model with two players.
    first : {0, 1}
        Position of the player that moves first.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.models._in_turn import in_turn
    >>> print(ag.subgame_perfect(in_turn(ag.models.ChainGangBuck(), 1))[0])
    Ally 2: pass the buck; Ally 1 after balance: pass the buck; Ally 1 after pass the buck: balance
    """
    if first not in (0, 1):
        raise ParameterError(f"in_turn(): first is the position of the player that moves first, 0 or 1, got {first!r}.")
    completed = model.completed()
    table = completed.payoffs(completed.values())
    leader, follower = (model.players[k] for k in (first, 1 - first))

    def end(own: str, reply: str) -> End:
        return End(tuple(table[(own, reply) if first == 0 else (reply, own)]))

    replies = {own: Move(follower, {reply: end(own, reply) for reply in model.actions[1 - first]}) for own in model.actions[first]}
    return ExtensiveGame(model.players, Move(leader, replies), title=model.title)
