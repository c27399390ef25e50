"""How vendors name the columns of a table of bars."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

#: The columns of a table of bars, in their fixed order.
COLUMNS = ("open", "high", "low", "close", "volume", "dividend")

#: The usual spellings of each column, as messages list them; see `plain_label` for what does not
#: count in a spelling.
SPELLINGS = {
    "date": ("date", "datetime", "timestamp", "day"),
    "ticker": ("ticker", "symbol", "instrument"),
    "open": ("open",),
    "high": ("high",),
    "low": ("low",),
    "close": ("close",),
    "volume": ("volume", "vol"),
    "dividend": ("dividend", "dividends", "dividend_amount", "div_cash", "ex_dividend"),
    "capital_gain": ("capital_gain", "capital_gains", "capital_gain_distributions"),
    "adj_close": ("adj_close", "adjclose", "adjusted_close"),
    "split_factor": ("split_factor",),
}

#: Columns that state splits; each keeps this name, as the names do not tell an event's ratio from
#: a factor of all splits to come.
SPLIT_COLUMNS = (
    "split_factor",
    "split_coefficient",
    "split_ratio",
    "stock_splits",
    "stock_split",
    "splits",
    "split",
    "split_adjustment_factor",
    "cumulative_split_factor",
    "cum_split_factor",
    "cumulative_split",
    "cfacpr",
    "cfacshr",
)

# Further spellings, as good as the usual ones.
_ALSO = {
    "date": ("datum", "trade_date", "trading_date", "trading_day", "price_date", "quote_date",
             "exchange_date", "window_start", "snapped_at", "fecha"),
    "open": ("opening_price", "open_price", "px_open", "eröffnung", "eroeffnung", "eröffn",
             "eröffnungskurs", "erster", "ouverture", "ouv", "apertura", "abertura", "otwarcie"),
    "high": ("high_price", "px_high", "hoch", "höchstkurs", "tageshoch", "plus_haut",
             "máximo", "maximo", "massimo", "najwyzszy"),
    "low": ("low_price", "px_low", "tief", "tiefstkurs", "tagestief", "plus_bas", "mínimo",
            "minimo", "najnizszy"),
    "close": ("close_last", "closing_price", "close_price", "schluss", "schlusskurs",
              "close_close_price_adjusted_for_splits", "clôture", "cloture", "cierre",
              "chiusura", "fechamento", "zamkniecie"),
    "volume": ("px_volume", "total_volume", "stücke", "stuecke", "stück"),
    "dividend": ("cash_dividend", "cash_dividends", "dividend_cash", "dividend_per_share",
                 "dividende"),
    "adj_close": ("adjusted_closing_price", "adj_close_price", "close_adj", "close_adjusted",
                  "adj_close_adjusted_close_price_adjusted_for_splits_and_dividend_and_or_capital"
                  "_gain_distributions"),
}  # fmt: skip

# Taken only where no better column is there, the better group first.
_LESSER = {
    "date": (("datetime", "date_time", "timestamp", "data"),
             ("time", "open_time", "unix", "unix_time", "unix_timestamp", "epoch"), ("t",)),
    "ticker": (("ticker_symbol", "stock_symbol", "act_symbol", "tic"), ("name",)),
    "open": (("o",),),
    "high": (("h",),),
    "low": (("l",),),
    "close": (("px_settle", "settle", "settlement", "settlement_price"),
              ("px_last", "last", "last_price", "zuletzt", "letzter", "dernier", "último",
               "ultimo"),
              ("price", "kurs"), ("c",)),
    "volume": (("volumen", "umsatz", "volumes", "wolumen"), ("tickvol", "tick_volume"), ("v",)),
}  # fmt: skip

_NAMES = {
    spelling: name
    for table in (SPELLINGS, _ALSO)
    for name, spellings in table.items()
    for spelling in spellings
}
_LESSER_NAMES = {
    spelling: (name, rank)
    for name, groups in _LESSER.items()
    for rank, group in enumerate(groups, 2)
    for spelling in group
}

# "Close (USD)", "Volume [shares]": a unit may follow a name; what is in front of it may not.
_UNIT = re.compile(r"(.+?)[\s_]*[(\[]\s*([^()\[\]]+?)\s*[)\]]")
_NO_UNITS = {"adj", "adjusted", "avg", "chg", "change", "delta", "ema", "ma", "osc", "pct"} | {
    "prev", "previous", "ratio", "sma", "weighted"
}  # fmt: skip
_VOLUME_OF = re.compile(r"volume_(?:from_|to_)?([a-z0-9]{2,10})")
_MONEY = {"usd", "usdt", "usdc", "busd", "tusd", "eur", "gbp", "jpy", "krw", "currency", "quote"}
_UNIT_RANK, _VOLUME_RANK = 1, 10


def column_names(labels: Iterable[object]) -> list[str]:
    """Return our name for each column of a table of bars.

    Where several columns could be one, the best spelling is it and the others keep their own:
    `date` before `unix`, `close` before `price`, `vol` before `tickvol`. Two equally good ones
    both get the name, which is a fault.

    Parameters
    ----------
    labels : iterable of object
        The columns' labels, in order.

    Returns
    -------
    list of str
        Names of `SPELLINGS` and `SPLIT_COLUMNS`; else the label, as `plain_label` writes it.
    """
    plain = [(str(label), plain_label(label)) for label in labels]
    found = [_found(written, label) for written, label in plain]
    best = {each.name: min(filter(each.same_name, found)) for each in found if each.name}
    names: list[str] = []
    for each, (_, label) in zip(found, plain, strict=True):
        wins = bool(each.name) and each == best[each.name]
        if wins and each.name == "volume" and each.rank in (_UNIT_RANK, _VOLUME_RANK):
            wins = "volume" not in names  # of volumes in several units, the first
        names.append(each.name if wins else label)
    return names


def column_name(label: object) -> str:
    """Return our name for one label, without regard to others, or the label as `plain_label` does.

    Spellings that count only where no better column is there are left as they are.
    """
    plain = plain_label(label)
    return _NAMES.get(plain, plain)


def plain_label(label: object) -> str:
    """Return a label in lower case, with underscores between its words.

    Blanks, dashes, dots and slashes are underscores; asterisks, angle brackets and a number in
    front ("1. open") are dropped; splitFactor is split_factor.
    """
    text = unicodedata.normalize("NFKC", str(label)).strip()
    text = re.sub(r"^\d+[a-z]?[.):]\s*(?=[A-Za-z])", "", text.strip("*<>\"' "))
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text)
    return re.sub(r"[\s_\-./()\[\]*]+", "_", text.lower()).strip("_")


class _Found(NamedTuple):
    """Our name, empty for none; how good the spelling is, 0 the best; 1 for a volume in money."""

    name: str
    rank: int = 0
    money: int = 0

    def same_name(self, other: _Found) -> bool:
        """Tell whether two labels could be one column."""
        return self.name == other.name


def _found(written: str, label: str) -> _Found:
    if label in SPLIT_COLUMNS:
        return _Found(label)
    if label in _LESSER_NAMES:
        return _Found(*_LESSER_NAMES[label])
    if label in _NAMES:
        return _Found(_NAMES[label])
    if (united := _UNIT.fullmatch(written.strip())) and _is_unit(united[2]):
        name, rank, _ = _found(united[1], plain_label(united[1]))
        money = name == "volume" and united[2].lower() in _MONEY
        return _Found(name, max(rank, _UNIT_RANK), int(money))
    if (of := _VOLUME_OF.fullmatch(label)) and of[1] not in _NO_UNITS:
        return _Found("volume", _VOLUME_RANK, int(of[1] in _MONEY))
    return _Found("")


def _is_unit(text: str) -> bool:
    return "%" not in text and not _NO_UNITS & set(re.split(r"[^a-z]+", text.lower()))
