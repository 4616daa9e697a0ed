"""What all tests share: hypothesis profiles, the research data, and a check that nothing global changes."""

import decimal
import locale
import os
import random
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "alliancegames-hypothesis")
# No database: a test run writes nothing beside the sources, and every run is alike.
settings.register_profile(
    "default", deadline=None, max_examples=60, database=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("ci", settings.get_profile("default"), max_examples=200)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of research data beside the project; it is not part of the package."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the research data (../shared/data, seen from the project) are not here")
    return folder


def _global_state() -> dict[str, object]:
    """Return what belongs to the user's session and no call may change."""
    state: dict[str, object] = {
        "working directory": os.getcwd(),
        "random module": random.getstate(),
        "numpy's global generator": [part.tolist() if isinstance(part, np.ndarray) else part for part in np.random.get_state()],
        "numpy's error handling": np.geterr(),
        "numpy's print options": {key: str(value) for key, value in np.get_printoptions().items()},
        "decimal context": str(decimal.getcontext()),
        "locale": locale.setlocale(locale.LC_ALL),
    }
    return state


def _figure_settings() -> dict[str, str] | None:
    """Return matplotlib's settings if it is loaded; the choice of backend is the machine's."""
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is None or not hasattr(matplotlib, "rcParams"):
        return None
    return {key: str(value) for key, value in dict.items(matplotlib.rcParams) if not key.startswith("backend")}


@pytest.fixture(autouse=True)
def _leaves_no_trace():
    """Fail a test during which the state of the user's session changed."""
    before, figures = _global_state(), _figure_settings()
    yield
    after = _global_state()
    changed = [name for name in before if before[name] != after[name]]
    if figures is not None and _figure_settings() != figures:
        changed.append("matplotlib's settings")
    assert not changed, f"the test changed the global state: {', '.join(changed)}"
