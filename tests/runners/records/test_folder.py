"""Results are written completely or not at all; readers refuse anything in between."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.records import folder as folders
from btplaybook.runners.records.folder import remove_result, write_folder
from btplaybook.runners.records.folder_lock import held, reserved
from btplaybook.runners.records.manifest import MANIFEST, result_with
from btplaybook.runners.records.write import write_run
from btplaybook.runners.runs.run import run

pytestmark = pytest.mark.usefixtures("undrawn")

RUN = [sys.executable, "-m", "btplaybook.runners", "run", "sma-switch", "--sample", "simulated"]
SMALL = 100_000  # bytes: more than run.json, less than the page
PROOF = Path(__file__).parents[3] / "benchmarks" / "folder_proof.py"


@pytest.fixture(autouse=True)
def own_locks(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def as_on_a_full_disk():
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, SMALL))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != MANIFEST}


def test_files_are_written_and_others_stay(tmp_path):
    (tmp_path / "old").write_bytes(b"kept")
    (tmp_path / "a").write_bytes(b"replaced")
    write_folder(tmp_path, {"a": b"1", "b": b"2"})
    assert contents(tmp_path) == {"old": b"kept", "a": b"1", "b": b"2"}


def test_a_file_that_cannot_be_written_leaves_the_others_as_they_were(tmp_path):
    write_folder(tmp_path, {"a": b"1", "b": b"2"})
    with pytest.raises(OSError, match="No such file"):
        write_folder(tmp_path, {"a": b"new", "no/such/folder": b"new"})
    assert contents(tmp_path) == {"a": b"1", "b": b"2"}
    assert result_with(tmp_path, "a").keys() == {"a", "b"}


def test_a_folder_in_the_place_of_a_file_costs_nothing(tmp_path):
    write_folder(tmp_path, {"a": b"1", "b": b"2"})
    (tmp_path / "c").mkdir()
    with pytest.raises(IsADirectoryError, match="c is a folder there"):
        write_folder(tmp_path, {"a": b"new", "c": b"new"})
    assert (tmp_path / "a").read_bytes() == b"1"
    assert result_with(tmp_path, "a")


# -- one generation --------------------------------------------------------------------------------


def test_the_manifest_holds_the_hash_of_each_file(tmp_path):
    write_folder(tmp_path, {"b": b"2", "a": b"1"})
    assert json.loads((tmp_path / MANIFEST).read_bytes()) == {
        "schema": 1,
        "results": [
            {  # sha256sum says so
                "a": "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
                "b": "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35",
            }
        ],
    }


def test_what_the_new_generation_does_not_write_goes_and_what_was_changed_stays(tmp_path):
    write_folder(tmp_path, {"a": b"1", "stale": b"1", "edited": b"1"})
    (tmp_path / "edited").write_bytes(b"by hand")
    (tmp_path / "own").write_bytes(b"by hand")
    write_folder(tmp_path, {"a": b"2"})
    assert contents(tmp_path) == {"a": b"2", "edited": b"by hand", "own": b"by hand"}
    assert result_with(tmp_path, "a").keys() == {"a"}


def test_results_with_no_name_in_common_live_side_by_side(tmp_path):
    write_folder(tmp_path, {"run.json": b"1", "daily": b"1"})
    write_folder(tmp_path, {"compare.json": b"1"})
    write_folder(tmp_path, {"run.json": b"2", "daily": b"2"})
    assert contents(tmp_path) == {"run.json": b"2", "daily": b"2", "compare.json": b"1"}
    assert result_with(tmp_path, "compare.json").keys() == {"compare.json"}
    assert result_with(tmp_path, "run.json").keys() == {"run.json", "daily"}


def test_a_removed_result_leaves_what_is_not_its_own(tmp_path):
    write_folder(tmp_path, {"run.json": b"1", "daily": b"1", "edited": b"1"})
    write_folder(tmp_path, {"compare.json": b"1"})
    (tmp_path / "edited").write_bytes(b"by hand")
    remove_result(tmp_path, "no such file")
    assert len(contents(tmp_path)) == 4
    remove_result(tmp_path, "run.json")
    assert contents(tmp_path) == {"edited": b"by hand", "compare.json": b"1"}
    assert result_with(tmp_path, "compare.json").keys() == {"compare.json"}
    assert result_with(tmp_path, "run.json") == {}


def test_a_folder_that_held_one_result_alone_goes_with_it(tmp_path):
    folder = tmp_path / "best"
    remove_result(folder, "run.json")
    write_folder(folder, {"run.json": b"1"})
    remove_result(folder, "run.json")
    assert not folder.exists()


@pytest.mark.parametrize("name", ["run.json", "daily"])
def test_a_reader_is_told_of_a_file_of_another_write(tmp_path, name):
    write_folder(tmp_path, {"daily": b"1", "run.json": b"1"})
    (tmp_path / name).write_bytes(b"2")
    with pytest.raises(
        ParameterError, match=rf"mixes files of two writes.*: {name} is not"
    ) as told:
        result_with(tmp_path, "run.json")
    assert "write the result again, or delete .manifest.json" in str(told.value)
    assert "\n" not in str(told.value)


def test_a_folder_without_a_manifest_is_read_as_it_is(tmp_path):
    (tmp_path / "run.json").write_bytes(b"of an earlier version")
    assert result_with(tmp_path, "run.json") == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"schema": 1, "results": [{"../run.json": ""}]}',
        b'{"schema": 1, "results": [], "leaving": {"/etc/passwd": ""}}',
        b'{"name": "a manifest of something else"}',
    ],
)
def test_a_manifest_that_is_none_of_ours_is_left_alone(tmp_path, content):
    (tmp_path / MANIFEST).write_bytes(content)
    for act in (lambda: write_folder(tmp_path, {"a": b""}), lambda: result_with(tmp_path, "a")):
        with pytest.raises(ParameterError, match="move it away to go on"):
            act()
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]
    assert (tmp_path / MANIFEST).read_bytes() == content


def test_what_a_killed_write_left_goes_with_the_next(tmp_path):
    (tmp_path / ".writing-k2_9xq0a").mkdir()
    (tmp_path / ".writing-k2_9xq0a" / "run.json").write_bytes(b"half")
    (tmp_path / ".writing-of-mine").write_bytes(b"a file, not a folder")
    write_folder(tmp_path, {"a": b"1"})
    assert contents(tmp_path) == {"a": b"1", ".writing-of-mine": b"a file, not a folder"}


@pytest.mark.parametrize("call", range(1, 7))
def test_a_move_that_fails_is_told_to_readers(tmp_path, monkeypatch, call):
    """Moves: the manifest, then three files; the fifth call and the sixth are never made."""
    write_folder(tmp_path, {"a": b"1", "b": b"1", "c": b"1", "gone": b"1"})
    moves = 0
    replace = os.replace

    def failing(source, target):
        nonlocal moves
        moves += 1
        if moves == call:
            raise OSError("the disk is gone")
        replace(source, target)

    monkeypatch.setattr(folders.os, "replace", failing)
    new = {"a": b"2", "b": b"2", "c": b"2"}
    if call > 4:
        write_folder(tmp_path, new)
        assert contents(tmp_path) == new
        return
    with pytest.raises(OSError, match="the disk is gone"):
        write_folder(tmp_path, new)
    if call == 1:  # the manifest
        assert set(contents(tmp_path).values()) == {b"1"}
        assert result_with(tmp_path, "a")
    else:
        with pytest.raises(ParameterError, match="mixes files of two writes"):
            result_with(tmp_path, "a")
    monkeypatch.undo()
    write_folder(tmp_path, new)
    assert contents(tmp_path) == new
    assert result_with(tmp_path, "a").keys() == new.keys()


def test_a_file_that_should_be_gone_and_is_not_is_told_to_readers(tmp_path, monkeypatch):
    write_folder(tmp_path, {"a": b"1", "gone": b"1"})

    def failing(self, missing_ok=False):
        raise OSError("the disk is gone")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", failing)
        with pytest.raises(OSError, match="the disk is gone"):
            write_folder(tmp_path, {"a": b"2"})
    with pytest.raises(ParameterError, match="gone is not what was written"):
        result_with(tmp_path, "a")
    write_folder(tmp_path, {"a": b"2"})
    assert contents(tmp_path) == {"a": b"2"}
    assert result_with(tmp_path, "a").keys() == {"a"}


def test_kills_leave_one_generation_or_a_reader_is_told(tmp_path):
    ended = subprocess.run(
        [sys.executable, str(PROOF), str(tmp_path), "12", "4", "0"],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(ended.stdout)
    assert (told["kills"], told["faults"]) == (12, [])
    assert sum(told["found"].values()) == 12
    assert told["found"]["refused"] >= 1  # some kill did come among the renamings


# -- one writer ------------------------------------------------------------------------------------


def test_a_thread_that_has_a_folder_writes_there_and_another_does_not(tmp_path):
    said = []

    def other():
        try:
            write_folder(tmp_path / "x", {"a": b"of the other"})
        except ParameterError as error:
            said.append(str(error))

    with reserved(tmp_path / "x"), held(tmp_path / "y" / ".." / "x"):
        assert not (tmp_path / "x").exists()  # nothing is made before there is a result
        write_folder(tmp_path / "x", {"a": b"1"})
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(said) == 1
    assert said[0].startswith(f"cannot write to {tmp_path / 'x'}: another btplaybook is writing")
    assert contents(tmp_path / "x") == {"a": b"1"}
    other()
    assert contents(tmp_path / "x") == {"a": b"of the other"}


HOLDER = """
import os, sys, time
from pathlib import Path
from btplaybook.runners.records.folder_lock import reserved
for line in sys.stdin:
    os.environ["XDG_CACHE_HOME"], folder = line.rstrip("\\n").split("\\t")
    if os.fork() == 0:
        with reserved(Path(folder)):
            print(os.getpid(), flush=True)
            time.sleep(60)
    os.wait()
    print("ended", flush=True)
"""


@pytest.fixture(scope="module")
def holder():
    """A process that forks one for each line, which holds the folder, and tells its end."""
    program = (sys.executable, "-c", HOLDER)
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one:
        yield one
        one.stdin.close()


@pytest.mark.parametrize(
    "arguments",
    [
        "run sma-switch --sample simulated --quick --out",
        "search sma-switch --space period=5..6 --sample simulated --out",
        "study robust-etf --out",
        "compare a b --out",
        "rerun a --out",
    ],
)
def test_a_second_writer_is_refused_before_its_work_and_a_killed_one_is_forgotten(
    command, tmp_path, monkeypatch, holder, arguments
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BTPLAYBOOK_DATA", raising=False)
    told = (os.environ["XDG_CACHE_HOME"], str(tmp_path / "taken"))
    print(*told, sep="\t", file=holder.stdin, flush=True)
    writer = int(holder.stdout.readline())
    try:
        ended = command(*arguments.split(), "taken")
    finally:
        os.kill(writer, signal.SIGKILL)
    assert holder.stdout.readline() == "ended\n"
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "btplaybook: cannot write to taken: another btplaybook is writing there; wait until it is "
        "done, or name another folder with --out\n"
    )
    assert list(tmp_path.iterdir()) == []
    with reserved(Path("taken")):
        pass


@pytest.mark.parametrize("command_line", ["rerun a --out", "compare a b --out"])
def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    command, tmp_path, monkeypatch, command_line
):
    monkeypatch.chdir(tmp_path)
    Path("taken").write_text("a file")
    for out, reason in (("taken", "File exists"), ("taken/x", "Not a directory"),
                        ("x" * 10_000, "File name too long")):  # fmt: skip
        ended = command(*command_line.split(), out)
        assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
        assert ended.err.startswith("btplaybook: cannot write to ")
        assert ended.err.endswith(f": {reason}\n")
        assert len(ended.err) < 250


def test_a_cache_that_cannot_be_written_is_no_hindrance(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(folders.tempfile, "tempdir", str(tmp_path))
    write_folder(tmp_path / "x", {"a": b"1"})
    assert (tmp_path / "x" / "a").exists()


# -- the command -----------------------------------------------------------------------------------


def test_a_disk_that_fills_up_costs_nothing_of_an_earlier_run(tmp_path, without_pages):
    folder = tmp_path / "out" / "sma-switch"
    write_run(run("sma-switch", sample("simulated"), strips=False), folder)
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
