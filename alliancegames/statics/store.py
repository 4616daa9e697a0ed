"""A folder in which a sweep keeps its finished chunks, so that a run that was killed can go on."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from alliancegames._version import __version__
from alliancegames.errors import StoreError

__all__ = ["Store", "identity"]

MANIFEST = "sweep.json"
FORMAT = "alliancegames sweep 1"
# A file on its way to its final name; a run that was killed may leave some.
UNFINISHED = ".unfinished"


class Store:
    """The chunks of one sweep in a folder. Each is written once, as a whole or not at all.

    Parameters
    ----------
    folder : path
        The folder; made if it does not exist.
    content : mapping
        What the sweep consists of, as `identity` returns it.
    size : int
        Points of a chunk.
    total : int
        Points of the sweep.

    Raises
    ------
    StoreError
        The folder holds something else, another sweep, or files that cannot be read.
    """

    def __init__(self, folder: str | os.PathLike[str], content: Mapping[str, Any], size: int, total: int) -> None:
        self.folder = Path(folder)
        manifest = {"format": FORMAT, "key": key_of(content), "chunk": size, "total": total, "content": dict(content)}
        path = self.folder / MANIFEST
        if path.exists():
            _compare(path, manifest)
        elif self.folder.exists() and any(not name.name.endswith(UNFINISHED) for name in self.folder.iterdir()):
            raise StoreError(
                f"store {self.folder}: the folder holds files but no {MANIFEST}, so it is no store of a sweep. Give a new folder."
            )
        else:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write(path, json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False).encode())
        for left in self.folder.glob(f"*{UNFINISHED}"):
            left.unlink(missing_ok=True)
        self._size = size

    def path(self, start: int) -> Path:
        """Return the file of a chunk.

        Parameters
        ----------
        start : int
            Number of its first point.
        """
        return self.folder / f"chunk-{start:015d}.npz"

    def has(self, start: int) -> bool:
        """Whether a chunk is finished; its file is checked on the way.

        Parameters
        ----------
        start : int
            Number of its first point.
        """
        path = self.path(start)
        if not path.exists():
            return False
        try:
            with zipfile.ZipFile(path) as archive:
                broken = archive.testzip()
        except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as error:
            raise self._corrupt(path, str(error)) from error
        if broken:
            raise self._corrupt(path, f"checksum of {broken}")
        return True

    def save(self, start: int, arrays: Mapping[str, np.ndarray]) -> None:
        """Write a finished chunk.

        Parameters
        ----------
        start : int
            Number of its first point.
        arrays : mapping of str to ndarray
            The chunk.
        """
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        _write(self.path(start), buffer.getvalue())

    def load(self, start: int, names: tuple[str, ...] | None = None) -> dict[str, np.ndarray]:
        """Read a chunk, or some of its arrays.

        Parameters
        ----------
        start : int
            Number of its first point.
        names : tuple of str, optional
            The arrays wanted; by default all.
        """
        path = self.path(start)
        try:
            with np.load(path, allow_pickle=False) as archive:
                return {name: archive[name] for name in (names or archive.files)}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise self._corrupt(path, str(error)) from error

    @staticmethod
    def _corrupt(path: Path, why: str) -> StoreError:
        return StoreError(f"store: {path} cannot be read ({why}). Delete this file and run the same sweep again; it is then made anew.")


def identity(kind: str, model: Any, space: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a stored sweep consists of: another model, value, point, option or version makes it another sweep.

    Parameters
    ----------
    kind : str
        What is stored.
    model : Model
        The model, completed and exact.
    space : Space
        The points.
    options : mapping
        Options that the result depends on.
    """
    return {
        "kind": kind,
        "version": __version__,
        "model": f"{type(model).__module__}.{type(model).__qualname__}",
        "code": _code(type(model)),
        "values": {name: [str(value) for value in values] for name, values in sorted(model._assigned.items())},
        "settings": {name: str(value) for name, value in sorted(model.structure.items())},
        "points": {axis.address: _digest(axis) for axis in space.axes},
        "layout": "grid" if space.product else "points",
        "options": dict(options),
    }


def key_of(content: Mapping[str, Any]) -> str:
    """Return the hash of a sweep's content.

    Parameters
    ----------
    content : mapping
        As `identity` returns it.
    """
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _digest(axis: Any) -> str:
    """Return how many values an axis has, and a hash of them."""
    digest = hashlib.sha256()
    for k in range(len(axis)):
        digest.update(f"{axis.exact(k)};".encode())
    return f"{len(axis)} values, sha256 {digest.hexdigest()}"


def _code(kind: type) -> str:
    """Return a hash of what a model of the caller's own does: payoffs that were changed make another sweep.

    Models of the package are covered by its version. The code that runs is hashed, not its file, which may have changed since.
    """
    digest = hashlib.sha256()
    for base in kind.__mro__:
        if base is object or base.__module__.partition(".")[0] == __name__.partition(".")[0]:
            continue
        for name, member in sorted(vars(base).items()):
            function = getattr(member, "__func__", getattr(member, "fget", member))
            if hasattr(function, "__code__"):
                digest.update(f"{name}:{_instructions(function.__code__)};".encode())
            elif not name.startswith("_"):
                digest.update(f"{name}={_constant(member)};".encode())
    return digest.hexdigest()


def _instructions(code: Any) -> str:
    """Return what a function does as text, without where it was written."""
    return f"{code.co_code.hex()}|{code.co_names}|{code.co_varnames}|{[_constant(each) for each in code.co_consts]}"


def _constant(value: Any) -> str:
    """Return a constant as text that is the same in every process: sets in order, no addresses in memory."""
    if hasattr(value, "co_code"):
        return _instructions(value)
    if isinstance(value, (frozenset, set)):
        return f"{{{', '.join(sorted(map(_constant, value)))}}}"
    text = repr(value)
    return type(value).__qualname__ if " at 0x" in text else text


def _compare(path: Path, manifest: Mapping[str, Any]) -> None:
    """Raise unless a folder belongs to this very sweep."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        content = dict(found["content"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"store: {path} cannot be read ({error}); the folder is damaged or is no store of a sweep. Give a new folder."
        ) from error
    wanted = dict(manifest["content"])
    differences = [name for name in sorted({*content, *wanted}) if content.get(name) != wanted.get(name)]
    differences += [
        name for name in ("format", "chunk", "total", "key") if found.get(name) != manifest[name] and not (differences and name == "key")
    ]
    if differences:
        described = "; ".join(
            f"{name}: stored {_short(content.get(name, found.get(name)))}, now {_short(wanted.get(name, manifest.get(name)))}"
            for name in differences
        )
        raise StoreError(f"store {path.parent}: it holds another sweep ({described}). Give a new folder, or run the sweep that is stored.")


def _short(value: Any, length: int = 120) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= length else f"{text[:length]}..."


def _write(path: Path, data: bytes) -> None:
    """Write a file as a whole or not at all: it gets its name only once it is on the disk."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    if os.name == "posix":  # the name itself must survive a crash, too
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
