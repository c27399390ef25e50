"""Test one factor off-line, on the cross-sections that the sector book would see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...feeds.bars import Bars
from ...feeds.quoting import did_you_mean, shown
from ...search.factors.decay import HORIZONS as DECAY_HORIZONS
from ...search.factors.decay import decay, half_life
from ...search.factors.information import information
from ...search.factors.labelled import LEAST_NAMES, labelled
from ...search.factors.persistence import persistence
from ...search.factors.quantiles import quantile_returns
from ...search.factors.turnover import turnover
from ...strategies.sector.factors import Factor
from ..errors import ParameterError
from ..runs import registry
from ..runs.badges import data_badges, price_badges, warning_badges
from ..runs.bars.any_bars import AnyBars
from ..runs.keywords import fund_among
from ..runs.labels.badge_texts import badge, gravest_first
from ..runs.prepared import Prepared, prepared
from ..runs.result import Badge
from ..runs.stages import Progress, Stage
from ..trials.ledger import TrialLedger
from .arguments import check_counts, checked_horizons, checked_params
from .badges import found_badges, fund_badges
from .baskets import baskets_of
from .cross_sections import CrossSections, cross_sections
from .factor import FactorUnderTest
from .parameters import HORIZONS, PARAMETERS, STEP, STRATEGY
from .plain import known
from .result import AtHorizon, FactorTestResult, Universe, counted_rows
from .tried import tried_on

SETTINGS = ("start", "end", "seed", "no_dividends")
QUANTILES = 5


def silent(line: str) -> None:
    """Ignore a message."""


def run_factor_test(
    factor: str | Factor | FactorUnderTest,
    bars: AnyBars,
    *,
    inputs: Mapping[str, Any] | None = None,
    horizons: Sequence[int] = HORIZONS,
    step: int = STEP,
    quantiles: int = QUANTILES,
    cost_bps: float = 0.0,
    params: Mapping[str, Any] | None = None,
    ledger: TrialLedger | None = None,
    say: Callable[[str], None] = silent,
    progress: Progress | None = None,
    **settings: Any,
) -> FactorTestResult:
    """Test whether a factor predicts the residual returns of a fund's stocks.

    Parameters
    ----------
    factor : str or callable
        "value", "momentum", ``module:function`` or ``path/file.py:function``; or a function from
        what was `Seen` after a session to one number a stock: larger is better, NaN is not known.
    bars : Bars, files or tables
        The fund and its stocks, as for `run`; the first table is the fund, unless `params` names
        another as ``etf``.
    inputs : mapping, optional
        As for the strategy sector-long-short.
    horizons : sequence of int
        Sessions ahead, each from 1 to 1,260.
    step : int
        Sessions from one cross-section to the next.
    quantiles : int
        2 to 20.
    cost_bps : float
        Cost of an order in basis points of its value, one way, of the net figures.
    params : mapping, optional
        Of `PARAMETERS`, those of the universe and of betas.
    ledger : TrialLedger, optional
        Where the test is entered; None: this user's.
    say, progress : callable
        Called with messages, and with a `Stage` now and then.
    **settings
        start, end, seed, no_dividends, and what the readers of bars take. Cross-sections begin on
        the last session before `start`; earlier bars warm up.

    Returns
    -------
    FactorTestResult

    Raises
    ------
    ParameterError, StrategyError, BarsError, RequestError
        An argument is invalid, or the data do not suffice; the message says what to do.
    FactorStopped
        The factor raised an error, or returned something else than one number a stock.

    Examples
    --------
    >>> from btplaybook.feeds.simulated.sector import simulated_sector
    >>> from btplaybook.runners.factor_tests.run import run_factor_test
    >>> from btplaybook.runners.plans.input_files import of_market
    >>> bars, inputs = of_market(simulated_sector(0, years=3))
    >>> result = run_factor_test("momentum", bars, inputs=inputs)
    >>> list(result.horizons)
    [30, 60]
    """
    tested = factor if isinstance(factor, FactorUnderTest) else FactorUnderTest.of(factor)
    horizons = checked_horizons(horizons)
    check_counts(step, quantiles, cost_bps)
    kind = registry.resolve(STRATEGY)
    defaults = registry.parameters(kind)
    own = checked_params(params or {}, defaults)
    given = prepared(kind, bars, inputs=inputs, params=own, settings=settings)
    own = {name: own.get(name, defaults[name]) for name in PARAMETERS}
    fund, stocks = _fund_and_stocks(given.tables, own)
    first_row = int(np.searchsorted(fund.dates, np.datetime64(given.opens, "D")))
    sections = cross_sections(
        tested, fund, stocks, given.inputs, own, step=step, first_row=first_row, progress=progress
    )
    _check_found(tested, sections, horizons, fund, step)
    values, residuals, rows = sections.values, sections.residuals, sections.rows
    at = {}
    for horizon in horizons:
        dates = labelled(values, residuals, rows, horizon)
        at[horizon] = AtHorizon(
            information(dates),
            quantile_returns(dates, quantiles),
            turnover(values, rows, horizon, quantiles),
        )
    _tell(progress, "measuring the decay")
    faded = decay(values, residuals, rows, quantiles, {*DECAY_HORIZONS, *horizons})
    _tell(progress, "measuring baskets")
    counting = counted_rows(at, rows)
    window = (str(sections.dates[counting[0]]), str(sections.dates[counting[-1]]))
    return FactorTestResult(
        tested.name,
        tested.words,
        tested.sha256,
        {
            **{name: given.settings.plain()[name] for name in SETTINGS},
            "horizons": horizons,
            "step": step,
            "quantiles": quantiles,
            "cost_bps": float(cost_bps),
            "params": own,
        },
        given.tables,
        given.inputs.described(),
        gravest_first([*_badges(given, cost_bps), *fund_badges(fund, stocks), *found_badges(at)]),
        _universe(sections, fund, stocks),
        sections.dates,
        window,
        rows.size,
        at,
        faded,
        half_life(faded),
        persistence(values, residuals, rows, step, given.settings.seed),
        baskets_of(sections, horizons),
        tried_on(
            given.tables,
            say,
            ledger,
            strategy=tested.name,
            objective="rank IC",
            space=_space(horizons, step, own, tested),
            first=window[0],
            last=window[1],
            p_values={str(h): known(found.information.mean.p_value) for h, found in at.items()},
        ),
    )


def _tell(progress: Progress | None, name: str) -> None:
    if progress is not None:
        progress(Stage(name))


def _fund_and_stocks(tables: Sequence[Bars], params: Mapping[str, Any]) -> tuple[Bars, list[Bars]]:
    """Return the fund's table and those of its stocks."""
    name = fund_among(params, tables)
    fund = next((table for table in tables if table.name == name), None)
    if fund is None:
        near = did_you_mean(name, [table.name for table in tables], or_known=True)
        raise ParameterError(f"etf {shown(name)} is no table of bars{near}; give --bars NAME=FILE")
    stocks = [table for table in tables if table is not fund]
    if len(stocks) < LEAST_NAMES:
        raise ParameterError(
            f"a factor ranks stocks: beside the fund {fund.name} there are {len(stocks)}, and "
            f"{LEAST_NAMES} are needed; give --panel FILE, or --bars for each"
        )
    return fund, stocks


def _check_found(
    factor: FactorUnderTest,
    sections: CrossSections,
    horizons: Sequence[int],
    fund: Bars,
    step: int,
) -> None:
    """Raise if no cross-section says anything; the message says why."""
    n, rows, named = len(sections.dates), sections.rows, f"factor {shown(factor.name)}"
    if not rows.size:
        raise ParameterError(
            f"{fund.name} has {n} sessions, and none is left to test on after the history that "
            f"stocks need (min_history) and --start, at a step of {step} sessions: give earlier "
            "bars or a smaller step"
        )
    ahead = n - 1 - int(rows[0])
    if horizons[-1] > ahead:
        raise ParameterError(
            f"horizon {horizons[-1]}: after the first cross-section, {sections.dates[rows[0]]}, "
            f"there are {ahead} sessions; ask for a shorter one, give more bars, or a step smaller "
            f"than {step}"
        )
    span = f"{sections.dates[rows[0]]} to {sections.dates[rows[-1]]}"
    if not sections.universe.any():
        why = ", ".join(f"{count} {reason}" for reason, count in sections.excluded.items())
        raise ParameterError(
            f"no stock could be chosen on any date from {span}; on the last, "
            f"{why or 'none has a residual return'}: look at the floors and the inputs"
        )
    counts = (~np.isnan(sections.values)).sum(axis=1)
    if not counts.any():
        raise ParameterError(
            f"{named} is NaN for all stocks on all {rows.size} dates from {span}; does it read an "
            "input that is not given?"
        )
    if counts.max() < LEAST_NAMES:
        best = int(counts.argmax())
        raise ParameterError(
            f"{named} is known for at most {counts.max()} stocks, on "
            f"{sections.dates[rows[best]]}, and {LEAST_NAMES} are needed"
        )
    enough = sections.values[counts >= LEAST_NAMES]
    if (np.nanmin(enough, axis=1) == np.nanmax(enough, axis=1)).all():
        raise ParameterError(f"{named} is the same for all stocks on every date from {span}")


def _universe(sections: CrossSections, fund: Bars, stocks: Sequence[Bars]) -> Universe:
    names = sections.universe.sum(axis=1)
    some = names > 0
    share = (~np.isnan(sections.values)).sum(axis=1)[some] / names[some]
    return Universe(
        fund.name,
        len(stocks),
        (int(names.min()), float(names.mean()), int(names.max())),
        float(share.mean()),
        sections.excluded,
    )


def _badges(given: Prepared, cost_bps: float) -> list[Badge]:
    tables = given.tables
    found = data_badges(tables, given.inputs, "day", given.opens, given.lengths)
    found += [*warning_badges(tables), *price_badges(tables)]
    costs = badge("net of costs", cost=f"{cost_bps:g}") if cost_bps else badge("before costs")
    return [*found, costs]


def _space(
    horizons: Sequence[int], step: int, params: Mapping[str, Any], factor: FactorUnderTest
) -> str:
    """Return what was tested in one line: what differs from the defaults, and the code's hash."""
    defaults = registry.parameters(registry.resolve(STRATEGY))
    changed = [f"{name}={value}" for name, value in params.items() if value != defaults[name]]
    code = [f"code {factor.sha256[:12]}"] if factor.sha256 else []
    ahead = ", ".join(str(horizon) for horizon in horizons)
    return "; ".join([f"horizons {ahead}", f"step {step}", *changed, *code])
