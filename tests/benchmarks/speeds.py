"""Points a second of sweeps by the form of the model, and games a second of stacks of three agents.

``python tests/benchmarks/speeds.py docs/explanation/speeds.csv`` rewrites the table of the documentation. Processor time is counted, which other
work on the machine changes less than the clock. Code is warm: what is measured has been run once before.
"""

import argparse
import csv
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

import alliancegames as ag

# Sweeps are repeated with ever more points until one takes this many processor seconds.
SECONDS = 0.5
FIRST, MOST = 16, 65_536


def rate(prepare: Callable[[int], tuple[Callable[[], object], int]], seconds: float = SECONDS, most: int = MOST) -> float:
    """Return how many points are solved in a processor second; ``prepare`` makes the work for about so many points, and counts them."""
    points = FIRST
    prepare(points)[0]()
    while True:
        run, count = prepare(points)
        start = time.process_time()
        run()
        used = time.process_time() - start
        if used >= seconds or points >= most:
            return count / used
        points = min(4 * points, most)


def sweep_rate(model: ag.Model, seconds: float = SECONDS) -> float:
    """Return the points a processor second of a sweep of a model over its first parameter that moves freely."""
    name = next(parameter.name for parameter in model.parameters if _moves(model, parameter.name))

    def prepare(points: int) -> tuple[Callable[[], object], int]:
        design = ag.designs.latin_hypercube(model, points, [name]).admissible(model)
        return lambda: ag.sweep(model, design, progress=False), len(design)

    return rate(prepare, seconds)


def _moves(model: ag.Model, name: str) -> bool:
    """Whether enough values in the range that figures show meet the assumptions of the model."""
    try:
        return len(ag.designs.latin_hypercube(model, FIRST, [name]).admissible(model)) >= FIRST / 2
    except ag.errors.ParameterError:
        return False


def agents_rate(draw: Callable[[np.random.Generator, int], np.ndarray], seconds: float = SECONDS) -> float:
    """Return the games a processor second of three agents with two actions each."""

    def prepare(games: int) -> tuple[Callable[[], object], int]:
        payoffs = draw(np.random.default_rng(1), games)
        return lambda: ag.batch_agent_nash(*payoffs), games

    return rate(prepare, seconds, 2_000_000)


def sweeps(seconds: float = SECONDS) -> list[list[str]]:
    """Return a row for each form of model."""
    rates: dict[str, list[float]] = {}
    for model in ag.models.all_models().values():
        rates.setdefault(model.form, []).append(sweep_rate(model(), seconds))
    return [
        [f"sweep, {form}", str(len(found)), *map(_shown, (min(found), statistics.median(found), max(found)))]
        for form, found in sorted(rates.items())
    ]


def _shown(number: float) -> str:
    """Round to two digits."""
    return f"{float(f'{number:.1e}'):,.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", help="CSV file to write; printed if left out")
    file = parser.parse_args().file
    warnings.simplefilter("ignore")
    generic = agents_rate(lambda rng, games: rng.normal(size=(3, games, 2, 2, 2)))
    tied = agents_rate(lambda rng, games: rng.integers(-1, 2, size=(3, games, 2, 2, 2)))
    rows = [["what", "models", "slowest", "median", "fastest"], *sweeps()]
    rows += [["stack of games of three agents, generic", "–", "–", _shown(generic), "–"]]
    rows += [["stack of games of three agents, integers from -1 to 1", "–", "–", _shown(tied), "–"]]
    for row in rows:
        print(" | ".join(row))
    if file is not None:
        with file.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows(rows)


if __name__ == "__main__":
    main()
