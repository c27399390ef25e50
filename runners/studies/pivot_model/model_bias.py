"""Model bias: what the objective weighs, days long and short, rising and falling years."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ....analyzers.market.up_down_years import gain_in_up_and_down_years
from ....feeds.arrays import Floats
from ....search.kernels.pivot.space import published_space
from ...runs.labels.formats import NONE, number, percent
from ...runs.sections.pictures import Chart, GroupedBars
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .biases import N_LINES, OBJECTIVES, TOP, Bias, biases_of
from .chosen import NAMES, chosen_of
from .spans import Span, span_of


class Sides(NamedTuple):
    """Days and gain of one model on each side."""

    long: int
    short: int
    gain_long: float
    gain_short: float
    up: float
    """Mean gain a year in the years in which the market rose; NaN without one."""
    down: float
    market_up: float
    market_down: float


def model_bias(evidence: Evidence) -> Findings:
    """Return the bias of the models, and what it becomes when all years count the same."""
    main = evidence.main
    span = span_of(evidence, main)
    biases = biases_of(span, published_space(), evidence.seed)
    sides = {key: sides_by_year(span, own.sides) for key, own in chosen_of(evidence, main).items()}
    figures = []
    for key, bias in biases.items():
        for id, name, value, unit in (
            ("long", "days long less days short", 100.0 * bias.long, "% of days"),
            ("gain", "sum of daily returns", 100.0 * bias.gain, "%"),
            ("switches", "switches a year", bias.switches, "a year"),
        ):
            figures.append(
                Figure(
                    f"bias.{key}_{id}", main,
                    f"best {percent(TOP, 0)} by {OBJECTIVES[key]}: {name}",
                    None, value, unit, "Mean of the best sets of a random draw.",
                )
            )  # fmt: skip
    for key, own in sides.items():
        for id, name, value, unit in (
            ("days_long", "days long", own.long, "days"),
            ("days_short", "days short", own.short, "days"),
            ("gain_long", "gain while long", 100.0 * own.gain_long, "%"),
            ("gain_short", "gain while short", 100.0 * own.gain_short, "%"),
            ("up_years", "gain a year, years in which the market rises", 100.0 * own.up, "%"),
            ("down_years", "gain a year, years in which it falls", 100.0 * own.down, "%"),
        ):
            figures.append(
                Figure(
                    f"bias.{key}_{id}", main, f"{NAMES[key]}: {name}", None, value, unit,
                    "Price alone, no costs.",
                )
            )  # fmt: skip
    return Findings(
        words=(_objective(biases), _told(sides)),
        figures=figures,
        charts=[
            Chart(
                "Days long less days short, best sets by objective",
                GroupedBars(
                    "pivot-bias",
                    "Share of days long less share of days short of the best sets by objective",
                    {
                        f"best {percent(TOP, 0)}": {
                            OBJECTIVES[key]: bias.long for key, bias in biases.items()
                        },
                        "the best": {
                            OBJECTIVES[key]: bias.best_long for key, bias in biases.items()
                        },
                    },
                    percent=True,
                ),
                "Below zero the sets are short on most days.",
            )
        ],
        tables=[_objectives(biases), _sides(sides)],
    )


def sides_by_year(span: Span, sides: Floats) -> Sides:
    """Return days and gains of each side, and the gain in up and in down years.

    Parameters
    ----------
    span : Span
        The days that count.
    sides : ndarray of shape (n_bars,)
        After each close: 1, -1 or 0.
    """
    counted = slice(span.first, span.last)
    held, returns = sides[counted], span.returns[counted]
    dates = pd.DatetimeIndex(span.bars.dates[span.first + 1 : span.last + 1])
    by_year = pd.DataFrame({"own": held * returns, "market": returns}).groupby(dates.year).sum()
    split = gain_in_up_and_down_years(by_year["own"], by_year["market"])
    up, down = split.up, split.down

    def told(value: float | None) -> float:
        return float("nan") if value is None else value

    return Sides(
        long=int(np.count_nonzero(held > 0)),
        short=int(np.count_nonzero(held < 0)),
        gain_long=float(returns[held > 0].sum()),
        gain_short=-float(returns[held < 0].sum()),
        up=told(up.strategy_mean),
        down=told(down.strategy_mean),
        market_up=told(up.market_mean),
        market_down=told(down.market_mean),
    )


def _objective(biases: dict[str, Bias]) -> str:
    usual, equal = biases["percent"], biases["years"]
    lean = "short" if biases["points"].long < 0.0 else "long"
    moved = equal.long - usual.long
    towards = "long" if moved > 0.0 else "short"
    change = f"moves it by {percent(abs(moved), 1)} of days towards the {towards} side"
    holds = moved > 0.0
    return (
        "The source says that its model is a little bearish since the objective weighs every day's "
        "movement alike, and the years that moved most were bearish. The best hundredth of random "
        f"sets by points is {lean} on balance: days long less days short are "
        f"{percent(biases['points'].long, 1)} of all days, by daily returns "
        f"{percent(usual.long, 1)}. Scaling every year's movement to one size {change}, to "
        f"{percent(equal.long, 1)}, and the gain from {percent(usual.gain, 0)} to "
        f"{percent(equal.gain, 0)}: the source's reason "
        f"{'has the direction that is measured' if holds else 'does not show'}."
    )


def _told(sides: dict[str, Sides]) -> str:
    told = []
    for key, own in sides.items():
        share = own.long / max(own.long + own.short, 1)
        told.append(
            f"{NAMES[key]} long on {percent(share, 0)} of days, with {percent(own.gain_long, 0)} "
            f"gained long and {percent(own.gain_short, 0)} short, {percent(own.up, 1)} a year in "
            f"years in which the market rose and {percent(own.down, 1)} in those in which it fell"
        )
    market = next(iter(sides.values()))
    behind = [NAMES[key] for key, own in sides.items() if own.up < own.market_up]
    return (
        f"{'; '.join(told)[:1].upper()}{'; '.join(told)[1:]}. The market made "
        f"{percent(market.market_up, 1)} and {percent(market.market_down, 1)}. The source "
        "says that its model falls behind in rising markets; here fall behind in rising years: "
        f"{', '.join(behind) or 'none'}."
    )


def _objectives(biases: dict[str, Bias]) -> Table:
    return Table(
        f"Best {percent(TOP, 0)} of random sets by objective",
        ("long less short", "sum of daily returns", "switches a year",
         "the best: long less short", "sum", "switches"),
        [
            (
                OBJECTIVES[key],
                percent(own.long, 1),
                percent(own.gain, 0),
                number(own.switches, 1),
                percent(own.best_long, 1),
                percent(own.best_gain, 0),
                number(own.best_switches, 1),
            )
            for key, own in biases.items()
        ],
        f"{N_LINES:,} lines drawn at random, each with all thresholds; means of the best sets. "
        "Long less short: days long less days short over all days.",
    )  # fmt: skip


def _sides(sides: dict[str, Sides]) -> Table:
    return Table(
        "Long and short",
        ("days long", "days short", "gain long", "gain short", "a year, market up", "market down"),
        [
            (
                NAMES[key],
                f"{own.long:,}",
                f"{own.short:,}",
                percent(own.gain_long, 0),
                percent(own.gain_short, 0),
                percent(own.up, 1) if own.up == own.up else NONE,
                percent(own.down, 1) if own.down == own.down else NONE,
            )
            for key, own in sides.items()
        ],
        "Sums of daily returns of the price, no costs. Years by what the market's daily returns "
        "sum to.",
    )
