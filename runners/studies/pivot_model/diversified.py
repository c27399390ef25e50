"""Graphs 8 to 10: pivots on several funds in one account, and after the source's window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ....feeds.bars import Bars
from ...runs.book.book import Book, Member
from ...runs.labels.formats import number, percent
from ...runs.sections.pictures import Chart, Curves
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from .book_periods import Figures, Period, figures_of, period_of
from .closes import later_prices
from .members import FIT_YEARS, MODES, Model, models_of

FEWEST = 250
"""Days of a period that has figures: a year."""

BOOK, HELD = "book", "held, equally"


DRAWS = 3
"""Draws of lines of which the fitted books are compared."""


def diversified(
    evidence: Evidence, modes: Sequence[str] = tuple(MODES), draws: int = DRAWS
) -> Findings:
    """Return the book of pivots: estimated, fitted in sample, and fitted anew each year.

    Parameters
    ----------
    evidence : Evidence
    modes : sequence of str
        Among `MODES`.
    draws : int
        Draws of lines by which fitted books are compared; below 2 they are not.
    """
    bars = {ticker: later_prices(evidence, ticker) for ticker in evidence.tickers}
    models = models_of(evidence, bars, evidence.seed)
    if len(models) < 2:
        raise NotCarried("fewer than two tickers have bars for a model, and nothing is combined")
    bars = {ticker: bars[ticker] for ticker in models}
    market = pd.DataFrame({ticker: own.returns for ticker, own in models.items()}).dropna()
    end = pd.Timestamp(evidence.end)
    found: dict[tuple[str, str], Period] = {}
    curves: dict[str, pd.Series] = {}
    for mode in evidence.each(list(modes), "running books"):
        sides, returns = _sides_and_returns(models, market, mode)
        if len(returns) < FEWEST:
            continue
        book = (
            _book(bars, models, mode, returns) if mode != "walk-forward" else returns.mean(axis=1)
        )
        curves[MODES[mode]] = book
        for name, days in (("to", returns.index <= end), ("after", returns.index > end)):
            if np.count_nonzero(days) >= FEWEST:
                found[mode, name] = period_of(
                    returns[days], sides[days], market.loc[returns.index][days], book[days],
                    bars[evidence.main].periods_per_year,
                )  # fmt: skip
    if not found:
        raise NotCarried(f"the tickers have no {FEWEST} days in common after their warm-up")
    return Findings(
        words=(*_words(found), *_drawn(evidence, bars, market, draws)),
        figures=_figures(evidence, found),
        charts=[_chart(curves, market)],
        tables=[_books(evidence, found), *_members(evidence, found)],
    )


def _sides_and_returns(
    models: Mapping[str, Model], market: pd.DataFrame, mode: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return sides held over each day and what they gained, from the day on that all have one."""
    held = {ticker: own.sides[mode].shift() for ticker, own in models.items()}
    sides = pd.DataFrame(held).reindex(market.index)
    known = (sides.fillna(0.0) != 0.0).all(axis=1).to_numpy()
    first = int(known.argmax()) if known.any() else len(sides)
    sides = sides.iloc[first:]
    return sides, sides * market.iloc[first:]


def _book(
    bars: Mapping[str, Bars], models: Mapping[str, Model], mode: str, returns: pd.DataFrame
) -> pd.Series:
    """Return the daily returns of the exact account, monthly brought back to equal weights."""
    members = [
        Member("pivot", own, models[ticker].params[mode], name=ticker)
        for ticker, own in bars.items()
    ]
    book = Book(members, weights="equal", rebalance="monthly")
    first, last = returns.index[0].date(), returns.index[-1].date()
    ran = book.run(start=str(first), end=str(last), strips=False, cash=CASH)
    return ran.returns.loc[returns.index]


def _drawn(
    evidence: Evidence, bars: Mapping[str, Bars], market: pd.DataFrame, draws: int
) -> list[str]:
    """Return how far the fitted books after the window hang on the draw of lines."""
    if draws < 2:
        return []
    year = bars[evidence.main].periods_per_year
    sharpe: dict[str, list[float]] = {mode: [] for mode in MODES if mode != "estimated"}
    for seed in range(evidence.seed, evidence.seed + draws):
        models = models_of(evidence, bars, seed)
        for mode, values in sharpe.items():
            _, returns = _sides_and_returns(models, market, mode)
            later = returns[returns.index > pd.Timestamp(evidence.end)]
            own = figures_of(later.mean(axis=1), year).sharpe if len(later) >= FEWEST else None
            if own is not None:
                values.append(own)
    told = "; ".join(
        f"{MODES[mode]} {number(min(values))} to {number(max(values))}"
        for mode, values in sharpe.items()
        if values
    )
    return [
        f"Fitted books hang on which lines are drawn. Over {draws} draws the Sharpe ratio after "
        f"{evidence.end}, at equal weights every day, is: {told}."
    ] if told else []  # fmt: skip


CASH = 1e6
"""Starting cash of the account."""


def _words(found: Mapping[tuple[str, str], Period]) -> tuple[str, ...]:
    words = [
        "The source prints no figure of these graphs: what is told here is what such a book does. "
        "Equal weights, brought back monthly; nothing is charged, and prices are without dividends."
        f" Walk-forward sets are chosen at each year's end from {FIT_YEARS} years on, and are "
        "combined as plain arrays, equal weights every day; the other two are one exact account "
        "each."
    ]
    for mode, name in MODES.items():
        parts = []
        for when in ("to", "after"):
            if (mode, when) not in found:
                continue
            one = found[mode, when]
            better = _above(one.book.sharpe, one.held.sharpe)
            parts.append(
                f"{one.first} to {one.last} it grows by {percent(one.book.a_year, 1)} a year at a "
                f"volatility of {percent(one.book.volatility, 1)}, a Sharpe ratio of "
                f"{number(one.book.sharpe)}, {better} the {number(one.held.sharpe)} of the same "
                f"funds held; all are long on {percent(one.all_long, 0)} of days"
            )
        if parts:
            words.append(f"{name[:1].upper()}{name[1:]}: {'; '.join(parts)}.")
    words += _diversification(found)
    words += _decay(found)
    return tuple(words)


def _above(own: float | None, other: float | None) -> str:
    if own is None or other is None:
        return "beside"
    return "above" if own > other else "below"


def _diversification(found: Mapping[tuple[str, str], Period]) -> list[str]:
    told = []
    for one in found.values():
        spreads = [own.volatility for own in one.members.values() if own.volatility is not None]
        mean = sum(spreads) / len(spreads) if spreads else None
        if mean and one.book.volatility is not None:
            gap = 1.0 - one.book.volatility / mean
            told.append((gap, one.correlation, one.correlation_held))
    if not told:
        return []
    least, most = min(told)[0], max(told)[0]
    lower = sum(own < held for _, own, held in told)
    return [
        f"The diversification is real: in these {len(told)} cases the book's volatility is "
        f"{percent(least, 0)} to {percent(most, 0)} below the members' average, and the models "
        f"are less correlated with one another than the funds in {lower} of them."
        if least > 0.0
        else "The book's volatility is not below the members' average in every case."
    ]


def _decay(found: Mapping[tuple[str, str], Period]) -> list[str]:
    told = []
    for mode, name in MODES.items():
        if (mode, "to") in found and (mode, "after") in found:
            before, after = found[mode, "to"].book.sharpe, found[mode, "after"].book.sharpe
            if before is not None and after is not None:
                told.append(f"{name} from {number(before)} to {number(after)}")
    return (
        [f"The book's Sharpe ratio after the source's window: {'; '.join(told)}."] if told else []
    )


def _figures(evidence: Evidence, found: Mapping[tuple[str, str], Period]) -> list[Figure]:
    figures = []
    for (mode, when), one in found.items():
        id = f"diversified.{mode.replace('-', '_')}_{when}"
        where = f"{one.first} to {one.last}, {one.days:,} days, no costs."
        name = MODES[mode]
        for ticker, own in {**one.members, BOOK: one.book}.items():
            for part, what, value, unit in (
                ("a_year", "growth", _hundredths(own.a_year), "% a year"),
                ("volatility", "volatility", _hundredths(own.volatility), "% a year"),
                ("sharpe", "Sharpe ratio", own.sharpe, "coefficient"),
                ("drawdown", "largest drawdown", 100.0 * own.drawdown, "%"),
            ):
                figures.append(
                    Figure(f"{id}.{part}", ticker, f"{name}: {what}", None, value, unit, where)
                )
        for part, what, value, unit in (
            ("correlation", "mean correlation of members", one.correlation, "coefficient"),
            ("all_long", "days on which all are long", 100.0 * one.all_long, "%"),
            ("held_sharpe", "Sharpe ratio of the funds held", one.held.sharpe, "coefficient"),
        ):
            figures.append(
                Figure(f"{id}.{part}", BOOK, f"{name}: {what}", None, value, unit, where)
            )
    return figures


def _hundredths(value: float | None) -> float | None:
    return None if value is None else 100.0 * value


def _books(evidence: Evidence, found: Mapping[tuple[str, str], Period]) -> Table:
    rows = []
    for (mode, _), one in found.items():
        for name, own in ((MODES[mode], one.book), (HELD, one.held)):
            rows.append(
                (
                    f"{name}, {one.first} to {one.last}",
                    *_cells(own),
                    number(one.correlation if own is one.book else one.correlation_held),
                    percent(one.all_long, 1) if own is one.book else "",
                )
            )
    return Table(
        "Book",
        ("growth a year", "volatility", "Sharpe ratio", "drawdown", "correlation", "all long"),
        rows,
        "Correlation: mean of the pairs of members, or of funds. Each model begins on the first "
        "day on which all funds have one.",
    )


def _members(evidence: Evidence, found: Mapping[tuple[str, str], Period]) -> list[Table]:
    return [
        Table(
            f"{MODES[mode][:1].upper()}{MODES[mode][1:]}, {one.first} to {one.last}",
            ("growth a year", "volatility", "Sharpe ratio", "drawdown"),
            [(ticker, *_cells(own)) for ticker, own in one.members.items()],
        )
        for (mode, _), one in found.items()
    ]


def _cells(own: Figures) -> tuple[str, ...]:
    return (
        percent(own.a_year, 1),
        percent(own.volatility, 1),
        number(own.sharpe),
        percent(own.drawdown, 1),
    )


def _chart(curves: Mapping[str, pd.Series], market: pd.DataFrame) -> Chart:
    first = min(own.index[0] for own in curves.values())
    held = market.loc[first:].mean(axis=1)
    return Chart(
        "The book of pivots",
        Curves(
            "pivot-book",
            "Compounded gain of the book with estimated, fitted and refitted strengths",
            {
                **{name: (1.0 + own).cumprod() - 1.0 for name, own in curves.items()},
                HELD: (1.0 + held).cumprod() - 1.0,
            },
            held=HELD,
        ),
        "Compounded, no costs, no dividends; each from the first day on which all funds have a "
        "model.",
    )
