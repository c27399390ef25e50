"""What the best set of a study's search is worth, family of rules by family of rules."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...feeds.bars import Bars
from ...feeds.errors import BarsError, RequestError
from ...feeds.reading import Reading
from ...search.distinct import Distinct
from ...search.driver import search
from ...search.found import Found
from ...search.kernels.chosen import Kernel
from ...search.objectives import kernel_of as kernel_named
from ...search.objectives import ranked_by
from ...search.space import Space
from ..runs import registry
from ..runs.labels.formats import counted as counted_of
from ..runs.metrics import buy_and_hold
from ..runs.settings import Settings
from ..searches.evaluators import KernelOn, kernel_of
from ..searches.forward import walked_forward
from ..trials.count import counted
from ..walk_forwards.result import WalkForwardResult
from ..worth.effort import Effort
from ..worth.elsewhere import FEWEST_DAYS, Elsewhere, elsewhere, later_tables
from ..worth.measure import Searched, worth_of
from ..worth.result import Worth
from .study import Evidence

PLACEBOS = 200
"""Made-up markets of each kind: p-values down to half a per cent."""

AT_ONCE = 8
"""Of them searched at one go: each takes a few milliseconds."""

UNMEASURED = "What the winners are worth was not measured: no made-up markets were asked for."

REPLICATES, NULL_SAMPLES, MOST_SETS = 500, 30, 2000


def placebos(evidence: Evidence) -> int:
    """Return how many made-up markets of each kind a winner is held against."""
    return PLACEBOS if evidence.placebos is None else evidence.placebos


class Family(NamedTuple):
    """A rule, or one direction of a rule, with the sets that the source searches."""

    name: str
    """For readers: "S4"."""
    strategy: str
    space: Space
    params: Mapping[str, Any]
    """Parameters that the space does not set."""
    objective: str
    """What the study ranks by."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Winner:
    """The best set of a family on a ticker, and what it is worth.

    Attributes
    ----------
    ticker, family, strategy, objective : str
    set : dict
        The best set's parameters.
    value : float or None
        Its objective.
    worth : Worth
        Its placebo is of this family alone, so that families of different size compare by p.
    forward : WalkForwardResult or None
        The family's sets chosen anew within the window.
    no_forward : str
        Why there is none.
    later : Elsewhere or None
        The best set, unchanged, on the days after the window.
    no_later : str
        Why there are none.
    """

    ticker: str
    family: str
    strategy: str
    objective: str
    set: dict[str, Any]
    value: float | None
    worth: Worth
    forward: WalkForwardResult | None
    no_forward: str
    later: Elsewhere | None
    no_later: str

    def plain(self) -> dict[str, Any]:
        """Return it as study.json has it: `worth` with the keys of search.json.

        How many rules were ever tried on this machine is left out: study.json of equal bars is
        equal on all machines.
        """
        worth = self.worth.plain()
        worth["trials"] = {
            name: value
            for name, value in worth["trials"].items()
            if name not in ("ever", "earlier")
        }
        worth["reasons"].pop("ever", None)
        return {
            "ticker": self.ticker,
            "family": self.family,
            "strategy": self.strategy,
            "objective": self.objective,
            "set": self.set,
            "value": self.value,
            "worth": worth,
            "walk_forward": None if self.forward is None else self.forward.brief(),
            "no_walk_forward": self.no_forward or None,
            "later": None if self.later is None else self.later.plain(),
            "no_later": self.no_later or None,
        }


class Ground(NamedTuple):
    """The bars that a ticker's families are searched on."""

    tables: list[Bars]
    """One table: the bars that count, and before them those that warm up."""
    opens_on: datetime.date
    settings: Settings
    later: list[Bars] | None
    """The same with the days after the window; None where there are none."""
    no_later: str


def ground(
    evidence: Evidence, ticker: str, warm_up: int, *, dividends: bool = True, **settings: Any
) -> Ground:
    """Return the bars of a ticker's searches.

    Parameters
    ----------
    evidence : Evidence
    ticker : str
    warm_up : int
        Most bars that any set reads before it decides; earlier ones are left out.
    dividends : bool
        False: prices alone, as a source has them.
    **settings
        Fields of `Settings`.
    """
    window = evidence.window(ticker)
    opens = window.dates[0].item()
    bars = _warmed_up(evidence.of(ticker), opens, warm_up, dividends)
    start = evidence.start if evidence.start > bars.dates[0].item() else None
    chosen = Settings(start=start, end=window.dates[-1].item(), seed=evidence.seed, **settings)
    later, why = _later(evidence, ticker, bars, chosen, dividends)
    return Ground([bars], opens, chosen, later, why)


def winners(
    evidence: Evidence, ticker: str, families: Sequence[Family], on: Ground
) -> list[Winner]:
    """Search each family, enter all of them into the ledger of trials, and judge the best sets."""
    kernels = [_kernel_on(family, on) for family in families]
    judged = [kernel(on.tables) for kernel in kernels]
    found = [
        search(family.space, ranked_by(own, family.objective), family.objective, top=1)
        for family, own in zip(families, judged, strict=True)
    ]
    _enter(evidence, families, found, on)
    return [
        _winner(evidence, ticker, *one, on)
        for one in zip(families, kernels, judged, found, strict=True)
    ]


def _kernel_on(family: Family, on: Ground) -> KernelOn:
    kind = registry.resolve(family.strategy)
    kernel = kernel_of(kind, family.params, family.space, on.tables, on.opens_on, on.settings)
    assert kernel is not None  # the families of the studies are rules of one feed
    return kernel


def _enter(
    evidence: Evidence, families: Sequence[Family], found: Sequence[Found], on: Ground
) -> None:
    dates = on.tables[0].dates[on.tables[0].dates > np.datetime64(on.opens_on)]
    counted(
        on.tables,
        Distinct.union(one.rules for one in found if one.rules is not None),
        evidence.say,
        command=f"study {evidence.study.name}",
        strategy=", ".join(dict.fromkeys(family.strategy for family in families)),
        objective=families[0].objective,
        space="; ".join(
            f"{family.name} {counted_of(one.evaluated, 'set')}"
            for family, one in zip(families, found, strict=True)
        ),
        first=str(dates[0]),
        last=str(dates[-1]),
        tried=sum(one.evaluated for one in found),
    )


def _winner(
    evidence: Evidence,
    ticker: str,
    family: Family,
    kernel_on: KernelOn,
    kernel: Kernel,
    found: Found,
    on: Ground,
) -> Winner:
    bars, settings = on.tables[0], on.settings
    best = found.top.iloc[0]
    own = family.space.set_at(int(best["index"]))
    returns = kernel.daily_returns(np.array([int(best["index"])]))[:, 0]
    days = pd.DatetimeIndex(bars.dates[bars.dates >= np.datetime64(on.opens_on)])
    held, _ = buy_and_hold(bars, days, settings.cash, bars.periods_per_year, 0.0)
    worth = worth_of(
        Searched(
            found=found,
            tables=on.tables,
            opens_on=on.opens_on,
            space=family.space,
            objective=family.objective,
            kernel=kernel_named(kernel),
            family=True,
            sample=None,
            seed=evidence.seed,
            risk_free_rate=0.0,
            winner=returns if np.isfinite(returns).all() else None,
            held=held.to_numpy(np.float64)[1:],
            returns=kernel,
            on=kernel_on,
            over_held=True,
        ),
        "quick",
        None,
        doing=Effort(placebos(evidence), MOST_SETS, REPLICATES, NULL_SAMPLES, AT_ONCE),
    )
    kind = registry.resolve(family.strategy)
    forward, no_forward = walked_forward(
        kind, family.params, family.space, on.tables, settings, family.objective, None,
        found.evaluated, len(returns) / bars.periods_per_year, "quick",
        kernel=kernel_named(kernel), family=True, by_kernel=True,
    )  # fmt: skip
    after = elsewhere(kind, {**family.params, **own}, settings, [], on.later)
    value = best[family.objective]
    return Winner(
        ticker=ticker,
        family=family.name,
        strategy=family.strategy,
        objective=family.objective,
        set=dict(own),
        value=float(value) if np.isfinite(value) else None,
        worth=worth,
        forward=forward,
        no_forward=no_forward,
        later=after[0] if after else None,
        no_later=on.no_later,
    )


def _warmed_up(bars: Bars, opens: datetime.date, warm_up: int, dividends: bool) -> Bars:
    """Return the bars from `warm_up` before the opening day on, prices alone if asked for."""
    row = int(np.searchsorted(bars.dates, np.datetime64(opens)))
    cut = bars.between(bars.dates[max(0, row - warm_up)].item(), None)
    return cut if dividends else cut.without_dividends()


def _later(
    evidence: Evidence, ticker: str, bars: Bars, settings: Settings, dividends: bool
) -> tuple[list[Bars] | None, str]:
    """Return bars that go on after the window, and why there are none."""
    if evidence.whole is None:
        return None, "no bars after the window are known"
    try:
        whole = evidence.whole(ticker).between(bars.dates[0].item(), None)
    except (BarsError, RequestError) as error:
        return None, str(error).splitlines()[0]
    whole = whole if dividends else whole.without_dividends()
    days = int(np.count_nonzero(whole.dates > bars.dates[-1]))
    if days < FEWEST_DAYS:
        told = "end with it" if not days else f"hold {counted_of(days, 'later day')}"
        return None, f"the bars {told}"
    return later_tables([whole], settings, Reading()), ""
