"""Write a run into its folder, with quantstats' own report where it is asked for."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ..runs.result import RunResult
from ..runs.stages import Progress
from . import output


def write_run_as_asked(
    result: RunResult, folder: Path, progress: Progress, *, quantstats: bool
) -> None:
    """Write a run, and tell `progress` so.

    A line on stderr says why there is no report of quantstats, or where it is.

    Raises
    ------
    ParameterError
        The folder cannot be written to.
    """
    from ..pages.as_quantstats.of_run import why_no_report
    from ..records.files import QUANTSTATS
    from ..records.write import write_run

    reason = why_no_report(result) if quantstats else None
    written = quantstats and reason is None
    write = partial(write_run, quantstats=True) if written else write_run
    output.write_result(write, result, folder, progress)
    if reason is not None:
        output.say(f"btplaybook: no {QUANTSTATS}: {reason}")
    elif written:
        output.say(f"quantstats' own report: {folder / QUANTSTATS}")
