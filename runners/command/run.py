"""`btplaybook run`: run a strategy or a plan bar by bar and write the result to a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import output
from .completion import sections, strategies
from .options import (
    DATES,
    OTHERS,
    SOURCES,
    Cuts,
    Debug,
    Open,
    Params,
    Quantstats,
    Trust,
    declared_behind,
)


@declared_behind(strategy=SOURCES | DATES, set_=OTHERS)
def run(
    context: typer.Context,
    strategy: Annotated[
        str,
        typer.Argument(
            metavar="STRATEGY",
            help="NAME, module:Class, path/file.py:Class; a script that runs cerebros of its own "
            "(its arguments behind --); or PLAN.toml, of one "
            "strategy or a book of several, or an earlier run.json",
            autocompletion=strategies,
        ),
    ],
    set_: Params = [],  # noqa: B006
    audit: Annotated[
        bool, typer.Option("--audit", help="First check that no decision knows the future")
    ] = False,
    cuts: Cuts = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave the strips of other fills, costs and sizes out")
    ] = False,
    section: Annotated[
        list[str],
        typer.Option(
            metavar="NAME",
            help="Measure and show a registered section; repeat for more",
            autocompletion=sections,
        ),
    ] = [],  # noqa: B006
    explain_loop: Annotated[
        bool,
        typer.Option("--explain-loop", help="Say which bar-by-bar loop ran, and why"),
    ] = False,
    trust: Trust = False,
    quantstats: Quantstats = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: out/<strategy>/")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print run.json alone on stdout")] = False,
    open_: Open = False,
    debug: Debug = False,
    **given: Any,
) -> None:
    """Run a strategy and write its tearsheet, figures and tables."""
    from ..errors import ParameterError
    from ..plans.named_file import naming
    from ..plans.plan_file import is_plan, read_plan
    from ..records.folder_lock import reserved
    from ..runs import audit as look_ahead
    from ..runs import registry
    from ..runs.loop.words import words_of_loop
    from ..runs.run import run as run_bars
    from ..runs.stages import part
    from ..runs.traits import sends_orders
    from .run_summary import print_summary
    from .script import is_script, run_script
    from .shown_progress import progress_of
    from .typed_plan import typed_names, typed_plan
    from .written_run import write_run_as_asked

    if cuts is not None and not audit:
        raise ParameterError("--cuts is for --audit")
    if is_script(strategy, typed := typed_names(context)):
        if explain_loop:
            output.say(words_of_loop({}))
        run_script(context, strategy, typed, out=out, json=json, open_=open_, quantstats=quantstats)
        return
    if context.args:
        context.fail(f"Got unexpected extra argument ({' '.join(context.args)})")
    plan = typed_plan(
        context,
        strategy,
        set_,
        given,
        sections=section,
        quick=quick,
        out=out,
        quantstats=quantstats,
    )
    if is_plan(strategy):
        read = read_plan(strategy, trust=trust, say=output.say)
        plan = read.overridden(plan, typed)
    heard = look_ahead.Heard()
    with heard:
        kind = registry.resolve(plan.strategy)
    folder = plan.out or Path("out") / registry.name_of(kind).rpartition(":")[2]
    context.with_resource(reserved(folder))
    with (
        progress_of(registry.name_of(kind).rpartition(":")[2], machine=json) as progress,
        naming(plan.file),
    ):
        tables, inputs = plan.load_all(output.say, progress)
        keywords = {"inputs": inputs, "params": plan.params, **plan.settings}
        found = None
        if audit or plan.cuts:
            wanted = next(n for n in (cuts, plan.cuts, look_ahead.CUTS) if n is not None)
            told = part(progress, "audit")
            found = look_ahead.audit(
                kind, tables, cuts=wanted, heard=heard, progress=told, **keywords
            )
            found.check()
            output.say(found.words())
        if sends_orders(kind) and not plan.quick:
            output.say(
                "It is run again at other fills, costs and account sizes, about 25 times; --quick "
                "leaves that out"
            )
        result = run_bars(
            kind,
            tables,
            strips=not plan.quick,
            sections=plan.sections,
            benchmark_reading=plan.reading_of("benchmark"),
            progress=progress,
            **keywords,
        )
        if found is not None:
            result = look_ahead.with_audit(result, found)
        if explain_loop:
            output.say(words_of_loop(result.loop))
        write_run_as_asked(result, folder, progress, quantstats=plan.quantstats)
    if json:
        output.echo(result.to_json())
    else:
        print_summary(result, folder, output.console())
    if open_:
        output.open_page(folder / "tearsheet.html")
