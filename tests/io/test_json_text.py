"""Games as JSON: nothing is lost on the way, nothing unexpected is accepted."""

import json

import pytest
from drawn_files import FILES, float_games, labelled_games
from hypothesis import given

import alliancegames as ag
from alliancegames.errors import GameFileError


def document(**changes):
    """Return the document of a small game with some entries changed; None removes an entry."""
    entries = json.loads(
        ag.io.format_json(ag.NormalFormGame.from_bimatrix([["1/3", 2]], [[0, 1]], players=["East", "West"], title="Small"))
    )
    entries.update(changes)
    return {key: value for key, value in entries.items() if value is not None}


def parse(**changes):
    return ag.io.parse_json(json.dumps(document(**changes)), source="pact.json")


@given(labelled_games())
def test_round_trip(game):
    read = ag.io.parse_json(ag.io.format_json(game))
    assert read == game
    assert (read.title, read.field) == (game.title, "exact")


@given(float_games())
def test_round_trip_of_floats_bit_for_bit(game):
    read = ag.io.parse_json(ag.io.format_json(game))
    assert read.field == "float"
    assert [array.tobytes() for array in read.payoffs] == [array.tobytes() for array in game.payoffs]


@pytest.mark.parametrize("name", FILES)
def test_both_formats_hold_the_same_games(name):
    game = ag.io.parse_nfg(FILES[name][0])
    assert ag.io.parse_json(ag.io.format_json(game)) == game


def test_any_json_writer_will_do():
    game = ag.games.chicken()
    entries = json.loads(ag.io.format_json(game))
    assert ag.io.parse_json(json.dumps(entries, indent=3, sort_keys=True)) == game


def test_exact_decimals():
    assert parse(payoffs=[[["0.1", "1e-3"], ["-2/4", "7"]]]) == ag.NormalFormGame.from_bimatrix(
        [["1/10", "-1/2"]], [["1/1000", 7]], players=["East", "West"]
    )


# changes, path, message
FAULTS = [
    ({"format": "another"}, "format", "expected 'alliancegames normal form', got the text 'another'"),
    ({"version": 2}, "version", "expected 1, got 2"),
    ({"version": "1"}, "version", "expected 1, got the text '1'"),
    ({"version": True}, "version", "expected 1, got true"),
    ({"extra": 1}, "the top", "expected the keys format, version, .* got the unknown key 'extra'"),
    ({"title": None}, "the top", "got none named 'title'"),
    ({"title": 3}, "title", "expected text in quotes, got 3"),
    ({"title": "\ud800"}, "title", "lone surrogate"),
    ({"field": "symbolic"}, "field", "expected 'exact' or 'float', got the text 'symbolic'"),
    ({"field": ["exact"]}, "field", "got a list with 1 entries"),
    ({"players": "East"}, "players", "expected a list of labels, got the text 'East'"),
    ({"players": []}, "players", "expected at least one label, got an empty list"),
    ({"players": ["East", 2]}, "players[1]", "expected text in quotes, got 2"),
    ({"players": ["East", "East"]}, "players[1]", "expected distinct labels, got 'East' a second time"),
    ({"players": ["East", " "]}, "players[1]", "expected a label, got ' '"),
    ({"players": ["East"]}, "actions", "expected 1 lists of labels, one a player, got 2"),
    ({"actions": {"East": ["1"]}}, "actions", "expected one list of labels a player, got an object with 1 entries"),
    ({"actions": [["1"], []]}, "actions[1]", "expected at least one label"),
    ({"actions": [["1"], ["1", "1"]]}, "actions[1][1]", "expected distinct labels"),
    ({"payoffs": []}, "payoffs", "expected a list of 1 entries, one an action, got 0"),
    ({"payoffs": [[["0", "0"]]]}, "payoffs[0]", "expected a list of 2 entries, one an action, got 1"),
    ({"payoffs": [[["0", "0"], ["1"]]]}, "payoffs[0][1]", "expected a list of 2 payoffs, one a player, got 1"),
    ({"payoffs": [["0", ["1", "1"]]]}, "payoffs[0][0]", "expected a list of 2 payoffs, one a player, got the text '0'"),
    ({"payoffs": [[["0", 1], ["1", "1"]]]}, "payoffs[0][0][1]", 'expected a number as text, such as "1/3" in quotes, got 1'),
    ({"payoffs": [[["0", float("nan")], ["1", "1"]]]}, "payoffs[0][0][1]", "got NaN"),
    ({"payoffs": [[["0", float("-inf")], ["1", "1"]]]}, "payoffs[0][0][1]", "got -Infinity"),
    ({"payoffs": [[["0", ["1"]], ["1", "1"]]]}, "payoffs[0][0][1]", "got a list with 1 entries"),
    ({"payoffs": [[["0", False], ["1", "1"]]]}, "payoffs[0][0][1]", "got false"),
    ({"payoffs": [[["0", "x + 1"], ["1", "1"]]]}, "payoffs[0][0][1]", r"expected a number, got 'x \+ 1'"),
    ({"payoffs": [[["0", "__import__('os')"], ["1", "1"]]]}, "payoffs[0][0][1]", "expected a number, got"),
    ({"payoffs": [[["0", ""], ["1", "1"]]]}, "payoffs[0][0][1]", "expected a number, got ''"),
    ({"payoffs": [[["0", " 1"], ["1", "1"]]]}, "payoffs[0][0][1]", "expected a number, got ' 1'"),
    ({"payoffs": [[["0", "٣"], ["1", "1"]]]}, "payoffs[0][0][1]", "expected a number, got '٣'"),
    ({"payoffs": [[["0", "1/0"], ["1", "1"]]]}, "payoffs[0][0][1]", "the denominator must not be zero"),
    ({"payoffs": [[["0", "1e999999999"], ["1", "1"]]]}, "payoffs[0][0][1]", "expected a number, got '1e999999999'"),
    ({"field": "float"}, "payoffs[0][0][0]", "expected a decimal, as the field is 'float', got '1/3'"),
    ({"field": "float", "payoffs": [[["1e999", "0"], ["1", "1"]]]}, "payoffs[0][0][0]", "expected a number within the range of doubles"),
    ({"field": "float", "payoffs": [[["inf", "0"], ["1", "1"]]]}, "payoffs[0][0][0]", "expected a number, got 'inf'"),
    ({"actions": [[str(k) for k in range(2000)]] * 2}, "payoffs", "expected at most 2000000 payoffs in all, got sizes that need 8000000"),
]


@pytest.mark.parametrize(("changes", "path", "message"), FAULTS, ids=[f"{k}-{fault[1]}" for k, fault in enumerate(FAULTS)])
def test_faults_are_placed(changes, path, message):
    with pytest.raises(GameFileError, match=message) as caught:
        parse(**changes)
    assert str(caught.value).startswith(f"pact.json, at {path}: ")
    assert caught.value.line is None


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("{", 1, 2),
        ('{\n"format": alliancegames}', 2, 11),
        ("{}\n{}", 2, 1),
        ('{"title": "a\nb"}', 1, 13),
        ("[1,]", 1, 4),
        ("{'title': 1}", 1, 2),
    ],
)
def test_what_is_no_json(text, line, column):
    with pytest.raises(GameFileError) as caught:
        ag.io.parse_json(text)
    # Later versions of Python point to the comma that is one too many rather than to what follows it.
    assert (caught.value.line, abs(caught.value.column - column) <= 1) == (line, True)
    assert f"line {caught.value.line}, column {caught.value.column}" in str(caught.value)


@pytest.mark.parametrize("text", ["null", "[]", "3", '"game"', "NaN"])
def test_what_is_no_object(text):
    with pytest.raises(GameFileError, match=r"at the top: expected an object"):
        ag.io.parse_json(text)


def test_doubled_keys():
    text = ag.io.format_json(ag.games.chicken()).replace('"title"', '"title": "another", "title"')
    with pytest.raises(GameFileError, match="expected distinct keys, got 'title' a second time"):
        ag.io.parse_json(text)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_deep_nesting(text):
    with pytest.raises(GameFileError, match="nested far deeper"):
        ag.io.parse_json(text)


def test_only_text_is_parsed():
    with pytest.raises(GameFileError, match="expected text, got bytes"):
        ag.io.parse_json(b"{}")


def test_bare_integers_of_any_length_are_only_named():
    with pytest.raises(GameFileError, match="got a number of 50000 characters"):
        ag.io.parse_json("9" * 50_000)
