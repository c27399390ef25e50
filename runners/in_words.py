"""Results in a few lines, as a notebook or a debugger shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .command.run_summary import band
from .pages.summary import NONE, number, percent

if TYPE_CHECKING:
    from .records.compare import Comparison
    from .records.rerun import Rerun
    from .runs.result import RunResult
    from .searches.result import SearchResult

SHOWN = 8
"""Rows of a result; with its heading and what follows they stay within a dozen lines."""

Show = Callable[[Any], str]

FIGURES: tuple[tuple[str, str, Show], ...] = (
    ("total return", "total_return", percent),
    ("cagr", "cagr", percent),
    ("sharpe", "sharpe", number),
    ("  95 % band", "sharpe_band", band),
    ("max drawdown", "max_drawdown", percent),
    ("switches", "switches", lambda value: number(value, 0)),
)


def of_run(result: RunResult) -> str:
    """Return a run's figures beside its benchmark's."""
    rows = [("", "run", result.benchmark_title)] + [
        (name, show(result.metrics[key]), show(result.benchmark[key]))
        for name, key, show in FIGURES
    ]
    return lines(
        f"RunResult: {result.title}, {result.window[0]} to {result.window[1]}",
        rows,
        f"{counted(len(result.badges), 'badge')}; .write(folder) keeps it",
    )


def of_search(result: SearchResult) -> str:
    """Return the best sets of a search, and buying and holding."""
    names, found = result.space.names, result.found
    shown = {"total_return": percent, "sharpe": number, "max_drawdown": percent}
    show: Show = percent if found.objective in ("excess", "cagr") else number
    columns = {found.objective: show} | shown
    best = found.top.head(SHOWN - 2).to_dict("records")
    rows = [(*names, *(name.replace("_", " ") for name in columns))]
    rows += [
        (*(str(row[n]) for n in names), *(each(_known(row[n])) for n, each in columns.items()))
        for row in best
    ]
    held = {**result.held, found.objective: result.held_objective}
    aside = ("held", *("" for _ in names[1:]))
    rows.append((*aside, *(each(held.get(name)) for name, each in columns.items())))
    return lines(
        f"SearchResult: {result.title}, {result.window[0]} to {result.window[1]}, "
        f"{found.evaluated:,} sets",
        rows,
        f"{result.confirmed} confirmed bar by bar; .write(folder) keeps it",
    )


def of_comparison(comparison: Comparison) -> str:
    """Return the figures of each run side by side."""
    runs = [*comparison.runs, *([comparison.held] if comparison.held else [])]
    rows = [("", *(name for name, _, _ in FIGURES))]
    rows += [
        (
            run.name if run is comparison.held else f"{run.key} {run.name}",
            *(show(run.figures.get(key)) for _, key, show in FIGURES),
        )
        for run in runs
    ]
    return lines(
        f"Comparison of {len(comparison.runs)} runs",
        [tuple(cell.strip() for cell in row) for row in rows],
        f"{counted(len(comparison.cautions), 'caution')}; .write(folder) keeps it",
    )


def of_rerun(report: Rerun) -> str:
    """Return what is the same, and the figures then and now."""
    was, now = report.record.plain["metrics"], report.result.metrics
    rows = [("", "was", "now")]
    rows += [(name, show(was.get(key)), show(now.get(key))) for name, key, show in FIGURES]
    figures = f"{counted(len(report.figures), 'figure')} differ" if report.figures else ""
    last = "the same bytes" if report.same_bytes else figures or "the same figures"
    if not report.same_bars:
        last += ", other bars"
    return lines(f"Rerun: {report.record.file}", rows, last)


def _known(value: Any) -> Any:
    return None if value != value else value  # NaN in a table is None everywhere else


def counted(n: int, noun: str) -> str:
    """Return a number of things: "1 run", "3 runs"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def lines(heading: str, rows: Sequence[tuple[str, ...]], last: str) -> str:
    """Return rows under a heading, the first column to the left and the others to the right."""
    cells = [
        [cell or ("" if place < 1 else NONE) for cell in row] for place, row in enumerate(rows)
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return "\n".join([heading, *(f"  {line}" for line in lines), last])
