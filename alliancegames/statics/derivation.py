"""Regimes derived from the payoffs: the cells of the parameter space in which the same equilibria exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from importlib import import_module
from typing import Any, Literal

from alliancegames._conditions import Conditions
from alliancegames.errors import SolverNotApplicableError
from alliancegames.games.bayesian import BayesianGame
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.repeated import RepeatedGame
from alliancegames.games.signalling import SignallingGame
from alliancegames.games.stochastic import StochasticGame
from alliancegames.parameters import Values
from alliancegames.solvers.repeated.automata import one_shot_deviations
from alliancegames.statics._derivation.candidates import Candidate, candidates
from alliancegames.statics._derivation.cells import Cell, cells
from alliancegames.statics._derivation.signalling_candidates import signalling_candidates
from alliancegames.statics._derivation.stationary_candidates import stationary_candidates
from alliancegames.statics._derivation.tree_candidates import tree_candidates
from alliancegames.statics._polynomials import FALSE, Atom, every, negation, some
from alliancegames.statics.coverage import interior
from alliancegames.statics.parameter_space import STEPS, ParameterSpace
from alliancegames.statics.regimes import Regime, RegimeMap

__all__ = ["regimes"]

# Equilibria that may exist somewhere: with more of them the cells are too many to be proved, or read.
MOST_CANDIDATES = 64


def regimes(
    model: Any,
    *,
    by: Literal["equilibria", "outcome"] = "equilibria",
    refinement: str | None = None,
    assuming: Sequence[Any] = (),
    steps: int = STEPS,
) -> RegimeMap:
    """Cut the parameter space into the cells in which the same equilibria exist, from the payoffs alone.

    Parameters
    ----------
    model : Model or NormalFormGame
        A model with free parameters, in normal form, of a Bayesian or signalling game, of a tree with perfect
        information, or of a repeated or stochastic game; or a game in normal form with symbolic payoffs.
    by : {"equilibria", "outcome"}, default "equilibria"
        What is the same in a cell: the set of equilibria, or, for trees, what happens on the path of play.
    refinement : {None, "D1"}, default None
        For signalling games: which beliefs are admitted after messages that nobody sends.
    assuming : sequence of sympy relation, optional
        For a game: what is known of its symbols, such as ``c > 0``.
    steps : int, optional
        Steps that the prover may take for one question.

    Returns
    -------
    RegimeMap
        Cells that are disjoint and cover the space up to knife-edges and the ends of closed domains, where more may tie;
        each with all its extreme equilibria as formulas. A cell carries the name of the declared regime that contains it, if there is one. `coverage` proves
        it again from the conditions.

    Raises
    ------
    SolverNotApplicableError
        The form of the game is not one of these, or a payoff is no rational function of the parameters.

    Notes
    -----
    Nash equilibria of two players are found by pairs of vertices with determinants as probabilities, perfect Bayesian
    equilibria of signalling games (at most two replies to a message) likewise, subgame-perfect equilibria by backward
    induction. Of games with more players the equilibria are listed in which at most two players mix; ``complete`` says
    whether that is proved to be all. The number of questions to the prover grows with the number of cells: seconds
    for 4×4 games with a dozen parameters.

    Examples
    --------
    >>> import alliancegames as ag
    >>> found = ag.regimes(ag.models.UnilateralDeterrence(), refinement="D1")
    >>> found.names
    ('Certain Deterrence', 'Separating', 'Attack', 'Bluff')
    >>> found.complete
    True

    A game with symbols will do:

    >>> import sympy
    >>> c, e = sympy.symbols("c e", positive=True)
    >>> game = ag.NormalFormGame.from_bimatrix([[3 - c, 0], [1, e]], [[3 - c, 1], [0, e]])
    >>> ag.regimes(game)
    <RegimeMap of game: 2 regimes>
      1 × 1, 2 × 2, 1 mixed: 2 ≥ c
      2 × 2: c ≥ 2
    """
    if by not in ("equilibria", "outcome"):
        raise SolverNotApplicableError(f"regimes(): by must be 'equilibria' or 'outcome', got {by!r}.")
    if assuming and not isinstance(model, NormalFormGame):
        raise SolverNotApplicableError("regimes(): assuming= is for games with symbols; a model states its assumptions itself.")
    if isinstance(model, NormalFormGame):
        model = import_module("alliancegames.models.from_game").model_of(model, assuming)
    if not hasattr(model, "regime_game"):
        raise SolverNotApplicableError(f"regimes(): expected a Model or a NormalFormGame with symbols, got {type(model).__name__}.")
    space = ParameterSpace.of(model, steps=steps)
    listed, unexamined = _listed(model, space, refinement)
    if by == "outcome" and not all(candidate.label for candidate in listed):
        raise SolverNotApplicableError("regimes(by='outcome'): only the plays of trees have a name; use by='equilibria'.")
    if len(listed) > MOST_CANDIDATES:
        listed = [candidate for candidate in listed if space.find(candidate.condition).status != "nowhere"]
    if len(listed) > MOST_CANDIDATES:
        raise SolverNotApplicableError(
            f"regimes(): {len(listed)} equilibria may exist, too many for a map that can be read; give numbers to some parameters with replace(), or refine beliefs with refinement='D1'."
        )
    found = cells(space, [candidate.condition for candidate in listed], [c.label for c in listed] if by == "outcome" else None)
    names = _names(model, space, listed, found, refinement)
    entries = [
        _regime(model, space, name, cell, [listed[k] for k in cell.present] if by == "equilibria" else None)
        for name, cell in sorted(zip(names, found, strict=True), key=_order(model))
    ]
    doubtful = [f"whether {name} has a point" for name, cell in zip(names, found, strict=True) if cell.undecided]
    return RegimeMap(model, entries, refined=False, complete=not unexamined, unexamined=(*unexamined, *doubtful), interior=True)


def _listed(model: Any, space: ParameterSpace, refinement: str | None) -> tuple[list[Candidate], tuple[str, ...]]:
    """Return the equilibria of a model's game that may exist, and what was not examined."""
    game = model.regime_game(refinement)
    if refinement not in (None, "D1") or (refinement and not isinstance(game, SignallingGame)):
        raise SolverNotApplicableError(
            f"regimes(): refinement {refinement!r} is not available for this game; 'D1' is, for signalling games."
        )
    if isinstance(game, SignallingGame):
        return signalling_candidates(game, space, refinement), ()
    if isinstance(game, BayesianGame):
        game = game.ex_ante()
    if isinstance(game, ExtensiveGame):
        return tree_candidates(game, space), ()
    if isinstance(game, NormalFormGame):
        return candidates(game, space)
    if isinstance(game, StochasticGame):
        return stationary_candidates(game, space), ("mixed stationary equilibria",)
    if isinstance(game, RepeatedGame):
        return _named_strategies(model, game, space), ("strategies that the model does not name",)
    raise SolverNotApplicableError(
        f"regimes(): a {type(game).__name__} cannot be taken apart by formulas; games in normal form, Bayesian, signalling, repeated and stochastic games and trees with perfect information can."
    )


def _named_strategies(model: Any, game: RepeatedGame, space: ParameterSpace) -> list[Candidate]:
    """Return the strategy profiles that a model of a repeated game names, each with the condition that no single deviation pays."""
    import sympy

    result = []
    for name, automaton in model.strategies(model.values(), game.stage).items():
        slacks = [deviation.slack for deviation in one_shot_deviations(game, automaton).deviations]
        condition = every(space.condition(sympy.sympify(slack)) for slack in slacks if sympy.cancel(slack) != 0)
        if condition != FALSE:
            result.append(Candidate(({name: sympy.Integer(1)},), condition))
    return result


def _regime(model: Any, space: ParameterSpace, name: str, cell: Cell, own: Sequence[Candidate] | None) -> Regime:
    """Make a regime of a cell and its equilibria, None where these are not the same all over the cell."""
    first, *others = [_when(model, space, piece) for piece in cell.pieces]
    if own is None:
        return Regime(name, first, None, "the same is played, though plans off the path may differ", or_when=tuple(others))
    profiles = [candidate.profile for candidate in own]
    meaning = f"{len(own)} extreme equilibri{'um' if len(own) == 1 else 'a'}" if own else "no equilibrium of the kinds examined"
    return Regime(
        name,
        first,
        lambda p: [tuple(_at(weights, _substitution(model, p)) for weights in profile) for profile in profiles],
        meaning,
        or_when=tuple(others),
    )


def _at(weights: Mapping[str, Any], point: Mapping[Any, Any]) -> dict[str, Any]:
    return {action: weight.subs(point) if hasattr(weight, "subs") else weight for action, weight in weights.items()}


def _when(model: Any, space: ParameterSpace, piece: Sequence[Atom]) -> Callable[[Values], Conditions]:
    """Return a region as the conditions of a regime: solved for a parameter in formulas, polynomials at numbers."""
    readable = [solved(space, atom.polynomial) for atom in piece]
    places = [
        [(space.symbols[k], int(power)) for k, power in enumerate(monomial) if power]
        for atom in piece
        for monomial in atom.polynomial.monoms()
    ]

    def when(p: Values) -> Conditions:
        point = _substitution(model, p)
        if any(getattr(value, "free_symbols", None) for value in point.values()):
            return [(larger.subs(point), smaller.subs(point)) for larger, smaller in readable]
        terms = iter(places)
        pairs = []
        for atom in piece:
            total: Any = 0
            for coefficient in atom.polynomial.coeffs():
                term: Any = Fraction(int(coefficient.p), int(coefficient.q))
                if any(hasattr(value, "dtype") or isinstance(value, float) for value in point.values()):
                    term = float(term)
                for symbol, power in next(terms):
                    term = term * point[symbol] ** power
                total = total + term
            pairs.append((total, 0 * total))
        return pairs

    return when


def _substitution(model: Any, p: Values) -> dict[Any, Any]:
    """Return the values of the parameters by the symbols that stand for them."""
    own = model.values()
    result = {}
    for parameter in model.parameters:
        left, right = getattr(own, parameter.name), getattr(p, parameter.name)
        pairs = zip(left, right, strict=True) if parameter.is_vector else [(left, right)]
        result.update({symbol: value for symbol, value in pairs if getattr(symbol, "is_Symbol", False)})
    return result


def solved(space: ParameterSpace, polynomial: Any) -> tuple[Any, Any]:
    """Write ``polynomial > 0`` as ``larger > smaller``, solved for a parameter where its coefficient has one sign.

    Parameters that are probabilities come first, since papers state conditions on them.

    Parameters
    ----------
    space : ParameterSpace
        The space.
    polynomial : fmpq_mpoly
        A polynomial of its ring.
    """
    import sympy

    degrees = polynomial.degrees()
    linear = [k for k, degree in enumerate(degrees[: len(space.symbols)]) if degree == 1]
    for k in sorted(linear, key=lambda k: (not space.is_bounded(space.symbols[k]), str(space.symbols[k]))):
        slope = polynomial.derivative(k)
        sign = space.sign(slope)
        if sign in (1, -1):
            gens = list(space.ring.context.gens())
            gens[k] = space.ring.constant(Fraction(0))
            rest = polynomial.compose(*gens, ctx=space.ring.context)
            bound = space.ring.ratio(-rest, slope, sign)
            return (space.symbols[k], bound) if sign == 1 else (bound, space.symbols[k])
    positive = sum(
        (term for term in sympy.Add.make_args(space.ring.expression(polynomial)) if not term.could_extract_minus_sign()), sympy.Integer(0)
    )
    return positive, sympy.expand(positive - space.ring.expression(polynomial))


def _names(model: Any, space: ParameterSpace, listed: Sequence[Candidate], found: Sequence[Cell], refinement: str | None) -> list[str]:
    """Name each cell after the declared regimes that contain it, or else after its pure equilibria."""
    declared = model.regimes(refined=refinement is not None)
    values = model.values()
    insides = {}
    for regime in declared:
        try:
            insides[regime.name] = interior(space, regime, values)
        except SolverNotApplicableError:
            insides = {}
            break
    around = [
        " / ".join(name for name, inside in insides.items() if space.proves(some([negation(cell.formula), inside]))) for cell in found
    ]
    names: list[str] = []
    for cell, name in zip(found, around, strict=True):
        own = [listed[k] for k in cell.present]
        # Of several cells in one declared regime its name would tell nothing; what happens in each does.
        coarse = around.count(name) > 1 and all(candidate.label for candidate in own)
        name = _described(own) if coarse or not name else name
        count = sum(earlier == name or earlier.startswith(f"{name} (") for earlier in names)
        names.append(name if not count else f"{name} ({count + 1})")
    return names


def _described(own: Sequence[Candidate]) -> str:
    pure = [
        c.label or " × ".join(next(iter(weights)) for weights in c.profile) for c in own if all(len(weights) == 1 for weights in c.profile)
    ]
    mixed = len(own) - len(pure)
    pure = list(dict.fromkeys(pure))
    parts = [*pure[:4], *([f"{len(pure) - 4} more"] if len(pure) > 4 else []), *([f"{mixed} mixed"] if mixed else [])]
    return ", ".join(parts) or "none examined"


def _order(model: Any) -> Callable[[tuple[str, Cell]], tuple[int, str]]:
    """Put cells in the order of the declared regimes after which they are named."""
    known = list(model.regimes(refined=False).names)

    def place(entry: tuple[str, Cell]) -> tuple[int, str]:
        first = entry[0].split(" / ")[0]
        return (known.index(first) if first in known else len(known), entry[0])

    return place
