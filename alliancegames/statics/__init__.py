"""How answers move with parameters: regimes, signs and their proofs, thresholds, sweeps, designs, sensitivity, robustness.

The package can be called: ``alliancegames.statics(model)`` is `alliancegames.statics.signs.statics`.
"""

import sys
from types import ModuleType
from typing import Any

from alliancegames.statics import designs
from alliancegames.statics.assumptions import MinimalAssumptions, minimal_assumptions
from alliancegames.statics.designs import Design
from alliancegames.statics.fields import SignField, sign_field
from alliancegames.statics.implicit import Branch, implicit_effects
from alliancegames.statics.jumps import Jump, find_jumps
from alliancegames.statics.monotone import MonotoneResult, monotone
from alliancegames.statics.nash_correspondence import NashCorrespondence
from alliancegames.statics.proofs import ProofResult, prove
from alliancegames.statics.regimes import BOUNDARY, UNCOVERED, Regime, RegimeMap
from alliancegames.statics.signs import SignEntry, SignTable
from alliancegames.statics.sweep import sweep
from alliancegames.statics.sweep_summary import sweep_summary
from alliancegames.statics.thresholds import Threshold, Thresholds, threshold
from alliancegames.statics.treaty import TreatyDesign
from alliancegames.statics.treaty_window import TreatyWindow

__all__ = [
    "BOUNDARY",
    "UNCOVERED",
    "Branch",
    "Design",
    "Jump",
    "MinimalAssumptions",
    "MonotoneResult",
    "NashCorrespondence",
    "ProofResult",
    "Regime",
    "RegimeMap",
    "SignEntry",
    "SignField",
    "SignTable",
    "Threshold",
    "Thresholds",
    "TreatyDesign",
    "TreatyWindow",
    "designs",
    "find_jumps",
    "implicit_effects",
    "minimal_assumptions",
    "monotone",
    "prove",
    "sign_field",
    "sweep",
    "sweep_summary",
    "threshold",
]


class _Callable(ModuleType):
    def __call__(self, model: Any, outcome: Any = None, **options: Any) -> SignTable:
        from alliancegames.statics.signs import statics

        return statics(model, outcome, **options)


# The package and the function that its name promises are one object.
sys.modules[__name__].__class__ = _Callable
