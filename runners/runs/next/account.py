"""What is held before the orders of tomorrow, and the shares that bring it to target weights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ....brokers.sizing import order_size, target_shares
from ....feeds.portfolio import Portfolio
from ....feeds.tickers import plain_ticker
from ...errors import ParameterError

OWN, CASH, HOLDINGS = "own", "cash", "holdings"


@dataclass(frozen=True)
class Account:
    """Shares and cash.

    Attributes
    ----------
    kind : {"own", "cash", "holdings"}
        The account of the run itself; cash alone; or what a file says.
    shares : mapping of str to float
        Instrument to signed shares.
    cash : float
        Account currency.
    whole : bool
        Whether only whole shares are traded.
    others : tuple of str
        Instruments of the file that the strategy does not trade; they are left alone, and their
        value does not count.
    """

    kind: str
    shares: Mapping[str, float]
    cash: float
    whole: bool = True
    others: tuple[str, ...] = ()

    @property
    def fractions(self) -> dict[str, float]:
        """Signed fractions of a share that are held where only whole shares are traded."""
        if self.kind != HOLDINGS:
            return {}
        return {name: part for name, n in self.shares.items() if (part := math.fmod(n, 1.0))}

    def value(self, prices: Mapping[str, float]) -> float:
        """Return the account's value at prices, account currency."""
        held = (shares * prices[name] for name, shares in self.shares.items() if shares)
        return self.cash + sum(held)

    def weights(self, prices: Mapping[str, float]) -> dict[str, float]:
        """Return each held instrument's fraction of the value; empty for a value of 0 or less."""
        value = self.value(prices)
        if value <= 0.0:
            return {}
        return {name: n * prices[name] / value for name, n in self.shares.items() if n}

    def sizes_to(self, goals: Mapping[str, float], prices: Mapping[str, float]) -> dict[str, float]:
        """Return the signed shares of the orders that reach target weights at prices.

        From a fractional holding an order is rounded towards zero to whole shares; one that closes
        or reverses the position closes all of it.
        """
        value = self.value(prices)
        sizes = {}
        for name, weight in goals.items():
            shares = target_shares(weight, value, prices[name], whole=self.whole)
            held = self.shares.get(name, 0.0)
            size = order_size(held, shares)
            if name in self.fractions and held * shares > 0.0:
                size = float(math.trunc(size))
            if size:
                sizes[name] = size
        return sizes

    def after(self, sizes: Mapping[str, float], prices: Mapping[str, float]) -> Account:
        """Return the account after orders were filled at prices."""
        shares = {**self.shares}
        for name, size in sizes.items():
            shares[name] = shares.get(name, 0.0) + size
        spent = sum(size * prices[name] for name, size in sizes.items())
        return replace(self, shares=shares, cash=self.cash - spent)

    def plain(self, prices: Mapping[str, float]) -> dict[str, Any]:
        """Return the account as JSON values."""
        return {
            "kind": self.kind,
            "cash": self.cash,
            "value": self.value(prices),
            "holdings": {name: shares for name, shares in self.shares.items() if shares},
            "whole_shares": self.whole,
            **({"others": list(self.others)} if self.others else {}),
        }


def account_of(portfolio: Portfolio, instruments: Iterable[str], where: str) -> Account:
    """Return the account of a portfolio, in the names of a run's instruments.

    Names are compared as tickers: "brk.b" holds "BRK-B".

    Raises
    ------
    ParameterError
        The file holds neither money nor any instrument of the run.
    """
    names = list(instruments)
    ours = {plain_ticker(name): name for name in names}
    shares = {ours[t]: n for t, n in portfolio.shares.items() if t in ours}
    others = tuple(sorted(t for t in portfolio.shares if t not in ours))
    if not shares and not portfolio.cash:
        listed = ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
        raise ParameterError(
            f"{where} holds neither money (a row CASH) nor what the strategy trades: {listed}"
        )
    return Account(HOLDINGS, shares, portfolio.cash, others=others)
