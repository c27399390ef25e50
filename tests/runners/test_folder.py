"""Results are written whole, or not at all."""

import os
import resource
import subprocess
import sys

import pytest

from btplaybook.runners.folder import write_folder

RUN = [sys.executable, "-m", "btplaybook.runners", "run", "sma-switch", "--sample", "simulated"]
SMALL = 100_000  # bytes: more than run.json, less than the page


def as_on_a_full_disk():
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, SMALL))


def test_files_are_written_and_others_stay(tmp_path):
    (tmp_path / "old").write_bytes(b"kept")
    (tmp_path / "a").write_bytes(b"replaced")
    write_folder(tmp_path, {"a": b"1", "b": b"2"})
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == {"old": b"kept", "a": b"1", "b": b"2"}


def test_a_file_that_cannot_be_written_leaves_the_others_as_they_were(tmp_path, monkeypatch):
    write_folder(tmp_path, {"a": b"1", "b": b"2"})
    with pytest.raises(OSError, match="No such file"):
        write_folder(tmp_path, {"a": b"new", "no/such/folder": b"new"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"1", "b": b"2"}


def test_a_disk_that_fills_up_costs_nothing_of_an_earlier_run(tmp_path):
    subprocess.run([*RUN, "--quick"], cwd=tmp_path, check=True, capture_output=True)
    folder = tmp_path / "out" / "sma-switch"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    ended = subprocess.run(
        [*RUN, "--quick", "--set", "period=50"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        preexec_fn=as_on_a_full_disk,
    )
    assert ended.returncode == 2
    assert ended.stderr == "btplaybook: cannot write to out/sma-switch: File too large\n"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to any folder")
def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    ended = subprocess.run(
        [*RUN, "--quick", "--out", "locked"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (
        2,
        "btplaybook: cannot write to locked: Permission denied\n",
    )


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="no /proc on this machine")
def test_a_folder_that_nobody_may_write_is_named(tmp_path):
    ended = subprocess.run(
        [*RUN, "--quick", "--out", "/proc/out"], cwd=tmp_path, capture_output=True, text=True
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("btplaybook: cannot write to /proc/out: ")
    assert ended.stderr.count("\n") == 1
