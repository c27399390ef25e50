"""Graph 11, ex-dates and win rate: the shape of the source's model beside measured ones."""

from __future__ import annotations

from ...runs.labels.formats import NONE, number, percent
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from ..verdicts import held_against
from .chosen import NAMES, OFTEN, chosen_of
from .draws import shapes_by_draw, table_of, words_of
from .members import sides_of
from .shape_of import Shape, ratio, shape_of
from .spans import Span, span_of

SWITCHES_A_YEAR, RATIO = 81, 3.73
WIN_RATE, AVERAGE_WIN, AVERAGE_LOSS = 53.42, 0.89, -0.79
EX_LONG, EX_SHORT = 46, 34
"""What the source prints of its model of SPY, 1994 to September 2013."""

HOLDER = 0.95
"""Share of days long above which a model is little else than holding."""


def shape(evidence: Evidence) -> Findings:
    """Return switches, wins, ex-dates and size of the models beside the published ones."""
    main = evidence.main
    span = span_of(evidence, main)
    shapes = {key: shape_of(span, one.sides) for key, one in chosen_of(evidence, main).items()}
    others = {}
    for ticker in evidence.tickers:
        try:
            own = span_of(evidence, ticker)
        except NotCarried:
            continue
        others[ticker] = shape_of(own, sides_of(own.bars.close, {}))
    drawn = shapes_by_draw(evidence, span)
    return Findings(
        words=(
            _size_and_shape(evidence, shapes),
            _wins(evidence, span, shapes),
            _ex_dates(shapes),
            words_of(drawn),
            *_holders(others),
        ),
        figures=[figure for key, own in shapes.items() for figure in _figures(evidence, key, own)],
        tables=[_table(shapes), table_of(evidence, drawn), _by_ticker(others)],
    )


def _figures(evidence: Evidence, key: str, own: Shape) -> list[Figure]:
    main = evidence.main
    known = own.ex_long + own.ex_short > 0  # bars without dividends have no ex-dates
    figures = []
    for id, name, published, value, unit, within, near in (
        ("switches", "switches a year", SWITCHES_A_YEAR, own.switches, "a year", 0.5, 11.0),
        ("win_rate", "winning days", WIN_RATE, _hundredths(own.win_rate), "%", 0.005, 0.5),
        ("win", "average win", AVERAGE_WIN, _hundredths(own.average_win), "%", 0.005, 0.03),
        ("loss", "average loss", AVERAGE_LOSS, _hundredths(own.average_loss), "%", 0.005, 0.03),
        ("ex_long", "ex-dates held long", EX_LONG, own.ex_long if known else None, "", 0, 4),
        ("ex_short", "ex-dates held short", EX_SHORT, own.ex_short if known else None, "", 0, 4),
        ("over_adjusted", "points over the adjusted ETF's", RATIO, own.over_adjusted, ": 1", 0.005,
         0.2),
    ):  # fmt: skip
        figures.append(
            held_against(
                evidence, f"shape.{key}_{id}", main, f"{NAMES[key]}: {name}", published, value,
                unit, within=within, near=near,
            )
        )  # fmt: skip
    for id, name, value, unit in (
        ("gain", "sum of daily returns", 100.0 * own.gain, "%"),
        ("days_long", "days long", own.days_long, "days"),
        ("days_short", "days short", own.days_short, "days"),
    ):
        figures.append(
            Figure(
                f"shape.{key}_{id}", main, f"{NAMES[key]}: {name}", None, value, unit,
                "Price alone, no costs.",
            )
        )  # fmt: skip
    return figures


def _hundredths(value: float | None) -> float | None:
    return None if value is None else 100.0 * value


def _size_and_shape(evidence: Evidence, shapes: dict[str, Shape]) -> str:
    told = [
        f"{NAMES[key]} {ratio(own)} in points and {number(own.switches, 0)} switches a year"
        for key, own in shapes.items()
    ]
    whole = [
        key
        for key, own in shapes.items()
        if OFTEN[0] <= own.switches <= OFTEN[1] and (own.over_adjusted or 0.0) >= 0.95 * RATIO
    ]
    verdict = (
        "They are of another window or ticker than the source's, and no verdict on it."
        if not evidence.comparable(evidence.main)
        else "Size and shape are reached together."
        if whole
        else "Size and shape are not reached together: what gains as much does not trade as often, "
        "and what trades as often does not gain as much. The source's model may be a "
        "richer one, or fitted otherwise."
    )
    text = "; ".join(told)
    return (
        f"The source's model gains {RATIO} times the adjusted ETF and switches {SWITCHES_A_YEAR} "
        f"times a year. Measured: {text}. {verdict}"
    )


def _wins(evidence: Evidence, span: Span, shapes: dict[str, Shape]) -> str:
    days = span.last - span.first
    a_day = (WIN_RATE * AVERAGE_WIN + (100.0 - WIN_RATE) * AVERAGE_LOSS) / 100.0
    held = 100.0 * float(span.returns[span.first : span.last].sum())
    told = ", ".join(
        f"{NAMES[key]} {percent(own.win_rate)} of days by {percent(own.average_win)} and "
        f"{percent(own.average_loss)}"
        for key, own in shapes.items()
    )
    implied = ""
    if held > 0.0 and evidence.comparable(evidence.main):
        implied = f", {number(a_day * days / held)} times what the price gains"
        if a_day * days / held < RATIO:
            implied += f". That is less than {RATIO}: the published ratio is not one of percent"
    return (
        f"The published win rate and averages make {number(a_day, 3)}% a day, over {days:,} days "
        f"{number(a_day * days, 0)}%{implied}. Measured, a day without a gain counted as won: "
        f"{told}."
    )


def _ex_dates(shapes: dict[str, Shape]) -> str:
    known = {key: own for key, own in shapes.items() if own.ex_long + own.ex_short}
    if not known:
        return "The bars have no dividends, and no ex-dates to count."
    told = ", ".join(f"{NAMES[key]} {own.ex_long} and {own.ex_short}" for key, own in known.items())
    longer = [key for key, own in known.items() if own.ex_long > own.ex_short]
    return (
        f"Into ex-dates the source's model is long {EX_LONG} times and short {EX_SHORT} times. "
        f"Long and short: {told}. Long into most of them {'are' if len(longer) != 1 else 'is'} "
        f"{len(longer)} of {len(known)}; a short position owes the dividend, which no gain here "
        "counts."
    )


def _holders(shapes: dict[str, Shape]) -> tuple[str, ...]:
    """Return on which tickers estimated strengths are little else than holding."""
    long = {
        ticker: own.days_long / max(own.days_long + own.days_short, 1)
        for ticker, own in shapes.items()
    }
    holders = [f"{t} ({percent(share, 0)} of days)" for t, share in long.items() if share > HOLDER]
    if not holders:
        return ()
    return (
        f"With estimated strengths the model is long on almost all days of {', '.join(holders)}, "
        "and little else than holding.",
    )


def _table(shapes: dict[str, Shape]) -> Table:
    return Table(
        "Shape",
        ("published", *(NAMES[key] for key in shapes)),
        [
            ("points over the adjusted ETF's", f"{RATIO} : 1", *map(ratio, shapes.values())),
            ("sum of daily returns", NONE, *(percent(own.gain, 0) for own in shapes.values())),
            (
                "switches a year",
                str(SWITCHES_A_YEAR),
                *(number(own.switches, 1) for own in shapes.values()),
            ),
            (
                "winning days",
                f"{WIN_RATE}%",
                *(percent(own.win_rate) for own in shapes.values()),
            ),
            (
                "average win",
                f"{AVERAGE_WIN}%",
                *(percent(own.average_win) for own in shapes.values()),
            ),
            (
                "average loss",
                f"{number(AVERAGE_LOSS)}%",
                *(percent(own.average_loss) for own in shapes.values()),
            ),
            (
                "ex-dates long / short",
                f"{EX_LONG} / {EX_SHORT}",
                *(f"{own.ex_long} / {own.ex_short}" for own in shapes.values()),
            ),
            (
                "days long / short",
                NONE,
                *(f"{own.days_long:,} / {own.days_short:,}" for own in shapes.values()),
            ),
        ],
        "Price alone, no costs. A day without a gain counts as won, as in the source. The best "
        "sets are chosen with hindsight, for points.",
    )


def _by_ticker(shapes: dict[str, Shape]) -> Table:
    return Table(
        "Estimated strengths",
        ("points", "of daily returns", "switches a year", "winning days", "average win",
         "average loss", "ex-dates long / short", "days long / short"),
        [
            (
                ticker,
                ratio(own),
                percent(own.gain, 0),
                number(own.switches, 1),
                percent(own.win_rate),
                percent(own.average_win),
                percent(own.average_loss),
                f"{own.ex_long} / {own.ex_short}",
                f"{own.days_long:,} / {own.days_short:,}",
            )
            for ticker, own in shapes.items()
        ],
        "Points over those of the adjusted price; sum of daily returns. Nothing is fitted "
        "beforehand.",
    )  # fmt: skip
