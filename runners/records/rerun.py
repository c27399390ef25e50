"""Run an earlier run again and report what changed: bars, versions and figures."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ...analyzers.trade_figures import AMOUNTS
from ...feeds.quoting import shortened
from ..errors import CheckFailed, ParameterError
from ..plans.plan import Say, silent
from ..plans.record_plan import record_plan
from ..plans.report_plan import is_report, report_plan
from ..plans.script_record import check_no_script
from ..plans.walk_forward_record import check_no_walk_forward
from ..runs.labels.figures import FIGURES as CATALOGUE
from ..runs.labels.figures import IN_BRIEF, ON_SCREEN, Figure
from ..runs.labels.formats import NONE, counted, percent
from ..runs.labels.text_table import text_table
from ..runs.result import RunResult
from ..runs.stages import Progress
from .changed_bars import ChangedBars, ColumnChange, changed_bars
from .differences import shown
from .record import RUN, Record, read_record
from .trust import check_code

ROUNDING = 1e-9
"""Largest difference that rounding explains, relative or as a fraction of the account."""

FIGURES = (
    "window", "metrics", "benchmark", "trades", "relative", "holdings", "attribution", "unfilled",
)  # fmt: skip
"""Parts of run.json that hold the outcome of a run; the other parts describe how it was made."""

MONEY = re.compile(
    rf".*\.pnl\..*|trades\.({'|'.join(AMOUNTS)})|holdings.*\.(value|profit)|attribution(?!.*\.share$).*"
)
"""Names of figures in account currency."""

SHOWN = 6
"""Most figures that the error names when equal bars gave different figures."""


@dataclass(frozen=True, eq=False, repr=False)
class Rerun:
    """The outcome of running a record again.

    Attributes
    ----------
    record : Record
        The earlier run.
    result : RunResult
        The new one.
    bars : list of ChangedBars
        One for each feed whose bars have changed.
    untold : list of str
        Sentences about feeds whose changed bars cannot be listed, with the reason.
    versions : dict
        Libraries whose version has changed: name to (old, new).
    figures : list of str
        Names of figures that changed by more than rounding.
    parts : list of str
        Names of other parts of run.json that differ.
    """

    record: Record
    result: RunResult
    bars: list[ChangedBars]
    untold: list[str]
    versions: dict[str, tuple[str | None, str | None]]
    figures: list[str]
    parts: list[str]

    def __repr__(self) -> str:
        """Return the figures as text, in a dozen lines at most."""
        was, now = self.record.plain["metrics"], self.result.metrics
        rows: list[tuple[str, ...]] = [("", "was", "now")]
        for figure in (CATALOGUE[key] for key in IN_BRIEF):
            pair = (was.get(figure.key), now.get(figure.key))
            rows.append((figure.label, *(_printed(figure, value) for value in pair)))
        figures = f"{counted(len(self.figures), 'figure')} differ" if self.figures else ""
        last = "the same bytes" if self.same_bytes else figures or "the same figures"
        if not self.same_bars:
            last += ", other bars"
        return text_table(f"Rerun: {self.record.file}", rows, last)

    @property
    def same_bytes(self) -> bool:
        """Whether the new run.json equals the old one byte for byte."""
        return self.result.to_json() == self.record.text

    @property
    def same_bars(self) -> bool:
        """Whether both runs read the same bars."""
        return not self.bars and not self.untold

    def check(self) -> None:
        """Raise CheckFailed if equal bars gave different figures."""
        if self.same_bars and self.figures:
            named = ", ".join(self.figures[:SHOWN])
            more = len(self.figures) - SHOWN
            raise CheckFailed(
                f"{self.record.file}: the same bars give other figures: {named}"
                + (f" and {more} more" if more > 0 else "")
            )

    def plain(self) -> dict[str, Any]:
        """Return the report for JSON."""
        now = json.loads(self.result.to_json())
        return {
            "schema": 1,
            "run": str(self.record.file),
            "same_bytes": self.same_bytes,
            "same_bars": self.same_bars,
            "bars": [change.plain() for change in self.bars],
            "bars_not_kept": self.untold,
            "versions": {
                name: {"was": was, "now": now} for name, (was, now) in self.versions.items()
            },
            "figures": self.figures,
            "parts": self.parts,
            **{
                side: {"was": self.record.plain.get(side), "now": now.get(side)}
                for side in ("metrics", "benchmark")
                if side in self.record.plain or side in now
            },
        }

    def to_json(self) -> str:
        """Return the report as JSON text."""
        return json.dumps(self.plain(), indent=2, allow_nan=False) + "\n"


def rerun(
    folder: str | Path,
    say: Say = silent,
    *,
    trust: bool = False,
    progress: Progress | None = None,
) -> Rerun:
    """Run the record in a folder again, with the bars as they are now.

    Parameters
    ----------
    folder : str or Path
        Folder of an earlier run; it is not changed. Paths of bars are relative to the current
        folder, as they were in the earlier run.
    say : callable
        Called with messages about bars from vendors, and with the file of a strategy that is not
        registered; the default ignores them.
    trust : bool
        Execute that file even if it may not be the one that ran; see `records.trust`.
    progress : callable, optional
        Called with a `Stage` as the run goes on, as by `run`.

    Raises
    ------
    ParameterError
        The folder holds no record of a run, or files of two writes; the bars are no longer at their
        path, or were passed from Python; the strategy's code is not trusted. The errors of `run`
        are raised too.
    """
    if not os.path.isdir(folder):
        raise ParameterError(f"there is no folder {shortened(str(folder))}")
    record = read_record(Path(folder))
    if is_report(record):
        return compared(record, report_plan(record).run(say))
    check_no_script(record)
    check_no_walk_forward(record)
    check_code(record, trust=trust, say=say)
    result = record_plan(record).run(say, progress)
    return compared(record, result)


def compared(record: Record, result: RunResult) -> Rerun:
    """Compare a record with the result of running its plan again."""
    old: dict[str, Any] = record.plain
    new: dict[str, Any] = json.loads(result.to_json())
    vintages = {data["name"]: data["sha256"] for data in new["data"]}
    changed = [data["name"] for data in old["data"] if vintages.get(data["name"]) != data["sha256"]]
    told, untold = _changes(record, result, changed)
    untold += _benchmark_changes(old, new)
    names = list(dict.fromkeys([*old["versions"], *new["versions"]]))
    versions = {name: (old["versions"].get(name), new["versions"].get(name)) for name in names}
    money = float(old["settings"].get("cash") or 1.0)
    outcome = [key for key in FIGURES if key in old]  # an earlier version kept no trades
    differing = [key for key in (*old, *new) if old.get(key) != new.get(key)]
    return Rerun(
        record,
        result,
        told,
        untold,
        {name: pair for name, pair in versions.items() if pair[0] != pair[1]},
        [name for key in outcome for name in _moved(key, old[key], new.get(key), money)],
        [key for key in dict.fromkeys(differing) if key not in (*outcome, "versions")],
    )


def print_rerun(report: Rerun, console: Console) -> None:
    """Print what is the same, what changed, and by how much the figures moved."""
    file = report.record.file
    if report.same_bytes:
        console.print(f"{file}: the same bytes", highlight=False, soft_wrap=True)
        return
    for change in report.bars:
        console.print(change.words(), highlight=False, soft_wrap=True)
        if change.columns:
            console.print(_columns(change.columns))
    for words in report.untold:
        console.print(words, highlight=False, soft_wrap=True)
    if report.versions:
        pairs = (f"{name} {now} (was {was})" for name, (was, now) in report.versions.items())
        console.print(f"Other versions: {', '.join(pairs)}", highlight=False, soft_wrap=True)
    if report.same_bars and report.parts:
        words = f"Other parts of {RUN} differ: {', '.join(report.parts)}"
        console.print(words, highlight=False, soft_wrap=True)
    if report.figures:
        console.print(_figures(report))
    else:
        console.print(f"{file}: the same figures", highlight=False, soft_wrap=True)


def _changes(
    record: Record, result: RunResult, names: list[str]
) -> tuple[list[ChangedBars], list[str]]:
    """Return how the bars of these feeds changed; a sentence if the old bars were not kept."""
    if not names:
        return [], []
    was = {data["name"]: data for data in record.plain["data"]}
    if is_report(record):
        return [], [
            f"{name}: other rows than the {was[name]['rows']:,} from {was[name]['first']} to "
            f"{was[name]['last']}"
            for name in names
        ]
    try:
        kept = {bars.name: bars for bars in record.bars()}
    except ParameterError as error:
        return [], [
            f"{name}: other bars than the {was[name]['rows']:,} from {was[name]['first']} to "
            f"{was[name]['last']}; which ones cannot be told ({error})"
            for name in names
        ]
    now = {bars.name: bars for bars in result.bars}
    return [changed_bars(kept[name], now[name]) for name in names], []


def _benchmark_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each changed table that only the benchmark reads."""
    now = {data["name"]: data["sha256"] for data in new.get("benchmark_data", [])}
    return [
        f"{was['name']}, which is only compared with: other bars than the {was['rows']:,} from "
        f"{was['first']} to {was['last']}; which ones cannot be told"
        for was in old.get("benchmark_data", [])
        if now.get(was["name"]) != was["sha256"]
    ]


def _moved(name: str, was: Any, now: Any, money: float) -> Iterator[str]:
    """Yield the names of the figures that differ by more than rounding."""
    if isinstance(now, Mapping) and isinstance(was, Mapping):
        for key in dict.fromkeys([*was, *now]):
            yield from _moved(f"{name}.{key}", was.get(key), now.get(key), money)
    elif isinstance(now, list) and isinstance(was, list) and len(now) == len(was):
        for place, (before, after) in enumerate(zip(was, now, strict=True)):
            yield from _moved(f"{name}[{place}]", before, after, money)
    elif isinstance(now, float) and isinstance(was, (int, float)):
        scale = money if MONEY.fullmatch(name) else 1.0
        if not math.isclose(was, now, rel_tol=ROUNDING, abs_tol=ROUNDING * scale):
            yield name
    elif was != now:
        yield name


def _columns(columns: tuple[ColumnChange, ...]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    for heading in ("bars", "largest change", "on", "was", "now"):
        table.add_column(heading, justify="right", no_wrap=True)
    for change in columns:
        table.add_row(
            f"  {change.column}",
            f"{change.bars:,}",
            NONE if change.relative is None else percent(change.relative),
            str(change.on),
            f"{change.was:,.10g}",
            f"{change.now:,.10g}",
        )
    return table


def _figures(report: Rerun) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", no_wrap=True)
    headings = ["was", "now"]
    sides = [report.record.plain["metrics"], report.result.metrics]
    if report.result.has_benchmark or "benchmark" in report.record.plain:
        headings += [f"{report.result.benchmark_title}: was", "now"]
        sides += [report.record.plain.get("benchmark", {}), report.result.benchmark]
    for heading in headings:
        table.add_column(heading, justify="right")
    for figure in (CATALOGUE[key] for key in ON_SCREEN):
        table.add_row(figure.label, *(_printed(figure, side.get(figure.key)) for side in sides))
    return table


def _printed(figure: Figure, value: Any) -> str:
    """Format a figure; a value that is no number, as in an edited record, is shown as it is."""
    try:
        return figure.show(value)
    except (TypeError, ValueError, LookupError):
        return shown(value)
