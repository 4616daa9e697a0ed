"""Regimes derived from payoffs against the exact solvers at random points, and what is proved about them."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import ParameterError, SolverNotApplicableError
from alliancegames.models.from_game import model_of
from alliancegames.models.propositions import random_models
from alliancegames.models.signalling_form import refined
from alliancegames.statics.parameter_space import ParameterSpace

# Models whose equilibria the derivation lists completely, and points drawn for each.
MODELS = ag.models.all_models()
NORMAL = ["alliance_dilemma", "commitment_design", "unilateral_deterrence"]
SIGNALS = ["coalition_signal", "enlargement_trust"]
TREES = ["interaction_game", "tped"]
STATES = ["accession_window", "alliance_stochastic"]
POINTS = 60

maps = {}


def derived(key, refinement=None):
    """Derive the regimes of a model once."""
    if (key, refinement) not in maps:
        maps[key, refinement] = ag.regimes(MODELS[key](), refinement=refinement)
    return maps[key, refinement]


def exactly(lottery):
    """Return a strategy with its exact positive weights."""
    pairs = {action: Fraction(int(w.p), int(w.q)) for action, w in ((a, sympy.Rational(w)) for a, w in lottery.items())}
    return tuple(sorted((action, weight) for action, weight in pairs.items() if weight))


def listed(regimes, model):
    """Return the equilibria that a map lists at a point, None on a boundary or at an end of a domain."""
    values = model.values()
    inside = [regime for regime in regimes if regime.contains(values)]
    codes = regimes.codes(values, (), lambda k: values)
    if codes == -1:
        return None
    assert len(inside) == 1 and regimes.containing(values) == (inside[0].name,)
    return {tuple(map(exactly, profile)) for profile in inside[0].equilibria(values)}


def points(key, count=POINTS, seed=5):
    return random_models(MODELS[key](), count, np.random.default_rng(seed))


def nash_profiles(game):
    return {profile_of(item) for item in ag.nash(game)}


def profile_of(item):
    return tuple(exactly(item[player]) for player in item.game.players)


@pytest.mark.parametrize("key", NORMAL)
def test_normal_forms_agree_with_exact_enumeration(key):
    regimes = derived(key)
    assert regimes.complete
    inside = 0
    for model in points(key):
        found = listed(regimes, model)
        if found is not None:
            inside += 1
            assert found == nash_profiles(model.game())
    assert inside > POINTS / 3  # half of the points lie on a coarse grid, where ties are common


def test_bayesian_game_agrees_with_exact_enumeration():
    regimes = derived("mutual_deterrence")
    seen = set()
    for model in points("mutual_deterrence", 40):
        found = listed(regimes, model)
        if found is not None:
            seen |= set(regimes.containing(model.values()))
            assert found == nash_profiles(model.game().ex_ante())
    assert len(seen) > 3


def behaviours(family):
    """Return the corners of a family of perfect Bayesian equilibria as the map writes profiles."""
    game = family.game
    for sender in family.sender_vertices:
        for receiver in family.receiver_vertices:
            types = [exactly({f"{kind}: {m}": w for m, w in sender[kind].items()}) for kind in game.types]
            replies = [exactly({f"{m}: {r}": w for r, w in receiver[m].items()}) for m in game.messages if len(game.replies[m]) == 2]
            yield (*types, *replies)


@pytest.mark.parametrize("key", SIGNALS)
def test_signalling_games_agree_with_the_solver(key):
    regimes = derived(key)
    inside = 0
    for model in points(key, 30):
        found = listed(regimes, model)
        if found is not None:
            inside += 1
            assert found == {corner for family in model.solve().equilibria for corner in behaviours(family)}
    assert inside > 8


def test_refined_map_agrees_with_the_refinement_report():
    regimes = derived("unilateral_deterrence", "D1")
    for model in points("unilateral_deterrence", 30):
        found = listed(regimes, model)
        if found is not None:
            assert found == {corner for family in model.refined("D1").families for corner in behaviours(family)}


def test_straddling_and_its_refinement_are_derived():
    """The deterrence-restraint dilemma, in which hard challengers may gain from support or lose by it."""
    plain, strict = derived("tripartite_crisis"), derived("tripartite_crisis", "D1")
    assert {"Straddle / No demand", "Restraint / No demand"} < set(plain.names)
    assert set(strict.names) == {"Deterrence", "Confrontation", "Straddle", "Restraint"} and strict.coverage().is_partition
    inside = 0
    for model in points("tripartite_crisis", 30):
        game = model.folded()
        families = list(ag.perfect_bayesian(game))
        for regimes, own in ((plain, families), (strict, refined(game, "D1", families).families)):
            found = listed(regimes, model)
            if found is not None:
                inside += 1
                assert found == {corner for family in own for corner in behaviours(family)}
    assert inside > 20


def pure_subgame_perfect(game, k=0):
    """List all pure subgame-perfect plans of a tree with perfect information, and the payoffs that follow, by brute force."""
    node = game.nodes[k]
    if node.payoffs is not None:
        return [({}, node.payoffs)]
    found = []
    for combination in product(*(pure_subgame_perfect(game, child) for child in node.children)):
        plan = {label: action for below, _ in combination for label, action in below.items()}
        if node.chance is not None:
            shares = zip(node.chance, combination, strict=True)
            found.append((plan, [sum(column) for column in zip(*([q * v for v in payoffs] for q, (_, payoffs) in shares), strict=True)]))
            continue
        own = game.information_sets[node.information_set]
        best = max(payoffs[own.player] for _, payoffs in combination)
        for action, (_, payoffs) in zip(own.actions, combination, strict=True):
            if payoffs[own.player] == best:
                found.append(({**plan, own.label: action}, payoffs))
    return found


@pytest.mark.parametrize("key", TREES)
def test_trees_agree_with_backward_induction(key):
    regimes = derived(key)
    inside = 0
    for model in points(key, 40):
        found = listed(regimes, model)
        if found is not None:
            inside += 1
            expected = {frozenset(plan.items()) for plan, _ in pure_subgame_perfect(model.game())}
            assert {frozenset(tuple(lottery[0][0].rsplit(": ", 1)) for lottery in profile) for profile in found} == expected
    assert inside > 10


@pytest.mark.parametrize("key", STATES)
def test_stochastic_games_agree_with_policy_enumeration(key):
    regimes = derived(key)
    assert not regimes.complete and "mixed" in regimes.unexamined[0]
    inside = 0
    for model in points(key, 40):
        found = listed(regimes, model)
        if found is None:
            continue
        inside += 1
        game = model.game()
        choosing = [state for state in game.states if any(len(own) > 1 for own in game.actions[state])]
        pure = {tuple(((f"{state}: {' & '.join(item[state])}", Fraction(1)),) for state in choosing) for item in ag.markov_perfect(game)}
        assert found == pure
    assert inside > 10


def test_classic_map_is_a_proved_partition():
    regimes = derived("unilateral_deterrence", "D1")
    assert regimes.names == ("Certain Deterrence", "Separating", "Attack", "Bluff")
    coverage = regimes.coverage()
    assert coverage.is_partition and coverage.disjoint and coverage.covering and coverage.inhabited
    assert set(coverage.witnesses) == set(regimes.names)
    for name, witness in coverage.witnesses.items():
        assert regimes.locate({str(symbol): value for symbol, value in witness.items()}) == (name,)
    assert set(regimes.neighbours()) == {
        ("Certain Deterrence", "Separating"),
        ("Separating", "Attack"),
        ("Separating", "Bluff"),
        ("Attack", "Bluff"),
    }


def test_declared_map_of_the_flagship_is_proved_from_the_payoffs():
    coverage = ag.models.UnilateralDeterrence().regimes().coverage()
    assert coverage.is_partition and coverage.equilibria_proved


def test_unrefined_map_keeps_the_equilibrium_that_beliefs_discard():
    names = derived("unilateral_deterrence").names
    assert names[0] == "Certain Deterrence"
    assert all("Steadfast Deterrence" in name for name in names[1:])


def test_basic_war_theorem_is_derived():
    regimes = ag.regimes(ag.models.InteractionGame(), by="outcome")
    assert set(regimes.names) == {"AcqA", "AcqB", "Nego", "SQ", "War"}
    assert {str(condition) for condition in regimes.conditions("War")} == {
        "a_CapA >= a_WarB",
        "a_WarA >= a_AcqA",
        "b_CapA >= b_Nego",
        "b_WarA >= b_AcqB",
    }
    assert regimes.coverage().is_partition


# ---------------------------------------------------------------- random games

x, y = sympy.symbols("x y")


@st.composite
def symbolic_games(draw):
    """Draw games up to 4×4 with payoffs linear in two symbols; small numbers, so that they tie identically at times."""
    shape = draw(st.sampled_from([(2, 2), (2, 2), (2, 3), (3, 2), (3, 3), (2, 4)]))
    numbers = st.integers(-2, 2)
    symbol = st.sampled_from([0, 0, 0, x, y, x - y])
    tables = [[[draw(numbers) + draw(symbol) for _ in range(shape[1])] for _ in range(shape[0])] for _ in range(2)]
    return ag.NormalFormGame.from_bimatrix(*tables, field="symbolic")


@settings(max_examples=6, deadline=None)
@given(symbolic_games(), st.integers(0, 2**32 - 1))
def test_random_games_agree_with_exact_enumeration(game, seed):
    if not game.free_symbols:
        with pytest.raises(ParameterError, match="no symbols"):
            ag.regimes(game)
        return
    regimes = ag.regimes(game)
    coverage = regimes.coverage()
    assert coverage.is_partition and coverage.equilibria_proved
    rng = np.random.default_rng(seed)
    for _ in range(12):
        numbers = {str(symbol): Fraction(int(rng.integers(-400, 400)), 97) for symbol in game.free_symbols}
        model = regimes.model.replace(**numbers)
        found = listed(regimes, model)
        if found is not None:
            assert found == nash_profiles(game.subs(numbers))


def test_four_by_four_game_with_parameters():
    rng = np.random.default_rng(3)
    rows, columns = rng.integers(-9, 9, (2, 4, 4)).astype(object)
    rows[0, 0], rows[1, 1], columns[2, 2] = rows[0, 0] + x, rows[1, 1] - x, columns[2, 2] + y
    regimes = ag.regimes(ag.NormalFormGame.from_bimatrix(rows.tolist(), columns.tolist(), field="symbolic"))
    assert regimes.complete and regimes.coverage().is_partition
    for k in range(60):
        numbers = {"x": Fraction(int(rng.integers(-900, 900)), 53), "y": Fraction(int(rng.integers(-900, 900)), 59)}
        model = regimes.model.replace(**numbers)
        found = listed(regimes, model)
        if found is not None:
            assert found == nash_profiles(model.game()), k


def test_three_players_list_what_two_mix_and_say_so():
    table = {
        (a, b, c): (x * int(a == b) + int(b == c), int(a != c) + 2 * int(b == a), 1 - x * int(c == a))
        for a in (0, 1)
        for b in (0, 1)
        for c in (0, 1)
    }
    game = ag.NormalFormGame(
        ["A", "B", "C"], [["0", "1"]] * 3, {tuple(map(str, cell)): value for cell, value in table.items()}, field="symbolic"
    )
    regimes = ag.regimes(game, assuming=(x > 0,))
    assert regimes.complete is False and "more than two" in regimes.unexamined[0]
    for number in ("1/3", "5/7", "13/5"):
        model = regimes.model.replace(x=number)
        pure = {profile_of(item) for item in ag.pure_nash(model.game())}
        assert pure <= listed(regimes, model)
        assert all(model.game().is_nash([dict(s) for s in profile]) for profile in listed(regimes, model))


def test_denominators_of_known_sign_are_cleared_and_others_refused():
    p = sympy.Symbol("p", positive=True)
    half = ag.NormalFormGame.from_bimatrix([[1 / (1 + p), 0], [0, p]], [[1, 0], [0, 1]], field="symbolic")
    assert ag.regimes(half).coverage().is_partition
    open_ = ag.NormalFormGame.from_bimatrix([[1 / (1 - p), 0], [0, p]], [[1, 0], [0, 1]], field="symbolic")
    with pytest.raises(SolverNotApplicableError, match="may vanish"):
        ag.regimes(open_)


def test_functions_that_cannot_be_decided_are_refused():
    p = sympy.Symbol("p", positive=True)
    game = ag.NormalFormGame.from_bimatrix([[sympy.exp(p), 0], [0, 1]], [[1, 0], [0, 1]], field="symbolic")
    with pytest.raises(SolverNotApplicableError, match="not a rational function"):
        ag.regimes(game)


def test_ends_of_closed_domains_count_as_boundary():
    regimes = derived("unilateral_deterrence")
    inside, end = ag.models.UnilateralDeterrence(p_C="1/2", p_D="9/10"), ag.models.UnilateralDeterrence(p_C=1, p_D="9/10")
    values = [model.completed().values() for model in (inside, end)]
    assert [int(regimes.codes(v, (), lambda k, v=v: v)) for v in values] == [0, -1]
    assert len(nash_profiles(end.completed().game())) > len(regimes[0].equilibria(values[1]))  # nobody is soft: more plans tie


def test_too_many_equilibria_for_a_map_are_refused_with_advice():
    with pytest.raises(SolverNotApplicableError, match="give numbers to some parameters"):
        ag.regimes(MODELS["alliance_signal"]())


def test_assumptions_are_strict_inequalities_between_its_symbols():
    game = ag.NormalFormGame.from_bimatrix([[x, 0], [0, 1]], [[1, 0], [0, 1]], field="symbolic")
    with pytest.raises(ParameterError, match="strict inequality"):
        ag.regimes(game, assuming=(sympy.Eq(x, 1),))
    with pytest.raises(ParameterError, match="does not occur"):
        ag.regimes(game, assuming=(y > 0,))
    assert list(ag.regimes(game, assuming=(x > 0,)).names) == ["1 × 1, 2 × 2, 1 mixed"]


def test_what_is_not_examined_is_said_wherever_the_map_is_shown():
    cells = {cell: (x if cell[0] == cell[1] else 0, int(cell[1] == cell[2]), int(cell[2] != cell[0])) for cell in product("01", repeat=3)}
    regimes = ag.regimes(ag.NormalFormGame(["A", "B", "C"], [["0", "1"]] * 3, cells, field="symbolic"))
    assert "none examined" in regimes.names and "not examined: equilibria of 3 players" in repr(regimes)
    assert "Not examined: equilibria of 3 players" in regimes.to_latex()
    assert "not complete" in repr(regimes.coverage())


def test_arguments_that_would_be_ignored_are_refused():
    model = ag.models.AllianceDilemma()
    with pytest.raises(SolverNotApplicableError, match="by must be"):
        ag.regimes(model, by="outcomes")
    with pytest.raises(SolverNotApplicableError, match="states its assumptions itself"):
        ag.regimes(model, assuming=(x > 0,))
    with pytest.raises(SolverNotApplicableError, match="got str"):
        ag.regimes("alliance_dilemma")


def test_refinement_is_for_signalling_games():
    with pytest.raises(SolverNotApplicableError, match="signalling"):
        ag.regimes(ag.models.AllianceDilemma(), refinement="D1")
    with pytest.raises(SolverNotApplicableError, match="not available"):
        ag.regimes(ag.models.CoalitionSignal(), refinement="D3")
    with pytest.raises(SolverNotApplicableError, match="CutoffGame"):
        ag.regimes(ag.models.CrisisSignalling())


# ---------------------------------------------------------------- coverage


def with_regimes(*conditions):
    game = ag.NormalFormGame.from_bimatrix([[x, 0], [0, 1]], [[1, 0], [0, 1]], field="symbolic")
    model = model_of(game)
    regimes = [ag.Regime(name, lambda p, own=own: own(p)) for name, own in zip("ABC", conditions, strict=False)]
    return ag.RegimeMap(model, regimes)


def test_overlap_and_gap_come_with_witnesses():
    coverage = with_regimes(lambda p: [(p.x, 1)], lambda p: [(p.x, 0), (2, p.x)]).coverage()
    assert coverage.disjoint is False and coverage.covering is False and coverage.is_partition is False
    ((one, other, point),) = coverage.overlaps
    assert (one, other) == ("A", "B") and 1 < point[x] < 2
    assert coverage.gaps[0][x] < 0
    assert "overlap of A and B" in repr(coverage) and "gap at x" in repr(coverage)


def test_empty_regime_is_noticed():
    coverage = with_regimes(lambda p: [(p.x, 0)], lambda p: [(0, p.x)], lambda p: [(p.x, 1), (0, p.x)]).coverage()
    assert coverage.inhabited is False and coverage.disjoint and coverage.covering
    assert set(coverage.witnesses) == {"A", "B"}


def test_false_equilibrium_is_refuted():
    game = ag.NormalFormGame.from_bimatrix([[x, 0], [0, 1]], [[1, 0], [0, 1]], field="symbolic")
    everywhere = ag.Regime("first", lambda p: [(p.x + 5, p.x)], lambda p: [({"1": 1}, {"1": 1})])
    assert ag.RegimeMap(model_of(game), [everywhere]).coverage().equilibria_proved is False
    silent = ag.Regime("first", lambda p: [(p.x + 5, p.x)])
    assert ag.RegimeMap(model_of(game), [silent]).coverage().equilibria_proved is None, "nothing is listed, nothing is proved"


def test_too_few_steps_are_an_honest_unknown():
    regimes = ag.models.MutualDeterrence().regimes()
    coverage = regimes.coverage(steps=1)
    assert coverage.disjoint is not False and coverage.covering is not False
    assert coverage.is_partition is None and coverage.unknown


# ---------------------------------------------------------------- the space, and print


def test_space_answers_are_checked():
    a, b = sympy.symbols("a b", positive=True)
    space = ParameterSpace((a, b), [a, b, 1 - a, b - a])
    assert space.sign(space.ring.quotient(b**2 + a * b)[0]) == 1
    assert space.sign(space.ring.quotient(b - a**2 / 2)[0]) == 1  # since b > a > a²
    assert space.sign(space.ring.quotient(b - 2 * a)[0]) is None
    found = space.find(space.condition(a**2 - b / 2))
    assert found.status == "somewhere" and found.witness[a] ** 2 > found.witness[b] / 2 > found.witness[a] / 2
    assert space.proves(space.condition(b - a**3)) is True
    assert space.proves(space.condition(b - 1)) is False
    assert space.find(space.condition(a**2 - sympy.Rational(1, 2), "=")).status == "somewhere"


def test_irrational_witnesses_are_algebraic():
    a = sympy.Symbol("a", positive=True)
    space = ParameterSpace((a,), [a])
    witness = space.find(space.condition(a**2 - 2, "=")).witness
    assert witness[a] == sympy.sqrt(2)


def test_contradictory_assumptions_are_an_error():
    a = sympy.Symbol("a")
    with pytest.raises(ag.errors.SolveError, match="contradict"):
        ParameterSpace((a,), [a, -a - 1])


def test_proposition_reads_as_in_a_paper():
    text = ag.models.UnilateralDeterrence().regimes().to_latex()
    assert text.startswith(r"\begin{proposition}[Unilateral deterrence]") and text.endswith(r"\end{proposition}")
    assert r"\item \emph{Bluff} if and only if $p_{D} \le c_{2}$, $p_{C} \le d_{1}$." in text
    assert r"$c_{1} = \frac{c_{DC} - c_{SQ}}{c_{DC} - c_{DD+}}$" in text
    assert text.count("{") == text.count("}") and text.count("$") % 2 == 0
    union = derived("alliance_dilemma").to_latex()
    assert " or " in union and union.count(r"\item") == len(derived("alliance_dilemma"))
