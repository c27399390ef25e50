"""`btplaybook audit`: check that a strategy does not know the future."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from . import output
from .options import DATES, OTHERS, SOURCES, Cuts, Debug, Trust, declared_behind

SHOWN = 5
"""Differences that are printed beside the verdict, at most."""


@declared_behind(strategy=SOURCES | DATES, set_=OTHERS)
def audit(
    context: typer.Context,
    strategy: Annotated[
        str,
        typer.Argument(
            metavar="STRATEGY",
            help="NAME, module:Class, path/file.py:Class; or PLAN.toml, or an earlier run.json",
        ),
    ],
    set_: Annotated[
        list[str],
        typer.Option("--set", metavar="KEY=VALUE", help="A strategy's parameter; repeat for more"),
    ] = [],  # noqa: B006
    cuts: Cuts = None,
    trust: Trust = False,
    json: Annotated[bool, typer.Option("--json", help="Print the outcome alone on stdout")] = False,
    debug: Debug = False,
    **given: Any,
) -> None:
    """Check that a strategy knows no future; without bars, on a simulated market."""
    from ..plans.plan_file import is_plan, read_plan
    from ..runs import registry
    from ..runs.audit import CUTS, Heard
    from ..runs.audit import audit as audited
    from .typed_plan import typed_names, typed_plan

    plan = typed_plan(context, strategy, set_, given)
    if is_plan(strategy):
        read = read_plan(strategy, trust=trust, say=output.say)
        plan = read.overridden(plan, typed_names(context))
    tables, inputs = plan.load_all(output.say) if plan.names_bars else (None, None)
    heard = Heard()
    with heard:
        kind = registry.resolve(plan.strategy)
    found = audited(
        kind,
        tables,
        heard=heard,
        inputs=inputs,
        params=plan.params,
        cuts=next(n for n in (cuts, plan.cuts, CUTS) if n is not None),
        **plan.settings,
    )
    if json:
        typer.echo(found.to_json(), nl=False)
    else:
        _print(found, simulated=tables is None)
    found.check()


def _print(found: Any, *, simulated: bool) -> None:
    """Print the bars, the differences after the first one, and the verdict of a pass."""
    from ..runs.labels.formats import counted

    shown = ", ".join(found.data[:3]) + (
        f" and {counted(len(found.data) - 3, 'more table')}" if found.data[3:] else ""
    )
    where = "a simulated market, since no bars were given" if simulated else "bars"
    output.say(f"Audited on {where}: {shown}")
    more = found.moved[1:]
    for moved in more[:SHOWN]:
        typer.echo(f"{moved.how}, cut {moved.cut}: {moved.what}")
    if more[SHOWN:]:
        typer.echo(f"and {counted(len(more) - SHOWN, 'more difference')}; --json lists them")
    if found.passed:
        typer.echo(found.words())
