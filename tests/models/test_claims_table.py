"""The claims table: every entry rests on a proposition that is checked and on numbers that the solver finds again."""

from fractions import Fraction as F

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.errors import ParameterError
from alliancegames.models.claims import Claim, ClaimEntry, ClaimExample, Claims
from alliancegames.models.propositions import random_models

ENTRIES = [(claim, entry) for claim in ag.claims() for entry in claim.entries]
every_entry = pytest.mark.parametrize(("claim", "entry"), ENTRIES, ids=[f"{claim.sentence[:25]}-{entry.model}" for claim, entry in ENTRIES])
SIDES = [(entry, side) for _, entry in ENTRIES for side in ("holds", "reversed") if getattr(entry, side) is not None]

SENTENCES = (
    "credible guarantees deter",
    "when a partner can rely on others the cost of aggression rises",
    "commitments embolden",
    "the small exploit the great",
    "integration costs autonomy and buys security",
    "clear standards, transparent reporting and reciprocity sustain alliances",
    "enlargement deters",
    "enlargement provokes",
    "larger alliances decide more slowly",
    "alliances restrain partners",
    "dependence draws allies into each other's wars",
    "larger groups provide less",
    "reliable allies replace arms",
    "power transitions are dangerous",
    "fear alone can destroy peace",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_sentences_are_there_and_found_by_their_words(sentence):
    assert sentence in [claim.sentence.lower() for claim in ag.claims().find(sentence)]


@every_entry
def test_evidence_is_a_proposition_that_holds_on_random_draws(claim, entry):
    (stated,) = [s for s in ag.models.get(entry.model).propositions if s.name == entry.proposition]
    assert entry.status == stated.status == "verified", "a recalled result may be mentioned, but is no evidence"
    points = random_models(ag.models.get(entry.model), 8, np.random.default_rng(7), stated.when)
    assert all(stated.holds(point) for point in points)


@pytest.mark.parametrize(("entry", "side"), SIDES, ids=[f"{entry.model}-{entry.outcome}-{side}" for entry, side in SIDES])
def test_numbers_are_what_the_solver_finds(entry, side):
    shown = getattr(entry, side)
    model = ag.models.get(entry.model)
    assert entry.outcome in {outcome.name for outcome in model.outcomes} | set(model.completed().thresholds())
    assert (entry.solve(shown.before), entry.solve(shown.after)) == shown.numbers
    assert shown.before != shown.after
    assert (shown.effect == entry.expected) is (side == "holds")


@every_entry
def test_verdicts_follow_from_the_examples(claim, entry):
    sides = {"holds": entry.holds, "reversed": entry.reversed}
    given = [name for name, shown in sides.items() if shown is not None]
    assert given, "an entry needs an example"
    assert entry.verdict == ("depends" if len(given) == 2 else given[0])
    assert entry.condition.endswith(".")
    assert claim.verdict == ("depends" if len({e.verdict for e in claim.entries}) > 1 else entry.verdict)


@pytest.mark.parametrize(("model", "text"), [(entry.model, text) for _, entry in ENTRIES for text in entry.proved])
def test_inequalities_are_proved(model, text):
    assert ag.models.get(model).prove(text).status == "proved"


def test_table():
    table = ag.claims().to_dataframe()
    assert len(table) == len(ENTRIES)
    assert set(table["verdict"]) <= {"holds", "reversed", "depends"}
    assert set(table["status"]) == {"verified"}
    assert "Commitments embolden" in ag.claims()._repr_html_()
    assert repr(ag.claims()).startswith(f"<Claims: {len(ag.claims())}>")
    assert len(ag.claims()[:2]) == 2
    assert not ag.claims().find("phlogiston")
    assert "accession_window (depends)" in str(ag.claims().find("enlargement provokes")[0])


def test_effects_are_read_off_all_equilibria():
    def effect(was, now):
        return ClaimExample({"a": 1}, {"a": 2}, (tuple(map(F, was)), tuple(map(F, now)))).effect

    assert effect([0], [1]) == effect([0], [0, 1]) == effect([0, 1], [1]) == "rises"
    assert effect([1], [0]) == effect([0, 1], [0]) == "falls"
    assert effect([0, 1], [0, 1]) == effect([F(1, 3)], [F(1, 3)]) == "stays"
    with pytest.raises(ParameterError, match="spreads or narrows"):
        effect([F(1, 2)], [0, 1])


def test_a_wrong_proposition_is_named():
    entry = ClaimEntry("tripwire", "p_war", "falls", "Never.", "", "tied hand")
    with pytest.raises(ag.errors.UnknownLabelError, match="tied hands"):
        _ = entry.status
    assert Claims((Claim("x", "deterrence", (entry,)),))[0].verdict == "reversed"
