"""How strong trend and reversion are by ticker: regressions, before and after the source."""

from __future__ import annotations

import math

from ...runs.labels.formats import NONE, number
from ...runs.sections.pictures import Chart, GroupedBars
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from .strengths import FAST, FEWEST, SLOW, SPAN, Strengths, strengths_of

SPANS = (20, 100)
"""Other spans, to see what hangs on the choice."""

SIGNIFICANT, NEARLY = 1.96, 1.645
"""|t| of a two-sided test at 5 % and at 10 %."""

WEAK = ("GLD",)
"""Tickers whose reversion the source calls very weak."""

INDEXES = ("SPY", "QQQ", "IWM", "DIA")
"""Funds of equity indexes, whose reversion the source calls quite strong."""

UNIT = "% of a standard deviation"


def coefficients(evidence: Evidence) -> Findings:
    """Return how the next day's return hangs on trend and stretch, by ticker and period."""
    rows, figures = [], []
    before: dict[str, Strengths] = {}
    after: dict[str, Strengths] = {}
    for ticker in evidence.tickers:
        found = strengths_of(evidence, ticker, SPAN)
        for own, label, kept in (
            (found[0], f"to {evidence.end}", before),
            (found[1], "after", after),
        ):
            if own is None:
                continue
            kept[ticker] = own
            place = 0 if kept is before else 1
            others = [strengths_of(evidence, ticker, span)[place] for span in SPANS]
            rows.append(
                (
                    f"{ticker}, {label}",
                    number(own.days, 0),
                    *(_cell(value, t) for value, t in _pairs(own)),
                    *(NONE if one is None else number(one.stretch_t, 1) for one in others),
                )
            )
    if not before:
        raise NotCarried(f"no ticker has {FEWEST} days with a trend of {SLOW} bars in the window")
    for ticker, own in before.items():
        figures += _figures(evidence, ticker, own, after.get(ticker))
    return Findings(
        words=(_within(before), *_later(evidence, before, after), _gold(before)),
        figures=figures,
        charts=[
            Chart(
                "Strength of the reversion",
                GroupedBars(
                    "pivot-reversion",
                    "Slope of the next day's return on the stretch, by ticker and period",
                    {
                        f"to {evidence.end}": {t: 100.0 * one.stretch for t, one in before.items()},
                        **_second(before, after),
                    },
                ),
                "Percent of a standard deviation of the next day, for one of R. Below zero: what "
                "rose over a week falls on the next day.",
            )
        ],
        tables=[
            Table(
                "Next day's return on trend and stretch",
                ("days", "trend", "reversion", *(f"t of R, V = {span}" for span in SPANS)),
                rows,
                "Percent of a standard deviation of a day per unit of T or R, with the "
                f"Newey-West t in brackets. T of {SLOW} bars, R of {FAST}, volatility of span "
                f"{SPAN}; by least squares, with a constant.",
            )
        ],
    )


def _pairs(own: Strengths) -> tuple[tuple[float, float], tuple[float, float]]:
    return (own.trend, own.trend_t), (own.stretch, own.stretch_t)


def _cell(value: float, t: float) -> str:
    return f"{number(100.0 * value, 1)} ({number(t, 1)})"


def _second(
    before: dict[str, Strengths], after: dict[str, Strengths]
) -> dict[str, dict[str, float]]:
    """Return the later period's bars; a ticker without later days has a bar of no height."""
    if not after:
        return {}
    return {
        "after": {t: 100.0 * after[t].stretch if t in after else 0.0 for t in before},
    }


def _figures(
    evidence: Evidence, ticker: str, own: Strengths, later: Strengths | None
) -> list[Figure]:
    figures = [_reversion(evidence, ticker, own)]
    added = [("trend", f"the trend, to {evidence.end}", (own.trend, own.trend_t), own)]
    if later is not None:
        trend, stretch = _pairs(later)
        added += [
            ("reversion_after", "the stretch, after", stretch, later),
            ("trend_after", "the trend, after", trend, later),
        ]
    for id, name, (value, t), of in added:
        figures.append(
            Figure(
                f"coefficients.{id}", ticker, f"slope on {name}", None, 100.0 * value, UNIT,
                f"Newey-West t {number(t, 1)} over {of.days:,} days, {of.lags} lags.",
            )
        )  # fmt: skip
    return figures


def _reversion(evidence: Evidence, ticker: str, own: Strengths) -> Figure:
    told = f"Newey-West t {number(own.stretch_t, 1)} over {own.days:,} days, {own.lags} lags."
    says = "quite strong" if ticker in INDEXES else "very weak" if ticker in WEAK else None
    if says is None:
        finding = "measured"
    elif (evidence.start, evidence.end) != (evidence.study.start, evidence.study.end):
        finding = "not_comparable"
    elif ticker in WEAK:
        finding = "reproduced" if abs(own.stretch_t) < NEARLY else "differs"
    else:
        finding = (
            "reproduced" if own.stretch_t < -SIGNIFICANT
            else "near" if own.stretch < 0.0
            else "differs"
        )  # fmt: skip
    return Figure(
        "coefficients.reversion", ticker, f"slope on the stretch, to {evidence.end}", says,
        100.0 * own.stretch, UNIT, told, finding,
    )  # fmt: skip


def _within(before: dict[str, Strengths]) -> str:
    strong = [t for t, one in before.items() if one.stretch_t < -SIGNIFICANT]
    weaker = [t for t, one in before.items() if one.stretch < 0.0 and t not in strong]
    other = [t for t in before if t not in strong and t not in weaker]
    trends = [t for t, one in before.items() if abs(one.trend_t) > SIGNIFICANT]
    parts = [
        "The two forces can be measured without a model: the next day's return, in its own "
        f"standard deviation, regressed on the trend of {SLOW} bars and the stretch of {FAST}."
    ]
    parts.append(
        f"Up to the end of the window a reversion is significant at 5 % on {_names(strong)}"
        if strong
        else "Up to the end of the window no reversion is significant at 5 %"
    )
    if weaker:
        parts[-1] += f"; it is negative without being significant on {_names(weaker)}"
    if other:
        parts[-1] += f"; there is none on {_names(other)}"
    parts[-1] += "."
    parts.append(
        f"The trend is significant on {_names(trends)}."
        if trends
        else "The trend is significant on none of them."
    )
    return " ".join(parts)


def _later(
    evidence: Evidence, before: dict[str, Strengths], after: dict[str, Strengths]
) -> tuple[str, ...]:
    both = [t for t in before if t in after]
    if not both:
        return ()
    smaller = [t for t in both if abs(after[t].stretch) < abs(before[t].stretch)]
    strong = [t for t in both if after[t].stretch_t < -SIGNIFICANT]
    main = both[0]
    n = len(both)
    return (
        f"After {evidence.end} the reversion is smaller in size on {len(smaller)} of {n}, and "
        f"significant on {_names(strong) if strong else 'none'}. On {main} the slope goes from "
        f"{_cell(*_pairs(before[main])[1])} to {_cell(*_pairs(after[main])[1])}: the reversion "
        f"{_became(before[main], after[main])}.",
    )


def _became(before: Strengths, after: Strengths) -> str:
    if after.stretch_t < -SIGNIFICANT:
        return "is still there"
    if after.stretch >= 0.0:
        return "is gone"
    if after.stretch > before.stretch:
        return "has become weaker, and is no longer told from chance"
    return "is as large, and no longer told from chance"


def _gold(before: dict[str, Strengths]) -> str:
    weak = [t for t in WEAK if t in before]
    indexes = [t for t in INDEXES if t in before]
    if not weak or not indexes:
        return "Gold and the index funds are not both here, and are not compared."
    gold = before[weak[0]]
    mean = math.fsum(before[t].stretch for t in indexes) / len(indexes)
    told = (
        f"On {weak[0]} the reversion is {_cell(gold.stretch, gold.stretch_t)}, on the index funds "
        f"{number(100.0 * mean, 1)} on average"
    )
    weaker = abs(gold.stretch) < 0.5 * abs(mean) and abs(gold.stretch_t) < NEARLY
    if weaker and mean < 0.0:
        trend = "not significant" if abs(gold.trend_t) < NEARLY else "significant"
        return (
            f"{told}: what the source says of gold holds. A trend on gold of "
            f"{_cell(gold.trend, gold.trend_t)} is {trend}; gold is without a reversion rather "
            "than with a trend."
        )
    return f"{told}: what the source says of gold does not show."


def _names(tickers: list[str]) -> str:
    return tickers[0] if len(tickers) == 1 else f"{', '.join(tickers[:-1])} and {tickers[-1]}"
