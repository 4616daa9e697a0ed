"""Historical cases: a model, sourced parameters, a reading."""

from alliancegames.cases import nato_burden

__all__ = ["nato_burden"]
