"""The options of commands: those made from declared settings, and those that commands share."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

import typer

from ...feeds.reading import OPTIONS
from ...feeds.setting import Setting
from ..runs.declared import SETTINGS, SOURCES
from .completion import choices, parameters, ranges, samples, strategies

Command = TypeVar("Command", bound=Callable[..., None])

Trust = Annotated[
    bool,
    typer.Option(
        "--trust", help="Execute the strategy's file of a run.json though it may be another's"
    ),
]
Params = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="A strategy's parameter; repeat for more",
        autocompletion=parameters,
    ),
]
Open = Annotated[bool, typer.Option("--open", help="Open the page in a browser")]
Quantstats = Annotated[
    bool,
    typer.Option("--quantstats", help="Also write quantstats' own report, quantstats.html"),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error")]

SearchedStrategy = Annotated[
    str,
    typer.Argument(
        metavar="STRATEGY",
        help="NAME, module:Class or path/file.py:Class",
        autocompletion=strategies,
    ),
]
Sets = Annotated[
    str,
    typer.Option(
        metavar="RANGES",
        help="d=1..5,M=1..14,R=2..21:3 or direction=trend|reversion",
        autocompletion=ranges,
    ),
]
Where = Annotated[
    list[str], typer.Option(metavar="TEXT", help="What a set must satisfy: 'M > d'; repeat")
]
EngineName = Annotated[str, typer.Option(metavar="NAME", help="threads, processes or dask")]
Workers = Annotated[
    int | None, typer.Option(help="Threads or processes; default as many as there are cores")
]
Scheduler = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Of dask, such as tcp://host:8786")
]
Unsearched = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="A parameter that the space leaves alone",
        autocompletion=parameters,
    ),
]

Cuts = Annotated[
    int | None,
    typer.Option(
        "--cuts", metavar="N", help="Days to cut an audit's bars at; default 8, at least 1"
    ),
]

DATES = {name: each for name, each in SETTINGS.items() if each.kind == "date"}
"""The settings listed before the strategy's parameters in the help; `OTHERS` come after them."""

OTHERS = {name: each for name, each in (SETTINGS | OPTIONS).items() if name not in DATES}


def declared_behind(**places: Mapping[str, Setting]) -> Callable[[Command], Command]:
    """Decorate a command that takes ``**given`` with the options of declared settings.

    Parameters
    ----------
    **places : mapping of str to Setting
        Name of one of the command's own parameters to the settings whose options follow it in the
        help.

    Returns
    -------
    callable
        A decorator. The command receives each setting by name: a list if the option may be
        repeated; None if the option was not given and the strategy or the bars may set it.
    """

    def with_options(command: Command) -> Command:
        own = inspect.signature(command, eval_str=True).parameters.values()
        spelled: list[inspect.Parameter] = []
        for each in own:
            if each.kind is not inspect.Parameter.VAR_KEYWORD:
                spelled.append(each.replace(kind=inspect.Parameter.KEYWORD_ONLY))
            for name, declared in places.get(each.name, {}).items():
                spelled.append(_option(name, declared))
        command.__signature__ = inspect.Signature(spelled)  # type: ignore[attr-defined]
        return command

    return with_options


def _option(name: str, declared: Setting) -> inspect.Parameter:
    """Return the parameter from which typer makes the option of a setting."""
    kind: Any = str | None
    default: Any = None
    if declared.kind == "texts" and declared.default is not None:
        kind, default = list[str], []
    elif declared.kind == "number" or declared.kind == "rate":
        kind, default = float, declared.default
    elif declared.kind == "rates":
        kind, default = str, f"{declared.default:g}"
    elif declared.kind == "whole number":
        kind, default = int, declared.default
    elif declared.kind == "flag":
        kind, default = bool, declared.default
    spelling = (f"--{name.replace('_', '-')}",) if kind is bool else ()
    option = typer.Option(
        *spelling,
        metavar=declared.metavar,
        help=declared.help,
        rich_help_panel=declared.group or None,
        autocompletion=samples if name == "sample" else choices(declared),
    )
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option]
    )


__all__ = [
    "DATES", "OPTIONS", "OTHERS", "SETTINGS", "SOURCES", "Cuts", "Debug", "Open",
    "Params", "Quantstats", "Trust",
    "declared_behind",
]  # fmt: skip
