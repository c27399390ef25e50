"""A reader of Feather files, which btplaybook does not read itself."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.feather


def read_feather(path: Path) -> pd.DataFrame:
    """Return the table of a Feather file, a row a bar; its columns keep their names."""
    table: pd.DataFrame = pyarrow.feather.read_feather(path)
    return table
