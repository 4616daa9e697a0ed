"""Solve repeated games with QuantEcon, in a process of its own: it can spoil the memory of the process."""

import json
import sys
import warnings

import numpy as np


def main():
    """Answer one game a line, until the input ends."""
    from quantecon import game_theory as gt

    warnings.simplefilter("ignore")
    for line in sys.stdin:
        row, column, delta = json.loads(line)
        players = (gt.Player(np.array(row, dtype=float)), gt.Player(np.ascontiguousarray(np.array(column, dtype=float).T)))
        try:
            hull = gt.RepeatedGame(gt.NormalFormGame(players), delta).equilibrium_payoffs()
            answer = {"corners": hull.points[hull.vertices].tolist()}
        except Exception as error:
            answer = {"error": type(error).__name__}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
