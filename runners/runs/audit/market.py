"""The market that a strategy is audited on when no bars are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import ParameterError
from .. import registry
from ..inputs import inputs_of_market
from ..labels.formats import counted
from ..prepared import Prepared, prepared
from ..stages import Progress, days_of
from ..traits import traits_of
from .heard import Heard
from .told_days import WHOLE
from .trace import Trace, traced

FEEDS = (1, 2, 3, 5, 8)
"""Numbers of feeds that are tried in turn."""

STOCKS, YEARS = 30, 3
"""Size of the sector market for strategies that read inputs."""


def simulated_run(
    kind: registry.Strategy,
    heard: Heard,
    progress: Progress | None = None,
    *,
    settings: Mapping[str, Any],
    **given: Any,
) -> tuple[Prepared, Trace]:
    """Return a run of a strategy on a simulated market of as many feeds as it needs; and its trace.

    The fewest feeds are taken with which it runs and sends an order or states a target; if it never
    does and never fails, one feed. A strategy that reads inputs gets a sector with its companies'
    books.

    Raises
    ------
    Exception
        What the strategy raised, where no number of feeds makes it act.
    """
    seed = settings.get("seed", 0)
    if reads := traits_of(kind).reads:
        from ....feeds.simulated.sector import simulated_sector

        market = simulated_sector(seed, n_stocks=STOCKS, years=YEARS)
        inputs = inputs_of_market(market)
        if unknown := [name for name in reads if name not in inputs]:
            raise ParameterError(
                f"{registry.name_of(kind)} reads {unknown[0]}, which no simulated market has: "
                "give bars and inputs"
            )
        known = {name: inputs[name] for name in inputs if name in (*reads, "split_factors")}
        ready = prepared(kind, market.bars, inputs=known, settings=settings, **given)
        return ready, traced(ready, heard, reached=days_of(progress, WHOLE, ready.tables))
    from ....feeds.simulated.uneven import uneven_market

    runs: list[tuple[Prepared, Trace]] = []
    failures: list[Exception] = []
    for n_feeds in FEEDS:
        ready = prepared(kind, uneven_market(seed, n_feeds), settings=settings, **given)
        reached = days_of(progress, f"on {counted(n_feeds, 'feed')}", ready.tables)
        trace = traced(ready, heard, reached=reached)
        if trace.failed is not None:
            failures.append(trace.failed)
            continue
        if trace.sent or trace.stated:
            return ready, trace
        runs.append((ready, trace))
    if failures:
        raise _telling(failures)
    return runs[0]


def _telling(failures: list[Exception]) -> Exception:
    """Return the first error that is not about a feed that is not there."""
    return next(
        (one for one in failures if not isinstance(one, LookupError | AttributeError)), failures[-1]
    )
