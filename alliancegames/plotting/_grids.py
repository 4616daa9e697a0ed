"""Tables of games and results: what stands in their cells, whatever they are written in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from alliancegames._fields import format_number
from alliancegames.errors import GameDefinitionError
from alliancegames.games.anonymous import AnonymousGame
from alliancegames.games.bayesian import BayesianGame
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.repeated import RepeatedGame
from alliancegames.games.signalling import SignallingGame
from alliancegames.games.stochastic import StochasticGame
from alliancegames.models.model import Model, Solution
from alliancegames.plotting._table_parts import Grid
from alliancegames.solvers.assessment_families import AssessmentSet
from alliancegames.solvers.refinements import CRITERIA, RefinementReport
from alliancegames.statics.regimes import RegimeMap

__all__ = ["grids"]


def grids(shown: Any) -> list[Grid]:
    """Return the tables of a game or a result."""
    for kind, tables in TABLES.items():
        if isinstance(shown, kind):
            return list(tables(shown))
    known = ", ".join(["NormalFormGame", *(kind.__name__ for kind in TABLES)])
    raise GameDefinitionError(f"tables: one of {known} is needed, got {type(shown).__name__}; see its to_latex() or to_dataframe().")


def _whose(game: Any) -> str:
    """Return whose payoffs the cells hold, for games without a title."""
    return f"Payoffs: {', '.join(game.players)}"


def _tree(game: ExtensiveGame) -> Iterable[Grid]:
    ends = [node for node in game.nodes if node.payoffs is not None]
    named = any(node.outcome for node in ends)
    rows = [(", ".join(node.history), *((node.outcome,) if named else ()), *node.payoffs) for node in ends if node.payoffs is not None]
    heads = ["play", *(["outcome"] if named else []), *(f"payoff {player}" for player in game.players)]
    yield Grid(game.title or _whose(game), heads, rows)


def _signalling(game: SignallingGame) -> Iterable[Grid]:
    ends = [(message, reply) for message, replies in game.replies.items() for reply in replies]
    heads = [message if game.ends(message) else f"{message}, {reply}" for message, reply in ends]
    rows = [
        (f"{kind} ({format_number(weight)})", *(tuple(game.payoff(kind, *cell).values()) for cell in ends))
        for kind, weight in game.prior.items()
    ]
    yield Grid(game.title or _whose(game), ["", *heads], rows)


def _bayesian(game: BayesianGame) -> Iterable[Grid]:
    for types, weight in game.prior.items():
        kinds = [game.types[k].index(kind) for k, kind in enumerate(types)]
        moves = [game.actions[k][kind] for k, kind in enumerate(kinds)]
        caption = ", ".join(f"{player}: {kind}" for player, kind in zip(game.players, types, strict=True))
        yield _table(f"{caption} ({format_number(weight)})", moves, partial(_payoffs, game, types))


def _payoffs(game: BayesianGame, types: tuple[str, ...], cell: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(game.payoff(types, cell).values())


def _anonymous(game: AnonymousGame) -> Iterable[Grid]:
    heads = [" and ".join(f"{count} {action}" for count, action in zip(row, game.actions, strict=True) if count) for row in game.counts]
    for group, table in zip(game.groups, game.payoffs, strict=True):
        caption = ": ".join(filter(None, [game.title or "Payoffs", group if len(game.groups) > 1 else ""]))
        yield Grid(caption, ["payoff of", *heads], [(action, *row) for action, row in zip(game.actions, table, strict=True)])


def _stochastic(game: StochasticGame) -> Iterable[Grid]:
    for state in game.states:
        rows = []
        for cell in itertools.product(*game.actions[state]):
            next_states = ", ".join(
                name if chance == 1 else f"{name} {format_number(chance)}" for name, chance in game.transition(state, cell).items()
            )
            rows.append((", ".join(cell), *game.reward(state, cell), next_states))
        yield Grid(f"state {state}", ["actions", *(f"payoff {player}" for player in game.players), "next state"], rows)


def _table(caption: str, actions: Sequence[Sequence[str]], payoffs: Callable[[tuple[str, ...]], tuple[Any, ...]]) -> Grid:
    """Return the payoffs of two players as a matrix, of others as a list."""
    if len(actions) == 2:
        return Grid(caption, ["", *actions[1]], [(own, *(payoffs((own, other)) for other in actions[1])) for own in actions[0]])
    return Grid(caption, ["actions", "payoffs"], [(", ".join(cell), payoffs(cell)) for cell in itertools.product(*actions)])


def _repeated(game: RepeatedGame) -> Iterable[Grid]:
    stage = game.stage
    payoffs = dict(zip(stage.profiles(), zip(*(table.ravel() for table in stage.payoffs), strict=True), strict=True))
    yield _table(repr(game).strip("<>").replace("RepeatedGame", "Stage game"), stage.actions, payoffs.__getitem__)


def _solution(solution: Solution) -> Iterable[Grid]:
    regimes = f", regime: {' / '.join(solution.regimes)}" if solution.regimes else ""
    caption = f"{solution.model.title}{regimes}: {solution.equilibria._headline()}"
    names = [item.name for item in solution.model.outcomes]
    rows = [
        (str(item), *(outcome.get(name, "") for name in names))
        for item, outcome in zip(solution.equilibria, solution.outcomes, strict=True)
    ]
    yield Grid(caption, ["equilibrium", *names], rows)


def _assessments(found: AssessmentSet) -> Iterable[Grid]:
    rows = [found._row(family) for family in found]
    heads = list(rows[0]) if rows else []
    yield Grid(found._headline(), ["", *heads], [(str(k), *map(str, row.values())) for k, row in enumerate(rows, 1)])


def _refinements(report: RefinementReport) -> Iterable[Grid]:
    words = {True: "survives", False: "dies", None: "some members survive"}
    rows = [(str(item.family), *(words[verdict.survives] for verdict in item.verdicts.values())) for item in report]
    yield Grid("Which equilibria survive which refinement", ["equilibrium", *CRITERIA], rows)


def _regimes(regimes: RegimeMap) -> Iterable[Grid]:
    rows = [(regime.name, regimes._in_words(regime), regime.meaning) for regime in regimes]
    yield Grid(f"Regimes of {regimes.model.title}", ["regime", "if", "meaning"], rows)


def _model(model: Model) -> Iterable[Grid]:
    values = model.values()
    rows = []
    for parameter in model.parameters:
        value = getattr(values, parameter.name) if parameter.name in model._assigned else ""
        example: Any = tuple(parameter.example) if parameter.is_vector else parameter.example[0]
        rows.append((parameter.name, parameter.symbol, parameter.meaning, parameter.domain, value, example))
    yield Grid(f"{model.title}: {model.question}", ["parameter", "symbol", "meaning", "domain", "value", "example"], rows)


TABLES: Mapping[type, Callable[[Any], Iterable[Grid]]] = {
    ExtensiveGame: _tree,
    SignallingGame: _signalling,
    BayesianGame: _bayesian,
    AnonymousGame: _anonymous,
    StochasticGame: _stochastic,
    RepeatedGame: _repeated,
    AssessmentSet: _assessments,
    RefinementReport: _refinements,
    Solution: _solution,
    RegimeMap: _regimes,
    Model: _model,
}
