"""What a run asks of its costs, so that any object with these methods can charge its orders."""

from __future__ import annotations

import copy
import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np

from .costs import Costs
from .errors import BrokerError, RunStopped

ORDER_METHODS = ("commission", "slipped")
"""Methods of an object that charges an order."""


class CostModel(Protocol):
    """Costs that depend on size and price of an order alone: the methods of `Costs`.

    Each method is asked once an order, in the order of the fills: `slipped` first, then
    `commission`. Every run, every audit and every replay works on a deep copy of the object, so
    that it may count what it has charged.
    """

    @property
    def free(self) -> bool:
        """Whether no order ever costs anything."""
        ...

    def commission(self, size: float, price: float) -> float:
        """Return the commission of an order of `size` shares (signed) that filled at `price`.

        Account currency, finite and >= 0. `price` is the price paid, slippage included. An order
        from long to short is one order.
        """
        ...

    def slipped(self, size: float, price: float) -> float:
        """Return the price at which an order of `size` shares (signed) fills, finite and > 0.

        `price` is the market's price; both are account currency per share. It may be better than
        the market's, which counts as negative slippage. Limit orders are not asked: they fill at
        their price.
        """
        ...


class DatedCostModel(Protocol):
    """Costs that depend on an order's date or instrument."""

    @property
    def free(self) -> bool:
        """Whether no order ever costs anything."""
        ...

    def on(self, date: datetime.date, instrument: str) -> CostModel:
        """Return what charges an order; asked once an order, before the other methods.

        Parameters
        ----------
        date : date
            Day of the fill.
        instrument : str
            Name of the feed.
        """
        ...


AnyCosts = CostModel | DatedCostModel


def name_of(costs: object) -> str:
    """Return the class of a cost object as ``module:Class``."""
    kind = type(costs)
    return f"{kind.__module__}:{kind.__qualname__}"


def check_costs(costs: object) -> None:
    """Refuse an object that cannot charge orders.

    Raises
    ------
    BrokerError
        It has no `free` that is True or False, or neither `on` nor both of `commission` and
        `slipped`.
    """
    missing = [name for name in ORDER_METHODS if not callable(getattr(costs, name, None))]
    try:
        free = None if isinstance(costs, type) else getattr(costs, "free", None)
    except Exception as error:
        raise BrokerError(
            f"costs: {name_of(costs)}.free raised {type(error).__name__}: {error}"
        ) from error
    if free is None:
        missing = ["free", *missing]
    elif not isinstance(free, (bool, np.bool_)):
        raise BrokerError(
            f"costs: {name_of(costs)}.free must be True or False, got {type(free).__name__}; a "
            "method needs @property"
        )
    elif callable(getattr(costs, "on", None)):
        return
    if missing:
        given = f"the class {costs.__qualname__}" if isinstance(costs, type) else name_of(costs)
        raise BrokerError(
            "costs must be an object with free, commission(size, price) and slipped(size, price), "
            f"or with free and on(date, instrument); {given} has no {' and no '.join(missing)}"
        )


def own_copy(costs: AnyCosts) -> AnyCosts:
    """Return the copy of a cost object that one run charges its orders by.

    Raises
    ------
    BrokerError
        The object cannot charge orders, or cannot be copied.
    """
    if type(costs) is Costs:
        return costs
    check_costs(costs)
    try:
        return copy.deepcopy(costs)
    except Exception as error:
        raise BrokerError(
            f"costs: every run charges its orders by a copy, and {name_of(costs)} cannot be copied "
            f"({type(error).__name__}: {error})"
        ) from error


@dataclass(frozen=True)
class Charge:
    """The costs of one order, each answer checked.

    Attributes
    ----------
    model : CostModel
        Costs of the order's date and instrument.
    date : date
        Day of the fill.
    instrument : str
        Name of the feed.

    Raises
    ------
    RunStopped
        From its methods: the model raises, or its answer cannot be a price or a commission. The
        line names date, instrument and model.
    """

    model: CostModel
    date: datetime.date
    instrument: str

    @classmethod
    def of(cls, costs: AnyCosts, date: datetime.date, instrument: str) -> Charge:
        """Return the costs of one order; `costs.on` is asked for them if it exists."""
        on = getattr(costs, "on", None)
        if on is None:
            return cls(cast(CostModel, costs), date, instrument)
        where = f"{date}: {instrument}"
        model = _asked(where, f"{name_of(costs)}.on", on, date, instrument)
        missing = [name for name in ORDER_METHODS if not callable(getattr(model, name, None))]
        if missing:
            raise RunStopped(
                f"{where}: {name_of(costs)}.on gave {name_of(model)}, which has no "
                f"{' and no '.join(missing)}"
            )
        return cls(model, date, instrument)

    def price_paid(self, size: float, price: float) -> float:
        """Return the price at which the order fills where the market is at `price`."""
        paid = self._number("slipped", size, price)
        if paid > 0.0:
            return paid
        raise RunStopped(
            f"{self.date}: {self.instrument}: a fill at a price of {paid:g}, which must be > 0: "
            f"{name_of(self.model)}.slipped({size:g}, {price:g})"
        )

    def commission(self, size: float, price: float) -> float:
        """Return the commission of the order that filled at `price`."""
        fee = self._number("commission", size, price)
        if fee >= 0.0:
            return fee
        raise RunStopped(
            f"{self.date}: {self.instrument}: a commission of {fee:g}, which must be >= 0: "
            f"{name_of(self.model)}.commission({size:g}, {price:g})"
        )

    def _number(self, method: str, size: float, price: float) -> float:
        if type(self.model) is Costs:  # its methods raise nothing, and answer in floats
            known: float = getattr(self.model, method)(size, price)
            if math.isfinite(known):
                return known
        where, called = f"{self.date}: {self.instrument}", f"{name_of(self.model)}.{method}"
        answer = _asked(where, called, getattr(self.model, method), size, price)
        try:
            number = math.nan if isinstance(answer, (str, bytes)) else float(answer)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            got = " ".join(repr(answer).split())[:80]
            raise RunStopped(
                f"{where}: {called}({size:g}, {price:g}) is no finite number but {got}"
            )
        return number


@dataclass(frozen=True)
class MovedMarket:
    """Costs after a move of the market's price against every order.

    Attributes
    ----------
    costs : CostModel or DatedCostModel
        What charges the order once the price has moved.
    slippage_bps : float
        Basis points of the price that the market moves up before a buy and down before a sale.
    """

    costs: AnyCosts
    slippage_bps: float
    free = False

    def on(self, date: datetime.date, instrument: str) -> CostModel:
        """Return the costs of an order of that day and instrument."""
        return _MovedOrder(Charge.of(self.costs, date, instrument), self.slippage_bps * 1e-4)


@dataclass(frozen=True)
class _MovedOrder:
    charge: Charge
    slip: float
    free = False

    def commission(self, size: float, price: float) -> float:
        return self.charge.commission(size, price)

    def slipped(self, size: float, price: float) -> float:
        moved = price * (1.0 + self.slip if size > 0.0 else 1.0 - self.slip)
        return self.charge.price_paid(size, moved)


def _asked(where: str, called: str, method: Callable[..., Any], *arguments: Any) -> Any:
    """Call a method of a cost object; name date and instrument where it raises."""
    try:
        return method(*arguments)
    except RunStopped:
        raise
    except Exception as error:
        raise RunStopped(
            f"{where}: {called}{arguments} raised {type(error).__name__}: {error}"
        ) from error
