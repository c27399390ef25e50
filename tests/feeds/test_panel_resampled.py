"""Panels of weekly bars and of bars from open to open: each name as if it were read alone."""

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.panel import Panel
from btplaybook.feeds.reading import Reading
from btplaybook.feeds.samples import sample


@pytest.fixture(scope="module")
def daily() -> Bars:
    whole = sample("simulated")
    return whole.between(None, whole.dates[119].item())


@pytest.fixture(scope="module")
def table(daily: Bars) -> pd.DataFrame:
    """A name that splits 2 for 1 on the 60th day, and one with three days of bars."""
    frame = daily.frame().reset_index(names="date")
    factor = np.where(np.arange(len(frame)) < 60, 2.0, 1.0)
    prices = ["open", "high", "low", "close", "dividend"]
    raw = frame.assign(ticker="LONG", split_factor=factor, volume=frame["volume"] / factor)
    raw[prices] = raw[prices].mul(factor, axis=0)
    short = frame.iloc[:3].assign(ticker="SHORT", split_factor=1.0)
    return pd.concat([raw, short], ignore_index=True)


@pytest.mark.parametrize("every", ["week", "month", "open"])
def test_a_name_of_a_panel_is_resampled_as_alone(every: str, daily: Bars, table) -> None:
    panel = Panel.from_frame(table, reading=Reading(resample=every))
    alone = Bars.from_frame(daily.frame(), "LONG", reading=Reading(resample=every))
    assert panel.bars[panel.tickers.index("LONG")].frequency == alone.frequency
    found = panel.bars[panel.tickers.index("LONG")]
    np.testing.assert_array_equal(found.dates, alone.dates)
    for column in ("open", "high", "low", "close", "volume", "dividend"):
        np.testing.assert_allclose(getattr(found, column), getattr(alone, column), rtol=1e-12)
    # Whoever is too young for two bars is left out, and told.
    assert ("SHORT" in panel.tickers) == (every == "open")
    assert panel.without_bars == (() if every == "open" else ("SHORT",))
    day = found.dates[-1]
    assert panel.split_factors(day, ["LONG"]).tolist() == [1.0]
    before = found.dates[found.dates < daily.dates[60]][-1]
    assert panel.split_factors(before, ["LONG"]).tolist() == [2.0]


def test_a_panel_without_two_bars_of_any_name_is_refused(table) -> None:
    few = table[table["ticker"] == "SHORT"]
    with pytest.raises(RequestError, match="no name has 2 bars of a month"):
        Panel.from_frame(few, source="few", reading=Reading(resample="month"))
