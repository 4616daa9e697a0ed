"""Critical discount factors of repeated games with transfers, perfect monitoring."""

import itertools
from dataclasses import replace
from fractions import Fraction as F

import matplotlib as mpl
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError, UnknownLabelError
from alliancegames.solvers.repeated.transfers import transfer_payoffs, transfer_table

mpl.use("Agg")

COURNOT = ag.NormalFormGame.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]], actions=["L", "M", "H"])
SANNIKOV = ag.NormalFormGame.from_bimatrix([[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]])
PENNIES = ag.NormalFormGame.zero_sum([[1, -1], [-1, 1]])
# Without a pure equilibrium of the stage game, but with something to lose.
LATE = ag.NormalFormGame.from_bimatrix([[1, -1, 5], [-1, 1, 5], [-3, -3, 4]], [[-1, 1, -3], [1, -1, -3], [5, 5, 4]])


def public_goods() -> ag.NormalFormGame:
    levels = [str(x) for x in range(1, 11)]

    def payoffs(a: str, b: str) -> tuple[F, F]:
        shared = F(int(a) + int(b), 2)
        return shared - F(3, 4) * int(a), shared - F(3, 4) * int(b)

    return ag.NormalFormGame.from_function(payoffs, [levels, levels])


KNOWN = {
    "T1": (COURNOT, [(0, 14, (7, 7)), (F(1, 4), 18, (0, 0)), (F(1, 3), 20, (0, 0))]),
    "T2": (ag.NormalFormGame.symmetric([[9, 1], [10, 3]]), [(0, 6, (3, 3)), (F(1, 7), 18, (3, 3))]),
    "T3": (ag.NormalFormGame.symmetric([[0, 3], [-1, 2]]), [(0, 0, (0, 0)), (F(1, 3), 4, (0, 0))]),
    "T4": (SANNIKOV, [(0, 14, (10, 4)), (F(5, 23), 22, (0, 4)), (F(9, 34), 25, (0, 0))]),
    "T5": (public_goods(), [(0, F(1, 2), (F(1, 4), F(1, 4))), (F(1, 2), 5, (F(1, 4), F(1, 4)))]),
}


def rows(table) -> list[tuple]:
    return [(row.delta, row.joint_payoff, tuple(row.punishment_payoffs.values())) for row in table.rows]


def random_game(seed: int, shape: tuple[int, ...], *, tied: bool) -> ag.NormalFormGame:
    rng = np.random.default_rng(seed)
    if tied:
        return ag.NormalFormGame.from_arrays(*(rng.integers(-2, 3, shape) for _ in shape))
    arrays = []
    for _ in shape:
        flat = [
            F(int(a), int(b)) for a, b in zip(rng.integers(-999, 1000, np.prod(shape)), rng.integers(1, 40, np.prod(shape)), strict=True)
        ]
        array = np.empty(len(flat), dtype=object)
        array[:] = flat
        arrays.append(array.reshape(shape))
    return ag.NormalFormGame.from_arrays(*arrays)


# -------------------------------------------------------------------- an oracle that shares no code


def summed_up(game: ag.NormalFormGame) -> dict:
    """Return joint payoff, best-reply payoffs by player, for every pure profile, from the game's own methods."""
    result = {}
    for cell in game.profiles():
        payoffs, regret = game.payoff(cell), game.regret(cell)
        result[cell] = (sum(payoffs.values()), [payoffs[p] + regret[p] for p in game.players])
    return result


def by_enumeration(game: ag.NormalFormGame) -> list[tuple[F, F, tuple]]:
    """Return the least kappa of every combination of a path and one punishment a player that is an equilibrium at some kappa.

    With a^e on the path and a^i to punish i, each profile a among them must satisfy
    ``(1 - delta) G(a) + delta G(a^e) >= sum over i of (1 - delta) c_i(a) + delta c_i(a^i)``.
    """
    table = summed_up(game)
    found = []
    for path, *punishing in itertools.product(table, repeat=len(game.players) + 1):
        low = [table[cell][1][k] for k, cell in enumerate(punishing)]
        surplus = table[path][0] - sum(low)
        least = F(0)
        for cell in (path, *punishing):
            joint, secured = table[cell]
            gain = sum(secured) - joint
            if gain > 0 and surplus <= 0:
                least = None
                break
            if gain == 0 and surplus < 0:  # more patience makes it worse, and at kappa = 0 it holds
                continue
            least = max(least, gain / surplus if gain else F(0))
        if least is not None and (surplus >= 0 or least == 0):
            found.append((least, table[path][0], tuple(low)))
    return found


def oracle_at(found: list, kappa: F) -> tuple | None:
    ready = [entry for entry in found if entry[0] <= kappa]
    if not ready:
        return None
    return max(entry[1] for entry in ready), tuple(min(entry[2][k] for entry in ready) for k in range(len(ready[0][2])))


def check_against_enumeration(game: ag.NormalFormGame) -> None:
    table, found = transfer_table(game), by_enumeration(game)
    changes = []
    for kappa in sorted({entry[0] for entry in found}):
        best = oracle_at(found, kappa)
        if not changes or changes[-1][1:] != best:
            changes.append((kappa / (1 + kappa), *best))
    assert rows(table) == changes
    assert table.existence == (changes[0][0] if changes else None)


# -------------------------------------------------------------------- known answers


@pytest.mark.parametrize("name", KNOWN)
def test_published_tables(name):
    game, expected = KNOWN[name]
    table = transfer_table(game)
    assert rows(table) == expected
    assert table.exact
    assert table.complete
    assert table.status == "complete"
    assert all(isinstance(row.delta, F) for row in table.rows)


def test_profiles_of_the_cournot_table():
    table = transfer_table(COURNOT)
    assert [row.path for row in table.rows] == [("M", "M"), ("L", "M"), ("L", "L")]
    assert [row.liquidity for row in table.rows] == [0, 6, 10]
    assert table.rows[2].punishments == {"Player 1": ("M", "H"), "Player 2": ("H", "M")}


def test_between_rows_nothing_changes_but_the_liquidity():
    table = transfer_table(COURNOT)
    row = table.at("3/10")
    assert (row.joint_payoff, row.path) == (18, ("L", "M"))
    assert row.liquidity == F(3, 7) * 18
    assert table.at(F(1, 3) - F(1, 10**30)).joint_payoff == 18


# -------------------------------------------------------------------- against enumeration


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("tied", [True, False])
def test_two_players_against_enumeration(seed, tied):
    shape = [(2, 2), (2, 3), (3, 3), (4, 2)][seed % 4]
    check_against_enumeration(random_game(seed, shape, tied=tied))


@pytest.mark.parametrize("seed", range(6))
def test_three_players_against_enumeration(seed):
    check_against_enumeration(random_game(seed, (2, 2, 2), tied=seed % 2 == 0))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=12, max_size=12))
def test_any_small_game_against_enumeration(numbers):
    first, second = np.array(numbers[:6]).reshape(2, 3), np.array(numbers[6:]).reshape(2, 3)
    check_against_enumeration(ag.NormalFormGame.from_bimatrix(first, second))


@pytest.mark.parametrize("game", [PENNIES, LATE, ag.NormalFormGame.from_bimatrix([[1, -1], [-2, 1]], [[-1, 2], [2, 0]])])
def test_games_without_pure_equilibria_of_the_stage(game):
    check_against_enumeration(game)


def test_rows_start_where_an_equilibrium_exists():
    table = transfer_table(LATE)
    assert rows(table) == [(F(1, 4), 8, (1, 1))]
    assert table.existence == F(1, 4)
    assert table.at(table.existence / 2) is None
    assert table.payoff_set(table.existence / 2).is_empty
    assert f"none in pure strategies below {table.existence}" in table.summary()
    with pytest.raises(SolverNotApplicableError, match="none in pure strategies below"):
        table.equilibrium(0)


def test_no_equilibrium_at_any_patience():
    table = transfer_table(PENNIES)
    assert table.rows == ()
    assert table.status == "none"
    assert table.existence is None
    assert table.at("99/100") is None
    assert table.critical(("1", "1")) is None
    assert table.payoff_set("1/2").status == "none"
    assert "at any discount factor" in repr(table)


def test_one_player_plays_the_best_action():
    table = transfer_table(ag.NormalFormGame.from_arrays([1, 4, 2]))
    assert rows(table) == [(0, 4, (4,))]
    assert table.payoff_set("1/2").vertices == ((4,),)


def test_a_game_without_choices():
    assert rows(transfer_table(ag.NormalFormGame.from_arrays([[2]], [[5]]))) == [(0, 7, (2, 5))]


# -------------------------------------------------------------------- large games


def largest_fixed_point(game: ag.NormalFormGame, kappa: F) -> tuple:
    """Run the operator from the top in exact arithmetic."""
    table = summed_up(game)
    liquidity = None
    while True:
        allowed = [entry for entry in table.values() if liquidity is None or sum(entry[1]) - entry[0] <= liquidity]
        if not allowed:
            return None
        joint = max(entry[0] for entry in allowed)
        low = tuple(min(entry[1][k] for entry in allowed) for k in range(len(game.players)))
        if kappa * (joint - sum(low)) == liquidity:
            return joint, low
        liquidity = kappa * (joint - sum(low))


def test_larger_games_against_the_operator():
    game = random_game(5, (9, 8), tied=False)
    table = transfer_table(game)
    for delta in [F(k, 12) for k in range(12)]:
        row = table.at(delta)
        assert (row and (row.joint_payoff, tuple(row.punishment_payoffs.values()))) == largest_fixed_point(game, delta / (1 - delta))


def test_thirty_by_thirty():
    quantity = np.arange(30)
    own = (60 - quantity[:, None] - quantity) * quantity[:, None]
    table = transfer_table(ag.NormalFormGame.symmetric(own))
    assert len(table) > 5
    assert table.rows[-1].joint_payoff == 900
    assert all(a.delta < b.delta for a, b in itertools.pairwise(table.rows))


def test_numbers_too_large_for_machine_integers():
    huge = 10**30
    table = transfer_table(ag.NormalFormGame.symmetric([[9 * huge, huge], [10 * huge, 3 * huge]]))
    assert rows(table) == [(0, 6 * huge, (3 * huge,) * 2), (F(1, 7), 18 * huge, (3 * huge,) * 2)]


# -------------------------------------------------------------------- properties


@pytest.mark.parametrize("seed", range(10))
def test_patience_helps(seed):
    table = transfer_table(random_game(seed, (3, 4), tied=seed % 2 == 0))
    for a, b in itertools.pairwise(table.rows):
        assert a.joint_payoff <= b.joint_payoff
        assert all(a.punishment_payoffs[p] >= b.punishment_payoffs[p] for p in table.players)
        assert table.payoff_set(a.delta).inner.is_subset(table.payoff_set(b.delta).inner)


@pytest.mark.parametrize("seed", range(8))
def test_scaling_shifting_and_exchanging_players(seed):
    game = random_game(seed, (3, 3), tied=True)
    first, second = game.payoffs
    moved = ag.NormalFormGame.from_bimatrix(F(3, 2) * first + 4, F(3, 2) * second - 7)
    turned = ag.NormalFormGame.from_bimatrix(second.T, first.T)
    plain = rows(transfer_table(game))
    assert rows(transfer_table(moved)) == [(d, F(3, 2) * u - 3, (F(3, 2) * v + 4, F(3, 2) * w - 7)) for d, u, (v, w) in plain]
    assert rows(transfer_table(turned)) == [(d, u, (w, v)) for d, u, (v, w) in plain]


# -------------------------------------------------------------------- the equilibrium written out


@pytest.mark.parametrize("seed", range(12))
def test_the_equilibrium_attains_every_corner(seed):
    shape = [(3, 3), (2, 2, 2), (4, 3)][seed % 3]
    table = transfer_table(random_game(seed, shape, tied=seed % 2 == 0))
    for row in table.rows:
        middle = row.delta + (1 - row.delta) / 7
        for delta in (row.delta, middle):
            for corner in table.at(delta).corners:
                found = table.equilibrium(delta, corner)
                assert found.is_equilibrium
                assert tuple(found.payoffs.values()) == corner
                assert sum(found.path_payoffs.values()) == table.at(delta).joint_payoff
                assert found.punishment_payoffs == table.at(delta).punishment_payoffs


def played_out(found, periods: int) -> dict:
    """Add the flows of the path up for so many periods and continue with the path payoffs: the value by simulation."""
    delta, stage = found.delta, found.stage.payoff(found.path.profile)
    totals = {}
    for player in found.stage.players:
        flow = stage[player] - found.upfront[player]
        total = (1 - delta) * flow
        for t in range(1, periods):
            total += (1 - delta) * delta**t * (stage[player] - found.path.payments["kept"][player])
        totals[player] = total + delta**periods * (found.path_payoffs[player] - (1 - delta) * found.path.payments["kept"][player])
    return totals


def test_payoffs_are_those_of_play():
    found = transfer_table(COURNOT).equilibrium("2/5", {"Player 1": 3, "Player 2": 15})
    assert played_out(found, 6) == found.payoffs == {"Player 1": 3, "Player 2": 15}


def test_a_smaller_fine_is_not_enough():
    found = transfer_table(COURNOT).equilibrium("1/3")
    assert found.slack == 0
    payments = {signal: dict(row) for signal, row in found.path.payments.items()}
    payments["Player 1 deviated"]["Player 1"] -= F(1, 100)
    weaker = replace(found, path=replace(found.path, payments=payments))
    failing = [constraint for constraint in weaker.constraints if constraint.slack < 0]
    assert not weaker.is_equilibrium
    assert ("action", "on the path, Player 1 plays M") in [(constraint.kind, constraint.where) for constraint in failing]


def test_a_larger_fine_would_not_be_paid():
    found = transfer_table(COURNOT).equilibrium("1/3")
    payments = {signal: dict(row) for signal, row in found.path.payments.items()}
    payments["Player 2 deviated"]["Player 2"] += F(1, 100)
    harsher = replace(found, path=replace(found.path, payments=payments))
    assert [c.kind for c in harsher.constraints if c.slack < 0] == ["payment"]


def test_it_fails_with_less_patience():
    found = transfer_table(COURNOT).equilibrium("1/3")
    assert not replace(found, delta=F(33, 100)).is_equilibrium


def test_fines_and_the_plain_reading():
    found = transfer_table(COURNOT).equilibrium("1/3")
    assert found.fines == {"Player 1": 15, "Player 2": 15}
    text = found.summary()
    assert "on the path: L, L" in text
    assert "if Player 1 does not pay: M, H for one period, worth 0 to Player 1" in text
    assert "42 constraints hold" in text
    assert repr(found) == "<TransferEquilibrium at delta 1/3: L, L; payoffs: Player 1 10, Player 2 10>"


@pytest.mark.parametrize("payoffs", [(21, 0), (-1, 3), (12, 12)])
def test_payoffs_outside_the_set_are_refused(payoffs):
    with pytest.raises(SolverNotApplicableError, match="at most 20"):
        transfer_table(COURNOT).equilibrium("1/2", payoffs)


# -------------------------------------------------------------------- one profile


@pytest.mark.parametrize("seed", range(8))
def test_critical_patience_of_each_profile(seed):
    game = random_game(seed, (3, 3), tied=seed % 2 == 0)
    table = transfer_table(game)
    for cell in game.profiles():
        gain, critical = sum(game.regret(cell).values()), table.critical(cell)
        if critical is None:
            row = table.at(1 - F(1, 10**12))
            assert row is None or row.liquidity < gain
            continue
        assert table.at(critical).liquidity >= gain
        if critical:
            below = table.at(critical - F(1, 10**15))
            assert below is None or below.liquidity < gain


def test_critical_patience_of_a_profile_in_every_period():
    table = transfer_table(COURNOT)
    assert table.critical(("L", "L")) == table.critical(("L", "L"), every_period=True) == F(1, 3)
    assert table.critical(("L", "M")) == table.critical(("L", "M"), every_period=True) == F(1, 4)
    # As a punishment, H against M needs no more than what the best path leaves to lose; for ever, it yields next to nothing.
    assert table.critical(("H", "M")) == F(1, 4)
    assert table.critical(("H", "M"), every_period=True) == F(6, 7)
    assert table.critical(("H", "H"), every_period=True) is None


def test_unknown_actions_are_named():
    with pytest.raises(UnknownLabelError, match="X"):
        transfer_table(COURNOT).critical(("X", "L"))


# -------------------------------------------------------------------- numbers


def test_floats_in_floats_out():
    table = transfer_table(COURNOT.floats())
    assert not table.exact
    assert [row.delta for row in table.rows] == [0.0, 0.25, 1 / 3]
    assert isinstance(table.rows[1].joint_payoff, float)
    assert isinstance(table.critical(("L", "L")), float)
    assert table.payoff_set(0.5).vertices == ((0.0, 0.0), (20.0, 0.0), (0.0, 20.0))
    assert table.equilibrium(0.5).is_equilibrium


def test_decimals_that_floats_cannot_hold_still_tie():
    # Written in binary, 0.1 + 0.2 is not 0.3 and the mixed corner would seem better than cooperation.
    game = ag.NormalFormGame.symmetric([[0.15, -0.1], [0.4, 0.05]])
    exact = ag.NormalFormGame.symmetric([["0.15", "-0.1"], ["0.4", "0.05"]])
    assert [row.path for row in transfer_table(game).rows] == [row.path for row in transfer_table(exact).rows]
    assert [row.delta for row in transfer_table(game).rows] == [float(row.delta) for row in transfer_table(exact).rows]


def test_a_payoff_set_of_a_repeated_game():
    game = ag.RepeatedGame(COURNOT, "1/4", transfers=True)
    found = transfer_payoffs(game)
    assert found.vertices == ((0, 0), (18, 0), (0, 18))
    assert found.exact
    assert found.game == game
    assert found.contains((9, 9)) is True
    assert found.contains((10, 9)) is False


def test_three_players_give_a_tetrahedron():
    pact = ag.NormalFormGame.symmetric([[[4, 1], [1, -2]], [[6, 3], [3, 0]]])
    found = transfer_table(pact).payoff_set("9/10")
    assert found.inner.dimension == 3
    assert len(found.vertices) == 4


# -------------------------------------------------------------------- refusals


def test_refusals():
    symbolic = ag.games.prisoners_dilemma(T=sympy.Symbol("T"))
    with pytest.raises(SolverNotApplicableError, match="symbols"):
        transfer_table(symbolic)
    with pytest.raises(SolverNotApplicableError, match="transfers=True"):
        transfer_payoffs(ag.RepeatedGame(COURNOT, "1/2"))
    with pytest.raises(SolverNotApplicableError, match="3 periods"):
        transfer_table(ag.RepeatedGame(COURNOT, "1/2", transfers=True, periods=3))
    with pytest.raises(GameDefinitionError, match="RepeatedGame"):
        transfer_payoffs(COURNOT)
    with pytest.raises(GameDefinitionError, match="NormalFormGame"):
        transfer_table("a game")
    with pytest.raises(GameDefinitionError, match=r"\[0, 1\)"):
        transfer_table(COURNOT).at(1)


# -------------------------------------------------------------------- showing it


def test_table_as_frame_latex_and_html():
    table = transfer_table(COURNOT)
    frame = table.to_dataframe()
    assert list(frame["delta"]) == [0, F(1, 4), F(1, 3)]
    assert list(frame["punishment payoff Player 2"]) == [7, 0, 0]
    assert list(frame["path"]) == ["M, M", "L, M", "L, L"]
    latex = table.to_latex(caption="Patience & pay", label="tab:t")
    assert latex.count(r"\\") == 4
    assert "$1/4$" in latex
    assert r"Patience \& pay" in latex
    assert table._repr_html_().count("<tr>") == 4
    assert "none in pure strategies" in transfer_table(PENNIES).to_latex()


def test_summary_says_what_was_checked():
    text = transfer_table(COURNOT).summary()
    assert "delta >= 1/4: joint payoff 18, punishments Player 1 0, Player 2 0" in text
    assert "3 equilibria written out" in text
    assert "none missing" in text


def test_plot_is_a_staircase():
    axes = transfer_table(COURNOT).plot()
    joint, *low = axes.get_lines()
    assert list(joint.get_xdata()) == pytest.approx([0, 0.25, 0.25, 1 / 3, 1 / 3, 1])
    assert list(joint.get_ydata()) == pytest.approx([14, 14, 18, 18, 20, 20])
    assert len(low) == 2
    assert axes.get_xlabel() == "discount factor"
    empty = transfer_table(PENNIES).plot()
    assert not empty.get_lines()
    assert "none in pure strategies" in empty.texts[0].get_text()
