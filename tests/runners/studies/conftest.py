"""Small folders of simulated bars, and short sweeps for tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.runners.studies.robust_etf import history, sweeps

FIRST, LAST = "2007-06-01", "2010-08-31"


def shorten(patch: pytest.MonkeyPatch) -> None:
    """Let the study of the SMA rule try 19 periods and confirm 3 sets."""
    patch.setattr(sweeps, "PERIODS", range(2, 21))
    patch.setattr(history, "PERIODS", range(2, 21))
    patch.setattr(sweeps, "CONFIRMED", 3)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, few_pivots: Callable[..., None]) -> None:
    """Short sweeps for one test."""
    few_pivots(monkeypatch)
    shorten(monkeypatch)


@pytest.fixture(scope="module")
def quick_module(few_pivots: Callable[..., None]) -> Iterator[None]:
    """Short sweeps for a module's tests."""
    with pytest.MonkeyPatch.context() as patch:
        few_pivots(patch)
        shorten(patch)
        yield


@pytest.fixture(scope="session")
def table() -> Callable[..., pd.DataFrame]:
    """Return simulated bars with a column `date`, those of one seed between two days."""

    def made(seed: int, first: str = FIRST, last: str = LAST) -> pd.DataFrame:
        return simulated_bars(seed).frame().loc[first:last].rename_axis("date").reset_index()

    return made


@pytest.fixture(scope="session")
def write() -> Callable[[Path, pd.DataFrame], Path]:
    """Write bars to a file of any kind, its folders made."""

    def written(file: Path, bars: pd.DataFrame) -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".parquet":
            bars.to_parquet(file)
        else:
            bars.to_csv(file, index=False)
        return file

    return written
