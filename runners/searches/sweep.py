"""Sweep a space once over a window: rank the sets, confirm the best, count and judge them.

It is what a search and a walk-forward's look at the whole window have in common.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...feeds.bars import Bars
from ...search.driver import Progress as Searched
from ...search.driver import search
from ...search.engines.engine import BY_RUNS, Engine
from ...search.evaluator import Evaluator
from ...search.found import Found
from ...search.objectives import ranked_by
from ...search.screen import Screen
from ...search.space import Space
from ..runs import registry
from ..runs.inputs import Inputs
from ..runs.provenance import versions
from ..runs.result import RunResult
from ..runs.settings import Settings
from ..runs.stages import Progress, part
from ..trials.count import counted
from ..trials.ledger import Ever
from ..worth.result import Worth
from .bar_by_bar import RunEvaluator
from .best import again, run_best
from .confirmation import Confirmation, Confirms, lines
from .evaluators import kernel_of
from .judged import entered, in_brief, judged
from .own_objective import OwnObjective
from .stopped import Stopped, stopped_in
from .telling import confirming, telling

SEARCHING = "searching"


class Swept(NamedTuple):
    """What a sweep came to."""

    found: Found
    confirmed: int
    """Sets that were run again bar by bar with the same result; 0 if the sweep is of such runs."""
    best: RunResult | None
    """The run of the best set, without strips; None if it differs each time it is run."""
    stopped: Stopped | None


@dataclass(frozen=True, eq=False, kw_only=True)
class Sweep:
    """A space, and all that its sets are evaluated with.

    Attributes
    ----------
    kind : class
        The strategy.
    params : mapping
        Parameters that the space does not set.
    space : Space
    tables : sequence of Bars
        One for each feed.
    opens : date
        Day at whose close the account opens.
    settings : Settings
    inputs : Inputs
    inner : Evaluator
        What gives the statistics of sets: a kernel, or runs bar by bar.
    screen : Screen or None
        It gives the equity of one set; None where each set is run.
    objective : str
        The column that ranks.
    own : OwnObjective or None
        The user's function behind it.
    sample : int or None
    engine : str or Engine
    workers, scheduler, store
        As for `search.driver.search`.
    say : callable
    progress : callable or None
    """

    kind: registry.Strategy
    params: Mapping[str, Any]
    space: Space
    tables: Sequence[Bars]
    opens: datetime.date
    settings: Settings
    inputs: Inputs
    inner: Evaluator
    screen: Screen | None
    objective: str
    own: OwnObjective | None = None
    sample: int | None = None
    engine: str | Engine = "threads"
    workers: int | None = None
    scheduler: str | None = None
    store: Path | None = None
    say: Callable[[str], None] = lambda line: None
    progress: Progress | None = None

    @property
    def evaluator(self) -> Evaluator:
        """The evaluator, with the objective among its columns."""
        return ranked_by(self.inner, self.objective)

    @property
    def used_engine(self) -> str | Engine:
        """The engine; runs hold Python's interpreter lock, so that threads would not help them."""
        by_runs = self.screen is None and self.engine == "threads"
        return BY_RUNS if by_runs else self.engine

    def run(
        self,
        top: int,
        at_random: int,
        watch: Callable[[Searched], object] | None = None,
        confirms: Confirms | None = None,
    ) -> Swept:
        """Rank the sets, and run the best `top` and some random ones again bar by bar.

        Raises
        ------
        SchedulerUnreachable, StoreError, SearchStopped
            As for `search.driver.search`; and `SearchStopped` if every set was stopped.
        Mismatch
            The kernel and a bar-by-bar run differ.
        """
        part(self.progress, SEARCHING)
        evaluator = self.evaluator
        confirmed, best, stopped = 0, None, None
        with contextlib.ExitStack() as stack:
            confirmation = None
            if self.screen is not None:
                confirmation = stack.enter_context(
                    Confirmation(
                        self.kind, self.params, self.space, self.tables, self.settings, evaluator,
                        self.screen, top + at_random,
                    )
                )  # fmt: skip
                confirmation.begin(self.space.size if self.sample is None else self.sample)
            found = search(
                self.space,
                evaluator,
                self.objective,
                engine=self.used_engine,
                workers=self.workers,
                scheduler=self.scheduler,
                sample=self.sample,
                seed=self.settings.seed,
                store=self.store,
                manifest=self.manifest,
                top=top,
                chunk=1 if self.screen is None else None,
                say=telling(watch, self.progress, SEARCHING),
            )
            if confirmation is not None:
                confirmed, best = confirmation(
                    found, at_random, confirms or confirming(self.progress) or lines(self.say)
                )
        if isinstance(self.inner, RunEvaluator):
            stopped = stopped_in(found, self.inner)
            best = run_best(self.kind, self.inner, found, self.say, self.progress)
        return Swept(found, confirmed, best, stopped)

    def entered(
        self, found: Found, window: tuple[str, str], command: str = "search"
    ) -> Ever | None:
        """Enter what was tried into the ledger; return what was ever tried on these bars."""
        return entered(self.kind, self.space, self.tables, found, window, self.say, command=command)

    def entered_sets(self, window: tuple[str, str], command: str) -> Ever | None:
        """Enter the sets without evaluating them: they count as different from all others."""
        sets = self.sample or self.space.count or self.space.size
        return counted(
            self.tables, None, self.say, command=command, strategy=registry.name_of(self.kind),
            objective=self.objective, space=in_brief(self.space), first=window[0], last=window[1],
            tried=sets, distinct=sets,
        )  # fmt: skip

    def judged(self, swept: Swept, held: pd.Series, level: str, ever: Ever | None) -> Worth | None:
        """Return what the best set is worth; None at the level "none".

        Parameters
        ----------
        swept : Swept
        held : Series
            Daily returns of buying and holding from the opening day on, the first NaN.
        level : {"quick", "full", "none"}
        ever : Ever or None
        """
        if level == "none":
            return None
        return judged(
            self.kind, self.params, self.space, self.tables, self.opens, self.settings,
            self.evaluator, swept.found, swept.best, held, self.sample, level, ever,
            own_objective=self.own is not None, engine=self.used_engine, workers=self.workers,
            scheduler=self.scheduler, store=self.store, manifest=self.manifest,
            progress=self.progress,
        )  # fmt: skip

    def daily_returns(self, found: Found, index: int) -> pd.Series | None:
        """Return the daily returns of a set by day: from the kernel, or by running it once more.

        None if the rows of the sets were not kept, or if it differs each time it is run.
        """
        if isinstance(self.inner, RunEvaluator):
            if found.rows is None:
                return None
            rows = found.rows()
            row = rows[rows["index"] == index].iloc[0]
            ran, _ = again(self.kind, self.inner, row)
            return None if ran is None else ran.returns
        on = kernel_of(self.kind, self.params, self.space, self.tables, self.opens, self.settings)
        if on is None:
            return None
        dates = self.tables[0].dates
        days = dates[dates >= np.datetime64(self.opens)][1:]
        daily = on(self.tables).daily_returns(np.array([index], np.int64))[:, 0]
        return pd.Series(daily, pd.DatetimeIndex(days))

    @property
    def manifest(self) -> dict[str, Any] | None:
        """Everything that the figures in a store depend on; None without a store."""
        if self.store is None:
            return None
        code = registry.code_of(self.kind)
        return {
            "strategy": registry.name_of(self.kind),
            **({"code": code} if code else {}),
            **({"function": dataclasses.asdict(self.own)} if self.own else {}),
            "params": dict(self.params),
            "settings": {
                k: v
                for k, v in self.settings.plain().items()
                if k != "loop"  # same figures
            },
            "bars": {table.name: table.vintage for table in self.tables},
            **(
                {"inputs": {i["name"]: i["sha256"] for i in self.inputs.described()}}
                if self.inputs
                else {}
            ),
            "opens_on": str(self.opens),
            "versions": versions(),
        }
