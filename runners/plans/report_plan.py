"""A plan of a report: the arguments of `report`, as a command line or a run.json states them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...feeds.errors import RequestError
from ...feeds.kinds_of_files import suffix_of
from ...feeds.quoting import shortened
from ...feeds.reading import Reading
from ...feeds.vendors.names import is_source_name, source_and_ticker
from ..errors import ParameterError
from ..records.record import RUN, Record, read_record
from ..runs.result import REPORT, RunResult
from .plan import Say, silent

SETTINGS = ("start", "end", "kind", "column", "benchmark", "risk_free_rate")
"""Settings of a report, in the order of its run.json."""


@dataclass(frozen=True)
class ReportPlan:
    """All arguments of a report.

    Attributes
    ----------
    file : str
        A CSV or Parquet file of returns or equity.
    name : str or None
        Its title; None: the file's name.
    settings : mapping
        Start, end, kind, column, benchmark and risk-free rate; one that is absent keeps its
        default. A benchmark may be ``VENDOR:TICKER``, as yahoo:SPY.
    reading : mapping
        Arguments of `Reading`.
    """

    file: str
    name: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    reading: Mapping[str, Any] = field(default_factory=dict)

    def run(self, say: Say = silent) -> RunResult:
        """Read the file and measure it; raises the errors of `report` and of vendors."""
        from ..runs.returns_alone import report

        given = dict(self.settings)
        asked = given.get("benchmark")
        fetched = isinstance(asked, str) and _is_ticker(asked)
        if fetched:
            from .tickers import load_tickers

            (given["benchmark"],) = load_tickers([str(asked)], say=say)
        result = report(self.file, name=self.name, reading=Reading.of(self.reading), **given)
        if not fetched:
            return result
        return dataclasses.replace(result, settings={**result.settings, "benchmark": asked})


def is_report(record: Record) -> bool:
    """Return whether a record is that of a report, not of a strategy's run."""
    return bool(record.plain["strategy"] == REPORT) and "fill" not in record.plain["settings"]


def report_plan(record: Record) -> ReportPlan:
    """Return the plan of a report from its record.

    Raises
    ------
    ParameterError
        The returns or the benchmark came from Python, or a setting is unknown.
    """
    settings, data = record.plain["settings"], record.plain["data"][0]
    where = shortened(str(record.file))
    source, reading = data["source"], data.get("reading", {})
    if suffix_of(source) is None:
        raise ParameterError(
            f"{where}: the returns came from Python, of which only the hash is kept; report them "
            "again from Python"
        )
    if isinstance(settings.get("benchmark"), dict):
        raise ParameterError(
            f"{where}: benchmark came from Python, of which only the hash is kept; report it again "
            "from Python"
        )
    if unknown := sorted(settings.keys() - {*SETTINGS}):
        raise ParameterError(f"{where}: a report has no setting {unknown[0]!r}")
    try:
        Reading.of(reading)
    except (RequestError, TypeError, ValueError) as error:
        raise ParameterError(f"{where}: the reading of {data['name']}: {error}") from None
    given = {name: value for name, value in settings.items() if value is not None}
    return ReportPlan(source, data["name"], given, reading)


def check_folder_of_report(folder: Path) -> None:
    """Raise if a folder holds the run of a strategy, which a report would replace.

    Raises
    ------
    ParameterError
        It does.
    """
    if not (folder / RUN).is_file():
        return
    try:
        record = read_record(folder)
    except ParameterError:
        return  # no readable run: the writer says what is wrong
    if not is_report(record):
        raise ParameterError(
            f"{shortened(str(folder))} holds a run of {record.plain['strategy']}: give another "
            "--out"
        )


def _is_ticker(text: str) -> bool:
    vendor, ticker = source_and_ticker(text)
    return ":" in text and is_source_name(vendor) and bool(ticker) and suffix_of(text) is None
