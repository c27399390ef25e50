"""Names of the files of a result."""

from __future__ import annotations

from typing import NamedTuple

from .manifest import MANIFEST

TEARSHEET = "tearsheet.html"

RUN = (
    "run.json", "bars.parquet", "daily.parquet", "trades.parquet", "round_trips.parquet",
    "decisions.parquet", "orders.parquet", TEARSHEET, MANIFEST,
)  # fmt: skip
"""Files that a run writes into its folder."""

QUANTSTATS = "quantstats.html"
"""quantstats' own report of a run, which is written where it is asked for."""


class Files(NamedTuple):
    """The names of a page and of the JSON file with its figures."""

    page: str
    figures: str


SEARCH = Files("search.html", "search.json")
BEST = "best"
"""Folder beside a search's page, with the run of its best set."""
HOLDOUT = "holdout"
"""Folder beside the page of a search or a walk-forward, with the run on the bars kept back."""
VAULT = "vault.json"
"""Hashes of the bars, those that a search kept back among them, by the tables' names."""
HOLDOUT_FIGURES = "holdout.json"
WALK_FORWARD = Files("walk_forward.html", "walk_forward.json")
STITCHED = "stitched"
"""Folder beside a walk-forward's page, with the run of the account."""
STUDY = Files("study.html", "study.json")
NEXT = Files("next.txt", "next.json")
FACTOR_TEST = Files("factor_test.html", "factor_test.json")
COMPARISON = Files("compare.html", "compare.json")
