"""A run from a file: a TOML plan, or the run.json of an earlier run."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ...feeds.bars import Bars
from ...feeds.errors import RequestError
from ...feeds.quoting import did_you_mean, shortened, shown
from ...feeds.reading import Reading, split_of
from ...feeds.samples import MARKETS, sample_market
from ...feeds.vendors.names import ticker_of_bars
from ..errors import ParameterError
from ..records.record import BARS, Record, read_record
from ..records.trust import check_code
from ..runs import registry
from ..runs.benchmarks import mix_of, placed
from ..runs.result import RunResult
from ..runs.run import run
from ..runs.settings import Settings, as_date
from ..runs.sources import file_of_bars, is_file_of_bars, load, resampled_as, text_of_bars
from .input_files import INPUTS, PANEL, Loaded, files_of, of_market, read_inputs
from .toml_tables import READING, SETTINGS, plan_tables
from .toml_values import value_of

SUFFIXES = (".toml", ".json")

SAMPLE, YAHOO = "sample:", "yahoo:"
"""How `data[].source` begins where it is no file; a seed may follow the name of a sample."""

LAG_DAYS = 90
"""After how many days a statement without a filing date was known, where the strategy is silent."""

OPTIONAL = ("start", "end", "benchmark")
"""Settings that may be None."""

Say = Callable[[str], object]
"""What takes lines for people: `typer.echo`."""


def nobody(words: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Plan:
    """Everything that a run is made from, in the words of the command line.

    Attributes
    ----------
    strategy : str
        NAME, module:Class or path/file.py:Class.
    params : mapping
        The strategy's parameters; those that are absent keep their defaults.
    settings : mapping
        Arguments of `Settings`; those that are absent keep their defaults.
    bars : tuple of str
        ``[NAME=]FILE[#TICKER]`` for each feed, in order.
    samples : tuple of str
        Names of samples, which come after the files.
    tickers : tuple of str
        The instrument to take out of a file; without files and samples, what to ask Yahoo for.
    inputs : mapping of str to tuple of str
        panel, fundamentals, membership, securities, holdings: each to its files. A panel's bars
        come last.
    quick : bool
        Leave the strips out.
    out : Path or None
        The folder to write to; None leaves it to the command line.
    file : Path or None
        Where the bars were named, for messages; None for a command line.
    reading : mapping
        Arguments of `Reading` for all bars.
    readings : mapping of str to mapping
        The same for one of `bars`, `samples` or `tickers`, or for "panel"; they come first.
    """

    strategy: str
    params: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    bars: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quick: bool = False
    out: Path | None = None
    file: Path | None = None
    reading: Mapping[str, Any] = field(default_factory=dict)
    readings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def overridden(self, options: Plan, given: Collection[str]) -> Plan:
        """Return the plan with what was given on a command line in the place of its own.

        Parameters
        ----------
        options : Plan
            The command line: its parameters are set one by one; its settings hold defaults too.
        given : collection of str
            Names of the options that were typed, as in `Settings`, and "bars", "sample", "ticker"
            "quick" and the names of inputs. Files or samples that were typed take the place of all
            of the plan's, a panel that was typed that of its panel.
        """
        typed = {key: value for key, value in options.settings.items() if key in given}
        plan = replace(
            self,
            params={**self.params, **options.params},
            settings={**self.settings, **typed},
            tickers=options.tickers if "ticker" in given else self.tickers,
            quick=options.quick if "quick" in given else self.quick,
            out=options.out or self.out,
            inputs={**self.inputs, **{k: v for k, v in options.inputs.items() if k in given}},
            reading={**self.reading, **options.reading},
            readings={key: {**own, **options.reading} for key, own in self.readings.items()},
        )
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
        """Return how one of `bars`, `samples` or `tickers` is read."""
        return Reading.of({**self.reading, **self.readings.get(source, {})})

    def load(self, say: Say = nobody) -> list[Bars]:
        """Read the bars; raises what `load_all` does."""
        return self.load_all(say).bars

    def load_all(self, say: Say = nobody) -> Loaded:
        """Read the bars, and what else the strategy reads.

        Parameters
        ----------
        say : callable
            Takes what Yahoo's bars have to say for people; by default nobody.

        Raises
        ------
        ParameterError
            No bars are named, a file of a plan is not there, one ticker is not enough, or two
            sources tell the same.
        BarsError, RequestError, SourceError, CacheError
            A file, sample or ticker cannot be used.
        """
        end = as_date("end", self.settings.get("end"))
        dividends = not self.settings.get("no_dividends", False)
        for name, paths in self.inputs.items() if self.file else ():
            self._check_inputs_there(name, paths)
        if self.tickers and not (self.bars or self.samples):
            from .tickers import load_tickers

            fetched = load_tickers(self.tickers, say=say, end=end, dividends=dividends)
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
        declared = registry.parameters(registry.resolve(self.strategy))
        lag_days = self.params.get("lag_days", declared.get("lag_days", LAG_DAYS))
        fund = self.params.get("etf") or (named.bars[0].name if named.bars else "")
        stocks = [table.name for table in named.bars if table.name != fund]
        return named.with_inputs(
            read_inputs(
                self.inputs,
                stocks=stocks,
                end=end,
                dividends=dividends,
                lag_days=lag_days,
                reading=self.reading_of("panel"),
            )
        )

    def _check_splits(self, names: Sequence[str]) -> None:
        """Refuse a split of nobody's, or one that may be of several tables."""
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
        """Read what is named by file and by sample."""
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
        for name in markets:
            market = sample_market(
                name, seed=self.settings.get("seed", 0), end=end, dividends=dividends
            )
            read = self.reading_of(name)
            tables = tuple(resampled_as(table, read) for table in market.bars)
            loaded = loaded.with_inputs(of_market(market)._replace(bars=list(tables)))
        return loaded

    def run(self, say: Say = nobody) -> RunResult:
        """Read the bars and run the strategy; raises what `load_all` and `run` do."""
        loaded = self.load_all(say)
        return run(
            self.strategy,
            loaded.bars,
            inputs=loaded.inputs,
            params=self.params,
            benchmark_reading=self.reading_of("benchmark"),
            strips=not self.quick,
            **self.settings,
        )

    def _check_inputs_there(self, name: str, paths: Sequence[str]) -> None:
        for path in paths:
            if not (path.startswith(YAHOO) or os.path.exists(path)):
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


def is_plan(text: str) -> bool:
    """Whether the command line's STRATEGY names a plan."""
    return text.lower().endswith(SUFFIXES)


def read_plan(path: str | Path, *, trust: bool = False, say: Say = nobody) -> Plan:
    """Read a TOML plan, or the run.json of an earlier run.

    Parameters
    ----------
    path : str or Path
        Of a TOML file with the tables ``[run]`` (``strategy`` and the options that have no table
        of their own), ``[params]``, ``[bars]`` (``NAME = "file"``, in the order of the feeds) and
        ``[costs]``; keys are the names of options, a dash being as good as an underscore, and
        paths count from the plan's folder. Or of a run.json, whose paths are as they were given.
    trust : bool
        Execute the file of a run.json's strategy though it may not be the one that ran: see
        `runners.trust`.
    say : callable
        Takes which file that is; by default nobody.

    Raises
    ------
    ParameterError
        The file cannot be read; a table, key or parameter is unknown; a value is of the wrong
        kind or out of range. The message names the file and the key.

    Examples
    --------
    >>> from btplaybook.runners.plans.plan import read_plan
    >>> result = read_plan("plan.toml").run()  # doctest: +SKIP
    """
    file = Path(path)
    if file.suffix.lower() == ".toml":
        plan = _of_toml(file)
    else:
        record = read_record(file)
        check_code(record, trust=trust, say=say)
        plan = plan_of(record)
    try:
        _ = Settings(**plan.settings), [plan.reading_of(key) for key in ("", *plan.readings)]
        known = registry.parameters(registry.resolve(plan.strategy))
    except ValueError as error:
        raise ParameterError(f"{file}: {error}") from error
    for name in plan.params:
        if name not in known:
            raise ParameterError(
                f"{file}: [params] {name}: {plan.strategy} has no such parameter"
                f"{did_you_mean(name, known, or_known=True)}"
            )
    return plan


def plan_of(record: Record) -> Plan:
    """Return the plan of a run from its record.

    Raises
    ------
    ParameterError
        A setting is unknown or of the wrong kind, or the bars are such as no command line reads.
    """
    plain, where = record.plain, str(record.file)
    settings: dict[str, Any] = {}
    for key, value in plain["settings"].items():
        if key not in SETTINGS:
            raise ParameterError(
                f"{where}: there is no setting {key!r}{did_you_mean(key, SETTINGS, or_known=True)}"
            )
        if isinstance(value, dict) and "sha256" in value:
            what = "came from Python" if key == "benchmark" else "was a series of rates"
            raise ParameterError(
                f"{where}: {key} {what}, of which only the hash is kept; run it again from Python"
            )
        if value is not None or key not in OPTIONAL:
            value_of(f"{where}: {key}", key, value)
        settings[key] = value  # unchanged: a record's 1 and 1.0 must stay apart
    try:
        declared = registry.resolve(plain["strategy"]).benchmark
    except ParameterError as error:
        raise ParameterError(f"{where}: {error}") from error
    if settings.get("benchmark") == plain["data"][0]["name"] and declared is None:
        settings["benchmark"] = None  # the first bars, whatever they are called
    bars, samples, tickers = _sources(record, settings.get("seed", 0))
    return Plan(
        strategy=plain["strategy"],
        params=plain["params"],
        settings=settings,
        bars=bars,
        samples=samples,
        tickers=tickers,
        inputs=files_of(plain.get("inputs", [])),
        quick=plain.get("strips") is None,
        file=record.file,
        readings=_readings(record, seed=settings.get("seed", 0)),
    )


def _sources(record: Record, seed: int) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the files, samples and tickers that the bars of a record are read from.

    Those of a panel are left out: it is among the record's inputs.
    """
    bars: list[str] = []
    samples: list[str] = []
    tickers: list[str] = []
    for data in record.plain["data"]:
        name, source = data["name"], data["source"]
        if source.startswith(PANEL):
            continue
        asked = ticker_of_bars(source, name)
        if asked and not (bars or samples):
            tickers.append(asked)
        elif (sample := _sample_of(record, source, seed)).partition("#")[0] in MARKETS:
            if (market := sample.partition("#")[0]) not in samples:
                samples.append(market)
        elif sample.upper() == name and not tickers:
            samples.append(sample)
        elif not (samples or tickers):
            bars.append(
                text_of_bars(name, source)
            )  # what is no file is told when the bars are read
        else:
            raise ParameterError(
                f"{record.file}: the bars of {name} ({source}) stand behind those of another "
                "kind, as no command line puts them: run it again from Python"
            )
    return tuple(bars), tuple(samples), tuple(tickers)


def _readings(record: Record, seed: int) -> dict[str, dict[str, Any]]:
    """Return how the bars of a record were read, by what `_sources` names them."""
    found: dict[str, dict[str, Any]] = {}
    of_benchmark = record.plain.get("benchmark_data", [])
    for data in (*record.plain["data"], *of_benchmark):
        name, source, reading = data["name"], data["source"], data.get("reading")
        if not reading:
            continue
        try:
            Reading.of(reading)
        except (RequestError, TypeError, ValueError) as error:
            raise ParameterError(f"{record.file}: the reading of {name}: {error}") from None
        sample = _sample_of(record, source, seed).partition("#")[0]
        if source.startswith(PANEL):
            found["panel"] = reading
        elif data in of_benchmark:
            found["benchmark"] = reading
        elif asked := ticker_of_bars(source, name):
            found[asked] = reading
        else:
            found[sample or text_of_bars(name, source)] = reading
    return found


def _kept(file: Path, name: str) -> str:
    """Return how the command line names the bars that a run kept beside its run.json."""
    return f"'{name}={file.with_name(BARS)}#{name}'"


def _sample_of(record: Record, source: str, seed: int) -> str:
    """Return the name of the sample that a source names; empty where it names none."""
    if not source.startswith(SAMPLE):
        return ""
    name, _, simulated = source.removeprefix(SAMPLE).partition(", seed ")
    if simulated not in ("", str(seed)):
        raise ParameterError(
            f"{record.file}: bars simulated with seed {simulated} in a run of seed {seed}; "
            "run it again from Python"
        )
    return name


def _benchmark(chosen: Mapping[str, Any], file: Path, names: Collection[str]) -> dict[str, str]:
    """Return a plan's benchmark, its files looked for from the plan's folder."""
    if "benchmark" not in chosen:
        return {}
    return {"benchmark": placed(chosen["benchmark"], file.parent, names)}


def _of_toml(file: Path) -> Plan:
    tables = plan_tables(file)
    chosen = dict(tables["run"])
    if "strategy" not in chosen:
        raise ParameterError(f"{file}: [run] needs a strategy")
    strategy = chosen.pop("strategy")
    if strategy.partition(":")[0].endswith(".py"):
        strategy = str(file.parent / strategy)
    out = chosen.pop("out", None)
    files = {
        text_of_bars(name, str(file.parent / bars["file"])): {
            k: v for k, v in bars.items() if k != "file"
        }
        for name, bars in tables["bars"].items()
    }
    return Plan(
        strategy=strategy,
        params=tables["params"],
        samples=chosen.pop("sample", ()),
        tickers=chosen.pop("ticker", ()),
        inputs={
            name: tuple(
                path if path.startswith(YAHOO) else str(file.parent / path)
                for path in chosen.pop(name)
            )
            for name in INPUTS
            if name in chosen
        },
        quick=chosen.pop("quick", False),
        reading={name: chosen.pop(name) for name in READING if name in chosen},
        settings={**chosen, **_benchmark(chosen, file, tables["bars"]), **tables["costs"]},
        bars=tuple(files),
        readings={text: reading for text, reading in files.items() if reading},
        out=None if out is None else file.parent / out,
        file=file,
    )
