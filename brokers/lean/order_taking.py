"""Orders made and told of in fewer steps than by backtrader's broker, with the same bits."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from .orders import clone, new_order


class OrderTaking(bt.brokers.BackBroker):
    """A `BackBroker` that makes and copies orders by `lean_orders`."""

    def buy(self, owner: Any, data: Any, size: Any, *prices: Any, **named: Any) -> Any:
        """Take an order to buy."""
        return self._take(bt.order.BuyOrder, owner, data, size, *prices, **named)

    def sell(self, owner: Any, data: Any, size: Any, *prices: Any, **named: Any) -> Any:
        """Take an order to sell."""
        return self._take(bt.order.SellOrder, owner, data, size, *prices, **named)

    def _take(
        self,
        kind: type[bt.Order],
        owner: Any,
        data: Any,
        size: Any,
        price: Any = None,
        plimit: Any = None,
        exectype: Any = None,
        valid: Any = None,
        tradeid: Any = 0,
        oco: Any = None,
        trailamount: Any = None,
        trailpercent: Any = None,
        parent: Any = None,
        transmit: Any = True,
        histnotify: Any = False,
        _checksubmit: bool = True,
        **info: Any,
    ) -> Any:
        order = new_order(
            kind, owner, data, size, price, exectype, pricelimit=plimit, valid=valid,
            tradeid=tradeid, trailamount=trailamount, trailpercent=trailpercent, parent=parent,
            transmit=transmit, histnotify=histnotify,
        )  # fmt: skip
        if info:
            order.addinfo(**info)
        self._ocoize(order, oco)
        return self.submit(order, check=_checksubmit)

    def notify(self, order: Any) -> None:
        """Queue a copy of an order as it stands, for its owner."""
        self.notifs.append(clone(order))

    def _ococheck(self, order: Any) -> None:
        """Cancel the orders of a group one of which has ended."""
        leader = self._ocos.get(self._ocos[order.ref])
        family = self._pchildren.get(order.ref, ())  # of a bracket, whose orders may wait twice
        alone = order.params.parent is None and len(family) < 2
        if alone and self._ocol.get(leader) == [order.ref]:
            del self._ocol[leader]  # as for most orders
        else:
            super()._ococheck(order)
