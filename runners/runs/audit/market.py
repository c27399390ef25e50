"""The market that a strategy is audited on when no bars are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....feeds.simulated.sector import simulated_sector
from ....feeds.simulated.uneven import uneven_market
from ...errors import ParameterError
from .. import registry
from ..inputs import inputs_of_market
from ..prepared import Prepared, prepared
from ..traits import traits_of
from .heard import Heard
from .trace import traced

FEEDS = (1, 2, 3, 5, 8)
"""Numbers of feeds that are tried in turn."""

STOCKS, YEARS = 30, 3
"""Size of the sector market for strategies that read inputs."""


def simulated_run(
    kind: registry.Strategy, heard: Heard, *, settings: Mapping[str, Any], **given: Any
) -> Prepared:
    """Return a run of a strategy on a simulated market with as many feeds as it needs.

    The fewest feeds are taken with which it runs and sends an order or states a target; else the
    fewest with which it runs. A strategy that reads inputs gets a sector with its companies' books.

    Raises
    ------
    Exception
        Whatever the strategy raises with every number of feeds.
    """
    seed = settings.get("seed", 0)
    if reads := traits_of(kind).reads:
        market = simulated_sector(seed, n_stocks=STOCKS, years=YEARS)
        inputs = inputs_of_market(market)
        if unknown := [name for name in reads if name not in inputs]:
            raise ParameterError(
                f"{registry.name_of(kind)} reads {unknown[0]}, which no simulated market has: "
                "give bars and inputs"
            )
        known = {name: inputs[name] for name in inputs if name in (*reads, "split_factors")}
        return prepared(kind, market.bars, inputs=known, settings=settings, **given)
    runs: Prepared | None = None
    failures: list[Exception] = []
    for n_feeds in FEEDS:
        ready = prepared(kind, uneven_market(seed, n_feeds), settings=settings, **given)
        trace = traced(ready, heard)
        if trace.failed is not None:
            failures.append(trace.failed)
            continue
        if trace.sent or trace.stated:
            return ready
        runs = runs or ready
    if runs is not None:
        return runs
    raise _telling(failures)


def _telling(failures: list[Exception]) -> Exception:
    """Return the first error that is not about a feed that is not there."""
    return next(
        (one for one in failures if not isinstance(one, LookupError | AttributeError)), failures[-1]
    )
