"""Arrays whose values lie in a store and are read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from xarray.backends.common import BackendArray
from xarray.core import indexing

__all__ = ["StoredArray"]


class StoredArray(BackendArray):
    """An array cut into chunks of consecutive points.

    Parameters
    ----------
    read : callable
        Takes the number of a chunk's first point; returns the chunk's part, one row a point.
    points : tuple of int
        Shape of the points.
    tail : tuple of int
        Shape of what is stored for each point.
    size : int
        Points of a chunk.
    dtype : numpy.dtype
        Type of the values.
    """

    def __init__(
        self, read: Callable[[int], np.ndarray], points: tuple[int, ...], tail: tuple[int, ...], size: int, dtype: np.dtype[Any]
    ) -> None:
        self._read, self._points, self._tail, self._size = read, points, tail, size
        self.shape = (*points, *tail)
        self.dtype = dtype

    def __getitem__(self, key: Any) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._outer)

    def _outer(self, key: tuple[Any, ...]) -> np.ndarray:
        """Return the outer product of indices: read each chunk that holds some of the points once, in order."""
        places = [np.arange(n)[part] for n, part in zip(self._points, key, strict=False)]
        rest = key[len(self._points) :]
        shape = tuple(len(place) for place in places if place.ndim)
        mesh = np.meshgrid(*(np.atleast_1d(place) for place in places), indexing="ij")
        flat = np.ravel_multi_index(tuple(part.ravel() for part in mesh), self._points)
        found = np.empty((len(flat), *self._tail), dtype=self.dtype)
        chunks = flat // self._size
        order = np.argsort(chunks, kind="stable")
        bounds = np.flatnonzero(np.diff(chunks[order])) + 1
        for group in np.split(order, bounds):
            if len(group):
                start = int(chunks[group[0]]) * self._size
                found[group] = self._read(start)[flat[group] - start]
        result = found.reshape(*shape, *self._tail)
        for axis in reversed(range(len(rest))):  # from the last on, so that an index that drops its axis moves no other
            result = result[(slice(None),) * (len(shape) + axis) + (rest[axis],)]
        return np.asarray(result, dtype=self.dtype)
