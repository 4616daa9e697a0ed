"""Thousands of damaged files: each gives a clear error or a game that holds together, never anything else."""

import random
import re
import tracemalloc

import pytest
from drawn_files import FILES

import alliancegames as ag
from alliancegames.errors import GameFileError

EACH = 450  # mutations a seed file; nine seed files a format
NUMBERS = [b"999999999999", b"1" * 2000, b"1e999", b"1e-999999999", b"-1/0", b"1/" + b"7" * 900, b"NaN", b"0x10", b"1_000", b"Infinity"]
PIECES = [
    b"{",
    b"}",
    b"{{{{{{{{",
    b'"',
    b"\\",
    b",",
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    "é𝔸٣".encode(),
    b"NFG",
    b"[",
    b"]",
    b"null",
    b"\n",
]


def flip(data, rng):
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]


def delete(data, rng):
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.choice([1, 1, 1, 2, 5, 20]) :]


def duplicate(data, rng):
    start = rng.randrange(len(data))
    part = data[start : start + rng.choice([1, 2, 8, 40])]
    return data[:start] + part * rng.choice([2, 2, 3, 50]) + data[start:]


def truncate(data, rng):
    return data[: rng.randrange(len(data))]


def insert(data, rng):
    place = rng.randrange(len(data) + 1)
    return data[:place] + rng.choice(PIECES) + data[place:]


def swap(data, rng):
    a, b, c = sorted(rng.randrange(len(data) + 1) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def blow_up(data, rng):
    numbers = list(re.finditer(rb"[0-9]+", data))
    if not numbers:
        return data
    chosen = rng.choice(numbers)
    return data[: chosen.start()] + rng.choice([*NUMBERS, b"%d" % rng.randrange(5)]) + data[chosen.end() :]


MUTATIONS = [flip, delete, duplicate, truncate, insert, swap, blow_up]


def mutants(data, rng, count):
    """Yield damaged copies: one to three wounds each."""
    for _ in range(count):
        mutant = data
        for _ in range(rng.choice([1, 1, 2, 3])):
            mutant = rng.choice(MUTATIONS)(mutant, rng) or b" "
        yield mutant


def read(path, data):
    """Read the data from a file; return the game and no error, or no game and the error."""
    path.write_bytes(data)
    try:
        return ag.read_game(path), None
    except GameFileError as error:
        return None, error


def outcome(path, data):
    """Return the game in the data, or None after checking that the error is a good one."""
    game, error = read(path, data)
    if error is not None:
        message = str(error)
        assert message.startswith(str(path))
        assert "expected" in message
        assert len(message) < 600 + len(str(path))
        assert error.line is not None or path.suffix == ".json", message
        assert error.line is None or 1 <= error.line <= data.count(b"\n") + 1
        assert error.column is None or 1 <= error.column <= len(data) + 1
    return game


def check(game):
    """A game read from a damaged file is a whole game: it survives both formats."""
    assert isinstance(game, ag.NormalFormGame)
    assert game.field in ("exact", "float")
    assert ag.io.parse_json(ag.io.format_json(game)) == game
    assert ag.io.parse_nfg(ag.io.format_nfg(game)) == game.exact()


@pytest.mark.parametrize("suffix", ["nfg", "json"])
@pytest.mark.parametrize("name", FILES)
def test_damaged_files(tmp_path, name, suffix):
    data = FILES[name][0].encode()
    if suffix == "json":
        game = ag.io.parse_nfg(data.decode())
        data = ag.io.format_json(game.floats() if len(name) % 2 else game).encode()
    path = tmp_path / f"damaged.{suffix}"
    games = [game for mutant in mutants(data, random.Random(f"{name}/{suffix}"), EACH) if (game := outcome(path, mutant)) is not None]
    for game in games:
        check(game)
    assert 0 < len(games) < EACH  # neither everything nor nothing is accepted


def test_gambit_reads_the_same_from_damaged_files(tmp_path):
    pygambit = pytest.importorskip("pygambit")  # an optional oracle
    from io import BytesIO

    compared = 0
    for name, (text, _) in FILES.items():
        for mutant in mutants(text.encode(), random.Random(f"{name}/gambit"), 150):
            game = outcome(tmp_path / "damaged.nfg", mutant)
            if game is None:
                continue  # Gambit is only shown what is known to be of a sane size
            try:
                theirs = pygambit.read_nfg(BytesIO(mutant))
            except ValueError:
                continue  # it is stricter about labels, and does not know every way to write a number
            payoffs = ag.io.from_pygambit(theirs).payoffs
            assert [array.tolist() for array in payoffs] == [array.tolist() for array in game.payoffs], mutant
            compared += 1
    assert compared > 100


HOSTILE = {
    "counts without a body": 'NFG 1 R "" { "a" "b" } { 1000 1000 }',
    "counts beyond memory": 'NFG 1 R "" { "a" "b" } { 1000000 1000000 }',
    "one player with millions of strategies": 'NFG 1 R "" { "a" } { 2000000 } 1 2 3',
    "many players": 'NFG 1 R "" { ' + " ".join(f'"{k}"' for k in range(20_000)) + " }",
    "long count": 'NFG 1 R "" { "a" } { ' + "9" * 100_000 + " }",
    "long number": 'NFG 1 R "" { "a" } { 1 } ' + "9" * 100_000,
    "open braces": 'NFG 1 R "" ' + "{ " * 50_000,
    "open string of escapes": 'NFG 1 R "' + 'x\\"' * 50_000,
    "escapes without end": '"' + "\\" * 100_001,
    "unused outcomes": 'NFG 1 R "" { "a" } { 2 } { ' + '{ "" 1 } ' * 10_000 + "} 1",
    "deep lists": "[" * 100_000,
    "many empty lists": "[" + "[]," * 30_000 + "[]]",
    "huge bare number": "1" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_memory_grows_with_the_text_and_not_with_what_it_claims(name):
    text = HOSTILE[name]
    tracemalloc.start()
    try:
        for parse in (ag.io.parse_nfg, ag.io.parse_json):
            with pytest.raises(GameFileError):
                parse(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000 + 100 * len(text)


def test_short_texts_cannot_fill_the_memory_with_long_numbers(monkeypatch):
    # The bound is lowered, so that the test need not come near it.
    monkeypatch.setattr("alliancegames.io._limits.MOST_BITS", 100_000)
    numbers = " ".join(f"{k}e990" for k in range(1, 41))
    with pytest.raises(GameFileError, match="at most 100000 bits in all"):
        ag.io.parse_nfg(f'NFG 1 R "" {{ "a" }} {{ 40 }} {numbers}')
    same = " ".join(["3e999"] * 40)  # equal texts share one number
    assert ag.io.parse_nfg(f'NFG 1 R "" {{ "a" }} {{ 40 }} {same}').shape == (40,)
