"""The comparison of stacks with peers runs, and the exact peer misses nothing that we found."""

import batch_peers
import pytest


@pytest.mark.parametrize("kind", batch_peers.KINDS)
def test_comparison_runs(kind):
    pytest.importorskip("pygambit", reason="peer for comparison")
    pytest.importorskip("quantecon", reason="peer for comparison")
    label, speed, alone, decided, ours, *others, gambit, nashpy = batch_peers.compare((2, 2), kind, 300, 5)
    assert label == f"2×2 {kind}"
    assert all(int(number.replace(",", "")) > 0 for number in (speed, alone))
    assert decided == "0.0%"
    for cell in (ours, gambit):
        assert "; 0 of " in cell
    assert all(cell.startswith("×") for cell in (ours, *others, gambit, nashpy))
