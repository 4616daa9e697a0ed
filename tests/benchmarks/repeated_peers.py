"""Payoff sets of repeated games beside QuantEcon, in one run on the same games.

``python tests/benchmarks/repeated_peers.py docs/explanation/repeated_peers.csv`` rewrites the table of the
documentation. The two take turns, so that a slow moment of the machine hits both; times are medians. QuantEcon
can corrupt the memory of the process on large games: run this by itself.
"""

import argparse
import csv
import statistics
import sys
import time
import warnings
from fractions import Fraction

import numpy as np

import alliancegames as ag

AS2014 = ([[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]])
DILEMMA = ([[9, 1], [10, 3]], [[9, 10], [1, 3]])
SEXES = ([[0, 3], [1, 0]], [[0, 1], [3, 0]])
COURNOT = ([[10, 3, 0], [15, 7, -4], [7, 5, -15]], [[10, 15, 7], [3, 7, 5], [0, -4, -15]])
COLUMNS = ["game", "delta", "QuantEcon", "floats", "factor", "exact", "our answer"]


def cournot(size):
    """Quantities on a grid, linear demand."""
    quantities = range(size)
    own = [[(2 * size - a - b) * a - 2 * a for b in quantities] for a in quantities]
    return own, [list(row) for row in zip(*own, strict=True)]


CASES = {
    "Abreu & Sannikov (2014)": (AS2014, ["3/10", "2/5"]),
    "Prisoner's Dilemma": (DILEMMA, ["1/5", "249/1000", "9/10"]),
    "Battle of the sexes": (SEXES, ["3/10"]),
    "Cournot 3×3": (COURNOT, ["1/5", "1/2"]),
    "Cournot 15×15": (cournot(15), ["3/10", "3/5", "9/10"]),
}


PAID = "Cournot 30×30 with transfers"


def with_transfers(repeats):
    """Return the row of a table with transfers: all critical discount factors at once, which no peer in Python finds."""
    stage = ag.NormalFormGame.from_bimatrix(*cournot(30))
    times = []
    for _ in range(min(repeats, 3) + 1):
        seconds, table = timed(lambda: ag.transfer_table(stage))
        times.append(seconds)
    median = statistics.median(times[1:])
    return [PAID, "all", "–", "–", "–", shown(median), f"{len(table)} critical discount factors (exact)"]


def shown(seconds):
    """Write a time with two digits."""
    if seconds >= 1:
        return f"{seconds:.2g} s"
    milliseconds = seconds * 1000
    return f"{milliseconds:.0f} ms" if milliseconds >= 10 else f"{milliseconds:.2g} ms"


def corners(count):
    """Write a number of corners."""
    return "1 corner" if count == 1 else f"{count} corners"


def timed(solve):
    """Return seconds and the answer, or the name of the error."""
    start = time.perf_counter()
    try:
        answer = solve()
    except Exception as error:
        answer = type(error).__name__
    return time.perf_counter() - start, answer


def compare(name, payoffs, delta, repeats):
    """Return a row of the table."""
    from quantecon import game_theory as gt

    row, column = (np.array(matrix, dtype=float) for matrix in payoffs)
    number = float(Fraction(delta))
    exact = ag.RepeatedGame(ag.NormalFormGame.from_bimatrix(*payoffs), delta)
    floats = exact.floats()
    peer = gt.RepeatedGame(gt.NormalFormGame((gt.Player(row), gt.Player(np.ascontiguousarray(column.T)))), number)
    solvers = {"peer": peer.equilibrium_payoffs, "floats": lambda: ag.spe_payoffs(floats), "exact": lambda: ag.spe_payoffs(exact)}
    times = {key: [] for key in solvers}
    answers = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for repeat in range(repeats + 1):
            for key, solve in solvers.items():
                if key == "exact" and repeat > 3:
                    continue
                seconds, answers[key] = timed(solve)
                if repeat:  # the first round compiles
                    times[key].append(seconds)
    factor = statistics.median(a / b for a, b in zip(times["peer"], times["floats"], strict=True))
    said = answers["peer"] if isinstance(answers["peer"], str) else corners(len(answers["peer"].vertices))
    median = {key: statistics.median(values) for key, values in times.items()}
    ours = answers["exact"]
    return [
        name,
        delta,
        f"{shown(median['peer'])}; {said}",
        shown(median["floats"]),
        f"×{factor:.2g}" if factor < 10 else f"×{factor:.0f}",
        shown(median["exact"]),
        f"{ours._headline()}, {corners(len(ours.vertices))}" if not ours.is_empty else "none (proved)",
    ]


def main(argv=None):
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", nargs="?", help="where to write the table; by default it is printed only")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--only", help="a single game")
    arguments = parser.parse_args(argv)
    rows = []
    for name, (payoffs, deltas) in CASES.items():
        if arguments.only in (None, name):
            for delta in deltas:
                rows.append(compare(name, payoffs, delta, arguments.repeats))
                print(" | ".join(rows[-1]), flush=True)
    if arguments.only in (None, PAID):
        rows.append(with_transfers(arguments.repeats))
        print(" | ".join(rows[-1]), flush=True)
    if arguments.table:
        with open(arguments.table, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([COLUMNS, *rows])


if __name__ == "__main__":
    sys.exit(main())
