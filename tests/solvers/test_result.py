"""Sets of equilibria: sequence, order, trust flags, provenance, text and tables."""

import copy
import dataclasses
import pickle
from fractions import Fraction

import pytest
from drawn_games import as_list
from hypothesis import given

import alliancegames as ag
from alliancegames.testing import bimatrix_games


@pytest.fixture
def hunt() -> ag.EquilibriumSet:
    return ag.nash(ag.games.stag_hunt())


def test_a_sequence(hunt):
    assert len(hunt) == 3
    assert list(hunt) == [hunt[0], hunt[1], hunt[2]] == list(hunt.items)
    assert hunt[-1] == hunt[2]
    assert hunt[:2] == (hunt[0], hunt[1])
    assert hunt[1] in hunt
    assert hunt.index(hunt[2]) == 2
    with pytest.raises(IndexError):
        _ = hunt[3]


def test_pure_and_mixed(hunt):
    assert [profile.actions for profile in hunt.pure] == [("stag", "stag"), ("hare", "hare")]
    assert [profile["Row"]["stag"] for profile in hunt.mixed] == [Fraction(2, 3)]


def test_arrays(hunt):
    for x, y in hunt.arrays(float):
        assert x.dtype == y.dtype == float
        assert x.sum() == pytest.approx(1, abs=1e-15)
    assert hunt.arrays()[0][0].tolist() == [1, 0]


@given(bimatrix_games(1, 3))
def test_canonical_order(game):
    listed = as_list(ag.nash(game))
    assert listed == sorted(listed, reverse=True)


def test_trust_flags(hunt):
    assert (hunt.concept, hunt.complete, hunt.exact, hunt.degenerate) == ("Nash equilibrium", True, True, False)
    assert hunt.status == "complete"
    assert hunt.status.message.startswith("Every equilibrium is listed")


def test_provenance(hunt):
    provenance = hunt.provenance
    assert (provenance.solver, provenance.version) == ("vertex_enumeration", ag.__version__)
    assert (provenance.max_regret, dict(provenance.options)) == (0, {})
    assert provenance.seconds >= 0
    floats = ag.nash(ag.games.stag_hunt().floats(), tol=1e-8).provenance
    assert dict(floats.options) == {"tol": 1e-8}
    assert type(floats.max_regret) is float


def test_frozen(hunt):
    for name in ("items", "complete", "provenance", "anything"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(hunt, name, None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        hunt.provenance.solver = "other"
    with pytest.raises(TypeError):
        hunt.items[0] = None


def test_options_and_certificates_are_read_only():
    found = ag.nash(ag.NormalFormGame.from_bimatrix([[0.0]], [[0.0]]))
    for mapping in (found.provenance.options, found.provenance.certificate):
        with pytest.raises(TypeError):
            mapping["tol"] = 1


def test_equality_ignores_the_time_taken(hunt):
    slow = hunt.replace(provenance=dataclasses.replace(hunt.provenance, seconds=3600.0))
    assert slow == hunt
    assert hash(slow) == hash(hunt)
    assert hunt != hunt.replace(complete=None)
    assert hunt != hunt.replace(items=hunt.items[:2])
    assert hunt != list(hunt)


def test_results_of_different_games_differ_even_if_empty():
    pennies = [ag.pure_nash(ag.games.matching_pennies(win)) for win in (1, 2)]
    assert pennies[0] == ag.pure_nash(ag.games.matching_pennies(1))
    assert pennies[0] != pennies[1]


def test_pickle_and_copy(hunt):
    for twin in (pickle.loads(pickle.dumps(hunt)), copy.copy(hunt), copy.deepcopy(hunt)):
        assert twin == hunt
        assert twin.status.message == hunt.status.message


@pytest.mark.parametrize(
    ("found", "headline"),
    [
        (lambda: ag.nash(ag.games.stag_hunt()), "3 Nash equilibria (complete, exact, nondegenerate game)"),
        (lambda: ag.nash(ag.games.prisoners_dilemma()), "1 Nash equilibrium (complete, exact, nondegenerate game)"),
        (lambda: ag.pure_nash(ag.games.matching_pennies()), "0 pure Nash equilibria (complete, exact)"),
        (lambda: ag.nash(ag.games.chicken().floats()), "3 Nash equilibria (complete, floating point, nondegenerate game)"),
        (
            lambda: ag.nash(ag.NormalFormGame.from_bimatrix([[0], [0]], [[0], [0]])),
            "2 Nash equilibria (complete, exact, degenerate game: extreme points listed)",
        ),
    ],
)
def test_headline(found, headline):
    assert repr(found()).splitlines()[0] == f"<EquilibriumSet: {headline}>"
    assert found().summary().splitlines()[0] == headline


def test_repr_lists_the_equilibria(hunt):
    assert repr(hunt).splitlines()[1:] == ["  (stag) × (stag)", "  (stag 2/3, hare 1/3) × (stag 2/3, hare 1/3)", "  (hare) × (hare)"]


def test_summary(hunt):
    text = hunt.summary()
    assert "1. (stag) × (stag)   payoffs: Row 4, Column 4" in text
    assert "payoffs: Row 3, Column 3" in text
    assert "status: complete." in text
    assert "solver: vertex_enumeration; largest regret found by the independent check: 0" in text


# ---------------------------------------------------------------- tables


@pytest.fixture
def odd_names() -> ag.EquilibriumSet:
    game = ag.NormalFormGame.from_bimatrix(
        [[1, 0], [0, 1]], [[1, 0], [0, 1]], players=["<b>A</b>", "B & C"], actions=[["<b>", "50%_x"], ["$y", "#z"]]
    )
    return ag.nash(game)


def test_dataframe(hunt):
    frame = hunt.to_dataframe()
    assert len(frame) == 3
    cells = {str(cell) for cell in frame.to_numpy().ravel()}
    assert "7/2" not in cells
    assert {"4", "3"} <= cells or {"Fraction(4, 1)", "Fraction(3, 1)"} <= cells
    assert frame.columns.is_unique


def test_dataframe_of_no_equilibria():
    assert len(ag.pure_nash(ag.games.matching_pennies()).to_dataframe()) == 0


def test_html(hunt, odd_names):
    assert "<table" in hunt._repr_html_()
    html = odd_names._repr_html_()
    assert "<b>A</b>" not in html
    assert "&lt;b&gt;A&lt;/b&gt;" in html
    assert "B &amp; C" in html


def test_latex(hunt, odd_names):
    latex = hunt.to_latex()
    assert r"\begin{tabular}" in latex
    assert r"\end{tabular}" in latex
    assert r"\begin{table}" not in latex
    captioned = hunt.to_latex(caption="Equilibria", label="tab:hunt")
    assert r"\begin{table}" in captioned
    assert r"\caption{Equilibria}" in captioned
    assert r"\label{tab:hunt}" in captioned
    escaped = odd_names.to_latex()
    assert r"B \& C" in escaped
    assert r"50\%\_x" in escaped


def test_game_tables(odd_names):
    game = odd_names.game
    assert "&lt;b&gt;" in game._repr_html_()
    assert "<b>" not in game._repr_html_()
    latex = game.to_latex(caption="Game")
    assert r"\begin{tabular}" in latex
    assert r"\#z" in latex
    assert "50%_x" in str(game)
