"""The value of backtrader's account, computed when somebody reads it."""

from __future__ import annotations

from itertools import islice
from typing import Any

from .order_taking import OrderTaking


class Late:
    """A number of the account that is computed when somebody reads it."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, broker: Any, owner: type | None = None) -> Any:
        broker._value_now()
        return vars(broker)[self._name]

    def __set__(self, broker: Any, value: Any) -> None:
        vars(broker)[self._name] = value


class LeanValue(OrderTaking):
    """A `BackBroker` that is valued late: at most bars nobody reads what it is worth."""

    _value, _fundval, _leverage, _unrealized = Late(), Late(), Late(), Late()
    _valuemkt, _valuelever, _valuemktlever = Late(), Late(), Late()

    cash: Any
    _stale = False  # prices have moved since the account was valued
    _cash_at_end: Any = 0.0  # of the bar: what a strategy changes counts from the next one on
    _positions_at_end = 0
    changes = 0
    """How often cash, a position, a share or a commission scheme has changed."""
    was_set = False
    """Whether somebody has set the cash or a commission scheme since the run began."""

    def _get_value(self, datas: Any = None, lever: bool = False) -> Any:
        """Value the account at the newest closes, or some of its positions."""
        if self._cash_addition:
            self.changes += 1
        if self._cash_addition or not self.p.shortcash or (datas and (len(datas) > 1 or lever)):
            return super()._get_value(datas, lever)
        if datas:
            (data,) = datas
            return self.positions[data].size * data.close[0]
        self._value_all(self.cash, len(self.positions))
        return self._valuelever if lever else self._value

    def _value_all(self, cash: Any, number: int) -> None:
        """Value the account with its first `number` positions."""
        worth = unlevered = unrealized = 0.0
        for data, position in islice(self.positions.items(), number):
            scheme = self.getcommissioninfo(data)
            close, size = data.close[0], position.size
            value = size * close
            gain = size * (close - position.price) * scheme.p.mult
            worth += value
            unrealized += gain
            if value > 0:
                unlevered += (value - gain) / scheme.p.leverage
                unlevered += gain
            else:
                unlevered += value
        total = cash + unlevered
        self.__dict__.update(
            _value=total,
            _fundval=total / self._fundshares,
            _valuemkt=unlevered,
            _valuelever=cash + worth,
            _valuemktlever=worth,
            _leverage=worth / (unlevered or 1.0),
            _unrealized=unrealized,
        )

    def _value_now(self) -> None:
        if self._stale:
            self._stale = False
            self._value_all(self._cash_at_end, self._positions_at_end)

    def get_value(self, datas: Any = None, mkt: bool = False, lever: bool = False) -> Any:
        """Return the value of the account, or of some of its positions."""
        if datas is None:
            return super().get_value(None, mkt, lever)
        if len(datas) != 1:
            self._value_now()  # backtrader's writes the account's value anew
        return self._get_value(datas, lever)

    getvalue = get_value

    def set_cash(self, cash: float) -> None:
        """Set the cash, as before a run."""
        self._value_now()
        super().set_cash(cash)
        self.changes += 1
        self.was_set = True

    setcash = set_cash

    def add_cash(self, cash: float) -> None:
        """Move cash into the account, or out of it, at the next bar."""
        self._value_now()
        super().add_cash(cash)

    def set_shortcash(self, shortcash: bool) -> None:
        """Say how shorts count from the next bar on."""
        self._value_now()
        super().set_shortcash(shortcash)
