"""What a distribution of types is, and reading one that a user gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from alliancegames.errors import GameDefinitionError

__all__ = ["TypeDistribution", "read_distribution"]


class TypeDistribution(Protocol):
    """What a distribution of types offers."""

    @property
    def span(self) -> tuple[Any, Any]:
        """A finite range that holds all types, up to tails that floats cannot tell from zero."""

    @property
    def support(self) -> tuple[Any, Any]:
        """The smallest and the largest type, infinite where types are unbounded."""

    def cdf(self, x: Any) -> Any:
        """Return the probability of a type of at most ``x``.

        Parameters
        ----------
        x : number, ndarray, sympy expression or enclosure
            A type.
        """

    def density(self, x: Any) -> Any:
        """Return the density at ``x``.

        Parameters
        ----------
        x : number, ndarray, sympy expression or enclosure
            A type.
        """

    def quantile(self, p: Any) -> Any:
        """Return the type below which the probability is ``p``.

        Parameters
        ----------
        p : number, ndarray, sympy expression or enclosure
            A probability.
        """


def read_distribution(value: Any, where: str, needs: Sequence[str] = ("cdf", "support", "span")) -> TypeDistribution:
    """Return a distribution of types, or say what is needed instead.

    Parameters
    ----------
    value : object
        What was given.
    where : str
        The argument, for the message.
    needs : sequence of str, optional
        What the distribution has to offer.

    Raises
    ------
    GameDefinitionError
        It is no distribution, or lacks something.

    Examples
    --------
    >>> from alliancegames.games.distributions import Uniform, read_distribution
    >>> read_distribution(Uniform(0, 1), "costs")
    Uniform(0, 1)
    """
    missing = [name for name in needs if not hasattr(value, name)]
    if missing:
        raise GameDefinitionError(
            f"{where} must be a distribution such as Uniform(0, 1) or Normal(0, 1), got {value!r}, which has no {' and no '.join(missing)}."
        )
    return value  # type: ignore[no-any-return]
