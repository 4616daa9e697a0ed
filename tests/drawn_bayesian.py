"""Random games of incomplete information."""

import random
from fractions import Fraction

from alliancegames.games.bayesian import BayesianGame


def random_bayesian(seed, players=2, *, most_types=3, most_actions=3, tied=True, correlated=True):
    """Return a random game; with a correlated prior some profiles of types, and some types, may be impossible."""
    rng = random.Random(seed)
    names = [f"P{k + 1}" for k in range(players)]
    types = [[f"t{t + 1}" for t in range(rng.randrange(1, most_types + 1))] for _ in names]
    actions = [{kind: [chr(97 + a) for a in range(rng.randrange(1, most_actions + 1))] for kind in own} for own in types]

    def payoffs(_types, _moves):
        return [rng.randrange(-2, 3) if tied else Fraction(rng.randrange(-500, 500), rng.randrange(1, 20)) for _ in names]

    return BayesianGame(names, types, joint(rng, types) if correlated else marginals(rng, types), actions, payoffs)


def joint(rng, types):
    cells = [()]
    for own in types:
        cells = [(*cell, kind) for cell in cells for kind in own]
    weights = [rng.randrange(0, 4) for _ in cells]
    weights[0] += not any(weights)
    return {cell: Fraction(w, sum(weights)) for cell, w in zip(cells, weights, strict=True)}


def marginals(rng, types):
    drawn = [[rng.randrange(1, 5) for _ in own] for own in types]
    return [{kind: Fraction(w, sum(row)) for kind, w in zip(own, row, strict=True)} for own, row in zip(types, drawn, strict=True)]
