"""The word on what a first start waits for, and where compiled functions are kept."""

import os
import subprocess
import sys

import pytest

from btplaybook.feeds.compiling import COMPILING

PLUS = "def plus(a, b):\n    return a + b\n"
CALL = (
    "import sys; sys.path.insert(0, sys.argv[1])\n"
    "from btplaybook.feeds.compiling import compiled, told\n"
    "from plus import plus\n"
    "with told(print):\n"
    "    f = compiled(plus)\n"
    "    assert (f(1, 2), f(1.0, 2.0)) == (3, 3.0)\n"
    "f(1j, 2j)\n"
)


@pytest.fixture
def called(tmp_path):
    """Call a compiled function in a new process; returns what was told."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "plus.py").write_text(PLUS)

    def call(**environment):
        ended = subprocess.run(
            [sys.executable, "-c", CALL, str(tmp_path / "source")],
            capture_output=True, text=True, check=True, env={**os.environ, **environment},
        )  # fmt: skip
        return ended.stdout.splitlines()

    return call


def test_it_is_told_once_and_only_by_the_process_that_compiles(called, tmp_path):
    assert called() == [COMPILING]
    assert list((tmp_path / "source" / "__pycache__").glob("plus.*.nbc"))
    assert called() == []


def test_the_folder_that_numba_is_told_keeps_what_was_compiled(called, tmp_path):
    folder = tmp_path / "kernels"
    assert called(NUMBA_CACHE_DIR=str(folder)) == [COMPILING]
    assert list(folder.glob("*/plus.*.nbc"))
    assert called(NUMBA_CACHE_DIR=str(folder)) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the variable is of Linux")
def test_beside_a_source_that_cannot_be_written_the_users_folder_keeps_it(called, tmp_path):
    (tmp_path / "source" / "__pycache__").write_text("a file, where the folder would be")
    folder = tmp_path / "user"
    assert called(XDG_CACHE_HOME=str(folder)) == [COMPILING]
    assert list(folder.glob("numba/**/plus.*.nbc"))
    assert called(XDG_CACHE_HOME=str(folder)) == []
    folder = tmp_path / "none"
    folder.write_text("a file, where the folder would be")
    assert [called(XDG_CACHE_HOME=str(folder)) for _ in range(2)] == [[COMPILING]] * 2
