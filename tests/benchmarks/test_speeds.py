"""The table of speeds can be made."""

from itertools import pairwise

import numpy as np
import pytest
import speeds

import alliancegames as ag


def test_points_are_counted_once_the_work_takes_long_enough():
    asked = []

    def prepare(points):
        asked.append(points)
        return lambda: np.sort(np.random.default_rng(0).random(200 * points)), points

    assert speeds.rate(prepare, 0.01) > 0
    assert asked[:2] == [speeds.FIRST, speeds.FIRST]
    assert all(later == 4 * earlier for earlier, later in pairwise(asked[1:]))


@pytest.mark.parametrize("key", ["two_theatre", "accession_window"])
def test_a_sweep_is_timed(key):
    assert speeds.sweep_rate(ag.models.get(key), 0.0) > 1


def test_agents_are_timed():
    assert speeds.agents_rate(lambda rng, games: rng.normal(size=(3, games, 2, 2, 2)), 0.0) > 1


def test_numbers_are_rounded_to_two_digits():
    assert [speeds._shown(number) for number in (5.4321, 1234567.0, 98.7)] == ["5", "1,200,000", "99"]
