"""Jumps of outcomes where neighbouring regimes meet: effects that no derivative shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from alliancegames.errors import SolverNotApplicableError
from alliancegames.statics._claims.grammar import Node, parse
from alliancegames.statics._claims.questions import Question
from alliancegames.statics._claims.readings import And, Choices, Comparison, Logic, Or, Vocabulary
from alliancegames.statics._claims.scenes import Scene, scenes
from alliancegames.statics._claims.sign_search import DISPLAYED, Sign, find_sign
from alliancegames.statics.parameter_space import STEPS

__all__ = ["Jump", "find_jumps"]


@dataclass(frozen=True)
class Jump:
    """The sign of the step of a quantity from one regime to a neighbour, on their common boundary.

    Parameters
    ----------
    quantity : str
        Outcome or formula.
    before, after : str
        The regimes.
    equilibria : tuple of int
        Positions of the two equilibria among the extreme equilibria of the regimes.
    boundary : str
        The equation of the boundary.
    sign : str
        Sign of the value after, less the value before; as in `SignEntry`.
    witnesses : mapping
        Points of the boundary where the step is up (``">"``), down (``"<"``) or nil (``"="``), where found.
    reason : str
        Why it is unknown.
    """

    quantity: str
    before: str
    after: str
    equilibria: tuple[int, int]
    boundary: str
    sign: str
    witnesses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    reason: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.quantity} from {self.before!r} to {self.after!r} at {self.boundary}: {DISPLAYED[self.sign]}"


def find_jumps(model: Any, quantity: str, *, steps: int = STEPS) -> list[Jump]:
    """Find the signs of the jumps of a quantity on the boundaries between regimes.

    Parameters
    ----------
    model : Model
        The model.
    quantity : str
        An outcome, or a formula of outcomes.
    steps : int, optional
        Steps that z3 may take for one question.

    Returns
    -------
    list of Jump
        One for each two regimes that meet on a boundary, and each two of their extreme equilibria. A boundary
        is where one condition of the first regime is an equality while its others hold.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.statics.jumps import find_jumps
    >>> for jump in find_jumps(ag.models.UnilateralDeterrence(), "p_status_quo"):
    ...     print(jump)
    p_status_quo from 'Certain Deterrence' to 'Separating' at p_D = (c_DC - c_SQ)/(c_DC - c_DDp): −
    p_status_quo from 'Separating' to 'Attack' at p_D = (c_DC - c_SQ)/(-c_CD + c_DC): −
    p_status_quo from 'Separating' to 'Bluff' at p_D = (c_DC - c_SQ)/(-c_CD + c_DC): −
    p_status_quo from 'Attack' to 'Bluff' at p_C = (d_CD - d_DC)/(d_CD - d_DDm): 0
    """
    vocabulary, node = Vocabulary(model), parse(quantity, what="formula")
    question = Question(model.exact(), steps=steps, fixed=vocabulary.fixed)
    names = vocabulary.regimes.names
    found = []
    for k, before in enumerate(names):
        for after in names[k + 1 :]:
            for boundary, region in _boundaries(question, vocabulary, before, after):
                for one in scenes(vocabulary.model, vocabulary.regimes, before):
                    for other in scenes(vocabulary.model, vocabulary.regimes, after):
                        sign = _step(question, vocabulary, node, (one, other), region)
                        found.append(
                            Jump(quantity, before, after, (one.number, other.number), boundary, sign.sign, sign.witnesses, sign.reason)
                        )
    return _merged(found)


def _boundaries(question: Question, vocabulary: Vocabulary, before: str, after: str) -> Iterator[tuple[str, Logic]]:
    """Yield the boundaries on which two regimes meet, each with where it is."""
    import sympy

    other = _closed(vocabulary.inside(after, {}))
    seen: set[Any] = set()
    for piece in _pieces(vocabulary.inside(before, {})):
        for k, condition in enumerate(piece):
            key = sympy.factor(condition.left - condition.right)
            if key in seen:
                continue
            edge = Comparison(condition.left, "=", condition.right)
            region = And((edge, *piece[:k], *piece[k + 1 :], other))
            if question.find(region).status != "nowhere":
                seen.add(key)
                yield f"{condition.left} = {condition.right}", region


def _pieces(logic: Logic) -> list[list[Comparison]]:
    """Return the conjunctions of strict comparisons whose union a regime is."""
    assert isinstance(logic, Or)
    return [list(piece.parts) for piece in logic.parts]


def _closed(logic: Logic) -> Logic:
    """Add the boundary to a region that is given by strict comparisons."""
    if isinstance(logic, Comparison):
        return Comparison(logic.left, logic.relation + "=", logic.right)
    return type(logic)(tuple(_closed(part) for part in logic.parts))


def _step(question: Question, vocabulary: Vocabulary, node: Node, pair: tuple[Scene, Scene], region: Logic) -> Sign:
    def read(choices: Choices) -> tuple[Any, Logic]:
        before, after = (vocabulary.number(node, scene, choices) for scene in pair)
        return after - before, region

    try:
        return find_sign(question, read, strict=False)
    except SolverNotApplicableError as error:
        return Sign("?", reason=str(error))


def _merged(jumps: list[Jump]) -> list[Jump]:
    """Join jumps between the same regimes at the same boundary that have the same sign for all equilibria."""
    groups: dict[tuple[str, str, str], list[Jump]] = {}
    for jump in jumps:
        groups.setdefault((jump.before, jump.after, jump.boundary), []).append(jump)
    return [jump for group in groups.values() for jump in (group[:1] if len({j.sign for j in group}) == 1 else group)]
