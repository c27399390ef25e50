"""Compare several runs on one self-contained HTML page.

The differences between the runs come before their figures. No run is repeated: the figures are read
from each run.json, the curves from each daily.parquet. Equal folders give equal bytes.
"""

from __future__ import annotations

import datetime
import json
import math
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import ParameterError
from ..runs.labels.benchmark_names import noun
from ..runs.labels.figures import FIGURES, IN_BRIEF
from ..runs.labels.formats import counted
from ..runs.labels.text_table import text_table
from ..runs.on_demand import OnPage, from_pages
from .common_days import caution_of_cut, cut_to_common, figures_of
from .compared_figures import TABLE, figures_of_run, over_days
from .differences import (
    OTHER_WINDOWS,
    Difference,
    cautions,
    differences,
    in_common,
    same_bars,
    same_window,
)
from .record import Record, read_record

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

MOST = 8
"""Most runs on one page."""

MOST_HELD = 2
"""Most benchmarks of one name and different returns that stand beside the runs."""


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
    own_held : list of Run
        The benchmarks of the runs where they are of one name and their returns differ, as those of
        bars that were read in different ways; else empty.
    days : tuple of date, or None
        First and last of the days that all runs have in common, where runs were cut to them.
    """

    runs: list[Run]
    cautions: list[tuple[str, str]]
    differences: list[Difference]
    common: list[tuple[str, Any]]
    best: dict[str, list[str]]
    held: Run | None
    own_held: list[Run] = field(default_factory=list)
    days: tuple[datetime.date, datetime.date] | None = None

    @property
    def benchmarks(self) -> list[Run]:
        """The benchmark of all runs, or those of one name that differ; empty without any."""
        return self.own_held if self.held is None else [self.held]

    def __repr__(self) -> str:
        """Return the figures as text, in a dozen lines at most."""
        shown = [FIGURES[key] for key in IN_BRIEF]
        rows = [("", *(figure.label for figure in shown))]
        for run in [*self.runs, *self.benchmarks]:
            name = run.name if run in self.benchmarks else f"{run.key} {run.name}"
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
            **(
                {"own_held": [{"name": run.name, "figures": run.figures} for run in self.own_held]}
                if self.own_held
                else {}
            ),
            **({"days": [str(day) for day in self.days]} if self.days else {}),
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
    whole = [record.daily() for record in records]
    cut = cut_to_common(whole)
    figures = [figures_of_run(record, "metrics") for record in records]
    if cut is not None:
        figures = [
            over_days(record, part, each)
            for record, part, each in zip(records, cut, figures, strict=True)
        ]
    runs = [Run(*each) for each in zip(keys, names, records, cut or whole, figures, strict=True)]
    told = cautions(records, keys)
    if cut is not None:
        told = [each for each in told if each[0] != OTHER_WINDOWS]
        told.append(caution_of_cut(keys, whole, cut))
    held = _held(runs, cut=cut is not None)
    one = held[0] if len(held) == 1 else None
    return Comparison(
        runs,
        told,
        differences(records),
        in_common(records),
        _best(runs, cut=cut is not None),
        one,
        held if one is None else [],
        days=None if cut is None else (cut[0].index[1].date(), cut[0].index[-1].date()),
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


def _best(runs: Sequence[Run], *, cut: bool) -> dict[str, list[str]]:
    """Return the best runs by figure; none if it cannot be compared or all are equal."""
    records = [run.record for run in runs]
    one_window, one_price = same_window(records), same_bars(records)
    of_days = {figure.key for figure in TABLE[0][1]} if cut else set()
    best = {}
    for figure in (figure for _, figures in TABLE for figure in figures):
        if figure.best is None or (figure.grows and not (one_window or figure.key in of_days)):
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


def _held(runs: Sequence[Run], *, cut: bool) -> list[Run]:
    """Return the benchmarks of runs that compare with one, each that differs once; else none."""
    first = runs[0]
    names = [run.record.plain.get("benchmark", {}).get("name") for run in runs]
    if any("benchmark" not in run.record.plain for run in runs) or len(set(names)) > 1:
        return []
    if any(
        "benchmark_return" not in run.daily or run.daily["benchmark_return"].iloc[1:].isna().any()
        for run in runs
    ):
        return []
    if any((run.daily.index[[0, -1]] != first.daily.index[[0, -1]]).any() for run in runs):
        return []
    different: list[list[Run]] = []
    for run in runs:
        for those in different:
            if _counted(run).equals(_counted(those[0])):
                those.append(run)
                break
        else:
            different.append([run])
    kind = str(first.record.plain["benchmark"].get("kind", "held"))
    called = noun(kind, str(names[0]))
    found = []
    for those in different:
        keys = ", ".join(run.key for run in those)
        figures = figures_of_run(those[0].record, "benchmark")
        if cut:
            figures |= figures_of(those[0].record, those[0].daily["benchmark_return"])
        name = called if len(different) == 1 else f"{called} ({keys})"
        key = "held" if len(different) == 1 else f"held-{those[0].key}"
        found.append(Run(key, name, those[0].record, those[0].daily, figures))
    return found if len(found) <= MOST_HELD else []


def _counted(run: Run) -> pd.Series:
    """Return the returns of a run's benchmark on the days that count."""
    return run.daily["benchmark_return"].iloc[1:]
