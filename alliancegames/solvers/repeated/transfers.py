"""Repeated games with transfers: all critical discount factors, joint payoffs and punishments, for any number of players.

The theory is that of Goldlücke and Kranz (2012). If players can pay each other, the set of equilibrium
payoffs is a simplex, ``{x : x_i >= v_i for all i, sum of x <= U}``, and a profile can be played as soon as
what players gain together by deviating does not exceed the liquidity L = (delta / (1 - delta)) (U - sum of v).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from importlib import import_module
from typing import Any

import numpy as np

from alliancegames._fields import decimal_reading, format_number, read_number
from alliancegames._labels import position_of, resolve
from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.monitoring import PublicMonitoring
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers.payoff_set import EXACT, NONE_IN_PURE, PayoffSet
from alliancegames.solvers.polytope import Polytope
from alliancegames.solvers.repeated._transfers_checks import is_complete
from alliancegames.solvers.repeated._transfers_equilibrium import (
    Regime,
    TransferConstraint,
    TransferEquilibrium,
    from_rewards,
    perfect_rewards,
)
from alliancegames.solvers.repeated._transfers_pieces import Cell, Segment, Step, current, frontier, merge
from alliancegames.solvers.repeated._transfers_programs import Programs, functions
from alliancegames.solvers.repeated._transfers_steps import Tables
from alliancegames.solvers.result import Provenance, Status

__all__ = ["Regime", "TransferConstraint", "TransferEquilibrium", "TransferRow", "TransferTable", "transfer_payoffs", "transfer_table"]

Labels = tuple[str, ...]

COMPLETE = Status("complete", "Every critical discount factor is listed.")


@dataclass(frozen=True)
class TransferRow:
    """The best equilibrium and the harshest punishments at a discount factor.

    Parameters
    ----------
    delta : Fraction or float
        The discount factor; in a table, the least one at which the row holds.
    liquidity : Fraction or float
        ``(delta / (1 - delta)) * (joint payoff - sum of punishment payoffs)``: how much players together
        can be kept from gaining by a deviation.
    joint_payoff : Fraction or float
        Largest sum of payoffs in equilibrium.
    punishment_payoffs : mapping of str to number
        Lowest equilibrium payoff of each player.
    path : tuple of str
        Profile that attains the joint payoff, played in every period.
    punishments : mapping of str to tuple of str
        For each player the profile that attains the lowest payoff, played for one period.
    """

    delta: Any
    liquidity: Any
    joint_payoff: Any
    punishment_payoffs: Mapping[str, Any]
    path: Labels
    punishments: Mapping[str, Labels]

    @property
    def corners(self) -> tuple[tuple[Any, ...], ...]:
        """Corners of the set of equilibrium payoffs: all punished, and all the surplus to one player."""
        low = tuple(self.punishment_payoffs.values())
        surplus = self.joint_payoff - sum(low)
        return (low, *(tuple(x + (surplus if j == k else 0) for j, x in enumerate(low)) for k in range(len(low))))


@dataclass(frozen=True, eq=False, repr=False)
class TransferTable:
    """All critical discount factors of a repeated game with transfers.

    A sequence of rows would not say all if monitoring is imperfect: payoffs then also move between two
    critical discount factors. `at` gives them at any one.

    Parameters
    ----------
    stage : NormalFormGame
        The game of each period.
    monitoring : PublicMonitoring or None
        The public signal; None if monitoring is perfect.
    rows : tuple of TransferRow
        One for each discount factor at which the joint payoff or a punishment changes (with imperfect
        monitoring: changes its profile or its slope in the liquidity), from low to high. Empty if there
        is no equilibrium in pure strategies at any discount factor below 1.
    exact : bool
        Whether all numbers are exact rationals.
    status : Status
        ``"complete"``, or ``"none"`` if there is no equilibrium.
    provenance : Provenance
        Method, version, what was checked.
    steps : tuple of Step
        The rows in exact numbers, as functions of patience.
    """

    stage: NormalFormGame
    monitoring: PublicMonitoring | None
    rows: tuple[TransferRow, ...]
    exact: bool
    status: Status
    provenance: Provenance
    steps: tuple[Step, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """True: no critical discount factor is missing."""
        return True

    @property
    def players(self) -> tuple[str, ...]:
        """Player labels."""
        return self.stage.players

    @property
    def existence(self) -> Any:
        """Least discount factor at which there is an equilibrium in pure strategies; None if there is none."""
        return self.rows[0].delta if self.rows else None

    def __len__(self) -> int:
        return len(self.rows)

    # ---------------------------------------------------------------- at one discount factor

    def at(self, delta: Any) -> TransferRow | None:
        """Return the best equilibrium and the punishments at a discount factor; None if there is no equilibrium in pure strategies.

        Parameters
        ----------
        delta : number
            Discount factor per period, in [0, 1); a float is read as the decimal it prints.
        """
        value = _read_delta(delta, "at()")
        step = current(self.steps, value / (1 - value))
        return None if step is None else self._shown(_row(self.stage, step, value))

    def payoff_set(self, delta: Any) -> PayoffSet:
        """Return the set of equilibrium payoffs at a discount factor: a simplex.

        Parameters
        ----------
        delta : number
            Discount factor per period, in [0, 1); a float is read as the decimal it prints.
        """
        row = self.at(delta)
        shape = Polytope.from_points(row.corners if row else [], coordinates=len(self.players))
        concept = "public perfect equilibrium with transfers" if self.monitoring else "subgame-perfect equilibrium with transfers"
        return PayoffSet(self.players, concept, shape, shape, EXACT if row else NONE_IN_PURE, self.provenance, self.stage)

    def equilibrium(self, delta: Any, payoffs: Mapping[str, Any] | Sequence[Any] | None = None) -> TransferEquilibrium:
        """Return an equilibrium with the largest joint payoff, or with given payoffs, written out and checked.

        Parameters
        ----------
        delta : number
            Discount factor per period, in [0, 1); a float is read as the decimal it prints.
        payoffs : mapping of player to number, or sequence of number, optional
            Payoffs wanted, reached by payments before the first period; by default there are none.

        Raises
        ------
        SolverNotApplicableError
            There is no equilibrium in pure strategies at this discount factor, or none with these payoffs.
        """
        value = _read_delta(delta, "equilibrium()")
        row = _exact_row(self, value)
        if row is None:
            raise SolverNotApplicableError(
                f"equilibrium(): there is none in pure strategies at delta {format_number(value)}; {self._where()}."
            )
        target = None if payoffs is None else self._target(row, payoffs)
        found = _written_out(self, row, target)
        if not found.is_equilibrium:
            raise SolveError(f"equilibrium(): a constraint fails by {-found.slack}; please report this game.", found)
        return found

    def _target(self, row: TransferRow, payoffs: Any) -> tuple[Fraction, ...]:
        """Read payoffs wanted and check that they are attained."""
        if isinstance(payoffs, Mapping):
            given = {resolve(player, self.players, "player", "equilibrium(), payoffs"): value for player, value in payoffs.items()}
            payoffs = [given.get(k, 0) for k in range(len(self.players))] if len(given) == len(self.players) else ()
        if len(payoffs) != len(self.players):
            raise GameDefinitionError(f"equilibrium(): payoffs must be given for each of {', '.join(self.players)}, got {payoffs!r}.")
        wanted = tuple(_fraction(value, "equilibrium(), payoffs") for value in payoffs)
        low = row.punishment_payoffs.values()
        if sum(wanted) > row.joint_payoff or any(x < least for x, least in zip(wanted, low, strict=True)):
            least = ", ".join(f"{player} {format_number(value)}" for player, value in row.punishment_payoffs.items())
            raise SolverNotApplicableError(
                f"equilibrium(): payoffs must sum to at most {format_number(row.joint_payoff)} and give at least {least}, "
                f"got ({', '.join(map(format_number, wanted))})."
            )
        return wanted

    # ---------------------------------------------------------------- of one profile

    def critical(self, profile: Sequence[str | int], *, every_period: bool = False) -> Any:
        """Return the least discount factor at which a profile can be played in equilibrium; None if there is none below 1.

        Parameters
        ----------
        profile : sequence of str or int
            One action a player.
        every_period : bool, default False
            Whether it must be played in every period on the path. By default it is enough that it can be
            played in some period, as a punishment or once, with the best equilibrium to follow.

        Raises
        ------
        SolverNotApplicableError
            ``every_period`` with imperfect monitoring.
        """
        cell = position_of(tuple(profile), self.stage.actions, self.players, "critical()")
        if every_period and self.monitoring is not None:
            raise SolverNotApplicableError("critical(): every_period=True needs perfect monitoring; leave it out.")
        exact = _exact(self.stage)
        if self.monitoring is None:
            need: Fraction | None = Tables(exact).need(cell)
        else:
            need = Programs(exact, _exact_signals(self.monitoring), cell).need
        if need is None:
            return None
        joint = sum((Fraction(array[cell]) for array in exact.payoffs), Fraction(0))
        found = [self._patience(k, need, joint if every_period else None) for k in range(len(self.steps))]
        known = [patience for patience in found if patience is not None]
        return self._number(min(known) / (1 + min(known))) if known else None

    def _patience(self, k: int, need: Fraction, joint: Fraction | None) -> Fraction | None:
        """Return the least patience in the range of a step from which a need is met; None if that is beyond the range."""
        step = self.steps[k]
        if joint is None:
            if step.piece.start >= need:
                return step.patience
            gap = step.piece.gap(need)
        else:
            gap = joint - sum((part.value for part in step.piece.punishments), Fraction(0))
        if need and gap <= 0:
            return None
        patience = max(step.patience, need / gap if need else Fraction(0))
        end = self.steps[k + 1].patience if k + 1 < len(self.steps) else None
        return patience if end is None or patience < end else None

    # ---------------------------------------------------------------- numbers

    def _number(self, value: Any) -> Any:
        return value if self.exact else float(value)

    def _shown(self, row: TransferRow) -> TransferRow:
        if self.exact:
            return row
        low = {player: float(value) for player, value in row.punishment_payoffs.items()}
        return TransferRow(float(row.delta), float(row.liquidity), float(row.joint_payoff), low, row.path, row.punishments)

    # ---------------------------------------------------------------- showing it

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row for each critical discount factor."""
        return import_module("alliancegames.plotting.transfer_tables").transfer_frame(self)

    def to_latex(self, *, caption: str = "", label: str = "") -> str:
        """Return a LaTeX table of the rows.

        Parameters
        ----------
        caption, label : str, optional
            With a caption the table is a floating ``table`` environment.
        """
        return str(import_module("alliancegames.plotting.transfer_tables").transfer_latex(self, caption=caption, label=label))

    def plot(self, *, ax: Any = None) -> Any:
        """Draw the joint payoff and the punishments against the discount factor.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return import_module("alliancegames.plotting.transfer_tables").plot_transfers(self, ax=ax)

    def _where(self) -> str:
        if not self.rows:
            return "none in pure strategies at any discount factor below 1"
        if not self.rows[0].delta:
            return "an equilibrium exists at every discount factor"
        return f"none in pure strategies below {format_number(self.rows[0].delta)}"

    def summary(self) -> str:
        """Return a text report: the rows, and what was checked."""
        lines = [self._headline(), f"  {self._where()}"]
        for row in self.rows:
            low = ", ".join(f"{player} {format_number(value)}" for player, value in row.punishment_payoffs.items())
            lines.append(f"  delta >= {format_number(row.delta)}: joint payoff {format_number(row.joint_payoff)}, punishments {low}")
            held = "; ".join(f"{player}: {', '.join(profile)}" for player, profile in row.punishments.items())
            lines.append(f"    path {', '.join(row.path)}; punishing {held}")
        lines += [f"  {name}: {value}" for name, value in self.provenance.certificate.items()]
        lines.append(f"  status: {self.status}. {self.status.message}")
        return "\n".join(lines)

    def _headline(self) -> str:
        count = "1 critical discount factor" if len(self.rows) == 1 else f"{len(self.rows)} critical discount factors"
        how = "imperfect public monitoring" if self.monitoring else "perfect monitoring"
        title = f" of {self.stage.title!r}" if self.stage.title else ""
        return f"{count} with transfers{title} ({how}, {'exact' if self.exact else 'floating point'})"

    def __repr__(self) -> str:
        rows = [f"  delta >= {format_number(row.delta)}: joint payoff {format_number(row.joint_payoff)}" for row in self.rows]
        return "\n".join([f"<TransferTable: {self._headline()}>", *(rows or [f"  {self._where()}"])])

    def _repr_html_(self) -> str:
        return str(import_module("alliancegames.plotting.transfer_tables").transfer_html(self))


# -------------------------------------------------------------------- entry points


def transfer_table(game: NormalFormGame | RepeatedGame, monitoring: PublicMonitoring | None = None) -> TransferTable:
    """Find every critical discount factor of a repeated game whose players can pay each other.

    Parameters
    ----------
    game : NormalFormGame or RepeatedGame
        The stage game, or the repeated game; the discount factor of a repeated game plays no role here.
    monitoring : PublicMonitoring, optional
        What players see of past actions; by default that of the repeated game, or else everything.

    Returns
    -------
    TransferTable
        Rows from low to high patience. Between two of them, with perfect monitoring, nothing changes.

    Raises
    ------
    SolverNotApplicableError
        Payoffs or signals contain symbols, or the game ends after a known number of periods.

    Notes
    -----
    Equilibria are subgame-perfect (public perfect if monitoring is imperfect), in pure strategies, with one
    discount factor for all. Transfers are voluntary and enter payoffs linearly; money can be burned, so that
    every division of the joint payoff down to the punishments is one too. Public randomization adds nothing.
    Floats are read as the decimals they print, and the answer is rounded once, at the end.

    Each row is checked: the equilibrium is written out and every incentive, payment and budget constraint
    verified; with perfect monitoring, the operator whose largest fixed point is sought is run from the
    top at both ends of the interval of each row, which proves that none is missing.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.transfers import transfer_table
    >>> market = ag.NormalFormGame.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]], actions=["low", "middle", "high"])
    >>> transfer_table(market)
    <TransferTable: 3 critical discount factors with transfers (perfect monitoring, exact)>
      delta >= 0: joint payoff 14
      delta >= 1/4: joint payoff 18
      delta >= 1/3: joint payoff 20
    """
    started = time.perf_counter()
    stage, signals = _read_game(game, monitoring)
    exact = _exact(stage)
    found, tables = _functions(exact, signals)
    pieces = merge(found) if found else []
    steps = tuple(frontier(pieces))
    rational = stage.field == "exact" and (signals is None or signals.field == "exact")
    draft = TransferTable(stage, signals, (), rational, COMPLETE if steps else NONE_IN_PURE, Provenance("", "", 0.0), steps)
    rows = [_row(exact, step, step.patience / (1 + step.patience)) for step in steps]
    certificate = _certificate(replace(draft, stage=exact), rows, tables)
    provenance = Provenance("transfer_table", __version__, time.perf_counter() - started, {}, Fraction(0), certificate)
    shown = tuple(draft._shown(row) for row in rows)
    return TransferTable(stage, signals, shown, rational, draft.status, provenance, steps)


def transfer_payoffs(game: RepeatedGame) -> PayoffSet:
    """Return the set of equilibrium payoffs of a repeated game with transfers, at its discount factor.

    Parameters
    ----------
    game : RepeatedGame
        A game with ``transfers=True``.

    Returns
    -------
    PayoffSet
        A simplex: everybody gets at least the harshest punishment, and all together at most the joint payoff.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.transfers import transfer_payoffs
    >>> pact = ag.RepeatedGame(ag.games.prisoners_dilemma(T=4, R=3, P=1, S=0), delta="1/3", transfers=True)
    >>> transfer_payoffs(pact)
    <PayoffSet of subgame-perfect equilibrium with transfers: a polygon (exact) (1, 1) (5, 1) (1, 5)>
    """
    where = "transfer_payoffs()"
    if not isinstance(game, RepeatedGame):
        raise GameDefinitionError(
            f"{where}: expected a RepeatedGame, got {type(game).__name__}; for a stage game use transfer_table(game)."
        )
    if not game.transfers:
        raise SolverNotApplicableError(
            f"{where}: the game has no transfers; use game.replace(transfers=True) if players can pay each other."
        )
    if game.field == "symbolic":
        raise SolverNotApplicableError(f"{where}: the game contains symbols; substitute numbers first with .subs({{...}}).")
    return transfer_table(game).payoff_set(game.delta).replace(game=game)


# -------------------------------------------------------------------- reading


def _read_game(game: Any, monitoring: PublicMonitoring | None) -> tuple[NormalFormGame, PublicMonitoring | None]:
    where = "transfer_table()"
    stage = game
    if isinstance(game, RepeatedGame):
        if game.periods is not None:
            raise SolverNotApplicableError(
                f"{where}: the game ends after {game.periods} periods; only games without end have such a table."
            )
        stage, monitoring = game.stage, monitoring or game.monitoring
    if not isinstance(stage, NormalFormGame):
        raise GameDefinitionError(f"{where}: expected a NormalFormGame or a RepeatedGame, got {type(game).__name__}.")
    if monitoring is not None and (not isinstance(monitoring, PublicMonitoring) or monitoring.actions != stage.actions):
        raise GameDefinitionError(f"{where}: monitoring must be a PublicMonitoring of the actions of this game, got {monitoring!r}.")
    if "symbolic" in (stage.field, monitoring and monitoring.field):
        raise SolverNotApplicableError(f"{where}: payoffs or signals contain symbols; substitute numbers first with .subs({{...}}).")
    return stage, monitoring


def _exact(stage: NormalFormGame) -> NormalFormGame:
    return stage if stage.field == "exact" else stage.exact()


def _exact_signals(monitoring: PublicMonitoring) -> np.ndarray:
    """Return the probabilities of the signals as Fractions that sum to exactly one."""
    if monitoring.field == "exact":
        return monitoring.table
    table = np.empty(monitoring.table.shape, dtype=object)
    for place in np.ndindex(table.shape[:-1]):
        row = [decimal_reading(value) for value in monitoring.table[place]]
        table[place] = [value / sum(row) for value in row]
    return table


def _functions(stage: NormalFormGame, signals: PublicMonitoring | None) -> tuple[list[list[Segment]], Tables | None]:
    """Return joint payoff and punishments as functions of liquidity, and with perfect monitoring the tables they come from."""
    if signals is not None:
        return functions(stage, _exact_signals(signals)), None
    tables = Tables(stage)
    return tables.functions(), tables


def _fraction(value: Any, where: str) -> Fraction:
    kind, number = read_number(value, where)
    if kind == "symbolic":
        raise SolverNotApplicableError(f"{where}: a number is needed, got {value}.")
    return decimal_reading(number) if kind == "float" else Fraction(number)


def _read_delta(delta: Any, where: str) -> Fraction:
    value = _fraction(delta, f"{where}, delta")
    if not 0 <= value < 1:
        raise GameDefinitionError(f"{where}: delta is a discount factor per period and must lie in [0, 1), got {format_number(delta)}.")
    return value


# -------------------------------------------------------------------- rows


def _row(stage: NormalFormGame, step: Step, delta: Fraction) -> TransferRow:
    """Return the row of a step at a discount factor of its range."""
    liquidity = step.piece.liquidity(delta / (1 - delta))
    path, *punishing = (_labels(stage, cell) for cell in step.piece.cells)
    low = {player: part.at(liquidity) for player, part in zip(stage.players, step.piece.punishments, strict=True)}
    joint = step.piece.joint.at(liquidity)
    return TransferRow(delta, liquidity, joint, low, path, dict(zip(stage.players, punishing, strict=True)))


def _labels(stage: NormalFormGame, cell: Cell) -> Labels:
    return tuple(labels[k] for labels, k in zip(stage.actions, cell, strict=True))


def _exact_row(table: TransferTable, delta: Fraction) -> TransferRow | None:
    step = current(table.steps, delta / (1 - delta))
    return None if step is None else _row(table.stage, step, delta)


def _written_out(table: TransferTable, row: TransferRow, target: tuple[Fraction, ...] | None) -> TransferEquilibrium:
    """Write the equilibrium of a row in exact numbers out."""
    stage = _exact(table.stage)
    cells = (row.path, *row.punishments.values())
    signals = None
    if table.monitoring is None:
        rewards = perfect_rewards(stage, cells, row.liquidity)
    else:
        probabilities = _exact_signals(table.monitoring)
        signals = PublicMonitoring(
            stage, table.monitoring.signals, {cell: list(probabilities[_place(stage, cell)]) for cell in stage.profiles()}
        )
        goals = ("joint", *range(len(stage.players)))
        rewards = tuple(
            _rewards(Programs(stage, probabilities, _place(stage, cell)), goal, row.liquidity, signals.signals)
            for cell, goal in zip(cells, goals, strict=True)
        )
    return from_rewards(stage, row.delta, cells, rewards, tuple(row.punishment_payoffs.values()), target, signals)


def _place(stage: NormalFormGame, cell: Labels) -> Cell:
    return tuple(labels.index(action) for labels, action in zip(stage.actions, cell, strict=True))


def _rewards(programs: Programs, goal: Any, liquidity: Fraction, signals: Labels) -> dict[str, tuple[Fraction, ...]]:
    """Return the best rewards of a profile by signal, one a player."""
    solution = programs.program(goal, liquidity).optimum[1]
    size = len(signals)
    return {signal: solution[y::size] for y, signal in enumerate(signals)}


# -------------------------------------------------------------------- checking


def _certificate(draft: TransferTable, rows: Sequence[TransferRow], tables: Tables | None) -> dict[str, Any]:
    """Check every row and say what was checked."""
    constraints = 0
    for row in rows:
        written = _written_out(draft, row, None)
        right = (
            written.is_equilibrium
            and sum(written.path_payoffs.values()) == row.joint_payoff
            and written.punishment_payoffs == row.punishment_payoffs
        )
        if not right:
            raise SolveError(
                f"transfer_table(): the row at delta {row.delta} fails its check; please report this game.", (draft.stage, row)
            )
        constraints += len(written.constraints)
    certificate = {"attained": f"{len(rows)} equilibria written out, all {constraints} constraints hold"}
    if tables is not None:
        expected = [(row.joint_payoff, *row.punishment_payoffs.values()) for row in rows]
        if not is_complete(tables, [step.patience for step in draft.steps], expected):
            raise SolveError("transfer_table(): the check finds other critical discount factors; please report this game.", draft)
        certificate["none missing"] = "the operator run from the top at both ends of each interval ends at its row"
    else:
        certificate["none missing"] = "every linear program is solved with its proof, its value traced through all breakpoints"
    return certificate
