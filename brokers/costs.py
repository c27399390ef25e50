"""What one order costs: commission, slippage and half the spread."""

from __future__ import annotations

from dataclasses import dataclass, fields

from ..feeds.python_numbers import hold_python_numbers
from .errors import BrokerError

_MONEY = (1e9, "in account currency")

LIMITS = {
    "per_share": _MONEY,
    "min_fee": _MONEY,
    "percent_fee": (0.1, "a fraction of the traded value: 0.0005 is 5 basis points"),
    "slippage_bps": (1000.0, "in basis points of the price: 5 is 0.05 %"),
    "spread": _MONEY,
}
"""What each cost lies below, and what it is counted in; none is negative."""


@dataclass(frozen=True)
class Costs:
    """Commission, slippage and bid-ask spread of an order.

    Parameters
    ----------
    per_share : float
        Commission in account currency per share, >= 0.
    min_fee : float
        Least commission in account currency per order, >= 0. A flip is one order.
    percent_fee : float
        Commission as a fraction of the traded value, in [0, 0.1); 0.0005 is five basis points.
    slippage_bps : float
        Basis points of the price that a buy pays more and a sale gets less, in [0, 1000). It is not
        capped at the bar's high and low: an order at the close of a bar does not know them better.
    spread : float
        Bid-ask spread in account currency per share, >= 0. The market's price is its middle: after
        slippage, a buy pays half of it more and a sale gets half of it less.

    Raises
    ------
    BrokerError
        A value outside its range.

    Examples
    --------
    >>> from btplaybook.brokers.costs import Costs
    >>> costs = Costs(per_share=0.005, min_fee=1.0, slippage_bps=2.0, spread=0.02)
    >>> paid = costs.slipped(+1_000, 50.0)  # 50 + 0.01 of slippage + 0.01 of half the spread
    >>> round(paid, 6)
    50.02
    >>> costs.commission(+1_000, paid)
    5.0
    """

    per_share: float = 0.0
    min_fee: float = 0.0
    percent_fee: float = 0.0
    slippage_bps: float = 0.0
    spread: float = 0.0

    def __post_init__(self) -> None:
        hold_python_numbers(self)
        for name, (below, meaning) in LIMITS.items():
            value = getattr(self, name)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not (number and 0.0 <= value < below):
                raise BrokerError(f"{name} must be >= 0 and < {below:g} ({meaning}), got {value!r}")

    @property
    def free(self) -> bool:
        """Whether an order costs nothing at all."""
        return not any(getattr(self, field.name) for field in fields(self))

    def commission(self, size: float, price: float) -> float:
        """Return the commission of one order.

        Parameters
        ----------
        size : float
            Signed shares.
        price : float
            The price paid, account currency per share.

        Returns
        -------
        float
            Account currency, >= 0: per share plus per value, or `min_fee` if that is more; 0 for an
            order of no shares.
        """
        if not size:
            return 0.0
        shares = abs(size)
        return max(self.per_share * shares + self.percent_fee * shares * price, self.min_fee)

    def slipped(self, size: float, price: float) -> float:
        """Return the price at which an order of `size` shares (signed) fills.

        Parameters
        ----------
        size : float
            Signed shares; only the sign counts.
        price : float
            The market's price, account currency per share.

        Returns
        -------
        float
            The price after slippage, plus half the spread for a buy, less half of it for a sale. A
            spread of twice the price leaves a sale 0 or less: the broker stops the run there.
        """
        slip, half = self.slippage_bps * 1e-4, 0.5 * self.spread
        return price * (1.0 + slip) + half if size > 0 else price * (1.0 - slip) - half
