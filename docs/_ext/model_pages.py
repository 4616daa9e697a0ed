"""One page a model, made from its class: story, game, parameters, thresholds, regimes, results, figure, sources."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import matplotlib
import sympy
from rst import cell, code, escape, heading, list_table, remove_stale, write

import alliancegames as ag
from alliancegames.models.repeated_form import RepeatedModel
from alliancegames.parameters import Parameter, symbols

matplotlib.use("Agg")

# Larger stage games are described by their function of payoffs.
MOST_PROFILES = 32
STATUS = {"verified": "derived here and checked by the independent solver", "recalled": "from the literature, not derived here"}


def domain(parameter: Parameter) -> str:
    return parameter.domain.replace("inf", "∞").replace("-", "−")


def number(value: Any) -> str:
    """Write an exact number with its decimal where that helps."""
    if isinstance(value, Fraction) and value.denominator > 10:
        return f"{value} ≈ {float(value):.4g}"
    return str(value) if not isinstance(value, float) else f"{value:.6g}"


class Typesetter:
    """Typeset expressions with the symbols as the model's parameters say."""

    def __init__(self, model: Any) -> None:
        self.names: dict[Any, str] = {}
        for parameter in model.parameters:
            free = symbols(parameter, len(parameter.example))
            for index, symbol in enumerate(free, 1):
                if parameter.latex:
                    self.names[symbol] = f"{{{parameter.latex}}}_{{{index}}}" if parameter.is_vector else parameter.latex

    def tex(self, expression: Any) -> str:
        return str(sympy.latex(sympy.sympify(expression), symbol_names=self.names))

    def __call__(self, expression: Any) -> str:
        return f":math:`{self.tex(expression)}`"

    def all(self, expressions: Iterable[Any]) -> str:
        return cell([line for expression in expressions for line in self.lines(expression)])

    def lines(self, expression: Any) -> list[str]:
        """Write each alternative on a line of its own, so that what is long can be broken."""
        if not isinstance(expression, sympy.Or):
            return [self.together(expression)]
        first, *others = map(self.together, sympy.ordered(expression.args))
        return [f"either {first}", *(f"or {other}" for other in others)]

    def together(self, expression: Any) -> str:
        parts = sympy.ordered(expression.args) if isinstance(expression, sympy.And) else [expression]
        return ", ".join(self(_plainly(part)) for part in parts)


def _plainly(relation: Any) -> Any:
    """Write that a square is positive as what it means."""
    if isinstance(relation, sympy.Gt) and relation.rhs == 0 and relation.lhs.is_Pow and relation.lhs.exp == 2:
        return sympy.Ne(relation.lhs.base, 0, evaluate=False)
    return relation


# ---------------------------------------------------------------- sections


def story(model: Any, _: Typesetter) -> str:
    text = inspect.getdoc(type(model)) or ""
    _, _, rest = text.partition("\n\n")
    return rest


def facts(model: Any, _: Typesetter) -> str:
    return "\n".join(
        [
            f":Pillar: {model.pillar.replace('_', ' ')}",
            f":Form: {model.form}",
            f":Fidelity: {model.fidelity}, {ag.models.FIDELITY[model.fidelity]}",
            f":Source: :cite:t:`{model.references[0]}`",
            f':In code: ``ag.models.{type(model).__name__}()`` or ``ag.models.get("{model.key}")``',
            f":File: ``{type(model).__module__.replace('.', '/')}.py``",
        ]
    )


def parameters(model: Any, tex: Typesetter) -> str:
    header = ["name", "symbol", "domain", "meaning", "unit", "worked example", "source"]
    rows = [
        [
            code(p.name),
            code(p.symbol) + (f" :math:`{p.latex}`" if p.latex else ""),
            domain(p),
            escape(p.meaning),
            p.unit,
            _default(p),
            escape(p.source),
        ]
        for p in model.parameters
    ]
    if {p.source for p in model.parameters} == {"worked example"}:  # a column that would say the same everywhere
        header, rows = header[:-1], [row[:-1] for row in rows]
    assumptions = [f"\n.. math::\n\n   {chain}\n" for chain in _chains(model, tex)]
    stated = ["\nThe model takes for granted:\n", *assumptions] if assumptions else []
    return list_table(header, rows, classes="dense") + "".join(stated)


def _default(parameter: Parameter) -> str:
    values = parameter.example
    if parameter.is_vector and len(set(values)) == 1:
        return f"{values[0]} for each of {len(values)}"
    return ", ".join(map(str, values))


def _chains(model: Any, tex: Typesetter) -> list[str]:
    """Join assumptions ``a > b`` and ``b > c`` to ``a > b > c``."""
    chains: list[list[Any]] = []
    for larger, smaller in model.assumptions(model.values()):
        if chains and chains[-1][-1] == larger:
            chains[-1].append(smaller)
        else:
            chains.append([larger, smaller])
    return [" > ".join(tex.tex(side) for side in chain) for chain in chains]


def game(model: Any, tex: Typesetter) -> str:
    made = model.game()
    for kind, show in GAMES.items():
        if isinstance(made, kind):
            written = _written_in(made)
            return show(made, tex) + (f"\n.. source:: {type(model).__module__}:{type(model).__name__}.{written}\n" if written else "")
    return escape(repr(made)) + "\n"


def _normal_form(made: ag.NormalFormGame, tex: Typesetter) -> str:
    if len(made.players) != 2:
        rows = [[" / ".join(map(escape, profile)), *(tex(value) for value in made.payoff(profile).values())] for profile in made.profiles()]
        return list_table(["profile", *map(escape, made.players)], rows, classes="dense")
    first, second = made.players
    rows = [[escape(a), *(cell([tex(value) for value in made.payoff((a, b)).values()]) for b in made.actions[1])] for a in made.actions[0]]
    table = list_table([f"{escape(first)} ↓ {escape(second)} →", *map(escape, made.actions[1])], rows, stub=True, classes="dense")
    return f"In each cell the upper payoff belongs to {escape(first)}, the lower one to {escape(second)}.\n\n{table}"


def _stochastic(made: ag.StochasticGame, tex: Typesetter) -> str:
    rows = []
    for state in made.states:
        for profile in product(*made.actions[state]):
            payoffs = [f"{escape(player)}: {tex(value)}" for player, value in zip(made.players, made.reward(state, profile), strict=True)]
            moves = [f"{escape(after)}: {tex(chance)}" for after, chance in made.transition(state, profile).items() if chance != 0]
            actions = escape(", ".join(profile)) if any(len(labels) > 1 for labels in made.actions[state]) else "no choice"
            rows.append([escape(state), actions, cell(payoffs), cell(moves)])
    start = ", ".join(f"{escape(state)} with probability {tex(chance)}" for state, chance in made.initial.items() if chance != 0)
    return f"Play starts in: {start}.\n\n" + list_table(["state", "actions", "payoffs of the period", "next state"], rows, classes="dense")


def _aggregative(made: ag.AggregativeGame, tex: Typesetter) -> str:
    g, total, w = made.symbols
    return (
        f"An ally with wealth {tex(w)} that contributes {tex(g)} when the sum of all contributions is {tex(total)} has the utility\n\n"
        f".. math::\n\n   u({tex.tex(g)}, {tex.tex(total)}, {tex.tex(w)}) = {tex.tex(made.expression)}\n"
    )


def _written_in(made: Any) -> str:
    """Return the method of the model that says what the game is, where that says more than a table could."""
    if isinstance(made, ag.CutoffGame):
        return "build"
    return "payoffs" if _is_large(made) else ""


def _is_large(made: Any) -> bool:
    """Whether a repeated game's stage has too many profiles for a table."""
    return isinstance(made, ag.RepeatedGame) and len(list(made.stage.profiles())) > MOST_PROFILES


def _repeated(made: ag.RepeatedGame, tex: Typesetter) -> str:
    parts = [f"The following game is repeated without end; payoffs are averages, discounted by {tex(made.delta)} per period."]
    if not _is_large(made):
        parts.append(_normal_form(made.stage, tex))
    else:
        actions = "; ".join(
            f"{escape(player)}: {escape(', '.join(labels))}" for player, labels in zip(made.players, made.actions, strict=True)
        )
        parts.append(f"Actions: {actions}. Payoffs of one period, in the parameters ``p``:")

    if made.monitoring is not None:
        seen = made.monitoring
        rows = [
            [escape(", ".join(cell)), *(tex(sympy.factor(seen.probability(name, cell))) for name in seen.signals)]
            for cell in made.stage.profiles()
        ]
        parts.append("Actions are not seen, but a public signal is, with these probabilities:")
        parts.append(list_table(["actions", *map(escape, seen.signals)], rows, classes="dense"))
    return "\n\n".join(parts) + "\n"


def strategies(model: Any, _: Typesetter) -> str:
    """Read out the strategies that a model of a repeated game names, as they are in the worked example."""
    if not isinstance(model, RepeatedModel):
        return ""
    made = model.completed()
    named = made.strategies(made.values(), made.game().stage)
    lines = ["Examined by ``solve()``; probabilities are those of the worked example.", ""]
    for name, machine in named.items():
        lines += [f"*{escape(name)}*", "", ".. code-block:: text", "", *(f"   {line}" for line in machine.describe().splitlines()), ""]
    return "\n".join(lines)


def _tree(made: ag.ExtensiveGame, _: Typesetter) -> str:
    written = textwrap.indent(str(made), "   ")
    return f"Payoffs are those of {escape(', '.join(made.players))}, in this order.\n\n.. code-block:: text\n\n{written}\n"


def _signalling(made: ag.SignallingGame, tex: Typesetter) -> str:
    sender, receiver = made.players
    rows = [
        [escape(kind), escape(message), escape(reply), *(tex(value) for value in made.payoff(kind, message, reply).values())]
        for kind in made.types
        for message in made.messages
        for reply in made.replies[message]
    ]
    prior = ", ".join(f"{escape(kind)} with probability {tex(weight)}" for kind, weight in made.prior.items())
    header = ["type", "message", "reply", escape(sender), escape(receiver)]
    return f"The {escape(sender)} is {prior}.\n\n" + list_table(header, rows, classes="dense")


def _bayesian(made: ag.BayesianGame, tex: Typesetter) -> str:
    return _tree(made.tree(), tex)


def _cutoff(made: ag.CutoffGame, _: Typesetter) -> str:
    if made.kind == "gains":
        types = "; ".join(f"{escape(player)}: ``{distribution}``" for player, distribution in made.types.items())
        return f"Each player knows its own type, the others know how it is spread ({types}). In the parameters ``p``:\n"
    return f"An equilibrium is a solution of equations for {escape(', '.join(made.labels))}. In the parameters ``p``:\n"


def _cheap_talk(made: ag.CheapTalkGame, tex: Typesetter) -> str:
    sender, receiver = map(escape, made.players)
    return (
        f"{sender} knows the state, which is ``{made.distribution or made.states}``, and sends a message; {receiver} hears it and acts. "
        f"{receiver} loses the square of the distance between action and state, {sender} the square of the distance between the action "
        f"and the state plus {tex(made.bias)}.\n"
    )


def _offer(made: ag.OfferGame, _: Typesetter) -> str:
    written = textwrap.indent(str(made), "   ")
    return f"Payoffs are those of {escape(', '.join(made.players))}, in this order.\n\n.. code-block:: text\n\n{written}\n"


GAMES: dict[type, Callable[[Any, Typesetter], str]] = {
    ag.NormalFormGame: _normal_form,
    ag.StochasticGame: _stochastic,
    ag.RepeatedGame: _repeated,
    ag.AggregativeGame: _aggregative,
    ag.ExtensiveGame: _tree,
    ag.SignallingGame: _signalling,
    ag.BayesianGame: _bayesian,
    ag.CutoffGame: _cutoff,
    ag.CheapTalkGame: _cheap_talk,
    ag.OfferGame: _offer,
}


def outcomes(model: Any, _: Typesetter) -> str:
    return list_table(["name", "meaning", "unit"], [[code(o.name), escape(o.meaning), o.unit] for o in model.outcomes], classes="dense")


def thresholds(model: Any, tex: Typesetter) -> str:
    found = model.thresholds()
    example = model.completed().thresholds()
    rows = [[code(name), tex(formula), number(example[name])] for name, formula in found.items()]
    return list_table(["name", "formula", "in the worked example"], rows, classes="dense") if rows else ""


def regimes(model: Any, tex: Typesetter) -> str:
    table = model.regimes(refined=False)
    rows = []
    for regime in table:
        profiles = [" × ".join(_strategy(strategy, tex) for strategy in profile) for profile in table.equilibria(regime.name)]
        gone = f"\n\nEliminated by {escape(regime.eliminated_by)}; left out of the refined map." if regime.eliminated_by else ""
        rows.append([f"**{escape(regime.name)}**", tex.all(table.conditions(regime.name)), cell(profiles), escape(regime.meaning) + gone])
    header = ["regime", "where", "extreme equilibria", "what happens"]
    if not any(row[2] for row in rows):  # the model leaves the equilibria to its solver
        header, rows = [header[k] for k in (0, 1, 3)], [[row[k] for k in (0, 1, 3)] for row in rows]
    return list_table(header, rows, classes="dense") if rows else ""


def _strategy(strategy: Any, tex: Typesetter) -> str:
    played = {action: weight for action, weight in strategy.items() if weight != 0}
    if len(played) == 1:
        return escape(next(iter(played)))
    return "(" + ", ".join(f"{escape(action)} {tex(sympy.factor(weight))}" for action, weight in played.items()) + ")"


def propositions(model: Any, tex: Typesetter) -> str:
    entries = []
    for stated in model.propositions:
        source = stated.source or (model.references[0] if stated.status == "recalled" else "")
        where = f" :cite:p:`{source}`" if source else ""
        conditions = ", ".join(dict.fromkeys(tex.together(relation) for relation in stated.conditions(model)))
        lines = [f"**{escape(stated.name)}** ({stated.status})", f"   {escape(stated.statement)}{where}", ""]
        entries.append("\n".join(lines + ([f"   Checked where {conditions}.", ""] if conditions else [])))
    legend = "; ".join(f"*{status}*: {meaning}" for status, meaning in STATUS.items())
    return f"{legend}. ``model.check()`` repeats the checks on random parameter values.\n\n" + "\n".join(entries)


def comparative_statics(model: Any, _: Typesetter) -> str:
    rows = [
        [code(sign.claim), escape(sign.meaning), cell([code(premise) for premise in sign.where]) or "everywhere", sign.status]
        for sign in model.comparative_statics
    ]
    if not rows:
        return ""
    legend = "Decided as formulas by `alliancegames.prove`, for all admissible parameter values; ``model.prove(sign)`` repeats it."
    return f"{legend}\n\n" + list_table(["sign", "in words", "where", "status"], rows, classes="dense")


def worked_example(model: Any, _: Typesetter) -> str:
    solution = model.solve()
    found = solution.equilibria
    rows = [
        [escape(str(item)), *(number(value) for value in outcome.values())] for item, outcome in zip(found, solution.outcomes, strict=True)
    ]
    where = f"Regime: {escape(' / '.join(solution.regimes))}. " if solution.regimes else ""
    trust = f"Complete: {found.complete}. Exact: {found.exact}. Degenerate: {found.degenerate}. Solver: {code(found.provenance.solver)}. Largest regret: {number(found.provenance.max_regret)}."
    run = f">>> import alliancegames as ag\n>>> solution = ag.models.{type(model).__name__}().solve()\n"
    return f"{run}\n{where}{trust}\n\n" + list_table(["equilibrium", *(code(o.name) for o in model.outcomes)], rows, classes="dense")


def in_code(model: Any, _: Typesetter) -> str:
    """Document the class and the methods that it adds to those of every model."""
    cls = type(model)
    pillar = cls.__module__.rpartition(".")[0]
    parts = [part for part in cls.__mro__ if part.__module__.startswith(f"{pillar}.")]  # results may have a file of their own
    own = {
        name: member
        for part in reversed(parts)
        for name, member in vars(part).items()
        if inspect.isfunction(member) and not name.startswith("_") and not hasattr(ag.Model, name)
    }
    hooks = {"payoffs", "outcome_cells", "utility"}
    added = [
        name
        for name, member in own.items()
        if name not in hooks and not hasattr(member, "_proposition") and "Examples" in (member.__doc__ or "")
    ]
    lines = [
        f".. py:class:: alliancegames.models.{cls.__name__}(**values)",
        "",
        "   Parameter values by name or symbol; see `alliancegames.Model` for all methods.",
        "",
        *(f"   .. automethod:: alliancegames.models.{cls.__name__}.{name}" for name in added),
    ]
    return "\n".join(lines) + "\n"


def references(model: Any, _: Typesetter) -> str:
    return "\n".join(f"- {escape(ag.cite(key))} :cite:p:`{key}`" for key in model.references)


SECTIONS: tuple[tuple[str, Callable[[Any, Typesetter], str]], ...] = (
    ("The game", game),
    ("Strategies", strategies),
    ("Parameters", parameters),
    ("Outcomes", outcomes),
    ("Thresholds", thresholds),
    ("Regimes", regimes),
    ("Worked example", worked_example),
    ("Propositions", propositions),
    ("Comparative statics", comparative_statics),
    ("Class", in_code),
    ("References", references),
)


def figure(model: Any, folder: Path) -> str:
    """Draw the model's figure; its title, which states the result, is the text for those who cannot see it."""
    from matplotlib import pyplot

    axes = model.plot()
    title = " ".join((axes.get_title(loc="left") or axes.get_title() or "Regimes of the model").split())  # long ones fill two lines
    folder.mkdir(parents=True, exist_ok=True)
    axes.figure.savefig(folder / f"{model.key}.png", dpi=140, bbox_inches="tight", metadata={"Software": None})
    pyplot.close(axes.figure)
    return f".. figure:: figures/{model.key}.png\n   :alt: {model.title}: {title}\n   :width: 620px\n\n   {escape(title)}. Drawn by ``ag.models.{type(model).__name__}().plot()``.\n"


def page(model: Any, folder: Path) -> str:
    tex = Typesetter(model)
    parts = [
        heading(model.title, "="),
        f"*{escape(model.question)}*\n",
        facts(model, tex) + "\n",
        story(model, tex) + "\n",
        figure(model, folder / "figures"),
    ]
    for title, section in SECTIONS:
        content = section(model, tex)
        if content:
            parts.append(heading(title) + "\n" + textwrap.dedent(content))
    return "\n".join(parts)


def write_all(folder: Path) -> None:
    models = {key: cls() for key, cls in ag.models.all_models().items()}
    remove_stale(folder, {"index.rst", "claims.rst", *(f"{key}.rst" for key in models)})
    for key, model in models.items():
        write(folder / f"{key}.rst", page(model, folder))
