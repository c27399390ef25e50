"""What is kept for the next process, by the sessions of exchanges: never read where it is old."""

import subprocess
import sys

import exchange_calendars
import numpy as np
import pytest

from btplaybook.feeds import exchanges, kept_files
from btplaybook.feeds.exchanges import bounds, exchange_sessions

ASKED = (
    "import sys; from btplaybook.feeds.exchanges import exchange_sessions as sessions, bounds;"
    "print(*bounds('XNYS'), *sessions('XNYS')[[0, -1]], len(sessions('XNYS')));"
    "sys.exit('exchange_calendars' in sys.modules)"
)


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """An empty cache folder, and a process that has read no sessions yet."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")
    exchanges._all_days.cache_clear()
    yield tmp_path / "cache" / "sessions"
    exchanges._all_days.cache_clear()


def worked_out(monkeypatch, calendar):
    """Return the sessions and how many times rules were asked, in a process that is new to them."""
    asked = []
    rules = exchanges._rules
    monkeypatch.setattr(exchanges, "_rules", lambda name: asked.append(name) or rules(name))
    exchanges._all_days.cache_clear()
    days = exchange_sessions(calendar)
    monkeypatch.setattr(exchanges, "_rules", rules)
    return days, len(asked)


@pytest.mark.parametrize("calendar", ["XNYS", "XTKS", "24/5"])
def test_the_second_process_reads_what_the_first_worked_out(monkeypatch, calendar):
    first, asked = worked_out(monkeypatch, calendar)
    limits = bounds(calendar)
    again, asked_again = worked_out(monkeypatch, calendar)
    assert (asked, asked_again) == (1, 0)
    assert again.dtype == first.dtype
    assert np.array_equal(again, first)
    assert bounds(calendar) == limits
    assert not again.flags.writeable


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:-4]), id="cut"),
        pytest.param(lambda file: file.write_bytes(b""), id="empty"),
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:-1] + b"?"), id="changed"),
        pytest.param(lambda file: (file.unlink(), file.mkdir()), id="no file"),
    ],
)
def test_a_spoilt_file_is_not_believed(monkeypatch, folder, spoil):
    first, _ = worked_out(monkeypatch, "XNYS")
    spoil(folder / "XNYS")
    again, asked = worked_out(monkeypatch, "XNYS")
    assert asked == 1
    assert np.array_equal(again, first)


def test_other_versions_work_them_out_anew(monkeypatch):
    worked_out(monkeypatch, "XNYS")
    kept_files._made_by.cache_clear()
    with monkeypatch.context() as other:
        other.setattr("importlib.metadata.version", lambda name: "0.0")
        assert worked_out(monkeypatch, "XNYS")[1] == 1
    kept_files._made_by.cache_clear()
    assert worked_out(monkeypatch, "XNYS")[1] == 1


def test_without_a_folder_each_process_works_them_out(monkeypatch, folder):
    folder.parent.write_text("a file, where the folder would be")
    assert [worked_out(monkeypatch, "XNYS")[1] for _ in range(2)] == [1, 1]


def test_a_users_own_exchange_is_not_kept(monkeypatch, folder):
    class Mine(type(exchange_calendars.get_calendar("XNYS"))):
        name = "MINE"

    exchange_calendars.register_calendar_type("MINE", Mine)
    try:
        assert [worked_out(monkeypatch, "MINE")[1] for _ in range(2)] == [1, 1]
    finally:
        exchange_calendars.deregister_calendar("MINE")
    assert not (folder / "MINE").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the variable is of Linux")
def test_sessions_that_are_kept_need_no_import_of_exchange_calendars(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    ended = [
        subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=False)
        for _ in range(2)
    ]
    assert ended[0].stdout == ended[1].stdout
    assert [each.returncode for each in ended] == [1, 0]
