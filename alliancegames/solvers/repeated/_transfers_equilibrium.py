"""An equilibrium with transfers, written out: who plays what, who pays what, and every constraint with its slack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from alliancegames._fields import format_number
from alliancegames.games.monitoring import PublicMonitoring
from alliancegames.games.normal_form import NormalFormGame

__all__ = ["Regime", "TransferConstraint", "TransferEquilibrium"]

Labels = tuple[str, ...]
KEPT = "kept"


@dataclass(frozen=True)
class TransferConstraint:
    """One condition that an equilibrium with transfers must satisfy.

    Parameters
    ----------
    kind : {"action", "payment", "budget"}
        Nobody gains by another action; nobody gains by withholding a payment; payments do not create money.
    where : str
        The situation, in words.
    slack : number
        By how much the condition holds; negative if it fails. Actions and payments: in normalised
        payoffs; budgets: the money that is burned.
    """

    kind: str
    where: str
    slack: Any


@dataclass(frozen=True)
class Regime:
    """What is played in a state of the equilibrium, and what is paid at the beginning of the next period.

    Parameters
    ----------
    profile : tuple of str
        The action profile.
    payments : mapping of str to mapping of str to number
        For each signal the net payment of each player. With perfect monitoring the signals are
        ``"kept"`` and ``"<player> deviated"``.
    """

    profile: Labels
    payments: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, repr=False)
class TransferEquilibrium:
    """A simple strategy profile with transfers, with all its incentive constraints.

    Play begins with the upfront payments and the path. After each period the payments that the signal
    calls for are due; once all are made, the path is played again. A player who does not pay is punished:
    the punishment profile of that player is played for one period, and the payments that it calls for
    lead back to the path.

    Parameters
    ----------
    stage : NormalFormGame
        The game of each period, in exact numbers.
    delta : Fraction
        Discount factor.
    path : Regime
        What is played and paid on the path.
    punishments : mapping of str to Regime
        For each player the regime that follows a payment withheld by that player.
    upfront : mapping of str to number
        Net payment of each player before the first period.
    monitoring : PublicMonitoring, optional
        The public signal; by default monitoring is perfect.
    """

    stage: NormalFormGame
    delta: Fraction
    path: Regime
    punishments: Mapping[str, Regime]
    upfront: Mapping[str, Any]
    monitoring: PublicMonitoring | None = None

    # ---------------------------------------------------------------- what it yields

    @cached_property
    def path_payoffs(self) -> dict[str, Any]:
        """Normalised payoff of each player on the path, after the upfront payments."""
        played = self.path.profile
        return {
            player: stage_payoff(self.stage, player, played) - self.delta * self._expected(self.path, played, player)
            for player in self.stage.players
        }

    @cached_property
    def payoffs(self) -> dict[str, Any]:
        """Normalised payoff of each player, upfront payments included."""
        return {player: value - (1 - self.delta) * self.upfront[player] for player, value in self.path_payoffs.items()}

    @cached_property
    def punishment_payoffs(self) -> dict[str, Any]:
        """Normalised payoff of each player from the beginning of that player's own punishment."""
        return {player: self._value(self.punishments[player], self.punishments[player].profile, player) for player in self.stage.players}

    @property
    def fines(self) -> dict[str, Any]:
        """What each player pays after deviating on the path, with perfect monitoring; else the largest payment that a signal calls for."""
        if self.monitoring is None:
            return {player: self.path.payments[_deviation(player)][player] for player in self.stage.players}
        return {player: max(row[player] for row in self.path.payments.values()) for player in self.stage.players}

    def _signals(self, regime: Regime, played: Labels) -> dict[str, Any]:
        """Return the probabilities of the signals when a profile is played that differs from the regime's in one action at most."""
        if self.monitoring is not None:
            return {signal: self.monitoring.probability(signal, played) for signal in self.monitoring.signals}
        changed = [k for k, (a, b) in enumerate(zip(played, regime.profile, strict=True)) if a != b]
        return {_deviation(self.stage.players[changed[0]]) if changed else KEPT: 1}

    def _expected(self, regime: Regime, played: Labels, player: str) -> Any:
        return sum(weight * regime.payments[signal][player] for signal, weight in self._signals(regime, played).items())

    def _later(self, regime: Regime, played: Labels, player: str) -> Any:
        """Return a player's expected payoff after a period in which `played` is played, all payments being made."""
        return self.path_payoffs[player] - (1 - self.delta) * self._expected(regime, played, player)

    def _value(self, regime: Regime, played: Labels, player: str) -> Any:
        """Return a player's payoff from a period in a regime in which `played` is played, all payments being made afterwards."""
        return (1 - self.delta) * stage_payoff(self.stage, player, played) + self.delta * self._later(regime, played, player)

    # ---------------------------------------------------------------- why it is an equilibrium

    @cached_property
    def constraints(self) -> tuple[TransferConstraint, ...]:
        """Every incentive and budget constraint, one by one."""
        regimes = {"on the path": self.path} | {f"while {player} is punished": regime for player, regime in self.punishments.items()}
        found = [*self._payment_constraints("before the first period", self.upfront)]
        for name, regime in regimes.items():
            found += self._action_constraints(name, regime)
            for signal, row in regime.payments.items():
                found += self._payment_constraints(f"{name}, after {signal!r}", row)
        return tuple(found)

    def _action_constraints(self, name: str, regime: Regime) -> Iterator[TransferConstraint]:
        place = _place(self.stage, regime.profile)
        for k, player in enumerate(self.stage.players):
            agreed = self._value(regime, regime.profile, player)
            later = None
            for number, action in enumerate(self.stage.actions[k]):
                if number == place[k]:
                    continue
                if later is None or self.monitoring is not None:  # with perfect monitoring all deviations of a player have the same sequel
                    later = self._later(regime, (*regime.profile[:k], action, *regime.profile[k + 1 :]), player)
                now = self.stage.payoffs[k][(*place[:k], number, *place[k + 1 :])]
                gain = (1 - self.delta) * now + self.delta * later - agreed
                yield TransferConstraint("action", f"{name}, {player} plays {action}", _plain(-gain))

    def _payment_constraints(self, name: str, row: Mapping[str, Any]) -> Iterator[TransferConstraint]:
        for player in self.stage.players:
            paid = self.path_payoffs[player] - (1 - self.delta) * row[player]
            yield TransferConstraint("payment", f"{name}, {player} withholds", _plain(paid - self.punishment_payoffs[player]))
        yield TransferConstraint("budget", name, _plain(sum(row.values())))

    @property
    def slack(self) -> Any:
        """The least slack of all constraints; not negative in equilibrium."""
        return min(constraint.slack for constraint in self.constraints)

    @property
    def is_equilibrium(self) -> bool:
        """Whether every constraint holds, exactly."""
        return bool(self.slack >= 0)

    # ---------------------------------------------------------------- in words

    def summary(self) -> str:
        """Return a plain reading: what is played, what is paid, what follows a deviation."""
        lines = [f"Equilibrium with transfers at delta {format_number(self.delta)}"]
        lines.append(f"  before the first period: {_paid(self.upfront)}")
        lines.append(f"  on the path: {', '.join(self.path.profile)}")
        lines += [f"    after {signal!r}: {_paid(row)}" for signal, row in self.path.payments.items()]
        for player, regime in self.punishments.items():
            lines.append(f"  if {player} does not pay: {', '.join(regime.profile)} for one period, worth {self._shown(player)} to {player}")
            lines += [f"    after {signal!r}: {_paid(row)}" for signal, row in regime.payments.items()]
        tight = min(self.constraints, key=lambda constraint: constraint.slack)
        lines.append(f"  {len(self.constraints)} constraints hold; least slack {format_number(tight.slack)} ({tight.where})")
        if not self.is_equilibrium:
            lines[-1] = f"  NOT an equilibrium: {tight.where}, by {format_number(-tight.slack)}"
        return "\n".join(lines)

    def _shown(self, player: str) -> str:
        return format_number(self.punishment_payoffs[player])

    def __repr__(self) -> str:
        payoffs = ", ".join(f"{player} {format_number(value)}" for player, value in self.payoffs.items())
        return f"<TransferEquilibrium at delta {format_number(self.delta)}: {', '.join(self.path.profile)}; payoffs: {payoffs}>"


def stage_payoff(stage: NormalFormGame, player: str, played: Labels) -> Any:
    """Look a payoff of the stage game up."""
    return stage.payoffs[stage.players.index(player)][_place(stage, played)]


def _place(stage: NormalFormGame, played: Labels) -> tuple[int, ...]:
    return tuple(labels.index(action) for labels, action in zip(stage.actions, played, strict=True))


def _gain(stage: NormalFormGame, k: int, played: Labels) -> Any:
    """Return what a player gains in the stage game by the best deviation from a pure profile."""
    place = _place(stage, played)
    index: Any = (*place[:k], slice(None), *place[k + 1 :])
    own = stage.payoffs[k][index]
    return max(own) - own[place[k]]


def _plain(value: Any) -> Fraction:
    return Fraction(value)


def _deviation(player: str) -> str:
    return f"{player} deviated"


def _paid(row: Mapping[str, Any]) -> str:
    """Say who pays and who receives."""
    parts = [f"{player} {'pays' if x > 0 else 'receives'} {format_number(abs(x))}" for player, x in row.items() if x]
    return ", ".join(parts) or "nobody pays"


# -------------------------------------------------------------------- making one


def from_rewards(
    stage: NormalFormGame,
    delta: Fraction,
    cells: tuple[Labels, ...],
    rewards: tuple[Mapping[str, tuple[Fraction, ...]], ...],
    punishments: tuple[Fraction, ...],
    target: tuple[Fraction, ...] | None,
    monitoring: PublicMonitoring | None,
) -> TransferEquilibrium:
    """Write an equilibrium out from what players are left with above their punishments.

    Parameters
    ----------
    stage : NormalFormGame
        The game of each period.
    delta : Fraction
        Discount factor.
    cells : tuple of tuple of str
        The profile on the path, then the one that punishes each player.
    rewards : tuple of mapping
        For each of them and each signal, how much each player's continuation exceeds the punishment,
        times ``delta / (1 - delta)``.
    punishments : tuple of Fraction
        The punishment payoff of each player.
    target : tuple of Fraction or None
        Payoffs wanted; by default there are no upfront payments.
    monitoring : PublicMonitoring or None
        The public signal.
    """
    players = stage.players
    patience = delta / (1 - delta)
    weights = (
        {KEPT: Fraction(1)}
        if monitoring is None
        else {signal: Fraction(monitoring.probability(signal, cells[0])) for signal in monitoring.signals}
    )
    path = [
        (1 - delta) * (stage_payoff(stage, player, cells[0]) + sum(weight * rewards[0][signal][k] for signal, weight in weights.items()))
        + delta * punishments[k]
        for k, player in enumerate(players)
    ]
    regimes = []
    for cell, table in zip(cells, rewards, strict=True):
        payments = {}
        for signal, row in table.items():
            left = [low + (x / patience if patience else high - low) for low, high, x in zip(punishments, path, row, strict=True)]
            payments[signal] = {player: (high - low) / (1 - delta) for player, high, low in zip(players, path, left, strict=True)}
        regimes.append(Regime(cell, payments))
    wanted = path if target is None else target
    upfront = {player: (high - x) / (1 - delta) for player, high, x in zip(players, path, wanted, strict=True)}
    return TransferEquilibrium(stage, delta, regimes[0], dict(zip(players, regimes[1:], strict=True)), upfront, monitoring)


def perfect_rewards(stage: NormalFormGame, cells: tuple[Labels, ...], liquidity: Fraction) -> tuple[dict[str, tuple[Fraction, ...]], ...]:
    """Return the rewards that keep players to each profile under perfect monitoring, all liquidity being used where it can be.

    Parameters
    ----------
    stage : NormalFormGame
        The game of each period.
    cells : tuple of tuple of str
        The profile on the path, then the one that punishes each player.
    liquidity : Fraction
        What may be given away above the punishments.
    """
    players, count = stage.players, len(stage.players)
    result = []
    for regime, cell in enumerate(cells):
        gains = [_gain(stage, k, cell) for k in range(count)]
        spare = liquidity - sum(gains)
        # The one who is punished gets no more than it takes; on the path all share.
        sharing = [k for k in range(count) if k != regime - 1]
        kept = [gain + (spare / len(sharing) if k in sharing else 0) for k, gain in enumerate(gains)]
        table = {KEPT: tuple(map(Fraction, kept))}
        for k, player in enumerate(players):
            table[_deviation(player)] = tuple(Fraction(0) if j == k else liquidity / (count - 1) for j in range(count))
        result.append(table)
    return tuple(result)
