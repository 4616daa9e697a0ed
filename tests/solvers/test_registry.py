"""The table of solvers, and solvers that users write."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.errors import AllianceGamesError, SolveError, SolverNotApplicableError, UnknownLabelError
from alliancegames.solvers import Findings, Status, VertexEnumeration, applicable, choose, table

FOUND = Status("complete", "Given by hand.")


@dataclass(frozen=True)
class Given:
    """A solver that returns what it is told to."""

    strategies: tuple = ()
    name: str = "given"
    concept: str = "nash"
    description: str = "for tests"
    refusal: str | None = None
    complete: bool | None = False

    def obstacle(self, game: Any) -> str | None:
        return self.refusal

    def solve(self, game: Any) -> Findings:
        return Findings(list(self.strategies), self.complete, None, FOUND, {"source": "by hand"})


def vectors(*strategies, dtype=object) -> tuple[np.ndarray, ...]:
    return tuple(np.array(strategy, dtype=dtype) for strategy in strategies)


ONE, NONE, HALF = Fraction(1), Fraction(0), Fraction(1, 2)
DEFECT = vectors([NONE, ONE], [NONE, ONE])


@pytest.fixture
def dilemma() -> ag.NormalFormGame:
    return ag.games.prisoners_dilemma()


def test_choose(dilemma):
    assert choose("nash", dilemma).name == "vertex_enumeration"
    assert choose("pure_nash", dilemma).name == "pure_enumeration"
    assert choose("nash", ag.NormalFormGame.from_arrays(*np.zeros((3, 2, 2, 2), dtype=int))).name == "support_enumeration"
    assert choose("nash", ag.NormalFormGame.from_arrays(*np.zeros((3, 6, 6, 6), dtype=int))).name == "pure_enumeration"
    assert choose("nash", dilemma, "pure_enumeration").name == "pure_enumeration"
    with pytest.raises(UnknownLabelError, match=r"unknown solution concept 'nsh'; known: .*'nash'"):
        choose("nsh", dilemma)


def test_choose_names_every_obstacle():
    with pytest.raises(
        SolverNotApplicableError, match=r"no solver applies to this game: contributor_set needs an AggregativeGame; replacement needs"
    ):
        choose("contributions", ag.games.chicken())


def test_applicable(dilemma):
    assert applicable("nash", dilemma) == ["vertex_enumeration", "pure_enumeration", "lemke_howson"]
    assert applicable("nash", ag.NormalFormGame.from_arrays(*np.zeros((3, 2, 2, 2), dtype=int))) == [
        "support_enumeration",
        "pure_enumeration",
    ]
    assert applicable("contributions", dilemma) == []


def test_table(dilemma):
    everything = table()
    assert {"nash", "pure_nash", "markov_perfect", "contributions"} <= set(everything["concept"])
    assert list(everything.columns) == ["concept", "solver", "description"]
    assert everything["description"].str.len().min() > 10
    nash = table("nash", dilemma)
    assert list(nash["solver"]) == ["vertex_enumeration", "support_enumeration", "pure_enumeration", "lemke_howson"]
    assert list(nash["applies"] == "yes") == [True, False, True, True]
    assert "at least 3 players" in nash["applies"][1]
    assert "needs an AggregativeGame" in set(table("contributions", dilemma)["applies"])


def test_table_of_an_unknown_concept():
    with pytest.raises(UnknownLabelError, match="unknown solution concept 'nsh'"):
        table("nsh")


def test_a_solver_written_by_a_user(dilemma):
    found = ag.nash(dilemma, solver=Given((DEFECT,)))
    assert [profile.actions for profile in found] == [("defect", "defect")]
    assert (found.complete, found.status, found.status.message) == (False, "complete", "Given by hand.")
    assert found.provenance.solver == "given"
    assert found.provenance.certificate["source"] == "by hand"
    assert found.provenance.max_regret == 0


def test_its_findings_are_sorted():
    game = ag.games.stag_hunt()
    known = [profile.arrays() for profile in ag.nash(game)]
    found = ag.nash(game, solver=Given(tuple(reversed(known))))
    assert list(found) == list(ag.nash(game))


def test_its_refusal_is_respected(dilemma):
    with pytest.raises(
        SolverNotApplicableError,
        match=r"solver 'given' needs rain\. Solvers that apply: vertex_enumeration, pure_enumeration, lemke_howson",
    ):
        ag.nash(dilemma, solver=Given(refusal="needs rain"))


def test_an_incomplete_search_warns(dilemma):
    with pytest.warns(ag.errors.IncompleteSearchWarning, match="Given by hand"):
        assert ag.nash(dilemma, solver=Given((DEFECT,), complete=None)).complete is None


@pytest.mark.parametrize(
    "lie",
    [
        vectors([ONE, NONE], [NONE, ONE]),
        vectors([HALF, HALF], [NONE, ONE]),
        vectors([NONE, Fraction(2)], [NONE, ONE]),
        vectors([-ONE, Fraction(2)], [NONE, ONE]),
        vectors([NONE, HALF], [NONE, ONE]),
    ],
)
def test_a_lying_solver_is_refused(dilemma, lie):
    with pytest.raises(SolveError, match=r"solver 'given' returned .*, which is no equilibrium") as caught:
        ag.nash(dilemma, solver=Given((DEFECT, lie)))
    assert caught.value.result is not None


@pytest.mark.parametrize(
    "lie",
    [
        vectors([1.0, 0.0], [0.0, 1.0], dtype=float),
        vectors([0.0, 1.1], [0.0, 1.0], dtype=float),
        vectors([np.nan, np.nan], [0.0, 1.0], dtype=float),
        vectors([0.0, 1.0], [np.nan, 1.0], dtype=float),
        vectors([0.0, np.inf], [0.0, 1.0], dtype=float),
    ],
)
def test_a_lying_solver_is_refused_in_float_games(dilemma, lie):
    with pytest.raises(SolveError, match="which is no equilibrium"):
        ag.nash(dilemma.floats(), solver=Given((lie,)))


@pytest.mark.parametrize("shape", [DEFECT[:1], (*DEFECT, DEFECT[0]), vectors([NONE, ONE, NONE], [NONE, ONE])])
def test_profiles_of_the_wrong_shape_are_refused(dilemma, shape):
    with pytest.raises(SolveError):
        ag.nash(dilemma, solver=Given((shape,)))


def test_floats_are_no_exact_equilibria(dilemma):
    with pytest.raises(SolveError):
        ag.nash(dilemma, solver=Given((vectors([0.0, 1.0], [0.0, 1.0]),)))


def test_a_solver_of_another_concept_is_refused():
    # It would list mixed equilibria as pure ones.
    with pytest.raises(SolverNotApplicableError, match="vertex_enumeration"):
        ag.pure_nash(ag.games.stag_hunt(), solver=VertexEnumeration())


@pytest.mark.parametrize("thing", [3, None, VertexEnumeration, object()])
def test_things_that_are_no_solvers(dilemma, thing):
    with pytest.raises(AllianceGamesError, match="solver"):
        ag.nash(dilemma, solver=thing)
