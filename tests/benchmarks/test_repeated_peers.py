"""The comparison of repeated games with QuantEcon runs, and we are no slower."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("repeated_peers.py")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Run the comparison by itself, as its docstring says: the peer may spoil the memory of the process."""
    file = tmp_path_factory.mktemp("peers") / "table.csv"
    subprocess.run([sys.executable, str(SCRIPT), str(file), "--repeats", "2"], capture_output=True, text=True, timeout=300, check=True)
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def rows(table, game):
    found = [row for row in table if row["game"] == game]
    assert found
    return found


def test_points_and_segments_are_answers_and_not_errors(table):
    (sexes,) = rows(table, "Battle of the sexes")
    assert "QhullError" in sexes["QuantEcon"]
    assert sexes["our answer"] == "a segment (exact), 2 corners"
    assert all(row["our answer"] for row in table)


@pytest.mark.parametrize(("game", "least"), [("Abreu & Sannikov (2014)", 1), ("Cournot 15×15", 0.5)])
def test_we_are_no_slower(table, game, least):
    """Factors are about 25 and more, so that a busy machine does not matter."""
    for row in rows(table, game):
        assert float(row["factor"].removeprefix("×")) >= least, row


def test_a_table_with_transfers_takes_less_than_a_second(table):
    (row,) = rows(table, "Cournot 30×30 with transfers")
    assert re.fullmatch(r"[\d.]+ ms", row["exact"]), row
    assert row["our answer"] == "17 critical discount factors (exact)"
