"""Regimes written as the proposition that a paper would print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames._fields import latex_number
from alliancegames.plotting._table_parts import latex_escape
from alliancegames.statics.regimes import RegimeMap

__all__ = ["proposition_latex"]


def proposition_latex(regimes: RegimeMap) -> str:
    r"""Return the regimes of a model as a LaTeX proposition.

    Assumptions come first, then each regime with its condition and its extreme equilibria, then the thresholds that
    the conditions name.

    Parameters
    ----------
    regimes : RegimeMap
        The regimes.

    Examples
    --------
    >>> import alliancegames as ag
    >>> text = ag.plotting.proposition_latex(ag.models.UnilateralDeterrence().regimes())
    >>> print(text.splitlines()[4])
    \item \emph{Certain Deterrence} if and only if $p_{D} \ge c_{1}$.
    """
    writer = _Writer(regimes)
    heading = latex_escape(regimes.model.title)
    lines = [rf"\begin{{proposition}}[{heading}]", writer.premise(), r"\begin{enumerate}"]
    lines.insert(2, "Knife-edges aside, the equilibria are:" if regimes.complete else "The equilibria are, knife-edges aside:")
    for regime in regimes:
        lines += writer.item(regime)
    lines.append(r"\end{enumerate}")
    if writer.used:
        lines.append("Here " + ", ".join(rf"${name} = {writer.formula(value)}$" for name, value in writer.used.items()) + ".")
    if regimes.unexamined:
        lines.append(f"Not examined: {latex_escape('; '.join(regimes.unexamined))}.")
    return "\n".join([*lines, r"\end{proposition}"])


class _Writer:
    """Formulas with the symbols of the model, and the thresholds met so far."""

    def __init__(self, regimes: RegimeMap) -> None:
        self._regimes = regimes
        self._model = regimes.model
        self._names = self._symbol_names()
        self._thresholds = self._known_thresholds()
        self.used: dict[str, Any] = {}

    def _symbol_names(self) -> dict[Any, str]:
        values = self._model.values()
        names = {}
        for parameter in self._model.parameters:
            own = getattr(values, parameter.name)
            if parameter.latex and not parameter.is_vector and getattr(own, "is_Symbol", False):
                names[own] = parameter.latex
        return names

    def _known_thresholds(self) -> dict[Any, str]:
        import sympy

        known = self._model.quantities(self._model.values())
        return {
            sympy.cancel(value): sympy.latex(sympy.Symbol(name)) for name, value in known.items() if getattr(value, "free_symbols", None)
        }

    def formula(self, value: Any) -> str:
        """Typeset a number or formula."""
        import sympy

        return sympy.latex(value, symbol_names=self._names) if hasattr(value, "free_symbols") else latex_number(value)

    def _side(self, value: Any) -> str:
        """Typeset one side of a condition; a threshold of the model is called by its name."""
        import sympy

        if getattr(value, "free_symbols", None) and not value.is_Symbol:
            name = self._thresholds.get(sympy.cancel(value))
            if name is not None:
                self.used[name] = value
                return name
        return self.formula(value)

    def premise(self) -> str:
        """State the domains and assumptions."""
        pairs = self._model.assumptions(self._model.values())
        chained = [f"{self.formula(larger)} > {self.formula(smaller)}" for larger, smaller in pairs]
        return f"Let ${', '.join(chained)}$." if chained else "Let the parameters be in their domains."

    def item(self, regime: Any) -> list[str]:
        """Write one regime with its equilibria."""
        pieces = [self._condition(piece) for piece in regime.pieces(self._model.values())]
        condition = " or ".join(pieces) if all(pieces) else ""
        link = "if and only if" if self._regimes.complete or len(pieces) == 1 else "if"
        lines = [rf"\item \emph{{{latex_escape(regime.name)}}}" + (f" {link} {condition}." if condition else " everywhere.")]
        profiles = self._regimes.equilibria(regime.name)
        lines += [rf"  \\ {self._profile(profile)}" for profile in profiles]
        return lines

    def _condition(self, piece: Sequence[tuple[Any, Any]]) -> str:
        return ", ".join(self._inequality(larger, smaller) for larger, smaller in piece)

    def _inequality(self, larger: Any, smaller: Any) -> str:
        """Put a lone parameter on the left."""
        if getattr(smaller, "is_Symbol", False) and not getattr(larger, "is_Symbol", False):
            return rf"${self.formula(smaller)} \le {self._side(larger)}$"
        return rf"${self._side(larger)} \ge {self._side(smaller)}$"

    def _profile(self, profile: Sequence[Mapping[str, Any]]) -> str:
        players = getattr(self._model, "players", ())
        parts = []
        for k, strategy in enumerate(profile):
            weights = {action: weight for action, weight in strategy.items() if weight != 0}
            alone = len(weights) == 1
            words = ", ".join(
                latex_escape(action) if alone else rf"{latex_escape(action)} ${self.formula(w)}$" for action, w in weights.items()
            )
            parts.append(f"{latex_escape(players[k])}: {words}" if len(players) == len(profile) else words)
        return "; ".join(parts) + "."
