import subprocess
import sys
from pathlib import Path


def test_comparison_runs():
    """By itself, as its docstring says: the peer may spoil the memory of the process."""
    script = Path(__file__).with_name("repeated_peers.py")
    run = subprocess.run(
        [sys.executable, str(script), "--repeats", "1", "--only", "Battle of the sexes"],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert "QhullError" in run.stdout
    assert "a segment (exact), 2 corners" in run.stdout
