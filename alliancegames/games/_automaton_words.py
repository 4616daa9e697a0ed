"""Machines in plain words: what is played, and who is punished after what, how and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, product
from typing import TYPE_CHECKING, Any

from alliancegames._fields import format_number

if TYPE_CHECKING:
    from alliancegames.games.automaton import Automaton

__all__ = ["Trigger", "describe", "listed", "path_words", "profile_words", "triggers"]

# A machine with more courses of play than this is read state by state.
MOST_COURSES = 12
NOTHING = "nothing changes"


@dataclass(frozen=True)
class Trigger:
    """What moves a machine from a state by one lottery over next states.

    Parameters
    ----------
    words : str
        Such as ``"Row departs"``; empty where all do as prescribed.
    lottery : int
        Position in the machine's lotteries.
    followed : bool
        Whether it happens while all do as prescribed.
    """

    words: str
    lottery: int
    followed: bool


def listed(names: Sequence[str], link: str = "or") -> str:
    """Return names as a list in words: ``a, b or c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {link} {names[-1]}"


def periods_words(count: int) -> str:
    """Return a number of periods in words."""
    return f"for {count} period{'' if count == 1 else 's'}"


def profile_words(profile: Any) -> str:
    """Return an action profile as readers expect it."""
    if isinstance(profile, tuple) and all(isinstance(action, str) for action in profile):
        return f"({', '.join(profile)})"
    return str(profile)


def output_words(machine: Automaton, state: str) -> str:
    """Return what is played in a state, mixtures with their probabilities."""
    return f"({', '.join(str(mixture) for mixture in machine.output(state).values())})"


def _runs(profiles: Iterable[Any]) -> list[str]:
    """Return profiles with repetitions counted."""
    return [f"{profile_words(profile)} {periods_words(len(list(group)))}" for profile, group in groupby(profiles)]


def path_words(first: Sequence[Any], then: Sequence[Any]) -> str:
    """Return a path of play in words."""
    if len(set(then)) == 1:
        ever = f"{profile_words(then[0])} for ever"
    else:
        ever = f"{', '.join(profile_words(profile) for profile in then)}, and so on in turn for ever"
    return ", then ".join([*_runs(first), ever])


# ---------------------------------------------------------------- by courses of play


def describe(machine: Automaton) -> str:
    """Describe a machine: by courses of play where everything is sure and seen, otherwise state by state."""
    sure = machine.signals is None and machine.is_deterministic and machine.is_pure
    courses = _courses(machine) if sure else None
    lines = _by_course(machine, courses) if courses is not None else _by_state(machine)
    if machine.unreachable:
        lines.append(f"Never reached: {', '.join(machine.unreachable)}.")
    return "\n".join(lines)


@dataclass
class _Course:
    """Play from one state on, as long as all do as prescribed."""

    start: str
    states: list[str]  # those before normal play sets in again
    returns: bool  # whether it leads back to normal play
    cycle: int  # where the cycle begins in ``states``; only if it does not return
    after: set[str]  # who departed, if it follows on a lone departure


def _courses(machine: Automaton) -> list[_Course] | None:
    """Return normal play and all courses that departures lead to; None if they are too many."""
    normal = machine._walk()
    courses: dict[str, _Course] = {}
    waiting: list[tuple[str, str | None]] = [(normal[0], None)]
    while waiting:
        start, whose = waiting.pop(0)
        if start not in courses:
            if len(courses) == MOST_COURSES:
                return None
            courses[start] = _course(machine, start, normal if courses else [])
            for state in courses[start].states:
                following = machine.next_state(state)
                waiting += [(goal, who) for _, who, goal in _departures(machine, state) if goal not in normal and goal != following]
        if whose is not None:
            courses[start].after.add(whose)
    return list(courses.values())


def _course(machine: Automaton, start: str, normal: Sequence[str]) -> _Course:
    visited = machine._walk(start)
    own = visited
    for k, state in enumerate(visited):
        if state in normal:
            own = visited[:k]
            break
    returns = len(own) < len(visited)
    back = machine.next_state(visited[-1])
    return _Course(start, own, returns, 0 if returns else visited.index(back), set())  # type: ignore[arg-type]


def _departures(machine: Automaton, state: str) -> list[tuple[tuple[str, ...], str | None, str]]:
    """Return all profiles other than the prescribed one, who alone departs (None: several), and the next state."""
    prescribed = machine.profile(state)
    found = []
    for profile in product(*machine.actions):
        who = [player for player, a, b in zip(machine.players, profile, prescribed, strict=True) if a != b]
        if who:
            target = next(iter(machine.transition(state, profile)))
            found.append((profile, who[0] if len(who) == 1 else None, target))
    order = {player: k for k, player in enumerate(machine.players)}
    return sorted(found, key=lambda move: len(order) if move[1] is None else order[move[1]])


def _by_course(machine: Automaton, courses: list[_Course]) -> list[str]:
    normal = courses[0].states
    lines = []
    for k, course in enumerate(courses):
        lines.append(f"{_title(courses, k)}: {_course_words(machine, course)}.")
        lines += [f"  {line}" for line in _consequences(machine, course, normal)]
    return lines


def _title(courses: list[_Course], k: int) -> str:
    if k == 0:
        return "Normal play"
    if len(courses) == 2:
        return "Punishment"
    whose = sorted(courses[k].after)
    alone = len(whose) == 1 and all(not set(whose) & course.after for j, course in enumerate(courses) if j != k)
    return f"Punishment of {whose[0]}" if alone else f"Course {k}"


def _course_words(machine: Automaton, course: _Course) -> str:
    profiles = [machine.profile(state) for state in course.states]
    if course.returns:
        return ", then ".join([*_runs(profiles), "back to normal play"])
    return path_words(profiles[: course.cycle], profiles[course.cycle :])


def _consequences(machine: Automaton, course: _Course, normal: Sequence[str]) -> list[str]:
    """Say what departures from a course lead to, as briefly as the machine allows."""
    moves = [(state, *move) for state in course.states for move in _departures(machine, state)]
    kinds: list[str | None] = [player for player in machine.players if any(who == player for _, _, who, _ in moves)]
    kinds += [None] if any(who is None for _, _, who, _ in moves) else []
    words: dict[str | None, str | None] = {}
    for kind in kinds:
        outcomes = {_outcome(machine, course, state, target, normal) for state, _, who, target in moves if who == kind}
        words[kind] = outcomes.pop() if len(outcomes) == 1 else None
    if kinds and set(words.values()) == {NOTHING}:
        return ["Departures change nothing."]
    if kinds and len(kinds) > 1 and len(set(words.values())) == 1 and None not in words.values():
        return [f"If anyone departs: {words[kinds[0]]}."]
    lines = []
    for text in dict.fromkeys(text for kind, text in words.items() if kind is not None and text is not None):
        names = [kind for kind, other in words.items() if kind is not None and other == text]
        lines.append(f"If {listed(names)} alone departs: {text}.")
    for kind in kinds:
        if words[kind] is None:
            lines += _one_by_one(machine, course, kind, moves, normal)
    if None in kinds and words[None] is not None:
        lines.append(f"If {'both' if len(machine.players) == 2 else 'several'} depart at once: {words[None]}.")
    return lines


def _one_by_one(machine: Automaton, course: _Course, kind: str | None, moves: Sequence[Any], normal: Sequence[str]) -> list[str]:
    """List the departures of a kind that lead to different courses."""
    grouped: dict[str, list[str]] = {}
    for state, profile, who, target in moves:
        if who == kind:
            text = _outcome(machine, course, state, target, normal)
            one = f"{profile_words(profile)} in place of {profile_words(machine.profile(state))}"
            if one not in grouped.setdefault(text, []):
                grouped[text].append(one)
    name = "several depart" if kind is None else f"{kind} alone departs"
    return [f"If {name}, {listed(ones)}: {text}." for text, ones in grouped.items()]


def _outcome(machine: Automaton, course: _Course, state: str, target: str, normal: Sequence[str]) -> str:
    """Say what follows if play moves to a state after a departure."""
    if target == machine.next_state(state):
        return NOTHING
    if target in normal:
        return "normal play starts again" if target == normal[0] and state in normal else "back to normal play"
    if target == course.start and course.start not in normal:
        return "it starts again"
    return _course_words(machine, _course(machine, target, normal))


# ---------------------------------------------------------------- state by state


def _by_state(machine: Automaton) -> list[str]:
    first = machine.initial
    chances = ", ".join(f"{state} with probability {format_number(value)}" for state, value in first.items())
    lines = [f"Begin in state {next(iter(first)) if len(first) == 1 else chances}."]
    for state in machine.reachable:
        moves = [trigger for trigger in triggers(machine, state) if trigger.words or trigger.followed]
        parts = []
        for trigger in moves:
            target = lottery_words(_named(machine, trigger.lottery), state)
            parts.append(f"{f'after {trigger.words}' if machine.signals else trigger.words or 'if all follow'}: {target}")
        if all(_named(machine, trigger.lottery).get(state) == 1 for trigger in moves):
            parts = ["stay for ever"]
        lines.append(f"State {state}: play {output_words(machine, state)}; {'; '.join(parts)}.")
    return lines


def _named(machine: Automaton, lottery: int) -> dict[str, Any]:
    return {machine.states[k]: value for k, value in machine.lotteries[lottery]}


def lottery_words(lottery: dict[str, Any], state: str) -> str:
    """Return where a lottery leads, in words."""
    if len(lottery) == 1:
        target = next(iter(lottery))
        return "stay" if target == state else f"go to {target}"
    named = {target: ("stay" if target == state else f"go to {target}") for target in lottery}
    return ", ".join(f"{named[target]} with probability {format_number(value)}" for target, value in lottery.items())


def triggers(machine: Automaton, state: str) -> list[Trigger]:
    """Return what moves a machine from a state, grouped by where it leads and put in few words.

    Parameters
    ----------
    machine : Automaton
        The machine.
    state : str
        One of its states.
    """
    table = machine.table(state)
    if machine.signals is not None:
        groups: dict[int, list[str]] = {}
        for signal, number in zip(machine.signals, table.tolist(), strict=True):
            groups.setdefault(number, []).append(signal)
        return [Trigger(listed(signals), number, True) for number, signals in groups.items()]
    cells: dict[str | None, dict[int, list[str]]] = {"": {}}
    for place in product(*[range(len(part)) for part in machine.actions]):
        kind = _kind(machine, state, place)
        profile = profile_words(tuple(part[a] for part, a in zip(machine.actions, place, strict=True)))
        cells.setdefault(kind, {}).setdefault(int(table[place]), []).append(profile)
    return _grouped(machine, cells)


def _kind(machine: Automaton, state: str, place: tuple[int, ...]) -> str | None:
    """Return who alone departs: a player's label, an empty text for nobody, None for several."""
    rows = machine.arrays(state)
    who = [player for player, row, a in zip(machine.players, rows, place, strict=True) if row[a] == 0]
    return "" if not who else who[0] if len(who) == 1 else None


def _grouped(machine: Automaton, cells: dict[str | None, dict[int, list[str]]]) -> list[Trigger]:
    followed = cells.pop("")
    several = "both depart" if len(machine.players) == 2 else "several depart"
    if len(followed) == 1:
        found = [Trigger("", number, True) for number in followed]
    else:
        found = [Trigger(listed(profiles), number, True) for number, profiles in followed.items()]
    whole = {kind: next(iter(groups)) for kind, groups in cells.items() if len(groups) == 1}
    if len(cells) > 1 and len(whole) == len(cells) and len(set(whole.values())) == 1:
        return [*found, Trigger("anyone departs", next(iter(whole.values())), False)]
    for number in dict.fromkeys(whole.values()):
        names = [kind for kind in machine.players if whole.get(kind) == number]
        words = [f"{listed(names)} departs"] if names else []
        words += [several] if None in whole and whole[None] == number else []
        found.append(Trigger(" or ".join(words), number, False))
    for kind, groups in cells.items():
        if kind not in whole:
            found += [Trigger(listed(profiles), number, False) for number, profiles in groups.items()]
    return found
