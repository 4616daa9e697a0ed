"""Random game trees with perfect recall, for the tests of trees and of tree files."""

import random
from fractions import Fraction

import alliancegames as ag
from alliancegames.errors import GameDefinitionError


def random_tree(rng, most_nodes=60, players=2, *, merge=0.6, chance=0.2, words=None, tied=True):
    """Return a random game with perfect recall: nodes that a player could confuse without forgetting are joined at random."""
    words = words or [chr(97 + k) for k in range(26)]
    names = [f"P{k + 1}" for k in range(players)]
    count = rng.randrange(4, most_nodes + 1)
    children, kind = grow(rng, count, chance, players)
    labels = join(rng, children, kind, merge)
    tree = assemble(rng, 0, children, kind, labels, names, words, tied)
    return ag.ExtensiveGame(names, tree, title="random")


def grow(rng, count, chance, players):
    """Return the children of each node and who moves there: -1 is chance, None an end."""
    children, ends = [[]], [0]
    while len(children) + 3 <= count:
        node = ends.pop(rng.randrange(len(ends)))
        size = rng.choice([1, 2, 2, 2, 3])
        children[node] = list(range(len(children), len(children) + size))
        ends += children[node]
        children += [[] for _ in range(size)]
    kind = [(-1 if rng.random() < chance else rng.randrange(players)) if below else None for below in children]
    return children, kind


def join(rng, children, kind, merge):
    """Return a label of an information set for each node, so that each player recalls his own past."""
    labels = {}
    open_sets = {}

    def visit(node, own, above):
        who = kind[node]
        if who is None:
            return
        longer = own
        if who >= 0:
            key = (who, own.get(who, ()), len(children[node]))
            known = [label for label in open_sets.get(key, []) if label not in above]
            label = rng.choice(known) if known and rng.random() < merge else f"s{len({*labels.values()}) + 1}"
            if label not in labels.values():
                open_sets.setdefault(key, []).append(label)
            labels[node] = label
            above = above | {label}
        for k, child in enumerate(children[node]):
            if who >= 0:
                longer = {**own, who: (*own.get(who, ()), (labels[node], k))}
            visit(child, longer, above)

    visit(0, {}, frozenset())
    return labels


def assemble(rng, node, children, kind, labels, names, words, tied):
    if kind[node] is None:
        values = [rng.randrange(-2, 3) if tied else Fraction(rng.randrange(-500, 500), rng.randrange(1, 30)) for _ in names]
        return ag.End(values, rng.choice(["", "war", "peace"]))
    below = [assemble(rng, child, children, kind, labels, names, words, tied) for child in children[node]]
    if kind[node] == -1:
        weights = [rng.randrange(1, 4) for _ in below]
        return ag.Chance({words[k]: (Fraction(w, sum(weights)), part) for k, (w, part) in enumerate(zip(weights, below, strict=True))})
    return ag.Move(names[kind[node]], {words[k]: part for k, part in enumerate(below)}, labels[node])


def random_trees(seed, count, **options):
    """Yield random trees; every draw has perfect recall, so none may be refused."""
    for k in range(count):
        try:
            yield random_tree(random.Random(f"{seed}/{k}"), **options)
        except GameDefinitionError as error:  # the message of the game says what the drawing got wrong
            raise AssertionError(f"draw {k} of {seed}: {error}") from error
