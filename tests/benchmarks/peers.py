"""Time and completeness of peers that list equilibria of two-player games, in one run on the same games.

``python tests/benchmarks/peers.py docs/explanation/peers.csv`` rewrites the table of the documentation. Times
are medians over games; peers take turns on each game, so that a slow moment of the machine hits all. The factor
is the median, over games, of a peer's time divided by ours on the same game. A cell counts the true extreme
equilibria that a peer found; nobody is blamed for not looking.
"""

import argparse
import csv
import shutil
import statistics
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

import alliancegames as ag

TOLERANCE = 1e-6
# (actions, payoffs tied or generic, number of games)
KINDS = [
    (2, "generic", 25),
    (2, "tied", 25),
    (3, "generic", 25),
    (3, "tied", 25),
    (4, "generic", 25),
    (4, "tied", 25),
    (6, "generic", 9),
    (8, "generic", 9),
    (8, "tied", 9),
    (10, "generic", 7),
    (12, "generic", 5),
]
# A peer is left out of sizes at which a single game takes it longer than this (seconds), and of larger ones than
# that at which its median is above a tenth of it.
PATIENCE = 20.0
OURS = "alliancegames, exact"
LRS = "lrsnash, exact, whole process"


def ours(row, column):
    return [tuple(v.astype(float) for v in p.arrays()) for p in ag.nash(ag.NormalFormGame.from_bimatrix(row, column))]


def ours_in_floats(row, column):
    return ag.nash(ag.NormalFormGame.from_bimatrix(row.astype(float), column.astype(float))).arrays()


def pygambit_exact(row, column):
    import pygambit as gbt

    game = gbt.Game.from_arrays(*(np.vectorize(gbt.Rational, otypes=[object])(matrix) for matrix in (row, column)))
    found = gbt.nash.enummixed_solve(game, rational=True).equilibria
    return [tuple(np.array([float(profile[s]) for s in player.strategies]) for player in game.players) for profile in found]


def nashpy_supports(row, column):
    import nashpy

    return list(nashpy.Game(row.astype(float), column.astype(float)).support_enumeration())


def nashpy_vertices(row, column):
    import nashpy

    return list(nashpy.Game(row.astype(float), column.astype(float)).vertex_enumeration())


def _quantecon(row, column):
    from quantecon import game_theory as gt

    return gt, gt.NormalFormGame((gt.Player(row.astype(float)), gt.Player(np.ascontiguousarray(column.T.astype(float)))))


def quantecon_supports(row, column):
    gt, game = _quantecon(row, column)
    return gt.support_enumeration(game)


def quantecon_vertices(row, column):
    gt, game = _quantecon(row, column)
    return gt.vertex_enumeration(game)


def lrsnash(row, column):
    """Run the program as a whole process; its list is read as far as the strategies go."""
    text = "\n".join(" ".join(map(str, line)) for matrix in (row, column) for line in [*matrix.tolist(), []])
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(f"{len(row)} {len(row[0])}\n\n{text}\n")
        file.flush()
        output = subprocess.run(["lrsnash", file.name], capture_output=True, text=True, check=True).stdout
    return _read_lrs(output)


def _read_lrs(output):
    """Pair the lines of player 2 with the line of player 1 that follows them."""
    found, waiting = [], []
    for line in output.splitlines():
        numbers = line.split()
        if numbers[:1] == ["2"]:
            waiting.append(numbers[1:-1])
        elif numbers[:1] == ["1"] and len(numbers) > 2:
            found += [(_floats(numbers[1:-1]), _floats(y)) for y in waiting]
            waiting = []
    return found


def _floats(numbers):
    return np.array([float(ag.NormalFormGame.from_arrays([number]).payoffs[0][0]) for number in numbers])


PEERS = {
    OURS: ours,
    "alliancegames, floats": ours_in_floats,
    "pygambit enummixed, exact": pygambit_exact,
    LRS: lrsnash,
    "Nashpy support enumeration": nashpy_supports,
    "Nashpy vertex enumeration": nashpy_vertices,
    "QuantEcon support enumeration": quantecon_supports,
    "QuantEcon vertex enumeration": quantecon_vertices,
}


def games(size, kind, count, seed=2024):
    rng = np.random.default_rng([seed, size, kind == "tied"])
    low, high = (-2, 3) if kind == "tied" else (-99, 100)
    return [tuple(rng.integers(low, high, size=(2, size, size))) for _ in range(count)]


def found_of(true, listed):
    """Count the true extreme equilibria in a list."""
    flat = [np.concatenate(pair) for pair in listed if len(pair) == 2]
    return sum(any(len(f) == len(t) and np.abs(f - t).max() < TOLERANCE for f in flat) for t in (np.concatenate(pair) for pair in true))


def compare(size, kind, count, left_out=frozenset()):
    """Return for each peer its median time in milliseconds, its factor, and how many of the true equilibria it found."""
    times = {name: [] for name in PEERS}
    counts = dict.fromkeys(PEERS, 0)
    left_out = set(left_out) | ({LRS} if shutil.which("lrsnash") is None else set())
    total = 0
    for name, solve in PEERS.items():
        if name not in left_out:  # the first call compiles and imports
            seconds, _ = _timed(solve, *games(size, kind, 1, seed=1)[0])
            if seconds > PATIENCE:
                left_out.add(name)
    for row, column in games(size, kind, count):
        true = ours(row, column)
        total += len(true)
        for name, solve in PEERS.items():
            if name not in left_out:
                seconds, listed = _timed(solve, row, column)
                times[name].append(seconds)
                counts[name] += found_of(true, listed)
                if seconds > PATIENCE:
                    left_out.add(name)
    return {
        name: (
            1000 * statistics.median(values),
            statistics.median(value / mine for value, mine in zip(values, times[OURS], strict=True)),
            counts[name],
            total,
        )
        for name, values in times.items()
        if values and name not in left_out
    }


def _timed(solve, row, column):
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            listed = solve(row, column)
        except Exception:  # a peer that raises has found nothing
            listed = []
    return time.perf_counter() - started, listed


def _cell(milliseconds, factor, found, total):
    duration = f"{milliseconds:.2g} ms" if milliseconds < 100 else f"{milliseconds / 1000:.2g} s"
    multiple = f"{factor:.2g}" if factor < 100 else f"{factor:.0f}"
    return f"{duration} (×{multiple}); {found} of {total}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", help="CSV file to write; printed if left out")
    options = parser.parse_args()
    table, slow = {}, set()
    for kind in KINDS:
        table[kind] = compare(*kind, left_out=slow)
        slow |= {name for name in PEERS if name not in table[kind] or table[kind][name][0] > 100 * PATIENCE}
    rows = [["solver", *(f"{size}×{size} {kind}" for size, kind, _ in KINDS)]]
    for name in PEERS:
        cells = []
        for results in table.values():
            cells.append(_cell(*results[name]) if name in results else "–")
        rows.append([name, *cells])
    if options.file is None:
        print("\n".join(" | ".join(row) for row in rows))
    else:
        with options.file.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)


if __name__ == "__main__":
    main()
