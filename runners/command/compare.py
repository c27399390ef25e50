"""`btplaybook compare`: compare earlier runs on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import output
from .options import Debug, Open


def compare(
    context: typer.Context,
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR", help="What earlier runs were written to")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write the page")] = Path(
        "out", "compare"
    ),
    json: Annotated[
        bool, typer.Option("--json", help="Print compare.json alone on stdout")
    ] = False,
    open_: Open = False,
    debug: Debug = False,
) -> None:
    """Put earlier runs side by side on one page: what differs, curves, figures."""
    from ..records.compare import compare as side_by_side
    from ..records.files import COMPARISON
    from ..records.folder_lock import reserved
    from ..records.write import write_comparison
    from .compare_summary import comparison_lines
    from .shown_progress import progress_of

    context.with_resource(reserved(out))
    with progress_of("compare", machine=json) as progress:
        comparison = side_by_side(folders)
        output.write_result(write_comparison, comparison, out, progress)
    if json:
        output.echo(comparison.to_json())
    else:
        for line in comparison_lines(comparison):
            typer.echo(line)
        typer.echo(f"Page: {out / COMPARISON.page}")
    if open_:
        output.open_page(out / COMPARISON.page)
