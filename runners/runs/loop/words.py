"""Which loop a run took, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def words_of_loop(loop: Mapping[str, Any]) -> str:
    """Return one line on the loop of a run, from run.json's ``loop``."""
    if not loop:
        return "Loop: backtrader's own, as the script runs its own cerebros"
    if loop["taken"] == "fast":
        return "Loop: fast"
    if not loop["reasons"]:
        return "Loop: backtrader's own, as --loop stock asks"
    return f"Loop: backtrader's own, because {'; '.join(loop['reasons'])}"
