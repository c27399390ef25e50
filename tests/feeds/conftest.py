"""Five sound bars by hand, fresh for every test, and packages that register something."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture
def week() -> pd.DataFrame:
    """Bars of the week from Monday 2020-01-06; ex-date on Wednesday."""
    return pd.DataFrame(
        {
            "date": pd.date_range("2020-01-06", periods=5),
            "open": [100.0, 102.0, 100.0, 102.0, 104.0],
            "high": [103.0, 104.0, 102.0, 105.0, 106.0],
            "low": [99.0, 100.0, 98.0, 100.0, 103.0],
            "close": [101.0, 104.0, 101.0, 103.0, 105.0],
            "volume": [10.0, 20.0, 0.0, 40.0, 50.0],
            "dividend": [0.0, 0.0, 1.0, 0.0, 0.0],
        }
    )


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Put distributions on the path: what they register under a group, and a module `guest`."""

    def put(distribution: str, group: str, source: str, **points: str) -> None:
        site = tmp_path / "sites" / distribution
        info = site / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir(parents=True)
        lines = [f"{name} = {value}" for name, value in points.items()]
        (info / "entry_points.txt").write_text("\n".join([f"[{group}]", *lines]))
        (info / "METADATA").write_text(f"Name: {distribution}\nVersion: 1.0\n")
        (site / "guest.py").write_text(source)
        monkeypatch.syspath_prepend(site)

    yield put
    sys.modules.pop("guest", None)
