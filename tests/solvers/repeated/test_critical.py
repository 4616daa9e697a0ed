"""Critical discount factors: known answers, closed forms written anew, and certificates on both sides of the threshold."""

import sys
import types
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy
from hypothesis import example, given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.automaton import Automaton, PlayPath
from alliancegames.games.strategies import grim_trigger, punish_for, stick_and_carrot, tit_for_tat, win_stay_lose_shift
from alliancegames.solvers.repeated.automata import one_shot_deviations
from alliancegames.solvers.repeated.critical import critical_discount, critical_punishment

PD = ag.games.prisoners_dilemma
GAME = PD(T=5, R=3, P=1, S=0)
CC, CD, DC, DD = list(GAME.profiles())
COURNOT = ag.NormalFormGame.from_bimatrix(
    [[10, 3, 0], [15, 7, -4], [7, 5, -15]], [[10, 15, 7], [3, 7, 5], [0, -4, -15]], actions=[["L", "M", "H"]] * 2
)
STEP = Fraction(1, 10**6)


def public_good(n, r):
    """Return the n allies' game in which each euro given is worth r/n to everybody."""
    share = Fraction(r) / n
    return ag.NormalFormGame.from_function(
        lambda *given: tuple(share * sum(g == "pay" for g in given) - (own == "pay") for own in given), [["pay", "ride"]] * n
    )


# ---------------------------------------------------------------- known answers


def test_the_textbook_dilemma():
    found = critical_discount(GAME, CC)
    assert found.value == Fraction(1, 2) and isinstance(found.value, Fraction) and found.exact and found.complete
    assert found.upward and [str(part) for part in found.intervals] == ["[1/2, 1)"]
    assert [(one.state, one.player, one.action, one.slack) for one in found.binding] == [
        ("target", "Row", "defect", 0),
        ("target", "Column", "defect", 0),
    ]
    assert found.automaton == grim_trigger(GAME, CC) and found.certificate.tightest.slack == 0
    assert float(found) == 0.5 and found.sustained("1/2") and found.sustained(0.9) and not found.sustained("49/100")
    assert "Critical discount factor: 1/2" in found.summary() and "(defect, defect) for ever" in found.summary()


@pytest.mark.parametrize(("n", "r"), [(2, "3/2"), (3, 2), (4, 3), (4, "3/2")])
def test_burden_sharing(n, r):
    r = Fraction(r)
    assert critical_discount(public_good(n, r), ("pay",) * n).value == (n - r) / (r * (n - 1))


def test_burden_sharing_of_five_allies_and_its_punishment_length():
    game = public_good(5, 2)
    nobody = ("ride",) * 5
    found = critical_discount(game, ("pay",) * 5, punishment=nobody)
    assert found.value == Fraction(3, 8)


def test_many_allies_by_the_formula():
    """One ally against the rest as a game of two: only his own payoffs matter, the rest gains nothing by departing."""
    for n, r, value in [(10, 3, 0.2593), (30, 5, 0.1724)]:
        game = against_the_rest(n, r)
        assert float(critical_discount(game, ("pay", "pay")).value) == pytest.approx(value, abs=5e-5)
    game = against_the_rest(10, 3)
    lengths = {delta: critical_punishment(ag.RepeatedGame(game, delta), ("pay", "pay")) for delta in ("26/100", "3/10", "1/2", "1/4")}
    assert [found.periods for found in lengths.values()] == [5, 2, 1, None]
    assert not lengths["1/4"].forever and "none suffices" in repr(lengths["1/4"])


def against_the_rest(n, r):
    share = Fraction(r, n)
    pay = [[r - 1, share - 1], [share * (n - 1), 0]]
    return ag.NormalFormGame.from_bimatrix(pay, [[1, 0], [0, 0]], actions=[["pay", "ride"]] * 2, players=["Ally", "Rest"])


def test_heterogeneous_allies():
    benefits = [Fraction(6, 10), Fraction(3, 10), Fraction(2, 10)]

    def payoff(*given):
        total = sum(g == "pay" for g in given)
        return tuple(b * total - (own == "pay") for b, own in zip(benefits, given, strict=True))

    game = ag.NormalFormGame.from_function(payoff, [["pay", "ride"]] * 3)
    found = critical_discount(game, ("pay",) * 3)
    assert found.value is None and found.intervals == () and "however patient" in found.reason
    assert not found.reason.startswith("Player 1")  # only he can be held: b n = 9/5 > 1
    with pytest.raises(TypeError, match="no number"):
        float(found)


def test_exchange_of_intelligence():
    """Sharing costs kappa, each partner's product is worth v; whoever hoards is excluded."""
    for n, kappa, v, value in [(5, 2, 1, Fraction(1, 2)), (3, 1, 1, Fraction(1, 2)), (4, 2, 1, Fraction(2, 3))]:
        stage = ag.NormalFormGame.from_function(
            lambda *done, kappa=kappa, v=v: tuple(
                v * (sum(d == "share" for d in done) - (own == "share")) - kappa * (own == "share") for own in done
            ),
            [["share", "hoard"]] * n,
        )
        assert critical_discount(stage, ("share",) * n, punishment=("hoard",) * n).value == value == Fraction(kappa, (n - 1) * v)
        if n == 3:
            barely = stage.restrict({"Player 1": ["share", "hoard"]})
            assert critical_discount(barely, ("share",) * 3).value == value


def test_cournot_of_the_penal_code():
    assert critical_discount(COURNOT, ("L", "L")).value == Fraction(5, 8)
    stick = critical_discount(COURNOT, stick_and_carrot(COURNOT, ("L", "L"), ("H", "H")))
    assert stick.value == Fraction(3, 5) and {one.state for one in stick.binding} == {"punishment"}


@pytest.mark.parametrize(
    ("payoffs", "expected"), [((4, 3, 1, 0), ["{1/3}"]), ((5, 3, 1, 0), []), ((6, 4, 2, 0), ["{1/2}"]), ((3, 2, 0, -1), ["{1/3}"])]
)
def test_tit_for_tat_on_the_knife_edge(payoffs, expected):
    stage = PD(*payoffs)
    found = critical_discount(stage, tit_for_tat(stage))
    assert [str(part) for part in found.intervals] == expected
    T, R, P, S = payoffs
    edge = Fraction(T - R, R - S) == Fraction(P - S, T - P)
    assert bool(expected) is edge
    assert found.upward is (False if expected else None)


@pytest.mark.parametrize("payoffs", [(4, 3, 1, 0), (5, 4, 1, 0), (9, 8, 2, 1), (5, 3, 1, 0), ("7/2", 3, 1, 0)])
def test_win_stay_lose_shift(payoffs):
    stage = PD(*payoffs)
    T, R, P, _ = (Fraction(x) for x in payoffs)
    found = critical_discount(stage, win_stay_lose_shift(stage))
    bound = (T - R) / (R - P)
    assert found.value == (bound if bound < 1 else None)


def test_punishments_of_some_periods():
    values = {T: critical_discount(GAME, CC, punishment=T).value for T in (1, 2, 3)}
    assert values[1] is None  # one period takes at most what a defection gains
    assert values[2] == (sympy.sqrt(5) - 1) / 2
    x = sympy.Symbol("x")
    assert values[3] == sympy.CRootOf(x**3 + x**2 + x - 1, 0)
    found = critical_discount(GAME, CC, punishment=3)
    assert "CRootOf" in repr(found) and "0.5436890127" in repr(found)
    assert found.certificate.holds is True and found.binding[0].slack == 0
    assert critical_discount(PD(T=4, R=3, P=1, S=0), CC, punishment=1).value == Fraction(1, 2)


def test_a_machine_with_payoffs_that_come_and_go():
    stage = ag.NormalFormGame.from_bimatrix([[0, 2], [1, 2]], [[0, 0], [0, 0]])
    machine = Automaton(
        stage,
        {"work": ("1", "1"), "a": ("2", "2"), "b": ("1", "2"), "c": ("2", "1"), "idle": ("2", "1")},
        {"work": {("1", "1"): "a", "otherwise": "b"}, "a": "work", "b": "c", "c": "work"},
    )
    found = critical_discount(stage, machine)
    assert_matches_certificates(stage, machine, found)


def test_a_machine_that_too_much_patience_breaks():
    """A departure brings 1 now, costs 9/2 next period and brings 4 after that; in the normal state nothing happens."""
    stage = ag.NormalFormGame.from_arrays([0, 1, Fraction(-9, 2), 5], actions=[["rest", "grab", "pay", "feast"]])
    # After grabbing: a period that is worse by 9/2, then one that is better by 4 - whatever the player does there.
    machine = Automaton(
        stage, {"rest": ("rest",), "pay": ("pay",), "feast": ("feast",)}, {"rest": {("grab",): "pay", "otherwise": "rest"}, "pay": "feast", "feast": "rest"}
    )  # fmt: skip
    found = critical_discount(stage, machine)
    assert_matches_certificates(stage, machine, found)
    # The states "pay" and "rest" tempt in themselves, so nothing is sustained; two players separate duty from temptation.
    duty = ag.NormalFormGame.from_function(
        lambda own, other: ({"calm": 0, "harsh": Fraction(-9, 2), "kind": 4}[other] + (own == "grab") * (other == "calm"), 0),
        [["rest", "grab"], ["calm", "harsh", "kind"]],
    )
    machine = Automaton(
        duty,
        {"normal": ("rest", "calm"), "harsh": ("rest", "harsh"), "kind": ("rest", "kind")},
        {"normal": {"Player 1": "harsh", "otherwise": "normal"}, "harsh": "kind", "kind": "normal"},
    )
    found = critical_discount(duty, machine)
    # 1 - 9/2 d + 4 d^2 <= 0 between its roots (9 +- sqrt 17) / 16.
    root = sympy.sqrt(17) / 16
    assert [(part.lower, part.upper, part.closed_above) for part in found.intervals] == [
        (sympy.Rational(9, 16) - root, sympy.Rational(9, 16) + root, True)
    ]
    assert found.upward is False and "sustained for delta in" in repr(found)
    assert_matches_certificates(duty, machine, found)


def test_public_monitoring():
    stage = PD(T="3/2", R=1, P=0, S="-1/2")
    reports = ag.PublicMonitoring(stage, ["good", "bad"], lambda a, b: ("9/10", "1/10") if a == b == "cooperate" else ("2/5", "3/5"))
    game = ag.RepeatedGame(stage, "9/10", monitoring=reports)
    surely = Automaton(stage, {"pledge": CC, "broken": DD}, {"pledge": {"good": "pledge", "bad": "broken"}}, monitoring=reports)
    found = critical_discount(game, surely)
    assert found.value == Fraction(1, 2) / (Fraction(1, 2) + Fraction(9, 10) * Fraction(1, 2)) == Fraction(10, 19)
    assert "9/10, is ignored" in found.notes[0] and found.certificate.concept == "perfect public equilibrium"
    alpha = Fraction(10, 81)
    moves = {"pledge": {"good": "pledge", "bad": {"pledge": 1 - alpha, "broken": alpha}}}
    tuned = Automaton(stage, {"pledge": CC, "broken": DD}, moves, monitoring=reports)
    assert critical_discount(game, tuned).value == Fraction(9, 10)
    with pytest.raises(SolverNotApplicableError, match="departures are not seen"):
        critical_discount(game, CC)


def test_paths_as_targets():
    turns = PlayPath([], [CD, DC])
    found = critical_discount(GAME, turns)
    # Row's worst moment is his turn to be exploited: 5 d / (1 + d) against 1.
    assert found.value == Fraction(1, 4)
    assert_matches_certificates(GAME, found.automaton, found)
    later = critical_discount(GAME, [CC, CC])
    assert later.value == Fraction(1, 2) and later.target == PlayPath([CC], [CC])


def test_each_departure_brings_the_equilibrium_that_is_worst_for_its_author():
    game = ag.NormalFormGame.from_bimatrix(
        [[4, 0, 0], [5, 1, 0], [0, 0, 3]], [[4, 5, 0], [0, 3, 0], [0, 0, 1]], actions=[["c", "x", "y"]] * 2
    )
    found = critical_discount(game, ("c", "c"))
    # Player 1 fears (x, x), worth 1 to him, player 2 fears (y, y); the mixed equilibrium is worth 3/4 to both.
    assert found.value == (5 - 4) / (5 - Fraction(3, 4))
    assert any(not vector.is_pure for vector in found.automaton.output("punishment").values())


def test_stage_equilibria_need_no_patience():
    found = critical_discount(GAME, DD)
    assert found.value == 0 and found.binding == () and [str(part) for part in found.intervals] == ["[0, 1)"]
    assert critical_discount(ag.games.matching_pennies(), ("heads", "heads")).value is None


def test_floats_are_rounded_once():
    found = critical_discount(PD(T=5.0, R=3.0, P=1.0, S=0.0), CC, punishment=2)
    assert found.value == pytest.approx((5**0.5 - 1) / 2, abs=1e-16) and not found.exact and isinstance(found.value, float)
    assert isinstance(found.intervals[0].lower, float)
    assert critical_discount(PD(T=5.1, R=3.0, P=1.0, S=0.0), CC).value == pytest.approx(2.1 / 4.1, abs=1e-15)


# ---------------------------------------------------------------- properties


def assert_matches_certificates(stage, machine, found, grid=24):
    """Compare intervals with certificates on a grid and just inside and outside their ends."""
    points = [Fraction(k, grid) for k in range(grid)]
    for part in found.intervals:
        for end in (part.lower, part.upper):
            near = end if isinstance(end, Fraction) else Fraction(str(end.evalf(40)))
            points += [p for p in (near - STEP, near + STEP) if 0 <= p < 1]
    for delta in points:
        assert found.sustained(delta) is one_shot_deviations(ag.RepeatedGame(stage, delta), machine).holds, delta


def random_stage(seed):
    rng = np.random.default_rng(seed)
    shape = [(2, 2), (2, 3), (3, 3), (2, 2, 2)][int(rng.integers(4))]
    top = 3 if rng.random() < 0.4 else 40
    return ag.NormalFormGame.from_arrays(*[rng.integers(-top, top + 1, size=shape).tolist() for _ in shape])


@given(st.integers(0, 10**6))
@example(5000)  # the worst equilibrium is better for one player than the target
def test_nash_reversion_has_its_closed_form(seed):
    stage = random_stage(seed)
    target = list(stage.profiles())[seed % len(list(stage.profiles()))]
    equilibria = ag.nash(stage)
    families = equilibria.provenance.certificate.get("families", ())
    known = [*equilibria, *(family.sample for family in families)]
    try:
        found = critical_discount(stage, target)
    except SolverNotApplicableError:
        assert any(profile.game.field == "float" for profile in known)  # for somebody an irrational equilibrium is worst
        return
    assert found.complete is (None if families else True)
    bounds, ceilings = [], [1]
    for k, player in enumerate(stage.players):
        own = stage.payoff(target)[player]
        others = [stage.payoff((*target[:k], a, *target[k + 1 :]))[player] for a in stage.actions[k] if a != target[k]]
        best, worst = max(own, *others), min(profile.payoffs[player] for profile in known)
        bounds.append(0 if best == own else (best - own) / (best - worst) if own > worst else 1)
        if best == own < worst:  # whoever likes the punishment departs to be punished, if patient
            ceilings += [(own - other) / (worst - other) for other in others]
    bound = max(bounds)
    if bound >= 1 or bound > min(ceilings):
        assert found.value is None and found.reason
        return
    assert found.value == bound
    game = ag.RepeatedGame(stage, found.value)
    certificate = one_shot_deviations(game, found.automaton)
    assert certificate.holds and found.certificate == certificate
    if found.value > 0:
        assert certificate.tightest.slack == 0 and found.binding
        below = one_shot_deviations(game.replace(delta=found.value - min(STEP, found.value)), found.automaton)
        assert below.holds is False
        assert {(d.state, d.player, d.action) for d in found.binding} <= {(d.state, d.player, d.action) for d in below.profitable}
    assert found.upward is (len(ceilings) == 1)


@given(st.integers(0, 10**6))
def test_intervals_of_random_machines_agree_with_certificates(seed):
    rng = np.random.default_rng(seed)
    shape = [(2, 2), (3, 2), (1, 3)][int(rng.integers(3))]
    stage = ag.NormalFormGame.from_arrays(*[rng.integers(-2, 3, size=shape).tolist() for _ in shape])
    names = ["s", "t", "u", "v"][: int(rng.integers(2, 5))]
    outputs = {name: tuple(int(rng.integers(size)) for size in shape) for name in names}
    target = lambda: {names[int(rng.integers(len(names)))]: "1/3", names[0]: "2/3"} if rng.random() < 0.3 else int(rng.integers(len(names)))  # noqa: E731
    moves = {}
    for name in names:
        moves[name] = {}
        for profile in stage.profiles():
            goal = target()
            moves[name][profile] = goal if not isinstance(goal, dict) or len(goal) > 1 else names[0]
    machine = Automaton(stage, outputs, moves)
    assert_matches_certificates(stage, machine, critical_discount(stage, machine), grid=12)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_punishments_of_some_periods_have_their_closed_form(seed, periods):
    rng = np.random.default_rng(seed)
    S, P, R, T = sorted(Fraction(int(x), 7) for x in rng.choice(60, size=4, replace=False))
    stage = PD(T, R, P, S)
    found = critical_discount(stage, CC, punishment=periods)
    ratio = (T - R) / (R - P)
    if ratio >= periods:
        assert found.value is None
        return
    losses = lambda delta: sum(delta**s for s in range(1, periods + 1))  # noqa: E731
    near = Fraction(found.value) if isinstance(found.value, Fraction) else Fraction(str(found.value.evalf(40)))
    assert losses(near - STEP) < ratio < losses(near + STEP)
    assert found.upward and found.certificate.holds is True
    length = critical_punishment(ag.RepeatedGame(stage, near + STEP), CC)
    assert length.periods <= periods and length.certificate.holds is True
    assert length.automaton == punish_for(stage, CC, length.periods)
    assert critical_punishment(ag.RepeatedGame(stage, near - STEP), CC).periods != length.periods or length.periods < periods


@given(st.integers(0, 10**6))
def test_the_shortest_punishment_is_the_shortest(seed):
    rng = np.random.default_rng(seed)
    S, P, R, T = sorted(Fraction(int(x), 7) for x in rng.choice(60, size=4, replace=False))
    stage, delta = PD(T, R, P, S), Fraction(int(rng.integers(1, 30)), 30)
    found = critical_punishment(ag.RepeatedGame(stage, delta), CC)
    holds = [one_shot_deviations(ag.RepeatedGame(stage, delta), punish_for(stage, CC, k)).holds for k in range(1, 9)]
    assert (found.periods if found.periods and found.periods <= 8 else None) == (holds.index(True) + 1 if True in holds else None)
    assert found.forever is one_shot_deviations(ag.RepeatedGame(stage, delta), grim_trigger(stage, CC)).holds


def test_reversion_for_ever_at_the_margin():
    found = critical_punishment(ag.RepeatedGame(GAME, "1/2"), CC)
    assert found.periods is None and found.forever and "for ever" in repr(found) and found.automaton == grim_trigger(GAME, CC)
    assert critical_punishment(ag.RepeatedGame(GAME, "1/3"), DD).periods == 0
    uneven = critical_punishment(ag.RepeatedGame(GAME, {"Row": "3/4", "Column": "11/20"}), CC)
    assert dict(uneven.by_player) == {"Row": 2, "Column": 3} and uneven.periods == 3


# ---------------------------------------------------------------- formulas


def test_formula_of_the_dilemma():
    T, R, P, S = sympy.symbols("T R P S", real=True)
    stage = PD(T, R, P, S)
    found = critical_discount(stage, CC, punishment=DD)
    assert sympy.simplify(found.value - (T - R) / (T - P)) == 0
    assert set(found.conditions) == {sympy.Gt(T - R, 0), sympy.Gt(R - P, 0), sympy.Ge(P - S, 0)}
    assert [found.sensitivity(name).sign for name in ("T", "R", "P", S)] == ["+", "-", "+", "0"]
    assert sympy.simplify(found.sensitivity("T").derivative - sympy.diff((T - R) / (T - P), T)) == 0
    numbers = {T: 5, R: 3, P: 1, S: 0}
    assert found.value.subs(numbers) == sympy.Rational(1, 2)


def test_formulas_of_short_punishments():
    T, R, P = sympy.symbols("T R P", real=True)
    stage = PD(T, R, P, P - 1)
    one, two = short(stage, 1), short(stage, 2)
    assert sympy.simplify(one.value - (T - R) / (R - P)) == 0
    numbers = {T: 5, R: 3, P: 1}
    assert sympy.simplify(two.value.subs(numbers) - (sympy.sqrt(5) - 1) / 2) == 0
    assert two.sensitivity("R").sign == "-" and one.sensitivity("T").sign == "+"
    with pytest.raises(SolverNotApplicableError, match="no closed formula"):
        short(stage, 3)


def short(stage, periods):
    """Return the formula for some periods; assumptions single out the only equilibrium."""
    gain, loss = sympy.symbols("gain loss", positive=True)
    T, R, P = sympy.symbols("T R P", real=True)
    positive = stage.subs({T: P + loss + gain, R: P + loss})
    found = critical_discount(positive, CC, punishment=periods)
    back = {gain: T - R, loss: R - P}
    plain = [(p, a, f.subs(back), r.subs(back)) for p, a, f, r in found.thresholds]
    conditions = (sympy.Gt(T - R, 0), sympy.Gt(R - P, 0))
    return replace(found, stage=stage, value=found.value.subs(back), thresholds=tuple(plain), conditions=conditions)


def test_formula_of_burden_sharing():
    r = sympy.Symbol("r", positive=True)
    for n in (2, 3):
        stage = ag.NormalFormGame.from_function(
            lambda *given, n=n: tuple(r / n * given.count("pay") - int(own == "pay") for own in given), [["pay", "ride"]] * n
        )
        found = critical_discount(stage, ("pay",) * n, punishment=("ride",) * n)
        assert sympy.simplify(found.value - (n - r) / (r * (n - 1))) == 0
        assert found.sensitivity("r").sign == "-"


@pytest.mark.parametrize("build", [grim_trigger, stick_and_carrot, lambda stage, *_: win_stay_lose_shift(stage)])
def test_formulas_of_machines_are_those_of_numbers(build):
    symbols = T, R, P, S = sympy.symbols("T R P S", real=True)
    stage = PD(T, R, P, S)
    found = critical_discount(stage, build(stage, CC, DD))
    rng, compared = np.random.default_rng(3), 0
    for _ in range(200):
        numbers = dict(zip(symbols, [int(x) for x in rng.integers(-3, 12, 4)], strict=True))
        if not all(relation.subs(numbers) for relation in found.conditions):
            continue
        known = ag.NormalFormGame.from_bimatrix(
            *[[[numbers[x] for x in row] for row in table] for table in ([[R, S], [T, P]], [[R, T], [S, P]])],
            actions=stage.actions,
            players=stage.players,
        )
        exact = critical_discount(known, build(known, CC, DD))
        assert exact.value == found.value.subs(numbers), numbers
        assert exact.upward
        compared += 1
    assert compared >= 8


def test_formula_of_a_pledge_that_breaks_for_good():
    """Abreu, Milgrom and Pearce: g / ((q - p) + (1 - p) g), here with the payoff of compliance as unit."""
    gain, p, q = sympy.symbols("gain p q", positive=True)
    stage = PD(T=1 + gain, R=1, P=0, S=-gain)
    reports = ag.PublicMonitoring(stage, ["good", "bad"], lambda a, b: (1 - p, p) if a == b == "cooperate" else (1 - q, q))
    surely = Automaton(stage, {"pledge": CC, "broken": DD}, {"pledge": {"good": "pledge", "bad": "broken"}}, monitoring=reports)
    found = critical_discount(ag.RepeatedGame(stage, "1/2", monitoring=reports), surely)
    assert sympy.simplify(found.value - gain / (q - p + (1 - p) * gain)) == 0
    assert [sympy.simplify(relation.gts - (q - p - gain * p)) for relation in found.conditions] == [0]
    # Reports that accuse the innocent more often ask for more patience, those that find the guilty for less.
    assert [found.sensitivity(name).sign for name in ("gain", "p", "q")] == ["+", "+", "-"]


def test_machines_without_a_formula_are_refused():
    T, R, P, S = sympy.symbols("T R P S", real=True)
    stage = PD(T, R, P, S)
    with pytest.raises(SolverNotApplicableError, match="degree 2"):
        critical_discount(stage, punish_for(stage, CC, 2, DD))
    with pytest.raises(SolverNotApplicableError, match="of the same kind"):
        critical_discount(stage, tit_for_tat(stage))
    loss = sympy.Symbol("loss", positive=True)
    generous = PD(T=4, R=3, P=3 + loss, S=0)  # punishment is better than the target
    assert critical_discount(generous, grim_trigger(generous, CC, DD)).value is None


def test_several_thresholds_are_a_maximum():
    a, b = sympy.symbols("a b", positive=True)
    stage = ag.NormalFormGame.from_bimatrix([[3, 0], [3 + a, 1]], [[3, 3 + b], [0, 1]])
    found = critical_discount(stage, ("1", "1"))  # assumptions single out the only equilibrium
    assert found.value == sympy.Max(a / (a + 2), b / (b + 2)) and len(found.thresholds) == 2
    assert found.sensitivity("a").sign == "±"  # one rises, the other does not move
    none = critical_discount(ag.NormalFormGame.from_bimatrix([[1, 0], [2, 1 + a]], [[1, 2], [0, 1 + a]]), ("1", "1"), punishment=("2", "2"))
    assert none.value is None and "assumptions" in none.reason


def test_symbols_that_leave_the_equilibrium_open_are_asked_for():
    T, R, P, S = sympy.symbols("T R P S")
    with pytest.raises(GameDefinitionError, match="punishment="):
        critical_discount(PD(T, R, P, S), CC)
    with pytest.raises(SolverNotApplicableError, match="single profile"):
        critical_discount(PD(T, R, P, S), PlayPath([], [CD, DC]), punishment=DD)
    with pytest.raises(SolverNotApplicableError, match="contain symbols"):
        critical_discount(PD(T, R, P, S), tit_for_tat(PD(T, R, P, S)))
    with pytest.raises(SolverNotApplicableError, match="no formula"):
        critical_discount(GAME, CC).sensitivity("T")


# ---------------------------------------------------------------- refusals


def test_refusals():
    with pytest.raises(SolverNotApplicableError, match="one discount factor for all"):
        critical_discount(ag.RepeatedGame(GAME, ["1/2", "1/3"]), CC)
    with pytest.raises(SolverNotApplicableError, match="ends after"):
        critical_discount(ag.RepeatedGame(GAME, "1/2", periods=4), CC)
    with pytest.raises(GameDefinitionError, match="'nash', 'optimal'"):
        critical_discount(GAME, CC, punishment="grim")
    with pytest.raises(GameDefinitionError, match="at least 1"):
        critical_discount(GAME, CC, punishment=0)
    with pytest.raises(GameDefinitionError, match="its own punishments"):
        critical_discount(GAME, grim_trigger(GAME, CC), punishment=2)
    with pytest.raises(GameDefinitionError, match="expected a NormalFormGame"):
        critical_discount("game", CC)
    with pytest.raises(GameDefinitionError, match="its own punishments"):
        critical_discount(GAME, grim_trigger(GAME, CC), punishment="optimal")
    with pytest.raises(GameDefinitionError, match="expected a RepeatedGame"):
        critical_punishment(GAME, CC)


def test_optimal_punishments_are_asked_for_elsewhere(monkeypatch):
    asked = []
    module = types.ModuleType("alliancegames.solvers.repeated.penal_codes")
    module.optimal_critical_discount = lambda stage, target: asked.append((stage, target)) or "answer"
    monkeypatch.setitem(sys.modules, module.__name__, module)
    assert critical_discount(ag.RepeatedGame(GAME, "1/2"), CC, punishment="optimal") == "answer"
    assert asked == [(GAME, CC)]


def test_an_irrational_worst_equilibrium_is_refused_and_a_given_punishment_is_not():
    for seed in range(400):
        stage = ag.NormalFormGame.from_arrays(*np.random.default_rng(seed).integers(-9, 10, size=(3, 2, 2, 2)).tolist())
        found = ag.nash(stage)
        if len(found) == 1 and not found.exact:
            break
    target = next(iter(stage.profiles()))
    with pytest.raises(SolverNotApplicableError, match="irrational"):
        critical_discount(stage, target)
    given = critical_discount(stage, target, punishment=list(product(*stage.actions))[-1])
    assert given.value is None  # that profile is no equilibrium, so somebody departs from it
