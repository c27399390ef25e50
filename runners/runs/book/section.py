"""The section of a book: its figures for run.json, its panel on the tearsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ....brokers.ledger import Ledger
from ....feeds.bars import Bars
from ..result import BOOK, Badge
from ..sections.section import Measured, Panel
from .badges import badges_on
from .figures import figures_of
from .panel import panel_of


class BookSection:
    """Section of a book: its members, whose its return and risk was, how alike they are."""

    name = BOOK

    def measure(
        self, ran: Any, ledger: Ledger, bars: Sequence[Bars], daily: pd.DataFrame
    ) -> Measured:
        """Return the figures of `figures_of`; the curves are kept with them."""
        found = figures_of(ran, ledger, bars, daily)
        return Measured(found.plain, curves=found.curves)

    def badges(self, measured: Mapping[str, Any]) -> list[Badge]:
        """Return badges on members that never held anything, and on weights of equal risk."""
        return badges_on(measured)

    def panel(self, measured: Mapping[str, Any]) -> Panel:
        """Return the book's panel on the tearsheet."""
        curves: Mapping[str, pd.Series] = measured.kept.curves  # type: ignore[attr-defined]
        return panel_of(measured, curves)
