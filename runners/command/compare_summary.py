"""What `compare` prints: the runs, what differs between them, and the verdict."""

from __future__ import annotations

from ..pages.compare_verdict import comparison_verdict
from ..records.compare import Comparison
from ..records.differences import shown

MOST = 12
"""Most differences that are printed; the page has all."""


def comparison_lines(comparison: Comparison) -> list[str]:
    """Return the runs by letter, their differences, cautions and the verdict, a line each."""
    keys = [run.key for run in comparison.runs]
    lines = [f"{run.key}  {run.name}: {run.record.plain['strategy']}" for run in comparison.runs]
    found = comparison.differences
    for each in found[:MOST]:
        values = "; ".join(
            f"{key} {shown(value)}" for key, value in zip(keys, each.values, strict=True)
        )
        lines.append(f"{each.name.replace('_', ' ')}: {values}")
    if len(found) > MOST:
        lines.append(f"and {len(found) - MOST} more differences, on the page")
    lines += [f"{heading}. {words}" for heading, words in comparison.cautions]
    return [*lines, comparison_verdict(comparison).text]
