"""`btplaybook report`: the page of a series of returns or equity alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from . import output
from .options import DATES, OPTIONS, SETTINGS, Debug, Open, Quantstats, declared_behind

WINDOW = {
    "start": dataclasses.replace(DATES["start"], help="First day whose return counts"),
    "end": DATES["end"],
}
RATES = {"risk_free_rate": SETTINGS["risk_free_rate"]}
READING = {
    name: OPTIONS[name] for name in ("calendar", "timezone", "dates", "decimal", "drop_bad_rows")
}


@declared_behind(benchmark=WINDOW | RATES, kind=READING)
def report(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="CSV or Parquet: dates and returns, or an account's value"
        ),
    ],
    benchmark: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="A column of FILE, a file of bars or returns, sp500, yahoo:SPY, cash, or "
            "SPY.csv=0.6,TLT.csv=0.4",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="TITLE", help="Title of the page; else the file's name")
    ] = None,
    column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which column, if there are several")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="returns (0.01 is 1 %), percent (1 is 1 %) or equity; else worked out",
        ),
    ] = None,
    quantstats: Quantstats = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: out/report-<file>/")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print run.json alone on stdout")] = False,
    open_: Open = False,
    debug: Debug = False,
    **given: Any,
) -> None:
    """Write the tearsheet of a series of returns or equity, without trades, costs or fills."""
    from ...feeds.readers import name_of_file
    from ..plans.report_plan import ReportPlan, check_folder_of_report
    from ..records.folder_lock import reserved
    from .run_summary import print_summary
    from .shown_progress import progress_of
    from .typed_plan import typed_names
    from .written_run import write_run_as_asked

    typed = typed_names(context)
    settings = {name: given[name] for name in (*WINDOW, *RATES) if given[name] is not None}
    settings |= {"benchmark": benchmark, "kind": kind, "column": column}
    reading = {name: given[name] for name in READING if name in typed}
    folder = out or Path("out") / f"report-{name_of_file(Path(file))}"
    check_folder_of_report(folder)
    context.with_resource(reserved(folder))
    with progress_of(f"report of {name_of_file(Path(file))}", machine=json) as progress:
        result = ReportPlan(file, name, settings, reading).run(output.say)
        write_run_as_asked(result, folder, progress, quantstats=quantstats)
    if json:
        output.echo(result.to_json())
    else:
        print_summary(result, folder, output.console())
    if open_:
        output.open_page(folder / "tearsheet.html")
