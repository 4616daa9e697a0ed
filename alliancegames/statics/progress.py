"""Progress of long work: a bar by itself on terminals and notebooks, or any callable."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Progress", "reporter"]

Progress = Callable[[int, int], None] | bool | None

# A bar appears only for work that has taken this long (seconds).
DELAY = 2.0


@contextmanager
def reporter(progress: Progress, total: int, label: str) -> Iterator[Callable[[int], None]]:
    """Yield a function that is told how many of ``total`` units are done.

    Parameters
    ----------
    progress : callable, bool or None
        A callable gets ``(done, total)``; True always shows a bar, False never; None shows one on
        terminals and notebooks once the work has taken two seconds.
    total : int
        Units of work.
    label : str
        What is being done.
    """
    if callable(progress):
        yield lambda done: progress(done, total)
        return
    from tqdm.auto import tqdm

    hidden = progress is False or (progress is None and not (sys.stderr.isatty() or "ipykernel" in sys.modules))
    with tqdm(total=total, desc=label, delay=0 if progress else DELAY, disable=hidden, leave=False) as bar:

        def advance(done: int) -> None:
            bar.update(done - bar.n)

        yield advance
