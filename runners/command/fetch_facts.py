"""`btplaybook fetch-facts`: download what companies stated from the SEC."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import output
from .options import Debug

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...feeds.sec.client import SecClient
    from ..runs.stages import Progress

FETCHING = "facts"
"""Name of the stages of its progress."""


def fetch_facts(
    email: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Yours: the SEC wants it in each request")
    ] = "",
    ciks: Annotated[
        list[str] | None,
        typer.Option("--cik", metavar="NUMBER", help="A company's number; repeat for more"),
    ] = None,
    securities: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Table with a column cik: all of these")
    ] = None,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the files, for sec:DIR")
    ] = Path("facts"),
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask again for files that are there")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a report alone on stdout")] = False,
    debug: Debug = False,
) -> None:
    """Fetch companies' facts from the SEC, for --fundamentals sec:DIR."""
    import json as encoder

    from ...feeds.sec.client import SecClient
    from ...feeds.sec.fetch import ciks_asked
    from .shown_progress import progress_of

    numbers = ciks_asked(ciks or (), [] if securities is None else [securities])
    client = SecClient(email)
    with progress_of("fetch-facts", machine=json) as progress:
        report, code = fetch_companies(
            numbers,
            out,
            client,
            refresh=refresh,
            say=lambda line: typer.echo(line, err=json),
            complain=lambda line: output.say(f"btplaybook: {line}"),
            progress=progress,
        )
    if json:
        output.echo(encoder.dumps(report, indent=2, allow_nan=False) + "\n")
    if code:
        raise typer.Exit(code)


def fetch_companies(
    ciks: Sequence[int],
    out: Path,
    client: SecClient,
    *,
    refresh: bool = False,
    say: Callable[[str], object],
    complain: Callable[[str], object],
    progress: Progress | None = None,
) -> tuple[dict[str, Any], int]:
    """Fetch the table of tickers and the facts of companies.

    Parameters
    ----------
    ciks : sequence of int
        The SEC's numbers of the companies.
    out : pathlib.Path
        The folder.
    client : SecClient
        What sends the requests.
    refresh : bool
        Ask again for files that are there.
    say, complain : callable
        Called with each message, and with that of a file that failed.
    progress : callable, optional
        Called with a `Stage` before each company.

    Returns
    -------
    report : dict
        Keys `schema`, `folder` and `files`: a dict of `FetchedFile` for each.
    code : int
        0, or the exit code of the first company that failed. Without the table of tickers the
        facts can be used all the same.

    Raises
    ------
    CacheError
        When the folder cannot be written.
    """
    from ...feeds.sec.fetch import FactsFetch
    from ..runs.stages import told_each

    fetch = FactsFetch(out, client, refresh=refresh)
    files = []
    for cik in told_each(progress, FETCHING, ciks):
        files.append(fetch.company(cik))
        (complain if files[-1].exit_code else say)(files[-1].words())
    code = next((each.exit_code for each in files if each.exit_code), 0)
    files.append(fetch.tickers())
    (complain if files[-1].exit_code else say)(files[-1].words())
    report = {"schema": 1, "folder": str(out), "files": [each._asdict() for each in files]}
    return report, code
