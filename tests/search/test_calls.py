"""Calls on this machine's cores: each result once and in order, however far the others are."""

import os
import time

import pytest

from btplaybook.search.engines.calls import Calls, NotSent

PREPARED = "BTPLAYBOOK_TEST_PREPARED"


class Slow:
    """Twice its argument, who computed it, and whether that process was made ready before."""

    def __call__(self, argument):
        time.sleep(0.02)
        return 2 * argument, os.getpid(), PREPARED in os.environ


def prepare(function):
    assert isinstance(function, Slow)
    os.environ[PREPARED] = "1"


class Unreadable:
    """Can be packed, and not be unpacked."""

    def __reduce__(self):
        return int, ("no number",)

    def __call__(self, argument):
        return argument


def test_results_are_in_order_and_the_others_were_made_ready():
    told = []
    calls = Calls(Slow(), 2, prepare)
    try:
        _wait_for_the_other(calls)
        results = calls(range(40), told.append)
    finally:
        calls.close()
    assert [result for result, _, _ in results] == [2 * each for each in range(40)]
    by_process = {(pid == os.getpid(), ready) for _, pid, ready in results}
    assert by_process == {(True, False), (False, True)}
    assert told == sorted(told)
    assert told[-1] == 40
    assert PREPARED not in os.environ


def test_who_cannot_unpack_the_function_says_so_at_the_first_call(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    calls = Calls(Unreadable(), 2)
    try:
        assert [path.name.partition("-")[0] for path in tmp_path.iterdir()] == ["btplaybook"]
        with pytest.raises(NotSent, match="ValueError: invalid literal"):
            calls(range(3))
    finally:
        calls.close()
    assert [*tmp_path.iterdir()] == []


def test_without_a_temporary_folder_nothing_is_sent(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(NotSent, match="missing"):
        Calls(Slow(), 2)


def _wait_for_the_other(calls):
    """Let the other process start, which takes a second on a machine at work."""
    deadline = time.monotonic() + 60.0
    while time.monotonic() < deadline:
        if any(pid != os.getpid() for _, pid, _ in calls(range(4))):
            return
