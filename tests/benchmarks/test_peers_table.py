"""The comparison with peers runs, and finds us complete against the exact peer."""

import peers
import pytest


def test_comparison_runs():
    pytest.importorskip("pygambit", reason="peer for comparison")
    results = peers.compare(2, "tied", 4)
    _, found, total = results["alliancegames, exact"]
    assert found == total == results["pygambit enummixed, exact"][1] > 0
    assert all(0 <= found <= total for _, found, total in results.values())
