"""Measure a sector book: the numbers for run.json and the tables for its pictures."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ....analyzers.sector import (
    candidates,
    diary,
    groups,
    names,
    neutrality,
    sides,
    skill,
    turnover,
)
from ....analyzers.sector.capacity import capacity
from ....analyzers.sector.premiums import premiums_over_time
from ....feeds.bars import Bars
from ....feeds.open_to_open import CLOSE, close_of
from ....strategies.sector_long_short import HORIZONS
from ...errors import ParameterError
from ..labels.bar_ends import common_end
from . import figures
from .survivorship import survivors_only
from .variants import variant_figures, variant_returns

PARAMS = (
    "weighting", "gate", "gate_window", "gate_threshold", "names", "hedge_band", "skill_window",
    "tracking_limit",
)  # fmt: skip
"""Parameters that determine the sentences on the page."""

GROUPS = ("sub_industries", "countries")
"""Kinds of groups that are told of the universe."""


@dataclass(frozen=True, eq=False)
class SectorBook:
    """The measurements of a sector book in a run.

    Attributes
    ----------
    plain : dict
        What run.json keeps; `book_of` lists its keys.
    beta : DataFrame
        Day by day: ``ex_ante``, ``target``, ``realised_63``, ``realised_252``.
    sides : DataFrame
        Day by day, as `analyzers.sector.sides.pnl_by_side` returns it.
    daily : DataFrame
        One row per day with a return: ``account`` and ``fund``, simple returns, and ``equity``.
    decided : DataFrame
        One row per decision: ``until``, the last day on which it was in force; ``fallback``,
        ``mean_ic``, ``tracking_error``, ``names``, ``effective``.
    skill : DataFrame
        Index ``known_on``: ``ic``, the rank correlation of each forecast that could be judged.
    premiums, weights, candidates, capacity : DataFrame
        One row per decision, as the analyzers of these names return them.
    variants : DataFrame
        Daily returns of each variant; no columns if no variant was run.
    cash : float
        Starting cash, in account currency.
    equity : Series
        The account's value by date, from the day on which it opened.
    whole_shares : bool
        Whether it traded whole shares only.
    periods_per_year : int
        252 sessions, 52 weeks or 12 months.
    at : {"close", "open", "open or close"}
        Which price of a session the bars end at.
    """

    plain: dict[str, Any]
    beta: pd.DataFrame
    sides: pd.DataFrame
    daily: pd.DataFrame
    decided: pd.DataFrame
    skill: pd.DataFrame
    premiums: pd.DataFrame
    weights: pd.DataFrame
    candidates: pd.DataFrame
    capacity: pd.DataFrame
    variants: pd.DataFrame
    cash: float
    equity: pd.Series
    whole_shares: bool
    periods_per_year: int
    at: str = CLOSE


def book_of(ran: Any, ledger: Any, bars: Sequence[Bars], daily: pd.DataFrame) -> SectorBook:
    """Measure a sector book.

    Parameters
    ----------
    ran : SectorLongShort
        The strategy that ran.
    ledger : Ledger
        Its broker's ledger.
    bars : sequence of Bars
        The bars of its feeds, for their volumes.
    daily : DataFrame
        The account day by day, as `analyzers.daily_account` returns it, from the day on which it
        opened. Of earlier decisions only the one in force when the account opened counts; forecasts
        count from that decision on.

    Returns
    -------
    SectorBook
        Its ``plain`` holds plain numbers, fractions rather than percent, None where a figure does
        not exist. ``least``, ``median`` and ``most`` make a *spread*:

        - ``fund``; ``stocks``, their number; ``terms`` of the equation; ``horizons``; ``params``;
        - ``decisions``: one table each, as `figures.decision_row` says;
        - ``universe``, ``names``, ``largest_weight``, ``effective_names``, ``tracking_error``:
          spreads over the decisions;
        - ``factors``: in how many decisions each counted; ``methods``: how many it weighted;
        - ``fallback``: ``decisions``, ``days``, ``share_of_days``, and the ``list`` of ``date``,
          ``method`` and ``reason``;
        - ``neutrality``: spreads ``ex_ante`` and ``target`` over the days, ``mean_target``,
          ``largest_rounding``, ``days_unknown``; ``realised`` (``beta``, ``standard_error``,
          ``lags``, ``days``) over the window; spreads ``rolling`` over 63 and 252 days;
        - ``pnl``: ``long``, ``hedge`` and ``financing``, each with its parts and ``total``; then
          ``total`` and ``residual``; account currency;
        - ``skill``: ``judged``, ``unjudged``, ``mean``, ``t_statistic``, ``lags``, ``above_zero``,
          ``standard_error``, of the shortest horizon; ``skill_by_horizon``: the same for each;
        - ``survivors_only``: whether the panel holds no stock that was delisted;
        - ``skill_readings``: the same by horizon for the two readings of the past that scores are
          checked in, first the one that the book used: ``windows``, sessions of cross-sections by
          horizon, ``noisy`` (fewer than 252), ``by_horizon``;
          ``forecasts``: ``made_on``, ``known_on`` and ``ic`` of each, of the shortest horizon;
        - ``tracking_by_size``: number of the best-ranked names to the spread, over the decisions,
          of the smallest tracking error a year of a long basket of them;
        - ``premiums``: term to horizon to ``intervals`` and how many of them are ``without_zero``;
        - ``turnover``: ``long`` and ``hedge``, one way, a year;
        - ``capacity``: ``participation``, ``sessions``, spreads ``account`` and ``hedge`` over the
          decisions, ``least_on`` and ``least_ticker``, ``exceeded`` (decisions that this account
          was too large for), ``unknown`` (decisions without a figure);
        - ``groups``: ``countries`` and ``sub_industries``, a list each as
          `analyzers.sector.groups.by_group` returns it; ``market_caps`` of the last universe:
          ``least``, ``median``, ``most`` and ``unknown``;
        - ``trims`` and ``settlements``, one table each; ``variants``, as
          `variants.variant_figures` has them.

    Raises
    ------
    ParameterError
        The strategy is no sector book.
    """
    if not all(hasattr(ran, part) for part in ("fund", "tickers", "diary")):
        raise ParameterError(
            f"section sector measures a sector book, and {type(ran).__name__} is none: leave it out"
        )
    fund, tickers = str(ran.fund._name), ran.tickers
    decisions = diary.of_the_account(ran.diary, daily.index[0].date())
    terms = _terms(ran, decisions)
    asked, periods = ran.p.weighting, bars[0].periods_per_year
    dates = pd.DatetimeIndex(daily.index)

    returns = pd.DataFrame(
        {"account": daily["return"], "fund": neutrality.fund_returns(ledger, fund)}
    ).iloc[1:]
    beta = neutrality.ex_ante_betas(ledger, decisions, tickers, fund)
    for window in figures.WINDOWS:
        both = returns["account"].to_numpy(dtype=float), returns["fund"].to_numpy(dtype=float)
        beta[f"realised_{window}"] = np.append(np.nan, neutrality.rolling_beta(*both, window))
    by_side = sides.pnl_by_side(ledger, fund)
    by_horizon = {
        horizon: [one for one in made if decisions and one.made_on >= decisions[0].date]
        for horizon, made in ran.realised_by_horizon.items()
    }
    realised = by_horizon[HORIZONS[0]]
    held = names.concentration(decisions)
    decided = _decided(decisions, held, dates, asked)
    estimates = premiums_over_time(decisions, terms, HORIZONS)
    volume = _dollar_volume(bars, fund)
    room = capacity(ledger, decisions, volume, fund, at_close=ran.p.fill == "close")

    measured = {
        "fund": fund,
        "stocks": len(tickers),
        "terms": list(terms),
        "horizons": list(HORIZONS),
        "params": {name: getattr(ran.p, name) for name in PARAMS},
        "universe": figures.spread(pd.Series([d.universe.sum() for d in decisions], dtype=float)),
        "names": figures.spread(held["names"]),
        "largest_weight": figures.spread(held["largest"]),
        "effective_names": figures.spread(held["effective"]),
        "tracking_error": figures.spread(decided["tracking_error"]),
        "factors": candidates.factor_use(decisions, tuple(ran.factors)),
        "methods": figures.methods(decisions),
        "fallback": figures.fallback(dates[1:], decisions, asked),
        "neutrality": figures.neutrality(beta, decisions, returns),
        "pnl": figures.pnl_sides(sides.totals(by_side)),
        "skill": asdict(skill.skill(realised)),
        "skill_by_horizon": {
            str(horizon): asdict(skill.skill(made)) for horizon, made in by_horizon.items()
        },
        "survivors_only": survivors_only(getattr(ran.p, "inputs", None)),
        "skill_readings": figures.readings(by_horizon, ran.p.skill_window),
        "tracking_by_size": figures.tracking_by_size(decisions),
        "premiums": figures.premium_intervals(estimates, terms, HORIZONS),
        "turnover": turnover.turnover(ledger, fund, periods)._asdict(),
        "capacity": figures.capacity(room, daily["equity"]),
        "groups": {
            **{kind: groups.by_group(decisions, kind) for kind in GROUPS},
            "market_caps": groups.market_values(decisions),
        },
        "variants": {},
        "trims": [_row(trim) for trim in ran.trims],
        "settlements": [_row(settled) for settled in ran.settlements],
        "forecasts": [_row(one) for one in realised],
        "decisions": [figures.decision_row(one, terms, HORIZONS) for one in decisions],
    }
    return SectorBook(
        plain=measured,
        beta=beta,
        sides=by_side,
        daily=returns.assign(equity=daily["equity"]),
        decided=decided,
        skill=_judged(realised),
        premiums=estimates,
        weights=names.weights_over_time(decisions, tickers),
        candidates=candidates.candidates(decisions),
        capacity=room,
        variants=pd.DataFrame(index=dates[1:]),
        cash=ledger.starting_cash,
        equity=daily["equity"],
        whole_shares=bool(ran.broker.p.whole_shares),
        periods_per_year=periods,
        at=common_end(close_of(table.origin.notes) for table in bars),
    )


def with_variants(
    book: SectorBook, equity: Mapping[str, pd.Series], risk_free_rate: float
) -> SectorBook:
    """Return a book with the figures of its variants added.

    Parameters
    ----------
    book : SectorBook
        The result of `book_of`.
    equity : mapping of str to Series
        Name of the variant to account value by date; the run itself comes first.
    risk_free_rate : float
        Per year, for the Sharpe ratios.
    """
    dates = pd.DatetimeIndex(book.equity.index)
    returns = variant_returns(equity, dates, book.cash)
    lines = variant_figures(returns, book.daily["fund"], book.periods_per_year, risk_free_rate)
    return replace(book, plain={**book.plain, "variants": lines}, variants=returns)


def _terms(ran: Any, decisions: Sequence[Any]) -> tuple[str, ...]:
    """Return the terms of the forecast equation: the factors, or their combined score alone."""
    factors = tuple(ran.factors)
    if decisions and len(decisions[0].premiums) != len(factors):
        return ("score",)
    return factors


def _decided(
    decisions: Sequence[Any], held: pd.DataFrame, dates: pd.DatetimeIndex, asked: str
) -> pd.DataFrame:
    """Return the table of decisions for the pictures, with the last day of each."""
    index = diary.dates_of(decisions)
    table = held[["names", "effective"]].assign(
        fallback=[one.method != asked for one in decisions],
        mean_ic=[one.mean_ic for one in decisions],
        tracking_error=[one.tracking_error for one in decisions],
        until=[*index[1:], *dates[-1:]][: len(index)],
    )
    numbers = dict.fromkeys(("mean_ic", "tracking_error"), float)
    return table.astype(numbers | {"fallback": bool, "until": "datetime64[ns]"})


def _judged(realised: Sequence[Any]) -> pd.DataFrame:
    known_on = pd.DatetimeIndex([one.known_on for one in realised], name="known_on")
    return pd.DataFrame({"ic": [one.ic for one in realised]}, index=known_on, dtype=float).dropna()


def _dollar_volume(tables: Sequence[Bars], fund: str) -> pd.DataFrame:
    """Return close times volume on the fund's sessions, as the strategy reads them.

    0 on a day without a bar; NaN before the first bar and for unknown volume.
    """
    (sessions,) = (pd.DatetimeIndex(table.dates) for table in tables if table.name == fund)
    columns = {}
    for table in tables:
        turnover = table.close * np.where(table.volume > 0.0, table.volume, np.nan)
        traded = pd.Series(turnover, index=pd.DatetimeIndex(table.dates))
        on_sessions = traded.reindex(sessions)
        silent = ~sessions.isin(traded.index) & (sessions >= traded.index[0])
        columns[table.name] = on_sessions.mask(silent, 0.0)
    return pd.DataFrame(columns)


def _row(entry: Any) -> dict[str, Any]:
    """Return an entry of the book's records with JSON values: dates as text, Python numbers."""
    return {
        name: value
        if isinstance(value, str)
        else value.isoformat()
        if isinstance(value, datetime.date)
        else figures.known(value)
        for name, value in entry._asdict().items()
    }
