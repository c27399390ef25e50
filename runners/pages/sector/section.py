"""The sector book's section: what `SectorLongShort` declares, measured and shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ....brokers.ledger import Ledger
from ....feeds.bars import Bars
from ...runs.section import Measured, Panel
from ...runs.sector.book import book_of, with_variants
from ...runs.sector.variants import variants_of
from ..html import rendered
from .page import page_of


class SectorSection:
    """What a sector book held, whether it was neutral, and what its forecasts were worth."""

    name = "sector"

    def measure(
        self, ran: Any, ledger: Ledger, bars: Sequence[Bars], daily: pd.DataFrame
    ) -> Measured:
        """Return the figures of `book_of`; the tables that the pictures need are kept."""
        book = book_of(ran, ledger, bars, daily)
        return Measured(book.plain, book=book)

    def variants(self, ran: Any) -> Mapping[str, Mapping[str, Any]]:
        """Return the same book with its gate off, and never optimised."""
        return variants_of(ran.p)

    def compared(
        self, measured: Measured, equity: Mapping[str, pd.Series], risk_free_rate: float
    ) -> Measured:
        """Return the figures with a line for each variant."""
        book = with_variants(measured.kept.book, equity, risk_free_rate)
        return Measured(book.plain, book=book)

    def panel(self, measured: Measured) -> Panel:
        """Return the book's chapter of the tearsheet."""
        page = page_of(measured.kept.book)
        return Panel("The book", html=rendered("sector.html", sector=page))
