"""`btplaybook next`: run a strategy up to the last bar and say which orders follow."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import output
from .completion import strategies
from .options import DATES, OTHERS, SOURCES, Debug, Params, Trust, declared_behind

HOLDINGS = "fund_holdings"
"""The option of a fund's holdings, where `--holdings` is one's own."""

_SOURCES = {HOLDINGS if name == "holdings" else name: each for name, each in SOURCES.items()}
_OTHERS = {name: each for name, each in OTHERS.items() if name != "cash"}


@declared_behind(strategy=_SOURCES | DATES, set_=_OTHERS)
def next_(
    context: typer.Context,
    strategy: Annotated[
        str,
        typer.Argument(
            metavar="STRATEGY",
            help="NAME, module:Class, path/file.py:Class; or PLAN.toml, or an earlier run.json",
            autocompletion=strategies,
        ),
    ],
    set_: Params = [],  # noqa: B006
    cash: Annotated[
        float | None,
        typer.Option(
            metavar="MONEY", help="Orders for so much money and no shares; excludes --holdings"
        ),
    ] = None,
    holdings: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Orders for what you hold: instrument, shares; a row CASH for money, so that it "
            "excludes --cash",
        ),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Say what changed since this earlier next, or run"),
    ] = None,
    trust: Trust = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Default: out/next-<strategy>/, with the instruments where it holds other ones",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print next.json alone on stdout")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print orders.csv alone on stdout")] = False,
    debug: Debug = False,
    **given: Any,
) -> None:
    """Say what to do tomorrow: position, orders and the prices that trigger them."""
    import dataclasses

    from ..errors import ParameterError
    from ..plans.named_file import naming
    from ..plans.plan_file import is_plan, read_plan
    from ..records.folder_lock import reserved
    from ..records.next_record import next_folder, read_earlier
    from ..records.write import write_next
    from ..runs import registry
    from ..runs.next.since import changes
    from ..runs.next.tomorrow import tomorrow
    from ..runs.next.words import words_of
    from .shown_progress import progress_of
    from .typed_plan import typed_names, typed_plan

    if json and csv:
        raise ParameterError("say either --json or --csv: stdout holds one of them")
    given = {**given, "holdings": given.pop(HOLDINGS)}
    plan = typed_plan(context, strategy, set_, given, out=out)
    if is_plan(strategy):
        read = read_plan(strategy, trust=trust, say=output.say)
        typed = typed_names(context) - {"cash", "holdings"}
        typed = {"holdings" if name == HOLDINGS else name for name in typed}
        plan = dataclasses.replace(read.overridden(plan, typed), out=out)
    kind = registry.resolve(plan.strategy)
    earlier = None if since is None else read_earlier(since)
    title = f"next of {registry.name_of(kind).rpartition(':')[2]}"
    with progress_of(title, machine=json or csv) as progress, naming(plan.file):
        tables, inputs = plan.load_all(output.say, progress)
        folder = plan.out or next_folder(registry.name_of(kind), [each.name for each in tables])
        context.with_resource(reserved(folder))
        result = tomorrow(
            kind,
            tables,
            money=cash,
            portfolio=holdings,
            inputs=inputs,
            params=plan.params,
            progress=progress,
            say=output.say,
            **plan.settings,
        )
        if earlier is not None:
            result = dataclasses.replace(result, since=changes(result, earlier, tables))
        output.write_result(write_next, result, folder, progress)
    for line in result.behind if json or csv else ():
        output.say(line)
    if json:
        output.echo(result.to_json())
    elif csv:
        output.echo(result.to_csv())
    else:
        for line in words_of(result):
            typer.echo(line)
        output.say(f"Orders: {folder / 'orders.csv'}")
