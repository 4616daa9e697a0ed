"""Regime maps: boundaries, location, and the picture."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy

import alliancegames as ag


def test_boundaries_are_exact():
    regimes = ag.models.UnilateralDeterrence().regimes()
    curves = {str(curve.lhs) for curve in regimes.boundaries("p_D", "p_C")}
    assert curves == {"p_D - 5/7", "p_D - 5/9", "p_C - 1/2"}
    other = {str(curve.lhs) for curve in regimes.boundaries("p_D", "c_SQ", {"p_C": "1/4"})}
    assert other == {"c_SQ + 7*p_D/10 - 1", "c_SQ + 9*p_D/10 - 1"}


def test_conditions_and_equilibria_are_formulas():
    regimes = ag.models.UnilateralDeterrence().regimes()
    (first,) = regimes.conditions("Certain Deterrence")
    assert first.lhs == sympy.Symbol("p_D", nonnegative=True)
    ((challenger, defender),) = regimes.equilibria("Bluff")
    p_C = sympy.Symbol("p_C", nonnegative=True)
    assert p_C in challenger["always"].free_symbols
    assert sympy.simplify(sum(defender.values())) == 1


def test_unknown_regime():
    with pytest.raises(ag.errors.UnknownLabelError, match="Bluff"):
        ag.models.UnilateralDeterrence().regimes().conditions("Bluf")


@pytest.mark.parametrize(("key", "x", "y"), [("unilateral_deterrence", "p_D", "p_C"), ("alliance_dilemma", "cohesion", "loss_abandon")])
def test_plot_draws_the_exact_boundaries(key, x, y):
    regimes = ag.models.get(key).regimes()
    ax = regimes.plot(x, y)
    drawn = [line for line in ax.lines if np.isfinite(line.get_ydata()).any()]
    assert len(drawn) == len(regimes.boundaries(x, y))
    names = {text.get_text().replace("\n", " ") for text in ax.texts}
    assert len(names) == 4
    assert names <= set(regimes.names)
    plt.close(ax.figure)


def test_boundary_stops_where_regimes_stop_differing():
    ax = ag.models.UnilateralDeterrence().regimes().plot("p_D", "p_C")
    horizontal = next(line for line in ax.lines if np.nanmax(line.get_ydata()) - np.nanmin(line.get_ydata()) < 1e-12)
    shown = horizontal.get_xdata()[np.isfinite(horizontal.get_ydata())]
    assert shown.max() == pytest.approx(5 / 9, abs=0.01)
    plt.close(ax.figure)


def test_curved_boundaries():
    ax = ag.models.AccessionWindow().regimes().plot("h", "Delta", ylim=(0.05, 0.5))
    line = ax.lines[0]
    h, shift = line.get_xdata(), line.get_ydata()
    here = np.isfinite(shift)
    assert here.any()
    assert shift[here] == pytest.approx(0.1 * 0.45 / (0.9 * h[here]))
    plt.close(ax.figure)


def test_codes_flag_boundaries_and_decide_them_exactly():
    model = ag.models.UnilateralDeterrence()
    ds = ag.sweep(model, {"p_C": [0.25, 0.5, 0.75], "p_D": ["5/9", "1/5"]})
    assert (ds["regime"].values[:, 0] == ag.statics.BOUNDARY).all()
    assert ds["regime"].values[1, 1] == ag.statics.BOUNDARY
    assert ds["regime"].values[0, 1] == model.regimes().names.index("Bluff")


def test_to_dataframe_lists_conditions():
    table = ag.models.CommitmentDesign().regimes().to_dataframe()
    assert list(table["regime"]) == ["Peace", "Attack", "Provocation", "Attack and provocation"]
    assert table["conditions"].str.contains("≥").all()
