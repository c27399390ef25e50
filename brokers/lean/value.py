"""The value of backtrader's account, computed when somebody reads it."""

from __future__ import annotations

from typing import Any

from .order_taking import OrderTaking


class LeanValue(OrderTaking):
    """A `BackBroker` that is valued late: at most bars nobody reads what it is worth."""

    _stale = False
    cash: Any
    """Whether prices have moved since the account was valued."""
    changes = 0
    """How often cash, a position, a share or a commission scheme has changed."""
    was_set = False
    """Whether somebody has set the cash or a commission scheme since the run began."""

    def _get_value(self, datas: Any = None, lever: bool = False) -> Any:
        """Value the account at the newest closes, or some of its positions."""
        if self._cash_addition:
            self.changes += 1
        if self._cash_addition or not self.p.shortcash:
            return super()._get_value(datas, lever)
        if datas:
            if len(datas) > 1 or lever:
                return super()._get_value(datas, lever)
            return self.positions[datas[0]].size * datas[0].close[0]
        worth = unlevered = unrealized = 0.0
        for data, position in self.positions.items():
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
        self._value = self.cash + unlevered
        self._fundval = self._value / self._fundshares
        self._valuemkt = unlevered
        self._valuelever = self.cash + worth
        self._valuemktlever = worth
        self._leverage = worth / (unlevered or 1.0)
        self._unrealized = unrealized
        return self._valuelever if lever else self._value

    def _value_now(self) -> None:
        if self._stale:
            self._stale = False
            self._get_value()

    def get_value(self, datas: Any = None, mkt: bool = False, lever: bool = False) -> Any:
        """Return the value of the account, or of some of its positions."""
        if datas is None:
            if self._stale:
                self._value_now()
            return super().get_value(None, mkt, lever)
        if len(datas) > 1:
            self._value_now()  # backtrader's writes the account's value anew
        return self._get_value(datas, lever)

    getvalue = get_value

    def get_fundvalue(self) -> Any:
        """Return the value of a share of the account."""
        self._value_now()
        return self._fundval

    fundvalue = property(get_fundvalue)

    def get_leverage(self) -> Any:
        """Return the leverage of the account."""
        self._value_now()
        return super().get_leverage()

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
