"""Versions on disk, and what a newer answer changes about known bars."""

import datetime as dt
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.feeds.vendors import vintages
from btplaybook.feeds.vendors.finished_bars import finished_bars
from btplaybook.feeds.vendors.restatement import difference, merge, rescale
from btplaybook.feeds.vendors.vintages import CacheError, DamagedError, Held, Vintages, write_whole

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
ABOUT = {"currency": "USD", "kind": "ETF", "timezone": "America/New_York"}


def history(rows: int, first: str = "2020-01-01") -> pd.DataFrame:
    """Bars of consecutive days with closes 100, 101, ... and a dividend on the third."""
    close = 100.0 + np.arange(rows)
    return pd.DataFrame(
        {
            "open": close - 0.5,
            "high": close + 1,
            "low": close - 1,
            "close": close,
            "volume": 1000.0 + np.arange(rows),
            "dividend": np.where(np.arange(rows) == 2, 0.6, 0.0),
            "capital_gain": 0.0,
            "split": 1.0,
        },
        index=pd.date_range(first, periods=rows, name="date", unit="us"),
    )


def write(
    store: Vintages, table: pd.DataFrame, before: Held | None = None, *, why: str = "", day: int = 1
) -> Held:
    fetched = f"2020-03-{day:02}"
    return store.write(
        table, fetched=fetched, scaled_through=fetched, about=ABOUT, before=before, why=why
    )


# -- versions on disk ------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Vintages:
    return Vintages(tmp_path / "cache", "SPY")


def files(store: Vintages) -> list[str]:
    return sorted(file.name for file in store.folder.iterdir())


def test_nothing_is_held_at_first(store: Vintages) -> None:
    assert store.read() is None
    assert not store.cache.exists()


def test_what_is_read_is_what_was_written(store: Vintages) -> None:
    with store.locked():
        written = write(store, history(30))
    held = store.read()
    assert held is not None
    pd.testing.assert_frame_equal(held.history, history(30), check_freq=False)
    assert (held.current, held.about, held.older) == (written.current, ABOUT, ())
    assert held.current.file == f"2020-03-01.{held.current.sha256[:16]}.parquet"
    assert (held.current.first, held.current.last) == ("2020-01-01", "2020-01-30")


def test_manifest_is_json_for_others_to_read(store: Vintages) -> None:
    with store.locked():
        written = write(store, history(30))
    manifest = json.loads((store.folder / "manifest.json").read_text())
    assert (manifest["schema"], manifest["ticker"]) == (1, "SPY")
    assert manifest["current"]["sha256"] == written.current.sha256


def test_replaced_version_is_removed_or_kept(store: Vintages) -> None:
    with store.locked():
        first = write(store, history(30))
        second = write(store, history(31), first, day=2)
        assert files(store) == [second.current.file, "manifest.json"]
        third = write(store, history(31) * 2, second, why="restated", day=3)
    assert [(version.file, version.why) for version in third.older] == [
        (second.current.file, "restated")
    ]
    pd.testing.assert_frame_equal(store.load(third.older[0]), history(31), check_freq=False)


def test_older_versions_survive_later_ones_and_a_lost_manifest(store: Vintages) -> None:
    with store.locked():
        first = write(store, history(30))
        second = write(store, history(30) * 2, first, why="split", day=2)
        third = write(store, history(31) * 2, second, day=3)
    assert third.older[0].file == first.current.file
    (store.folder / "manifest.json").write_text("")
    (store.folder / "2020-03-09.0123456789abcdef.parquet").write_bytes(b"half of a fi")
    with store.locked():
        anew = write(store, history(32) * 2, day=4)
    assert [version.file for version in anew.older] == [first.current.file, third.current.file]
    assert {version.why for version in anew.older} == {"found"}


def test_same_table_is_not_written_again(store: Vintages) -> None:
    with store.locked():
        first = write(store, history(30))
        again = write(store, history(30), first, day=5)
    assert again.current.file == first.current.file
    assert again.current.fetched == "2020-03-05"


def test_going_back_to_an_older_version_keeps_it(store: Vintages) -> None:
    """The vendor restates, takes it back, and goes on, all in one day."""
    with store.locked():
        first = write(store, history(30))
        second = write(store, history(30) * 2, first, why="restated")
        third = write(store, history(30), second, why="restated")
        fourth = write(store, history(31), third)
    assert third.current.file == first.current.file
    for version in (fourth.current, *fourth.older):
        store.load(version)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"current": {}, "older": [], "about": {}}', "\0"]
)
def test_manifest_that_is_none(store: Vintages, text: str) -> None:
    with store.locked():
        write(store, history(30))
    (store.folder / "manifest.json").write_text(text)
    with pytest.raises(DamagedError, match=r"manifest\.json: not a manifest"):
        store.read()


def test_file_that_has_changed(store: Vintages) -> None:
    with store.locked():
        held = write(store, history(30))
    (store.folder / held.current.file).write_bytes(b"PAR1")
    with pytest.raises(DamagedError, match="changed since it was written"):
        store.read()


def test_reader_in_the_middle_of_a_replacement_reads_again(
    store: Vintages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process replaces the version after this one has read the manifest."""
    with store.locked():
        first = write(store, history(30))
    load = store.load

    def replaced_before(version: Any) -> pd.DataFrame:
        monkeypatch.setattr(store, "load", load)
        with store.locked():
            write(store, history(31), first, day=2)
        return load(version)

    monkeypatch.setattr(store, "load", replaced_before)
    held = store.read()
    assert held is not None
    assert len(held.history) == 31


def test_lock_that_another_holds(store: Vintages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vintages, "PATIENCE", 0.1)
    with store.locked():
        other = Vintages(store.cache, "SH")
        with (
            pytest.raises(CacheError, match=r"another process has held this cache"),
            other.locked(),
        ):
            pass
    with other.locked():
        pass


def test_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new and longer")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    write_whole(path, b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="the proof forks")
def test_killed_fetches_leave_the_cache_whole() -> None:
    """Every step of writing once, a random moment, and four fetches at once."""
    spec = importlib.util.spec_from_file_location("kill_proof", BENCHMARKS / "kill_proof.py")
    assert spec is not None
    assert spec.loader is not None
    proof: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules["kill_proof"] = proof
    spec.loader.exec_module(proof)
    kills = len(proof.STEPS) + 1
    found = proof.prove(kills, at_random=1)
    assert found["faults"] == []
    assert (found["whole"], found["at_once_whole"]) == (kills, found["at_once"])
    assert found["found"]["250 bars"] >= 3  # killed after the manifest: the new bars are there


# -- finished bars ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "kept", "unfinished", "incomplete", "empty"),
    [
        pytest.param({}, 5, "2020-01-06", [], [], id="today is left out"),
        pytest.param({(4, "close"): None}, 4, "2020-01-06", [5], [], id="the last lacks a close"),
        pytest.param({(4, "*"): None, (3, "open"): None}, 3, "2020-01-06", [4, 5], [], id="two"),
        pytest.param({(1, "*"): None}, 4, "2020-01-06", [], [2], id="one in the middle"),
        pytest.param({(1, "open"): None}, 5, "2020-01-06", [], [], id="a hole is a fault: kept"),
        pytest.param({(2, "*"): None}, 5, "2020-01-06", [], [], id="with a dividend: kept"),
        pytest.param(
            {(row, "*"): None for row in range(5)}, 0, "2020-01-06", [1, 2, 3, 4, 5], [], id="none"
        ),
    ],
)
def test_finished_bars(
    cells: dict[tuple[int, str], None],
    kept: int,
    unfinished: str,
    incomplete: list[int],
    empty: list[int],
) -> None:
    table = history(6)
    for (row, column), _ in cells.items():
        columns = ["open", "high", "low", "close"] if column == "*" else [column]
        table.loc[table.index[row], columns] = np.nan
    found = finished_bars(table, dt.date(2020, 1, 6))
    assert len(found.history) == kept
    assert found.unfinished == unfinished
    assert found.incomplete == tuple(f"2020-01-{day:02}" for day in incomplete)
    assert found.empty == tuple(f"2020-01-{day:02}" for day in empty)


# -- restatements ----------------------------------------------------------------------------------


def changed(table: pd.DataFrame, row: int, column: str, value: float) -> pd.DataFrame:
    table = table.copy()
    table.loc[table.index[row], column] = value
    return table


NAN = float("nan")


@pytest.mark.parametrize(
    ("row", "column", "value", "largest"),
    [
        pytest.param(0, "close", 100 * (1 + 9e-7), None, id="dust on a price"),
        pytest.param(0, "close", 100.001, 0.001 / 100.001, id="a tenth of a cent"),
        pytest.param(0, "close", 50.0, 0.5, id="half"),
        pytest.param(0, "close", 200.0, 0.5, id="double is as much"),
        pytest.param(0, "close", NAN, 1.0, id="a price is lost"),
        pytest.param(0, "volume", 1001.0, None, id="one share is rounding"),
        pytest.param(0, "volume", 1002.0, 2 / 1002, id="two shares"),
        pytest.param(0, "volume", 0.0, 1.0, id="no volume any more"),
        pytest.param(2, "dividend", 0.60005, None, id="a dividend's sixth digit"),
        pytest.param(2, "dividend", 0.7, 0.1 / 102, id="a dividend, as a part of the close"),
        pytest.param(0, "capital_gain", 5.0, None, id="gains take no part"),
    ],
)
def test_difference_of_one_cell(row: int, column: str, value: float, largest: float | None) -> None:
    found = difference(history(5), changed(history(5), row, column, value))
    if largest is None:
        assert found is None
        return
    assert found is not None
    assert found.largest == {column: pytest.approx(largest, rel=1e-9)}
    assert (found.bars, found.first, found.last) == (
        1,
        f"2020-01-0{row + 1}",
        f"2020-01-0{row + 1}",
    )


def test_nan_on_both_sides_is_no_difference() -> None:
    table = changed(history(5), 3, "close", NAN)
    assert difference(table, table.copy()) is None


def test_difference_ends_with_the_older_table() -> None:
    assert difference(history(5), history(9)) is None


def test_difference_in_words() -> None:
    newer = changed(changed(history(5), 0, "close", 50.0), 3, "volume", 4.0)
    newer = newer.drop(newer.index[1])
    found = difference(history(5), newer)
    assert found is not None
    assert found.words() == (
        "2 bars differ (2020-01-01 to 2020-01-04): close by up to 0.5, volume by up to 1; "
        "1 no longer there"
    )


@given(
    rows=st.integers(12, 40),
    more=st.integers(0, 8),
    ratio=st.sampled_from([1.0, 2.0, 7.0, 1.231, 0.1, 1 / 3]),
    listed=st.booleans(),
)
def test_merged_history_is_the_vendors(rows: int, more: int, ratio: float, listed: bool) -> None:
    """Whatever has happened, what comes out is the vendor's history or a question for all of it."""
    whole = rescale(history(rows + more), ratio)
    whole[["open", "high", "low", "close"]] = whole[["open", "high", "low", "close"]].astype(
        np.float32
    )
    split_day = whole.index[min(rows, len(whole) - 1)].date()
    splits = {split_day: ratio} if listed and ratio != 1 else {}
    merged = merge(history(rows), whole.iloc[rows - 10 :], splits)
    if ratio != 1 and not listed:
        assert merged is None
        return
    assert merged is not None
    assert merged.appended == more
    assert difference(whole, merged.history) is None
    assert len(merged.history) == len(whole)


def test_no_overlap_is_no_agreement() -> None:
    assert merge(history(20), history(5, "2020-02-01"), {}) is None


def test_inputs_stay_as_they_were() -> None:
    known, answer = history(20), history(30).iloc[10:]
    before = known.copy(), answer.copy()
    merge(known, answer, {dt.date(2020, 1, 25): 2.0})
    rescale(known, 2.0)
    pd.testing.assert_frame_equal(known, before[0])
    pd.testing.assert_frame_equal(answer, before[1])
