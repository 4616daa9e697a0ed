"""The cells of a parameter space in which the same candidates hold.

Each candidate is something that may or may not be there, an equilibrium say, with the condition under which
it is. The space is split at the signs of the polynomials in these conditions until every candidate is decided;
pieces with the same candidates are put together again and their conditions made as short as they can be.
Points at which one of the polynomials vanishes lie between the cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from alliancegames.statics._polynomials import FALSE, TRUE, Atom, Formula, Some, atoms_of, every, negation, some
from alliancegames.statics.parameter_space import ParameterSpace

__all__ = ["Cell", "cells"]

# Steps of the prover for a part of what is proved already: what is hard is not worth knowing.
CORE_STEPS = 100_000


@dataclass(frozen=True)
class Cell:
    """A region in which the same candidates hold.

    Parameters
    ----------
    present : tuple of int
        Positions of the candidates that hold.
    pieces : tuple of tuple of Atom
        The region is the union of these; each is where all its strict inequalities hold.
    witness : dict
        A rational point inside, by symbol.
    undecided : bool
        Whether it is not known if the region has a point at all.
    """

    present: tuple[int, ...]
    pieces: tuple[tuple[Atom, ...], ...]
    witness: Mapping[Any, Fraction] | None
    undecided: bool = False

    @property
    def formula(self) -> Formula:
        """The region as a formula."""
        return some(every(piece) for piece in self.pieces)


@dataclass(frozen=True, eq=False)
class _Leaf:
    literals: tuple[Atom, ...]
    present: tuple[int, ...]
    witness: Mapping[Any, Fraction] | None
    undecided: bool


def cells(space: ParameterSpace, conditions: Sequence[Formula], kinds: Sequence[str] | None = None) -> list[Cell]:
    """Cut the space into the cells of some candidates.

    Parameters
    ----------
    space : ParameterSpace
        The space.
    conditions : sequence of Formula
        The condition of each candidate.
    kinds : sequence of str, optional
        A kind for each candidate; then cells differ in which kinds hold, and each cell lists all candidates that hold
        somewhere in it.

    Returns
    -------
    list of Cell
        Disjoint by construction; what is between them are zeros of polynomials. No part of the space is left out: a
        branch is dropped only if it is proved to be empty.
    """
    splitter = _Splitter(space)
    leaves = splitter.split((), tuple(_generic(condition) for condition in conditions), None)
    groups: dict[Any, list[_Leaf]] = {}
    for leaf in leaves:
        groups.setdefault(leaf.present if kinds is None else frozenset(kinds[k] for k in leaf.present), []).append(leaf)
    result = []
    for own in groups.values():
        present = tuple(sorted({k for leaf in own for k in leaf.present}))
        others = some(every(leaf.literals) for leaf in leaves if leaf not in own)
        sure = [leaf for leaf in own if not leaf.undecided]
        pieces = _shortened(space, [leaf.literals for leaf in own], others)
        witness = next((leaf.witness for leaf in sure if leaf.witness is not None), None)
        result.append(Cell(present, pieces, witness, not sure))
    return result


def _generic(formula: Formula) -> Formula:
    """Return the formula for points at which no polynomial vanishes."""
    if isinstance(formula, Atom):
        if formula.relation in ("=", "!="):
            return TRUE if formula.relation == "!=" else FALSE
        return Atom(formula.polynomial, ">")
    combine = some if isinstance(formula, Some) else every
    return combine(_generic(part) for part in formula.parts)


class _Splitter:
    """Decides the candidates one polynomial at a time.

    Most questions are answered without the prover: points found inside a branch are kept for its branches, and what
    was proved of two conditions holds wherever both occur.
    """

    def __init__(self, space: ParameterSpace) -> None:
        self._space = space
        self._grid = space.grid_points()
        self._clashes: list[frozenset[Atom]] = []
        self._tried: dict[frozenset[Atom], bool] = {}

    def split(self, literals: tuple[Atom, ...], open_: tuple[Formula, ...], inside: np.ndarray | None) -> list[_Leaf]:
        """Return the pieces of the branch where the literals hold.

        Parameters
        ----------
        literals : tuple of Atom
            What holds in the branch.
        open_ : tuple of Formula
            What is left of the conditions of the candidates.
        inside : ndarray of int or None
            Points of the branch, as multiples of the space's grid; None at the root.
        """
        atom = _most_frequent(open_)
        if inside is None:
            inside = self._grid
        if atom is None:
            present = tuple(k for k, formula in enumerate(open_) if formula == TRUE)
            answer = self._space.find(every(literals), inside)
            return [_Leaf(literals, present, answer.witness, answer.status == "unknown")]
        leaves = []
        for literal in (atom, Atom(-atom.polynomial)):
            here = (*literals, literal)
            own = self._space.among(inside, literal)
            if not len(own):
                own = self._space.among(self._space.walk_within(inside, literals), literal)
            if len(own) or not self._empty(literals, literal):
                leaves += self.split(here, tuple(_given(formula, literal) for formula in open_), own)
        return leaves

    def _empty(self, literals: tuple[Atom, ...], literal: Atom) -> bool:
        """Whether it is proved that the literal holds nowhere in the branch."""
        known = {*literals, literal}
        if any(clash <= known for clash in self._clashes):
            return True
        # Two or three conditions that exclude each other are found much faster than a contradiction among all.
        for size in (1, 2):
            for few in combinations(literals, size):
                if self._refuted((*few, literal)):
                    self._clashes.append(frozenset((*few, literal)))
                    return True
        return self._space.find(every([*literals, literal])).status == "nowhere"

    def _refuted(self, literals: tuple[Atom, ...]) -> bool:
        """Whether few steps prove that literals exclude each other; known points are tried before."""
        key = frozenset(literals)
        if key not in self._tried:
            sampled = self._grid
            for literal in literals:
                sampled = self._space.among(sampled, literal)
            self._tried[key] = not len(sampled) and self._space.refutes(every(literals), CORE_STEPS)
        return self._tried[key]


def _most_frequent(formulas: Sequence[Formula]) -> Atom | None:
    counts: dict[str, tuple[int, Atom]] = {}
    for formula in formulas:
        for atom in atoms_of(formula):
            polynomial = atom.polynomial if atom.polynomial.leading_coefficient() > 0 else -atom.polynomial
            key = str(polynomial)
            counts[key] = (counts.get(key, (0, atom))[0] + 1, Atom(polynomial))
    return max(counts.values(), key=lambda entry: entry[0])[1] if counts else None


def _given(formula: Formula, literal: Atom) -> Formula:
    """Simplify a formula where a literal is known to hold."""
    if isinstance(formula, Atom):
        if formula.polynomial == literal.polynomial:
            return TRUE
        return FALSE if formula.polynomial == -literal.polynomial else formula
    combine = some if isinstance(formula, Some) else every
    return combine(_given(part, literal) for part in formula.parts)


def _shortened(space: ParameterSpace, branches: Sequence[tuple[Atom, ...]], others: Formula) -> tuple[tuple[Atom, ...], ...]:
    """Return short conjunctions whose union is that of the branches, none of which meets the other cells."""
    single = _common(space, branches, others)
    if single is not None:
        return (single,)
    pieces: list[tuple[Atom, ...]] = []
    for branch in branches:
        if pieces and space.find(_generic(every([*branch, negation(some(every(piece) for piece in pieces))]))).status == "nowhere":
            continue  # covered already
        pieces.append(_shortest(space, branch, others))
    return tuple(_needed(space, pieces))


def _needed(space: ParameterSpace, pieces: list[tuple[Atom, ...]]) -> list[tuple[Atom, ...]]:
    """Leave out pieces that the others cover, the narrowest first."""
    kept = list(pieces)
    for piece in sorted(pieces, key=len, reverse=True):
        rest = [other for other in kept if other is not piece]
        outside = every([*piece, negation(some(every(other) for other in rest))])
        if rest and space.find(_generic(outside)).status == "nowhere":
            kept = rest
    return kept


def _common(space: ParameterSpace, branches: Sequence[tuple[Atom, ...]], others: Formula) -> tuple[Atom, ...] | None:
    """Return one conjunction that describes all branches, if there is one."""
    candidates = dict.fromkeys(literal for branch in branches for literal in branch)
    shared = [
        literal
        for literal in candidates
        if all(literal in branch or space.find(every([*branch, Atom(-literal.polynomial)])).status == "nowhere" for branch in branches)
    ]
    if space.find(every([*shared, others])).status != "nowhere":
        return None
    return _shortest(space, tuple(shared), others)


def _shortest(space: ParameterSpace, literals: tuple[Atom, ...], others: Formula) -> tuple[Atom, ...]:
    """Leave out literals, the longest first, as long as what is left does not meet the other cells."""
    kept = list(literals)
    for literal in sorted(literals, key=lambda atom: (len(atom.polynomial.monoms()), str(atom.polynomial)), reverse=True):
        rest = [other for other in kept if other is not literal]
        if space.find(every([*rest, others])).status == "nowhere":
            kept = rest
    return tuple(kept)
