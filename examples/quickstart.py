"""
Quickstart: who pays for an alliance, and when does it deter?
=============================================================

Two questions of alliance politics, answered with two models.

*Who pays?* In 1964 Olson and Zeckhauser found that the larger allies of NATO bore the larger burdens. We
repeat their test on the published figures of a recent year, and compare who paid with who would pay in
equilibrium if defence were a pure public good, or a mixture of common and national benefits.

*When does a threat deter?* We solve a game of deterrence between a challenger and a defender whose resolve
is uncertain: every equilibrium in exact fractions, and the regimes into which credibility divides them.

Run it as ``python quickstart.py``, or ``python quickstart.py --year 2014 --out figures``.
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
    label_points(ax, gdp, actual, table["country"].to_list(), [np.column_stack([line, 100 * curve]) for curve in curves.values()])
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


# %%
# Two helpers: headings in the report, and labels that keep out of each other's way.


def headline(text):
    print(f"\n{text}\n{'=' * len(text)}")


def label_points(ax, x, y, names, curves):
    """Write each name at the nearest free place around its point, the most crowded points first."""
    unit = ax.figure.dpi / 72  # pixels in a typographic point
    points = ax.transData.transform(np.column_stack([x, y]))
    lines = np.vstack([along(ax.transData.transform(curve), 5 * unit) for curve in curves])
    taken = np.vstack([boxes_around(np.vstack([lines, points]), 2.5 * unit), ax.get_legend().get_window_extent().extents])
    distances, angles = (grid.ravel() for grid in np.meshgrid([3, 8, 14, 20, 27, 35, 44, 54], np.radians(range(0, 360, 15)), indexing="ij"))
    crowd = (np.abs(points[:, None] - points).max(axis=2) < 40 * unit).sum(axis=1)
    for k in np.argsort(-crowd, kind="stable"):
        label = ax.annotate(names[k], (x[k], y[k]), xytext=(0, 0), textcoords="offset points", ha="center", va="center", fontsize=7)
        half = label.get_window_extent().size / 2 + np.array([1.5 * unit, 0])
        offsets = np.column_stack([np.cos(angles), np.sin(angles)]) * (half + distances[:, None] * unit)
        places = boxes_around(points[k] + offsets, half)
        outside = ((places[:, :2] < ax.bbox.min) | (places[:, 2:] > ax.bbox.max)).any(axis=1)
        # A line to the point must not cross labels or other points; a label must not seem to belong to another point.
        leaders = points[k] + (offsets - np.clip(offsets, -half, half))[:, None] * np.linspace(0.4, 1, 8)[:, None]
        crossed = overlaps(boxes_around(leaders.reshape(-1, 2), 0), taken[len(lines) :]).reshape(len(places), -1).sum(axis=1)
        gaps = np.hypot(*np.clip(np.abs(points - (points[k] + offsets)[:, None]) - half, 0, None).T).T
        far = distances > 8
        unclear = far * crossed + (np.delete(gaps, k, axis=1).min(axis=1) < np.where(far, 6 * unit, gaps[:, k]))
        best = int(np.argmin(overlaps(places, taken) + unclear + 100 * outside))
        label.set_position(offsets[best] / unit)
        taken = np.vstack([taken, places[best]])
        if far[best]:
            taken = np.vstack([taken, boxes_around(leaders[best], unit)])
            ax.plot(*ax.transData.inverted().transform(leaders[best]).T, color="0.6", linewidth=0.5, zorder=1)


def along(path, step):
    """Return points at equal distances along a path."""
    length = np.concatenate([[0], np.hypot(*np.diff(path, axis=0).T).cumsum()])
    return np.column_stack([np.interp(np.arange(0, length[-1], step), length, coordinate) for coordinate in path.T])


def boxes_around(centres, half):
    return np.hstack([centres - half, centres + half])


def overlaps(boxes, others):
    """Return how many of the others each box overlaps."""
    apart = (boxes[:, None, :2] > others[:, 2:]) | (boxes[:, None, 2:] < others[:, :2])
    return (~apart.any(axis=2)).sum(axis=1)


# %%
# Everything together, with a progress bar on a terminal.


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Who pays for an alliance, and when does it deter?")
    parser.add_argument("--year", type=int, default=2024, help="year of the figures, 2014 to 2024 (default: %(default)s)")
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
        for name, figure in figures.items():
            for kind in ("png", "pdf"):
                figure.savefig(options.out / f"{name}.{kind}", dpi=160)
        bar.update()

    report_burden(burden)
    report_deterrence(model, solution)
    print(f"\nfigures: {', '.join(str(options.out / f'{name}.png') for name in figures)} (and .pdf)")


if __name__ == "__main__":
    main([] if "ipykernel" in sys.modules else None)  # a notebook passes arguments of its own
