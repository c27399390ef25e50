"""The result of a search."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...feeds.bars import Bars
from ...search.evaluator import DIFFERENCES
from ...search.found import Found
from ...search.objectives import derived
from ...search.space import Space
from ..runs.labels.formats import counted
from ..runs.labels.text_table import ROWS, text_table
from ..runs.labels.traded import heading as heading_of
from ..runs.labels.traded import traded_name
from ..runs.on_demand import OnPage, from_pages
from ..runs.provenance import described, versions
from ..runs.result import SCHEMA, Badge, RunResult, plain_number
from ..runs.settings import Settings
from ..walk_forwards.result import WalkForwardResult
from ..worth.elsewhere import Elsewhere
from ..worth.result import Worth
from ..worth.vault import Vault
from .columns import cell, heading
from .compared import Compared
from .median import Median
from .own_objective import OwnObjective
from .stopped import Stopped

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False)
class SearchResult(OnPage):
    """The result of a search, with the number of runs that confirm it.

    Attributes
    ----------
    strategy, title : str
        Registered name, and name for readers.
    space : Space
        The space of parameter sets.
    params : dict
        Parameters that the space does not set.
    settings : Settings
        Settings of every set.
    seed : int
        Seed of the sample and of the randomly confirmed sets.
    sample : int or None
        Number of random sets that were tried; None: all sets.
    kernel : str
        Name of the evaluator.
    found : Found
        The ranked sets and their statistics.
    confirmed : int
        Number of sets that were run again bar by bar with the same result; 0 if the search itself
        consists of such runs.
    neighbours : DataFrame
        The best set (step 0) and its neighbours in each parameter: `parameter`, `step`, `value`,
        `objective`.
    median : Median
        The set in the middle of the ranking.
    held : dict
        Metrics of buying and holding.
    bars : list of Bars
        The bars that were searched.
    window : tuple of (str, str)
        First and last day that count.
    twice_a_day : bool
        Whether the strategy also decides before the open.
    inputs : list of dict
        The strategy's other inputs, as a run keeps them.
    median_excess : dict
        What `median.excess_of` returns.
    badges : list of Badge
        Statements about the bars and inputs, as `runs.badges.data_badges` returns them.
    sends_orders : bool
        Whether the strategy sends its own orders; then there are no points.
    own_objective : OwnObjective or None
        The user's function that ranks.
    stopped : Stopped or None
        Sets whose runs were stopped, which rank behind the others.
    best : RunResult or None
        The bar-by-bar run of the best set, without strips; None if it differs each time it is run.
    worth : Worth or None
        What the best set is worth; None if it was not to be measured.
    elsewhere : list of Elsewhere
        The best set, unchanged, on later days and on other instruments.
    vault : Vault or None
        The last part of the bars, which the search did not see.
    forward : WalkForwardResult or None
        The sets chosen anew at each refit, with what was known then.
    no_forward : str
        Why there is none.
    compared : list of Compared
        The best set, the median trial, the walk-forward, and buying and holding; empty where worth
        was not to be measured.
    """

    strategy: str
    title: str
    space: Space
    params: dict[str, Any]
    settings: Settings
    seed: int
    sample: int | None
    kernel: str
    found: Found
    confirmed: int
    neighbours: pd.DataFrame
    median: Median
    held: dict[str, Any]
    bars: list[Bars]
    window: tuple[str, str]
    twice_a_day: bool = False
    inputs: list[dict[str, Any]] = field(default_factory=list)
    median_excess: dict[str, float | None] = field(default_factory=dict)
    badges: list[Badge] = field(default_factory=list)
    sends_orders: bool = False
    own_objective: OwnObjective | None = None
    stopped: Stopped | None = None
    best: RunResult | None = None
    worth: Worth | None = None
    elsewhere: list[Elsewhere] = field(default_factory=list)
    vault: Vault | None = None
    forward: WalkForwardResult | None = None
    no_forward: str = ""
    compared: list[Compared] = field(default_factory=list)

    @property
    def traded_name(self) -> str:
        """What is traded, in a few words, as in a `RunResult`."""
        rows = [{"name": bars.name, "title": bars.title} for bars in self.bars]
        return traded_name(rows, self.params)

    @property
    def heading(self) -> str:
        """What was searched on what, in 60 characters at most: "SMA switch on S&P 500"."""
        return heading_of(self.title, self.traded_name)

    def plot(
        self,
        kind: str | None = None,
        parameter: str | None = None,
        log: bool | None = None,
        benchmark: bool = True,
    ) -> Figure:
        """Return a figure of the search, which a notebook shows and ``savefig`` writes.

        Parameters
        ----------
        kind : {"objective", "growth"}, optional
            The objective over the values of a parameter (best, mean and worst where others vary
            too); or the growth of the best set, which is run for it, with its drawdowns. None: the
            objective of a search over one parameter, else the growth.
        parameter : str, optional
            The parameter of "objective"; None: the only one that varies.
        log : bool, optional
            Whether the scale of the growth is logarithmic; it is by default.
        benchmark : bool
            Draw buying and holding too.

        Returns
        -------
        matplotlib.figure.Figure
            It belongs to no pyplot, and matplotlib's settings stay as they are.

        Raises
        ------
        ParameterError
            An unknown kind or parameter, an option that the kind does not have, or a best set that
            cannot be run again; see `winner.winner_run`.
        """
        figure: Figure = from_pages("figures.of_search", "plot")(
            self, kind, parameter, log, benchmark
        )
        return figure

    @property
    def held_figures(self) -> dict[str, Any]:
        """Metrics of buying and holding; its excess over itself is 0 if it exists."""
        over = {name: None if self.held[own] is None else 0.0 for name, own in DIFFERENCES.items()}
        return {**self.held, **over, **derived(self.held)}

    def __repr__(self) -> str:
        """Return the best sets as text, in a dozen lines at most."""
        names, found = self.space.names, self.found
        columns = dict.fromkeys((found.objective, "total_return", "sharpe", "max_drawdown"))
        rows = [(*names, *(heading(name) for name in columns))]
        for row in found.top.head(ROWS - 2).to_dict("records"):
            parameters = (str(row[name]) for name in names)
            rows.append((*parameters, *(cell(name, row[name]) for name in columns)))
        held = {**self.held_figures, found.objective: self.held_objective}
        aside = ("held", *("" for _ in names[1:]))
        rows.append((*aside, *(cell(name, held.get(name)) for name in columns)))
        return text_table(
            f"SearchResult: {self.title}, {self.window[0]} to {self.window[1]}, "
            f"{counted(found.evaluated, 'set')}",
            rows,
            f"{self.confirmed} confirmed bar by bar; write_search(result, folder) keeps it",
        )

    def _repr_html_(self) -> str:
        """Return the best sets and what they are worth, as a notebook shows them."""
        html: str = from_pages("notebook.cards", "search_html")(self)
        return html

    @property
    def held_objective(self) -> float | None:
        """The objective of buying and holding; None if it has none."""
        value = self.held_figures.get(self.found.objective)
        return None if value is None else float(value)

    def plain(self) -> dict[str, Any]:
        """Return the content of search.json."""
        steps = self.neighbours.astype(object).where(self.neighbours.notna(), None)
        return {
            "schema": SCHEMA,
            "strategy": self.strategy,
            "space": self.space.plain(),
            "params": self.params,
            "settings": self.settings.plain(),
            "window": {"first": self.window[0], "last": self.window[1]},
            "data": [described(bars) for bars in self.bars],
            **({"inputs": self.inputs} if self.inputs else {}),
            "kernel": self.kernel,
            "sample": self.sample,
            "seed": self.seed,
            "trials": {
                "sets": self.found.sets,
                "evaluated": self.found.evaluated,
                "distinct": self.found.distinct,
                "distinct_is_estimate": self.found.distinct_is_estimate,
                "undefined": self.found.undefined,
                "ruined": self.found.ruined,
                **({"stopped": self.stopped._asdict()} if self.stopped else {}),
            },
            **({"objective": asdict(self.own_objective)} if self.own_objective else {}),
            "median": {**self.median._asdict(), **self.median_excess},
            "confirmed": self.confirmed,
            "worth": None if self.worth is None else self.worth.plain(),
            **({"walk_forward": self.forward.brief()} if self.forward else {}),
            **({"side_by_side": [each.plain() for each in self.compared]} if self.compared else {}),
            **({"elsewhere": [each.plain() for each in self.elsewhere]} if self.elsewhere else {}),
            **({"holdout": self.vault.plain()} if self.vault else {}),
            "benchmark": self.held,
            "neighbours": steps.to_dict("records"),
            "found": self.found.plain(),
            "versions": versions(),
        }

    def to_json(self) -> str:
        """Return search.json: equal inputs give equal text."""
        return json.dumps(self.plain(), indent=2, allow_nan=False, default=plain_number) + "\n"
