"""Strategic probit and logit games: choices in sequence, each with errors, and so probabilities in closed form."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, get_args

from alliancegames._conditions import Conditions
from alliancegames._fields import Field
from alliancegames.errors import ParameterError
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import logistic, normal_cdf, sqrt
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.parameters import Values

__all__ = ["AGENT", "LOGIT", "PRIVATE", "PROBIT", "Errors", "Link", "ProbitModel", "within_reach"]

Errors = Literal["private information", "agent error"]
PRIVATE, AGENT = get_args(Errors)
Link = Literal["probit", "logit"]
PROBIT, LOGIT = get_args(Link)
# Within this reach of utilities no probability is so small that floats cannot tell it from zero.
REACH = 2


class ProbitModel(CutoffModel):
    """A game in which each choice has an error.

    Parameters
    ----------
    errors : {"private information", "agent error"}
        What the others do not know. Private information: independent standard normal parts of the utilities of
        all ends; agent error: of the expected utilities of the two actions at each choice.
    link : {"probit", "logit"}
        How errors are distributed: standard normal, or extreme-value (logit), so that their differences are logistic. Sums of
        private extreme-value errors have no closed form; a logit takes agent error.
    **values : number
        As for `Model`.
    """

    form: ClassVar[str] = "cutoff game"
    choices: ClassVar[tuple[str, ...]]
    """Names of the probabilities of the choices, the last mover's first."""

    def __init__(self, *, errors: Errors = PRIVATE, link: Link = PROBIT, **values: Any) -> None:
        for name, given, known in (("errors", errors, (PRIVATE, AGENT)), ("link", link, (PROBIT, LOGIT))):
            if given not in known:
                raise ParameterError(f"{type(self).__name__}(): {name} must be {known[0]!r} or {known[1]!r}, got {given!r}.")
        if link == LOGIT and errors == PRIVATE:
            raise ParameterError(f"{type(self).__name__}(): link={LOGIT!r} has closed forms with errors={AGENT!r} only; give both.")
        self._errors, self._link = errors, link
        super().__init__(**values)

    @property
    def errors(self) -> Errors:
        """Whether errors are private information or agent error."""
        return self._errors

    @property
    def link(self) -> Link:
        """Whether errors are normal (probit) or extreme-value (logit)."""
        return self._link

    @abstractmethod
    def chance(self, choice: str, p: Values, play: Mapping[str, Any] | Play) -> Any:
        """Return the probability of a choice, given those of the later ones.

        Parameters
        ----------
        choice : str
            One of `choices`.
        p : Values
            Parameter values of any number system.
        play : mapping
            Probabilities of later choices.
        """

    @abstractmethod
    def ends(self, play: Mapping[str, Any] | Play) -> dict[str, Any]:
        """Return the probabilities of the ends and whatever else is declared.

        Parameters
        ----------
        play : mapping
            Probabilities of all choices.
        """

    def likely(self, gain: Any, *weights: Any) -> Any:
        """Return how often a gain is positive.

        Parameters
        ----------
        gain : number, symbol or enclosure
            Its mean.
        *weights : number, symbol or enclosure
            Weights in it of the private errors, one an end.
        """
        if self._link == LOGIT:
            return logistic(gain)
        variance = 2 if self._errors == AGENT else sum(weight**2 for weight in weights)
        return normal_cdf(gain / sqrt(variance + 0 * gain))  # the root is taken in the number system of the gain

    def closed_forms(self, p: Values) -> dict[str, Any]:
        """Return all outcomes in closed form, from the last choice back to the first."""
        play: dict[str, Any] = {}
        for choice in self.choices:
            play[choice] = self.chance(choice, p, play)
        return self.ends(play)

    def build(self, p: Values, field: Field) -> CutoffGame:
        """Write each choice as a reply to the later ones; the one equilibrium is found backwards."""
        return CutoffGame.from_replies(
            dict.fromkeys(self.choices, (0, 1)),
            lambda play: {choice: self.chance(choice, p, play) for choice in self.choices},
            outcomes=self.ends,
            title=self.title,
        )

    def __repr__(self) -> str:
        head, _, tail = super().__repr__().partition("(")
        link = f", link={self._link!r}" if self._link != PROBIT else ""
        return f"{head}(errors={self._errors!r}{link}{'' if tail == ')' else ', '}{tail}"

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and isinstance(other, ProbitModel) and (self._errors, self._link) == (other._errors, other._link)

    def __hash__(self) -> int:
        return hash((super().__hash__(), self._errors, self._link))


def within_reach(p: Values) -> Conditions:
    """Keep all utilities within a few standard deviations of zero."""
    return [pair for name, value in vars(p).items() if name.startswith("u_") for pair in ((value, -REACH), (REACH, value))]
