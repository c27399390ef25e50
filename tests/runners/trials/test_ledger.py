"""The ledger of trials: entries stay, equal rules count once, other bars do not count."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.trials.count import counted
from btplaybook.runners.trials.entry import Entry
from btplaybook.runners.trials.ledger import LedgerDamaged, TrialLedger
from btplaybook.runners.trials.same_bars import share, years_of
from btplaybook.search import distinct
from btplaybook.search.distinct import Distinct


@pytest.fixture
def ledger(tmp_path) -> TrialLedger:
    return TrialLedger(tmp_path / "trials")


@pytest.fixture(scope="module")
def bars() -> Bars:
    whole = sample("simulated")
    return whole.between(None, "2007-06-29")


def rules(*hashes: int) -> Distinct:
    return Distinct(np.array(sorted(hashes), np.uint64))


def put(ledger: TrialLedger, bars: Bars, found: Distinct | None, **content) -> Entry:
    entry = Entry.of([bars], found, command="search", **content)
    ledger.add(entry, found)
    return entry


def test_a_rule_that_was_tried_twice_counts_once(ledger, bars):
    put(ledger, bars, rules(1, 2, 3), tried=5)
    own = put(ledger, bars, rules(3, 4), tried=2)
    ever = ledger.ever([bars], rules(3, 4), own.id)
    assert ever == (4, 2, 1)  # 1, 2, 3, 4; of these 1 and 2 came from elsewhere
    assert [entry.distinct for entry in ledger.entries()] == [3, 2]


def test_a_command_that_is_repeated_adds_nothing(ledger, bars):
    first = put(ledger, bars, rules(1, 2), tried=2, space="period=2..3")
    assert not ledger.add(Entry.of([bars], rules(1, 2), command="search", tried=2,
                                   space="period=2..3"), rules(1, 2))  # fmt: skip
    assert [entry.id for entry in ledger.entries()] == [first.id]
    assert ledger.ever([bars], rules(1, 2), first.id) == (2, 0, 0)


def test_what_was_told_counts_in_full(ledger, bars):
    ledger.add(Entry.of([bars], command="told", tried=500, distinct=500, told=True))
    own = put(ledger, bars, rules(1, 2))
    assert ledger.ever([bars], rules(1, 2), own.id) == (502, 500, 1)


def test_bars_are_the_same_where_a_year_is(ledger, bars):
    put(ledger, bars, rules(1, 2))
    shorter = bars.between(None, "2006-12-29")
    other = sample("sp500")
    assert shorter.vintage != bars.vintage
    assert ledger.ever([shorter], rules(2, 3)).rules == 3
    assert ledger.ever([bars.between("2006-01-03", None)], None).rules == 2
    assert ledger.ever([other], rules(2, 3)) == (2, 0, 0)
    assert ledger.ever([bars.without_dividends()], None).rules == 2


def test_a_year_of_few_bars_tells_nothing(bars):
    few = bars.between("2006-12-20", "2007-01-31")
    assert list(years_of(few)) == ["2007"]
    assert share(years_of(few), years_of(few))
    assert not share(years_of(few), years_of(bars))  # January alone is another year's part
    assert not share({}, {})


def test_large_counts_are_estimates_of_the_union(monkeypatch):
    monkeypatch.setattr(distinct, "CAPACITY", 1 << 18)
    drawn = np.random.default_rng(0).integers(0, 2**64, 750_000, dtype=np.uint64)
    parts = []
    for some in (drawn[:400_000], drawn[350_000:]):
        part = Distinct()
        part.add(np.unique(some))
        parts.append(part)
    small = rules(*(int(h) for h in drawn[:10]))
    assert Distinct.union([*parts, small]).count == pytest.approx(750_000, rel=0.01)
    assert Distinct.union([]).count == 0


def test_only_what_is_named_is_forgotten(ledger, bars):
    first, second = put(ledger, bars, rules(1)), put(ledger, bars, rules(2))
    assert ledger.forget([first.id, "unknown"]) == 1
    assert [entry.id for entry in ledger.entries()] == [second.id]
    assert ledger.ever([bars], None).rules == 1
    assert len(list((ledger.folder / "rules").iterdir())) == 1


def test_a_line_without_an_end_is_not_glued_to_the_next(ledger, bars):
    put(ledger, bars, rules(1))
    file = ledger.folder / "trials.jsonl"
    file.write_text(file.read_text().rstrip())  # as an editor may leave it
    put(ledger, bars, rules(2))
    assert [entry.distinct for entry in ledger.entries()] == [1, 1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bars", 5),
        ("bars", [{"name": "a"}]),
        ("distinct", "many"),
        ("first", 1),
        ("p_values", 0.5),
        ("p_values", {"30": 2.0}),
        ("p_values", {"30": "small"}),
    ],
)
def test_an_entry_of_the_wrong_kind_is_named(ledger, bars, name, value):
    entry = put(ledger, bars, rules(1))
    line = json.dumps({**entry.plain(), name: value})
    (ledger.folder / "trials.jsonl").write_text(line + "\n")
    with pytest.raises(LedgerDamaged, match="line 1 is no entry of the ledger"):
        ledger.entries()


def test_p_values_are_kept_and_older_entries_have_none(ledger, bars):
    put(ledger, bars, None, p_values={"30": 0.25, "60": None})
    old = put(ledger, bars, rules(1)).plain()
    del old["p_values"]
    file = ledger.folder / "trials.jsonl"
    first, _ = file.read_text().splitlines()
    file.write_text(f"{first}\n{json.dumps(old)}\n")
    assert [entry.p_values for entry in ledger.entries()] == [{"30": 0.25, "60": None}, {}]


def test_a_short_table_is_found_again(ledger, bars):
    few = bars.between("2006-12-20", "2007-01-10")
    put(ledger, few, rules(1, 2))
    assert ledger.ever([few], None).rules == 2
    assert ledger.ever([bars], None).rules == 0


def test_a_damaged_line_is_named_and_nothing_is_lost(ledger, bars):
    put(ledger, bars, rules(1))
    with open(ledger.folder / "trials.jsonl", "a") as file:
        file.write("{not json\n")
    with pytest.raises(LedgerDamaged, match=r"trials.jsonl, line 2 is no entry"):
        ledger.entries()
    said: list[str] = []
    assert counted([bars], rules(5), said.append, ledger=ledger, command="search") is None
    assert said[0].startswith("what was tried is not counted: ")
    assert (ledger.folder / "trials.jsonl").read_text().count("\n") == 2


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"no archive"])
def test_a_damaged_file_of_rules_is_named(ledger, bars, content):
    entry = put(ledger, bars, rules(1))
    (ledger.folder / "rules" / f"{entry.id}.npz").write_bytes(content)
    with pytest.raises(LedgerDamaged, match=f"{entry.id}.npz cannot be read"):
        ledger.ever([bars], None)


def test_rules_whose_file_is_gone_count_as_different(ledger, bars):
    entry = put(ledger, bars, rules(1, 2))
    (ledger.folder / "rules" / f"{entry.id}.npz").unlink()
    assert ledger.ever([bars], rules(1)).rules == 3


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path, bars):
    (tmp_path / "file").write_text("")
    said: list[str] = []
    found = counted([bars], None, said.append, ledger=TrialLedger(tmp_path / "file" / "trials"),
                    command="search", tried=1, distinct=1)  # fmt: skip
    assert found is None
    assert "not counted" in said[0]


WRITE = """
import sys
from pathlib import Path
import numpy as np
from btplaybook.feeds.samples import sample
from btplaybook.search.distinct import Distinct
from btplaybook.runners.trials.count import counted
bars = sample("simulated").between(None, "2006-06-30")
for number in range(8):
    rules = Distinct(np.array([int(sys.argv[1]) * 100 + number], np.uint64))
    assert counted([bars], rules, print, command="search") is not None
"""


def test_commands_that_write_at_once_lose_nothing(tmp_path):
    env = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    both = [subprocess.Popen([sys.executable, "-c", WRITE, str(n)], env=env) for n in (1, 2)]
    assert [one.wait() for one in both] == [0, 0]
    lines = (tmp_path / "btplaybook" / "trials" / "trials.jsonl").read_text().splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == 16
