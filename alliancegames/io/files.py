"""Read and write game files; the suffix of the name says which format."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from alliancegames.errors import GameFileError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.io._limits import LARGEST_FILE, check_length
from alliancegames.io.efg import format_efg, parse_efg
from alliancegames.io.json_text import format_json, parse_json
from alliancegames.io.nfg import format_nfg, parse_nfg

__all__ = ["read_game", "write_game"]

FileFormat = Literal["nfg", "efg", "json"]
Game = NormalFormGame | ExtensiveGame
PARSERS: dict[str, Callable[..., Game]] = {"nfg": parse_nfg, "efg": parse_efg, "json": parse_json}
WRITERS: dict[str, Callable[[Any], str]] = {"nfg": format_nfg, "efg": format_efg, "json": format_json}


def read_game(path: str | os.PathLike[str], *, format: FileFormat | None = None) -> Game:  # noqa: A002
    """Read a game from a file.

    Parameters
    ----------
    path : path-like
        A Gambit strategic form (``.nfg``), a Gambit extensive form (``.efg``) or the package's own JSON
        (``.json``), in UTF-8.
    format : {"nfg", "efg", "json"}, optional
        The format; by default the suffix of the name says it.

    Returns
    -------
    NormalFormGame or ExtensiveGame
        The game; see `alliancegames.io.parse_nfg`, `alliancegames.io.parse_efg` and
        `alliancegames.io.parse_json` for what is read.

    Raises
    ------
    GameFileError
        The file does not hold a game in its format; ``line`` and ``column`` say where it fails.
    OSError
        The file cannot be opened.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "chicken.nfg"
    ...     ag.write_game(ag.games.chicken(), path)
    ...     ag.read_game(path) == ag.games.chicken()
    True
    """
    name = os.fspath(path)
    chosen = _format(name, format, "read_game()")
    with open(name, "rb") as file:
        data = file.read(LARGEST_FILE + 1)
    check_length(len(data), name)
    return PARSERS[chosen](_decode(data, name), source=name)


def write_game(game: Game, path: str | os.PathLike[str], *, format: FileFormat | None = None) -> None:  # noqa: A002
    """Write a game to a file, which is replaced if it exists.

    Parameters
    ----------
    game : NormalFormGame or ExtensiveGame
        A game with exact or float payoffs.
    path : path-like
        Where to write; a name in ``.nfg`` gives Gambit's strategic form, one in ``.efg`` its extensive
        form, which holds trees, and one in ``.json`` JSON, which holds both.
    format : {"nfg", "efg", "json"}, optional
        The format; by default the suffix of the name says it.

    Raises
    ------
    SolverNotApplicableError
        The payoffs contain symbols: files hold numbers only.
    GameFileError
        The format is unknown or does not hold such a game, or the game is too large to be read back.
    OSError
        The file cannot be written.

    Notes
    -----
    JSON keeps everything. Gambit's files keep everything but the number system: their numbers are read
    as exact, so a float game comes back as its ``.exact()``, and ``.floats()`` restores it.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> game = ag.games.stag_hunt().floats()
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "hunt.json"
    ...     ag.write_game(game, path)
    ...     ag.read_game(path).field
    'float'
    """
    name = os.fspath(path)
    # The text is complete before the file is touched: a game that cannot be written leaves the old file.
    text = WRITERS[_format(name, format, "write_game()")](game)
    Path(name).write_bytes(text.encode("utf-8"))


def _format(name: str, chosen: str | None, where: str) -> str:
    found = chosen if chosen is not None else Path(name).suffix.lower().removeprefix(".")
    if found not in PARSERS:
        came = f"format={chosen!r}" if chosen is not None else f"the name {name!r}"
        raise GameFileError(f"{where}: expected a .nfg or .json file, or .efg for a tree, got {came}; say format='nfg', 'efg' or 'json'.")
    return found


def _decode(data: bytes, source: str) -> str:
    """Decode UTF-8, with or without a byte order mark."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8-sig", errors="replace")) + 1
        raise GameFileError(
            f"{source}, line {line}, column {column}: expected UTF-8 text, got the byte 0x{data[error.start]:02x}; save the file in UTF-8.",
            line,
            column,
        ) from None
