"""Burden-sharing in NATO: published figures, the exploitation test, and two models of who pays.

Olson and Zeckhauser observed in 1964 that the larger an ally, the larger the share of its income it spent
on defence :cite:p:`olson1966economic`. This case repeats their rank correlation on the figures of
2014-2024 and solves the game among all allies of a year twice: defence as a pure public good
(`OlsonZeckhauser`), and defence with benefits of its own for each ally (`JointProduct`).

The parameters are *calibrated for illustration* (fidelity F2): two numbers are chosen so that one
equilibrium resembles one year. They are not estimates; nothing is inferred from how well they fit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from alliancegames._fields import decimal_reading, read_number
from alliancegames.errors import ParameterError
from alliancegames.models.burden_sharing.joint_product import JointProduct
from alliancegames.models.burden_sharing.olson_zeckhauser import OlsonZeckhauser
from alliancegames.models.model import Solution

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["YEARS", "BurdenSharing", "RankCorrelation", "exploitation_test", "figures", "figures_1964", "members", "solve_burden"]

YEARS = range(2014, 2025)
"""Years that the table covers."""

# Calibrated parameters are rounded to this many decimals, so that they can be quoted and passed on exactly.
DECIMALS = 4
# Where the calibration looks for a weight: the smallest that rounding keeps positive, and the largest that
# leaves most of income to private consumption.
SMALLEST, LARGEST = 10.0**-DECIMALS, 0.5


class RankCorrelation(NamedTuple):
    """Rank correlation of size and burden.

    Parameters
    ----------
    correlation : float
        Spearman's coefficient, with mean ranks for ties.
    p_value : float
        One-sided p-value against no association; small if the larger bear the larger burdens.
    n : int
        Number of allies with both figures.
    """

    correlation: float
    p_value: float
    n: int


# ---------------------------------------------------------------- figures


@lru_cache(maxsize=2)
def _table(name: str) -> pd.DataFrame:
    import pandas as pd

    with (files("alliancegames") / "data" / name).open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype={"defence_usd_m": "Int64"})


def figures(year: int) -> pd.DataFrame:
    """Return the published figures of the allies of one year.

    Parameters
    ----------
    year : int
        From 2014 to 2024; 2023 and 2024 are NATO's estimates.

    Returns
    -------
    pandas.DataFrame
        One row an ally: ``country``, ``iso3``, ``year``, ``estimate``, ``gdp_usd_m`` and
        ``defence_usd_m`` (million US dollars at current prices and exchange rates), and
        ``defence_share_pct`` (of GDP, both at 2015 prices, as NATO publishes it). An ally that joined
        during the year is counted. Iceland has no armed forces and no figure for defence.

    Raises
    ------
    ParameterError
        The table does not cover the year.

    Examples
    --------
    >>> from alliancegames.cases import nato_burden
    >>> table = nato_burden.figures(2024)
    >>> len(table), table.set_index("country").loc["Poland", "defence_share_pct"]
    (32, np.float64(4.12))
    """
    return _allies(year, "figures()")


def _allies(year: int, where: str) -> pd.DataFrame:
    if year not in YEARS:
        raise ParameterError(f"{where}: the table covers the years {YEARS[0]} to {YEARS[-1]}, got {year!r}; choose one of these.")
    table = _table("nato_2014_2024.csv")
    return table[(table["year"] == year) & (table["member"] == 1)].drop(columns="member").reset_index(drop=True)


def members(year: int) -> tuple[str, ...]:
    """Return the names of the allies of one year, in the order of `figures`.

    Parameters
    ----------
    year : int
        From 2014 to 2024.

    Examples
    --------
    >>> from alliancegames.cases import nato_burden
    >>> sorted(set(nato_burden.members(2024)) - set(nato_burden.members(2022)))
    ['Finland', 'Sweden']
    """
    return tuple(_allies(year, "members()")["country"])


def figures_1964() -> pd.DataFrame:
    """Return the figures with which Olson and Zeckhauser tested their theory.

    Returns
    -------
    pandas.DataFrame
        One row for each of 14 allies in 1964: ``country``, ``iso3``, ``gnp_usd_bn`` (billion US dollars)
        and ``defence_share_pct`` (defence budget as a percentage of GNP).

    Examples
    --------
    >>> from alliancegames.cases import nato_burden
    >>> len(nato_burden.figures_1964())
    14
    """
    return _table("nato_1964.csv").copy()


# ---------------------------------------------------------------- the test


def exploitation_test(table: pd.DataFrame, size: str = "gdp_usd_m", burden: str = "defence_share_pct") -> RankCorrelation:
    """Test whether larger allies bear larger burdens: the exploitation of the great by the small.

    Parameters
    ----------
    table : pandas.DataFrame
        One row an ally; rows in which one of the two figures is missing are left out.
    size, burden : str
        Columns to correlate.

    Returns
    -------
    RankCorrelation
        Spearman's coefficient, the one-sided p-value (t approximation), and the number of allies.

    Examples
    --------
    >>> from alliancegames.cases import nato_burden
    >>> test = nato_burden.exploitation_test(nato_burden.figures_1964(), size="gnp_usd_bn")
    >>> print(f"{test.correlation:.3f}, p = {test.p_value:.3f}, n = {test.n}")
    0.490, p = 0.038, n = 14
    """
    from scipy.special import stdtr  # scipy.stats gives the same numbers but takes long to import

    known = table[[size, burden]].dropna().astype(float)
    n = len(known)
    if n < 3:
        raise ParameterError(f"exploitation_test(): a rank correlation needs at least 3 allies with both figures, got {n}.")
    correlation = float(known.rank().corr().iloc[0, 1])
    with np.errstate(divide="ignore"):
        statistic = correlation * np.sqrt((n - 2) / np.float64(1 - min(correlation**2, 1)))
    return RankCorrelation(correlation, float(stdtr(n - 2, -statistic)), n)


# ---------------------------------------------------------------- the game


@dataclass(frozen=True, eq=False, repr=False)
class BurdenSharing:
    """The burden-sharing game of one year beside the published figures.

    Parameters
    ----------
    year : int
        Year of the figures.
    public_good : Solution
        The game in which defence is a pure public good, solved.
    joint_product : Solution
        The game in which defence also has benefits of its own for each ally, solved.
    """

    year: int
    public_good: Solution
    joint_product: Solution

    @property
    def parameters(self) -> dict[str, dict[str, Fraction]]:
        """The parameters of the two models."""
        pure, joint = self.public_good.model.values(), self.joint_product.model.values()
        return {"public good": {"alpha": pure.alpha}, "joint products": {"alpha": joint.alpha, "gamma": joint.gamma}}

    def to_dataframe(self) -> pd.DataFrame:
        """Return model against actual figures.

        Returns
        -------
        pandas.DataFrame
            One row an ally, the largest first: ``country``, ``gdp_usd_m``; each ally's share of the
            alliance's total, ``actual_share``, ``model_share_public_good``, ``model_share_joint``; and its
            burden, ``actual_burden`` (as published), ``model_burden_public_good``,
            ``model_burden_joint``. Shares and burdens are fractions of one; NaN where nothing is published.
        """
        table = figures(self.year)
        result = table[["country", "gdp_usd_m"]].copy()
        actual = table["defence_usd_m"].astype(float)
        result["actual_share"] = actual / actual.sum()
        for name, solution in self._solutions().items():
            result[f"model_share_{name}"] = [float(share) for share in solution.equilibria[0].shares.values()]
        result["actual_burden"] = table["defence_share_pct"] / 100
        for name, solution in self._solutions().items():
            result[f"model_burden_{name}"] = [float(burden) for burden in solution.equilibria[0].burdens.values()]
        return result.sort_values("gdp_usd_m", ascending=False, ignore_index=True)

    def _solutions(self) -> dict[str, Solution]:
        return {"public_good": self.public_good, "joint": self.joint_product}

    def burden_curve(self, gdp: Any) -> dict[str, np.ndarray]:
        """Return the burden that an ally of any size would choose, given the sum of contributions in equilibrium.

        Parameters
        ----------
        gdp : array_like
            GDP in million US dollars.

        Returns
        -------
        dict of str to ndarray
            For each model, contribution as a share of GDP.

        Examples
        --------
        >>> from alliancegames.cases import nato_burden
        >>> curve = nato_burden.solve_burden(2024).burden_curve([100_000, 20_000_000])
        >>> curve["joint products"].round(3)
        array([0.021, 0.028])
        """
        wealth = np.asarray(gdp, dtype=float)
        weights = {name: {k: float(v) for k, v in values.items()} for name, values in self.parameters.items()}
        totals = {name: float(solution.equilibria[0].total) for name, solution in self._solutions().items()}
        return {
            "public good": _pure_reply(totals["public_good"], wealth, **weights["public good"]) / wealth,
            "joint products": _joint_reply(totals["joint"], wealth, **weights["joint products"]) / wealth,
        }

    @property
    def correlations(self) -> dict[str, RankCorrelation]:
        """Rank correlation of size and burden in the figures and in both models, over the same allies."""
        known = self.to_dataframe().dropna()
        columns = {"actual": "actual_burden", "public good": "model_burden_public_good", "joint products": "model_burden_joint"}
        return {name: exploitation_test(known, burden=column) for name, column in columns.items()}

    @property
    def rmse(self) -> dict[str, float]:
        """Root mean squared difference of model and actual burdens, in percentage points of GDP."""
        known = self.to_dataframe().dropna()
        columns = {"public good": "model_burden_public_good", "joint products": "model_burden_joint"}
        return {name: float(100 * np.sqrt(np.mean((known[column] - known["actual_burden"]) ** 2))) for name, column in columns.items()}

    def summary(self) -> str:
        """Return a text table of model against actual shares and burdens, and how they compare."""
        table = self.to_dataframe()
        width = max(len(name) for name in table["country"])
        lines = [
            f"{'':{width}}  {'':>9}  {'share of the total, %':^26}  {'burden, % of GDP':^26}",
            f"{'ally':{width}}  {'GDP bn $':>9}  " + "  ".join([f"{'actual':>8} {'public':>8} {'joint':>8}"] * 2),
        ]
        for row in table.itertuples():
            numbers = (row.actual_share, row.model_share_public_good, row.model_share_joint)
            burdens = (row.actual_burden, row.model_burden_public_good, row.model_burden_joint)
            lines.append(f"{row.country:{width}}  {row.gdp_usd_m / 1000:9,.1f}  {_cells(numbers)}  {_cells(burdens)}")
        return "\n".join([*lines, "", *self._comparison()])

    def _comparison(self) -> list[str]:
        weights = {name: ", ".join(f"{k} = {float(v):g}" for k, v in values.items()) for name, values in self.parameters.items()}
        lines = [f"{name}: {weights[name]}; rmse of burdens {value:.2f} points" for name, value in self.rmse.items()]
        for name, test in self.correlations.items():
            p_value = f" (one-sided p = {test.p_value:.3f})" if name == "actual" else ""
            lines.append(f"rank correlation of size and burden, {name}: {test.correlation:.2f}{p_value}, {test.n} allies")
        return lines

    def __repr__(self) -> str:
        values = "; ".join(
            f"{name}: " + ", ".join(f"{k} {float(v):g}" for k, v in weights.items()) for name, weights in self.parameters.items()
        )
        return f"<BurdenSharing {self.year}: {len(members(self.year))} allies; {values}>"


def _cells(fractions: tuple[float, ...]) -> str:
    """Return percentages with one decimal in columns; a dash where nothing is published."""
    return " ".join(f"{'–':>8}" if np.isnan(x) else f"{100 * x:8.1f}" for x in fractions)


def solve_burden(year: int, alpha: Any = None, gamma: Any = None, *, alpha_public_good: Any = None) -> BurdenSharing:
    """Solve the burden-sharing game among all allies of one year, as a pure public good and with joint products.

    Wealth is GDP at current prices and exchange rates. Parameters left out are calibrated to the figures
    of the year: an illustration of what the two models can and cannot reproduce, not an estimate.

    Parameters
    ----------
    year : int
        From 2014 to 2024.
    alpha, gamma : number, optional
        Weights of the alliance's security and of the ally's own benefit in the model of joint products. By
        default they minimise the squared differences of predicted and published burdens, rounded to four
        decimals. A float is read as the decimal that it prints.
    alpha_public_good : number, optional
        Weight of security in the pure public good model. By default, to four decimals, the one at which
        the sum of contributions is that of the published expenditures.

    Returns
    -------
    BurdenSharing
        Both games solved with certified solvers, beside the figures. Iceland, which has no armed forces,
        is a player but has no published figure to compare with.

    Raises
    ------
    ParameterError
        The table does not cover the year, or a weight lies outside its domain.

    Examples
    --------
    >>> from alliancegames.cases import nato_burden
    >>> result = nato_burden.solve_burden(2024)
    >>> result
    <BurdenSharing 2024: 32 allies; public good: alpha 0.0513; joint products: alpha 0.0188, gamma 0.0209>
    >>> result.public_good.equilibria[0].contributors
    ('United States',)
    """
    table = _allies(year, "solve_burden()")
    given = {name: _weight(name, value) for name, value in (("alpha", alpha), ("gamma", gamma)) if value is not None}
    JointProduct().replace(**given)  # refuses weights outside their domains before anything is computed
    if alpha_public_good is None:
        alpha_public_good = _calibrate_public_good(table)
    pure = OlsonZeckhauser(players=table["country"], wealth=_wealth(table), alpha=_weight("alpha_public_good", alpha_public_good))
    joint = JointProduct(players=table["country"], wealth=_wealth(table), **_calibrate_joint(table, given))
    return BurdenSharing(year, pure.solve(), joint.solve())


def _wealth(table: pd.DataFrame) -> list[int]:
    return [int(value) for value in table["gdp_usd_m"]]


def _weight(name: str, value: Any) -> Fraction:
    """Read a weight as an exact number."""
    field, number = read_number(value, f"solve_burden(): {name}")
    if field == "symbolic":
        raise ParameterError(f"solve_burden(): {name} must be a number, got {value}.")
    return decimal_reading(number) if field == "float" else Fraction(number)


# ---------------------------------------------------------------- calibration in floats


def _equilibrium(reply: Callable[[float], np.ndarray], wealth: np.ndarray) -> np.ndarray:
    """Return contributions where the replies to a sum add up to that sum."""
    from scipy.optimize import brentq

    everything = float(wealth.sum())
    total = brentq(lambda total: float(reply(total).sum()) - total, 1e-9 * everything, everything, rtol=1e-12)
    return reply(total)


def _pure_reply(total: float, wealth: np.ndarray, alpha: float) -> np.ndarray:
    """Return what each ally gives to a pure public good, given the sum."""
    return np.maximum(0.0, wealth - total * (1 - alpha) / alpha)


def _joint_reply(total: float, wealth: np.ndarray, alpha: float, gamma: float) -> np.ndarray:
    """Return what each ally gives with joint products: the positive root of alpha r^2 + b r - gamma w G."""
    b = (1 - alpha) * total - alpha * wealth
    product = gamma * wealth * total
    root = np.sqrt(b**2 + 4 * alpha * product)
    with np.errstate(divide="ignore", invalid="ignore"):  # of the two forms of the root, the one that does not cancel
        reply: np.ndarray = np.where(b > 0, 2 * product / (b + root), (root - b) / (2 * alpha))
    return reply


def _rounded(value: float) -> Fraction:
    return Fraction(round(value * 10**DECIMALS), 10**DECIMALS)


def _calibrate_public_good(table: pd.DataFrame) -> Fraction:
    """Return the weight at which the sum of contributions is the published one."""
    from scipy.optimize import brentq

    wealth, actual = table["gdp_usd_m"].to_numpy(float), float(table["defence_usd_m"].sum())

    def excess(alpha: float) -> float:
        return float(_equilibrium(lambda total: _pure_reply(total, wealth, alpha), wealth).sum()) - actual

    return _rounded(brentq(excess, SMALLEST, LARGEST))


def _calibrate_joint(table: pd.DataFrame, given: dict[str, Fraction]) -> dict[str, Fraction]:
    """Complete the weights by those with the least squared differences of predicted and published burdens."""
    from scipy.optimize import least_squares

    free = [name for name in ("alpha", "gamma") if name not in given]
    if not free:
        return given
    wealth, actual = table["gdp_usd_m"].to_numpy(float), table["defence_share_pct"].to_numpy(float)
    known = ~np.isnan(actual)
    room = 1 - float(sum(given.values()))  # the weights leave something to private consumption
    largest = min(LARGEST, 0.99 * room)

    def differences(guess: np.ndarray) -> np.ndarray:
        weights = {**{name: float(value) for name, value in given.items()}, **dict(zip(free, guess, strict=True))}
        efforts = _equilibrium(lambda total: _joint_reply(total, wealth, **weights), wealth)
        missed: np.ndarray = (100 * efforts / wealth - actual)[known]
        return missed

    if largest <= SMALLEST:
        raise ParameterError(f"solve_burden(): the weights given leave no room for {free[0]}; alpha + gamma must be less than 1.")
    start = np.full(len(free), min(0.02, largest / 2))
    found = least_squares(differences, start, bounds=(SMALLEST, largest), x_scale=0.01, xtol=1e-12, ftol=1e-12)
    return {**given, **{name: _rounded(float(value)) for name, value in zip(free, found.x, strict=True)}}
