"""The command line as a function, and bars that several tests share."""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.compiling import COMPILING
from btplaybook.feeds.readers import read_bars
from btplaybook.feeds.samples import sample
from btplaybook.runners.command import cli, shown_progress
from btplaybook.runners.pages import tearsheet


class Outcome(NamedTuple):
    """How a command ended, and what it printed where."""

    code: int
    out: str
    err: str


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    """Call the command line in this process."""

    # How often a command tells how far it is depends on the machine.
    monkeypatch.setattr(shown_progress, "PLAIN_EVERY", math.inf)

    def call(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["btplaybook", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        # Which of the tests compiles a kernel depends on their order and on the caches.
        err = err.replace(f"{COMPILING}\n", "")
        return Outcome(int(ended.value.code or 0), out, err)

    return call


@pytest.fixture(scope="session")
def simulated() -> Bars:
    """Return 400 simulated bars with dividends, the last one in the middle of a week and month."""
    whole = sample("simulated")
    return whole.between(None, whole.dates[399].item())


@pytest.fixture(scope="session")
def spy(realdata: Path) -> Bars:
    """SPY over the window of the SMA switch's source."""
    return read_bars(realdata / "etf" / "SPY.csv", end="2013-09-30")


@pytest.fixture(scope="session")
def sh(realdata: Path) -> Bars:
    """SH, which moves inversely to SPY, from its first bar on 2006-06-21."""
    return read_bars(realdata / "etf" / "SH.csv", end="2013-09-30")


@pytest.fixture
def without_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write an empty page beside the figures: drawing takes seconds, and other tests see to it."""
    monkeypatch.setattr(tearsheet, "tearsheet", lambda _: "<!DOCTYPE html>")


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the pictures of pages empty: drawing them is most of the time that a page takes."""
    from matplotlib.figure import Figure

    def savefig(self: Figure, fname: Any, **_: Any) -> None:
        drawing = '<svg viewBox="0 0 8 6"></svg>'
        try:
            fname.write(drawing.encode())
        except TypeError:
            fname.write(drawing)

    monkeypatch.setattr(Figure, "savefig", savefig)
    monkeypatch.setattr("matplotlib.figure.Figure.draw", lambda self, renderer: None)


@pytest.fixture(scope="session")
def few_pivots() -> Callable[[pytest.MonkeyPatch], None]:
    """Return what lets studies fit few sets of the pivot rule: fitting takes most of their time."""
    from btplaybook.runners.studies.pivot_model import chosen, fits, luck, members
    from btplaybook.search.kernels.pivot.space import PivotSpace

    few = PivotSpace(
        slow=(20, 60, 100), fast=(1, 5), span=(20, 40), regime=(0.0, 1.0), angle=(15.0, 45.0, 80.0),
        bias=(-0.2, 0.0, 0.2), band_long=(0.0, 0.3, 0.6), band_short=(0.0, 0.3, 0.6),
        least_ratio=4.0,
    )  # fmt: skip

    def fit_few(patch: pytest.MonkeyPatch) -> None:
        for module in (fits, chosen, luck, members):
            patch.setattr(module, "published_space", lambda: few)

    return fit_few
