"""Reading what defines a Bayesian game: types, priors, actions by type and payoffs by types and actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, NamedTuple

from alliancegames._fields import Field, common_field, convert, is_sequence, read_number
from alliancegames._labels import check_labels, resolve
from alliancegames.errors import GameDefinitionError

WHERE = "BayesianGame()"
# Float priors must sum to one up to this error.
PRIOR_TOLERANCE = 1e-9


class Labels(NamedTuple):
    """Who plays, and as what types with what actions."""

    players: tuple[str, ...]
    types: tuple[tuple[str, ...], ...]
    actions: tuple[tuple[tuple[str, ...], ...], ...]


def read_actions(players: Sequence[str], types: Sequence[Sequence[str]], actions: Any) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return the actions of each player and type."""
    listed = by_player(actions, players, "actions")
    result = []
    for player, own, part in zip(players, types, listed, strict=True):
        where = f"{WHERE}, actions of {player}"
        if isinstance(part, Mapping):
            for name in part:
                resolve(name, own, "type", where)
            missing = [name for name in own if name not in part]
            if missing:
                raise GameDefinitionError(f"{where}: those of type {missing[0]!r} are missing; give a list for every type.")
            result.append(tuple(check_labels(part[name], "action", where) for name in own))
        else:
            result.append((check_labels(part, "action", where),) * len(own))
    return tuple(result)


def read_payoffs(payoffs: Any, about: Labels, cells: Sequence[tuple[int, ...]], examples: dict[Field, Any]) -> dict[Any, Any]:
    """Return for each profile of types and actions the payoffs as numbers with their kinds."""
    given = None
    if isinstance(payoffs, Mapping):
        given = {(_tuple(types), _tuple(moves)): value for (types, moves), value in _pairs(payoffs)}
    elif not callable(payoffs):
        raise GameDefinitionError(f"{WHERE}: payoffs must be a mapping {{(types, actions): payoffs}} or a function, got {payoffs!r}.")
    tables: dict[Any, Any] = {}
    known = set()
    for cell in cells:
        types = tuple(labels[t] for labels, t in zip(about.types, cell, strict=True))
        tables[cell] = {}
        for moves in product(*(part[t] for part, t in zip(about.actions, cell, strict=True))):
            where = f"{WHERE}, payoffs of types {types} and actions {moves}"
            known.add((types, moves))
            if given is not None and (types, moves) not in given:
                raise GameDefinitionError(f"{where}: they are missing; give one payoff a player.")
            value = payoffs(types, moves) if given is None else given[types, moves]
            tables[cell][moves] = _read_cell(value, about.players, where, examples)
    if given is not None:
        _check_keys(given, about, known)
    return tables


def _check_keys(given: Mapping[Any, Any], about: Labels, known: set[Any]) -> None:
    """Refuse payoffs of types or actions that do not exist."""
    for types, moves in given:
        if (types, moves) in known:
            continue
        where = f"{WHERE}, payoffs of types {types} and actions {moves}"
        if len(types) != len(about.players) or len(moves) != len(about.players):
            raise GameDefinitionError(f"{where}: one type and one action of each of {', '.join(about.players)} are needed.")
        for k, player in enumerate(about.players):
            t = resolve(types[k], about.types[k], f"type of {player}", where)
            resolve(moves[k], about.actions[k][t], f"action of {player}", where)


def _read_cell(value: Any, players: Sequence[str], where: str, examples: dict[Field, Any]) -> list[tuple[Field, Any]]:
    if isinstance(value, Mapping) and set(value) == set(players):
        value = [value[player] for player in players]
    if not is_sequence(value) or len(value) != len(players):
        raise GameDefinitionError(f"{where}: expected one payoff for each of {', '.join(players)}, got {value!r}.")
    read = [read_number(number, where) for number in value]
    for (kind, _), number in zip(read, value, strict=True):
        examples.setdefault(kind, number)
    return read


def by_player(given: Any, players: Sequence[str], what: str) -> list[Any]:
    """Return one entry a player, in their order."""
    if isinstance(given, Mapping):
        for name in given:
            resolve(name, players, "player", f"{WHERE}, {what}")
        missing = [name for name in players if name not in given]
        if missing:
            raise GameDefinitionError(f"{WHERE}: the {what} of {missing[0]} are missing.")
        return [given[name] for name in players]
    if not is_sequence(given) or len(given) != len(players):
        raise GameDefinitionError(
            f"{WHERE}: {what} must be given for each of {', '.join(players)}, by player or in their order, got {given!r}."
        )
    return list(given)


def read_prior(
    prior: Any, players: Sequence[str], types: Sequence[Sequence[str]], examples: dict[Field, Any]
) -> dict[tuple[int, ...], tuple[Field, Any]]:
    """Return the probability of each profile of types as a number with its kind; only joint zeros are left out."""
    where = f"{WHERE}, prior"
    if isinstance(prior, Mapping) and prior and all(isinstance(key, tuple) for key in prior):
        read = {}
        for cell, value in prior.items():
            if len(cell) != len(players):
                raise GameDefinitionError(f"{where}: every profile must name one type of each of {', '.join(players)}, got {cell!r}.")
            position = tuple(resolve(t, labels, "type", where) for t, labels in zip(cell, types, strict=True))
            if position in read:
                raise GameDefinitionError(f"{where}: the types {cell!r} occur twice.")
            read[position] = _probability(value, where, examples)
        return dict(sorted(read.items()))
    marginals = [_read_marginal(part, labels, f"{where} of {name}", examples) for part, labels, name in _marginals(prior, players, types)]
    result: dict[tuple[int, ...], tuple[Field, Any]] = {}
    for cell in product(*(range(len(labels)) for labels in types)):
        numbers = [marginal[t] for marginal, t in zip(marginals, cell, strict=True)]
        kinds = [kind for kind, value in numbers if not (kind == "exact" and value in (0, 1))]
        kind = common_field(kinds, where)
        result[cell] = (kind, prod((convert(value, own, kind) for own, value in numbers), start=convert(Fraction(1), "exact", kind)))
    return result


def _marginals(prior: Any, players: Sequence[str], types: Sequence[Sequence[str]]) -> list[tuple[Any, Sequence[str], str]]:
    return list(zip(by_player(prior, players, "prior"), types, players, strict=True))


def _read_marginal(given: Any, labels: Sequence[str], where: str, examples: dict[Field, Any]) -> list[tuple[Field, Any]]:
    if isinstance(given, Mapping):
        for name in given:
            resolve(name, labels, "type", where)
        given = [given.get(label, 0) for label in labels]
    if not is_sequence(given) or len(given) != len(labels):
        raise GameDefinitionError(
            f"{where}: expected {{type: probability}} or one probability for each of {', '.join(labels)}, got {given!r}."
        )
    read = [_probability(value, where, examples) for value in given]
    kinds = {kind for kind, _ in read}
    if "symbolic" not in kinds:
        total = sum(value for _, value in read)
        off = abs(total - 1) > PRIOR_TOLERANCE if "float" in kinds else total != 1
        if off or min(value for _, value in read) < 0:
            raise GameDefinitionError(
                f"{where}: probabilities must be non-negative and sum to 1, got {', '.join(str(v) for _, v in read)}."
            )
    return read


def _probability(value: Any, where: str, examples: dict[Field, Any]) -> tuple[Field, Any]:
    kind, number = read_number(value, where)
    if not (kind == "exact" and number in (0, 1)):  # these are the same numbers in every system
        examples.setdefault(kind, value)
    return kind, number


def _pairs(payoffs: Mapping[Any, Any]) -> Iterator[tuple[tuple[Any, Any], Any]]:
    for key, value in payoffs.items():
        if not isinstance(key, tuple) or len(key) != 2:
            raise GameDefinitionError(f"{WHERE}: every key of payoffs must be a pair (types, actions), got {key!r}.")
        yield key, value


def _tuple(labels: Any) -> tuple[Any, ...]:
    """Return labels as a tuple; a single one may stand alone."""
    return (labels,) if isinstance(labels, str) else tuple(labels)
