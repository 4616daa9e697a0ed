"""What the tests of sweeps share."""

from fractions import Fraction
from typing import ClassVar

import numpy as np

import alliancegames as ag
from alliancegames.models.forms import NormalFormModel
from alliancegames.models.model import Outcome
from alliancegames.parameters import Parameter

GRIDS = {
    # Many ties: whole edges and lines of the grid lie on boundaries between regimes.
    "commitment_design": {"beta_d": [Fraction(k, 8) for k in range(9)], "beta_o": [Fraction(k, 16) for k in range(17)]},
    "unilateral_deterrence": {"p_C": [Fraction(k, 10) for k in range(11)], "p_D": [Fraction(k, 7) for k in range(8)]},
    "accession_window": {"h": ["1/10", "1/8", "1/5", "1/4", "1/3", "1/2", 1]},
    "alliance_signal": {"p_R": [0.1, 0.35, 0.6, 0.85]},
}


def grid_of(key):
    model = ag.models.get(key)
    grid = GRIDS[key]
    known = {name for parameter in model.parameters for name in (parameter.name, parameter.symbol)}
    if not set(grid) <= known:  # a model whose symbols changed: any parameter with a window will do
        first = model.parameters[0]
        low, high = (float(end) for end in first.interval.window(first.example[0]))
        grid = {first.name: np.linspace(low, high, 6)[1:-1].round(6)}
    return model, grid


def same_bits(one, other):
    """Whether two datasets are the same to the last bit, labels and attributes included."""
    if not one.identical(other) or set(one.variables) != set(other.variables):
        return False
    return all(
        one[name].dtype == other[name].dtype and one[name].values.tobytes() == other[name].values.tobytes()
        for name in one.variables
        if one[name].dtype != object
    )


class Affine(NormalFormModel):
    """A game whose payoffs are affine in two parameters, with coefficients that the test draws."""

    key, title, pillar, question, fidelity = "affine", "Affine", "deterrence", "", "F3"
    references = ()
    players = ("Row", "Column")
    parameters = (Parameter("first", "s", "(-inf, inf)", "one", 0), Parameter("second", "t", "(-inf, inf)", "another", 0))
    outcomes = (Outcome("p_corner", "probability of the first cell"), Outcome("mixed_up", "a product of parameters", "utility"))
    table: ClassVar = {}

    def payoffs(self, p):
        return {cell: [a + b * p.s + c * p.t for a, b, c in pair] for cell, pair in self.table.items()}

    def outcome_cells(self, p):
        first = next(iter(self.table))
        return {
            "p_corner": {cell: int(cell == first) for cell in self.table},
            "mixed_up": {cell: p.s * p.t + k for k, cell in enumerate(self.table)},
        }

    def draw(self, ax):
        ax.set_axis_off()
