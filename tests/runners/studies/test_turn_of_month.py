"""The example study: days at the turn of the month, and its page."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawn import Seen, charts_in

from btplaybook.feeds.samples import sample
from btplaybook.runners.records.write import write_study
from btplaybook.runners.runs.found.user_files import module_of
from btplaybook.runners.studies.registry import study_of
from btplaybook.runners.studies.run import run_study

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "examples" / "turn_of_month.py"


@pytest.fixture(scope="module")
def example():
    return module_of(FILE)


@pytest.fixture(scope="module")
def result():
    return run_study(FILE)


def oracle():
    """Return the gains at the turn and on the other days, a day at a time."""
    bars = sample("sp500", end="2018-12-31")
    days = [day.item() for day in bars.dates]
    inside, outside, place = [], [], 0
    for n in range(1, len(days) - 1):
        place = 1 if days[n].month != days[n - 1].month else place + 1
        if (days[n].year, days[n].month) == (days[0].year, days[0].month):
            continue
        gain = bars.close[n] / bars.close[n - 1] - 1.0
        turn = place <= 3 or days[n + 1].month != days[n].month
        (inside if turn else outside).append(gain)
    return np.array(inside), np.array(outside)


def test_the_turn_is_the_last_session_and_the_first_three(example):
    days = pd.bdate_range("2024-01-29", "2024-03-06")
    turn = example.at_turn(days)
    # Nobody knows which sessions January began with, nor whether 6 March is a last one.
    assert (turn.index[0], turn.index[-1]) == (
        pd.Timestamp("2024-02-01"),
        pd.Timestamp("2024-03-05"),
    )
    assert [f"{day:%m-%d}" for day in turn.index[turn]] == [
        "02-01", "02-02", "02-05", "02-29", "03-01", "03-04", "03-05",
    ]  # fmt: skip


def test_the_figures_are_those_of_a_loop(result):
    inside, outside = oracle()
    measured = {figure.id: figure.measured for figure in result.figures()}
    every = np.concatenate([inside, outside])
    gap = inside.mean() - outside.mean()
    error = np.sqrt(inside.var(ddof=1) / inside.size + outside.var(ddof=1) / outside.size)
    expected = {
        "turn.four_sessions": 400 * inside.mean(),
        "turn.any_four": 400 * every.mean(),
        "turn.difference": 1e4 * gap,
        "turn.t": gap / error,
    }
    assert measured == pytest.approx(expected, rel=1e-9)
    assert measured["turn.four_sessions"] > measured["turn.any_four"]
    # 19 years and 11 months, four sessions each; the first turn lacks its last session, the last
    # day of 2018 is left out.
    assert inside.size == 239 * 4 - 1


def test_its_page_has_a_table_and_a_picture(command, tmp_path):
    ended = command("study", FILE, "--out", tmp_path)
    assert ended.code == 0
    page = (tmp_path / "study.html").read_text(encoding="utf-8")
    (picture,) = map(Seen, charts_in(page))
    labels = [attributes.get("aria-label", "") for _, attributes in picture.elements]
    assert any("Mean return of a session of SP500" in label for label in labels)
    assert [row[0] for row in picture.body] == sorted({row[0] for row in picture.body})
    assert "Mean return of a session, bp" in page
    told = json.loads((tmp_path / "study.json").read_text())
    assert [figure["published"] for figure in told["figures"]] == [0.473, 0.061, None, None]


def test_months_that_are_not_known_cannot_carry_it(tmp_path):
    frame = sample("sp500").frame().loc["2010-03-02":"2010-03-30"]
    frame.rename_axis("date").reset_index().to_csv(tmp_path / "SPY.csv", index=False)
    short = run_study(FILE, tmp_path)
    assert [why for _, why in short.not_carried()] == [
        "SPY has 0 days whose place in the month is known"
    ]


def test_the_study_of_the_documentation_runs(tmp_path, monkeypatch):
    page = (ROOT / "docs" / "pages" / "studies.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "my_study.py").write_text(code, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = run_study("my_study.py")
    assert found.study == study_of(found.study)
    (figure,) = found.figures()
    close = sample("sp500").frame()["close"].loc["1998":"2018"]
    assert figure.measured == pytest.approx(100 * (close.diff().iloc[1:] > 0).mean(), rel=1e-12)
    assert figure.published == 50
    write_study(found, tmp_path / "out")
    assert "<svg" in (tmp_path / "out" / "study.html").read_text(encoding="utf-8")
