"""The shape of the package: short modules, one subject each."""

import statistics
from pathlib import Path

import alliancegames as ag

MODULES = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in Path(ag.__file__).parent.rglob("*.py")}


def test_no_module_is_long():
    assert {path.name: lines for path, lines in MODULES.items() if lines > 600} == {}


def test_modules_are_short_on_the_whole():
    assert statistics.median(MODULES.values()) <= 200
