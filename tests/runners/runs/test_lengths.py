"""Feeds of different length give an error or a badge, never half a curve, NaN or a traceback."""

import dataclasses

import numpy as np
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.runs.audit import audit
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

LONG = dataclasses.replace(sample("simulated", end="2008-12-31"), name="LONG")
FIRST, LAST = (day.item() for day in LONG.dates[[0, -1]])
MIDDLE, LATE = LONG.dates[300].item(), LONG.dates[500].item()
EARLY = dataclasses.replace(LONG.between(None, LATE), name="EARLY")
BORN = dataclasses.replace(LONG.between(MIDDLE), name="BORN")


class Second(PlaybookStrategy):
    """Holds the second feed as soon as it is there, before it the first."""

    def target_weights(self):
        second = self.datas[-1]
        return {second if len(second) else self.data: 1.0}


class Lives(Second):
    """Says that it sees to its feeds itself."""

    feeds_come_and_go = True


def ran(bars, kind=Second, **settings):
    result = run(kind, bars, strips=False, **settings)
    assert not result.daily[["equity", "benchmark_return"]].iloc[1:].isna().any().any()
    return result, {badge.text: badge.why for badge in result.badges}


def test_a_second_feed_that_begins_inside_the_window_is_said():
    result, badges = ran([LONG, BORN])
    assert f"BORN on {MIDDLE}: before, they cannot be held" in badges["begins late"]
    assert result.window == (str(LONG.dates[1]), str(LAST))
    assert result.trades["instrument"].tolist()[:1] == ["LONG"]
    _, badges = ran([LONG, BORN], start=LONG.dates[301])
    assert "begins late" not in badges


def test_a_first_feed_that_begins_later_opens_the_account():
    result, badges = ran([BORN, LONG])
    assert result.window[0] == str(BORN.dates[1])
    assert "begins late" not in badges
    assert result.metrics == ran([BORN, LONG], start=MIDDLE)[0].metrics
    with pytest.raises(ValueError, match=r"start 2005-12-01 lies .* outside BORN's bars"):
        run(Second, [BORN, LONG], start="2005-12-01")


@pytest.mark.parametrize("bars", [[LONG, EARLY], [EARLY, LONG]])
def test_without_an_end_the_run_ends_with_the_feed_that_ends_first(bars):
    result, badges = ran(bars)
    assert result.window[1] == str(LATE)
    assert badges["ends with EARLY"].endswith("last bar of EARLY; those of LONG go on.")
    assert {data["last"] for data in result.data} == {str(LATE)}
    assert result.metrics == ran(bars, end=LATE)[0].metrics


def test_with_an_end_a_feed_that_ends_before_is_refused():
    with pytest.raises(ValueError, match=f"EARLY ends on {LATE}, .* sessions before .* --end"):
        run(Second, [LONG, EARLY], end=LAST)
    for end in (None, LAST):
        with pytest.raises(ValueError, match="EARLY has no bar in the window"):
            run(Second, [LONG, EARLY], start=LONG.dates[600], end=end)
    with pytest.raises(ValueError, match="EARLY"):
        run(Second, [EARLY, LONG], start=LONG.dates[600])
    with pytest.raises(ValueError, match="BORN: 0 bars"):
        run(Second, [LONG, BORN], end=LONG.dates[200])


def test_a_feed_that_lacks_the_last_days_is_valued_at_its_last_close_and_that_is_said():
    short = dataclasses.replace(LONG.between(None, LONG.dates[-4].item()), name="SHORT")
    result, badges = ran([LONG, short])
    assert badges["lacks last bars"] == f"No bar of SHORT since {LONG.dates[-4]}: " + (
        "valued at that close."
    )
    assert result.window[1] == str(LAST)


def test_who_sees_to_its_feeds_itself_is_left_to_it():
    _, badges = ran([LONG, BORN], Lives)
    assert "begins late" not in badges
    result, badges = ran([LONG, EARLY], Lives, start=LONG.dates[400], end=LATE)
    assert result.window[1] == str(LATE)


@pytest.mark.parametrize("bars", [[LONG, BORN], [EARLY, LONG], [LONG, EARLY]])
def test_the_audit_takes_them_too(bars):
    assert audit(Second, bars, cuts=3).passed


def test_the_inverse_waits_and_says_so():
    flipped = {name: 1e4 / getattr(BORN, name) for name in ("open", "close")}
    flipped |= {"high": 1e4 / BORN.low, "low": 1e4 / BORN.high, "dividend": np.zeros(len(BORN))}
    inverse = dataclasses.replace(BORN, name="INVERSE", **flipped)
    result, badges = ran([LONG, inverse], "sma-switch", period=20, short_via="inverse")
    assert "begins late" in badges
    assert result.trades["date"].min().date() >= MIDDLE


class Funded(Lives):
    """The same, hedged with a fund."""

    params = (("etf", "LONG"),)


def test_a_run_ends_with_the_fund_and_not_with_its_stocks():
    short = dataclasses.replace(EARLY, name="LONG")
    bars = [short, dataclasses.replace(LONG, name="STOCK")]
    result, badges = ran(bars, Funded)
    assert result.window[1] == str(LATE)
    assert "ends with LONG" in badges
    lives = dataclasses.replace(LONG, name="LIVES")
    result, badges = ran([LONG, EARLY, lives], Funded)
    assert result.window[1] == str(LAST)
    assert not [text for text in badges if text.startswith("ends with")]


def test_a_run_ends_where_the_last_stock_has_ended():
    """A fund without stocks is no book: its days would be counted as cash, or held naked."""
    sooner = dataclasses.replace(LONG.between(None, MIDDLE), name="SOONER")
    result, badges = ran([LONG, sooner, EARLY], Funded)
    assert result.window[1] == str(LATE)
    assert "ends with EARLY" in badges
    with pytest.raises(ValueError, match=f"EARLY ends on {LATE}, .* set --end {LATE}"):
        run(Funded, [LONG, sooner, EARLY], end=LAST)
