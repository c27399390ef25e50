"""Graphs 6 and 7: the gains of overnight and of intraday sessions."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from ....analyzers.market.session_gains import Gain, SessionGains, session_gains
from ....feeds.bars import Bars, BarsError
from ...runs.labels.formats import number, percent
from ...runs.sections.pictures import Chart, Curves
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from ..verdicts import held_against
from .movement import check_opens
from .sma import PUBLISHED_PERIOD
from .sweeps import open_to_open, points_of_day

OVERNIGHT, INTRADAY = 9.61, -0.44
"""Percent per year, as published for SPY from 1993 to 2013."""

GOLD = "GLD"


def gains_of(evidence: Evidence, ticker: str) -> SessionGains:
    """Return a ticker's gains by session; they are computed only once."""
    bars = evidence.window(ticker)
    return evidence.once(
        ("sessions", ticker),
        lambda: session_gains(
            bars.open,
            bars.close,
            bars.dividend,
            bars.periods_per_year,
            first_close_only=evidence.warmed_up(ticker),
        ),
    )


def graph_6(evidence: Evidence) -> Findings:
    """Return overnight and intraday gains of the main ticker, with a table of the other tickers."""
    main = evidence.main
    check_opens(evidence, main)
    gains = gains_of(evidence, main)
    figures = _figures(evidence, main, gains)
    replaced = _with_opens_replaced(evidence, main)
    words = [_verdict(main, gains), _costs(main, gains)]
    if replaced is not None:
        figures.append(replaced[0])
        words.append(replaced[1])
    words += [_close_or_open(evidence, main, gains), *_elsewhere(evidence)]
    for ticker in evidence.tickers[1:]:
        if _has_opens(evidence, ticker):
            figures += _figures(evidence, ticker, gains_of(evidence, ticker))
    return Findings(
        words=tuple(words),
        figures=figures,
        charts=_charts(evidence, main, "6"),
        tables=[_by_ticker(evidence), _closes_and_opens(evidence)],
    )


def graph_7(evidence: Evidence) -> Findings:
    """Return the same for gold."""
    if GOLD not in evidence.tickers:
        raise NotCarried(f"there are no bars of {GOLD}")
    check_opens(evidence, GOLD)
    gains = gains_of(evidence, GOLD)
    night, day = gains.price.overnight, gains.price.intraday
    holds = 0.0 < day.uncompounded < night.uncompounded
    bars = evidence.window(GOLD)
    span = f"{bars.dates[0]} to {bars.dates[-1]}"
    figure = Figure(
        "graph_7.intraday_is_slightly_positive", GOLD, "open to close, uncompounded",
        "slightly positive", 100 * (day.uncompounded_per_year or 0.0), "% a year",
        f"{'Reproduced' if holds else 'Not reproduced'}: {percent(day.uncompounded_per_year)} a "
        f"year against {percent(night.uncompounded_per_year)} overnight, {span}.",
        ("reproduced" if holds else "differs") if evidence.as_published else "not_comparable",
    )  # fmt: skip
    return Findings(
        words=(
            f"{GOLD} gained {percent(night.uncompounded_per_year)} a year overnight and "
            f"{percent(day.uncompounded_per_year)} within the day, uncompounded, {span}.",
        ),
        figures=[figure],
        charts=_charts(evidence, GOLD, "7"),
    )


def _figures(evidence: Evidence, ticker: str, gains: SessionGains) -> list[Figure]:
    price, total = gains.price, gains.total
    found = []
    for id, name, said, gain in (
        ("overnight", "close to next open", OVERNIGHT, price.overnight),
        ("intraday", "open to close", INTRADAY, price.intraday),
    ):
        a_year = _percent(gain.uncompounded_per_year)
        named = f"{name}, uncompounded"
        if ticker == evidence.study.tickers[0]:
            found.append(
                held_against(
                    evidence, f"graph_6.{id}_uncompounded", ticker, named, said, a_year, "% a year",
                    within=0.05, near=1.0,
                    remark=f"{percent(gain.compounded_per_year)} compounded.",
                )
            )  # fmt: skip
        else:
            found.append(
                Figure(
                    f"graph_6.{id}_uncompounded", ticker, named, None, a_year, "% a year",
                    "From prices alone.",
                )
            )  # fmt: skip
        found.append(
            Figure(
                f"graph_6.{id}_compounded", ticker, f"{name}, compounded", None,
                _percent(gain.compounded_per_year), "% a year", "From prices alone.",
            )
        )  # fmt: skip
        found.append(
            Figure(
                f"graph_6.{id}_break_even", ticker, f"{name}, break-even cost of an order", None,
                1e4 * (gain.break_even or 0.0), "bp",
                "What the price gain pays for, compounded; there are two orders a session."
                if (gain.break_even or 0.0) > 0 else "There is no gain to pay with.",
            )
        )  # fmt: skip
    found.append(
        Figure(
            "graph_6.overnight_with_dividends", ticker, "close to next open, compounded, dividends",
            None, _percent(total.overnight.compounded_per_year), "% a year",
            "Whoever holds overnight holds over every ex-date.",
        )
    )  # fmt: skip
    return found


def _verdict(ticker: str, gains: SessionGains) -> str:
    night, day = gains.price.overnight, gains.price.intraday
    return (
        f"{ticker} gained {percent(night.uncompounded_per_year)} a year from close to open "
        f"({percent(night.compounded_per_year)} compounded) and "
        f"{percent(day.uncompounded_per_year)} from open to close "
        f"({percent(day.compounded_per_year)} compounded), from prices alone. Whoever holds "
        "overnight is long on every ex-date: with dividends the nights make "
        f"{percent(gains.total.overnight.compounded_per_year)}, compounded."
    )


def _elsewhere(evidence: Evidence) -> list[str]:
    """Return the sentence that says on which other tickers the overnight session gained more."""
    won: list[str] = []
    lost: list[str] = []
    for ticker in evidence.tickers[1:]:
        if _has_opens(evidence, ticker):
            gains = gains_of(evidence, ticker).price
            wins = gains.overnight.uncompounded > max(0.0, gains.intraday.uncompounded)
            (won if wins else lost).append(ticker)
    if not won and not lost:
        return []
    nights = f"on {', '.join(won)} the nights made more" if won else "the nights made more on none"
    days = f", on {', '.join(lost)} they did not" if lost else ""
    return [f"The source finds the same across indexes and asset classes: {nights}{days}."]


def _costs(ticker: str, gains: SessionGains) -> str:
    price, total = gains.price.overnight.break_even, gains.total.overnight.break_even
    a_year = 2 * gains.price.overnight.periods_per_year
    if price is None or price <= 0.0:
        return f"The nights of {ticker} have no gain that could pay for {a_year} orders a year."
    return (
        f"It takes {a_year} orders a year. A cost of {number(1e4 * price)} basis points an order "
        f"uses the nights' gain up, {number(1e4 * (total or 0.0))} with dividends: at a price of "
        f"100 that is {number(100 * price, 3)} a share."
    )


def _close_or_open(evidence: Evidence, ticker: str, gains: SessionGains) -> str:
    close, opened = gains.price.close_to_close, gains.price.open_to_open
    model_close = float(points_of_day(evidence, ticker, PUBLISHED_PERIOD, "reversion").sum())
    model_open = open_to_open(evidence, ticker, PUBLISHED_PERIOD, "reversion")
    better = "closes" if model_close > model_open else "opens"
    return (
        f"Held from close to close {ticker} made {percent(close.uncompounded_per_year)} a year, "
        f"from open to open {percent(opened.uncompounded_per_year)}: no difference to speak of. A "
        "model differs: the mirrored 8-day rule read and traded at closes made "
        f"{number(model_close)} points, at opens {number(model_open)}; the {better} win."
    )


def _with_opens_replaced(evidence: Evidence, ticker: str) -> tuple[Figure, str] | None:
    """Return the overnight gain with wrong opens replaced, if the folder holds a file of them."""
    name = f"{ticker}_suspect_opens.csv"
    file = evidence.file(name)
    if file is None:
        return None
    bars = evidence.window(ticker)
    opens, count = mended_opens(bars, file)
    night = session_gains(opens, bars.close, bars.dividend, bars.periods_per_year).price.overnight
    a_year = night.uncompounded_per_year
    by_calendar = night.uncompounded / _years(bars)
    figure = Figure(
        "graph_6.overnight_opens_replaced", ticker, "close to next open, wrong opens replaced",
        None, _percent(a_year), "% a year",
        f"{count} opens of {name} lie in the window; {percent(by_calendar)} by calendar years "
        f"instead of {bars.periods_per_year} sessions.",
    )  # fmt: skip
    return figure, (
        f"The vendor's opens are wrong on {count} days of the window ({name}). With an independent "
        f"feed's in their place the nights make {percent(a_year)} a year by "
        f"{bars.periods_per_year} sessions, {percent(by_calendar)} by the calendar."
    )


def mended_opens(bars: Bars, file: Path) -> tuple[np.ndarray, int]:
    """Return the opens, with wrong ones replaced from another feed, and the number replaced.

    Raises
    ------
    BarsError
        The file is not readable, or lacks a column, a date or a price.
    """
    try:
        table = pd.read_csv(file, dtype=str)
    except (OSError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise BarsError(f"{file}: not a readable CSV file ({reason})") from error
    for column in ("date", "open_lean"):
        if column not in table:
            raise BarsError(f"{file}: no column {column!r}; it holds {', '.join(map(str, table))}")
    opens = bars.open.copy()
    rows = {str(day): row for row, day in enumerate(bars.dates)}
    count = 0
    for line, (day, text) in enumerate(zip(table["date"], table["open_lean"], strict=True), 2):
        try:
            row = rows.get(str(datetime.date.fromisoformat(day)))
            right = float(text)
        except (TypeError, ValueError):
            raise BarsError(
                f"{file}: line {line}: a date like 2013-09-30 and a price are wanted, got {day!r} "
                f"and {text!r}"
            ) from None
        if row is not None and right > 0:
            opens[row] = right
            count += 1
    return opens, count


def _years(bars: Bars) -> float:
    first: datetime.date = bars.dates[0].item()
    last: datetime.date = bars.dates[-1].item()
    return (last - first).days / 365.25


def _charts(evidence: Evidence, ticker: str, graph: str) -> list[Chart]:
    bars = evidence.window(ticker)
    gains = gains_of(evidence, ticker)
    dates = pd.DatetimeIndex(bars.dates)

    def daily(gain: Gain) -> pd.Series:
        return pd.Series(gain.returns, dates[-gain.returns.size :])

    nights, days = daily(gains.price.overnight), daily(gains.price.intraday)
    held = daily(gains.price.close_to_close)
    names = ("close to next open", "open to close", "held")
    return [
        Chart(
            f"{ticker}: uncompounded gain by session",
            Curves(
                f"sessions-{graph}",
                f"Uncompounded gain of {ticker} overnight, within the day and held",
                dict(zip(names, (nights.cumsum(), days.cumsum(), held.cumsum()), strict=True)),
                held="held",
            ),
            "One unit of money in every session, price alone, no costs.",
        ),
        Chart(
            f"{ticker}: compounded gain by session",
            Curves(
                f"sessions-{graph}-compounded",
                f"Compounded gain of {ticker} overnight, within the day and held",
                {
                    name: (1.0 + gain).cumprod() - 1.0
                    for name, gain in zip(names, (nights, days, held), strict=True)
                },
                held="held",
            ),
            "The same money kept in, price alone, no costs.",
        ),
    ]


def _has_opens(evidence: Evidence, ticker: str) -> bool:
    try:
        check_opens(evidence, ticker)
    except NotCarried:
        return False
    return True


def _by_ticker(evidence: Evidence) -> Table:
    rows = []
    for ticker in evidence.tickers:
        if not _has_opens(evidence, ticker):
            continue
        gains = gains_of(evidence, ticker)
        night, day = gains.price.overnight, gains.price.intraday
        rows.append(
            (
                ticker,
                evidence.shortened(ticker) or "the window",
                percent(night.uncompounded_per_year),
                percent(night.compounded_per_year),
                percent(gains.total.overnight.compounded_per_year),
                number(1e4 * (night.break_even or 0.0)),
                percent(day.uncompounded_per_year),
                percent(day.compounded_per_year),
            )
        )
    return Table(
        "By ticker, a year",
        (
            "bars", "night", "compounded", "with dividends", "break-even, bp", "day", "compounded",
        ),
        rows,
        "Uncompounded unless it says so; price alone but for the column with dividends, which is "
        "compounded. Break-even is the cost of one order that uses the night's price gain up, "
        "negative where there is none.",
    )  # fmt: skip


def _closes_and_opens(evidence: Evidence) -> Table:
    rows = []
    for ticker in evidence.tickers:
        if not _has_opens(evidence, ticker):
            continue
        gains = gains_of(evidence, ticker).price
        rows.append(
            (
                ticker,
                percent(gains.close_to_close.uncompounded_per_year),
                percent(gains.open_to_open.uncompounded_per_year),
                number(float(points_of_day(evidence, ticker, PUBLISHED_PERIOD, "reversion").sum())),
                number(open_to_open(evidence, ticker, PUBLISHED_PERIOD, "reversion")),
            )
        )
    return Table(
        "Closes against opens",
        ("held, close to close", "held, open to open", "8-day mirror, closes", "the same, opens"),
        rows,
        "Held: percent a year, uncompounded. The mirrored 8-day rule, points: read and filled at "
        "closes, or read and filled at opens.",
    )


def _percent(rate: float | None) -> float | None:
    return None if rate is None else 100.0 * rate
