"""Figures of scripts: shown where there is a screen, and written where a script runs from a command line."""

from __future__ import annotations

import argparse
import sys
import warnings
from itertools import count
from pathlib import Path
from typing import Any
from weakref import WeakSet

__all__ = ["show"]

FORMATS = ("png", "pdf", "svg")
# The figures written so far, and the numbers of their files.
_written: WeakSet[Any] = WeakSet()
_numbers = count(1)


def show() -> None:
    """Show the open figures, and write those of a script that runs from a command line.

    In a notebook this is ``matplotlib.pyplot.show()``. Called at the end of a script, it first writes the figures into the folder
    ``figures``, named after the script: ``python plot_signs.py --format pdf --out drafts`` writes ``drafts/signs.pdf``, with text
    that stays text. Further figures are numbered.
    """
    import matplotlib.pyplot as plt

    caller = sys._getframe(1).f_globals
    if _is_program(caller):
        _write(Path(caller["__file__"]), str(caller["__doc__"] or ""))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*is non-interactive")  # no screen, no window
        plt.show()


def _is_program(namespace: dict[str, Any]) -> bool:
    """Return whether a module is the script that the command line names; a gallery collects its figures itself."""
    file = namespace.get("__file__")
    if namespace.get("__name__") != "__main__" or file is None or "sphinx_gallery" in sys.modules:
        return False
    return Path(file).resolve() == Path(sys.argv[0]).resolve()


def _write(script: Path, text: str) -> None:
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    parser = argparse.ArgumentParser(description=next((line for line in text.splitlines() if line.strip()), None))
    parser.add_argument("--format", choices=FORMATS, default="png", help="format of the figures (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("figures"), help="folder for the figures (default: %(default)s)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    stem = script.stem.removeprefix("plot_")
    with mpl.rc_context({"pdf.fonttype": 42, "svg.fonttype": "none"}):
        for figure in [plt.figure(number) for number in plt.get_fignums()]:
            if figure not in _written:
                number = next(_numbers)
                file = options.out / f"{stem if number == 1 else f'{stem}-{number}'}.{options.format}"
                figure.savefig(file, dpi=160)
                _written.add(figure)
                print(f"figure: {file}")
