"""Five sound bars by hand, fresh for every test."""

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
