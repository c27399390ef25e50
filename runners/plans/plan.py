"""A plan: all arguments of a run, named as on the command line."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ...feeds.bars import Bars
from ...feeds.errors import BarsError, RequestError
from ...feeds.quoting import did_you_mean, shortened, shown
from ...feeds.reading import Reading, split_of
from ...feeds.samples import MARKETS, sample_market
from ..errors import ParameterError
from ..records.record import BARS
from ..runs import registry
from ..runs.audit import audit, with_audit
from ..runs.bars.sources import file_of_bars, is_file_of_bars, load, resampled_as
from ..runs.benchmarks import mix_of
from ..runs.book.members import OF_MEMBERS, lag_days_of
from ..runs.declared import as_date
from ..runs.inputs import Inputs
from ..runs.keywords import funds_of
from ..runs.result import BOOK, RunResult
from ..runs.run import run
from ..runs.stages import Progress, part
from .input_files import Loaded, of_markets, path_of, read_inputs
from .named_file import naming

LAG_DAYS = 90
"""Days until a statement without a filing date counts as known, if the strategy does not say."""

READING = "reading the bars"
"""The stage of a command before its strategy runs."""

Say = Callable[[str], object]
"""A callable that shows a message to the user, such as `typer.echo`."""


def silent(line: str) -> None:
    """Ignore a message."""


@dataclass(frozen=True)
class Plan:
    """All arguments of a run, named as on the command line.

    Attributes
    ----------
    strategy : str
        NAME, module:Class or path/file.py:Class.
    params : mapping
        The strategy's parameters; a parameter that is absent keeps its default.
    settings : mapping
        Arguments of `Settings`; a setting that is absent keeps its default.
    bars : tuple of str
        ``[NAME=]FILE[#TICKER]`` for each feed, in order.
    samples : tuple of str
        Names of samples; their feeds come after those of the files.
    tickers : tuple of str
        The instrument to read from a file that holds several. Without files and samples: the
        tickers to fetch, from Yahoo unless a source is named.
    inputs : mapping of str to tuple of str
        Name of an input (panel, fundamentals, membership, securities, holdings) to its files. The
        feeds of a panel come last.
    sections : tuple of str
        Registered sections to measure in addition to those that the strategy declares.
    quick : bool
        Do not compute the strips.
    quantstats : bool
        Write quantstats' own report beside the page.
    out : Path or None
        Folder to write to; None: the command line chooses one.
    file : Path or None
        The file that names the bars, for error messages; None: the command line names them.
    reading : mapping
        Arguments of `Reading` for all bars.
    readings : mapping of str to mapping
        Arguments of `Reading` for one entry of `bars`, `samples` or `tickers`, or for "panel"; they
        override `reading`.
    cuts : int or None
        Days to cut at in a look-ahead audit beside the run; None: no audit.

    Examples
    --------
    >>> from btplaybook.runners.plans.plan import Plan
    >>> plan = Plan(
    ...     "sma-switch",
    ...     params={"period": 100},
    ...     settings={"fill": "next_open"},
    ...     samples=("sp500",),
    ...     quick=True,
    ... )
    >>> plan.run().metrics["switches"]
    261
    """

    strategy: str
    params: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    bars: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sections: tuple[str, ...] = ()
    quick: bool = False
    quantstats: bool = False
    out: Path | None = None
    file: Path | None = None
    reading: Mapping[str, Any] = field(default_factory=dict)
    readings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    cuts: int | None = None

    @property
    def names_bars(self) -> bool:
        """Whether it names bars or other inputs, to be read from somewhere."""
        return bool(self.bars or self.samples or self.tickers or self.inputs)

    def overridden(self, options: Plan, given: Collection[str]) -> Plan:
        """Return the plan with the options of a command line in place of its own.

        Parameters
        ----------
        options : Plan
            The command line. Each of its parameters overrides the plan's; its settings hold
            defaults too.
        given : collection of str
            Names of the options that were typed, as in `Settings`, and "bars", "sample", "ticker",
            "section", "quick", "quantstats" and the names of inputs. Typed files or samples replace
            all files and samples of the plan; a typed panel replaces the plan's panel.
        """
        typed = {key: value for key, value in options.settings.items() if key in given}
        plan = replace(
            self,
            params={**self.params, **options.params},
            settings={**self.settings, **typed},
            tickers=options.tickers if "ticker" in given else self.tickers,
            sections=options.sections if "section" in given else self.sections,
            quick=options.quick if "quick" in given else self.quick,
            quantstats=options.quantstats if "quantstats" in given else self.quantstats,
            out=options.out or self.out,
            inputs={**self.inputs, **{k: v for k, v in options.inputs.items() if k in given}},
            reading={**self.reading, **options.reading},
            readings={key: {**own, **options.reading} for key, own in self.readings.items()},
        )
        if self.strategy == BOOK:
            plan = _with_members(plan, given)
        if not {"bars", "sample"} & set(given):
            return plan
        return replace(
            plan,
            bars=options.bars,
            samples=options.samples,
            tickers=options.tickers,
            file=None,
            readings={},
        )

    def reading_of(self, source: str) -> Reading:
        """Return how one entry of `bars`, `samples` or `tickers` is read."""
        return Reading.of({**self.reading, **self.readings.get(source, {})})

    def load(self, say: Say = silent) -> list[Bars]:
        """Read the bars; raises the errors of `load_all`."""
        return self.load_all(say).bars

    def load_all(self, say: Say = silent, progress: Progress | None = None) -> Loaded:
        """Read the bars and the other inputs of the strategy.

        Parameters
        ----------
        say : callable
            Called with each message about bars from vendors; the default ignores them.
        progress : callable, optional
            Called with a `Stage` as it reads, and for each ticker that is fetched.

        Raises
        ------
        ParameterError
            No bars are named, a file of the plan does not exist, several tickers are named for
            files, or two sources hold the same input.
        BarsError, RequestError, SourceError, CacheError
            A file, sample or ticker cannot be used.
        """
        part(progress, READING)
        end = as_date("end", self.settings.get("end"))
        dividends = not self.settings.get("no_dividends", False)
        for name, paths in self.inputs.items() if self.file else ():
            self._check_inputs_there(name, paths)
        if self.tickers and not (self.bars or self.samples):
            from .tickers import load_tickers

            fetched = load_tickers(
                self.tickers, say=say, end=end, dividends=dividends, progress=progress
            )
            named = Loaded(
                [
                    resampled_as(table, self.reading_of(name))
                    for name, table in zip(self.tickers, fetched, strict=True)
                ]
            )
        else:
            named = self._load_named(end, dividends)
        if not self.inputs:
            return named
        kind = registry.resolve(self.strategy)
        funds = funds_of(kind, self.params, named.bars) if named.bars else []
        stocks = [table.name for table in named.bars if table.name not in funds]
        return named.with_inputs(
            read_inputs(
                self.inputs,
                stocks=stocks,
                end=end,
                dividends=dividends,
                lag_days=self._lag_days(kind),
                reading=self.reading_of("panel"),
            )
        )

    def other_bars(self, files: Sequence[str]) -> list[Bars]:
        """Read the bars of other files in the same way, from the first to the last."""
        return replace(self._unbounded(), bars=tuple(files), samples=(), tickers=()).load()

    def later_bars(self, say: Say = silent) -> list[Bars] | None:
        """Read the bars with those after the window's end.

        None where no end is set, where bars come from a vendor, and where what follows the end
        cannot be read, which `say` is told.
        """
        if self.settings.get("end") is None or self.tickers or not (self.bars or self.samples):
            return None
        try:
            return self._unbounded().load()
        except (BarsError, RequestError) as error:
            say(f"the days after the window are not read: {str(error).splitlines()[0]}")
            return None

    def _lag_days(self, kind: registry.Strategy) -> int:
        """Return after how many days a statement without a filing date counts as known."""
        if self.strategy == BOOK:
            return lag_days_of(self.params["members"], LAG_DAYS)
        declared = registry.parameters(kind).get("lag_days", LAG_DAYS)
        return int(self.params.get("lag_days", declared))

    def _unbounded(self) -> Plan:
        bounds = ("start", "end")
        return replace(self, settings={k: v for k, v in self.settings.items() if k not in bounds})

    def _check_splits(self, names: Sequence[str]) -> None:
        """Raise if a split names none of the tables, or no table while there are several."""
        benchmark = str(self.settings.get("benchmark") or "")
        parts = mix_of(benchmark) or (benchmark,)
        names = [*names, *(file_of_bars(part).shown for part in parts if is_file_of_bars(part))]
        for text in Reading.of(self.reading).split:
            whose = split_of(text).name
            if whose and whose not in names:
                raise ParameterError(
                    f"--split {shown(text)}: no bars are called {shown(whose)}"
                    f"{did_you_mean(whose, names, or_known=True)}"
                )
            if not whose and len(names) > 1:
                raise ParameterError(
                    f"--split {shown(text)}: there are {len(names)} tables of bars, name one: "
                    f"--split {names[0]}:{text}"
                )

    def _load_named(self, end: datetime.date | None, dividends: bool) -> Loaded:
        """Read the bars that are named by file and by sample."""
        if self.reading.get("split"):
            self._check_splits([file_of_bars(text).shown for text in self.bars])
        for text in self.bars if self.file else ():
            self._check_there(text)
        if len(self.tickers) > 1:
            raise ParameterError("several tickers of files: say FILE#TICKER for each feed")
        single = [name for name in self.samples if name not in MARKETS]
        markets = [name for name in self.samples if name in MARKETS]
        if not (self.bars or single) and (markets or self.inputs.get("panel")):
            loaded = Loaded([])
        else:
            loaded = Loaded(
                load(
                    self.bars,
                    single,
                    ticker=self.tickers[0] if self.tickers else None,
                    end=end,
                    dividends=dividends,
                    seed=self.settings.get("seed", 0),
                    readings={text: self.reading_of(text) for text in (*self.bars, *single)},
                    counted_from=as_date("start", self.settings.get("start")),
                )
            )
        if not markets:
            return loaded
        seed = self.settings.get("seed", 0)
        read = [sample_market(name, seed=seed, end=end, dividends=dividends) for name in markets]
        tables = [
            resampled_as(table, self.reading_of(name))
            for name, market in zip(markets, read, strict=True)
            for table in market.bars
        ]
        known = of_markets(read).inputs or Inputs({})
        read_here = known.read_by(registry.resolve(self.strategy), self.params)
        return loaded.with_inputs(Loaded(tables, read_here))

    def run(self, say: Say = silent, progress: Progress | None = None) -> RunResult:
        """Read the bars and run the strategy; raises the errors of `load_all` and `run`.

        `say` and `progress` are those of `load_all`; `progress` is told of the run too.
        """
        loaded = self.load_all(say, progress)
        given: dict[str, Any] = {"inputs": loaded.inputs, "params": self.params, **self.settings}
        with naming(self.file):
            result = run(
                self.strategy,
                loaded.bars,
                benchmark_reading=self.reading_of("benchmark"),
                sections=self.sections,
                strips=not self.quick,
                progress=progress,
                **given,
            )
        if self.cuts is None:
            return result
        found = audit(self.strategy, loaded.bars, cuts=self.cuts, progress=progress, **given)
        return with_audit(result, found)

    def _check_inputs_there(self, name: str, paths: Sequence[str]) -> None:
        for path in map(path_of, paths):
            if path is not None and not os.path.exists(path):
                raise ParameterError(f"{self.file}: the {name} are not at {shortened(path)}")

    def _check_there(self, text: str) -> None:
        name, path, _ = file_of_bars(text)
        if self.file is None or os.path.exists(path):
            return
        words = f"{self.file}: the bars of {name} are not at {shortened(str(path))}"
        if not is_file_of_bars(str(path)):
            words = f"{self.file}: the bars of {name} came from {str(path)!r}, in Python"
        elif self.file.suffix.lower() == ".json" and not path.is_absolute():
            words += ", looked for from the folder that this command runs in"
        if name and self.file.with_name(BARS).exists():
            words += f"; those of that run are kept: --bars {_kept(self.file, name)}"
        raise ParameterError(words)


def _with_members(plan: Plan, given: Collection[str]) -> Plan:
    """Return the plan of a book with what was typed of its members' settings in each of them."""
    typed = {name: plan.settings[name] for name in OF_MEMBERS if name in given}
    if not typed:
        return plan
    members = [{**each, **typed} for each in plan.params["members"]]
    settings = {name: value for name, value in plan.settings.items() if name not in typed}
    return replace(plan, params={**plan.params, "members": members}, settings=settings)


def _kept(file: Path, name: str) -> str:
    """Return the command line's notation for bars that a run kept beside its run.json."""
    return f"'{name}={file.with_name(BARS)}#{name}'"
