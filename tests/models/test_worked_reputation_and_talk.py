"""Worked numbers of the reputation chain and of consultation as cheap talk."""

from fractions import Fraction

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.games.cheap_talk import CheapTalkGame
from alliancegames.games.distributions import Uniform
from alliancegames.models.credibility._reputation_play import betas

SIX = ag.models.ReputationChain(cred_patron="1/10", gain_challenger="1/2", value_peace_patron=2).chain(6)


def test_thresholds_are_powers_of_the_gain():
    assert [float(beta) for beta in betas(SIX.values().b)[:0:-1]] == pytest.approx([0.015625, 0.03125, 0.0625, 0.125, 0.25, 0.5])
    assert SIX.exposed() == 3, "the first three of six protégés are safe"


def test_challenges_met_by_a_weak_and_by_a_tough_patron():
    assert SIX.challenges(tough=False) == (0, 0, 0, 1, Fraction(5, 6), Fraction(35, 36))
    assert SIX.challenges(tough=True) == (0, 0, 0, 1, Fraction(1, 2), Fraction(3, 4))


def test_the_formulas_are_a_sequential_equilibrium_of_four_protégés():
    """Independent check of one-shot deviations and of Bayes' rule on the whole tree."""
    four = SIX.chain(4)
    assert ag.sequential_rationality(four.equilibrium())
    wrong = four.replace(cred_patron="3/10")
    play = four.equilibrium()
    assert wrong.equilibrium() != play


def test_play_by_hand_at_the_example():
    """A weak patron defends the fourth protégé with probability 1/3; the reputation jumps to 1/4, then to 1/2."""
    belief, defend = Fraction(1, 10), []
    for n in (3, 2):
        following = Fraction(1, 2) ** (n - 1)
        defend.append((1 - following) * belief / ((1 - belief) * following))
        belief = belief / (belief + (1 - belief) * defend[-1])
    assert defend == [Fraction(1, 3), Fraction(1, 3)]
    assert belief == Fraction(1, 2)
    assert SIX.chain(3).thresholds()["y"] == Fraction(1, 3)


def test_value_of_a_weak_patron_by_backward_recursion():
    """Three safe protégés are worth a = 2 each; from the first challenge on a weak patron is indifferent to yielding now."""
    rng = np.random.default_rng(5)
    total, runs = 0.0, 40_000
    for _ in range(runs):
        belief = 0.1
        for n in range(6, 0, -1):
            here, following = 0.5**n, 0.5 ** (n - 1)
            if belief > here + 1e-12:
                challenged = False
            elif belief < here - 1e-12:
                challenged = True
            else:
                challenged = rng.random() > 1 / 2
            if not challenged:
                total += 2
                continue
            defends = n > 1 and (belief >= following or rng.random() < (1 - following) * belief / ((1 - belief) * following))
            total += -1 if defends else 0
            belief = max(belief, following) if defends else 0.0
    assert total / runs == pytest.approx(6, abs=0.04)


@pytest.mark.parametrize(
    ("bias", "cells", "cuts", "receiver"),
    [
        ("1/20", 3, ["2/15", "7/15"], -0.015926),
        ("1/10", 2, ["3/10"], -0.030833),
        ("1/5", 2, ["1/10"], -0.060833),
        ("1/50", 5, None, -0.006533),
        ("1/4", 1, [], -1 / 12),
    ],
)
def test_cheap_talk(bias, cells, cuts, receiver):
    model = ag.models.CheapTalkConsultation(bias=bias)
    best = model.solve().equilibria[-1]
    assert best.n_cells == cells == model.thresholds()["N"]
    if cuts is not None:
        assert list(best.cuts) == [Fraction(cut) for cut in cuts]
    assert float(best.payoffs["Ally"]) == pytest.approx(receiver, abs=5e-7)
    assert best.payoffs["Adviser"] == best.payoffs["Ally"] - Fraction(bias) ** 2


def test_brute_force_over_200_states_meets_the_cuts():
    """Of all ways to split 200 equally likely states in three, those that are equilibria lie at the continuous cuts."""
    game = CheapTalkGame(Uniform(0, 1), "1/20").discretised(200)
    states = [float(s) for s in game.states]
    bias, means = 0.05, lambda i, j: (states[i] + states[j - 1]) / 2
    found = []
    for i in range(1, 199):
        for j in range(i + 1, 200):
            low, middle, high = means(0, i), means(i, j), means(j, 200)
            # The last sender below a cut prefers the lower message, the first one above it the higher message.
            fits = all(
                abs(states[k] + bias - own) <= abs(states[k] + bias - other) + 1e-12
                for k, own, other in ((i - 1, low, middle), (i, middle, low), (j - 1, middle, high), (j, high, middle))
            )
            if fits:
                found.append(((states[i - 1] + states[i]) / 2, (states[j - 1] + states[j]) / 2))
    assert found
    assert min(max(abs(a - 2 / 15), abs(b - 7 / 15)) for a, b in found) <= 0.005
    assert all(max(abs(a - 2 / 15), abs(b - 7 / 15)) <= 0.02 for a, b in found)
