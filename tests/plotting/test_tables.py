"""Tables in HTML and LaTeX: complete, well formed, and with headings that say what the cells are."""

import re
from html.parser import HTMLParser

import pytest

import alliancegames as ag
from alliancegames._fields import latex_number
from alliancegames.errors import GameDefinitionError
from alliancegames.plotting import to_html, to_latex

MODELS = ag.models.all_models()
VOID = {"br", "hr", "img", "meta", "col"}


class Page(HTMLParser):
    """Reads tables; fails where tags do not match."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tables, self.attributes = [], [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append({"caption": "", "rows": []})
        if tag == "tr":
            self.tables[-1]["rows"].append([])
        if tag in ("th", "td"):
            self.tables[-1]["rows"][-1].append([tag, dict(attrs), ""])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "caption" in self.open:
            self.tables[-1]["caption"] += data
        elif {"th", "td"} & set(self.open):
            self.tables[-1]["rows"][-1][-1][2] += data


def check_html(text):
    page = Page(text)
    assert page.tables
    for table in page.tables:
        assert table["caption"].strip()
        heads = [cell for row in table["rows"] for cell in row if cell[0] == "th"]
        assert heads and all(cell[1].get("scope") in ("col", "row", "colgroup") for cell in heads)
        widths = {sum(int(cell[1].get("colspan", 1)) for cell in row) for row in table["rows"]}
        assert len(widths) == 1, "rows of different lengths"
    return page


def check_latex(text):
    """Fail unless braces and environments match, special characters are escaped and rows are as long as the declared columns."""
    stack = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", text):
        if kind == "begin":
            stack.append(name)
        else:
            assert stack.pop() == name
    assert not stack
    bare = re.sub(r"\\[\\{}$&%#_]", " ", text)
    depth = 0
    for character in bare:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0 and bare.count("$") % 2 == 0
    outside = re.sub(r"\$[^$]*\$", "", bare)
    assert not re.search(r"[_^#%<>~]", outside.replace(r"\textasciitilde", "")), "a special character outside mathematics"
    outside = outside.replace("\\ ", " ")
    tables = list(re.finditer(r"\\begin\{tabular\}\{(\w+)\}\n(.*?)\\end\{tabular\}", text, re.DOTALL))
    assert tables
    for table in tables:
        for row in re.split(r"\\\\(?: \\hline)?\n", table[2])[:-1]:
            cells = re.sub(r"\\&", "", row).count("&") + 1
            spans = sum(int(n) - 1 for n in re.findall(r"\\multicolumn\{(\d+)\}", row))
            assert cells + spans == len(table[1]), row


@pytest.fixture(scope="module", params=MODELS)
def solved(request):
    return MODELS[request.param]().solve()


def test_tables_of_every_model(solved):
    model = solved.model
    page = check_html(model._repr_html_())
    cells = [row[0][2] for row in page.tables[0]["rows"][1:]]
    assert cells == [parameter.name for parameter in model.parameters]
    page = check_html(solved._repr_html_())
    assert len(page.tables[0]["rows"]) == 1 + len(solved.equilibria)
    for outcome in model.outcomes:
        assert any(cell[2] == outcome.name for cell in page.tables[0]["rows"][0])
    check_latex(solved.to_latex(caption="Equilibria & outcomes, 100%", label="tab:x"))
    check_latex(solved.equilibria.to_latex(caption="Equilibria"))


def test_tables_of_games_and_regimes_of_every_model(solved):
    game = solved.model.game()
    if hasattr(game, "to_latex"):
        check_latex(game.to_latex(caption=solved.model.title))
        check_html(to_html(game))
    else:  # continuous choices have no table
        with pytest.raises(GameDefinitionError, match="to_dataframe"):
            to_html(game)
    if solved.regimes:
        regimes = type(solved.model)().regimes()
        page = check_html(regimes._repr_html_())
        assert [row[0][2] for row in page.tables[0]["rows"][1:]] == list(regimes.names)


GAMES = {
    "normal form": ag.games.prisoners_dilemma(),
    "three players": ag.NormalFormGame.from_arrays([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], *[[[[0, 1], [1, 0]], [[1, 1], [0, 0]]]] * 2),
    "anonymous": ag.AnonymousGame({"Ally": 3}, ["join", "abstain"], {"Ally": [[1, 2, 3], [0, 0, 1]]}),
    "repeated": ag.RepeatedGame(ag.games.prisoners_dilemma(), "1/2"),
    "odd names": ag.NormalFormGame.from_bimatrix(
        [[1, 2], [3, 4]], [[1, 2], [3, 4]], players=["A & B", "C_1"], actions=[["50%", "x^2"], ["<b>", "#~"]]
    ),
}


@pytest.mark.parametrize("name", GAMES)
def test_tables_of_games(name):
    game = GAMES[name]
    check_latex(game.to_latex())
    check_latex(game.to_latex(caption="a_b", label="tab:x"))
    check_html(game._repr_html_())


def test_payoffs_stand_in_their_cells():
    """A cell holds the payoffs of its row and column, in the order of the players."""
    crisis = ag.models.AllianceSignal().completed().game()
    table = check_html(to_html(crisis)).tables[0]
    heads = [cell[2] for cell in table["rows"][0]]
    for row in table["rows"][1:]:
        kind = row[0][2].split(" (")[0]
        for head, cell in zip(heads[1:], row[1:], strict=True):
            expected = crisis.payoff(kind, *head.split(", "))
            assert cell[2] == ", ".join(map(str, expected.values()))
    tree = ag.models.TripartiteCrisis().completed().game()
    ends = [node for node in tree.nodes if node.payoffs is not None]
    rows = check_html(to_html(tree)).tables[0]["rows"][1:]
    assert [row[0][2] for row in rows] == [", ".join(node.history) for node in ends]
    assert [tuple(cell[2] for cell in row[-len(tree.players) :]) for row in rows] == [tuple(map(str, node.payoffs)) for node in ends]


def test_marks_of_the_payoff_table():
    page = to_html(GAMES["normal form"])
    assert page.count("outline:") == 1 and page.count("<u>") == 4  # one equilibrium; each player has a best reply to each action
    assert to_latex(GAMES["normal form"]).count(r"\boxed") == 1


def test_other_results():
    transfers = ag.transfer_table(GAMES["repeated"])
    check_html(transfers._repr_html_())
    check_latex(transfers.to_latex())
    signs = ag.models.UnilateralDeterrence().statics(["p_war"])
    check_html(signs._repr_html_())
    check_latex(signs.to_latex())


def test_refinements_and_assessments():
    game = ag.models.CoalitionSignal().completed().game()
    report, found = ag.refine(game), ag.perfect_bayesian(game)
    (table,) = check_html(report._repr_html_()).tables
    verdicts = [[cell[2] for cell in row[1:]] for row in table["rows"][1:]]
    assert verdicts == [["survives" if verdict.survives else "dies" for verdict in item.verdicts.values()] for item in report]
    assert {"survives", "dies"} == {word for row in verdicts for word in row}
    (table,) = check_html(found._repr_html_()).tables
    assert [row[1][2] for row in table["rows"][1:]] == [family.kind for family in found]
    for result in (report, found):
        check_latex(result.to_latex(caption="Equilibria", label="tab:x"))


def test_numbers_far_from_one_are_typeset_with_powers_of_ten():
    assert [latex_number(value) for value in (1e-5, -2.5e20, 0.5)] == [r"1 \cdot 10^{-5}", r"-2.5 \cdot 10^{20}", "0.5"]
