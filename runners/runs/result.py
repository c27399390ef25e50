"""The result of a run: figures, tables and everything needed to run it again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ...feeds.bars import Bars
from .labels.benchmark_names import NONE, noun, subject, title
from .labels.figures import FIGURES, IN_BRIEF
from .labels.formats import counted
from .labels.text_table import text_table
from .labels.traded import heading, readers_name, traded_name
from .neutrality import neutral
from .on_demand import OnPage, from_pages
from .sections.asked import Shown, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCHEMA = 1

BOOK = "book"
"""The name of a book of several strategies, and the key of its figures in run.json."""

REPORT = "report"
"""In the place of the strategy's name: a series of returns alone."""


class Badge(NamedTuple):
    """A statement about a result that readers should know before they believe it."""

    kind: str
    """"info", "warn" or "bad"."""
    text: str
    why: str


def plain_number(value: Any) -> Any:
    """Convert a NumPy number from a caller to a Python number; used by `json.dumps`."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no place in a result")


@dataclass(frozen=True, eq=False, repr=False)
class RunResult(OnPage):
    """The result of running one strategy bar by bar.

    Attributes
    ----------
    strategy : str
        Registered name, or ``module:Class``.
    title : str
        The strategy's name for readers.
    rule : dict of str to str
        The parts of its docstring: Rule, Timing, Sizing, Source, Deviations.
    params, settings : dict
        JSON values; together with `data` they are enough to run again.
    versions : dict of str to str
        Versions of Python and of the libraries that computed the result.
    loop : dict
        ``taken``: "fast" or "stock", the bar-by-bar loop of the run; ``reasons``: why the fast one
        was not taken. Empty for a script of its own cerebros.
    data : list of dict
        For each table of bars: name, source, sha256, first, last, rows, price_only, warnings; title
        where the instrument has a name for readers.
    window : tuple of (str, str)
        First and last day whose return counts.
    periods_per_year : int
        252 or 365 days, 52 weeks, 12 months.
    metrics, benchmark : dict
        Python numbers; rates are fractions, not percent; None if a figure does not exist. Without a
        benchmark, `benchmark` is empty.
    benchmark_name : str
        The name of the benchmark; empty without one.
    benchmark_kind : {"held", "cash", "mix", "returns", "none"}
        The kind of the benchmark; see `benchmarks.Benchmark`.
    benchmark_data : list of dict
        The tables that only the benchmark reads, in the form of `data`.
    hold_return : float or None
        Total return of buying and holding the first feed.
    unfilled : list of dict
        Orders that never filled: date, instrument, target, fill, reason.
    badges : list of Badge
        Statements to know before believing the result, the gravest first.
    daily : DataFrame
        Indexed by date, oldest first; the first row is the day on which the account opened.
        Columns: equity, cash, return, benchmark_return, gross, net, invested, sign, points and
        percent (one index only) and the day's P&L by origin.
    trades : DataFrame
        One row per fill, oldest first.
    round_trips : DataFrame
        One row per piece of a position that one order opened and one closed, first in, first out;
        the columns are in `analyzers.round_trips`.
    trade_figures : dict
        Figures of the round trips, as `analyzers.trade_figures` returns them; ``trades`` in
        run.json.
    decisions : DataFrame
        One row per decision and instrument: date, instrument, weight.
    bars : list of Bars
        The bars of each feed up to the window's end, with the warm-up; `data` describes them.
    inputs : list of dict
        The strategy's other inputs: name, source, sha256, first day known, badges.
    strips : dict or None
        The result at other fills, costs and account sizes, as `strips.strips_of` returns it; None
        if it was not computed.
    sections : dict of str to Shown
        Each section and its figures; run.json holds `Shown.measured`.
    analyses : dict of str to object
        The analysis of each analyzer of ``run(analyzers=...)``, as backtrader returns it.
    orders : DataFrame
        One row per order as it was sent, oldest first; the columns are those of `ledger.Sent`.
    refused : int
        Number of orders that the broker refused, as cash did not cover them.
    sends_orders : bool
        Whether the strategy sends its own orders, instead of target weights: it has no decisions,
        and no points.
    lines : dict of str to DataFrame
        Feed to the lines that the strategy draws beside its prices (`plot_lines`): a row for each
        bar from the opening day on, a column for each label, NaN in a line's warm-up. run.json
        does not hold them.
    audit : dict or None
        The outcome of a look-ahead audit, as `Audit.plain` returns it; None if there was none.
    relative : dict or None
        Alpha and beta to the benchmark, or to what the book hedges with, as `relative.relative`
        returns them. This and the next two are of runs of several feeds; None for others.
    idle_days : int
        Days with a return before the first decision, on which nothing could be held.
    holdings : list of dict or None
        What is held after the last close, as `by_instrument.holdings_of` returns it.
    attribution : dict or None
        The profit by instrument and by side, as `by_instrument.attribution_of` returns it.
    code : dict of str to str or None
        File and sha256 of a strategy that is not registered, as `registry.code_of` returns them.
    """

    strategy: str
    title: str
    rule: dict[str, str]
    params: dict[str, Any]
    settings: dict[str, Any]
    versions: dict[str, str]
    data: list[dict[str, Any]]
    window: tuple[str, str]
    periods_per_year: int
    metrics: dict[str, Any]
    benchmark: dict[str, Any]
    benchmark_name: str
    unfilled: list[dict[str, Any]]
    badges: list[Badge]
    daily: pd.DataFrame
    trades: pd.DataFrame
    decisions: pd.DataFrame
    bars: list[Bars] = field(default_factory=list)
    inputs: list[dict[str, Any]] = field(default_factory=list)
    strips: dict[str, Any] | None = None
    sections: dict[str, Shown] = field(default_factory=dict)
    analyses: dict[str, Any] = field(default_factory=dict)
    orders: pd.DataFrame = field(default_factory=pd.DataFrame)
    refused: int = 0
    sends_orders: bool = False
    code: dict[str, str] | None = None
    benchmark_kind: str = "held"
    benchmark_data: list[dict[str, Any]] = field(default_factory=list)
    hold_return: float | None = None
    round_trips: pd.DataFrame = field(default_factory=pd.DataFrame)
    trade_figures: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, pd.DataFrame] = field(default_factory=dict)
    loop: dict[str, Any] = field(default_factory=dict)
    audit: dict[str, Any] | None = None
    relative: dict[str, Any] | None = None
    holdings: list[dict[str, Any]] | None = None
    idle_days: int = 0
    attribution: dict[str, Any] | None = None

    def __repr__(self) -> str:
        """Return the figures as text, in a dozen lines at most."""
        sides = [("run", self.metrics)]
        if self.has_benchmark:
            sides.append((self.benchmark_title, self.benchmark))
        rows = [("", *(heading for heading, _ in sides))]
        for figure in (FIGURES[key] for key in IN_BRIEF):
            rows.append((figure.label, *(figure.show(side[figure.key]) for _, side in sides)))
        return text_table(
            f"RunResult: {self.title}, {self.window[0]} to {self.window[1]}",
            rows,
            f"{counted(len(self.badges), 'badge')}; write_run(result, folder) keeps it",
        )

    def _repr_html_(self) -> str:
        """Return the first screen of the page, as a notebook shows it."""
        html: str = from_pages("notebook.cards", "run_html")(self)
        return html

    @property
    def has_benchmark(self) -> bool:
        """Whether the result is compared with a benchmark."""
        return self.benchmark_kind != NONE

    @property
    def knows_orders(self) -> bool:
        """Whether orders, fills and costs are known; they are not for a series of returns alone."""
        return "fill" in self.settings or self.is_recorded

    @property
    def is_recorded(self) -> bool:
        """Whether the account is that of a user's own cerebro, as its `Recorder` kept it."""
        return "broker" in self.settings

    @property
    def checks_cash(self) -> bool:
        """Whether the broker refuses orders that cash does not cover."""
        return bool(self.settings.get("cash_check")) or self.is_recorded

    @property
    def is_neutral(self) -> bool:
        """Whether it is a neutral book: hedged, and compared with cash."""
        return neutral(self.benchmark_kind, self.daily, self.sections)

    @property
    def benchmark_title(self) -> str:
        """The benchmark's name as a heading: "Hold SPY", "Cash"."""
        return title(self.benchmark_kind, self.name_of(self.benchmark_name))

    @property
    def benchmark_noun(self) -> str:
        """The benchmark's name within a sentence: "SPY held", "cash"."""
        return noun(self.benchmark_kind, self.name_of(self.benchmark_name))

    @property
    def benchmark_subject(self) -> str:
        """The benchmark as one that makes or loses: "holding SPY", "cash"."""
        return subject(self.benchmark_kind, self.name_of(self.benchmark_name))

    @property
    def held_name(self) -> str:
        """The instrument that the strips compare with: that of the benchmark, or the first feed."""
        held = self.benchmark_kind == "held" or not self.data
        return self.benchmark_name if held else str(self.data[0]["name"])

    @property
    def traded_name(self) -> str:
        """What is traded, in a few words: "S&P 500", "SPY and SH", "SPY, QQQ and 3 more"."""
        return traded_name(self.data, self.params)

    @property
    def heading(self) -> str:
        """What was run on what, in 60 characters at most: "SMA switch on S&P 500"."""
        trades = self.strategy != REPORT
        return heading(self.title, self.traded_name if trades else "")

    def name_of(self, instrument: str) -> str:
        """Return an instrument's name for readers: "S&P 500" for SP500; else the name itself."""
        rows = [*self.data, *self.benchmark_data]
        return next((readers_name(row) for row in rows if row["name"] == instrument), instrument)

    @property
    def equity(self) -> pd.Series:
        """Account value after each close, oldest first, from the opening day on."""
        return self.daily["equity"]

    @property
    def returns(self) -> pd.Series:
        """Daily returns that count, oldest first, in the form that quantstats and pyfolio take."""
        return self.daily["return"].iloc[1:]

    def plot(
        self,
        kind: str = "growth",
        feed: str | None = None,
        log: bool | None = None,
        benchmark: bool = True,
    ) -> Figure:
        """Return a figure of the result, which a notebook shows and ``savefig`` writes.

        Parameters
        ----------
        kind : {"growth", "drawdown", "price", "years", "months"}
            Growth of 1 with the drawdowns below it; the drawdowns alone; the closes of a feed,
            shaded where it was held long or short, with entries, exits and the strategy's
            `plot_lines`; returns by calendar year; returns by calendar month in a table.
        feed : str, optional
            Name of the feed whose prices are drawn; None: the first.
        log : bool, optional
            Whether the scale is logarithmic, of growth and prices. None: growth is; prices are if
            the highest close is four times the lowest.
        benchmark : bool
            Draw the benchmark too, where there is one.

        Returns
        -------
        matplotlib.figure.Figure
            It belongs to no pyplot, and matplotlib's settings stay as they are.

        Raises
        ------
        ParameterError
            An unknown kind or feed, or an option that the kind does not have.
        """
        figure: Figure = from_pages("figures.of_run", "plot")(self, kind, feed, log, benchmark)
        return figure

    def plain(self) -> dict[str, Any]:
        """Return the content of run.json."""
        sections = {name: plain(shown.measured) for name, shown in self.sections.items()}
        book = sections.pop(BOOK, None) if self.strategy == BOOK else None
        return {
            "schema": SCHEMA,
            "strategy": self.strategy,
            **({"code": self.code} if self.code else {}),
            **({"sends_orders": True} if self.sends_orders else {}),
            "params": self.params,
            "settings": self.settings,
            "versions": self.versions,
            **({"loop": self.loop} if self.loop else {}),
            "data": self.data,
            **({"benchmark_data": self.benchmark_data} if self.benchmark_data else {}),
            **({"inputs": self.inputs} if self.inputs else {}),
            "window": {"first": self.window[0], "last": self.window[1]},
            "metrics": self.metrics,
            **({"benchmark": self._plain_benchmark()} if self.has_benchmark else {}),
            **({"trades": self.trade_figures} if self.trade_figures else {}),
            **({"relative": self.relative} if self.relative else {}),
            **({"holdings": self.holdings} if self.holdings is not None else {}),
            **({"attribution": self.attribution} if self.attribution else {}),
            "badges": [badge._asdict() for badge in self.badges],
            **({"audit": self.audit} if self.audit else {}),
            "unfilled": self.unfilled,
            **({"refused": self.refused} if self.checks_cash else {}),
            "strips": self.strips,
            **({"book": book} if book else {}),
            **({"sections": sections} if sections else {}),
        }

    def _plain_benchmark(self) -> dict[str, Any]:
        kind = {} if self.benchmark_kind == "held" else {"kind": self.benchmark_kind}
        return {"name": self.benchmark_name, **kind, **self.benchmark}

    def to_json(self) -> str:
        """Return run.json: equal inputs give equal text."""
        return json.dumps(self.plain(), indent=2, allow_nan=False, default=plain_number) + "\n"
