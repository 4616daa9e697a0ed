"""The comparison of repeated games with QuantEcon runs; how fast is for people to read, since machines are noisy."""

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


@pytest.mark.parametrize("game", ["Abreu & Sannikov (2014)", "Cournot 15×15"])
def test_times_are_compared(table, game):
    for row in rows(table, game):
        assert re.fullmatch(r"×[\d.,]+", row["factor"]), row


def test_a_table_with_transfers_is_complete(table):
    (row,) = rows(table, "Cournot 30×30 with transfers")
    assert re.fullmatch(r"[\d.]+ m?s", row["exact"]), row
    assert row["our answer"] == "17 critical discount factors (exact)"
