"""`btplaybook list` and `btplaybook describe`: list the strategies, and document one of them."""

from __future__ import annotations

from typing import Annotated

import typer

from . import output
from .completion import strategies


def list_strategies(
    json: Annotated[
        bool, typer.Option("--json", help="Print what is known of each alone on stdout")
    ] = False,
) -> None:
    """List the registered strategies."""
    from ..runs import registry
    from ..runs.found.described import summarised

    strategies, left_out = registry.loaded()
    known = [summarised(kind) for kind in strategies.values()]
    if json:
        output.echo(_as_json(known))
    for each in () if json else known:
        typer.echo(f"{each['name']:<20} {each['summary'] or each['title']}")
    for line in left_out:
        typer.echo(f"btplaybook: left out: {line}", err=True)


def describe(
    strategy: Annotated[
        str,
        typer.Argument(help="NAME, module:Class or path/file.py:Class", autocompletion=strategies),
    ],
    json: Annotated[
        bool, typer.Option("--json", help="Print all that is known of it alone on stdout")
    ] = False,
) -> None:
    """Print a strategy's documentation and its parameters."""
    from ..runs import registry
    from ..runs.found import docstring
    from ..runs.found.described import described
    from ..runs.told_params import told
    from ..runs.traits import traits_of

    kind = registry.resolve(strategy)
    if json:
        output.echo(_as_json(described(kind)))
        return
    words = docstring.text_of(kind) or f"{traits_of(kind).title} (it has no docstring)"
    typer.echo(f"{registry.name_of(kind)}: {words}\n\nDefaults\n--------")
    for name, default in registry.parameters(kind).items():
        value = told(default)
        of_python = isinstance(value, str) and value.startswith("<")
        typer.echo(f"{name}: {value}, set in Python" if of_python else f"--set {name}={value}")


def _as_json(plain: object) -> str:
    import json

    return json.dumps(plain, indent=2, allow_nan=False) + "\n"
