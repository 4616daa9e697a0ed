"""Standard strategies of repeated games, made as finite machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames._fields import is_sequence
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.automaton import Automaton, PlayPath
from alliancegames.games.normal_form import NormalFormGame

__all__ = [
    "always",
    "combine",
    "grim_trigger",
    "penal_code",
    "punish_for",
    "stick_and_carrot",
    "tit_for_tat",
    "win_stay_lose_shift",
]


def always(stage: NormalFormGame, profile: Any) -> Automaton:
    """Return the machine that plays one profile in every period, whatever happens.

    Parameters
    ----------
    stage : NormalFormGame
        The stage game.
    profile : profile
        What is played, pure or mixed.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.games.strategies import always
    >>> print(always(ag.games.prisoners_dilemma(), ("defect", "defect")).describe())
    Normal play: (defect, defect) for ever.
      Departures change nothing.
    """
    return Automaton(stage, {"always": profile}, {})


def penal_code(stage: NormalFormGame, path: Any, punishments: Any) -> Automaton:
    """Return a simple strategy profile: a path, and for each player a path that starts anew whenever that player departs.

    Parameters
    ----------
    stage : NormalFormGame
        The stage game.
    path : PlayPath, profile or sequence of profiles
        What is played as long as nobody departs. A single profile is played for ever; of a list the last
        profile is repeated for ever; a `PlayPath` says which profiles come first and which are repeated.
    punishments : mapping of str to path, or sequence of path
        For each player the path that follows on his departure, from whatever path, his own punishment
        included. Simultaneous departures are ignored.

    Notes
    -----
    Simple strategy profiles suffice for every payoff that can be sustained at all :cite:p:`abreu1988theory`.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.games.strategies import penal_code
    >>> game = ag.games.prisoners_dilemma()
    >>> amends = penal_code(game, ("cooperate", "cooperate"),
    ...     {"Row": [("cooperate", "defect"), ("cooperate", "cooperate")],
    ...      "Column": [("defect", "cooperate"), ("cooperate", "cooperate")]})
    >>> print(amends.describe())
    Normal play: (cooperate, cooperate) for ever.
      If Row alone departs: (cooperate, defect) for 1 period, then back to normal play.
      If Column alone departs: (defect, cooperate) for 1 period, then back to normal play.
      If both depart at once: nothing changes.
    Punishment of Row: (cooperate, defect) for 1 period, then back to normal play.
      If Row alone departs: it starts again.
      If Column alone departs: (defect, cooperate) for 1 period, then back to normal play.
      If both depart at once: nothing changes.
    Punishment of Column: (defect, cooperate) for 1 period, then back to normal play.
      If Row alone departs: (cooperate, defect) for 1 period, then back to normal play.
      If Column alone departs: it starts again.
      If both depart at once: nothing changes.
    """
    where = "penal_code()"
    given = _one_a_player(punishments, stage, where)
    paths = [read_path(part, stage, where) for part in (path, *given)]
    names = ["path", *(f"punish {player}" for player in stage.players)]
    labels = {name: _labels(name, len(part.first) + len(part.then)) for name, part in zip(names, paths, strict=True)}
    starts = {player: labels[name][0] for player, name in zip(stage.players, names[1:], strict=True)}
    outputs: dict[str, Any] = {}
    transitions: dict[str, Any] = {}
    for name, part in zip(names, paths, strict=True):
        own = labels[name]
        for k, profile in enumerate((*part.first, *part.then)):
            outputs[own[k]] = profile
            transitions[own[k]] = {"otherwise": own[k + 1] if k + 1 < len(own) else own[len(part.first)], **starts}
    return Automaton(stage, outputs, transitions).minimal()


def grim_trigger(stage: NormalFormGame, target: Any, punishment: Any = None) -> Automaton:
    """Return the machine that plays a target until somebody departs from it, and then a punishment for ever.

    Parameters
    ----------
    stage : NormalFormGame
        The stage game.
    target : profile, PlayPath or sequence of profiles
        What is played as long as nobody departs.
    punishment : profile, or mapping of str to profile, optional
        What is played ever after, usually a Nash equilibrium of the stage game; one for each player who
        may depart if they differ, and then simultaneous departures are ignored. By default the only
        pure equilibrium.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.games.strategies import grim_trigger
    >>> print(grim_trigger(ag.games.prisoners_dilemma(), ("cooperate", "cooperate")).describe())
    Normal play: (cooperate, cooperate) for ever.
      If anyone departs: (defect, defect) for ever.
    Punishment: (defect, defect) for ever.
      Departures change nothing.
    """
    return _with_phases(stage, target, _only_equilibrium(stage, punishment, "grim_trigger()"), None, False, "grim_trigger()")


def punish_for(stage: NormalFormGame, target: Any, periods: int, punishment: Any = None, *, restart: bool = False) -> Automaton:
    """Return the machine that answers a departure with some periods of punishment and then returns to the target.

    Parameters
    ----------
    stage : NormalFormGame
        The stage game.
    target : profile, PlayPath or sequence of profiles
        What is played as long as nobody departs, and again after each punishment.
    periods : int
        How many periods a punishment lasts; at least 1.
    punishment : profile, or mapping of str to profile, optional
        What is played in these periods; one for each player who may depart if they differ, and then
        simultaneous departures are ignored. By default the only pure equilibrium of the stage game.
    restart : bool, default False
        Whether a departure during a punishment starts a new one. Where the punishment is an equilibrium of
        the stage game nobody wants to depart from it, and this does not matter.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.games.strategies import punish_for
    >>> print(punish_for(ag.games.prisoners_dilemma(), ("cooperate", "cooperate"), 3).describe())
    Normal play: (cooperate, cooperate) for ever.
      If anyone departs: (defect, defect) for 3 periods, then back to normal play.
    Punishment: (defect, defect) for 3 periods, then back to normal play.
      Departures change nothing.
    """
    where = "punish_for()"
    if not isinstance(periods, int) or isinstance(periods, bool) or periods < 1:
        raise GameDefinitionError(f"{where}: periods must be a whole number of at least 1, got {periods!r}; for ever is grim_trigger().")
    return _with_phases(stage, target, _only_equilibrium(stage, punishment, where), periods, restart, where)


def stick_and_carrot(stage: NormalFormGame, target: Any, stick: Any) -> Automaton:
    """Return the machine that answers every departure, also from the stick, with one period of a stick and then the target.

    Parameters
    ----------
    stage : NormalFormGame
        The stage game.
    target : profile
        What is played as long as nobody departs: the carrot.
    stick : profile, or mapping of str to profile
        What is played for one period after a departure; one for each player if they differ, and then
        simultaneous departures are ignored.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.games.strategies import stick_and_carrot
    >>> game = ag.games.prisoners_dilemma()
    >>> stick_and_carrot(game, ("cooperate", "cooperate"), ("defect", "defect"))
    <Automaton of 2 states (target, punishment), players: Row, Column>
    """
    return _with_phases(stage, target, stick, 1, True, "stick_and_carrot()")


def _with_phases(stage: NormalFormGame, target: Any, punishment: Any, periods: int | None, restart: bool, where: str) -> Automaton:
    """Build a machine of a target and punishments that last some periods, or for ever if `periods` is None."""
    path = read_path(target, stage, where)
    own = by_player(punishment, stage)
    names = {player: f"punish {player}" for player in stage.players} if own else dict.fromkeys(stage.players, "punishment")
    labels = {name: _labels(name, periods or 1) for name in names.values()}
    departed: dict[str, str] = {player: labels[name][0] for player, name in names.items()}
    if not own:
        departed["otherwise"] = labels["punishment"][0]
    outputs: dict[str, Any] = {}
    transitions: dict[str, Any] = {}
    targets = _labels("target", len(path.first) + len(path.then))
    for k, profile in enumerate((*path.first, *path.then)):
        following = targets[k + 1] if k + 1 < len(targets) else targets[len(path.first)]
        outputs[targets[k]] = profile
        transitions[targets[k]] = {"otherwise": following} | departed | _followed(profile, stage, following)
    for player, name in names.items():
        profile = own[player] if own else punishment
        for k, state in enumerate(labels[name]):
            following = state if periods is None else labels[name][k + 1] if k + 1 < periods else targets[0]
            outputs[state] = profile
            transitions[state] = {"otherwise": following}
            if restart:
                transitions[state] |= departed | _followed(profile, stage, following)
    return Automaton(stage, outputs, transitions)


def _labels(name: str, count: int) -> list[str]:
    """Return labels of states that follow each other; numbers are added only if there are several."""
    return [name] if count == 1 else [f"{name} {k + 1}" for k in range(count)]


def _followed(profile: Any, stage: NormalFormGame, following: str) -> dict[Any, str]:
    """Return the transitions after all profiles that a pure or mixed profile may bring about."""
    rows = Automaton(stage, {"it": profile}, {}).arrays("it")
    support = [[a for a, value in enumerate(row) if value != 0] for row in rows]
    cells: list[tuple[str, ...]] = [()]
    for labels, part in zip(stage.actions, support, strict=True):
        cells = [(*cell, labels[a]) for cell in cells for a in part]
    return dict.fromkeys(cells, following)


def tit_for_tat(stage: NormalFormGame, cooperate: Any = None) -> Automaton:
    """Return the machine in which each player does what the other did in the period before, cooperating first.

    Parameters
    ----------
    stage : NormalFormGame
        Two players with two actions each.
    cooperate : profile, optional
        The cooperative action of each player; by default the first one of each. Labels may differ
        between players: each takes his cooperative action if the other took his.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.games.strategies import tit_for_tat
    >>> print(tit_for_tat(ag.games.prisoners_dilemma()).path("Row is punished"))
    (cooperate, defect), (defect, cooperate), and so on in turn for ever
    """
    c, d = _two_by_two(stage, cooperate, "tit_for_tat()")
    names = {
        (c[0], c[1]): "both cooperate",
        (c[0], d[1]): "Row is punished",
        (d[0], c[1]): "Column is punished",
        (d[0], d[1]): "both defect",
    }
    if stage.players != ("Row", "Column"):
        names[c[0], d[1]], names[d[0], c[1]] = (f"{player} is punished" for player in stage.players)
    answers = {
        (a, b): names[(c[0] if b == c[1] else d[0], c[1] if a == c[0] else d[1])] for a in stage.actions[0] for b in stage.actions[1]
    }
    return Automaton(stage, {name: profile for profile, name in names.items()}, dict.fromkeys(names.values(), answers))


def win_stay_lose_shift(stage: NormalFormGame, cooperate: Any = None) -> Automaton:
    """Return the machine in which players cooperate if and only if both did alike in the period before (Pavlov).

    Parameters
    ----------
    stage : NormalFormGame
        Two players with two actions each.
    cooperate : profile, optional
        The cooperative action of each player; by default the first one of each.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.games.strategies import win_stay_lose_shift
    >>> print(win_stay_lose_shift(ag.games.prisoners_dilemma()).describe())
    Normal play: (cooperate, cooperate) for ever.
      If Row or Column alone departs: (defect, defect) for 1 period, then back to normal play.
      If both depart at once: nothing changes.
    Punishment: (defect, defect) for 1 period, then back to normal play.
      If Row or Column alone departs: it starts again.
      If both depart at once: nothing changes.
    """
    c, d = _two_by_two(stage, cooperate, "win_stay_lose_shift()")
    alike = {c: "cooperate", d: "cooperate", "otherwise": "defect"}
    return Automaton(stage, {"cooperate": c, "defect": d}, {"cooperate": alike, "defect": alike})


def combine(stage: NormalFormGame, machines: Mapping[str, Automaton] | Sequence[Automaton]) -> Automaton:
    """Return the machine in which each player plays his part of a machine of his own.

    Parameters
    ----------
    stage : NormalFormGame
        The stage game.
    machines : mapping of str to Automaton, or sequence of Automaton
        For each player a machine; he plays his part of it and ignores what it prescribes to others. All
        observe the same actions.

    Returns
    -------
    Automaton
        The product of the machines, without superfluous states. Machines with public lotteries cannot be
        combined.

    Examples
    --------
    Tit for tat against an ally who always defects:

    >>> import alliancegames as ag
    >>> from alliancegames.games.strategies import always, combine, tit_for_tat
    >>> game = ag.games.prisoners_dilemma()
    >>> print(combine(game, {"Row": tit_for_tat(game), "Column": always(game, ("defect", "defect"))}).path())
    (cooperate, defect) for 1 period, then (defect, defect) for ever
    """
    where = "combine()"
    parts = _one_a_player(machines, stage, where)
    for player, machine in zip(stage.players, parts, strict=True):
        if not isinstance(machine, Automaton) or (machine.players, machine.actions) != (stage.players, stage.actions):
            raise GameDefinitionError(f"{where}: {player} needs an Automaton of this stage game, got {machine!r}.")
        if machine.signals is not None or not machine.is_deterministic:
            raise GameDefinitionError(
                f"{where}: the machine of {player} is moved by signals or lotteries; only machines moved by actions combine."
            )
    first = tuple(next(iter(machine.initial)) for machine in parts)
    names, waiting = {first: " | ".join(first)}, [first]
    outputs: dict[str, Any] = {}
    transitions: dict[str, Any] = {}
    while waiting:
        states = waiting.pop()
        name = names[states]
        outputs[name] = [machine.arrays(state)[k] for k, (machine, state) in enumerate(zip(parts, states, strict=True))]
        transitions[name] = {}
        for profile in stage.profiles():
            following = tuple(next(iter(machine.transition(state, profile))) for machine, state in zip(parts, states, strict=True))
            if following not in names:
                names[following] = " | ".join(following)
                waiting.append(following)
            transitions[name][profile] = names[following]
    return Automaton(stage, outputs, transitions, names[first]).minimal()


# ---------------------------------------------------------------- reading arguments


def read_path(given: Any, stage: NormalFormGame, where: str) -> PlayPath:
    """Read a profile (played for ever), a list of profiles (the last one repeated) or a `PlayPath`."""
    if isinstance(given, PlayPath):
        return given
    if is_sequence(given) and len(given) and not isinstance(given, str):
        plain = [part for part in given if isinstance(part, (str, int))]
        if not plain and not _is_mixed_profile(given, stage):
            return PlayPath(tuple(given[:-1]), (given[-1],))
    if is_sequence(given) and not len(given):
        raise GameDefinitionError(f"{where}: a path needs at least one action profile, got {given!r}.")
    return PlayPath((), (given,))


def _is_mixed_profile(given: Any, stage: NormalFormGame) -> bool:
    """Whether a sequence holds one mixture a player, rather than one profile a period."""
    if len(given) != len(stage.players):
        return False
    mixtures = [isinstance(part, Mapping) and not set(part) & set(stage.players) for part in given]
    return all(mixtures) or all(is_sequence(part) and not any(isinstance(x, (str, Mapping)) for x in part) for part in given)


def by_player(punishment: Any, stage: NormalFormGame) -> dict[str, Any]:
    """Return one punishment a player if they are given so; empty for a profile that serves for all."""
    if not isinstance(punishment, Mapping):
        return {}
    keys = {stage.players[resolve(player, stage.players, "player", "punishment")]: value for player, value in punishment.items()}
    # {"Row": "defect", "Column": "defect"} is a profile; {"Row": ("defect", "defect"), ...} is one profile a player.
    whole = [hasattr(value, "arrays") or (is_sequence(value) and len(value) == len(stage.players)) for value in keys.values()]
    nested = [isinstance(value, Mapping) and set(value) <= set(stage.players) for value in keys.values()]
    labelled = all(a or b for a, b in zip(whole, nested, strict=True))
    return {player: keys[player] for player in stage.players} if labelled and set(keys) == set(stage.players) else {}


def _one_a_player(given: Any, stage: NormalFormGame, where: str) -> list[Any]:
    if isinstance(given, Mapping):
        read = {resolve(player, stage.players, "player", where): value for player, value in given.items()}
        given = [read[k] for k in range(len(stage.players)) if k in read]
    if not isinstance(given, (list, tuple)) or len(given) != len(stage.players):
        raise GameDefinitionError(f"{where}: one entry for each of {', '.join(stage.players)} is needed, got {given!r}.")
    return list(given)


def _only_equilibrium(stage: NormalFormGame, punishment: Any, where: str) -> Any:
    """Return the punishment given, or the only pure equilibrium of the stage game."""
    if punishment is not None:
        return punishment
    found = [] if stage.field == "symbolic" else [profile for profile in stage.profiles() if stage.is_nash(profile)]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(map(str, found)) or ("unknown, since payoffs contain symbols" if stage.field == "symbolic" else "none")
    raise GameDefinitionError(f"{where}: punishment must be given, since the stage game has no single pure equilibrium (found: {shown}).")


def _two_by_two(stage: NormalFormGame, cooperate: Any, where: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return the cooperative actions and the others."""
    if stage.shape != (2, 2):
        raise GameDefinitionError(f"{where}: needs 2 players with 2 actions each, got a stage game of shape {stage.shape}.")
    given = (0, 0) if cooperate is None else cooperate
    machine = Automaton(stage, {"it": given}, {})
    first = machine.profile("it")
    second = tuple(next(label for label in labels if label != kept) for labels, kept in zip(stage.actions, first, strict=True))
    return first, second  # type: ignore[return-value]
