"""Turn the arguments of `run` or `search` into a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from ...feeds.quoting import shown
from ...feeds.reading import OPTIONS, Reading
from ..errors import ParameterError
from ..plans.parameter_values import parameter_from
from ..plans.plan import Plan
from ..runs.declared import INPUTS, SETTINGS


def typed_plan(
    context: typer.Context,
    strategy: str,
    pairs: Sequence[str],
    given: Mapping[str, Any],
    *,
    sections: Sequence[str] = (),
    quick: bool = False,
    quantstats: bool = False,
    out: Path | None = None,
) -> Plan:
    """Return the plan of a command line, with the default values of its options.

    Parameters
    ----------
    context : typer.Context
        Says which options were typed. Of the options of reading, only the typed ones count.
    strategy : str
        NAME, module:Class or path/file.py:Class.
    pairs : sequence of str
        ``KEY=VALUE`` for each parameter of the strategy.
    given : mapping of str to object
        Sources, settings and options of reading by name, as typer read them; None if the strategy
        may set the value.
    sections : sequence of str
        Names of registered sections.
    quick : bool
        Do not compute the strips.
    quantstats : bool
        Write quantstats' own report too.
    out : Path or None
        Folder to write to.

    Raises
    ------
    ParameterError, RequestError
        A value is invalid.
    """
    settings = {name: given[name] for name in SETTINGS if given.get(name) is not None}
    settings["interest"] = interest_from(given["interest"])
    typed = typed_names(context)
    reading = {name: given[name] for name in OPTIONS if name in typed}
    return Plan(
        strategy,
        params=params_from(pairs),
        settings=settings,
        bars=tuple(given["bars"]),
        samples=tuple(given["sample"]),
        tickers=tuple(given["ticker"]),
        inputs={name: _files(given[name]) for name in INPUTS if given[name]},
        reading=Reading(**reading).plain(),
        sections=tuple(sections),
        quick=quick,
        quantstats=quantstats,
        out=out,
    )


def typed_names(context: typer.Context) -> set[str]:
    """Return the names of the options that were typed."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return {name for name, source in sources.items() if source and source.name != "DEFAULT"}


def params_from(pairs: Sequence[str]) -> dict[str, Any]:
    """Return a strategy's parameters from KEY=VALUE texts; numbers and booleans are converted.

    Raises
    ------
    ParameterError
        A text has no key or no equals sign, or `parameter_from` refuses the value.
    """
    params: dict[str, Any] = {}
    for pair in pairs:
        key, separator, text = pair.partition("=")
        if not separator or not key:
            raise ParameterError(f"--set takes KEY=VALUE, got {shown(pair)}")
        named = key.isprintable() and len(key) <= 100
        params[key] = parameter_from(f"--set {key}" if named else "--set", text)
    return params


def interest_from(text: str) -> float | dict[str, float]:
    """Return one annual rate, or a mapping of separate rates of cash, rebate and debit.

    Raises
    ------
    ParameterError
        The text is neither a number nor such rates.
    """
    try:
        if "=" not in text:
            return float(text)
        pairs = (part.partition("=") for part in text.split(","))
        return {name.strip(): float(rate) for name, _, rate in pairs}
    except ValueError:
        words = "a rate like 0.03, or cash=0.03,rebate=0.02,debit=0.05"
        raise ParameterError(f"--interest takes {words}, got {shown(text)}") from None


def _files(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
