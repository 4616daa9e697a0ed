"""Files on disk: suffixes, encodings, sizes, and files left alone by failed writes."""

import pickle

import pytest
import sympy

import alliancegames as ag
from alliancegames.errors import AllianceGamesError, GameFileError, SolverNotApplicableError
from alliancegames.io import files

CRISIS = ag.NormalFormGame(
    players=["Protégé", "Patron"],
    payoffs={
        ("stand", "support"): ("1/3", 2),
        ("stand", "abandon"): (-4, 1),
        ("concede", "support"): (0, 0),
        ("concede", "abandon"): (0, 3),
    },
    title="Crise — «1914»",
)


@pytest.mark.parametrize("name", ["crisis.nfg", "crisis.json", "CRISIS.NFG", "crisis.v2.Json"])
def test_write_and_read(tmp_path, name):
    ag.write_game(CRISIS, tmp_path / name)
    read = ag.read_game(str(tmp_path / name))
    assert read == CRISIS
    assert read.title == CRISIS.title


def test_the_format_can_be_said(tmp_path):
    path = tmp_path / "crisis.txt"
    ag.write_game(CRISIS, path, format="nfg")
    assert path.read_text(encoding="utf-8") == ag.io.format_nfg(CRISIS)
    assert ag.read_game(path, format="nfg") == CRISIS
    ag.write_game(CRISIS, path, format="json")
    assert ag.read_game(path, format="json") == CRISIS


@pytest.mark.parametrize(("name", "options"), [("crisis.txt", {}), ("nfg", {}), ("crisis.nfg", {"format": "gam"})])
def test_unknown_formats(tmp_path, name, options):
    with pytest.raises(GameFileError, match=r"read_game\(\): expected a \.nfg or \.json file.*say format='nfg'"):
        ag.read_game(tmp_path / name, **options)
    with pytest.raises(GameFileError, match=r"write_game\(\): expected a \.nfg or \.json file"):
        ag.write_game(CRISIS, tmp_path / name, **options)
    assert list(tmp_path.iterdir()) == []


def test_messages_name_the_file(tmp_path):
    path = tmp_path / "pact.nfg"
    path.write_text('NFG 1 R "t"\n{ "P" }\n{ 2 }\n1 x', encoding="utf-8")
    with pytest.raises(GameFileError) as caught:
        ag.read_game(path)
    assert str(caught.value).startswith(f"{path}, line 4, column 3: expected a number, got 'x'")
    assert (caught.value.line, caught.value.column) == (4, 3)


def test_byte_order_mark_and_line_ends(tmp_path):
    for name, text in (("a.nfg", ag.io.format_nfg(CRISIS)), ("a.json", ag.io.format_json(CRISIS))):
        path = tmp_path / name
        path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
        assert ag.read_game(path) == CRISIS


def test_other_encodings(tmp_path):
    path = tmp_path / "latin.nfg"
    path.write_bytes('NFG 1 R "t"\n{ "Łódź'.encode() + "é".encode("latin-1") + b'" } { 1 } 1')
    with pytest.raises(GameFileError, match=r"line 2, column 8: expected UTF-8 text, got the byte 0xe9") as caught:
        ag.read_game(path)
    assert (caught.value.line, caught.value.column) == (2, 8)


def test_files_that_are_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 100)
    monkeypatch.setattr("alliancegames.io._limits.LARGEST_FILE", 100)
    for name in ("a.nfg", "a.json"):
        (tmp_path / name).write_bytes(b" " * 101)
        with pytest.raises(GameFileError, match="at most 100 characters, got more"):
            ag.read_game(tmp_path / name)
    with pytest.raises(GameFileError, match="at most 100 characters, got more"):
        ag.io.parse_nfg(" " * 101)


def test_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError):
        ag.read_game(tmp_path / "none.nfg")


def test_a_failed_write_leaves_the_file(tmp_path):
    path = tmp_path / "crisis.nfg"
    ag.write_game(CRISIS, path)
    with pytest.raises(SolverNotApplicableError):
        ag.write_game(ag.NormalFormGame.from_arrays([sympy.Symbol("a"), 1]), path)
    assert ag.read_game(path) == CRISIS


def test_the_error_is_a_value_error_and_can_be_pickled():
    error = GameFileError("a.nfg, line 3, column 7: expected x, got y.", 3, 7)
    assert isinstance(error, ValueError)
    assert isinstance(error, AllianceGamesError)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.line, again.column) == (str(error), 3, 7)
    assert (GameFileError("no place").line, GameFileError("no place").column) == (None, None)


@pytest.mark.parametrize("name", ["read_game", "write_game"])
def test_unknown_keywords_raise(name):
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        getattr(ag, name)("a.nfg", encoding="latin-1")
