"""What a row of a fund's published holdings is: a security, cash, or the total."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["security", "cash", "total"]

_CURRENCIES = {
    "USD": r"U\.?\s?S\.?\s?DOLLARS?",
    "CAD": r"CANADIAN\s?DOLLARS?",
    "AUD": r"AUSTRALIAN\s?DOLLARS?",
    "HKD": r"HONG KONG\s?DOLLARS?",
    "SGD": r"SINGAPORE\s?DOLLARS?",
    "NZD": r"NEW ZEALAND\s?DOLLARS?",
    "TWD": r"NEW TAIWAN\s?DOLLARS?",
    "EUR": r"EUROS?",
    "GBP": r"(BRITISH )?POUND( STERLING)?",
    "JPY": r"(JAPANESE )?YEN",
    "CHF": r"SWISS FRANC",
    "DKK": r"DANISH KRON[AE]",
    "NOK": r"NORWEGIAN KRON[AE]",
    "SEK": r"SWEDISH KRON[AE]",
}
_CURRENCY = {
    code: re.compile(rf"({code}|{name})( CASH| CURRENCY)?") for code, name in _CURRENCIES.items()
}
_CASH = re.compile(r"CASH([\s_-].*)?|NET (CURRENT |OTHER )?ASSETS( AND LIABILITIES)?")

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
    if ticker in _NOTHING or _is_money(ticker) or _is_money(name):
        return "cash"
    if _MONEY_MARKET_SYMBOL.fullmatch(ticker) or _FUTURE_SYMBOL.fullmatch(ticker):
        return "cash"
    if any(_MONEY_MARKET.search(text) or _FUTURE.search(text) for text in (ticker, name)):
        return "cash"
    return "security"


def currency_of(name: str) -> str | None:
    """Return the code of the currency that a row of cash names ("JPY"); None for another name."""
    written = name.strip().strip("*").strip().upper()
    return next((code for code, known in _CURRENCY.items() if known.fullmatch(written)), None)


def _is_money(written: str) -> bool:
    return currency_of(written) is not None or _CASH.fullmatch(written) is not None
