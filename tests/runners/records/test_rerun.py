"""Reruns: the same bytes, or a report of the changed bars and figures."""

import dataclasses
import io
import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from btplaybook.feeds.bars import Bars
from btplaybook.runners.errors import CheckFailed, ParameterError
from btplaybook.runners.plans.plan import Plan
from btplaybook.runners.records.changed_bars import ColumnChange, changed_bars
from btplaybook.runners.records.record import read_record
from btplaybook.runners.records.rerun import compared, print_rerun, rerun
from btplaybook.runners.runs.result import RunResult
from btplaybook.runners.runs.tables import bars_table

pytestmark = pytest.mark.usefixtures("undrawn")

PLAN = Plan(
    "sma-switch",
    {"period": 8, "direction": "reversion"},
    {"fill": "next_open", "per_share": 0.01},
    bars=("ONE=one.csv",),
    quick=True,
)


def kept(result: RunResult, folder="kept"):
    """Write what a rerun reads, without the page, which takes seconds."""
    Path(folder).mkdir(parents=True)
    Path(folder, "run.json").write_text(result.to_json(), encoding="utf-8")
    bars_table(result.bars).to_parquet(Path(folder, "bars.parquet"))
    return Path(folder)


@pytest.fixture
def folder(tmp_path, monkeypatch, simulated):
    """What a run left, its bars beside it in one.csv."""
    monkeypatch.chdir(tmp_path)
    simulated.frame().to_csv("one.csv")
    return kept(PLAN.run())


def rewrite(change):
    frame = pd.read_csv("one.csv", index_col="date")
    change(frame).to_csv("one.csv")


def restated(frame):
    """Three bars of 400 are others, the last two are gone and three are new."""
    frame.loc["2005-03-01", "close"] *= 1.001
    frame.loc["2005-06-01", ["high", "close"]] *= 1.004
    frame.loc["2005-03-18", "dividend"] = 0.25
    new = frame.iloc[-3:].set_axis(["2006-08-04", "2006-08-07", "2006-08-08"])
    return pd.concat([frame.iloc[:-2], new]).rename_axis("date")


def screen(report, width=80):
    text = io.StringIO()
    print_rerun(report, Console(file=text, width=width))
    return text.getvalue()


# -- what changed about bars -----------------------------------------------------------------------


def bars(**columns):
    close = np.array([10.0, 11.0, 12.0, 13.0])
    table = {"open": close, "high": close + 1, "low": close - 1, "close": close,
             "volume": np.array([100.0, 0.0, 100.0, 100.0]), "dividend": np.zeros(4)}  # fmt: skip
    dates = np.array(["2020-01-06", "2020-01-07", "2020-01-08", "2020-01-09"], "datetime64[D]")
    kept = columns.pop("rows", slice(None))
    whole = table | {name: np.asarray(values, float) for name, values in columns.items()}
    return Bars("X", dates[kept], **{name: values[kept] for name, values in whole.items()})


def test_equal_bars_have_no_change():
    change = changed_bars(bars(), bars())
    assert (change.changed, change.added, change.gone, change.columns) == ((), (), (), ())


def test_changes_of_bars_by_hand():
    now = bars(close=[10, 11.5, 11.8, 13], volume=[100, 50, 100, 101], dividend=[0, 0, 0.3, 0])
    change = changed_bars(bars(), now)
    second, third, fourth = date(2020, 1, 7), date(2020, 1, 8), date(2020, 1, 9)
    assert change.changed == (second, third, fourth)
    assert change.columns == (
        ColumnChange("close", 2, second, third, second, 11.0, 11.5),
        ColumnChange("volume", 2, second, fourth, second, 0.0, 50.0),  # out of nothing: largest
        ColumnChange("dividend", 1, third, third, third, 0.0, 0.3),
    )
    assert change.columns[0].relative == pytest.approx(0.5 / 11)
    assert change.columns[1].relative is None
    assert change.words() == "X: 3 of 4 bars changed (2020-01-07 to 2020-01-09)"


def test_bars_that_come_and_go():
    change = changed_bars(bars(rows=slice(0, 3)), bars(rows=slice(1, 4)))
    assert (change.changed, change.columns) == ((), ())
    assert change.words() == ("X: 0 of 3 bars changed; 1 added (2020-01-09); 1 gone (2020-01-06)")
    plain = change.plain()
    assert plain["added"] == {"bars": 1, "first": "2020-01-09", "last": "2020-01-09"}
    assert plain["changed"] == {"bars": 0, "first": None, "last": None}


@given(rows=st.sets(st.integers(0, 3)), by=st.floats(1.0001, 1.05))
def test_as_many_bars_change_as_are_changed(rows, by):
    close = bars().close.copy()
    close[list(rows)] *= by
    change = changed_bars(bars(), bars(close=close))
    assert len(change.changed) == len(rows)
    assert [column.column for column in change.columns] == (["close"] if rows else [])
    for column in change.columns:
        assert column.relative == pytest.approx(by - 1)


# -- reruns ----------------------------------------------------------------------------------------


def test_the_same_bytes(folder):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    report = rerun(folder)
    assert report.same_bytes
    assert report.same_bars
    assert (report.bars, report.versions, report.figures, report.parts) == ([], {}, [], [])
    report.check()
    assert screen(report) == "kept/run.json: the same bytes\n"
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_of_before_there_were_trades_has_the_same_figures(folder):
    plain = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert plain.pop("trades")["count"] > 0
    (folder / "run.json").write_text(json.dumps(plain), encoding="utf-8")
    report = rerun(folder)
    assert (report.figures, report.parts) == ([], ["trades"])
    report.check()
    assert "Other parts of run.json differ: trades" in screen(report)


def test_a_trade_that_differs_is_a_figure_that_differs(folder):
    plain = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    plain["trades"]["win_rate"] += 0.01
    plain["trades"]["average_win"] += 1e-4  # of a million: rounding
    plain["trades"]["average_loss"] += 1.0
    (folder / "run.json").write_text(json.dumps(plain), encoding="utf-8")
    report = rerun(folder)
    assert report.figures == ["trades.win_rate", "trades.average_loss"]
    with pytest.raises(CheckFailed, match="trades"):
        report.check()


def test_a_holding_that_differs_is_a_figure_that_differs(simulated, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    simulated.frame().to_csv("one.csv")
    simulated.frame().assign(close=simulated.low).to_csv("two.csv")
    plan = dataclasses.replace(
        PLAN, params={**PLAN.params, "short_via": "inverse"}, bars=("ONE=one.csv", "TWO=two.csv")
    )
    folder = kept(plan.run())
    plain = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    plain["holdings"][0]["profit"] += 1e-4  # of a million: rounding
    plain["attribution"]["by_name"][1]["price"] += 1e-4
    plain["attribution"]["by_side"]["long"]["total"] += 1.0
    plain["holdings"][0]["weight"] += 1e-4
    (folder / "run.json").write_text(json.dumps(plain), encoding="utf-8")
    report = rerun(folder)
    assert report.figures == ["holdings[0].weight", "attribution.by_side.long.total"]


def test_changed_bars_are_counted_placed_and_measured(folder):
    rewrite(restated)
    report = rerun(folder)
    assert not report.same_bytes
    report.check()  # other bars may give other figures
    (change,) = report.bars
    assert change.rows == 400
    assert change.changed == (date(2005, 3, 1), date(2005, 3, 18), date(2005, 6, 1))
    assert [day.isoformat() for day in change.added] == ["2006-08-04", "2006-08-07", "2006-08-08"]
    assert [day.isoformat() for day in change.gone] == ["2006-08-02", "2006-08-03"]
    close = next(column for column in change.columns if column.column == "close")
    assert (close.bars, close.on) == (2, date(2005, 6, 1))
    assert close.relative == pytest.approx(0.004)
    assert "window.last" in report.figures
    assert "metrics.total_return" in report.figures


def test_the_screen_says_it_in_eighty_columns(folder):
    rewrite(restated)
    report = rerun(folder)
    lines = screen(report).splitlines()
    assert max(map(len, lines[1:])) <= 80
    assert lines[0].startswith("ONE: 3 of 400 bars changed (2005-03-01 to 2005-06-01); 3 added (")
    (close,) = [line.split() for line in lines if line.startswith("  close")]
    assert close[1:4] == ["2", "0.40%", "2005-06-01"]
    (total,) = [line.split() for line in lines if line.startswith("Total return")]
    was, now = report.record.plain["metrics"], report.result.metrics
    assert total[2:4] == [f"{100 * side['total_return']:.2f}%".replace("-", "\N{MINUS SIGN}")
                          for side in (was, now)]  # fmt: skip


def test_changed_bars_that_were_not_kept_are_told_all_the_same(folder):
    rewrite(restated)
    (folder / "bars.parquet").unlink()
    report = rerun(folder)
    assert not report.same_bars
    (words,) = report.untold
    assert words.startswith("ONE: other bars than the 400 from 2005-01-03 to 2006-08-03; which")
    assert "no such file" in words
    assert words in screen(report, width=200)
    report.check()


def test_kept_bars_of_another_run_are_not_believed(folder, simulated):
    other = dataclasses.replace(simulated, name="ONE", volume=simulated.volume + 1)
    bars_table([other]).to_parquet(folder / "bars.parquet")
    rewrite(restated)
    (words,) = rerun(folder).untold
    assert "holds other bars of ONE than run.json says" in words


def edited(folder, change):
    file = folder / "run.json"
    plain = json.loads(file.read_text(encoding="utf-8"))
    change(plain)
    file.write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")
    return folder


def test_other_figures_from_the_same_bars_are_red(folder):
    edited(folder, lambda plain: plain["metrics"]["pnl"].update(price=1.0))
    report = rerun(folder)
    assert report.figures == ["metrics.pnl.price"]
    assert not report.same_bytes
    with pytest.raises(
        CheckFailed, match=r"the same bars give other figures: metrics\.pnl\.price$"
    ):
        report.check()


def test_many_other_figures_are_named_and_counted(folder):
    edited(folder, lambda plain: plain["metrics"].update(dict.fromkeys(plain["metrics"], 7)))
    with pytest.raises(CheckFailed, match=r"metrics\.total_return, .* and \d+ more$"):
        rerun(folder).check()


@pytest.mark.parametrize(
    ("key", "by", "moved"),
    [
        pytest.param("cagr", 1 + 1e-12, False, id="rounding"),
        pytest.param("cagr", 1 + 1e-6, True, id="more than rounding"),
        pytest.param("switches", 2, True, id="a count"),
    ],
)
def test_rounding_is_no_other_figure(folder, key, by, moved):
    edited(folder, lambda plain: plain["metrics"].update({key: plain["metrics"][key] * by}))
    report = rerun(folder)
    assert report.figures == ([f"metrics.{key}"] if moved else [])
    assert not report.same_bytes
    if not moved:
        assert screen(report) == "kept/run.json: the same figures\n"


def test_other_versions_are_named(folder):
    def older(plain):
        plain["versions"]["numpy"] = "1.0"
        del plain["versions"]["numba"]

    report = rerun(edited(folder, older))
    now = report.result.versions
    assert report.versions == {"numpy": ("1.0", now["numpy"]), "numba": (None, now["numba"])}
    report.check()
    words = screen(report, width=200)
    assert f"numpy {now['numpy']} (was 1.0)" in words
    assert words.endswith("kept/run.json: the same figures\n")


def test_other_parts_are_named(folder):
    report = rerun(edited(folder, lambda plain: plain.update(badges=[])))
    assert (report.parts, report.figures) == (["badges"], [])
    assert "Other parts of run.json differ: badges" in screen(report)
    report.check()


def test_a_series_of_unfilled_orders_counts_as_a_figure(folder):
    order = {"date": "2005-01-03", "instrument": "ONE", "target": 1.0, "fill": "", "reason": ""}
    report = rerun(edited(folder, lambda plain: plain["unfilled"].append(order)))
    assert report.figures == ["unfilled"]


def test_the_report_is_plain(folder):
    rewrite(restated)
    told = json.loads(rerun(folder).to_json())
    assert (told["same_bytes"], told["same_bars"]) == (False, False)
    assert told["bars"][0]["changed"] == {"bars": 3, "first": "2005-03-01", "last": "2005-06-01"}
    (dividend,) = [row for row in told["bars"][0]["columns"] if row["column"] == "dividend"]
    assert dividend["now"] == 0.25
    assert set(told["metrics"]) == {"was", "now"}


def test_a_record_is_compared_without_running(folder):
    record = read_record(folder)
    assert compared(record, PLAN.run()).same_bytes


@pytest.mark.parametrize(
    ("name", "words"),
    [("gone", "there is no folder gone"), (".", "cannot read run.json: No such file")],
)
def test_a_folder_without_a_run_is_told(folder, name, words):
    with pytest.raises(ParameterError, match=words):
        rerun(Path(name))


# -- the command -----------------------------------------------------------------------------------


def test_the_command_ends_well_with_equal_bytes(command, folder):
    ended = command("rerun", folder)
    assert (ended.code, ended.out, ended.err) == (0, "kept/run.json: the same bytes\n", "")


def test_the_command_ends_well_with_changed_bars_and_writes_where_told(
    command, folder, monkeypatch
):
    written = []
    monkeypatch.setattr(
        "btplaybook.runners.records.write.write_run",
        lambda result, where: written.append((result, where)),
    )
    rewrite(restated)
    ended = command("rerun", folder, "--json", "--out", "new")
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out)["bars"][0]["name"] == "ONE"
    ((result, where),) = written
    assert (where, result.data[0]["rows"]) == (Path("new"), 401)


def test_the_command_is_red_with_other_figures(command, folder):
    edited(folder, lambda plain: plain["metrics"].update(total_return=9.0))
    ended = command("rerun", folder)
    assert ended.code == 1
    assert "Total return" in ended.out
    assert ended.err.startswith("btplaybook: kept/run.json: the same bars give other figures")


def test_spy_gives_the_same_bytes_from_its_folder(realdata, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = dataclasses.replace(
        PLAN,
        settings={"end": "2013-09-30"},
        bars=(f"SPY={realdata / 'etf' / 'SPY.csv'}",),
        quick=False,
    )
    first = plan.run()
    assert first.metrics["points"] == pytest.approx(255.38, abs=0.005)
    assert rerun(kept(first)).same_bytes
