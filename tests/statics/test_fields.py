"""Fields of signs against the derivative at many points of each box."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.stats import norm

import alliancegames as ag
from alliancegames.errors import ClaimError, ParameterError, SolverNotApplicableError
from alliancegames.statics import sign_field

MODEL = ag.models.StrategicProbit(u11="0.174", u13="1.74")
U11, U13 = 0.174, 1.74


def attack(u24, u14):
    """Compute the probability of attack by hand."""
    resist = norm.cdf(u24 / 2**0.5)
    gain = (1 - resist) * U13 + resist * u14 - U11
    return norm.cdf(gain / np.sqrt(1 + resist**2 + (1 - resist) ** 2))


@pytest.fixture(scope="module")
def field():
    return sign_field(MODEL, "d(p_attack)/d(u24)", "u24", "u14", xlim=(-3, 3), ylim=(0, "1.74"), depth=4)


def test_signs_agree_with_the_slope_at_points_of_each_box(field):
    rng = np.random.default_rng(0)
    assert {1, -1, 0} == set(field.signs.tolist())
    for _ in range(5):
        points = field.low + rng.random(field.low.shape) * (field.high - field.low)
        slope = (attack(points[:, 0] + 1e-5, points[:, 1]) - attack(points[:, 0] - 1e-5, points[:, 1])) / 2e-5
        assert (slope[field.signs == 1] > -1e-9).all() and (slope[field.signs == -1] < 1e-9).all()


def test_boxes_tile_the_plane(field):
    areas = np.prod(field.high - field.low, axis=1)
    assert areas.sum() == pytest.approx(6 * 1.74)
    assert field.share(1) + field.share(-1) + field.share(0) == pytest.approx(1)
    deeper = sign_field(MODEL, "d(p_attack)/d(u24)", "u24", "u14", xlim=(-3, 3), ylim=(0, "1.74"), depth=6)
    assert deeper.share(0) < field.share(0) / 2


def test_regimes_have_formulas_too():
    bluff = sign_field(ag.models.UnilateralDeterrence(), "d(p_war)/d(c_SQ)", "p_C", "p_D", regime="Bluff", depth=3)
    assert bluff.share(-1) > 0.9 and bluff.share(1) == 0


def test_plot(field):
    ax = field.plot()
    assert [text.get_text().split(" (")[0] for text in ax.get_legend().get_texts()] == ["proved positive", "proved negative", "open"]
    assert ax.get_xlim() == (-3, 3)
    plt.close("all")


def test_bad_arguments():
    with pytest.raises(ParameterError, match="depth"):
        sign_field(MODEL, "p_attack", "u24", "u14", depth=99)
    with pytest.raises(ParameterError, match="two parameters"):
        sign_field(MODEL, "p_attack", "u24", "u24")
    with pytest.raises(ParameterError, match="range of u24"):
        sign_field(MODEL, "p_attack", "u24", "u14", xlim=(1, 0))
    with pytest.raises(ClaimError, match="unknown name"):
        sign_field(MODEL, "p_peace", "u24", "u14")
    with pytest.raises(SolverNotApplicableError, match="minima or maxima"):
        sign_field(ag.models.ExtendedDeterrenceBasic(), "rho", "a", "v")
