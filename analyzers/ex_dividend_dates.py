"""Ex-dividend dates by the side that the account held: long, short or flat."""

from __future__ import annotations

from typing import Any

from .ledger_analyzer import Book, LedgerAnalyzer, Sides


class ExDividendDates(LedgerAnalyzer):
    """``{"long", "short", "flat"}``: ex-dates by what was held overnight into them."""

    def measure(self, book: Book, sides: Sides | None) -> dict[str, Any]:
        """Return the counts."""
        return ex_dividend_dates(book, sides)


def ex_dividend_dates(book: Book, sides: Sides | None) -> dict[str, int]:
    """Count ex-dates by the side that was held over the night before.

    Where all instruments stand for one index, its own ex-dates are counted, and holding its inverse
    is short. Otherwise the ex-dates count of every instrument that was ever held overnight, by what
    was held of it; an instrument that was never held does not count.
    """
    before = {
        day.date: dict(zip(book.instruments, held.holdings, strict=True))
        for held, day in zip(book.days, book.days[1:], strict=False)
    }
    ever = {name for held in before.values() for name, shares in held.items() if shares}
    counts = {"long": 0, "short": 0, "flat": 0}
    index = next(iter(sides)) if sides else None
    for event in book.ex_dates:
        if sides is None:
            if event.instrument not in ever:
                continue
            held = event.held
        elif event.instrument == index:
            held = sum(side * before[event.date][name] for name, side in sides.items())
        else:
            continue
        counts["long" if held > 0 else "short" if held < 0 else "flat"] += 1
    return counts
