"""What to do tomorrow: run a strategy up to its last bar, and say which orders follow."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ....brokers.cost_model import AnyCosts
from ....brokers.ledger import instrument
from ....feeds.bars import Bars
from ....feeds.calendars import last_of_period
from ....feeds.next_bars import next_date, next_deciding_date
from ....feeds.portfolio import Portfolio, read_portfolio
from ....feeds.reading import Reading
from ...errors import ParameterError
from .. import registry, told_params
from ..bars.any_bars import AnyBars, reading_in
from ..bars.lengths import behind, same_end
from ..cerebro import run_cerebro
from ..inputs import Inputs, check_read
from ..keywords import check_names, funds_of, params_on, settings_and_params
from ..own_costs import costs_in
from ..own_costs import told as told_costs
from ..provenance import described, versions
from ..settings import Settings
from ..stages import Progress, days_of, inside
from ..traits import traits_of
from ..window import in_order, opening_day, tables_of
from .account import CASH, OWN, Account, account_of
from .holdings import holdings_of, position_words
from .known_orders import filled_on
from .pending import pending_orders
from .plan import Planned, planned
from .result import NextResult
from .sessions import in_sessions, notes_on
from .what_if import WhatIf, goes_on


def tomorrow(
    strategy: registry.Strategy | str | Path,
    bars: AnyBars,
    *,
    money: float | None = None,
    portfolio: Portfolio | str | Path | None = None,
    inputs: Mapping[str, Any] | None = None,
    costs: AnyCosts | None = None,
    params: Mapping[str, Any] | None = None,
    reading: Reading | None = None,
    progress: Progress | None = None,
    say: Callable[[str], object] | None = None,
    **settings: Any,
) -> NextResult:
    """Run a strategy up to the last bar and return the orders for the session after it.

    Parameters
    ----------
    strategy, bars, inputs, costs, params, reading
        As for `run`.
    money : float, optional
        Start from so much cash and no shares, account currency, > 0.
    portfolio : Portfolio, str or Path, optional
        Start from these shares and this money; a path names a file for `read_portfolio`. With
        neither, the orders start from what the run's own account holds.
    progress : callable, optional
        Called with a `Stage` at each day of the run, and of those that go on at other closes.
    say : callable, optional
        Called with the position as one sentence, as soon as it is known, where the strategy goes on
        to be run at other closes.
    **settings
        As for `run`.

    Returns
    -------
    NextResult
        Position, orders and triggers; `words_of` says them in sentences.

    Raises
    ------
    ParameterError
        Both `money` and `portfolio` are given, or a value is out of range; and the errors of `run`.

    Examples
    --------
    >>> from btplaybook.feeds.samples import sample
    >>> from btplaybook.runners.runs.next.tomorrow import tomorrow
    >>> result = tomorrow("sma-switch", sample("sp500"), period=8, money=1_000_000.0)
    >>> [(order.size, order.conditions[0].if_close) for order in result.orders]
    [(-401.0, 'below'), (398.0, 'above')]
    """
    kind = registry.strategy_of(strategy)
    settings, own_costs = costs_in(costs, settings)
    read, settings = reading_in(kind, reading, settings)
    chosen, given = settings_and_params(kind, settings, params)
    check_names(kind, given)
    tables, known = tables_of(bars, chosen, read), Inputs.of(inputs)
    given = params_on(kind, given, tables, known)
    tables = in_order(kind, tables, given)
    check_read(kind, known, funds_of(kind, given, tables), tables[0].dates[-1].item(), given)
    read_tables = tables
    tables, lengths = same_end(kind, tables, chosen, given)
    opens = opening_day(tables, chosen)
    prices = {table.name: float(table.close[-1]) for table in tables}
    start = _start(money, portfolio, prices)

    def ran_over(longer: Sequence[Bars], told: Progress | None) -> Any:
        return run_cerebro(
            kind, longer, given, chosen, opens, inputs=known, costs=own_costs,
            reached=days_of(told, "", longer),
        )  # fmt: skip

    runs = itertools.count(1)

    ran, broker = ran_over(tables, progress)
    book = broker.ledger
    as_of: datetime.date = max(table.dates[-1].item() for table in tables)
    session = min(next_date(table) for table in tables if table.dates[-1].item() == as_of)
    deciding = [table for table in tables if goes_on(table, session)]
    own = _own(book, chosen)
    every = getattr(ran, "decides_every", chosen.every)
    traits = traits_of(kind)
    remarks = {} if traits.sends_orders else ran.remarks()
    told = {instrument(data): words for data, words in remarks.items()}
    entries = {instrument(data): position.price for data, position in broker.positions.items()}
    holdings = holdings_of(book, entries, told, tables)

    def at_other_closes(number: int, most: int | None = None) -> Progress | None:
        if number == 1 and say is not None:
            say(f"{traits.title}, as of {as_of}: {position_words(holdings)} Orders follow.")
        words = f"run {number}" if most is None else f"run {number} of at most {most}"
        share = None if most is None else min((number - 1) / most, 1.0)
        return inside(progress, "at other closes", words, share)

    def went_on(longer: Sequence[Bars]) -> Any:
        return ran_over(longer, at_other_closes(next(runs)))[0]

    answer = ran.what_if(at_other_closes) if hasattr(ran, "what_if") else None
    what_if = WhatIf(went_on, tables, session, answer)
    asked = Planned(
        every=every,
        ran=ran,
        tables=tables,
        settings=chosen,
        as_of=as_of,
        session=session,
        decided=_decides(tables, as_of, every),
        decides=_decides(deciding, session, every),
        own=own,
        account=start or own,
        prices=prices,
        pending=broker.unfilled,
        filled=filled_on(book, as_of),
        ruined_on=book.ruined_on,
        what_if=what_if,
        sent=pending_orders(broker, session, own, prices) if traits.sends_orders else None,
    )
    orders, searched, notes = planned(asked)
    orders = in_sessions(orders, tables, as_of)
    notes = [*notes, *notes_on(orders, tables)]
    said = [*(() if traits.sends_orders else ran.words_for_next())]
    return NextResult(
        strategy=registry.name_of(kind),
        title=traits.title,
        params={name: told_params.told(getattr(ran.p, name)) for name in registry.parameters(kind)},
        settings=chosen.plain() | ({} if own_costs is None else {"costs": told_costs(own_costs)}),
        data=[described(table) for table in tables],
        versions=versions(),
        as_of=as_of,
        session=session,
        decides_next=min(next_deciding_date(table, every) for table in deciding),
        position=own.weights(prices),
        target=asked.target,
        holdings=holdings,
        account=asked.account,
        prices=prices,
        orders=orders,
        filled=in_sessions(asked.filled, tables, as_of),
        searched=searched,
        notes=[*said, *notes],
        sends_orders=traits.sends_orders,
        code=registry.code_of(kind),
        at=asked.at,
        behind=behind(read_tables, tables, lengths),
    )


def _start(
    money: float | None, portfolio: Portfolio | str | Path | None, prices: Mapping[str, float]
) -> Account | None:
    """Return the account that the orders start from; None for the run's own."""
    if money is not None and portfolio is not None:
        raise ParameterError("say either --cash, all in cash, or --holdings with a row CASH")
    if money is not None:
        if not 0.0 < money <= 1e15:
            raise ParameterError(f"cash must be a number > 0, and at most 1e+15, got {money!r}")
        return Account(CASH, {}, float(money))
    if portfolio is None:
        return None
    where = "portfolio"
    if not isinstance(portfolio, Portfolio):
        where, portfolio = str(portfolio), read_portfolio(portfolio)
    account = account_of(portfolio, prices, where)
    if not account.value(prices) > 0.0:
        raise ParameterError(
            f"{where} is worth {account.value(prices):,.2f} at the last closes: orders need an "
            "account worth more than 0; is the row CASH missing?"
        )
    return account


def _own(book: Any, settings: Settings) -> Account:
    """Return what the run's account holds after its last close."""
    if not book.days:
        return Account(OWN, {}, settings.cash, settings.whole_shares)
    day = book.days[-1]
    shares = {name: n for name, n in zip(book.instruments, day.holdings, strict=True) if n}
    return Account(OWN, shares, day.cash, settings.whole_shares)


def _decides(tables: Sequence[Bars], day: datetime.date, every: str) -> bool:
    """Return whether a day is the last of its period for any of the tables."""
    return any(
        last_of_period(table.calendar, [day.isoformat()], every, table.frequency).all()
        for table in tables
    )
