"""How answers move with parameters: regimes and sweeps."""

from alliancegames.statics.regimes import BOUNDARY, UNCOVERED, Regime, RegimeMap
from alliancegames.statics.sweep import sweep

__all__ = ["BOUNDARY", "UNCOVERED", "Regime", "RegimeMap", "sweep"]
