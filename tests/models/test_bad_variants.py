"""Variants of models say what they need when they are given something else."""

import pytest

import alliancegames as ag
from alliancegames.errors import AllianceGamesError

BAD = ("nonsense", -1, 0, float("nan"))
DISTRIBUTIONS = {
    "alliance_selection": ("with_stakes", "observed"),
    "enlargement_trust": ("continuous",),
    "extended_deterrence_basic": ("with_costs",),
    "hands_vs_sunk": ("with_stakes",),
    "moral_hazard_contract": ("with_costs",),
    "arms_multiplier": ("with_costs",),
}


@pytest.mark.parametrize(("key", "method"), [(key, method) for key, methods in DISTRIBUTIONS.items() for method in methods])
@pytest.mark.parametrize("bad", BAD, ids=repr)
def test_no_distribution(key, method, bad):
    with pytest.raises(AllianceGamesError, match="must be a distribution such as Uniform"):
        getattr(ag.models.get(key), method)(bad)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ag.models.HandsVsSunk().facing(-1, 1), "stakes must be a distribution"),
        (lambda: ag.models.UltimatumCrisis().finite(3, "uniform"), "costs must be a distribution"),
        (lambda: ag.models.LimitedAims().uncertain(1), "costs must map values to probabilities"),
        (lambda: ag.models.ThirdPartyBargaining().graded("strong"), "support must map values to probabilities"),
        (lambda: ag.models.Restraint().uncertain("dear"), "cannot read 'dear' as a number"),
        (lambda: ag.models.Restraint().uncertain(0), "highest cost, above 0"),
        (lambda: ag.models.Attribution().with_types(3), "benefits must be a list of distributions"),
        (lambda: ag.models.DecisionSpeed().within("soon"), "cannot read 'soon' as a number"),
        (lambda: ag.models.DecisionSpeed().within(-1), "window is a length of time"),
        (lambda: ag.models.DecisionSpeed(members=True), "members is a number of members"),
        (lambda: ag.models.DecisionSpeed(rule=True), "unknown rule True"),
        (lambda: ag.plotting.to_grey(3), "a matplotlib figure is needed"),
    ],
)
def test_each_says_what_is_wrong(call, message):
    with pytest.raises(AllianceGamesError, match=message):
        call()
