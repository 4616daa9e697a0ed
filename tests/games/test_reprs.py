"""How games, profiles and distributions show themselves."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy

import alliancegames as ag
from alliancegames.games.anonymous import AnonymousGame, GroupMixture
from alliancegames.games.cutoff import CutoffGame, CutoffProfile
from alliancegames.games.distributions import Distribution, Logistic, Normal, PiecewiseLinear, Uniform


@pytest.mark.parametrize(
    ("distribution", "shown"),
    [
        (Uniform(-1, "1/3"), "Uniform(-1, 1/3)"),
        (Uniform(0.0, 1.5), "Uniform(0, 1.5)"),
        (Uniform(0, sympy.Symbol("top", positive=True)), "Uniform(0, top)"),
        (Normal(), "Normal(0, 1)"),
        (Logistic(2, "1/2"), "Logistic(2, 1/2)"),
        (PiecewiseLinear([(0, 0), (1, "3/4"), (2, 1)]), "PiecewiseLinear(((0, 0), (1, 3/4), (2, 1)))"),
        (Distribution(lambda c: c**2, support=(0, 1)), "<Distribution on [0, 1]>"),
        (Distribution(lambda x: 1 / (1 + math.exp(-x)), support=(-math.inf, math.inf)), "<Distribution on [-inf, inf]>"),
    ],
)
def test_distributions(distribution, shown):
    assert repr(distribution) == shown


def test_a_repr_in_whole_numbers_can_be_typed_in():
    for distribution in (Uniform(-1, 3), Normal(2, 5), Logistic(0, 2)):
        name, numbers = repr(distribution).rstrip(")").split("(")
        kind = {"Uniform": Uniform, "Normal": Normal, "Logistic": Logistic}[name]
        assert kind(*map(int, numbers.split(", "))) == distribution


def test_cutoff_game_shows_its_distributions():
    game = CutoffGame({"R": Uniform(-1, 1)}, lambda own, play: own)
    assert repr(game) == "<CutoffGame R: Uniform(-1, 1)>"


def test_cutoff_profile():
    game = CutoffGame({"each state": Uniform(0, 1)}, lambda cost, play: (1 + 7 * play["each state"]) / 10 - cost, acts="below")
    profile = CutoffProfile(game, (Fraction(1, 3),), stable=True)
    assert repr(profile) == "<CutoffProfile each state: acts below 1/3 (probability 1/3); stable>"


def test_group_mixture():
    table = [[1, 0, 0], [0, 1, 1]]
    game = AnonymousGame({"big": 1, "small": 2}, ["act", "wait"], {"big": table, "small": table})
    strategies = (np.array([Fraction(1), Fraction(0)]), np.array([Fraction(1, 3), Fraction(2, 3)]))
    assert repr(GroupMixture(game, strategies)) == "<GroupMixture big (1): act; small (2): act 1/3, wait 2/3>"


def test_trees_in_notebooks():
    """The tree as text, with its title above and nothing that a browser could take for markup."""
    after = ag.Move("Patron", {"a < b": (1, 0), "join & fight": (-1, -1)})
    tree = ag.Move("Challenger", {"wait": (0, 2), "attack": after})
    game = ag.ExtensiveGame(["Challenger", "Patron"], tree, title="Crisis <1914>")
    page = game._repr_html_()
    assert page.startswith("<pre>Crisis &lt;1914&gt;\nChallenger\n├ wait → 0, 2\n")
    assert "a &lt; b → 1, 0" in page
    assert "join &amp; fight" in page
    assert page.endswith("</pre>")
    untitled = ag.ExtensiveGame(["Challenger", "Patron"], tree)
    assert untitled._repr_html_().startswith("<pre>Challenger\n")
