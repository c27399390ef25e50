"""Small folders of simulated bars, and short sweeps for tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from btplaybook.feeds.simulated.prices import simulated_bars
from btplaybook.runners.studies.pivot_model import chosen, fits, luck, members
from btplaybook.runners.studies.robust_etf import history, sweeps
from btplaybook.search.kernels.pivot.space import PivotSpace

FIRST, LAST = "2007-06-01", "2010-08-31"


SMALL = PivotSpace(
    slow=(20, 60, 100), fast=(1, 5), span=(20, 40), regime=(0.0, 1.0), angle=(15.0, 45.0, 80.0),
    bias=(-0.2, 0.0, 0.2), band_long=(0.0, 0.3, 0.6), band_short=(0.0, 0.3, 0.6), least_ratio=4.0,
)  # fmt: skip
"""72 lines of the pivot rule with 27 thresholds each."""


def shorten(patch: pytest.MonkeyPatch) -> None:
    """Let the study of the SMA rule try 19 periods and confirm 3 sets, its pivots few sets."""
    for module in (fits, chosen, luck, members):
        patch.setattr(module, "published_space", lambda: SMALL)
    patch.setattr(sweeps, "PERIODS", range(2, 21))
    patch.setattr(history, "PERIODS", range(2, 21))
    patch.setattr(sweeps, "CONFIRMED", 3)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short sweeps for one test."""
    shorten(monkeypatch)


@pytest.fixture(scope="module")
def quick_module() -> Iterator[None]:
    """Short sweeps for a module's tests."""
    with pytest.MonkeyPatch.context() as patch:
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
