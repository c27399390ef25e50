"""The Select Sector SPDR funds, and the GICS sectors that they hold."""

from __future__ import annotations

from ..errors import StrategyError

SECTORS = {
    "XLB": "Materials",
    "XLC": "Communication Services",
    "XLE": "Energy",
    "XLF": "Financials",
    "XLI": "Industrials",
    "XLK": "Information Technology",
    "XLP": "Consumer Staples",
    "XLRE": "Real Estate",
    "XLU": "Utilities",
    "XLV": "Health Care",
    "XLY": "Consumer Discretionary",
}


def sector_of(etf: str) -> str:
    """Return the GICS sector of a fund.

    Raises
    ------
    StrategyError
        The fund is none of `SECTORS`.
    """
    if etf not in SECTORS:
        raise StrategyError(
            f"no sector is known of the fund {etf!r} ({', '.join(SECTORS)}): say which with "
            "--set sector='Health Care', or leave --securities out"
        )
    return SECTORS[etf]
