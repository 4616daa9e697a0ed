"""Complementary pivoting on the sequence form, in integers with lexicographic ties."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from alliancegames._exact import primitive
from alliancegames.errors import SolveError
from alliancegames.solvers._sequences import SequenceForm

__all__ = ["ComplementaryPath"]


class ComplementaryPath:
    """Integer rows ``weights of sequences | what sequences cost | artificial variable | right-hand side``.

    A weight and its cost, by how much the sequence is worse than the best plan, are complements: one of them
    is zero at an equilibrium. The path starts where both take their first actions, on which the artificial
    variable puts a premium :cite:p:`vonstengel2002sequence`; with the lexicographic rule it cannot end in a
    ray. Each row is an equation of its own scale, positive in the column of its basic variable.
    """

    def __init__(self, form: SequenceForm) -> None:
        changes = [form.directions(side) for side in (0, 1)]
        payoffs = form.integer_payoffs
        self.sizes = tuple(len(own) for own in form.sequences)
        self.size = size = sum(self.sizes)
        self.artificial = 2 * size
        self.rows: list[list[int]] = []
        self.basis: list[int] = []
        for side in (0, 1):
            gains = _gains(payoffs[side], changes, side, self.sizes)
            start, other = side * self.sizes[0], (1 - side) * self.sizes[0]
            for k, sequence in enumerate(form.sequences[side]):
                row = [0] * (2 * size + 2)
                if sequence is not None and sequence[1]:
                    row[size + start + k] = 1
                    for j, value in changes[side][k].items():
                        row[size + start + j] = value
                    for t, gain in enumerate(gains[k]):
                        if changes[1 - side][t] and t:
                            row[other + t] = gain
                    row[self.artificial], row[-1] = -1, -gains[k][0]
                    self.basis.append(size + start + k)
                else:
                    for t, change in enumerate(changes[side]):
                        if t and k in change:
                            row[start + t] = -change[k]
                    row[start + k], row[-1] = 1, changes[side][0].get(k, 0)
                    self.basis.append(start + k)
                self.rows.append(row)
        self.first = list(self.basis)

    def run(self, most: int) -> int:
        """Pivot until the artificial variable has left; return the number of pivots."""
        covered = [i for i, row in enumerate(self.rows) if row[self.artificial]]
        if all(self.rows[i][-1] >= 0 for i in covered):
            return 0
        # The last of equal rows is the lexicographically least.
        leaving, entering = max(covered, key=lambda i: (-self.rows[i][-1], i)), self.artificial
        for count in range(1, most + 1):
            before = self.basis[leaving]
            self._pivot(leaving, entering)
            if before == self.artificial:
                return count
            entering = before + self.size if before < self.size else before - self.size  # the complement of what left
            leaving = self._leaving(entering)
        raise SolveError(f"tree_nash(): the path has more than {most} pivots; SequenceLemke(most_pivots=...) allows more.", None)

    def _leaving(self, entering: int) -> int:
        """Return the row that reaches zero first, in the lexicographic order of the perturbed right-hand sides."""
        rows = [i for i, row in enumerate(self.rows) if row[entering] > 0]
        if not rows:
            raise SolveError("tree_nash(): the complementary path ended in a ray; please report this game.", None)
        for column in (-1, *self.first):
            ratios = [Fraction(self.rows[i][column], self.rows[i][entering]) for i in rows]
            least = min(ratios)
            rows = [i for i, ratio in zip(rows, ratios, strict=True) if ratio == least]
            if len(rows) == 1:
                break
        return rows[0]

    def _pivot(self, leaving: int, entering: int) -> None:
        row = self.rows[leaving]
        if row[entering] < 0:
            row = self.rows[leaving] = [-value for value in row]
        keep = row[entering]
        for i, other in enumerate(self.rows):
            take = other[entering]
            if i != leaving and take:
                self.rows[i] = primitive([keep * a - take * b for a, b in zip(other, row, strict=True)])
        self.basis[leaving] = entering

    def plans(self) -> tuple[list[Fraction], list[Fraction]]:
        """Return the weights of the sequences of both players."""
        values = [Fraction(0)] * self.size
        for column, row in zip(self.basis, self.rows, strict=True):
            if column < self.size:
                values[column] = Fraction(row[-1], row[column])
        return values[: self.sizes[0]], values[self.sizes[0] :]


def _gains(
    payoffs: dict[tuple[int, int], int], changes: Sequence[list[dict[int, int]]], side: int, sizes: Sequence[int]
) -> list[list[int]]:
    """Return what each change of the own plan gains against each change of the other plan."""
    against = [[0] * sizes[1 - side] for _ in range(sizes[side])]
    columns: list[list[tuple[int, int]]] = [[] for _ in range(sizes[1 - side])]
    for t, change in enumerate(changes[1 - side]):
        for j, value in change.items():
            columns[j].append((t, value))
    for pair, payoff in payoffs.items():
        for t, value in columns[pair[1 - side]]:
            against[pair[side]][t] += payoff * value
    return [
        [sum(value * against[j][t] for j, value in change.items()) for t in range(sizes[1 - side])] if change else []
        for change in changes[side]
    ]
