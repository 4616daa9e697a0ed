"""Figures of trees: everything is there, nothing covers anything, and what is played stands out."""

import itertools
import random
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy
from drawn_trees import random_tree, random_trees
from matplotlib.colors import to_rgb

import alliancegames as ag
from alliancegames.errors import GameDefinitionError
from alliancegames.plotting._tree_layout import lay_out
from alliancegames.plotting.trees import INKS, describe_tree, plot_tree

Move, Chance, End = ag.Move, ag.Chance, ag.End


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def crisis():
    patron = Move("Patron", {"abandon": End((1, 0), "conquest"), "intervene": End((-1, -1), "war")})
    return ag.ExtensiveGame(
        ["Challenger", "Patron"], Move("Challenger", {"wait": End((0, 2), "status quo"), "attack": patron}), title="A crisis"
    )


def horse():
    def third(left, right):
        return Move("III", {"L": left, "R": right}, "III")

    tree = {
        "D": third((3, 3, 2), (0, 0, 0)),
        "C": Move("II", {"d": third((4, 4, 0), (0, 0, 1)), "c": (1, 1, 1)}),
    }
    return ag.ExtensiveGame(["I", "II", "III"], Move("I", tree), title="Selten's horse")


def beer_quiche():
    def sender(kind):
        likes = {"tough": "beer", "weak": "quiche"}[kind]

        def receiver(meal):
            pleased = int(meal == likes)
            return Move("Receiver", {"fight": (pleased, 1 if kind == "weak" else -1), "retreat": (pleased + 2, 0)}, meal)

        return Move("Sender", {meal: receiver(meal) for meal in ("beer", "quiche")}, f"Sender {kind}")

    return ag.ExtensiveGame(
        ["Sender", "Receiver"], Chance({"tough": ("9/10", sender("tough")), "weak": ("1/10", sender("weak"))}), title="Beer or quiche"
    )


def many_ends():
    """Thirty-three ends, with information sets that cross."""

    def protege(attack, support):
        return Move(
            "Protégé",
            {reply: End((1, -2, 3), "war" if reply == "resist" else "peace") for reply in ("resist", "concede")},
            f"{attack}/{support}",
        )

    def challenger(actions):
        replies = ("support", "abandon", "mediate")
        tree = {a: Move("Patron", {s: protege(a, s) for s in replies}, f"Patron {a}") for a in actions}
        return Move("Challenger", {**tree, "wait": End((0, 0, 0), "status quo")})

    branches = {"hard": ("attack", "threaten"), "soft": ("attack", "threaten"), "weak": ("attack",)}
    return ag.ExtensiveGame(
        ["Challenger", "Patron", "Protégé"], Chance({kind: ("1/3", challenger(actions)) for kind, actions in branches.items()})
    )


FIGURES = {"crisis": crisis, "horse": horse, "beer and quiche": beer_quiche, "33 ends": many_ends}


def boxes(ax):
    """Return the texts as drawn, with their boxes in pixels, measured by the renderer."""
    ax.figure.canvas.draw()
    texts = [text for text in ax.texts if text.get_text()]
    return texts, [text.get_window_extent() for text in texts]


def covered(ax):
    """Return the pairs of texts that cover each other by more than a pixel."""
    texts, found = boxes(ax)
    pairs = []
    for (a, one), (b, other) in itertools.combinations(enumerate(found), 2):
        width = min(one.x1, other.x1) - max(one.x0, other.x0)
        height = min(one.y1, other.y1) - max(one.y0, other.y0)
        if width > 1 and height > 1:
            pairs.append((texts[a].get_text(), texts[b].get_text()))
    return pairs


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_covers_another_or_leaves_the_figure(name):
    game = FIGURES[name]()
    ax = plot_tree(game)
    assert covered(ax) == []
    frame = ax.figure.bbox
    for text, box in zip(*boxes(ax), strict=True):
        assert frame.x0 <= box.x0 and box.x1 <= frame.x1, text.get_text()
        assert frame.y0 <= box.y0 and box.y1 <= frame.y1, text.get_text()


@pytest.mark.parametrize("name", FIGURES)
def test_lines_keep_out_of_texts(name):
    assert lay_out(FIGURES[name](), None).overlaps == 0


def test_random_trees_are_legible():
    for game in random_trees("figures", 25, most_nodes=30, players=2, chance=0.3):
        ax = plot_tree(game)
        assert covered(ax) == [], str(game)
        plt.close(ax.figure)


def branch_lines(ax, game):
    """Return the line of each branch by the node that it leads to."""
    return dict(zip(range(1, len(game.nodes)), ax.lines, strict=False))


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_everything_is_there():
    for make in FIGURES.values():
        game = make()
        shown = words(plot_tree(game))
        for node in game.nodes:
            if node.payoffs is None:
                continue
            for word in node.outcome.split():
                assert any(word in text for text in shown)
        for part in game.information_sets:
            assert any(text.startswith(game.players[part.player]) for text in shown)
            assert all(any(action in text for text in shown) for action in part.actions)
        numbers = [text.strip(",") for text in shown]
        for value in {value for node in game.nodes if node.payoffs for value in node.payoffs}:
            assert numbers.count(str(value).replace("-", "−")) >= 1
        assert not game.title or game.title in shown


def test_the_path_of_play_stands_out():
    game = crisis()
    ax = plot_tree(game, {"Challenger": "attack", "Patron": {"abandon": "3/4", "intervene": "1/4"}})
    lines = branch_lines(ax, game)
    width = {k: line.get_linewidth() for k, line in lines.items()}
    assert width[2] > width[3] > width[4] > width[1]  # in the width of the probability
    assert lines[2].get_color() == lines[3].get_color() == "black"
    assert to_rgb(lines[1].get_color()) != to_rgb("black")
    assert "abandon 3/4" in words(ax) and "intervene 1/4" in words(ax)
    assert "attack" in words(ax)  # certainty is not written


def test_moves_off_the_path_are_thick_but_pale():
    game = crisis()
    ax = plot_tree(game, {"Challenger": "wait", "Patron": "intervene"})
    lines = branch_lines(ax, game)
    assert lines[4].get_linewidth() == lines[1].get_linewidth() > lines[3].get_linewidth()
    assert lines[1].get_color() == "black"
    assert to_rgb(lines[4].get_color()) != to_rgb("black")


def test_without_a_profile_all_branches_are_alike():
    game = beer_quiche()
    lines = branch_lines(plot_tree(game), game).values()
    assert len({(line.get_linewidth(), line.get_color()) for line in lines}) == 1
    assert "tough 9/10" in words(plot_tree(game))


def test_chance_is_hollow():
    game = beer_quiche()
    dots = [line for line in plot_tree(game).lines if line.get_marker() == "o"]
    assert len(dots) == sum(node.payoffs is None for node in game.nodes)
    assert [line.get_markerfacecolor() for line in dots].count("white") == 1


def test_information_sets_are_dashed_between_their_nodes():
    game = horse()
    ax = plot_tree(game)
    dashed = [line for line in ax.lines if line.is_dashed()]
    assert len(dashed) == 1
    layout = lay_out(game, None)
    (part,) = [part for part in game.information_sets if len(part.nodes) > 1]
    ends = {layout.positions[k] for k in part.nodes}
    points = list(zip(*dashed[0].get_data(), strict=True))
    assert {points[0], points[-1]} == ends
    assert len({y for _, y in ends}) == 1  # at one level, although one of them comes a move later
    assert words(ax).count("III") == 2  # once at the set, once beside the payoffs


def test_trees_grow_down_or_to_the_right():
    down = lay_out(crisis(), None).positions
    assert all(y < down[0][1] for _, y in down[1:])
    right = lay_out(many_ends(), None).positions
    assert all(x > right[0][0] for x, _ in right[1:])
    columns = {right[k][0] for k, node in enumerate(many_ends().nodes) if node.payoffs is not None}
    assert len(columns) == 1  # payoffs make a column


def test_on_given_axes_letters_shrink_to_fit():
    _, axes = plt.subplots(1, 2, figsize=(7, 3))
    ax = plot_tree(beer_quiche(), ax=axes[0])
    assert ax is axes[0]
    assert ax.texts[0].get_fontsize() < plot_tree(beer_quiche()).texts[0].get_fontsize()
    assert covered(ax) == []
    assert not axes[1].texts
    large = plt.figure(figsize=(20, 20)).add_subplot()
    assert plot_tree(crisis(), ax=large).texts[0].get_fontsize() == plot_tree(crisis()).texts[0].get_fontsize()


def test_the_figure_is_described_in_words():
    game = crisis()
    ax = plot_tree(game, ["attack", "abandon"])
    assert ax.get_label() == describe_tree(game, ["attack", "abandon"])
    assert ax.get_label().splitlines()[0] == "A crisis. Game tree with 3 ends. Payoffs: Challenger, Patron."
    assert ax.get_label().endswith("Played: Challenger: attack; Patron: abandon")
    assert "intervene → -1, -1  (war)" in ax.get_label()


def test_the_method_of_the_game_draws_it():
    ax = crisis().plot(["wait", "abandon"])
    assert words(ax) == words(plot_tree(crisis(), ["wait", "abandon"]))
    with pytest.raises(GameDefinitionError, match="one entry for each"):
        crisis().plot(["wait"])


def test_formulas_and_odd_labels():
    p, c = sympy.symbols("p c_1")
    tree = Chance({"$5": (p, Move("A_1", {"x_$": [c / 2], "y^2": [-c]})), "rest": (1 - p, [0])})
    ax = plot_tree(ag.ExtensiveGame(["A_1"], tree), None)
    ax.figure.canvas.draw()
    assert r"\$5 $p$" in words(ax)
    assert any("c_{1}" in text for text in words(ax))
    assert "x_$" in words(ax)
    played = plot_tree(ag.ExtensiveGame(["A_1"], tree).subs({p: "1/2", c: 2}), [{"x_$": "1/3", "y^2": "2/3"}])
    assert "x_$ 1/3" in words(played)


def test_a_tree_without_moves():
    ax = plot_tree(ag.ExtensiveGame(["A", "B"], End((1, Fraction(-1, 2)), "over")))
    assert {"A", "B", "1", "−1/2", "over"} <= set(words(ax))


def test_large_trees_are_drawn():
    game = random_tree(random.Random("large"), 700, chance=0.3)
    while sum(node.payoffs is not None for node in game.nodes) < 210:
        game = random_tree(random.Random(len(game.nodes)), 900, chance=0.3)
    assert len(plot_tree(game).texts) > 600


def luminance(colour):
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_colours_are_readable_on_white():
    assert min(1.05 / (luminance(ink) + 0.05) for ink in INKS) >= 4.5


def test_an_equilibrium_is_drawn_as_it_was_returned():
    game = FIGURES["crisis"]()
    for family in (ag.sequential_equilibria(game)[0], ag.subgame_perfect(game)[0]):
        drawn = [line.get_linewidth() for line in game.plot(family).lines]
        assert drawn == [line.get_linewidth() for line in game.plot(family.profile).lines]
        assert max(drawn) > max(line.get_linewidth() for line in game.plot().lines)
        plt.close("all")


def test_profiles_of_other_games_are_refused():
    first = ag.ExtensiveGame(["A"], ag.Move("A", {"l": (1,), "r": (0,)}))
    second = ag.ExtensiveGame(["A"], ag.Move("A", {"l": (0,), "r": (1,)}))
    with pytest.raises(GameDefinitionError, match="belongs to another game"):
        first.plot(ag.subgame_perfect(second)[0])
