"""`btplaybook rerun`: run an earlier run again and report what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import output
from .options import Debug, Trust


def rerun(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="What an earlier run was written to")
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the new run there; default: nowhere")
    ] = None,
    trust: Trust = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON on stdout")
    ] = False,
    debug: Debug = False,
) -> None:
    """Run an earlier run again: the same bytes, or what changed and what that did."""
    from ..records.folder_lock import reserved
    from ..records.rerun import print_rerun
    from ..records.rerun import rerun as run_again
    from ..records.write import write_run
    from .shown_progress import progress_of

    if out:
        context.with_resource(reserved(out))
    with progress_of(f"rerun of {folder}", machine=json) as progress:
        report = run_again(folder, output.say, trust=trust, progress=progress)
        if out:
            output.write_result(write_run, report.result, out, progress)
    if json:
        output.echo(report.to_json())
    else:
        print_rerun(report, output.console())
    report.check()
