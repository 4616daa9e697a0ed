"""The claims table: sentences about alliances, and the results of models that bear them out or reverse them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from typing import Any, Literal

from alliancegames.errors import ParameterError, unknown_label
from alliancegames.models.registry import get

__all__ = ["Claim", "ClaimEntry", "ClaimExample", "Claims", "claims"]

Verdict = Literal["holds", "reversed", "depends"]
Effect = Literal["rises", "falls", "stays"]
Numbers = tuple[Fraction, ...]


@dataclass(frozen=True)
class ClaimExample:
    """An outcome of a model before and after a change.

    Parameters
    ----------
    before, after : mapping
        Values of parameters and settings, by symbol; the others are those of the model's worked example.
    numbers : pair of tuple of Fraction
        The values that the outcome takes in the equilibria before and after the change, each once, in ascending order.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    numbers: tuple[Numbers, Numbers]

    @property
    def effect(self) -> Effect:
        """What the change does to the outcome: its least value in equilibrium and its largest both move this way, or one does and the other stays."""
        (low, *_), (*_, high) = self.numbers[0], self.numbers[0]
        (new_low, *_), (*_, new_high) = self.numbers[1], self.numbers[1]
        if (low, high) == (new_low, new_high):
            return "stays"
        if new_low >= low and new_high >= high:
            return "rises"
        if new_low <= low and new_high <= high:
            return "falls"
        raise ParameterError("ClaimExample: the outcome spreads or narrows and so neither rises nor falls; choose another change.")

    def __str__(self) -> str:
        sides = zip((self.before, self.after), self.numbers, strict=True)
        return " → ".join(f"{' or '.join(map(str, found))} at {_in_words(change)}" for change, found in sides)


@dataclass(frozen=True)
class ClaimEntry:
    """What one model says about a claim.

    Parameters
    ----------
    model : str
        Key of the model.
    outcome : str
        The outcome or threshold of the model that the sentence is read as being about.
    expected : {"rises", "falls"}
        What the outcome does if the sentence is right.
    condition : str
        When the sentence holds and when it does not, in words.
    formula : str
        The same as a formula in the symbols of the model; empty if the model has none.
    proposition : str
        Name of the proposition of the model that is the evidence.
    holds, reversed : ClaimExample, optional
        An example in which the outcome does what the sentence says, and one in which it does not.
    proved : tuple of str
        Inequalities that `alliancegames.prove` proves of the model.
    """

    model: str
    outcome: str
    expected: Effect
    condition: str
    formula: str
    proposition: str
    holds: ClaimExample | None = None
    reversed: ClaimExample | None = None
    proved: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Whether the sentence holds, is reversed, or depends."""
        if self.holds and self.reversed:
            return "depends"
        return "holds" if self.holds else "reversed"

    @property
    def status(self) -> str:
        """Status of the proposition: verified or recalled."""
        stated = {stated.name: stated for stated in get(self.model).propositions}
        if self.proposition not in stated:
            raise unknown_label("proposition", self.proposition, stated, f"claims(), {self.model}")
        return stated[self.proposition].status

    def solve(self, values: Mapping[str, Any]) -> Numbers:
        """Return the values that the outcome takes in the model's equilibria, each once, in ascending order.

        Parameters
        ----------
        values : mapping
            Values of parameters and settings, by symbol.

        Examples
        --------
        >>> import alliancegames as ag
        >>> entry = ag.claims()[0].entries[0]
        >>> entry.solve(entry.holds.after) == entry.holds.numbers[1]
        True
        """
        model = get(self.model).replace(**values)
        if self.outcome in model.completed().thresholds():
            return (Fraction(model.completed().thresholds()[self.outcome]),)
        return tuple(sorted({Fraction(outcome[self.outcome]) for outcome in model.solve().outcomes}))


@dataclass(frozen=True)
class Claim:
    """A sentence that people argue about, with what models say about it.

    Parameters
    ----------
    sentence : str
        The sentence.
    pillar : str
        Subject that it belongs to.
    entries : tuple of ClaimEntry
        What models say.
    missing : str
        What no model in the package says.
    """

    sentence: str
    pillar: str
    entries: tuple[ClaimEntry, ...]
    missing: str = ""

    @property
    def verdict(self) -> Verdict:
        """Whether all entries agree that it holds, or that it is reversed; otherwise it depends."""
        verdicts = {entry.verdict for entry in self.entries}
        return verdicts.pop() if len(verdicts) == 1 else "depends"

    def __str__(self) -> str:
        lines = [f"{self.sentence}: {self.verdict}"]
        for entry in self.entries:
            lines.append(f"  {entry.model} ({entry.verdict}): {entry.condition}")
            lines += [f"    {entry.outcome} {side.effect}: {side}" for side in (entry.holds, entry.reversed) if side]
        return "\n".join(lines + ([f"  Not in the package: {self.missing}"] if self.missing else []))


@dataclass(frozen=True)
class Claims(Sequence[Claim]):
    """A table of claims.

    Parameters
    ----------
    items : tuple of Claim
        The claims.
    """

    items: tuple[Claim, ...] = field(repr=False)

    def __getitem__(self, index: Any) -> Any:
        return Claims(self.items[index]) if isinstance(index, slice) else self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.items)

    def find(self, words: str) -> Claims:
        """Return the claims whose sentence, conditions or models contain every word, whatever its case.

        Parameters
        ----------
        words : str
            Words or beginnings of words, separated by spaces.

        Examples
        --------
        >>> import alliancegames as ag
        >>> [claim.sentence for claim in ag.claims().find("enlargement provokes")]
        ['Enlargement provokes']
        """
        wanted = words.lower().split()
        return Claims(tuple(claim for claim in self.items if all(word in _text(claim) for word in wanted)))

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: a row for what each model says about each claim."""
        import pandas as pd

        rows = [
            {
                "claim": claim.sentence,
                "pillar": claim.pillar,
                "model": entry.model,
                "verdict": entry.verdict,
                "condition": entry.condition,
                "formula": entry.formula,
                "outcome": entry.outcome,
                "as the claim says": str(entry.holds or ""),
                "otherwise": str(entry.reversed or ""),
                "proposition": entry.proposition,
                "status": entry.status,
            }
            for claim in self.items
            for entry in claim.entries
        ]
        return pd.DataFrame(rows)

    def _repr_html_(self) -> str:
        return str(self.to_dataframe().to_html(index=False))

    def __repr__(self) -> str:
        return "\n".join([f"<Claims: {len(self)}>", *(f"  {claim.sentence}: {claim.verdict}" for claim in self.items)])


def claims() -> Claims:
    """Return the claims table: sentences that people argue about, and under which condition models bear them out.

    Returns
    -------
    Claims
        With ``find`` and ``to_dataframe``; each entry names the verified proposition that is its evidence and
        gives numbers on each side.

    Examples
    --------
    >>> import alliancegames as ag
    >>> print(ag.claims().find("the small exploit the great")[0].verdict)
    depends
    """
    return Claims(import_module("alliancegames.models._claims_table").TABLE)


def _in_words(change: Mapping[str, Any]) -> str:
    shown = {name: f"({', '.join(map(str, value))})" if isinstance(value, (tuple, list)) else value for name, value in change.items()}
    return ", ".join(f"{name} = {value}" for name, value in shown.items())


def _text(claim: Claim) -> str:
    parts = [claim.sentence, claim.pillar, claim.missing]
    parts += [text for entry in claim.entries for text in (entry.model.replace("_", " "), entry.condition, entry.proposition)]
    return " ".join(parts).lower()
