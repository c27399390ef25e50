"""What the files of a result are called."""

from __future__ import annotations

from typing import NamedTuple

from .manifest import MANIFEST

RUN = (
    "run.json", "bars.parquet", "daily.parquet", "trades.parquet", "decisions.parquet",
    "tearsheet.html", MANIFEST,
)  # fmt: skip
"""What a run leaves in its folder."""


class Files(NamedTuple):
    """A page, and the figures on it."""

    page: str
    figures: str


SEARCH = Files("search.html", "search.json")
STUDY = Files("study.html", "study.json")
COMPARISON = Files("compare.html", "compare.json")
