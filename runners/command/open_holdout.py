"""`btplaybook open-holdout`: what a search or a walk-forward chose, on the bars kept from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import output
from .options import Debug, Open, Trust


def open_holdout(
    context: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="What a search or walk-forward with --holdout was written to"
        ),
    ],
    bars: Annotated[
        list[str],
        typer.Option(metavar="[NAME=]FILE", help="Where a file of bars is now, if it was moved"),
    ] = [],  # noqa: B006
    trust: Trust = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print holdout.json alone on stdout")
    ] = False,
    open_: Open = False,
    debug: Debug = False,
) -> None:
    """Run the winner of a search, or the last set of a walk-forward, on the bars kept from it."""
    from ..records.files import HOLDOUT, TEARSHEET
    from ..records.folder_lock import reserved
    from ..records.holdout import open_holdout as opened_of
    from ..records.write import write_holdout
    from ..runs.labels.formats import number, percent, percentage_points
    from .shown_progress import progress_of

    context.with_resource(reserved(folder))
    with progress_of("the hold-out", machine=json) as progress:
        opened = opened_of(folder, output.say, bars=bars, trust=trust, progress=progress)
        output.write_result(write_holdout, opened, folder, progress)
    page = folder / HOLDOUT / TEARSHEET
    if json:
        output.echo(opened.to_json())
    else:
        result, held = opened.result, opened.result.benchmark
        powers = ", ".join(f"{p:.2f} for {edge}" for edge, p in opened.power.items())
        lines = (
            f"{result.heading}, {result.window[0]} to {result.window[1]}: opened "
            f"{opened.times} {'time' if opened.times == 1 else 'times'}",
            f"Total return {percent(result.metrics['total_return'])}, held "
            f"{percent(held.get('total_return'))}; Sharpe ratio "
            f"{number(result.metrics['sharpe'])}, held {number(held.get('sharpe'))}; excess per "
            f"year {percentage_points(opened.excess_per_year)}",
            "Power of a one-sided 5% test in so many days, by the true Sharpe ratio a year: "
            f"{powers}",
            *(
                [f"{opened.searched} other commands had tried rules on some of these bars"]
                if opened.searched
                else []
            ),
            f"Page: {page}",
        )
        chosen: tuple[str, ...] = ()
        if opened.refit is not None:
            params = ", ".join(f"{name} {value}" for name, value in result.params.items())
            chosen = (f"The set that the last refit chose, on {opened.refit}: {params}",)
        for line in (lines[0], *chosen, *lines[1:]):
            typer.echo(line)
    if open_:
        output.open_page(page)
