"""Games with continuous types and cutoff strategies: whoever's type lies beyond a cutoff acts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, final

import numpy as np

from alliancegames._fields import format_number, is_sequence, read_number
from alliancegames._immutable import Immutable
from alliancegames._labels import check_labels, resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.distributions import TypeDistribution, clip, read_distribution

__all__ = ["CutoffGame", "CutoffProfile", "Play"]

Side = Literal["above", "below"]
SIDES: tuple[Side, ...] = ("above", "below")
# Where an unknown lies: strictly inside its range, or in the corner at one of its ends.
INSIDE, LOW, HIGH = "", "low", "high"


@dataclass(frozen=True)
class Play:
    """How everybody plays: what gains, replies and conditions are functions of.

    ``play["Ally"]`` is the probability that the ally acts, or the value of the unknown with that label;
    indices work too, and iteration goes in the order of the labels.

    Parameters
    ----------
    labels : tuple of str
        Labels of the players or unknowns.
    cutoffs : mapping of str to number
        Cutoffs, or values of the unknowns, by label.
    probabilities : tuple
        What ``play[...]`` returns, in the order of the labels.
    """

    labels: tuple[str, ...]
    cutoffs: Mapping[str, Any]
    probabilities: tuple[Any, ...]

    def __getitem__(self, label: str | int) -> Any:
        return self.probabilities[resolve(label, self.labels, "player or unknown", "play")]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.probabilities)

    def __len__(self) -> int:
        return len(self.probabilities)


@final
class CutoffGame(Immutable):
    """A game in which players with continuous private types act or not, each by a cutoff.

    Parameters
    ----------
    types : mapping of str to distribution
        The distribution of each player's type; the labels are those of the players. One label may stand for
        a role that several like players fill: the equilibria are then those symmetric in the role.
    gains : mapping of str to callable, sequence of callable, or callable
        ``gain(own_type, play)`` returns what a player of this type gains by acting, where ``play[label]`` is
        the probability that a player acts (of the own role: what others believe, or what the like players do)
        and ``play.cutoffs[label]`` the cutoff behind it. It must be monotone in the own type.
    acts : {"above", "below"}, or a mapping of these by player
        Whether types above or below the cutoff act, that is whether the gain rises or falls in the type.
    outcomes : callable, optional
        ``outcomes(play)`` returns a mapping from names to numbers.
    title : str, optional
        Shown in output.

    Raises
    ------
    GameDefinitionError
        Labels do not match, or a range is empty.

    Notes
    -----
    An equilibrium is a cutoff for each player at which the gain is zero, or an end of the support where all
    types act or none does. Gains are written with arithmetic and the functions of
    ``alliancegames.games.distributions``, so that the same expression serves numbers, symbols and proofs.
    Games with other unknowns are made by `from_replies` and `from_conditions`.

    Examples
    --------
    An arms race: to build costs the own type, and to be the only one without weapons costs 4/5.

    >>> import alliancegames as ag
    >>> from fractions import Fraction
    >>> from alliancegames.games.distributions import Uniform
    >>> mu, d = Fraction(1, 10), Fraction(4, 5)
    >>> race = ag.CutoffGame(
    ...     {"each state": Uniform(0, 1)},
    ...     lambda cost, play: mu * (1 - play["each state"]) + d * play["each state"] - cost,
    ...     acts="below",
    ... )
    >>> print(ag.cutoff_equilibria(race)[0])
    each state: acts below 1/3 (probability 1/3); stable
    """

    def __init__(
        self,
        types: Mapping[str, TypeDistribution],
        gains: Mapping[str, Callable[..., Any]] | Sequence[Callable[..., Any]] | Callable[..., Any],
        *,
        acts: Side | Mapping[str, Side] = "above",
        outcomes: Callable[[Play], Mapping[str, Any]] | None = None,
        title: str = "",
    ) -> None:
        where = "CutoffGame()"
        if not isinstance(types, Mapping):
            raise GameDefinitionError(f"{where}: types must map each player to a distribution, such as {{'Ally': Uniform(0, 1)}}.")
        self._labels = check_labels(types, "player", where)
        for label, distribution in types.items():
            read_distribution(distribution, f"{where}: the types of {label}")
        self._types: tuple[TypeDistribution, ...] | None = tuple(types.values())
        self._gains = _by_label(gains, self._labels, "gains", where)
        sides = [acts] * len(self._labels) if isinstance(acts, str) else _by_label(acts, self._labels, "acts", where)
        for side in sides:
            if side not in SIDES:
                raise GameDefinitionError(f"{where}: acts must be 'above' or 'below', got {side!r}.")
        self._acts: tuple[Any, ...] = tuple(sides)
        self._function: Callable[[Play], Any] | None = None
        self._ends: tuple[tuple[Any, Any], ...] = tuple(distribution.span for distribution in types.values())
        self._finish("gains", outcomes, title)

    @classmethod
    def from_replies(
        cls,
        unknowns: Mapping[str, tuple[Any, Any]],
        replies: Callable[[Play], Any],
        *,
        outcomes: Callable[[Play], Mapping[str, Any]] | None = None,
        title: str = "",
    ) -> CutoffGame:
        """Make a game whose equilibria are the fixed points of replies.

        Parameters
        ----------
        unknowns : mapping of str to pair of number
            The unknowns (cutoffs, probabilities, offers) with the closed range of each.
        replies : callable
            ``replies(play)`` returns the reply of each unknown to the values ``play[label]`` of all: a mapping,
            a sequence in the order of the unknowns, or one number if there is one unknown. A reply outside the
            range counts as the nearest end.
        outcomes : callable, optional
            As for the class.
        title : str, optional
            Shown in output.

        Examples
        --------
        >>> import alliancegames as ag
        >>> game = ag.CutoffGame.from_replies({"p": (0, 1)}, lambda play: (3 - play["p"]) / 4)
        >>> ag.cutoff_equilibria(game)[0]["p"]
        Fraction(3, 5)
        """
        return cls._general("replies", unknowns, replies, outcomes, title)

    @classmethod
    def from_conditions(
        cls,
        unknowns: Mapping[str, tuple[Any, Any]],
        conditions: Callable[[Play], Any],
        *,
        outcomes: Callable[[Play], Mapping[str, Any]] | None = None,
        title: str = "",
    ) -> CutoffGame:
        """Make a game whose equilibria are the zeros of conditions, as many as there are unknowns.

        Parameters
        ----------
        unknowns : mapping of str to pair of number
            The unknowns with the closed range of each.
        conditions : callable
            ``conditions(play)`` returns what must be zero in equilibrium: a sequence, or one number if there
            is one unknown.
        outcomes : callable, optional
            As for the class.
        title : str, optional
            Shown in output.
        """
        return cls._general("conditions", unknowns, conditions, outcomes, title)

    @classmethod
    def _general(
        cls, kind: str, unknowns: Any, function: Any, outcomes: Callable[[Play], Mapping[str, Any]] | None, title: str
    ) -> CutoffGame:
        where = f"CutoffGame.from_{kind}()"
        if not isinstance(unknowns, Mapping):
            raise GameDefinitionError(f"{where}: unknowns must map each label to its range, such as {{'p': (0, 1)}}, got {unknowns!r}.")
        if not callable(function):
            raise GameDefinitionError(f"{where}: {kind} must be a function of the play, got {function!r}.")
        game = cls.__new__(cls)
        game._labels = check_labels(unknowns, "unknown", where)
        game._types, game._gains, game._acts, game._function = None, (), (), function
        game._ends = tuple(_read_range(label, ends, where) for label, ends in unknowns.items())
        game._finish(kind, outcomes, title)
        return game

    def _finish(self, kind: str, outcomes: Callable[[Play], Mapping[str, Any]] | None, title: str) -> None:
        if outcomes is not None and not callable(outcomes):
            raise GameDefinitionError(f"CutoffGame(): outcomes must be a function of the play, got {outcomes!r}.")
        self._kind, self._outcomes, self._title = kind, outcomes, title
        self._seal()

    # ---------------------------------------------------------------- what it consists of

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the players, or of the unknowns."""
        return self._labels

    @property
    def players(self) -> tuple[str, ...]:
        """The same as `labels`."""
        return self._labels

    @property
    def kind(self) -> str:
        """How the game is given: by ``"gains"``, ``"replies"`` or ``"conditions"``."""
        return self._kind

    @property
    def title(self) -> str:
        """Title shown in output."""
        return self._title

    @property
    def types(self) -> dict[str, TypeDistribution]:
        """Distribution of each player's type; empty for games given by replies or conditions."""
        return dict(zip(self._labels, self._types or (), strict=False))

    @property
    def acts(self) -> dict[str, Side]:
        """Whether types above or below the cutoff act; empty for games given by replies or conditions."""
        return dict(zip(self._labels, self._acts, strict=False))

    @property
    def ends(self) -> tuple[tuple[Any, Any], ...]:
        """The range in which each unknown is sought; for unbounded types up to where tails vanish."""
        return self._ends

    @property
    def has_corners(self) -> bool:
        """Whether an end of the range may be an equilibrium although the condition is not zero there."""
        return self._kind != "conditions"

    # ---------------------------------------------------------------- evaluation at any kind of number

    def play(self, values: Sequence[Any]) -> Play:
        """Return the play that given cutoffs, or values of the unknowns, amount to.

        Parameters
        ----------
        values : sequence
            One number, symbol or enclosure an unknown.
        """
        if len(values) != len(self._labels):
            raise GameDefinitionError(
                f"play(): one value for each of {', '.join(self._labels)} is needed, got {len(values)}; give a list in this order."
            )
        shares = tuple(values)
        if self._types is not None:
            below = [distribution.cdf(value) for distribution, value in zip(self._types, values, strict=True)]
            shares = tuple(share if side == "below" else 1 - share for share, side in zip(below, self._acts, strict=True))
        return Play(self._labels, dict(zip(self._labels, values, strict=True)), shares)

    def conditions(self, values: Sequence[Any], own: Sequence[Any] | None = None) -> list[Any]:
        """Return what must vanish at an equilibrium that is no corner, one condition an unknown.

        Each is oriented to rise in the own unknown: the gain of a type above the cutoff over one below it; or
        the unknown minus its reply.

        Parameters
        ----------
        values : sequence
            Cutoffs, or values of the unknowns, behind the play.
        own : sequence, optional
            Own types, or own values, where they differ from those that the others expect.
        """
        play = self.play(values)
        mine = values if own is None else own
        if self._kind == "gains":
            gains = [gain(value, play) for gain, value in zip(self._gains, mine, strict=True)]
            return [gain if side == "above" else -gain for gain, side in zip(gains, self._acts, strict=True)]
        assert self._function is not None
        result = self._listed(self._function(play))
        return result if self._kind == "conditions" else [value - reply for value, reply in zip(mine, result, strict=True)]

    def residuals(self, values: Sequence[Any]) -> list[Any]:
        """Return what vanishes exactly at the equilibria, corners included.

        Parameters
        ----------
        values : sequence
            One number, symbol or enclosure an unknown.
        """
        conditions = self.conditions(values)
        if not self.has_corners:
            return conditions
        return [
            clip(condition, value - high, value - low) for condition, value, (low, high) in zip(conditions, values, self._ends, strict=True)
        ]

    def gain(self, player: str | int, own_type: Any, values: Sequence[Any] | Play) -> Any:
        """Return what a type of a player gains by acting when all play by given cutoffs.

        Parameters
        ----------
        player : str or int
            Label or index.
        own_type : number
            The type.
        values : sequence or Play
            Cutoffs of all players, or the play that they amount to.
        """
        if self._kind != "gains":
            raise GameDefinitionError(f"gain(): the game is given by {self._kind} and has no gains.")
        return self._gains[resolve(player, self._labels, "player", "gain()")](
            own_type, values if isinstance(values, Play) else self.play(values)
        )

    def outcomes(self, values: Sequence[Any]) -> dict[str, Any]:
        """Return the outcomes of a play; empty if none were declared.

        Parameters
        ----------
        values : sequence
            Cutoffs, or values of the unknowns.
        """
        return {} if self._outcomes is None else dict(self._outcomes(self.play(values)))

    def _listed(self, result: Any) -> list[Any]:
        """Return what a user's function gave as a list in the order of the labels."""
        if isinstance(result, Mapping):
            return list(_by_label(result, self._labels, self._kind, f"CutoffGame.from_{self._kind}()"))
        listed = list(result) if is_sequence(result) else [result]
        if len(listed) != len(self._labels):
            raise GameDefinitionError(
                f"CutoffGame.from_{self._kind}(): {len(self._labels)} {self._kind} are needed, one for each of {', '.join(self._labels)}, got {len(listed)}."
            )
        return listed

    def __repr__(self) -> str:
        title = f" {self._title!r}" if self._title else ""
        if self._types is None:
            ranges = ", ".join(
                f"{label} in [{_shown(low)}, {_shown(high)}]" for label, (low, high) in zip(self._labels, self._ends, strict=True)
            )
            return f"<CutoffGame{title} {ranges}, given by {self._kind}>"
        return f"<CutoffGame{title} {', '.join(f'{label}: {distribution}' for label, distribution in self.types.items())}>"


@dataclass(frozen=True)
class CutoffProfile:
    """An equilibrium in cutoff strategies.

    Parameters
    ----------
    game : CutoffGame
        The game.
    values : tuple
        The cutoff of each player, or the value of each unknown; exact fractions where they are known exactly.
    error : Fraction or float
        Certified bound on the distance of each value from the true one; 0 if all are exact.
    corners : tuple of str
        For each unknown ``"low"`` or ``"high"`` if it lies in the corner at that end of its range, else ``""``.
    stable : bool or None
        Whether simultaneous best replies lead back after a small disturbance; None where the slopes are too
        close to call or the game is given by conditions, from which replies cannot be told.
    """

    game: CutoffGame
    values: tuple[Any, ...]
    error: Any = Fraction(0)
    corners: tuple[str, ...] = ()
    stable: bool | None = None

    def __post_init__(self) -> None:
        if not self.corners:
            object.__setattr__(self, "corners", (INSIDE,) * len(self.values))

    @property
    def cutoffs(self) -> dict[str, Any]:
        """Cutoff of each player, or value of each unknown; infinite where no type of an unbounded range reaches it."""
        return {label: self._cutoff(k) for k, label in enumerate(self.game.labels)}

    def _cutoff(self, k: int) -> Any:
        if self.game.kind == "gains" and self.corners[k]:
            return list(self.game.types.values())[k].support[self.corners[k] == HIGH]
        return self.values[k]

    @property
    def probabilities(self) -> dict[str, Any]:
        """Probability with which each player acts; empty for games given by replies or conditions."""
        if self.game.kind != "gains":
            return {}
        return {
            label: self._share(k, share) for k, (label, share) in enumerate(zip(self.game.labels, self.game.play(self.values), strict=True))
        }

    def _share(self, k: int, share: Any) -> Any:
        """Return a probability, rid of the tail beyond the corner of an unbounded range."""
        everybody = self._everybody(k)
        return share if everybody is None else type(share)(everybody)

    def _everybody(self, k: int) -> bool | None:
        """Whether all types act (True) or none does (False); None at a cutoff between."""
        side = list(self.game.acts.values())[k] if self.game.acts else ""
        return None if not self.corners[k] or not side else (self.corners[k] == LOW) == (side == "above")

    @property
    def outcomes(self) -> dict[str, Any]:
        """The declared outcomes."""
        return self.game.outcomes(self.values)

    @property
    def is_pure(self) -> bool:
        """Always true: no type randomises."""
        return True

    @property
    def payoffs(self) -> dict[str, Any]:
        """Empty: a cutoff game states gains from acting, not payoffs."""
        return {}

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return the values of the unknowns as an array, in a tuple.

        Parameters
        ----------
        dtype : type, optional
            ``float`` for float64; by default the numbers stay as they are.
        """
        result = np.empty(len(self.values), dtype=object)
        result[:] = self.values
        return (result if dtype is None else result.astype(dtype),)

    def columns(self) -> dict[str, Any]:
        """Return what a table shows: unknowns, probabilities, outcomes and stability by heading."""
        shares = {f"Pr({label} acts)": share for label, share in self.probabilities.items()}
        return {**self.cutoffs, **shares, **self.outcomes, "stable": self.stable}

    def __getitem__(self, label: str | int) -> Any:
        return self._cutoff(resolve(label, self.game.labels, "player or unknown", "equilibrium"))

    def __str__(self) -> str:
        parts = [self._phrase(k, label) for k, label in enumerate(self.game.labels)]
        ending = {True: "; stable", False: "; unstable", None: ""}[self.stable]
        return ", ".join(parts) + ending

    def __repr__(self) -> str:
        return f"<CutoffProfile {self}>"

    def _phrase(self, k: int, label: str) -> str:
        everybody = self._everybody(k)
        if everybody is not None:
            return f"{label}: {'all types act' if everybody else 'no type acts'}"
        if self.game.kind != "gains":
            return f"{label} = {format_number(self.values[k])}"
        side, share = self.game.acts[label], self.probabilities[label]
        return f"{label}: acts {side} {format_number(self.values[k])} (probability {format_number(share)})"


def _by_label(given: Any, labels: tuple[str, ...], kind: str, where: str) -> tuple[Any, ...]:
    """Return what is given for each label, in order."""
    if isinstance(given, Mapping):
        for label in given:
            resolve(label, labels, "label", f"{where}, {kind}")
        missing = [label for label in labels if label not in given]
        if missing:
            raise GameDefinitionError(f"{where}: {kind} are missing for {', '.join(missing)}; give one for every label.")
        return tuple(given[label] for label in labels)
    listed = tuple(given) if is_sequence(given) else (given,)
    if len(listed) != len(labels):
        raise GameDefinitionError(
            f"{where}: {kind} are needed for each of {', '.join(labels)}, got {len(listed)}; give a mapping by label."
        )
    return listed


def _read_range(label: str, ends: Any, where: str) -> tuple[Any, Any]:
    """Read the range of an unknown; ends that are no plain numbers (enclosures, symbols) are kept."""
    if not is_sequence(ends) or len(ends) != 2:
        raise GameDefinitionError(f"{where}: the range of {label} must be a pair (low, high), got {ends!r}.")
    low, high = (end if hasattr(end, "normal_cdf") else read_number(end, f"{where}, range of {label}")[1] for end in ends)
    plain = all(isinstance(end, (Fraction, float)) for end in (low, high))
    if plain and not (low < high and math.isfinite(low) and math.isfinite(high)):
        raise GameDefinitionError(f"{where}: the range of {label} must be finite with its lower end below its upper end, got {ends!r}.")
    return low, high


def _shown(end: Any) -> str:
    return format_number(end) if isinstance(end, (Fraction, float)) else "..."
