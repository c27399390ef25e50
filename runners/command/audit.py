"""`btplaybook audit`: check that a strategy does not know the future."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from . import output
from .completion import strategies
from .options import DATES, OTHERS, SOURCES, Cuts, Debug, Params, Trust, declared_behind

OF_A_SCRIPT = ("strategy", "cuts", "json", "debug")
"""Arguments that a script has too."""

SHOWN = 5
"""Differences that are printed beside the verdict, at most."""


@declared_behind(strategy=SOURCES | DATES, set_=OTHERS)
def audit(
    context: typer.Context,
    strategy: Annotated[
        str,
        typer.Argument(
            metavar="STRATEGY",
            help="NAME, module:Class, path/file.py:Class; a script; PLAN.toml, or a run.json",
            autocompletion=strategies,
        ),
    ],
    set_: Params = [],  # noqa: B006
    cuts: Cuts = None,
    trust: Trust = False,
    json: Annotated[bool, typer.Option("--json", help="Print the outcome alone on stdout")] = False,
    debug: Debug = False,
    **given: Any,
) -> None:
    """Check that a strategy knows no future; without bars, on a simulated market."""
    from ..plans.named_file import naming
    from ..plans.plan_file import is_plan, read_plan
    from ..runs import registry
    from ..runs.audit import CUTS, Heard
    from ..runs.audit import audit as audited
    from .script import is_script
    from .script_audit import builds_cerebro
    from .shown_progress import progress_of
    from .typed_plan import typed_names, typed_plan

    if is_script(strategy, typed := typed_names(context)) and builds_cerebro(strategy):
        _audit_script(context, strategy, typed, cuts=CUTS if cuts is None else cuts, json=json)
        return
    if context.args:
        context.fail(f"Got unexpected extra argument ({' '.join(context.args)})")
    plan = typed_plan(context, strategy, set_, given)
    if is_plan(strategy):
        read = read_plan(strategy, trust=trust, say=output.say)
        plan = read.overridden(plan, typed)
    heard = Heard()
    with heard:
        kind = registry.resolve(plan.strategy)
    title = f"audit of {registry.name_of(kind).rpartition(':')[2]}"
    with progress_of(title, machine=json) as progress, naming(plan.file):
        loaded = plan.load_all(output.say, progress) if plan.names_bars else (None, None)
        tables, inputs = loaded
        found = audited(
            kind,
            tables,
            heard=heard,
            inputs=inputs,
            params=plan.params,
            cuts=next(n for n in (cuts, plan.cuts, CUTS) if n is not None),
            progress=progress,
            **plan.settings,
        )
    if json:
        output.echo(found.to_json())
    else:
        _print(found, "a simulated market, since no bars were given" if tables is None else "bars")
    found.check()


def _audit_script(
    context: typer.Context, script: str, typed: set[str], *, cuts: int, json: bool
) -> None:
    """Run a script and audit each strategy of its cerebros on its bars."""
    import json as json_text

    from ..errors import ParameterError
    from .script import check_options, kept_of, ran_nothing

    check_options(script, typed, OF_A_SCRIPT)
    if cuts < 1:
        raise ParameterError(f"cuts must be >= 1, got {cuts}")
    kept = kept_of(script, context.args, quiet=json, cuts=cuts)
    if not kept.ran and not kept.code:
        raise ParameterError(ran_nothing(script, kept))
    if json and kept.audits:
        told = [json_text.loads(each.to_json()) for each in kept.audits]
        output.echo(json_text.dumps(told[0] if len(told) == 1 else told, indent=2) + "\n")
    for found in () if json else kept.audits:
        _print(found, "the script's bars")
    if kept.code:
        output.say(f"btplaybook: {script} ended with {kept.code}")
        raise typer.Exit(1 if kept.code != 130 else kept.code)
    if kept.faults:
        raise ParameterError(f"{script}: {kept.faults[0]}")
    if not kept.audits:
        raise ParameterError(f"{script} adds no strategy to its cerebro: nothing is audited")
    for found in kept.audits:
        found.check()


def _print(found: Any, where: str) -> None:
    """Print the bars, the differences after the first one, and the verdict of a pass."""
    from ..runs.labels.formats import counted

    shown = ", ".join(found.data[:3]) + (
        f" and {counted(len(found.data) - 3, 'more table')}" if found.data[3:] else ""
    )
    output.say(f"Audited on {where}: {shown}")
    more = found.moved[1:]
    for moved in more[:SHOWN]:
        typer.echo(f"{moved.how}, cut {moved.cut}: {moved.what}")
    if more[SHOWN:]:
        typer.echo(f"and {counted(len(more) - SHOWN, 'more difference')}; --json lists them")
    if found.passed:
        typer.echo(found.words())
