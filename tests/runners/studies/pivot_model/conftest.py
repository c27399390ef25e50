"""Three simulated funds, and a space of a few sets."""

import datetime

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.runners.studies.study import Chapter, Evidence, Findings, Study
from btplaybook.search.kernels.pivot.space import PivotSpace

START, END = datetime.date(2005, 1, 3), datetime.date(2010, 12, 31)


@pytest.fixture(scope="session")
def small_space():
    """72 lines with 27 thresholds each."""
    return PivotSpace(
        slow=(20, 60, 100),
        fast=(1, 5),
        span=(20, 40),
        regime=(0.0, 1.0),
        angle=(15.0, 45.0, 80.0),
        bias=(-0.2, 0.0, 0.2),
        band_long=(0.0, 0.3, 0.6),
        band_short=(0.0, 0.3, 0.6),
        least_ratio=4.0,
    )


@pytest.fixture(scope="session")
def funds():
    """Bars of three funds from 2005 to 2013, so that years follow the window."""
    made = {}
    for seed, name in enumerate(("SPY", "IWM", "GLD"), 1):
        frame = simulated_bars(seed).frame().loc[:"2013-12-31"]
        made[name] = frame
    return made


@pytest.fixture
def evidence_of(funds):
    """Return the evidence of some funds, with the bars after the window or without them."""
    from btplaybook.feeds.bars import Bars

    def made(tickers=("SPY", "IWM", "GLD"), start=START, end=END, later=True, seed=0):
        whole = {name: Bars.from_frame(funds[name], name=name) for name in tickers}
        study = Study(
            name="p", title="P", source="s", summary="s", start=START, end=END,
            tickers=tuple(tickers), chapters=(Chapter("a", "a", "a", lambda e: Findings()),),
        )  # fmt: skip
        return Evidence(
            study,
            {name: bars.between(None, end) for name, bars in whole.items()},
            tuple(tickers),
            start,
            end,
            {},
            seed,
            lambda line: None,
            whole=whole.__getitem__ if later else None,
        )

    return made


@pytest.fixture(scope="session")
def naive_sides():
    """Return the sides of a set, day by day from the formula, in plain NumPy and pandas."""

    def made(close, slow, fast, span, angle, regime=0.0, bias=0.0, long=0.0, short=0.0, first=0):
        returns = pd.Series(close).pct_change().fillna(0.0).to_numpy()
        squares = pd.Series(returns[1:] ** 2)
        deviation, usual = (
            np.append(0.0, np.sqrt(squares.ewm(span=v, adjust=True).mean().to_numpy()))
            for v in (span, 500)
        )
        held, sides = 0.0, np.zeros(close.size)
        for t in range(max(slow, first), close.size):
            step = deviation[t - 1] * close[t - 1]
            force = {
                k: (close[t] - close[t - k : t].mean())
                / (np.sqrt((k + 1) * (2 * k + 1) / (6 * k)) * step)
                for k in (slow, fast)
            }
            power = (deviation[t - 1] / usual[t - 1]) ** regime
            radians = np.radians(angle)
            score = np.cos(radians) * force[slow] - np.sin(radians) * power * force[fast] + bias
            held = 1.0 if score > long else -1.0 if score < -short else held
            sides[t] = held
        return sides

    return made
