"""A fee that falls with what was traded this month, and a stamp duty on buys.

python examples/tiered_fee.py [--bars FILE]

Any object with the methods of `btplaybook.brokers.costs.Costs` can charge a run; this one is no
subclass of anything. It counts the shares of the calendar month, which a run may let it do: every
run, every audit and every replay works on a copy of the object it was given.
"""

from __future__ import annotations

import argparse
import datetime
from dataclasses import dataclass, field

import btplaybook

TIERS = (
    (300_000, 0.0035),
    (3_000_000, 0.0020),
    (20_000_000, 0.0015),
    (100_000_000, 0.0010),
    (float("inf"), 0.0005),
)
"""Shares a month up to which a rate holds, and the rate, US dollars a share.

Interactive Brokers' tiered prices for US stocks, without the fees of exchanges, clearing and
regulators that come on top: interactivebrokers.co.uk/en/pricing/commissions-stocks.php.
"""


@dataclass
class TieredFee:
    """Charge each share by the month's tier it falls into.

    Parameters
    ----------
    tiers : tuple of (float, float)
        Shares a calendar month up to which a rate holds, rising, and the rate in account currency
        a share.
    min_fee : float
        Least commission of an order, account currency.
    most : float
        Largest commission of an order as a fraction of its value; `min_fee` cannot raise it.
    stamp_duty : float
        Tax on buys as a fraction of their value: 0.005 on shares of UK companies (Finance Act 1986,
        part IV), 0 in the US.

    Examples
    --------
    >>> fee = TieredFee().on(datetime.date(2024, 3, 1), "SPY")
    >>> fee.commission(+1_000, 50.0)
    3.5
    >>> fee.commission(-400_000, 50.0)  # 299,000 at 0.0035 and 101,000 at 0.0020
    1248.5
    """

    tiers: tuple[tuple[float, float], ...] = TIERS
    min_fee: float = 0.35
    most: float = 0.01
    stamp_duty: float = 0.0
    _month: tuple[int, int] = field(default=(0, 0), init=False, repr=False)
    _shares: float = field(default=0.0, init=False, repr=False)

    free = False

    def on(self, date: datetime.date, instrument: str) -> TieredFee:
        """Begin the count again in a new month."""
        month = (date.year, date.month)
        if month != self._month:
            self._month, self._shares = month, 0.0
        return self

    def commission(self, size: float, price: float) -> float:
        """Return the fee of an order, and count its shares."""
        before, after = self._shares, self._shares + abs(size)
        self._shares = after
        fee, tier_begins = 0.0, 0.0
        for tier_ends, rate in self.tiers:
            inside = min(after, tier_ends) - max(before, tier_begins)
            fee += rate * max(inside, 0.0)
            tier_begins = tier_ends
        value = abs(size) * price
        fee = min(max(fee, self.min_fee), self.most * value)
        return fee + (self.stamp_duty * value if size > 0 else 0.0)

    def slipped(self, size: float, price: float) -> float:
        """Fill at the market's price."""
        return price


def main() -> None:
    """Run one strategy under three fees and print what each of them took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bars", default=None, help="CSV file; without it a sample")
    file = parser.parse_args().bars
    bars = btplaybook.read_bars(file) if file else btplaybook.sample("sp500")
    print(f"{'costs':<28}{'commission':>12}{'total return':>14}")
    for name, costs in (
        ("free", None),
        ("tiered", TieredFee()),
        ("tiered, 0.5 % stamp duty", TieredFee(stamp_duty=0.005)),
    ):
        result = btplaybook.run("sma-switch", bars, period=200, costs=costs, strips=False)
        paid = abs(result.metrics["pnl"]["commission"])
        print(f"{name:<28}{paid:>12,.2f}{result.metrics['total_return']:>14.1%}")


if __name__ == "__main__":
    main()
