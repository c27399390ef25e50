"""The section of a sector book, which `SectorLongShort` declares: figures and panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ....brokers.ledger import Ledger
from ....feeds.bars import Bars
from ...runs.result import Badge
from ...runs.sections.section import Measured, Panel
from ...runs.sector.book import book_of, with_variants
from ...runs.sector.variants import variants_of
from ..html import rendered
from .badges import badges_on
from .page import page_of


class SectorSection:
    """Section of a sector book: what it held, its neutrality, and the skill of its forecasts."""

    name = "sector"

    def measure(
        self, ran: Any, ledger: Ledger, bars: Sequence[Bars], daily: pd.DataFrame
    ) -> Measured:
        """Return the figures of `book_of`; the tables for the pictures are kept with them."""
        book = book_of(ran, ledger, bars, daily)
        return Measured(book.plain, book=book)

    def variants(self, ran: Any) -> Mapping[str, Mapping[str, Any]]:
        """Return the variants: the same book without its gate, and without optimisation."""
        return variants_of(ran.p)

    def compared(
        self, measured: Measured, equity: Mapping[str, pd.Series], risk_free_rate: float
    ) -> Measured:
        """Return the figures with those of each variant added."""
        book = with_variants(measured.kept.book, equity, risk_free_rate)
        return Measured(book.plain, book=book)

    def badges(self, measured: Measured) -> list[Badge]:
        """Return a badge where the account is too large for the volumes of its stocks."""
        return badges_on(measured.kept.book)

    def panel(self, measured: Measured) -> Panel:
        """Return the book's panel on the tearsheet."""
        page = page_of(measured.kept.book)
        return Panel("The book", html=rendered("sector.html", sector=page))
