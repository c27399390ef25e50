"""The sector books among the members of a book, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ....analyzers import statistics
from ....analyzers.daily_account import daily_account
from ....feeds.bars import Bars
from ..sector.book import book_of
from ..window import periods_per_year
from .alone import Alone

SECTION = "sector"
"""The section that a sector book declares."""


def is_sector(alone: Alone) -> bool:
    """Return whether a member is a sector book."""
    declares = SECTION in alone.member.kind.sections
    return declares and all(hasattr(alone.ran, part) for part in ("fund", "tickers", "diary"))


def sector_rows(
    members: Sequence[Alone],
    tables: Mapping[str, Bars],
    contributions: Sequence[Mapping[str, float]],
    risk_free_rate: float,
) -> list[dict[str, Any]]:
    """Return the figures of each sector book, of its own account, with its costs.

    Parameters
    ----------
    members : sequence of Alone
        All members of the book; those that are no sector books are left out.
    tables : mapping of str to Bars
        The bars of the run by name.
    contributions : sequence of mapping
        What each member adds to the book's ``return`` and ``risk``.
    risk_free_rate : float
        Per year.

    Returns
    -------
    list of dict
        ``name``, ``fund``, ``stocks``; ``total_return``, ``sharpe`` and ``sharpe_band``; ``beta``
        to its fund over the window and ``beta_error``; ``mean_ic`` of the forecasts' shortest
        horizon, ``ic_error`` and ``judged``, their number; ``fallback``, share of days on weights
        that no forecast set; ``turnover``, long and hedge, one way, a year; ``trims`` and
        ``settlements``, counts; ``contribution``. None for a figure that does not exist.
    """
    found = []
    for alone, part in zip(members, contributions, strict=True):
        if not is_sector(alone):
            continue
        own = [tables[name] for name in alone.member.instruments]
        daily = daily_account(alone.ledger)
        measured = book_of(alone.ran, alone.ledger, own, daily).plain
        returns = daily["return"].to_numpy(dtype=float)[1:]
        periods = periods_per_year(own)
        band = statistics.sharpe_band(returns, periods, risk_free_rate)
        realised = measured["neutrality"]["realised"] or {"beta": None, "standard_error": None}
        skill, turned = measured["skill"], measured["turnover"]
        known = None not in (turned["long"], turned["hedge"])
        found.append(
            {
                "name": alone.member.name,
                "fund": measured["fund"],
                "stocks": measured["stocks"],
                "total_return": statistics.total_return(returns),
                "sharpe": statistics.sharpe_ratio(returns, periods, risk_free_rate),
                "sharpe_band": None if band is None else list(band),
                "beta": realised["beta"],
                "beta_error": realised["standard_error"],
                "mean_ic": skill["mean"],
                "ic_error": skill["standard_error"],
                "judged": skill["judged"],
                "fallback": measured["fallback"]["share_of_days"],
                "turnover": turned["long"] + turned["hedge"] if known else None,
                "trims": len(measured["trims"]),
                "settlements": len(measured["settlements"]),
                "contribution": dict(part),
            }
        )
    return found
