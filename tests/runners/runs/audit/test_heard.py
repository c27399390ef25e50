"""What is read beside the bars is told; code, libraries and what was handed in are not."""

import importlib
import json
import socket
import sqlite3
import sys
from pathlib import Path

import numpy as np

from btplaybook.feeds.kept_files import KeptFiles
from btplaybook.feeds.samples import sample
from btplaybook.runners.runs.audit.heard import Heard
from btplaybook.runners.runs.audit.held import tables_held
from btplaybook.strategies.playbook_strategy import PlaybookStrategy


def test_files_and_connections_are_told_once_in_their_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text("{}")
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    heard = Heard()
    with heard:
        for _ in range(2):
            json.loads((tmp_path / "a.json").read_text())
        np.save(tmp_path / "written.npy", np.zeros(3))
        sqlite3.connect(tmp_path / "b.db").close()
        socket.create_connection(("127.0.0.1", port)).close()
    listener.close()
    (tmp_path / "a.json").read_bytes()
    words = heard.words()
    assert words[:2] == ["reads a.json", "reads b.db"]
    assert f"connects to 127.0.0.1:{port}" in words
    assert len(words) == len(set(words))
    assert not any("written" in word for word in words)


def test_a_sample_is_told_though_no_file_is_opened():
    sample("simulated")
    heard = Heard()
    with heard:
        sample("simulated")
    sample("sp500")
    assert heard.words() == ["reads the sample simulated"]


def test_code_libraries_and_handed_files_are_left_out(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "own_module_for_a_test.py").write_text("x = 1\n")
    bars = tmp_path / "bars.csv"
    bars.write_text("1\n")
    heard = Heard([str(bars)])
    with heard:
        importlib.import_module("own_module_for_a_test")
        bars.read_text()
        with open("/proc/self/status") if sys.platform == "linux" else open(__file__):
            pass
    assert heard.words() == []


def test_nothing_is_heard_outside_the_block(tmp_path):
    heard = Heard()
    with heard:
        pass
    (tmp_path / "late.csv").write_text("1")
    (tmp_path / "late.csv").read_text()
    assert heard.words() == []


class Holds(PlaybookStrategy):
    """Holds a table of its own."""

    known = np.arange(50.0)
    constants = np.arange(3.0)


def test_tables_of_the_class_and_its_parameters_are_told():
    assert tables_held(Holds, {"factors": np.zeros((30, 2)), "n": 3}) == [
        "holds a table in its parameter factors",
        "holds a table in its attribute known",
    ]


def test_what_the_package_keeps_for_itself_is_not_told(monkeypatch, tmp_path):
    cache = tmp_path / "btplaybook"
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: cache)
    kept = KeptFiles("sessions", Path(__file__))
    with Heard() as heard:
        kept.write("XNYS", b"days")
        assert kept.read("XNYS") == b"days"
    assert heard.words() == []
