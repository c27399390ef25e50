"""`btplaybook walk-forward`: choose parameters by past bars alone, and trade them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import output
from .completion import lengths
from .options import (
    DATES,
    SOURCES,
    Debug,
    EngineName,
    Open,
    Scheduler,
    SearchedStrategy,
    Sets,
    Unsearched,
    Where,
    Workers,
    declared_behind,
)
from .search import SEARCHED


@declared_behind(where=SOURCES, shifts=DATES, set_=SEARCHED)
def walk_forward(
    context: typer.Context,
    strategy: SearchedStrategy,
    space: Sets,
    where: Where = [],  # noqa: B006
    fit: Annotated[
        str,
        typer.Option(
            metavar="LENGTH",
            help="Bars that each choice is made on: 5y, 6m, 26w, or 250d (bars)",
            autocompletion=lengths,
        ),
    ] = "5y",
    refit: Annotated[
        str,
        typer.Option(
            metavar="LENGTH", help="Time from one choice to the next", autocompletion=lengths
        ),
    ] = "1y",
    anchored: Annotated[
        bool,
        typer.Option("--anchored", help="Fits begin on the first day and grow; --fit is the first"),
    ] = False,
    objective: Annotated[
        str,
        typer.Option(
            metavar="FIGURE",
            help="What ranks the sets of a fit: excess_per_year, sharpe, calmar, ..., or "
            "path/file.py:function of the result of a run",
        ),
    ] = "excess",
    engine: EngineName = "threads",
    workers: Workers = None,
    scheduler: Scheduler = None,
    random: Annotated[
        int | None, typer.Option(metavar="N", help="Every fit tries N sets at random, not all")
    ] = None,
    shifts: Annotated[
        bool | None,
        typer.Option(
            "--shifts/--no-shifts",
            help="Also with later refits; default where a kernel evaluates the sets",
        ),
    ] = None,
    worth: Annotated[
        str | None,
        typer.Option(
            metavar="LEVEL",
            help="What the best set of all days is worth: quick (default), full (minutes), none",
        ),
    ] = None,
    holdout: Annotated[
        str | None,
        typer.Option(
            metavar="LENGTH",
            help="Keep the last part from all of it: 2y, 6m, 250d",
            autocompletion=lengths,
        ),
    ] = None,
    set_: Unsearched = [],  # noqa: B006
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write; default out/walk-forward-NAME/"),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print walk_forward.json alone on stdout")
    ] = False,
    open_: Open = False,
    debug: Debug = False,
    **given: Any,
) -> None:
    """Choose parameters at each refit from the bars before it, and trade them in one account."""
    from ...search.space import Space
    from ..errors import ParameterError
    from ..records.files import STITCHED, WALK_FORWARD
    from ..records.folder_lock import reserved
    from ..records.write import write_walk_forward
    from ..runs import registry
    from ..walk_forwards.run import WORTH, run_walk_forward
    from .shown_progress import progress_of
    from .typed_plan import typed_plan
    from .walk_forward_summary import print_walk_forward

    if random is not None and random < 1:
        raise ParameterError(f"--random must be >= 1, got {random}")
    plan = typed_plan(context, strategy, set_, given)
    sets = Space.parse(space, where)
    kind = registry.resolve(strategy)
    name = registry.name_of(kind).rpartition(":")[2]
    folder = out or Path("out") / f"walk-forward-{name}"
    output.check_folder(folder)
    output.check_folder(folder / STITCHED)
    context.with_resource(reserved(folder))
    with progress_of(f"walk-forward of {name}", machine=json) as progress:
        tables, inputs = plan.load_all(output.say, progress)
        result = run_walk_forward(
            kind,
            tables,
            sets,
            fit=fit,
            refit=refit,
            anchored=anchored,
            objective=objective,
            shifted=shifts,
            worth=worth or WORTH,
            holdout=holdout,
            engine=engine,
            workers=workers,
            scheduler=scheduler,
            sample=random,
            inputs=inputs,
            params=plan.params,
            say=output.say,
            progress=progress,
            **plan.settings,
        )
        output.write_result(write_walk_forward, result, folder, progress)
    page = folder / WALK_FORWARD.page
    if json:
        output.echo(result.to_json())
    else:
        print_walk_forward(result, page, output.console())
    if open_:
        output.open_page(page)
