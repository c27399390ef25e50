"""`btplaybook search`: search a strategy's parameters and confirm the best sets bar by bar."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import output
from .completion import parameters, ranges, strategies
from .options import DATES, OTHERS, SOURCES, Debug, Open, declared_behind

SEARCHED = {name: each for name, each in OTHERS.items() if name != "benchmark"}
"""Settings of a search; no benchmark: every set is compared with holding the first feed."""


@declared_behind(where=SOURCES, top=DATES, set_=SEARCHED)
def search(
    context: typer.Context,
    strategy: Annotated[
        str,
        typer.Argument(
            metavar="STRATEGY",
            help="NAME, module:Class or path/file.py:Class",
            autocompletion=strategies,
        ),
    ],
    space: Annotated[
        str,
        typer.Option(
            metavar="RANGES",
            help="d=1..5,M=1..14,R=2..21:3 or direction=trend|reversion",
            autocompletion=ranges,
        ),
    ],
    where: Annotated[
        list[str], typer.Option(metavar="TEXT", help="What a set must satisfy: 'M > d'; repeat")
    ] = [],  # noqa: B006
    objective: Annotated[
        str,
        typer.Option(
            metavar="FIGURE",
            help="What ranks the sets: excess_per_year, sharpe, calmar, profit_factor, ..., or "
            "path/file.py:function of the result of a run",
        ),
    ] = "excess",
    engine: Annotated[
        str, typer.Option(metavar="NAME", help="threads, processes or dask")
    ] = "threads",
    workers: Annotated[
        int | None, typer.Option(help="Threads or processes; default as many as there are cores")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Of dask, such as tcp://host:8786")
    ] = None,
    random: Annotated[
        int | None, typer.Option(metavar="N", help="Try N sets at random instead of all")
    ] = None,
    store: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the search here, and resume it")
    ] = None,
    top: Annotated[int, typer.Option(help="How many of the best are shown and confirmed")] = 20,
    set_: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="A parameter that the space leaves alone",
            autocompletion=parameters,
        ),
    ] = [],  # noqa: B006
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
    from ..searches.run import run_search
    from .progress import progress
    from .search_summary import print_search
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
    tables, inputs = plan.load_all(output.say)
    with progress() as watch:
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
            params=plan.params,
            say=watch.say,
            watch=watch,
            confirms=watch.confirms if watch.drawn else None,
            **plan.settings,
        )
    output.write_result(write_search, result, folder)
    if json:
        output.echo(result.to_json())
    else:
        print_search(result, folder / SEARCH.page, output.console())
    if open_:
        output.open_page(folder / SEARCH.page)
