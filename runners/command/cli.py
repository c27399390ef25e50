"""The command line. Each command imports what it needs when it runs, so that `--help` is fast."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Annotated

import typer
import typer.main

from ...feeds.compiling import told
from ...feeds.quoting import shortened
from ..garbage import IN_A_COMMAND, collected_rarely
from . import output
from .audit import audit
from .compare import compare
from .factor_test import factor_test
from .fetch import fetch
from .fetch_facts import fetch_facts
from .help_groups import GroupedCommand
from .next import next_
from .open_holdout import open_holdout
from .report import report
from .rerun import rerun
from .run import run
from .search import search
from .strategies import describe, list_strategies
from .study import study
from .trials import trials
from .walk_forward import walk_forward

LONGEST_LINE = 1_000
"""Longest line of an error message that is printed whole, in characters."""

app = typer.Typer(
    name="btplaybook",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Documented trading strategies, run bar by bar with exact fills and costs.",
    epilog="Exit codes: 1 a check is red, 2 usage, 3 a source is not reachable, 4 bad data, "
    "5 a run was stopped.",
)

app.command(cls=GroupedCommand, context_settings={"allow_extra_args": True})(run)
app.command(cls=GroupedCommand, context_settings={"allow_extra_args": True})(audit)
app.command("next", cls=GroupedCommand)(next_)
app.command(cls=GroupedCommand)(report)
app.command()(rerun)
app.command()(compare)
app.command(cls=GroupedCommand)(search)
app.command("walk-forward", cls=GroupedCommand)(walk_forward)
app.command("factor-test", cls=GroupedCommand)(factor_test)
app.command("open-holdout")(open_holdout)
app.command()(study)
app.add_typer(trials, name="trials")
app.command()(fetch)
app.command("fetch-facts")(fetch_facts)
app.command("list")(list_strategies)
app.command()(describe)


@app.callback(invoke_without_command=True)
def _common(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version")] = False,
) -> None:
    if version:
        from ... import __version__

        typer.echo(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)


def main() -> None:
    """Run the command line; report an expected error in one line and exit with its code."""
    typed = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    machine = {"--json", "--csv"} & {*typed}
    try:
        with (
            collected_rarely(IN_A_COMMAND),
            output.figures_alone() if machine else told(output.say),
        ):
            ended = _commands()(standalone_mode=False)
        sys.exit(ended)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # an error without an exit code is a bug: show its traceback
        code = getattr(error, "exit_code", None)
        words = getattr(error, "format_message", error.__str__)()
        if isinstance(error, OSError) and error.filename is not None and code is None:
            # The system refuses a path: it is too long, not permitted, or its disk is full.
            code, words = 2, f"{error.filename}: {error.strerror}"
        if code is None or "--debug" in sys.argv:
            raise
        typer.echo(f"btplaybook: {_readable(words)}", err=True)
        sys.exit(code)


@cache
def _commands() -> Callable[..., int | None]:
    """Return all commands; making them of `app` takes longer than a short run."""
    return typer.main.get_command(app)


def _readable(message: str) -> str:
    """Return a message in which the middle of very long lines is left out."""
    return "\n".join(shortened(line, LONGEST_LINE) for line in message.splitlines())
