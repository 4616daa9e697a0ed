"""The comparison with peers runs, and finds us complete against the exact peer."""

import peers
import pytest


def test_comparison_runs():
    pytest.importorskip("pygambit", reason="peer for comparison")
    results = peers.compare(2, "tied", 4)
    *_, found, total = results[peers.OURS]
    assert found == total == results["pygambit enummixed, exact"][2] == results["alliancegames, floats"][2] > 0
    assert all(0 <= found <= total for *_, found, total in results.values())
    assert results[peers.OURS][1] == 1


def test_a_cell_of_the_table():
    assert peers._cell(2.345, 4.56, 7, 9) == "2.3 ms (×4.6); 7 of 9"
    assert peers._cell(12345.0, 678.9, 7, 9) == "12 s (×679); 7 of 9"
