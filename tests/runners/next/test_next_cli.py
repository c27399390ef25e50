"""The command `next`: what it prints and writes, and what changed since."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from btplaybook.feeds.bars import Bars

STRATEGY = ("next", "sma-switch", "--set", "period=8")


@pytest.fixture
def file(tmp_path: Path, simulated: Bars) -> Path:
    """Write 120 bars as a CSV."""
    path = tmp_path / "SIM.csv"
    simulated.between(None, simulated.dates[119].item()).frame().to_csv(path)
    return path


def test_files_and_outputs(command: Callable[..., Any], file: Path, tmp_path: Path) -> None:
    """Words, JSON and CSV say the same, on stdout and in the folder."""
    out = tmp_path / "out"
    said = command(*STRATEGY, "--bars", file, "--cash", 100000, "--out", out)
    assert said.code == 0
    assert (out / "next.txt").read_text() == said.out
    told = command(*STRATEGY, "--bars", file, "--cash", 100000, "--out", out, "--json")
    assert told.out == (out / "next.json").read_text()
    plain = json.loads(told.out)
    table = command(*STRATEGY, "--bars", file, "--cash", 100000, "--out", out, "--csv")
    rows = list(csv.DictReader(io.StringIO(table.out)))
    assert [float(row["shares"]) for row in rows] == [o["shares"] for o in plain["orders"]]
    for order in plain["orders"]:
        assert f"{order['shares']:,.0f} SIM" in said.out
    assert plain["account"] == {
        "kind": "cash", "cash": 100000.0, "value": 100000.0, "holdings": {}, "whole_shares": True,
    }  # fmt: skip


def test_since(command: Callable[..., Any], file: Path, tmp_path: Path, simulated: Bars) -> None:
    """New bars, moved triggers and restated bars are said; a run's folder will do as well."""
    out, days = tmp_path / "out", simulated.dates
    before = ("--bars", file, "--end", days[118].item())
    assert command(*STRATEGY, *before, "--out", out).code == 0
    old = json.loads((out / "next.json").read_text())
    said = command(*STRATEGY, "--bars", file, "--since", out, "--out", out, "--json")
    new = json.loads(said.out)
    assert new["since"]["as_of"] == str(days[118])
    assert new["since"]["bars"] == {"SIM": 1}
    assert new["since"]["restated"] == []
    if new["since"]["orders"]["moved"]:
        (moved,) = new["since"]["orders"]["moved"]
        assert moved["trigger"] == [old["orders"][0]["trigger"], new["orders"][0]["trigger"]]
    frame = pd.read_csv(file)
    frame.loc[50, "close"] = frame.loc[50, ["high", "low"]].mean()
    frame.to_csv(file, index=False)
    again = command(*STRATEGY, "--bars", file, "--since", out, "--out", out)
    assert "Since " + str(days[119]) + ": no new bar." in again.out
    assert "Older bars were restated: SIM." in again.out


def test_since_a_run(
    command: Callable[..., Any], file: Path, tmp_path: Path, without_pages: None
) -> None:
    """The position after a run is read from its folder."""
    ran = tmp_path / "ran"
    end = ("--bars", file)
    assert command("run", *STRATEGY[1:], *end, "--quick", "--out", ran).code == 0
    said = command(*STRATEGY, *end, "--since", ran, "--out", tmp_path / "out")
    assert "no new bar" in said.out
    assert "The position is the same." in said.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--since", "nowhere"), "cannot read nowhere"),
        (("--since", "."), "holds neither next.json nor run.json"),
        (("--json", "--csv"), "either --json or --csv"),
        (("--holdings", "nowhere.csv"), "nowhere.csv"),
        (("--cash", "0"), "cash must be a number > 0"),
    ],
    ids=["since", "empty", "both", "holdings", "cash"],
)
def test_refused(
    options: tuple[str, ...], words: str, command: Callable[..., Any], file: Path,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A bad option ends with code 2 and one line."""
    monkeypatch.chdir(tmp_path)
    outcome = command(*STRATEGY, "--bars", file, "--out", tmp_path / "out", *options)
    assert outcome.code == 2
    assert words in outcome.err
    assert outcome.err.count("\n") == 1


def test_other_json(command: Callable[..., Any], file: Path, tmp_path: Path) -> None:
    """A JSON file that is no result of next is refused in one line."""
    other = tmp_path / "other.json"
    other.write_text('{"as_of": "2024-01-02", "position": [1]}')
    outcome = command(*STRATEGY, "--bars", file, "--since", other, "--out", tmp_path / "out")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert "is no result of next" in outcome.err


def test_two_instruments_do_not_share_a_folder(
    command: Callable[..., Any], file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one's orders go to a folder with its name; the first one's stay as they are."""
    monkeypatch.chdir(tmp_path)
    other = tmp_path / "OTHER.csv"
    other.write_text(file.read_text())
    kept = tmp_path / "out" / "next-sma-switch" / "next.json"
    assert command(*STRATEGY, "--bars", file).code == 0
    first = kept.read_text()
    said = command(*STRATEGY, "--bars", other)
    assert str(Path("out", "next-sma-switch-OTHER", "orders.csv")) in said.err
    assert kept.read_text() == first
    assert command(*STRATEGY, "--bars", file, "--fill", "next_open").code == 0
    assert kept.read_text() != first


def test_a_pair_of_orders_says_that_one_is_filled(
    command: Callable[..., Any], file: Path, tmp_path: Path
) -> None:
    """From cash there is one order on each side of the trigger; the run's own account has one."""
    out = tmp_path / "out"
    pair = command(*STRATEGY, "--bars", file, "--cash", 100000, "--out", out)
    assert "Only one of these 2 orders for SIM is filled, by where it closes." in pair.out
    own = command(*STRATEGY, "--bars", file, "--out", out)
    assert "Only one of" not in own.out
