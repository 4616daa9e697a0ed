"""Machines that need no search: equilibria of the stage game, and the best and the worst strongly symmetric equilibrium."""

from __future__ import annotations

from fractions import Fraction

from alliancegames.solvers.repeated._public_automaton import Lottery, PublicAutomaton
from alliancegames.solvers.repeated._public_stage import Cell, PublicStage, Vector
from alliancegames.solvers.repeated._public_symmetric import Enforcement, Stakes, largest_stakes, symmetric_cells, verified


def known_machine(stage: PublicStage, discounts: Vector) -> PublicAutomaton | None:
    """Return a machine whose states are equilibria that are known without search; None if none are.

    Parameters
    ----------
    stage : PublicStage
        The stage game.
    discounts : tuple of Fraction
        Discount factors.
    """
    cells: list[Cell] = []
    moves: list[tuple[Lottery, ...]] = []
    values: list[Vector] = []
    found = _symmetric(stage, discounts)
    if found is not None and found.stakes:
        for own, other, enforcement, payoff in ((0, 1, found.reward, found.best), (1, 0, found.punishment, found.worst)):
            cells.append(enforcement.cell)
            moves.append(_payments(own, other, enforcement, found.stakes))
            values.append((payoff,) * len(discounts))
    for cell in stage.cells:
        if all(d.gain <= 0 for d in cell.deviations) and cell.payoffs not in values:
            moves.append((((len(cells), Fraction(1)),),) * len(stage.signals))
            cells.append(cell)
            values.append(cell.payoffs)
    return PublicAutomaton(stage, discounts, tuple(cells), tuple(moves), tuple(values)) if cells else None


def _symmetric(stage: PublicStage, discounts: Vector) -> Stakes | None:
    """Return the interval of strongly symmetric payoffs, if players who do the same are paid the same."""
    if len(set(discounts)) > 1 or len({len(labels) for labels in stage.actions}) > 1:
        return None
    cells = symmetric_cells(stage)
    if any(len(set(cell.payoffs)) > 1 for cell in cells):
        return None
    found = largest_stakes(cells, discounts[0])
    return found if found is not None and verified(found, discounts[0]) else None


def _payments(own: int, other: int, enforcement: Enforcement, stakes: Fraction) -> tuple[Lottery, ...]:
    """Return where each signal leads: to the other state with the share of the stakes that is to be paid."""

    def lottery(share: Fraction) -> Lottery:
        return tuple((state, chance) for state, chance in sorted(((own, 1 - share), (other, share))) if chance)

    return tuple(lottery(payment / stakes) for payment in enforcement.payments)
