"""Trees of the literature, written from the payoffs in the collection of games that comes with Gambit, with the titles given there."""

from collections.abc import Callable, Mapping
from fractions import Fraction

import alliancegames as ag

Move, Chance = ag.Move, ag.Chance
F = Fraction
# Payoffs of each type by message and reply.
Table = Mapping[str, Mapping[str, Mapping[str, tuple[int, int]]]]


def coordination(stay: tuple[int, int], rows: Mapping[str, Mapping[str, object]]) -> ag.ExtensiveGame:
    """Return a game in which the first player leaves or stays, and then both act at once."""
    inside = Move("1", {own: Move("2", dict(after), "2") for own, after in rows.items()}, "1 inside")
    return ag.ExtensiveGame(["1", "2"], Move("1", {"out": stay, "in": inside}, "1"))


def kohlberg_mertens_3() -> ag.ExtensiveGame:
    """Return "Kohlberg, Mertens, Example 3"."""
    return coordination((2, 2), {"M": {"L": (3, 3), "R": (1, 0)}, "B": {"L": (0, 0), "R": (1, 1)}})


def kohlberg_mertens_6() -> ag.ExtensiveGame:
    """Return "Kohlberg, Mertens, Example 6": an end of example 3 is followed by matching pennies."""
    pennies = Move("1", {a: Move("2", {b: (4, -4) if a == b else (-4, 4) for b in "12"}, "2 last") for a in "12"}, "1 last")
    return coordination((2, 2), {"M": {"L": (3, 3), "R": (1, 0)}, "B": {"L": pennies, "R": (1, 1)}})


def wilson() -> ag.ExtensiveGame:
    """Return "Wilson's ex1"."""
    return coordination((2, 2), {"A": {"a": (0, 0), "b": (1, 3)}, "B": {"a": (3, 1), "b": (0, 0)}})


def schotter_weigelt_wilson(rows: Mapping[str, Mapping[str, tuple[int, int]]]) -> ag.ExtensiveGame:
    """Return a game in which the first player stays out or lets the second decide whether they act at once."""
    inside = Move("1", {own: Move("2", dict(after), "2 inside") for own, after in rows.items()}, "1 inside")
    return ag.ExtensiveGame(["1", "2"], Move("1", {"in": Move("2", {"in": inside, "out": (0, 1)}, "2"), "out": (4, 4)}, "1"))


def schotter_weigelt_wilson_2() -> ag.ExtensiveGame:
    """Return "Schotter-Weigelt-Wilson (GEB 94), Fig 2"."""
    return schotter_weigelt_wilson({"T": {"T": (7, 0), "B": (5, 6)}, "B": {"T": (5, 6), "B": (7, 0)}})


def schotter_weigelt_wilson_3() -> ag.ExtensiveGame:
    """Return "Schotter-Weigelt-Wilson (GEB 94), Fig 3"."""
    return schotter_weigelt_wilson({"T": {"T": (6, 3), "B": (0, 0)}, "B": {"T": (0, 0), "B": (3, 6)}})


def signalling(prior: Mapping[str, Fraction], table: Table) -> ag.ExtensiveGame:
    """Return the tree in which a type chooses a message and the second player replies to it."""
    senders = {
        kind: Move("1", {message: Move("2", dict(ends), f"2 after {message}") for message, ends in messages.items()}, kind)
        for kind, messages in table.items()
    }
    return ag.ExtensiveGame(["1", "2"], Chance({kind: (prior[kind], senders[kind]) for kind in table}))


def replies(rows: Mapping[str, str]) -> dict[str, dict[str, tuple[int, int]]]:
    """Read payoffs after each message, such as ``"15,30 30,30"`` for the replies a1 and a2."""
    return {
        message: {f"a{k}": tuple(int(x) for x in pair.split(",")) for k, pair in enumerate(text.split(), 1)}
        for message, text in rows.items()
    }


def banks_sobel_1() -> ag.ExtensiveGame:
    """Return "Banks-Sobel, Example 1"."""
    table = {"t1": replies({"m1": "-3,3 -6,0", "m2": "-5,5 -6,0"}), "t2": replies({"m1": "-3,3 -11,5", "m2": "-5,5 -11,5"})}
    return signalling({"t1": F(1, 3), "t2": F(2, 3)}, table)


def brandts_holt_1() -> ag.ExtensiveGame:
    """Return "Brandts-Holt, IJGT 93, Game 1"; its replies C, D and E are a1, a2 and a3 here."""
    table = {
        "A": replies({"N": "15,30 30,30 0,45", "S": "45,15 0,0 30,15"}),
        "B": replies({"N": "30,30 15,60 45,30", "S": "30,30 0,0 30,15"}),
    }
    return signalling({"A": F(1, 2), "B": F(1, 2)}, table)


def banks_camerer_porter(first: Mapping[str, str], second: Mapping[str, str]) -> ag.SignallingGame:
    """Return a game of two equally likely types, three messages and three replies."""
    table = {"type 1": replies(first), "type 2": replies(second)}
    payoffs = {(kind, m, a): pair for kind, messages in table.items() for m, ends in messages.items() for a, pair in ends.items()}
    return ag.SignallingGame(list(table), ["m1", "m2", "m3"], ["a1", "a2", "a3"], dict.fromkeys(table, F(1, 2)), payoffs)


def banks_camerer_porter_1() -> ag.SignallingGame:
    """Return "Banks-Camerer-Porter (GEB 94), Game 1"."""
    return banks_camerer_porter(
        {"m1": "2,1 2,0 0,2", "m2": "3,1 1,0 0,0", "m3": "1,2 1,1 3,0"}, {"m1": "1,3 2,0 2,1", "m2": "2,1 0,0 0,6", "m3": "0,2 3,1 1,1"}
    )


def both_informed(shares: Mapping[tuple[str, str], Fraction], ends: Callable[[str, str, int, int], tuple[int, int]]) -> ag.ExtensiveGame:
    """Return a game of two types a player and two actions each, who act at once."""

    def first(a: str, b: str) -> Move:
        return Move("1", {str(i): Move("2", {str(j): ends(a, b, i, j) for j in (0, 1)}, f"2, {b}") for i in (0, 1)}, f"1, {a}")

    return ag.ExtensiveGame(["1", "2"], Chance({f"{a}, {b}": (share, first(a, b)) for (a, b), share in shares.items()}))


def harsanyi() -> ag.ExtensiveGame:
    """Return "Harsanyi (Managment Sci, 68), Table 1"."""
    worth = {("a1", "b1"): "2 5 -1 20", ("a1", "b2"): "-24 -36 0 24", ("a2", "b1"): "28 15 40 4", ("a2", "b2"): "12 20 2 13"}
    shares = {("a1", "b1"): F(2, 5), ("a1", "b2"): F(1, 10), ("a2", "b1"): F(1, 5), ("a2", "b2"): F(3, 10)}

    def ends(a: str, b: str, i: int, j: int) -> tuple[int, int]:
        value = int(worth[a, b].split()[2 * i + j])
        return value, -value

    return both_informed(shares, ends)


def mckelvey_palfrey() -> ag.ExtensiveGame:
    """Return "McKelvey-Palfrey: one stage mixed strategy learning game"."""
    first = {"1": (2, 3, 5, 1), "2": (1, 5, 3, 2)}
    second = {("1", "1"): (2, 0, 0, 4), ("1", "2"): (4, 0, 0, 2), ("2", "1"): (2, 0, 0, 4), ("2", "2"): (4, 0, 0, 2)}
    shares = {(a, b): F(1, 4) for a in "12" for b in "12"}
    return both_informed(shares, lambda a, b, i, j: (first[a][2 * i + j], second[a, b][2 * i + j]))


def centipede_with_altruists(moves: int = 6) -> ag.ExtensiveGame:
    """Return "Centipede game. Three inning with probability of altruism", without the moves that leave no choice.

    The six moves, or more, take the larger share of 1, 2, 4, ... or pass. An altruist always passes.
    """
    shares = [(F(4, 5) * 2**k, F(1, 5) * 2**k) for k in range(moves + 1)]
    stops = [pair if k % 2 == 0 else pair[::-1] for k, pair in enumerate(shares)]

    def move(k: int, kinds: tuple[bool, bool]) -> object:
        if k == moves:
            return stops[k]
        after = move(k + 1, kinds)
        if kinds[k % 2]:
            return after
        return Move(str(k % 2 + 1), {"take": stops[k], "pass": after}, f"move {k + 1}")

    share = {True: F(1, 100), False: F(99, 100)}
    events = {
        f"{'altruist' if a else 'rational'}, {'altruist' if b else 'rational'}": (share[a] * share[b], move(0, (a, b)))
        for a in (False, True)
        for b in (False, True)
    }
    return ag.ExtensiveGame(["1", "2"], Chance(events))


def plurality() -> ag.ExtensiveGame:
    """Return "Plurality Voting, Three alternatives, simultaneous vote"; the first player breaks ties."""
    worth = {"A": (3, 2, 1), "B": (2, 3, 2), "C": (1, 1, 3)}

    def winner(*votes: str) -> str:
        return next((x for x in "ABC" if votes.count(x) >= 2), votes[0])

    # in the file a tie among all three goes to the first player's choice
    def third(a: str, b: str) -> Move:
        return Move("3", {c: worth[winner(a, b, c)] for c in "CBA"}, "3")

    return ag.ExtensiveGame(["1", "2", "3"], Move("1", {a: Move("2", {b: third(a, b) for b in "CBA"}, "2") for a in "CBA"}, "1"))
