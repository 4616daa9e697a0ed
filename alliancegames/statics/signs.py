"""Comparative statics: the sign of every effect of every parameter, proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, overload

from alliancegames.errors import ParameterError, SolverNotApplicableError, unknown_label
from alliancegames.statics._claims.enclosed import plays_at
from alliancegames.statics._claims.grammar import Node, parse
from alliancegames.statics._claims.questions import Question
from alliancegames.statics._claims.readings import And, Choices, Logic, Vocabulary, cases, mentions_play
from alliancegames.statics._claims.scenes import EVERYWHERE, Scene, scenes
from alliancegames.statics._claims.sign_search import DISPLAYED, Sign, find_sign
from alliancegames.statics.jumps import Jump, find_jumps
from alliancegames.statics.parameter_space import STEPS
from alliancegames.statics.proofs import read_where

__all__ = ["SignEntry", "SignTable", "statics"]


@dataclass(frozen=True)
class SignEntry:
    """The sign of one effect: of a parameter on a quantity, in a regime.

    Parameters
    ----------
    quantity : str
        Outcome, threshold or formula.
    parameter : str
        Symbol of the parameter.
    regime : str or None
        Regime; None for all admissible parameters.
    equilibrium : int or None
        Position among the regime's extreme equilibria, where they differ in the quantity.
    sign : str
        ``"+"``, ``"-"``, ``"0"``: proved. ``"+0"``, ``"-0"``: proved to be at least, at most zero. ``"+-"``: both
        signs occur, at the witnesses. ``"?"``: unknown. ``"empty"``: the regime has no admissible point.
    witnesses : mapping
        Points where the effect is positive (``">"``), negative (``"<"``) or zero (``"="``), where found.
    seconds : float
        Time spent.
    reason : str
        Why it is unknown.
    """

    quantity: str
    parameter: str
    regime: str | None
    equilibrium: int | None
    sign: str
    witnesses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    seconds: float = field(default=0.0, repr=False)
    reason: str = field(default="", repr=False)

    @property
    def decided(self) -> bool:
        """Whether the sign is proved, or both signs are witnessed."""
        return self.sign != "?"

    @property
    def place(self) -> str:
        """The regime, and the equilibrium where it matters."""
        if self.regime is None:
            return "everywhere" if self.equilibrium is None else f"equilibrium {self.equilibrium + 1}"
        return self.regime if self.equilibrium is None else f"{self.regime}, equilibrium {self.equilibrium + 1}"


class SignTable(Sequence[SignEntry]):
    """Signs of effects, by quantity, parameter and regime.

    Parameters
    ----------
    model : Model
        The model.
    entries : sequence of SignEntry
        The signs.
    """

    def __init__(self, model: Any, entries: Sequence[SignEntry]) -> None:
        self._model, self._entries = model, tuple(entries)

    @property
    def model(self) -> Any:
        """The model whose effects these are."""
        return self._model

    @overload
    def __getitem__(self, index: int) -> SignEntry: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[SignEntry, ...]: ...
    def __getitem__(self, index: int | slice) -> SignEntry | tuple[SignEntry, ...]:
        return self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    def sign(self, quantity: str, parameter: str, regime: str | None = None) -> str:
        """Return one sign.

        Parameters
        ----------
        quantity : str
            Outcome, threshold or formula, as asked for.
        parameter : str
            Name or symbol of the parameter.
        regime : str, optional
            The regime; not needed for what holds everywhere.

        Returns
        -------
        str
            As in `SignEntry`; if equilibria of the regime differ, the sign that holds for all of them.
        """
        symbol = str(Vocabulary(self._model).symbol(parameter))
        found = [e.sign for e in self._entries if (e.quantity, e.parameter, e.regime) == (quantity, symbol, regime)]
        if not found:
            known = dict.fromkeys(f"{e.quantity}, {e.parameter}, {e.regime}" for e in self._entries)
            raise unknown_label("sign", f"{quantity}, {symbol}, {regime}", known, "SignTable.sign()")
        return _joint(found)

    def jumps(self, quantity: str, *, steps: int = STEPS) -> list[Jump]:
        """Return the signs of the jumps of a quantity where neighbouring regimes meet.

        Parameters
        ----------
        quantity : str
            An outcome or formula.
        steps : int, optional
            Steps that z3 may take for one question.
        """
        return find_jumps(self._model, quantity, steps=steps)

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame with one row a sign, and the witnesses."""
        import pandas as pd

        rows = [
            {
                "quantity": e.quantity,
                "parameter": e.parameter,
                "regime": e.regime,
                "equilibrium": e.equilibrium,
                "sign": e.sign,
                "decided": e.decided,
                "witness above": e.witnesses.get(">"),
                "witness below": e.witnesses.get("<"),
                "seconds": e.seconds,
                "reason": e.reason,
            }
            for e in self._entries
        ]
        return pd.DataFrame(rows)

    def _grid(self) -> tuple[list[str], dict[tuple[str, str], dict[str, str]]]:
        """Return the parameters that move anything, and for each place and quantity the signs by parameter."""
        rows: dict[tuple[str, str], dict[str, str]] = {}
        for place in dict.fromkeys(e.place for e in self._entries):
            for e in self._entries:
                if e.place == place:
                    rows.setdefault((place, e.quantity), {})[e.parameter] = e.sign
        moving = dict.fromkeys(e.parameter for e in self._entries if e.sign not in ("0", "empty"))
        return list(moving), rows

    def to_latex(self) -> str:
        """Return a LaTeX table: a row a regime and quantity, a column a parameter that moves anything."""
        import sympy

        columns, rows = self._grid()
        shown = {
            "+": "$+$",
            "-": "$-$",
            "0": "$0$",
            "+-": r"$\pm$",
            "+0": r"$\geq 0$",
            "-0": r"$\leq 0$",
            "?": "?",
            "empty": r"$\emptyset$",
        }
        symbols = _latex_symbols(self._model)
        head = " & ".join(["", "", *(f"${symbols.get(name) or sympy.latex(sympy.Symbol(name))}$" for name in columns)])
        lines = [r"\begin{tabular}{ll" + "c" * len(columns) + "}", r"\hline", head + r" \\", r"\hline"]
        before = ""
        for (place, quantity), signs in rows.items():
            cells = [shown[signs.get(name, "0")] for name in columns]
            lines.append(" & ".join(["" if place == before else _escaped(place), r"\texttt{" + _escaped(quantity) + "}", *cells]) + r" \\")
            before = place
        return "\n".join([*lines, r"\hline", r"\end{tabular}"])

    def _repr_html_(self) -> str:
        columns, rows = self._grid()
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
        body = "".join(
            f'<tr><td>{escape(place)}</td><th scope="row">{escape(quantity)}</th>'
            + "".join(f"<td style='text-align:center'>{DISPLAYED[signs.get(name, '0')]}</td>" for name in columns)
            + "</tr>"
            for (place, quantity), signs in rows.items()
        )
        caption = f"<caption>Signs of {escape(self._model.title)}</caption>"
        return f"<table>{caption}<thead><tr><td></td><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        columns, rows = self._grid()
        decided = sum(e.decided for e in self._entries)
        lines = [f"<SignTable of {self._model.key}: {len(self)} effects, {decided} decided>"]
        width = max((len(quantity) for _, quantity in rows), default=0)
        widths = [max(len(name), 3) for name in columns]
        lines.append("  " + " " * width + "  " + "  ".join(name.rjust(w) for name, w in zip(columns, widths, strict=True)))
        before = None
        for (place, quantity), signs in rows.items():
            if place != before:
                lines.append(f"{place}:")
                before = place
            cells = "  ".join(DISPLAYED[signs.get(name, "0")].rjust(w) for name, w in zip(columns, widths, strict=True))
            lines.append(f"  {quantity.ljust(width)}  {cells}")
        still = [name for name in dict.fromkeys(e.parameter for e in self._entries) if name not in columns]
        return "\n".join(line.rstrip() for line in [*lines, *([f"No effect at all: {', '.join(still)}"] if still else [])])


def statics(
    model: Any,
    outcome: str | Sequence[str] | None = None,
    *,
    parameters: Sequence[str] | None = None,
    where: str | Sequence[str] | None = None,
    regimes: Any = None,
    steps: int = STEPS,
) -> SignTable:
    """Find the sign of the effect of every parameter on outcomes and thresholds, in every regime.

    Parameters
    ----------
    model : Model
        The model; effects of its free parameters are found, at all values that they may take. At numbers, the
        effects of all parameters at this point.
    outcome : str or sequence of str, optional
        Outcomes, thresholds, or formulas of these such as ``"p_war / (1 - p_status_quo)"`` or
        ``'payoff("Defender")'``, in the grammar of `prove`. By default all outcomes and thresholds of the model.
    parameters : sequence of str, optional
        Names or symbols of parameters; by default all that are free.
    where : str or sequence of str, optional
        Names of regimes to look at (by default all), and claims taken for granted.
    regimes : RegimeMap, optional
        Regimes of the model; by default those that it declares.
    steps : int, optional
        Steps that z3 may take for one question.

    Returns
    -------
    SignTable
        One entry a quantity, parameter and regime. Outcomes have signs in each regime, thresholds everywhere
        or in the regimes named.

    Raises
    ------
    ClaimError
        A formula or ``where`` cannot be read, or there is no such free parameter.

    Examples
    --------
    >>> import alliancegames as ag
    >>> model = ag.models.UnilateralDeterrence()
    >>> ag.statics(model, ["c1", "d1"])
    <SignTable of unilateral_deterrence: 24 effects, 24 decided>
          c_DC  c_SQ  c_DDp  d_CD  d_DC  d_DDm
    everywhere:
      c1     +     −      +     0     0      0
      d1     0     0      0     +     −      +
    No effect at all: p_C, p_D, c_CD, c_DDm, d_SQ, d_DDp
    >>> ag.statics(model, "p_war", parameters=["p_C", "p_D"], where="Bluff").sign("p_war", "p_C", "Bluff")
    '+'
    """
    vocabulary = Vocabulary(model, regimes)
    restricted = () if where is None else (where,) if isinstance(where, str) else tuple(where)
    named, premises = read_where(restricted, vocabulary)
    texts = _quantities(vocabulary, outcome)
    free = [vocabulary.symbol(name) for name in parameters] if parameters is not None else _free(vocabulary)
    question = Question(model.exact(), steps=steps, fixed=vocabulary.fixed)
    entries: list[SignEntry] = []
    for text in texts:
        node = parse(text, what="formula")
        entries += _effects(question, vocabulary, (text, node), free, named, premises)
    return SignTable(model, entries)


def _quantities(vocabulary: Vocabulary, outcome: str | Sequence[str] | None) -> list[str]:
    if outcome is None:
        return [*(name for name in vocabulary.outcomes if name not in vocabulary.thresholds), *vocabulary.thresholds]
    return [outcome] if isinstance(outcome, str) else list(outcome)


def _free(vocabulary: Vocabulary) -> list[Any]:
    """Return the free parameters; at numbers all of them."""
    symbols = list(dict.fromkeys(value for value in vocabulary.parameters.values() if value.is_Symbol))
    return [symbol for symbol in symbols if symbol not in vocabulary.fixed] or symbols


def _effects(
    question: Question,
    vocabulary: Vocabulary,
    named: tuple[str, Node],
    free: Sequence[Any],
    regimes: Sequence[str],
    premises: Sequence[Node],
) -> Iterator[SignEntry]:
    """Yield the signs of the effects on one quantity."""
    text, node = named
    plays = mentions_play(node, vocabulary) or any(mentions_play(premise, vocabulary) for premise in premises)
    closed = bool(vocabulary.model.closed_forms(vocabulary.model.values()))
    if plays and not closed and hasattr(question.model, "game_at") and not question.model.is_symbolic:
        yield from _enclosed_effects(question, vocabulary, named, free)
        return
    places: Sequence[str | None] = regimes or ((None,) if not plays or closed else vocabulary.regimes.names or (None,))
    for place in places:
        stage = scenes(vocabulary.model, vocabulary.all_regimes, place) if plays else [Scene(place) if place else EVERYWHERE]
        for scene, number in _distinct(vocabulary, node, stage):
            for symbol in free:
                sign = _effect(question, vocabulary, node, scene, symbol, premises)
                yield SignEntry(text, str(symbol), place, number, sign.sign, sign.witnesses, sign.seconds, sign.reason)


def _enclosed_effects(question: Question, vocabulary: Vocabulary, named: tuple[str, Node], free: Sequence[Any]) -> Iterator[SignEntry]:
    """Yield the signs of effects at the equilibria of a cutoff game at numbers."""
    text, node = named
    plays, complete = plays_at(question.model, vocabulary)
    missing = "" if complete else "there may be other equilibria"
    for play in plays:
        for symbol in free:
            try:
                slopes = play.number_of(node, symbol).slopes
                assert slopes is not None
                low, high = float(slopes.low[0, 0]), float(slopes.high[0, 0])
                sign, reason = "0" if low == high == 0 else "+" if low > 0 else "-" if high < 0 else "?", missing
            except (ParameterError, SolverNotApplicableError) as error:
                sign, reason = "?", str(error)
            yield SignEntry(text, str(symbol), None, play.number if len(plays) > 1 else None, sign, {}, 0.0, reason)


def _distinct(vocabulary: Vocabulary, node: Node, stage: Sequence[Scene]) -> Iterator[tuple[Scene, int | None]]:
    """Leave out equilibria that agree in a quantity with one before."""
    found: dict[Any, Scene] = {}
    for scene in stage:
        found.setdefault(_formula_key(vocabulary, node, scene), scene)
    for scene in found.values():
        yield scene, scene.number if len(found) > 1 else None


def _formula_key(vocabulary: Vocabulary, node: Node, scene: Scene) -> Any:
    """Return something equal for equilibria with the same formula."""
    import sympy

    try:
        return tuple(sympy.factor(case.content) for case in cases(lambda choices: vocabulary.number(node, scene, choices)))
    except (SolverNotApplicableError, sympy.polys.polyerrors.PolynomialError):
        return scene.number


def _effect(question: Question, vocabulary: Vocabulary, node: Node, scene: Scene, symbol: Any, premises: Sequence[Node]) -> Sign:
    import sympy

    def read(choices: Choices) -> tuple[Any, Logic]:
        slope = sympy.diff(vocabulary.number(node, scene, choices), symbol)
        region = [vocabulary.logic(premise, scene, choices) for premise in premises]
        if scene.regime is not None:
            region.append(vocabulary.inside(scene.regime, choices))
        return slope, And(tuple(region))

    try:
        return find_sign(question, read)
    except SolverNotApplicableError as error:
        return Sign("?", reason=str(error))


def _joint(signs: Sequence[str]) -> str:
    """Return the sign that holds for all equilibria."""
    kinds = {sign for sign in signs if sign != "empty"}
    if len(kinds) <= 1:
        return next(iter(kinds), "empty")
    if "?" in kinds:
        return "?"
    for sign in ("+", "-"):
        if kinds <= {sign, sign + "0", "0"}:
            return sign + "0"
    return "+-"


def _latex_symbols(model: Any) -> dict[str, str]:
    return {parameter.symbol: parameter.latex for parameter in model.parameters if parameter.latex}


def _escaped(text: str) -> str:
    return text.replace("_", r"\_").replace("&", r"\&").replace("%", r"\%").replace("#", r"\#").replace("^", r"\^{}")
