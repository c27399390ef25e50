"""`btplaybook fetch`: download daily bars from Yahoo into the cache."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import output
from .options import Debug


def fetch(
    tickers: Annotated[
        list[str],
        typer.Argument(
            metavar="TICKER...", help="As Yahoo spells them: SPY BRK-B ^GSPC; or VENDOR:TICKER"
        ),
    ],
    start: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day whose bar is checked")
    ] = None,
    end: Annotated[
        str | None, typer.Option(metavar="DATE", help="Last day whose bar is checked")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: this user's cache folder")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print a report alone on stdout")] = False,
    debug: Debug = False,
) -> None:
    """Fetch daily bars from a vendor into the cache: all at first, then what is new."""
    import json as encoder

    from ..runs.declared import as_date
    from .fetch_report import fetch_all
    from .shown_progress import progress_of

    with progress_of("fetch", machine=json) as progress:
        report, code = fetch_all(
            tickers,
            say=lambda line: typer.echo(line, err=json),
            complain=lambda line: output.say(f"btplaybook: {line}"),
            start=as_date("start", start),
            end=as_date("end", end),
            folder=cache,
            progress=progress,
        )
    if json:
        output.echo(encoder.dumps(report, indent=2, allow_nan=False) + "\n")
    if code:
        raise typer.Exit(code)
