"""Read a plan from a TOML file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...feeds.reading import OPTIONS
from ..errors import ParameterError
from ..runs.bars.sources import text_of_bars
from ..runs.benchmarks import placed
from ..runs.book.members import OF_MEMBERS
from ..runs.declared import INPUTS
from .book_plan import BOOK, MEMBER, book_plan
from .input_files import located
from .plan import Plan
from .toml_tables import OF_A_BOOK, content_of, plan_tables


def toml_plan(file: Path) -> Plan:
    """Return the plan of a TOML file; its paths are relative to the file's folder.

    Raises
    ------
    ParameterError
        The file cannot be read, a table or key is unknown, a value has the wrong type, or no
        strategy is named.
    """
    content = content_of(file)
    of_book = {name: content.pop(name) for name in OF_A_BOOK if name in content}
    tables = plan_tables(file, content)
    chosen = dict(tables["run"])
    strategy = chosen.pop("strategy", BOOK if of_book else None)
    if strategy is None:
        raise ParameterError(f"{file}: [run] needs a strategy, or the plan [[member]] tables")
    if strategy.partition(":")[0].endswith(".py"):
        strategy = str(file.parent / strategy)
    out = chosen.pop("out", None)
    files = {
        text_of_bars(name, str(file.parent / bars["file"])): {
            k: v for k, v in bars.items() if k != "file"
        }
        for name, bars in tables["bars"].items()
    }
    plan = Plan(
        strategy=strategy,
        params=tables["params"],
        samples=chosen.pop("sample", ()),
        tickers=chosen.pop("ticker", ()),
        inputs={
            name: tuple(located(path, file.parent) for path in chosen.pop(name))
            for name in INPUTS
            if name in chosen
        },
        quick=chosen.pop("quick", False),
        quantstats=chosen.pop("quantstats", False),
        reading={name: chosen.pop(name) for name in OPTIONS if name in chosen},
        settings={**chosen, **_benchmark(chosen, file, tables["bars"]), **tables["costs"]},
        bars=tuple(files),
        readings={text: reading for text, reading in files.items() if reading},
        out=None if out is None else file.parent / out,
        file=file,
    )
    return _with_book(plan, of_book, tables) if of_book else plan


def _with_book(
    plan: Plan, of_book: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]
) -> Plan:
    """Return the plan of a book from that of its other tables."""
    file = plan.file
    assert file is not None
    if plan.strategy != BOOK:
        raise ParameterError(
            f"{file}: [run] names a strategy, and the plan has [book] or [[member]] tables: a book "
            "has a strategy in each [[member]]"
        )
    if plan.params:
        raise ParameterError(
            f"{file}: [params] are of one strategy; those of a member of a book stand in its "
            "[[member]], as params = {period = 50}"
        )
    files = dict(zip(tables["bars"], plan.bars, strict=True))
    found = book_plan(file, of_book.get(BOOK, {}), of_book.get(MEMBER, []), tables["run"], files)
    settings = {name: value for name, value in plan.settings.items() if name not in OF_MEMBERS}
    return replace(
        plan,
        params=found.params,
        settings={"fill": found.fill, **settings},
        bars=found.bars,
        samples=tuple(dict.fromkeys([*plan.samples, *found.samples])),
        tickers=tuple(dict.fromkeys([*plan.tickers, *found.tickers])),
    )


def _benchmark(chosen: Mapping[str, Any], file: Path, names: Collection[str]) -> dict[str, str]:
    """Return a plan's benchmark, with its files relative to the plan's folder."""
    if "benchmark" not in chosen:
        return {}
    return {"benchmark": placed(chosen["benchmark"], file.parent, names)}
