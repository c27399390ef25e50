"""`btplaybook search`: search a strategy's parameters and confirm the best sets bar by bar."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import output
from .options import (
    DATES,
    OTHERS,
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

SEARCHED = {name: each for name, each in OTHERS.items() if name != "benchmark"}
"""Settings of a search; no benchmark: every set is compared with holding the first feed."""


@declared_behind(where=SOURCES, top=DATES, set_=SEARCHED)
def search(
    context: typer.Context,
    strategy: SearchedStrategy,
    space: Sets,
    where: Where = [],  # noqa: B006
    objective: Annotated[
        str,
        typer.Option(
            metavar="FIGURE",
            help="What ranks the sets: excess_per_year, sharpe, calmar, profit_factor, ..., or "
            "path/file.py:function of the result of a run",
        ),
    ] = "excess",
    engine: EngineName = "threads",
    workers: Workers = None,
    scheduler: Scheduler = None,
    random: Annotated[
        int | None, typer.Option(metavar="N", help="Try N sets at random instead of all")
    ] = None,
    store: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the search here, and resume it")
    ] = None,
    top: Annotated[int, typer.Option(help="How many of the best are shown and confirmed")] = 20,
    worth: Annotated[
        str | None,
        typer.Option(
            metavar="LEVEL",
            help="What the best set is worth: quick (default), full (minutes), none",
        ),
    ] = None,
    also: Annotated[
        list[str],
        typer.Option(
            metavar="[NAME=]FILE", help="Run the best set unchanged on this too; repeat for more"
        ),
    ] = [],  # noqa: B006
    holdout: Annotated[
        str | None,
        typer.Option(metavar="LENGTH", help="Keep the last part from the search: 2y, 6m, 250d"),
    ] = None,
    set_: Unsearched = [],  # noqa: B006
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; default out/search-NAME/")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print search.json alone on stdout")] = False,
    open_: Open = False,
    debug: Debug = False,
    **given: Any,
) -> None:
    """Search a strategy's parameters, and run what is found again bar by bar."""
    from ...search.space import Space
    from ..errors import ParameterError
    from ..records.files import BEST, SEARCH
    from ..records.folder_lock import reserved
    from ..records.write import write_search
    from ..runs import registry
    from ..searches.run import WORTH, run_search
    from .search_summary import print_search
    from .shown_progress import progress_of
    from .typed_plan import typed_plan

    if random is not None and random < 1:
        raise ParameterError(f"--random must be >= 1, got {random}")
    plan = typed_plan(context, strategy, set_, given)
    sets = Space.parse(space, where)
    kind = registry.resolve(strategy)
    name = registry.name_of(kind).rpartition(":")[2]
    folder = out or Path("out") / f"search-{name}"
    output.check_folder(folder)
    output.check_folder(folder / BEST)
    context.with_resource(reserved(folder))
    with progress_of(f"search of {name}", machine=json) as progress:
        tables, inputs = plan.load_all(output.say, progress)
        others = plan.other_bars(also) if also else None
        later = None if holdout else plan.later_bars(output.say)
        result = run_search(
            kind,
            tables,
            sets,
            objective=objective,
            engine=engine,
            workers=workers,
            scheduler=scheduler,
            sample=random,
            store=store,
            top=top,
            inputs=inputs,
            worth=worth or WORTH,
            also=others,
            later=later,
            holdout=holdout,
            params=plan.params,
            say=output.say,
            progress=progress,
            **plan.settings,
        )
        output.write_result(write_search, result, folder, progress)
    if json:
        output.echo(result.to_json())
    else:
        print_search(result, folder / SEARCH.page, output.console())
    if open_:
        output.open_page(folder / SEARCH.page)
