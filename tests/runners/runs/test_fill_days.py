"""Days on which orders were filled, on bars that begin in an earlier session.

Law: the price paid is that session's open or close in the daily bars, as the moment says.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.fill_days import fill_days
from btplaybook.feeds.resampled import resampled
from btplaybook.runners.pages.book_rows import exposures_panel
from btplaybook.runners.pages.holdings_rows import holdings_panel
from btplaybook.runners.runs.next.tomorrow import tomorrow
from btplaybook.runners.runs.next.words import words_of
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

FILLS = ("close", "next_open", "next_close")
KINDS = ("day", "open", "week", "month")


def made(daily: Bars, kind: str) -> Bars:
    """Return the bars of a kind out of daily ones."""
    return daily if kind == "day" else resampled(daily, kind)


def prices_of(daily: Bars) -> dict[tuple[pd.Timestamp, str], float]:
    """Return each session's opening and closing price."""
    frame = daily.frame()
    return {(day, at): frame.at[day, at] for day in frame.index for at in ("open", "close")}


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_price_paid_is_that_of_the_day_and_moment(
    kind: str, fill: str, simulated: Bars
) -> None:
    paid = prices_of(simulated)
    trips = run(
        "sma-switch", made(simulated, kind), period=3, fill=fill, strips=False
    ).round_trips  # fmt: skip
    assert len(trips) >= 3
    for end in ("entry", "exit"):
        for row in trips[trips[f"{end}_date"].notna()].to_dict("records"):
            known = paid[(row[f"{end}_date"], row[f"{end}_moment"])]
            assert row[f"{end}_price"] == pytest.approx(known, rel=1e-12)
    closed = trips[~trips["open"]]
    assert (closed["days"] == (closed["exit_date"] - closed["entry_date"]).dt.days).all()
    assert (trips["days"] >= 0).all()


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("kind", KINDS)
def test_next_names_the_day_of_the_fill(kind: str, fill: str, simulated: Bars) -> None:
    result = tomorrow("sma-switch", made(simulated, kind), period=3, fill=fill)
    (held,) = result.holdings
    assert held.since is not None
    days = {day.date() for (day, _), price in prices_of(simulated).items() if price == held.entry}
    assert held.since in days
    assert f"since {held.since}" in words_of(result)[0]


class Turns(PlaybookStrategy):
    """Short half of the account, and from the 20th bar on long."""

    def target_weights(self) -> dict[Any, float]:
        return {self.datas[0]: -0.5 if len(self) < 20 else 0.5}


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("kind", KINDS[:3])
def test_positions_of_run_json_are_dated_and_charged_alike(
    kind: str, fill: str, simulated: Bars
) -> None:
    """A long position that was short before pays no borrow fee, however its bars are dated."""
    pair = [made(each, kind) for each in (simulated, replace(simulated, name="OTHER"))]
    result = run(Turns, pair, fill=fill, borrow=0.5, strips=False)
    assert result.holdings is not None
    (held,) = result.holdings
    rows = result.round_trips.query("open")
    since = pd.Timestamp(held["since"])
    assert since == rows["entry_date"].min()
    assert held["side"] == "long"
    assert held["days"] == (pd.Timestamp(pair[0].dates[-1]) - since).days
    assert held["profit"] == pytest.approx(rows["net"].sum(), rel=1e-9)
    panel = holdings_panel(result)
    assert panel is not None
    at = "Open" if kind == "open" else "Close"
    assert panel.tables[0].title == f"{at} of {pair[0].dates[-1]}"
    exposures = exposures_panel(result)
    assert exposures is not None
    assert exposures.tables[0].title == f"After each {at.lower()}"


def test_days_of_single_fills(simulated: Bars) -> None:
    """What fills during a bar of opens fills in the session before; of a week nobody knows."""
    moments = ["open", "during", "close"]
    day = simulated.dates[7]
    days, told = fill_days(resampled(simulated, "open"), [day] * 3, moments)
    assert days.tolist() == [*simulated.dates[[6, 6, 7]].tolist()]
    assert told == ["close", "during", "open"]
    weeks = resampled(simulated, "week")
    end = weeks.dates[3]
    (first,) = simulated.dates[(np.flatnonzero(simulated.dates == weeks.dates[2]) + 1)]
    days, told = fill_days(weeks, [end] * 3, moments)
    assert days.tolist() == [first.item(), end.item(), end.item()]
    assert told == moments
    assert fill_days(simulated, [day] * 3, moments)[0].tolist() == [day.item()] * 3
    assert np.isnat(fill_days(weeks, [np.datetime64("NaT", "D")], ["open"])[0]).all()
