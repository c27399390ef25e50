"""Compare several runs on one self-contained HTML page.

The differences between the runs come before their figures. No run is repeated: the figures are read
from each run.json, the curves from each daily.parquet. Equal folders give equal bytes.
"""

from __future__ import annotations

import json
import math
import string
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import ParameterError
from ..runs.labels.benchmark_names import noun
from ..runs.labels.figures import (
    DAY_BY_DAY,
    FIGURES,
    GROWTH_AND_RISK,
    IN_BRIEF,
    PROFIT,
    TRADES_IN_BRIEF,
    Figure,
)
from ..runs.labels.formats import counted
from ..runs.labels.text_table import text_table
from ..runs.on_demand import OnPage, from_pages
from .differences import Difference, cautions, differences, in_common, same_bars, same_window
from .record import Record, read_record

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

MOST = 8
"""Most runs on one page."""


TABLE: tuple[tuple[str, tuple[Figure, ...]], ...] = tuple(
    (heading, tuple(FIGURES[key] for key in keys))
    for heading, keys in (
        ("Growth and risk", GROWTH_AND_RISK),
        ("Day by day", DAY_BY_DAY),
        ("Trades, first in, first out", TRADES_IN_BRIEF),
        ("Where the profit came from, as a share of the cash at the start", PROFIT),
    )
)
"""The rows of the page and the figures of compare.json, under their headings."""


@dataclass(frozen=True, eq=False)
class Run:
    """One of the compared runs.

    Attributes
    ----------
    key : str
        Its letter on the page.
    name : str
        The last parts of its folder's path, as many as make it unique.
    record : Record
        Its run.json.
    daily : DataFrame
        One row per day, oldest first; the first row is the day on which the account opened.
    figures : dict of str to float or None
        Value by key of `Figure`; parts of the profit and loss are fractions of the starting cash.
    """

    key: str
    name: str
    record: Record
    daily: pd.DataFrame
    figures: dict[str, Any]


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(OnPage):
    """The comparison of several runs.

    Attributes
    ----------
    runs : list of Run
        In the order given by the caller.
    cautions : list of (str, str)
        Reasons why the runs may not be comparable: a heading and a sentence each.
    differences : list of Difference
        What differs between the runs.
    common : list of (str, value)
        Name and value of what is the same in all runs.
    best : dict of str to list of str
        Key of a figure to the letters of the best runs; a figure without a best run is absent.
    held : Run or None
        The benchmark if it is the same for all runs, else None.
    """

    runs: list[Run]
    cautions: list[tuple[str, str]]
    differences: list[Difference]
    common: list[tuple[str, Any]]
    best: dict[str, list[str]]
    held: Run | None

    def __repr__(self) -> str:
        """Return the figures as text, in a dozen lines at most."""
        shown = [FIGURES[key] for key in IN_BRIEF]
        rows = [("", *(figure.label for figure in shown))]
        for run in [*self.runs, *([self.held] if self.held else [])]:
            name = run.name if run is self.held else f"{run.key} {run.name}"
            rows.append((name, *(figure.show(run.figures.get(figure.key)) for figure in shown)))
        return text_table(
            f"Comparison of {len(self.runs)} runs",
            rows,
            f"{counted(len(self.cautions), 'caution')}; write_comparison(result, folder) keeps it",
        )

    def _repr_html_(self) -> str:
        """Return the figures of all runs side by side, as a notebook shows them."""
        html: str = from_pages("notebook.cards", "comparison_html")(self)
        return html

    def plot(
        self, kind: str = "growth", log: bool | None = None, benchmark: bool = True
    ) -> Drawing:
        """Return a figure of the runs, which a notebook shows and ``savefig`` writes.

        Parameters
        ----------
        kind : {"growth", "drawdown"}
            Growth of 1 of each run with the drawdowns below it, or the drawdowns alone.
        log : bool, optional
            Whether the scale of the growth is logarithmic; it is by default.
        benchmark : bool
            Draw the benchmark too, if all runs have the same.

        Returns
        -------
        matplotlib.figure.Figure
            It belongs to no pyplot, and matplotlib's settings stay as they are.

        Raises
        ------
        ParameterError
            An unknown kind, or an option that the kind does not have.
        """
        figure: Drawing = from_pages("figures.of_comparison", "plot")(self, kind, log, benchmark)
        return figure

    def plain(self) -> dict[str, Any]:
        """Return the content of compare.json."""
        return {
            "schema": 1,
            "runs": [
                {
                    "key": run.key,
                    "name": run.name,
                    "run": str(run.record.file),
                    "strategy": run.record.plain["strategy"],
                    "window": run.record.plain["window"],
                    "figures": run.figures,
                }
                for run in self.runs
            ],
            "held": None if self.held is None else self.held.figures,
            "cautions": [" ".join((f"{heading}.", words)) for heading, words in self.cautions],
            "differences": [difference._asdict() for difference in self.differences],
            "best": self.best,
        }

    def to_json(self) -> str:
        """Return compare.json: equal folders give equal text."""
        return json.dumps(self.plain(), indent=2, allow_nan=False) + "\n"


def compare(folders: Sequence[str | Path]) -> Comparison:
    """Compare runs that were written to folders.

    Parameters
    ----------
    folders : sequence of str or Path
        Folders of 2 to 8 earlier runs.

    Raises
    ------
    ParameterError
        There are too few or too many folders, or one is given twice; a folder holds no run, or
        files of two different runs.
    """
    if not 2 <= len(folders) <= MOST:
        raise ParameterError(f"2 to {MOST} runs can be compared, got {len(folders)}")
    places = [Path(folder) for folder in folders]
    names = _short_names(places)
    records = [read_record(place) for place in places]
    keys = string.ascii_uppercase[: len(folders)]
    runs = [
        Run(key, name, record, record.daily(), _figures(record, "metrics"))
        for key, name, record in zip(keys, names, records, strict=True)
    ]
    return Comparison(
        runs,
        cautions(records, keys),
        differences(records),
        in_common(records),
        _best(runs),
        _held(runs),
    )


def _short_names(folders: Sequence[Path]) -> list[str]:
    """Return the shortest ends of the folders' paths that are unique."""
    paths = [folder.resolve() for folder in folders]
    for path, folder in zip(paths, folders, strict=True):
        if paths.count(path) > 1:
            raise ParameterError(f"{folder} is named twice")
    for n in range(1, max(len(path.parts) for path in paths) + 1):
        names = ["/".join(path.parts[-n:]) for path in paths]
        if len(set(names)) == len(names):
            return names
    return [str(path) for path in paths]


def _figures(record: Record, side: str) -> dict[str, Any]:
    """Return the figures of a run, or of its benchmark, by the keys of `TABLE`."""
    measured = record.plain.get(side, {})
    cash = _number_in(record, "settings", "cash")
    found: dict[str, Any] = {}
    for key in (figure.key for _, figures in TABLE for figure in figures):
        if key == "over_buy_and_hold":
            ours = _number_in(record, side, "total_return")
            theirs = _number_in(record, "benchmark", "total_return")
            kind = record.plain.get("benchmark", {}).get("kind", "held")
            if side == "benchmark" or kind != "held" or ours is None or theirs is None:
                found[key] = None
            else:
                found[key] = ours - theirs
        elif key.startswith("pnl."):
            amount = _number_in(record, side, *key.split("."))
            found[key] = amount / cash if cash and amount is not None else None
        elif key.startswith("trades."):  # not of a benchmark, and not in earlier folders
            found[key] = _number_in(record, *key.split(".")) if side == "metrics" else None
        elif key == "sharpe_band":
            found[key] = _band_in(record, side, measured.get(key))
        else:
            found[key] = _number_in(record, side, key)
    return found


def _number_in(record: Record, *keys: str) -> float | None:
    """Return a number of run.json; None if run.json does not hold it."""
    value: Any = record.plain
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    raise ParameterError(f"{record.file}: {'.'.join(keys)} is no number but {value!r}")


def _band_in(record: Record, side: str, ends: Any) -> list[float] | None:
    """Return the two ends of a confidence band; None if run.json holds no band."""
    if ends is None or (
        isinstance(ends, list)
        and len(ends) == 2
        and all(isinstance(end, (int, float)) for end in ends)
    ):
        return ends
    raise ParameterError(f"{record.file}: {side}.sharpe_band is no pair of numbers but {ends!r}")


def _best(runs: Sequence[Run]) -> dict[str, list[str]]:
    """Return the best runs by figure; none if it cannot be compared or all are equal."""
    records = [run.record for run in runs]
    one_window, one_price = same_window(records), same_bars(records)
    best = {}
    for figure in (figure for _, figures in TABLE for figure in figures):
        if figure.best is None or (figure.grows and not one_window):
            continue
        if figure.key == "points" and not one_price:
            continue
        values = {run.key: run.figures[figure.key] for run in runs}
        known = {key: value for key, value in values.items() if value is not None}
        if len(known) < 2:
            continue
        top = figure.best(list(known.values()))
        winners = [key for key, value in known.items() if math.isclose(value, top, rel_tol=1e-9)]
        if len(winners) < len(known):
            best[figure.key] = winners
    return best


def _held(runs: Sequence[Run]) -> Run | None:
    """Return the benchmark if all runs have the same one, else None."""
    first = runs[0]
    if not all("benchmark" in run.record.plain for run in runs):
        return None
    name = first.record.plain["benchmark"].get("name")
    figures = _figures(first.record, "benchmark")
    for run in runs:
        if (
            "benchmark_return" not in run.daily
            or run.daily["benchmark_return"].iloc[1:].isna().any()
        ):
            return None
        if run.record.plain["benchmark"].get("name") != name:
            return None
        if not run.daily["benchmark_return"].equals(first.daily["benchmark_return"]):
            return None
    called = noun(str(first.record.plain["benchmark"].get("kind", "held")), str(name))
    return Run("held", called, first.record, first.daily, figures)
