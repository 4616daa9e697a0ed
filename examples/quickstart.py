"""
Quickstart: who pays for an alliance, and when does it deter?
=============================================================

Two questions of alliance politics, answered with two models.

*Who pays?* In 1964 Olson and Zeckhauser found that the larger allies of NATO bore the larger burdens. We
repeat their test on the published figures of a recent year, and compare who paid with who would pay in
equilibrium if defence were a pure public good, or a mixture of common and national benefits.

*When does a threat deter?* We solve a game of deterrence between a challenger and a defender whose resolve
is uncertain: every equilibrium in exact fractions, and the regimes into which credibility divides them.

Run it as ``python quickstart.py``, or ``python quickstart.py --year 2014 --format pdf``.
"""

import argparse
import math
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from tqdm import tqdm

import alliancegames as ag

# %%
# Who pays?
# ---------
#
# A case brings figures and models together. ``solve_burden`` reads GDP and defence expenditure of all
# allies of the year, calibrates the weights of the two models to them (as an illustration, not an
# estimate), and solves both games. The solvers prove that the equilibrium is unique and bound its error.


def report_burden(burden):
    """Print model against actual shares, and the test of Olson and Zeckhauser then and now."""
    headline(f"Who pays? Burden-sharing among the {len(ag.cases.nato_burden.members(burden.year))} allies of {burden.year}")
    print(burden.summary())
    nato = ag.cases.nato_burden
    then = nato.exploitation_test(nato.figures_1964(), size="gnp_usd_bn")
    print(
        f"rank correlation of size and burden, actual in 1964: {then.correlation:.2f} (one-sided p = {then.p_value:.3f}), {then.n} allies"
    )
    trend = [f"{year} {nato.exploitation_test(nato.figures(year)).correlation:.2f}" for year in nato.YEARS]
    print(f"rank correlation of size and burden, actual by year: {', '.join(trend)}")
    for name, solution in {"public good": burden.public_good, "joint products": burden.joint_product}.items():
        found = solution.equilibria
        bound = "exact" if found.exact else f"every contribution within {math.ceil(found[0].error * 1e6):,} dollars of the true one"
        print(f"equilibrium, {name}: unique (proved), {bound}; contributors: {len(found[0].contributors)}")


# %%
# The figure sets each ally's burden against its size. The curves show what an ally of any size would spend
# in the equilibrium of each model.


def draw_burden(burden):
    """Draw actual burdens against GDP with the curves of both models."""
    table = burden.to_dataframe().dropna()
    gdp, actual, alone = (
        table[name].to_numpy() * scale for name, scale in (("gdp_usd_m", 1e-3), ("actual_burden", 100), ("model_burden_public_good", 100))
    )
    line = np.geomspace(0.6 * gdp.min(), 1.6 * gdp.max(), 400)
    curves = burden.burden_curve(1000 * line)

    fig, ax = plt.subplots(figsize=(7.2, 5.4))
    fig.subplots_adjust(left=0.07, right=0.98, bottom=0.09, top=0.91)
    ax.plot(line, 100 * curves["joint products"], "-", color="#0b559f", label="model: joint products, fitted to the year")
    ax.plot(line, 100 * curves["public good"], "--", color="#b5451d", label="model: pure public good, with the actual total")
    ax.scatter(
        gdp,
        alone,
        s=14,
        marker="s",
        facecolor="white",
        edgecolor="#b5451d",
        linewidth=0.8,
        zorder=2,
        label="allies in the pure public good model",
    )
    ax.scatter(gdp, actual, s=16, color="black", zorder=3, label="allies, as published by NATO")
    ax.set(
        xscale="log",
        xlim=(line[0], line[-1]),
        ylim=(-0.12, 1.15 * max(actual.max(), alone.max())),
        xlabel="GDP, billion US dollars (logarithmic scale)",
        ylabel="defence expenditure, % of GDP",
    )
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.minorticks_off()
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, loc="upper left", fontsize=8)
    test = burden.correlations["actual"]
    finding = "larger allies bear larger burdens" if test.p_value < 0.05 else "no significant exploitation of the great by the small"
    numbers = f"rank correlation of size and burden {test.correlation:.2f}, one-sided p = {test.p_value:.2f}, {test.n} allies".replace(
        "-0", "−0"
    )
    ax.set_title(f"NATO {burden.year}: {finding}\n({numbers})", loc="left", fontsize=10)
    avoid = [np.column_stack([line, 100 * curve]) for curve in curves.values()]
    ag.plotting.label_points(ax, gdp, actual, table["country"].to_list(), avoid=avoid)
    return fig


# %%
# When does a threat deter?
# -------------------------
#
# A model is symbolic until numbers are given. Its regimes are conditions on the parameters; at numbers
# ``solve`` finds every equilibrium of the game, in exact fractions, and says in which regime the point lies.


def report_deterrence(model, solution):
    """Print the regimes of the model and all equilibria of its worked example."""
    headline(f"When does a threat deter? {model.title}")
    print("regimes, by the credibility of challenger (p_C) and defender (p_D):")
    for regime in model.regimes():
        conditions = " and ".join(f"{c.lhs} ≥ {c.rhs}" for c in model.regimes().conditions(regime.name))
        print(f"  {regime.name}: {conditions}\n    {regime.meaning}")
    numbers = ", ".join(f"{name} = {value}" for name, value in solution.model.thresholds().items())
    print(
        f"\nworked example: {numbers}; p_C = {solution.model.values().p_C}, p_D = {solution.model.values().p_D}; regime: {' / '.join(solution.regimes)}"
    )
    print(solution.equilibria.summary())
    ruled_out = [regime for regime in model.regimes(refined=False) if regime.eliminated_by]
    for regime in ruled_out:
        print(f"  equilibria without a demand: {regime.name}, which the refinement {regime.eliminated_by} rules out. {regime.meaning}")
    print("outcomes in equilibrium:")
    for number, outcome in enumerate(solution.outcomes, 1):
        print(f"  {number}. " + ", ".join(f"{name} {value}" for name, value in outcome.items()))


def draw_deterrence(model, solution):
    """Draw the regimes in the unit square of credibilities, with the worked example."""
    fig, ax = plt.subplots(figsize=(5.6, 4.8))
    fig.subplots_adjust(left=0.11, right=0.97, bottom=0.11, top=0.94)
    model.regimes().plot("p_D", "p_C", ax=ax)
    p = solution.model.values()
    ax.plot(float(p.p_D), float(p.p_C), "o", color="black", markersize=7, markeredgecolor="white", zorder=4)
    ax.annotate(
        "worked example",
        (float(p.p_D), float(p.p_C)),
        xytext=(8, 6),
        textcoords="offset points",
        zorder=4,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )
    ax.set_title(
        f"Whatever the challenger, a defender's credibility above {solution.model.thresholds()['c1']} deters", loc="left", fontsize="medium"
    )
    return fig


def headline(text):
    print(f"\n{text}\n{'=' * len(text)}")


# %%
# Everything together, with a progress bar on a terminal.


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Who pays for an alliance, and when does it deter?")
    parser.add_argument("--year", type=int, default=2024, help="year of the figures, 2014 to 2024 (default: %(default)s)")
    parser.add_argument("--format", choices=("png", "pdf", "svg"), default="png", help="format of the figures (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("figures"), help="folder for the figures (default: %(default)s)")
    options = parser.parse_args(arguments)
    if options.year not in ag.cases.nato_burden.YEARS:
        parser.error(f"--year must lie between 2014 and 2024, got {options.year}")

    with tqdm(total=3, disable=None, leave=False, bar_format="{desc:32} {bar:30} {n}/{total}") as bar:
        bar.set_description("burden-sharing game")
        burden = ag.cases.nato_burden.solve_burden(options.year)
        bar.update()
        bar.set_description("deterrence game")
        model = ag.models.UnilateralDeterrence()
        solution = model.solve()
        bar.update()
        bar.set_description("figures")
        figures = {"burden_sharing": draw_burden(burden), "deterrence_regimes": draw_deterrence(model, solution)}
        options.out.mkdir(parents=True, exist_ok=True)
        files = [options.out / f"{name}.{options.format}" for name in figures]
        for file, figure in zip(files, figures.values(), strict=True):
            figure.savefig(file, dpi=160)
        bar.update()

    report_burden(burden)
    report_deterrence(model, solution)
    print(f"\nfigures: {', '.join(map(str, files))}")


if __name__ == "__main__":
    main([] if "ipykernel" in sys.modules else None)  # a notebook passes arguments of its own
