"""Audit the strategies that a script's cerebros run, on the bars of the script."""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import ParameterError
from ..runs import registry
from ..runs.audit import Audit, audit
from ..runs.labels.formats import counted
from ..runs.recorded.sets import Ran
from ..runs.recorded.tables import table_of
from ..runs.stages import Progress, part
from ..runs.traits import CHOICES, sends_orders

LINES = ("close", "low", "high", "open", "volume", "openinterest", "datetime", "dividend")
"""The lines of a feed that the audit's bars carry."""


class Audits(NamedTuple):
    """The verdicts on the strategies of one cerebro."""

    found: list[Audit]
    fault: str | None = None
    """Why some could not be audited."""


def builds_cerebro(script: str) -> bool:
    """Return whether a Python file makes a cerebro; False if it cannot be read or parsed."""
    try:
        tree = ast.parse(Path(script).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return False
    calls = [each.func for each in ast.walk(tree) if isinstance(each, ast.Call)]
    return any(
        getattr(called, "attr", None) == "Cerebro" or getattr(called, "id", None) == "Cerebro"
        for called in calls
    )


def audits_of(
    cerebro: Any, ran: Ran, script: str, cuts: int, progress: Progress | None = None
) -> Audits:
    """Return the verdicts on the strategies of a cerebro, and why one could not be audited.

    Each is audited by itself, in an account of ours with a cash check.

    Parameters
    ----------
    cerebro : Cerebro
        The cerebro; of an `optstrategy` the first set is audited.
    ran : Ran
        What it recorded: the bars that the strategies saw, as daily ones.
    script : str
        The file, for the names.
    cuts : int
        As for `audit`.
    progress : callable, optional
        Called with a `Stage` at each day of each run.
    """
    found: list[Audit] = []
    try:
        for verdict in _verdicts(cerebro, ran, script, cuts, progress):
            found.append(verdict)
    except (ValueError, RuntimeError) as error:
        if not hasattr(error, "exit_code"):
            raise
        return Audits(found, str(error))
    return Audits(found)


def _check_lines(cerebro: Any) -> None:
    """Raise if a feed has lines beside its prices: the audit's bars do not carry them."""
    for feed in cerebro.datas:
        if more := [name for name in feed.getlinealiases() if name not in LINES]:
            raise ParameterError(
                f"{feed._name or type(feed).__name__} has the line {more[0]} beside its prices, "
                "which an audit cannot cut: a PlaybookStrategy reads such data as an input"
            )


def _verdicts(
    cerebro: Any, ran: Ran, script: str, cuts: int, progress: Progress | None
) -> Iterator[Audit]:
    recording = ran.sets[0][0]
    _check_lines(cerebro)
    tables = []
    for feed in recording.feeds:
        bars, described = table_of(feed)
        if bars is None:
            raise ParameterError(f"{feed.name}: {described['warnings'][0]}: it cannot be audited")
        tables.append(bars)
    closes_only = any(table.closes_only for table in tables)
    at_close = closes_only or getattr(cerebro.broker.p, "coc", False)
    fill = "close" if at_close else "next_open"
    for (kind, _, given), *_ in cerebro.strats:
        own = registry.parameters(kind)
        settings: dict[str, Any] = {"cash": recording.starting_cash, "max_gross": 1e9}
        if sends_orders(kind):
            settings |= {"fill": fill, "cash_check": True}
        settings |= {name: value for name, value in given.items() if name in CHOICES}
        params = {name: value for name, value in given.items() if name in own}
        with contextlib.redirect_stdout(io.StringIO()):
            told = part(progress, kind.__name__)
            verdict = audit(kind, tables, params=params, cuts=cuts, progress=told, **settings)
        alone = len(cerebro.strats) == 1
        if alone and recording.executions and verdict.passed and not verdict.cuts:
            raise ParameterError(
                f"{kind.__name__} had {counted(len(recording.executions), 'fill')} in the script "
                "and decides nothing on its finished bars: what it saw there (replayed or "
                "unfinished bars, an open before its bar) cannot be audited"
            )
        yield dataclasses.replace(verdict, strategy=f"{script}:{kind.__name__}")
