"""Read a plan from a TOML file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ...feeds.reading import OPTIONS
from ..errors import ParameterError
from ..runs.bars.sources import text_of_bars
from ..runs.benchmarks import placed
from ..runs.declared import INPUTS
from .input_files import YAHOO
from .plan import Plan
from .toml_tables import plan_tables


def toml_plan(file: Path) -> Plan:
    """Return the plan of a TOML file; its paths are relative to the file's folder.

    Raises
    ------
    ParameterError
        The file cannot be read, a table or key is unknown, a value has the wrong type, or no
        strategy is named.
    """
    tables = plan_tables(file)
    chosen = dict(tables["run"])
    if "strategy" not in chosen:
        raise ParameterError(f"{file}: [run] needs a strategy")
    strategy = chosen.pop("strategy")
    if strategy.partition(":")[0].endswith(".py"):
        strategy = str(file.parent / strategy)
    out = chosen.pop("out", None)
    files = {
        text_of_bars(name, str(file.parent / bars["file"])): {
            k: v for k, v in bars.items() if k != "file"
        }
        for name, bars in tables["bars"].items()
    }
    return Plan(
        strategy=strategy,
        params=tables["params"],
        samples=chosen.pop("sample", ()),
        tickers=chosen.pop("ticker", ()),
        inputs={
            name: tuple(
                path if path.startswith(YAHOO) else str(file.parent / path)
                for path in chosen.pop(name)
            )
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


def _benchmark(chosen: Mapping[str, Any], file: Path, names: Collection[str]) -> dict[str, str]:
    """Return a plan's benchmark, with its files relative to the plan's folder."""
    if "benchmark" not in chosen:
        return {}
    return {"benchmark": placed(chosen["benchmark"], file.parent, names)}
