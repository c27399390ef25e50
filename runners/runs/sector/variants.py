"""Compare a sector book with variants of itself: what its gate and its optimiser are worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ....analyzers import relative_statistics, statistics
from ....strategies.sector.checks import FORECAST_WEIGHTINGS

GATE_ON, GATE_OFF, NEVER = "gate on", "gate off", "never optimised"


def variants_of(params: Any) -> dict[str, dict[str, Any]]:
    """Return the variants of a sector book: name to changed parameters.

    Parameters
    ----------
    params : object
        The run's parameters as attributes.

    Returns
    -------
    dict
        The run itself comes first, without changes. It is the only one if its weights use no
        forecast, since there is nothing to gate.
    """
    if params.weighting not in FORECAST_WEIGHTINGS:
        return {params.weighting.replace("_", " "): {}}
    mine, other = (GATE_ON, GATE_OFF) if params.gate else (GATE_OFF, GATE_ON)
    return {mine: {}, other: {"gate": not params.gate}, NEVER: {"weighting": "equal_variance"}}


def variant_returns(
    variants: Mapping[str, pd.Series], dates: pd.DatetimeIndex, starting_cash: float
) -> pd.DataFrame:
    """Return the daily returns of each variant, computed as those of the run.

    Parameters
    ----------
    variants : mapping of str to Series
        Name of the variant to account value by date.
    dates : DatetimeIndex
        The run's days, oldest first; the first is the day on which the account opened.
    starting_cash : float
        Starting cash of every variant; the costs of the opening day count in the first return.

    Returns
    -------
    DataFrame
        One row for each date but the first, one column per variant; 0 after ruin.

    Raises
    ------
    ValueError
        A variant has no value on one of the days, since it was run over other bars.
    """
    table = pd.DataFrame(index=dates[1:])
    for name, equity in variants.items():
        value = equity.reindex(dates).to_numpy(dtype=float)
        if np.isnan(value).any():
            day = dates[np.isnan(value)][0].date()
            raise ValueError(f"the variant {name!r} has no value on {day}: run it on the same bars")
        before = np.concatenate(([starting_cash], value[1:-1]))[: value.size - 1]
        solvent = np.concatenate(([True], np.minimum.accumulate(value[:-1])[1:] > 0.0))
        returns = np.zeros(before.shape)
        alive = solvent[: before.size]
        returns[alive] = value[1:][alive] / before[alive] - 1.0
        table[name] = returns
    return table


def variant_figures(
    returns: pd.DataFrame, fund: pd.Series, periods_per_year: int, risk_free_rate: float
) -> dict[str, dict[str, Any]]:
    """Return the figures of each variant.

    Parameters
    ----------
    returns : DataFrame
        The result of `variant_returns`.
    fund : Series
        The fund's simple total returns on the same days.
    periods_per_year : int
        252 or 365 days, 52 weeks, 12 months.
    risk_free_rate : float
        Per year.

    Returns
    -------
    dict
        Variant to ``total_return``, ``sharpe``, ``max_drawdown``, ``beta`` (to the fund) and
        ``excess``, its total return minus that of holding the fund. None for a figure that does not
        exist.
    """
    market = fund.to_numpy(dtype=float)
    held = statistics.total_return(market)
    figures = {}
    for name in returns:
        earned = returns[name].to_numpy(dtype=float)
        total = statistics.total_return(earned)
        figures[str(name)] = {
            "total_return": total,
            "sharpe": statistics.sharpe_ratio(earned, periods_per_year, risk_free_rate),
            "max_drawdown": statistics.max_drawdown(earned),
            "beta": relative_statistics.beta(earned, market),
            "excess": total - held,
        }
    return figures
