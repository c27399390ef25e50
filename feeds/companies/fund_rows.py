"""What a row of a fund's published holdings is: a security, cash, or the total."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["security", "cash", "total"]

_CURRENCIES = (
    r"(U\.?\s?S\.?|CANADIAN|AUSTRALIAN|HONG KONG|SINGAPORE|NEW ZEALAND|NEW TAIWAN)\s?DOLLARS?",
    r"EUROS?( CURRENCY)?",
    r"(BRITISH )?POUND( STERLING)?",
    r"(JAPANESE )?YEN",
    r"SWISS FRANC",
    r"(DANISH|NORWEGIAN|SWEDISH) KRON[AE]",
    r"(USD|EUR|GBP|JPY|CHF|CAD|AUD|HKD|SGD|NZD|SEK|NOK|DKK)( CASH| CURRENCY)?",
    r"CASH([\s_-].*)?",
    r"NET (CURRENT |OTHER )?ASSETS( AND LIABILITIES)?",
)
_CURRENCY = re.compile("|".join(f"(?:{each})" for each in _CURRENCIES))

_MONEY_MARKET = re.compile(
    r"MONEY (MARKET|MKT)|LIQUID RESERVES|\bINST(ITUTIONA)?L LIQ|GOV(ERNMEN)?T? MONEY"
)
# Symbols of United States money-market funds have five letters and end in XX.
_MONEY_MARKET_SYMBOL = re.compile(r"[A-Z]{3}XX")

# Futures: "XAE ENERGY        SEP26" and "EMINI S+P REESTATEDEC26" by name, IXPZ6 by symbol.
_FUTURE = re.compile(
    r"\bE-?MINI\b|\bFUTURES?\b|(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)\d\d( |$)"
)
_FUTURE_SYMBOL = re.compile(r"[A-Z]{2,4}[FGHJKMNQUVXZ]\d{1,2}")

_NOTHING = ("", "-", "N/A")
_EQUITY = ("EQUITY", "EQUITIES", "STOCK", "STOCKS", "COMMON STOCK")
_TOTALS = ("SUM", "TOTAL")

#: Least weight, in percent, of the row of the total: SUM was also the ticker of Summit Materials.
LEAST_TOTAL = 50.0


def kind_of_row(ticker: str, name: str, percent: float, asset_class: str = "") -> Kind:
    """Tell what a row of a holdings table is.

    Parameters
    ----------
    ticker : str
        The ticker as published; "" or "-" where there is none, a name where funds write one.
    name : str
        The name as published, "" where the table has none.
    percent : float
        Its weight in percent of the fund.
    asset_class : str
        What the table says that it is, such as "Equity", "Money Market" or "Futures"; "" where the
        table does not say.

    Returns
    -------
    {"security", "cash", "total"}
        "cash" is whatever of the fund is no listed security: cash, currencies, money-market
        funds, futures, and rights or other rows without a ticker. A row whose asset class is
        stated is a security if it is equity and has a ticker, whatever its name looks like.
    """
    ticker, name = ticker.strip().upper(), name.strip().upper()
    if ticker in _TOTALS and percent >= LEAST_TOTAL:
        return "total"
    if asset_class.strip():
        equity = asset_class.strip().upper() in _EQUITY
        return "security" if equity and ticker not in _NOTHING else "cash"
    if ticker in _NOTHING or _CURRENCY.fullmatch(ticker) or _CURRENCY.fullmatch(name):
        return "cash"
    if _MONEY_MARKET_SYMBOL.fullmatch(ticker) or _FUTURE_SYMBOL.fullmatch(ticker):
        return "cash"
    if any(_MONEY_MARKET.search(text) or _FUTURE.search(text) for text in (ticker, name)):
        return "cash"
    return "security"
