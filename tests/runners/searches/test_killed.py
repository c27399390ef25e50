"""A search that is killed among its made-up markets goes on there."""

import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from btplaybook.search.store import Store

SEARCH = (
    "search", "sma-switch", "--sample", "simulated", "--end", "2006-08-03", "--space",
    "period=5..12", "--top", "1", "--worth", "quick", "--json",
)  # fmt: skip

KILLED = textwrap.dedent("""
    import os, signal, sys
    from btplaybook.runners.command import cli
    from btplaybook.runners.worth import effort
    from btplaybook.search.store import Store

    effort.QUICK_RUNS = effort.FEWEST_RUNS = 20
    finish = Store.finish

    def killed(self, number, *rest):
        finish(self, number, *rest)
        if self.folder.name.endswith("permutation") and len(self.finished) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    Store.finish = killed
    sys.argv = ["btplaybook", *sys.argv[1:]]
    cli.main()
""")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no signal kills at once")
@pytest.mark.usefixtures("undrawn")
def test_it_goes_on_with_the_bytes_of_an_unbroken_one(command, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    search = (*SEARCH, "--store", str(tmp_path / "s"), "--out", str(tmp_path / "x"))
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, *search], env=os.environ, capture_output=True, text=True
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert not (tmp_path / "x" / "search.json").exists()

    begun: dict[str, int] = {}
    opened, finish = Store.load, Store.finish
    made: list[str] = []

    def load(self, reduction):
        opened(self, reduction)
        begun[self.folder.name] = len(self.finished)

    def finished(self, number, *rest):
        made.append(self.folder.name)
        finish(self, number, *rest)

    monkeypatch.setattr(Store, "load", load)
    monkeypatch.setattr(Store, "finish", finished)
    again = command(*search)
    assert again.code == 0, again.err
    assert begun["s-placebo-signs"] == 3  # of 20 markets, 8 at one go
    assert begun["s-placebo-permutation"] >= 1
    assert made == ["s-placebo-permutation"] * (3 - begun["s-placebo-permutation"])

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
    unbroken = command(*SEARCH, "--store", str(tmp_path / "t"), "--out", str(tmp_path / "y"))
    assert unbroken.code == 0, unbroken.err
    assert again.out == unbroken.out
    assert json.loads(again.out)["worth"]["placebo_permuted"]["runs"] == 20
    for name in ("search.json", "search.html"):
        assert (tmp_path / "x" / name).read_bytes() == (tmp_path / "y" / name).read_bytes(), name
