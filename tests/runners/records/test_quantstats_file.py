"""quantstats.html beside a run: written where it is asked for, and gone with the next run."""

import dataclasses
import json
import warnings

import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.pages.as_quantstats.of_run import why_no_report
from btplaybook.runners.records.files import QUANTSTATS, RUN
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs.run import run

pytestmark = pytest.mark.usefixtures("without_pages")


@pytest.fixture(scope="module")
def result():
    bars = sample("simulated")
    first = bars.between(None, bars.dates[249].item())
    bars = dataclasses.replace(first, name="<script>", title="")
    return run("sma-switch", bars, period=8, strips=False)


def names(folder):
    return {path.name for path in folder.iterdir()}


def listed(folder):
    (files,) = json.loads((folder / ".manifest.json").read_text())["results"]
    return set(files)


def test_the_report_comes_and_goes_with_the_option(result, tmp_path):
    write_run(result, tmp_path)
    figures = (tmp_path / "run.json").read_bytes()
    assert names(tmp_path) == {*RUN}
    write_run(result, tmp_path, quantstats=True)
    assert names(tmp_path) == {*RUN, QUANTSTATS}
    assert QUANTSTATS in listed(tmp_path)
    assert (tmp_path / "run.json").read_bytes() == figures
    page = (tmp_path / QUANTSTATS).read_text(encoding="utf-8")
    assert "SMA switch: &lt;script&gt; (Compounded)" in page
    assert "Benchmark: Hold &lt;script&gt;" in page
    assert "<script" not in page
    write_run(result, tmp_path)
    assert names(tmp_path) == {*RUN}
    assert QUANTSTATS not in listed(tmp_path)


def test_a_report_that_the_user_changed_stays(result, tmp_path, undrawn):
    write_run(result, tmp_path, quantstats=True)
    (tmp_path / QUANTSTATS).write_text("mine")
    write_run(result, tmp_path)
    assert (tmp_path / QUANTSTATS).read_text() == "mine"


def test_a_run_that_cannot_be_reported_is_written_without(tmp_path):
    bars = sample("simulated")
    weeks = run("sma-switch", bars.between(None, bars.dates[8].item()), period=8, strips=False)
    reason = why_no_report(weeks)
    assert "fewer than 10" in reason
    with pytest.warns(UserWarning, match=r"^no quantstats\.html: The window holds"):
        write_run(weeks, tmp_path, quantstats=True)
    assert names(tmp_path) == {*RUN}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_run(weeks, tmp_path)


def test_cash_is_left_out_of_the_report(result, tmp_path, undrawn):
    cash = dataclasses.replace(result, benchmark_name="cash", benchmark_kind="cash")
    write_run(cash, tmp_path, quantstats=True)
    assert "Benchmark" not in (tmp_path / QUANTSTATS).read_text(encoding="utf-8")
