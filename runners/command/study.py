"""`btplaybook study`: compare the figures that a source published with measured ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import output
from .completion import studies
from .options import Debug, Open


def study(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="One of study --list, or path/file.py",
            show_default=False,
            autocompletion=studies,
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of TICKER.csv or .parquet, subfolders too; without it, a sample",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; default out/NAME/")
    ] = None,
    tickers: Annotated[
        str | None, typer.Option(metavar="A,B", help="What to study; default: what the study names")
    ] = None,
    start: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day that counts; default the source's")
    ] = None,
    end: Annotated[
        str | None, typer.Option(metavar="DATE", help="Last day that counts; default the source's")
    ] = None,
    seed: Annotated[int, typer.Option(help="For everything random")] = 0,
    no_dividends: Annotated[
        bool, typer.Option("--no-dividends", help="Ignore dividends, unknown ones too")
    ] = False,
    placebos: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Made-up markets of each kind that a study's searches are made again on, to tell "
            "their winners from luck (200); 0: none. A study without a search makes none",
            show_default=False,
        ),
    ] = None,
    list_studies: Annotated[
        bool, typer.Option("--list", help="List the studies with their tickers and windows")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print study.json alone on stdout")] = False,
    open_: Open = False,
    debug: Debug = False,
) -> None:
    """Hold what a source published against prices: one page, figure by figure with a verdict."""
    from ..errors import ParameterError
    from ..runs.declared import as_date
    from ..studies.registry import loaded, study_of

    if list_studies:
        studies, left_out = loaded()
        for listed, study in studies.items():
            typer.echo(f"{listed:<20} {study.summary}")
            typer.echo(f"{'':<20} {study.start} to {study.end}; {', '.join(study.tickers)}")
        for line in left_out:
            typer.echo(f"btplaybook: left out: {line}", err=True)
        return
    if name is None:
        raise ParameterError("name a study; btplaybook study --list shows them")
    from ..records.files import STUDY
    from ..records.folder_lock import reserved
    from ..records.write import write_study
    from ..studies.run import run_study
    from .shown_progress import progress_of
    from .study_summary import print_study

    chosen = study_of(name)
    folder = out or Path("out") / chosen.name
    context.with_resource(reserved(folder))
    with progress_of(f"study {chosen.name}", machine=json) as progress:
        result = run_study(
            chosen,
            data,
            tickers=None if tickers is None else tickers.split(","),
            start=as_date("start", start),
            end=as_date("end", end),
            seed=seed,
            dividends=not no_dividends,
            placebos=placebos,
            say=output.say,
            progress=progress,
        )
        why = result.carries_nothing()
        if why:
            raise ParameterError(f"no chapter of study {chosen.name} can be carried: {why}")
        output.write_result(write_study, result, folder, progress)
    if json:
        output.echo(result.to_json())
    else:
        print_study(result, folder / STUDY.page, output.console())
    if open_:
        output.open_page(folder / STUDY.page)
