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
    row = {day.date: t for t, day in enumerate(book.days)}
    ever = set() if sides else _ever_held(book)
    counts = {"long": 0, "short": 0, "flat": 0}
    index = next(iter(sides)) if sides else None
    for event in book.ex_dates:
        if sides is None:
            if event.instrument not in ever:
                continue
            held = event.held
        elif event.instrument == index:
            before = dict(
                zip(book.instruments, book.days[row[event.date] - 1].holdings, strict=True)
            )
            held = sum(side * before[name] for name, side in sides.items())
        else:
            continue
        counts["long" if held > 0 else "short" if held < 0 else "flat"] += 1
    return counts


def _ever_held(book: Book) -> set[str]:
    """Return the instruments that were held over some night."""
    nights = [day.holdings for day in book.days[:-1]]
    return {
        name
        for place, name in enumerate(book.instruments)
        if any(holdings[place] for holdings in nights)
    }
