"""Standard strategies: they move as their definitions say, move by move."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.errors import GameDefinitionError
from alliancegames.games.automaton import Automaton, PlayPath
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

GAME = ag.games.prisoners_dilemma()
UNLIKE = ag.NormalFormGame.from_bimatrix(
    [[3, 0], [5, 1]], [[3, 5], [0, 1]], players=["Patron", "Ally"], actions=[["stand by", "abandon"], ["restrain", "provoke"]]
)
CC, CD, DC, DD = product(("cooperate", "defect"), repeat=2)


def play(machine: Automaton, observed: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return what a machine prescribes in each period of a history, and after it."""
    state = next(iter(machine.initial))
    prescribed = [machine.profile(state)]
    for profile in observed:
        state = next(iter(machine.transition(state, profile)))
        prescribed.append(machine.profile(state))
    return prescribed


HISTORIES = [list(np.random.default_rng(seed).choice(4, size=12)) for seed in range(20)]


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("game", [GAME, UNLIKE])
def test_tit_for_tat_does_what_the_other_did(game, history):
    profiles = list(game.profiles())
    observed = [profiles[k] for k in history]
    machine = tit_for_tat(game)
    for before, now in zip(observed, play(machine, observed)[1:], strict=True):
        places = [game.actions[k].index(before[k]) for k in (0, 1)]
        assert now == (game.actions[0][places[1]], game.actions[1][places[0]])
    assert play(machine, [])[0] == (game.actions[0][0], game.actions[1][0])


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("game", [GAME, UNLIKE])
def test_win_stay_lose_shift_cooperates_after_like_actions(game, history):
    profiles = list(game.profiles())
    observed = [profiles[k] for k in history]
    for before, now in zip(observed, play(win_stay_lose_shift(game), observed)[1:], strict=True):
        alike = game.actions[0].index(before[0]) == game.actions[1].index(before[1])
        assert now == tuple(labels[0 if alike else 1] for labels in game.actions)


@pytest.mark.parametrize("history", HISTORIES)
def test_grim_trigger_never_forgives(history):
    observed = [list(GAME.profiles())[k] for k in history]
    prescribed = play(grim_trigger(GAME, CC), observed)
    for t in range(len(prescribed)):
        assert prescribed[t] == (CC if all(profile == CC for profile in observed[:t]) else DD)


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("history", HISTORIES)
def test_punishments_last_as_long_as_they_should(history, restart):
    observed = [[CC, CC, CD, DD][k] for k in history]  # departures are not too rare
    left, expected = 0, []
    for seen in [*observed, None]:
        expected.append(DD if left else CC)
        departed = seen != expected[-1]
        left = 3 if departed and (restart or not left) else max(left - 1, 0)
    assert play(punish_for(GAME, CC, 3, DD, restart=restart), observed) == expected


def test_the_other_cooperative_actions_may_be_named():
    machine = tit_for_tat(UNLIKE, cooperate=("abandon", "provoke"))
    assert play(machine, [("stand by", "provoke")]) == [("abandon", "provoke"), ("abandon", "restrain")]
    assert "Patron is punished" in tit_for_tat(UNLIKE).states
    with pytest.raises(GameDefinitionError, match="2 players with 2 actions"):
        tit_for_tat(ag.NormalFormGame.from_arrays([1, 2]))


def test_sticks_and_penal_codes():
    stick = stick_and_carrot(GAME, CC, DD)
    assert play(stick, [CD, DD, CC, DC, DC, DD]) == [CC, DD, CC, CC, DD, DD, CC]
    code = penal_code(GAME, CC, {"Row": [CD, CC], "Column": PlayPath([DC], [DC, CC])})
    assert code.path() == PlayPath([], [CC])
    # Row departs, accepts his punishment; Column departs; Column departs from his punishment; both depart at once.
    assert play(code, [DC, CD, CD, DD, CD, DC, CC]) == [CC, CD, CC, DC, DC, DC, CC, DC]
    three = penal_code(GAME, PlayPath([CD], [CC, DD]), [DD, DD])
    assert three.path() == PlayPath([CD], [CC, DD])
    assert three.path(three.states[-1]) == PlayPath([], [DD])


def test_grim_trigger_with_a_punishment_for_each_player():
    game = ag.games.battle_of_the_sexes()
    machine = grim_trigger(game, ("first", "first"), {"Row": ("second", "second"), "Column": {"Row": {"first": 1}, "Column": "first"}})
    assert play(machine, [("second", "first"), ("first", "first")]) == [("first", "first"), ("second", "second"), ("second", "second")]
    assert play(machine, [("first", "second")]) == [("first", "first"), ("first", "first")]
    assert play(machine, [("second", "second")]) == [("first", "first")] * 2  # simultaneous departures are ignored


def test_mixed_punishments():
    game = ag.games.chicken()
    mixed = ag.nash(game).mixed[0]
    machine = grim_trigger(game, ("yield", "yield"), mixed)
    assert machine.output("punishment")["Row"]["yield"] == mixed["Row"]["yield"] == Fraction(2, 3)
    assert grim_trigger(game, ("yield", "yield"), {"Row": mixed, "Column": mixed}).states == ("target", "punish Row", "punish Column")


def test_the_only_equilibrium_punishes_by_default():
    assert grim_trigger(GAME, CC) == grim_trigger(GAME, CC, DD) == grim_trigger(GAME, [CC], {"Row": "defect", "Column": "defect"})
    with pytest.raises(GameDefinitionError, match="no single pure equilibrium"):
        grim_trigger(ag.games.chicken(), ("yield", "yield"))
    with pytest.raises(GameDefinitionError, match="whole number"):
        punish_for(GAME, CC, 0)
    with pytest.raises(GameDefinitionError, match="at least one action profile"):
        grim_trigger(GAME, [])


def test_products_of_machines():
    both = combine(GAME, {"Row": tit_for_tat(GAME), "Column": grim_trigger(GAME, CC)})
    for seed in range(30):
        observed = [list(GAME.profiles())[k] for k in np.random.default_rng(seed).choice(4, size=8)]
        one, two = play(tit_for_tat(GAME), observed), play(grim_trigger(GAME, CC), observed)
        assert play(both, observed) == [(a[0], b[1]) for a, b in zip(one, two, strict=True)]
    assert combine(GAME, [tit_for_tat(GAME)] * 2).minimal() == combine(GAME, [tit_for_tat(GAME)] * 2)
    assert len(combine(GAME, [tit_for_tat(GAME)] * 2).states) == 4
    assert combine(GAME, [always(GAME, DD), always(GAME, CC)]).path() == PlayPath([], [DC])


def test_bad_products():
    lottery = Automaton(GAME, {"a": CC, "b": DD}, {"a": {"otherwise": {"a": "1/2", "b": "1/2"}}})
    with pytest.raises(GameDefinitionError, match="lotteries"):
        combine(GAME, [lottery, lottery])
    with pytest.raises(GameDefinitionError, match="one entry for each"):
        combine(GAME, [always(GAME, CC)])
    with pytest.raises(GameDefinitionError, match="needs an Automaton"):
        combine(GAME, [always(GAME, CC), always(ag.games.chicken(), 0 * np.array([0, 0]))])
    with pytest.raises(GameDefinitionError, match="one entry for each"):
        penal_code(GAME, CC, {"Row": [CC]})
