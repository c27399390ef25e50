"""`btplaybook list` and `btplaybook describe`: list the strategies, and document one of them."""

from __future__ import annotations

from typing import Annotated

import typer


def list_strategies() -> None:
    """List the registered strategies."""
    from ..runs import registry
    from ..runs.found import docstring

    strategies, left_out = registry.loaded()
    for name, kind in strategies.items():
        summary, _, _ = docstring.parts(kind)[""].partition("\n")
        typer.echo(f"{name:<20} {summary}")
    for line in left_out:
        typer.echo(f"btplaybook: left out: {line}", err=True)


def describe(
    strategy: Annotated[str, typer.Argument(help="NAME, module:Class or path/file.py:Class")],
) -> None:
    """Print a strategy's documentation and its parameters."""
    from ..runs import registry
    from ..runs.found import docstring
    from ..runs.told_params import told
    from ..runs.traits import traits_of

    kind = registry.resolve(strategy)
    words = docstring.text_of(kind) or f"{traits_of(kind).title} (it has no docstring)"
    typer.echo(f"{registry.name_of(kind)}: {words}\n\nDefaults\n--------")
    for name, default in registry.parameters(kind).items():
        value = told(default)
        of_python = isinstance(value, str) and value.startswith("<")
        typer.echo(f"{name}: {value}, set in Python" if of_python else f"--set {name}={value}")
