"""Games with troublesome labels, and hand-written files, for all tests of reading and writing."""

from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.testing import normal_form_games

# Characters that mean something in some format, and some that only look strange.
TROUBLESOME = st.text(st.sampled_from('ab1 {},"\\/\n\t[]:Łé—𝔸'), min_size=1, max_size=6).filter(str.strip)
# What Gambit accepts: printable ASCII, no doubled or outer spaces; its reader mistakes backslashes.
PLAIN = st.text(st.sampled_from('abcXYZ019{},"[]()/:;.!'), min_size=1, max_size=6)


@st.composite
def labelled_games(draw, labels=TROUBLESOME, titles=None, max_players=3):
    """Draw an exact game with one to three players under drawn labels."""
    game = draw(normal_form_games(n_players=draw(st.integers(1, max_players))))

    def distinct(count):
        return draw(st.lists(labels, min_size=count, max_size=count, unique=True))

    return ag.NormalFormGame.from_arrays(
        *game.payoffs,
        players=distinct(len(game.players)),
        actions=[distinct(size) for size in game.shape],
        title=draw(titles if titles is not None else st.one_of(st.just(""), labels)),
    )


@st.composite
def float_games(draw):
    """Draw a two-player game whose payoffs are any doubles at all."""
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    numbers = st.floats(allow_nan=False, allow_infinity=False)
    matrix = st.lists(st.lists(numbers, min_size=columns, max_size=columns), min_size=rows, max_size=rows)
    return ag.NormalFormGame.from_bimatrix(draw(matrix), draw(matrix))


# name: (text, payoffs[first player's action][second player's action]... -> tuple of payoffs, as nested lists of text)
FILES = {
    "payoffs, unlabelled": (
        'NFG 1 R "Chicken on a narrow road" { "Player 1" "Player 2" } { 2 2 }\n\n0 0 7 2 2 7 6 6\n',
        [[("0", "0"), ("2", "7")], [("7", "2"), ("6", "6")]],
    ),
    "payoffs, labelled, with a comment": (
        'NFG 1 R "Two by three" { "Patron" "Client" }\n\n{ { "support" "abandon" }\n{ "yield" "stand" "attack" }\n}\n"A \\"comment\\"\n'
        'on two lines"\n\n1 -1\n2 -2\n3 -3\n4 -4\n5 -5\n6 -6\n',
        [[("1", "-1"), ("3", "-3"), ("5", "-5")], [("2", "-2"), ("4", "-4"), ("6", "-6")]],
    ),
    "outcomes, with the null outcome": (
        'NFG 1 R "Pact" { "East" "West" }\n{ { "join" "stay" }\n  { "join" "stay" } }\n""\n'
        '{\n{ "war" -3, -3 }\n{ "" 1/2, 1/2 }\n{ "one-sided" 4, -1/3 }\n}\n2 3 0 1\n',
        [[("1/2", "1/2"), ("0", "0")], [("4", "-1/3"), ("-3", "-3")]],
    ),
    "outcomes, three players, no commas": (
        'NFG 1 R "Triple" { "A" "B" "C" } { 2 1 2 } "" { { "" 9 8 12 } { "" 0 0 0 } { "" 9 8 2 } } 1 2 3 1',
        [[[("9", "8", "12"), ("9", "8", "2")]], [[("0", "0", "0"), ("9", "8", "12")]]],
    ),
    "decimals and exponents": (
        'NFG 1 D "Decimals" { "P" "Q" } { 1 4 }  .5 -.25  1.50 3.  2e3 -1.5e-2  1E2 +7\n',
        [[("1/2", "-1/4"), ("3/2", "3"), ("2000", "-3/200"), ("100", "7")]],
    ),
    "three players, payoffs": (
        'NFG 1 R "Three" { "P1" "P2" "P3" } { 2 2 2 }\n1 2 3  4 5 6  7 8 9  10 11 12  13 14 15  16 17 18  19 20 21  22 23 24',
        [
            [[("1", "2", "3"), ("13", "14", "15")], [("7", "8", "9"), ("19", "20", "21")]],
            [[("4", "5", "6"), ("16", "17", "18")], [("10", "11", "12"), ("22", "23", "24")]],
        ],
    ),
    "one player": ('NFG 1 R "" { "Alone" } { { "a" "b" "c" } } 1 2 3', [("1",), ("2",), ("3",)]),
    "empty labels, tabs and carriage returns": (
        'NFG\t1\r\nR "Nameless"\r\n{ "" "" } { { "" "" } { "" } }\r\n""\r\n1 2\r\n3 4\r\n',
        [[("1", "2")], [("3", "4")]],
    ),
    "no spaces where none are needed": ('NFG 1 R""{"P""Q"}{{"a"}{"b"}}{{""1,2}}1', [[("1", "2")]]),
}
