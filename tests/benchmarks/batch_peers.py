"""Games a second, and what is missed, of stacks of small games: ours beside loops over peers, in one run.

``python tests/benchmarks/batch_peers.py docs/explanation/batch_peers.csv`` rewrites the table of the documentation. A stack is
solved by compiled code that is warm, with all threads the process may use; the output is part of the time. Peers, which take one game at a
time, get its first games. Games a second are by the clock, the fastest of three runs; the factors compare the processor time per game, which threads do
not change and other work on the machine changes less.
"""

import argparse
import csv
import os
import time
from pathlib import Path

import numpy as np
import peers

import alliancegames as ag

# Shape, games in the stack, games that peers get.
SIZES = [((2, 2), 10_000_000, 300), ((3, 3), 2_000_000, 200), ((4, 4), 500_000, 100), ((2, 6), 500_000, 100)]
RUNS = 3
KINDS = ("generic", "integers, tied", "decimals, tied")
PEERS = {
    "alliancegames, one by one": peers.ours_in_floats,
    "QuantEcon support enumeration": peers.quantecon_supports,
    "pygambit enummixed, exact": peers.pygambit_exact,
    "Nashpy support enumeration": peers.nashpy_supports,
}


def stack(shape, kind, count, seed=2025):
    """Return payoffs of the row and the column player."""
    rng = np.random.default_rng([*shape, KINDS.index(kind), seed])
    if kind == "generic":
        return rng.normal(size=(2, count, *shape))
    integers = rng.integers(-2, 3, size=(2, count, *shape)).astype(float)
    return integers if kind == "integers, tied" else integers / 10


def games_per_second(shape, kind, count, threads=None):
    """Return games a second by the clock, games a processor second, and what was found."""
    row, column = stack(shape, kind, count)
    ag.batch_nash(row[:1], column[:1])
    elapsed, used = [], []
    for _ in range(RUNS):
        started, start = time.perf_counter(), time.process_time()
        found = ag.batch_nash(row, column, threads=threads)
        elapsed.append(time.perf_counter() - started)
        used.append(time.process_time() - start)
    return count / min(elapsed), count / min(used), found


def exact_arrays(row, column):
    """Return payoffs that exact peers read as given: integers, or decimals as integers."""
    return (np.rint(10 * payoffs).astype(int) if np.any(payoffs % 1) else payoffs.astype(int) for payoffs in (row, column))


def peer_speed(solve, kind, row, column, found):
    """Return the games a processor second of a loop over games, and how many true extreme equilibria it missed."""
    exact = solve is peers.pygambit_exact and kind != "generic"
    games = [tuple(exact_arrays(a, b)) if exact else (a, b) for a, b in zip(row, column, strict=True)]
    peers._timed(solve, *games[0])
    seconds, missed = 0.0, 0
    for k, game in enumerate(games):
        used = time.process_time()
        _, listed = peers._timed(solve, *game)
        seconds += time.process_time() - used
        true = list(zip(*found[k], strict=True))
        missed += len(true) - peers.found_of(true, listed)
    return len(row) / seconds, missed


def pygambit_in_floats(row, column):
    import pygambit as gbt

    found = gbt.nash.enummixed_solve(gbt.Game.from_arrays(row, column), rational=False).equilibria
    return [tuple(np.array([profile[s] for s in player.strategies]) for player in profile.game.players) for profile in found]


def compare(shape, kind, count, sample):
    """Return the cells of one row of the table."""
    speed, alone, found = games_per_second(shape, kind, count)
    row, column = (payoffs[:sample] for payoffs in stack(shape, kind, count))
    total = int(found.offsets[sample])
    cells = [f"{shape[0]}×{shape[1]} {kind}", f"{speed:,.0f}", f"{alone:,.0f}", f"{found.close.mean():.1%}"]
    for name, solve in PEERS.items():
        # random floats are no numbers to enumerate exactly one after the other in reasonable time
        solver = pygambit_in_floats if kind == "generic" and solve is peers.pygambit_exact else solve
        theirs, missed = peer_speed(solver, kind, row, column, found)
        if name == "alliancegames, one by one" and missed:
            raise AssertionError(f"{cells[0]}: the stack has equilibria that one-by-one solutions have not")
        cells.append(f"×{alone / theirs:,.0f}; {missed} of {total}")
    return cells


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", help="CSV file to write; printed if left out")
    parser.add_argument("--share", type=float, default=1.0, help="share of the games to solve")
    options = parser.parse_args()
    rows = [["stack", "games a second", "games a processor second", "decided exactly", *(f"{name}: factor; missed" for name in PEERS)]]
    for shape, count, sample in SIZES:
        for kind in KINDS:
            rows.append(compare(shape, kind, int(count * options.share), sample))
            print(" | ".join(rows[-1]), flush=True)
    print(f"{os.cpu_count()} processors")
    if options.file is not None:
        with options.file.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)


if __name__ == "__main__":
    main()
