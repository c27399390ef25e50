"""Pages of weekly and monthly runs speak of weeks and months in texts, rows and pictures."""

import re
from functools import cache

import pytest

from btplaybook.feeds.resampled import resampled
from btplaybook.feeds.samples import sample
from btplaybook.runners.pages.compare import page as page_of
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.records.compare import compare
from btplaybook.runners.runs.labels.units import common_unit, in_units, unit_of
from btplaybook.runners.runs.run import run

PERIOD = 8


@cache
def weekly_run(every):
    bars = sample("sp500", start="2015-01-01")
    return run("sma-switch", resampled(bars, every), period=PERIOD, strips=False)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("Winning days", "week", "Winning weeks"),
        ("Daily Value-at-Risk", "month", "Monthly Value-at-Risk"),
        ("the next session's open", "week", "the next week's open"),
        ("running sum of daily returns", "bar", "running sum of periodic returns"),
        ("Winning days", "day", "Winning days"),
        ("yesterday's payday", "week", "yesterday's payday"),
    ],
)
def test_in_units(text, unit, expected):
    assert in_units(text, unit) == expected


def test_units():
    assert [unit_of(periods) for periods in (252, 365, 52, 12)] == ["day", "day", "week", "month"]
    assert common_unit(["week", "week"]) == "week"
    assert common_unit(["week", "day"]) == "bar"


@pytest.mark.parametrize(
    ("every", "adverb", "periods", "rows"),
    [
        ("week", "weekly", 52, {"Weekly Value-at-Risk", "Win Weeks", "Best Week",
                                "Expected Weekly"}),
        ("month", "monthly", 12, {"Monthly Value-at-Risk", "Win Month", "Best Month",
                                  "Expected Monthly"}),
    ],
)  # fmt: skip
def test_a_page_speaks_of_its_own_bars(every, adverb, periods, rows):
    result = weekly_run(every)
    page = tearsheet(result)
    text = re.sub(r"<(svg|script).*?</\1>", "", page, flags=re.DOTALL)
    assert f"{len(result.daily) - 1:,} {adverb} returns" in text
    assert f"running sum of {adverb} returns" in text
    assert f"yearly figures count {periods} {every}s" in text
    assert f"Winning {every}s" in text
    assert f"every {every}" in text
    names = re.findall(r'<th scope="row">([^<]+)', text)
    assert rows <= set(names)
    assert names.count("Best Month") == names.count("Win Month") == 1
    assert not {"Daily Value-at-Risk", "Win Days", "Best Day", "Expected Daily"} & set(names)
    assert not re.search(r"daily returns|losing day|on every day|one day", text)
    assert f"{every.capitalize()} by {every}" in text
    assert "Day by day" not in text
    # Six monthly returns make no Sharpe ratio.
    assert ("Sharpe ratio of the last half year" in text) == (every == "week")


def test_too_few_returns_are_named_by_their_unit():
    bars = resampled(sample("sp500", start="2018-10-01"), "week").between("2018-10-26")
    text = tearsheet(run("sma-switch", bars, period=2, strips=False, end="2018-11-16"))
    assert "The window holds 3 weekly returns" in text


@pytest.mark.parametrize(("other", "words"), [("week", "weekly"), ("day", "periodic")])
def test_compared_runs_speak_of_what_they_have_in_common(tmp_path, other, words):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder, every in zip(folders, ("week", other), strict=True):
        folder.mkdir()
        result = weekly_run(every)
        (folder / "run.json").write_text(result.to_json())
        result.daily.to_parquet(folder / "daily.parquet")
    assert f"running sum of {words} returns" in page_of(compare(folders))
