"""Gambit's strategic form, read and written by our own grammar."""

import pytest
import sympy
from drawn_files import FILES, float_games, labelled_games
from hypothesis import given

import alliancegames as ag
from alliancegames.errors import GameFileError, InexactPayoffError, SolverNotApplicableError

HEAD = 'NFG 1 R "t" { "P" "Q" } '


@pytest.mark.parametrize("name", FILES)
def test_files_of_both_forms(name):
    text, table = FILES[name]
    game = ag.io.parse_nfg(text)
    expected = ag.NormalFormGame.from_table(table)
    assert game.field == "exact"
    assert game.shape == expected.shape
    assert all((mine == theirs).all() for mine, theirs in zip(game.payoffs, expected.payoffs, strict=True))


def test_labels_and_title():
    game = ag.io.parse_nfg(FILES["payoffs, labelled, with a comment"][0])
    assert game.title == "Two by three"
    assert game.players == ("Patron", "Client")
    assert game.actions == (("support", "abandon"), ("yield", "stand", "attack"))


def test_empty_labels_become_defaults():
    game = ag.io.parse_nfg(FILES["empty labels, tabs and carriage returns"][0])
    assert game.players == ("Player 1", "Player 2")
    assert game.actions == (("1", "2"), ("1",))


def test_escapes_in_strings():
    game = ag.io.parse_nfg('NFG 1 R "a \\"b\\" \\\\ c\\d" { "\\\\" "Q\\"" } { 1 1 } 1 2')
    assert game.title == 'a "b" \\ c\\d'
    assert game.players == ("\\", 'Q"')


def test_decimals_are_exact():
    game = ag.io.parse_nfg(HEAD + "{ 1 1 } 0.1 0.30000000000000000000000000001")
    assert game.payoffs[0][0, 0] * 10 == 1
    assert str(game.payoffs[1][0, 0]) == "30000000000000000000000000001/100000000000000000000000000000"


@given(labelled_games())
def test_round_trip(game):
    read = ag.io.parse_nfg(ag.io.format_nfg(game))
    assert read == game
    assert read.title == game.title


@given(float_games())
def test_round_trip_of_floats(game):
    read = ag.io.parse_nfg(ag.io.format_nfg(game))
    assert read == game.exact()
    # Adding zero drops the sign of a negative zero, which no rational has.
    assert all((a + 0.0).tobytes() == (b + 0.0).tobytes() for a, b in zip(read.floats().payoffs, game.payoffs, strict=True))


def test_what_is_written():
    game = ag.NormalFormGame.from_bimatrix([["1/3", 2]], [[-1, "0.5"]], players=["A", 'B "b"'], title="a\\b")
    lines = ag.io.format_nfg(game).splitlines()
    assert lines == [r'NFG 1 R "a\\b" { "A" "B \"b\"" }', "", '{ { "1" }', '  { "1" "2" } }', '""', "", "1/3 -1", "2 1/2"]
    assert ag.io.format_nfg(game.floats()).startswith("NFG 1 D")
    assert ag.io.format_nfg(ag.NormalFormGame.from_arrays([1e22, 1e-7])).splitlines()[-2:] == ["1e22", "1e-07"]


def test_symbols_are_not_written():
    symbolic = ag.NormalFormGame.from_arrays([sympy.Symbol("a"), 1])
    irrational = ag.NormalFormGame.from_arrays([sympy.sqrt(2), 1])
    for write in (ag.io.format_nfg, ag.io.format_json):
        with pytest.raises(SolverNotApplicableError, match=r"contain a; substitute numbers with \.subs"):
            write(symbolic)
        with pytest.raises(SolverNotApplicableError, match=r"irrational numbers; .*or use \.floats\(\)"):
            write(irrational)
    with pytest.raises(InexactPayoffError):
        irrational.exact()


@pytest.mark.parametrize("write", [ag.io.format_nfg, ag.io.format_json])
@pytest.mark.parametrize("digits", [1100, 20_000])
def test_numbers_too_long_to_be_read_back_are_not_written(write, digits):
    with pytest.raises(GameFileError, match="at most 1000 characters, got a longer payoff"):
        write(ag.NormalFormGame.from_arrays([10**digits, 1]))


@pytest.mark.parametrize("write", [ag.io.format_nfg, ag.io.format_json])
def test_other_objects_are_not_written(write):
    with pytest.raises(GameFileError, match="expected a NormalFormGame, got dict"):
        write({"players": 2})
    with pytest.raises(GameFileError, match="lone surrogate"):
        write(ag.NormalFormGame.from_arrays([1, 2], title="\ud800"))
    with pytest.raises(GameFileError, match="at most 32 players, got 33"):
        write(ag.NormalFormGame.from_function(lambda *_: (0,) * 33, [["only"]] * 33))


# text, line, column, message
FAULTS = [
    ("", 1, 1, "expected NFG, got the end of the file; this is no Gambit strategic form"),
    ("EFG 2 R", 1, 1, "expected NFG, got 'EFG'"),
    ("NFG 2 R", 1, 5, "expected 1, got '2'; only version 1"),
    ("NFG 1 X", 1, 7, "expected R or D, got 'X'"),
    ("NFG 1 R title", 1, 9, "expected the title in quotes, got 'title'"),
    ('NFG 1 R "title', 1, 9, "expected a closing quote for the string that starts here"),
    ('NFG 1 R "title\\"', 1, 9, "expected a closing quote"),
    ('NFG 1 R "t" "P"', 1, 13, "expected '{' before the player labels, got the string 'P'"),
    ('NFG 1 R "t" { }', 1, 13, "expected at least one player label, got none"),
    ('NFG 1 R "t" { "P" 2 }', 1, 19, "expected a player label in quotes or '}', got '2'"),
    ('NFG 1 R "t"\n{ "P"\n  "P" }', 3, 3, "player labels: expected distinct labels, got 'P' a second time"),
    ('NFG 1 R "t" { "P" " " }', 1, 19, "player labels: expected a label, got ' '; name all or none"),
    (HEAD, 1, 25, "expected '{' before the strategies, got the end of the file"),
    (HEAD + "{ 2 }", 1, 29, "expected the strategies of 2 players, got '}'; those of 1 are there"),
    (HEAD + "{ 2 2 2 }", 1, 31, "expected '}' after the strategies of 2 players, got '2'"),
    (HEAD + "{ 2 0 }", 1, 29, "expected at least one strategy, got 0"),
    (HEAD + "{ 2 -1 }", 1, 29, "expected the number of strategies of a player, got '-1'"),
    (HEAD + "{ 2 1.5 }", 1, 29, "expected the number of strategies of a player, got '1.5'"),
    (HEAD + '{ 2 { "a" } }', 1, 29, "expected the number of strategies of a player, got '{'"),
    (HEAD + '{ { "a" } 2 }', 1, 35, "expected '{' before the strategy labels, got '2'"),
    (HEAD + '{ { "a" } { } }', 1, 35, "expected at least one strategy label, got none"),
    (HEAD + '{ { "a" } { "b" "b" } }', 1, 41, "strategy labels: expected distinct labels, got 'b' a second time"),
    (HEAD + "{ 1 1 }", 1, 32, "expected payoff 1 of 2, got the end of the file; give one payoff a player for each of the 1 profiles"),
    (HEAD + "{ 1 2 }\n1 2\n3", 3, 2, "expected payoff 4 of 4, got the end of the file"),
    (HEAD + "{ 1 2 }\n1, 2", 2, 2, "expected payoff 2 of 4, got ','"),
    (HEAD + "{ 1 1 }\n1 2\n3", 3, 1, "expected the end of the file, got '3'; remove what follows the last profile"),
    (HEAD + "{ 1 1 } 1 x", 1, 35, "expected a number, got 'x'; write 3, -1/3, 0.25 or 1e-3"),
    (HEAD + "{ 1 1 } 1 1-2", 1, 35, "expected a number, got '1-2'"),
    (HEAD + "{ 1 1 } 1 1/0", 1, 35, "expected a number, got '1/0'; the denominator must not be zero"),
    (HEAD + "{ 1 1 } 1 NaN", 1, 35, "expected a number, got 'NaN'"),
    (HEAD + "{ 1 1 } 1 1e9999", 1, 35, "expected a number, got '1e9999'"),
    (HEAD + "{ 1 1 } 1 ٣", 1, 35, "expected a number, got '٣'"),
    (HEAD + "{ 1 1 } 1 " + "9" * 1001, 1, 35, "expected a number of at most 1000 characters, got 1001"),
    (HEAD + "{ 1 1 } 1 -1e999", 1, 35, "expected a number of at most 1000 characters as a fraction, got '-1e999'; round it"),
    (HEAD + "{ 1 1 } 1 1.5e-999", 1, 35, "expected a number of at most 1000 characters as a fraction, got '1.5e-999'"),
    (HEAD + '{ 1 1 } { { "a" 1 } } 1', 1, 43, "expected payoff 2 of 2 of an outcome, got '}'"),
    (HEAD + '{ 1 1 } { { "a" 1 2 3 } } 1', 1, 45, "expected '}' after the 2 payoffs of an outcome, got '3'"),
    (HEAD + "{ 1 1 } { { 1 2 } } 1", 1, 37, "expected the name of an outcome in quotes, got '1'"),
    (HEAD + '{ 1 1 } { "a" 1 2 } 1', 1, 35, "expected '{' before an outcome, or '}' after the last one, got the string 'a'"),
    (HEAD + '{ 1 1 } { { "a" 1 2 } } 2', 1, 49, "expected an outcome from 0 to 1, got 2"),
    (HEAD + '{ 1 1 } { { "a" 1 2 } } -1', 1, 49, "expected the outcome of profile 1 of 1, got '-1'"),
    (HEAD + '{ 1 2 } { { "a" 1 2 } } 1', 1, 50, "expected the outcome of profile 2 of 2, got the end of the file"),
    (HEAD + "{ 1000000 1000000 }", 1, 25, "expected at most 2000000 payoffs in all, got sizes that need 2000000000000"),
    (HEAD + f"{{ {'9' * 40} {'9' * 40} }}", 1, 25, "got sizes that need over 10^15"),
    (HEAD + f"{{ {'9' * 41} 1 }}", 1, 27, "of at most 40 digits"),
    (f'NFG 1 R "t" {{ {" ".join(f"{chr(34)}{k}{chr(34)}" for k in range(33))} }}', 1, 13, "expected at most 32 player labels, got more"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), FAULTS, ids=[f"{k}-{fault[3][:40]}" for k, fault in enumerate(FAULTS)])
def test_faults_are_placed(text, line, column, message):
    with pytest.raises(GameFileError) as caught:
        ag.io.parse_nfg(text, source="pact.nfg")
    assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value).startswith(f"pact.nfg, line {line}, column {column}: ")
    assert message in str(caught.value)
    assert str(caught.value).endswith(".")


def test_only_text_is_parsed():
    with pytest.raises(GameFileError, match="expected text, got bytes"):
        ag.io.parse_nfg(b"NFG 1 R")
    with pytest.raises(GameFileError, match="lone surrogate"):
        ag.io.parse_nfg('NFG 1 R "\udcff" { "P" } { 1 } 1')


def test_32_players_are_read():
    names = " ".join(f'"{k}"' for k in range(32))
    game = ag.io.parse_nfg(f'NFG 1 R "" {{ {names} }} {{ {"1 " * 32} }} {"5 " * 32}')
    assert game.shape == (1,) * 32
    assert game.payoffs[31].item() == 5
    assert ag.io.parse_nfg(ag.io.format_nfg(game)) == game
    assert ag.io.parse_json(ag.io.format_json(game)) == game
