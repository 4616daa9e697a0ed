"""Thousands of damaged tree files: each gives a clear error or a game that holds together, never anything else."""

import random
import tracemalloc
from io import BytesIO

import pytest
from drawn_trees import random_tree
from efg_files import TREES
from test_malformed_files import mutants, outcome

import alliancegames as ag
from alliancegames.errors import GameFileError

EACH = 450  # mutations a seed file
SEEDS = {**{name: text for name, (text, _) in TREES.items()}, "random": ag.io.format_efg(random_tree(random.Random("damaged"), 40))}


def check(game):
    """A game read from a damaged file is a whole game: it survives both formats."""
    assert isinstance(game, ag.ExtensiveGame)
    assert game.field in ("exact", "float")
    assert ag.io.parse_json(ag.io.format_json(game)) == game
    if game.field == "exact":
        assert ag.io.parse_efg(ag.io.format_efg(game)) == game


@pytest.mark.parametrize("suffix", ["efg", "json"])
@pytest.mark.parametrize("name", SEEDS)
def test_damaged_trees(tmp_path, name, suffix):
    data = SEEDS[name].encode()
    if suffix == "json":
        game = ag.io.parse_efg(SEEDS[name])
        data = ag.io.format_json(game.floats() if len(name) % 2 else game).encode()
    path = tmp_path / f"damaged.{suffix}"
    rng = random.Random(f"{name}/{suffix}")
    games = [game for mutant in mutants(data, rng, EACH) if (game := outcome(path, mutant)) is not None]
    for game in games:
        check(game)
    assert 0 < len(games) < EACH  # neither everything nor nothing is accepted


def test_gambit_reads_the_same_from_damaged_trees(tmp_path):
    pygambit = pytest.importorskip("pygambit")  # an optional oracle
    compared = 0
    for name, text in SEEDS.items():
        for mutant in mutants(text.encode(), random.Random(f"{name}/gambit"), 350):
            game = outcome(tmp_path / "damaged.efg", mutant)
            # Gambit is only shown what is known to be of a sane size, with labels that it does not change.
            if game is None or b" 0.0 " in mutant or not mutant.isascii():
                continue
            try:
                theirs = pygambit.read_efg(BytesIO(mutant))
            except ValueError:
                continue  # it is stricter about labels, and does not know every way to write a number
            payoffs = ag.io.from_pygambit(theirs).payoffs
            ours = game.normal_form().payoffs
            assert [array.tolist() for array in payoffs] == [array.tolist() for array in ours], mutant
            compared += 1
    assert compared > 100


HOSTILE = {
    "a set with many actions": 'EFG 2 R "" { "a" } p "" 1 1 "" { ' + " ".join(f'"{k}"' for k in range(20_000)) + " } 0",
    "many players": 'EFG 2 R "" { ' + " ".join(f'"{k}"' for k in range(20_000)) + " }",
    "long set number": 'EFG 2 R "" { "a" } p "" 1 ' + "9" * 100_000,
    "long outcome number": 'EFG 2 R "" { "a" } t "" ' + "9" * 100_000,
    "a deep tree": 'EFG 2 R "" { "a" } ' + "".join(f'c "" {k} "" {{ "x" 1 }} 0 ' for k in range(20_000)),
    "one set for ever": 'EFG 2 R "" { "a" } c "" 1 "" { "x" 1 } 0 ' + 'c "" 1 0 ' * 20_000,
    "open braces": 'EFG 2 R "" ' + "{ " * 50_000,
    "open string of escapes": 'EFG 2 R "' + 'x\\"' * 50_000,
    "long chance": 'EFG 2 R "" { "a" } c "" 1 "" { ' + " ".join(f'"{k}" 1/{10**300 + k}' for k in range(500)) + " } 0",
    "impossible branches without end": 'EFG 2 R "" { "a" } c "" 1 "" { "x" 0 "y" 1 } 0 ' + 'c "" 1 0 ' * 20_000,
    "json: many moves of one set": '{"format": "alliancegames extensive form", "version": 1, "title": "", "field": "exact", "players": ["a"], '
    '"information_sets": [["s", "a", ["x", "y"]]], "nodes": [' + ", ".join(['["move", 0]'] * 20_000) + "]}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_memory_grows_with_the_text_and_not_with_what_it_claims(name):
    text = HOSTILE[name]
    tracemalloc.start()
    try:
        for parse in (ag.io.parse_efg, ag.io.parse_json):
            with pytest.raises(GameFileError):
                parse(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000 + 100 * len(text)
