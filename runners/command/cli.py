"""The command line. What a command needs is imported when it runs: `--help` stays instant."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import options
from .help_groups import GroupedCommand

if TYPE_CHECKING:
    from rich.console import Console

    from ..runs.result import RunResult

LONGEST_LINE = 1_000
"""Characters of a line of an error."""

app = typer.Typer(
    name="btplaybook",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Documented trading strategies, run bar by bar with exact fills and costs.",
    epilog="Exit codes: 1 a check is red, 2 usage, 3 a source is not reachable, 4 bad data, "
    "5 a run was stopped.",
)


@app.command(cls=GroupedCommand)
def run(
    context: typer.Context,
    strategy: Annotated[
        str,
        typer.Argument(
            metavar="STRATEGY",
            help="NAME, module:Class, path/file.py:Class; or PLAN.toml, or an earlier run.json",
        ),
    ],
    bars: options.Bars = [],  # noqa: B006  typer reads the default and never changes it
    sample: options.Samples = [],  # noqa: B006
    ticker: options.Tickers = [],  # noqa: B006
    panel: options.Panel = None,
    fundamentals: options.Fundamentals = None,
    membership: options.Membership = None,
    securities: options.Securities = None,
    holdings: options.Holdings = [],  # noqa: B006
    start: options.Start = None,
    end: options.End = None,
    set_: Annotated[
        list[str],
        typer.Option("--set", metavar="KEY=VALUE", help="A strategy's parameter; repeat for more"),
    ] = [],  # noqa: B006
    fill: options.Fill = None,
    size_at: options.SizeAt = None,
    rebalance: options.Rebalance = None,
    every: options.Every = None,
    per_share: options.PerShare = 0.0,
    min_fee: options.MinFee = 0.0,
    percent_fee: options.PercentFee = 0.0,
    slippage_bps: options.SlippageBps = 0.0,
    borrow: options.Borrow = 0.0,
    interest: options.Interest = "0",
    no_dividends: options.NoDividends = False,
    prices: options.Prices = None,
    split: options.Split = [],  # noqa: B006
    calendar: options.Calendar = None,
    timezone: options.Timezone = None,
    dates: options.DateOrder = None,
    decimal: options.Decimal = None,
    resample: options.Resample = None,
    drop_bad_rows: options.DropBadRows = False,
    keep_all_rows: options.KeepAllRows = False,
    max_gross: options.MaxGross = 2.5,
    whole_shares: options.WholeShares = False,
    cash: options.Cash = 1_000_000.0,
    benchmark: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="What to compare with: a feed's name, a file, cash, or SPY=0.6,TLT.csv=0.4; "
            "else the first feed",
        ),
    ] = None,
    risk_free_rate: options.RiskFreeRate = 0.0,
    seed: options.Seed = 0,
    audit: Annotated[
        bool, typer.Option("--audit", help="First check that no decision knows the future")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave the strips of other fills, costs and sizes out")
    ] = False,
    trust: options.Trust = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: out/<strategy>/")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print run.json alone on stdout")] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error")] = False,
) -> None:
    """Run a strategy and write its tearsheet, figures and tables."""
    from ..plans.plan import Plan, is_plan, read_plan
    from ..records.folder_lock import reserved
    from ..records.write import write_run
    from ..runs import audit as look_ahead
    from ..runs import registry
    from ..runs.run import run as run_bars

    settings: dict[str, Any] = {
        "start": start, "end": end, "fill": fill, "size_at": size_at, "rebalance": rebalance,
        "every": every, "per_share": per_share, "min_fee": min_fee, "percent_fee": percent_fee,
        "slippage_bps": slippage_bps, "borrow": borrow, "interest": _interest(interest),
        "no_dividends": no_dividends, "max_gross": max_gross, "whole_shares": whole_shares,
        "cash": cash, "benchmark": benchmark, "risk_free_rate": risk_free_rate, "seed": seed,
    }  # fmt: skip
    plan = Plan(
        strategy,
        params=_params(set_),
        settings={name: value for name, value in settings.items() if value is not None},
        bars=tuple(bars),
        samples=tuple(sample),
        tickers=tuple(ticker),
        inputs=_inputs(panel, fundamentals, membership, securities, holdings),
        reading=_reading(context),
        quick=quick,
        out=out,
    )
    if is_plan(strategy):
        plan = read_plan(strategy, trust=trust, say=_say).overridden(plan, _typed(context))
    kind = registry.resolve(plan.strategy)
    folder = plan.out or Path("out") / registry.name_of(kind).rpartition(":")[2]
    context.with_resource(reserved(folder))
    tables, inputs = plan.load_all(_say)
    given = {
        "inputs": inputs,
        "params": plan.params,
        **plan.settings,
    }
    if audit:
        report = look_ahead.audit(kind, tables, **given)
        report.check()
        _say(report.words())
    aside = plan.reading_of("benchmark")
    result = run_bars(kind, tables, strips=not plan.quick, benchmark_reading=aside, **given)
    _write(write_run, result, folder)
    if json:
        typer.echo(result.to_json(), nl=False)
    else:
        _print(result, folder)
    if open_:
        typer.launch(str((folder / "tearsheet.html").resolve()))


@app.command()
def rerun(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="What an earlier run was written to")
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the new run there; default: nowhere")
    ] = None,
    trust: options.Trust = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON on stdout")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error")] = False,
) -> None:
    """Run an earlier run again: the same bytes, or what changed and what that did."""
    from ..records.folder_lock import reserved
    from ..records.rerun import print_rerun
    from ..records.rerun import rerun as run_again
    from ..records.write import write_run

    if out:
        context.with_resource(reserved(out))
    report = run_again(folder, _say, trust=trust)
    if out:
        _write(write_run, report.result, out)
    if json:
        typer.echo(report.to_json(), nl=False)
    else:
        print_rerun(report, _console())
    report.check()


@app.command()
def compare(
    context: typer.Context,
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR", help="What earlier runs were written to")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write the page")] = Path(
        "out", "compare"
    ),
    json: Annotated[
        bool, typer.Option("--json", help="Print compare.json alone on stdout")
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error")] = False,
) -> None:
    """Put earlier runs side by side on one page: what differs, curves, figures."""
    from ..records.compare import compare as side_by_side
    from ..records.files import COMPARISON
    from ..records.folder_lock import reserved
    from ..records.write import write_comparison

    context.with_resource(reserved(out))
    comparison = side_by_side(folders)
    _write(write_comparison, comparison, out)
    if json:
        typer.echo(comparison.to_json(), nl=False)
    else:
        typer.echo(f"Page: {out / COMPARISON.page}")
    if open_:
        typer.launch(str((out / COMPARISON.page).resolve()))


@app.command("search", cls=GroupedCommand)
def search_(
    context: typer.Context,
    strategy: Annotated[
        str, typer.Argument(metavar="STRATEGY", help="NAME, module:Class or path/file.py:Class")
    ],
    space: Annotated[
        str,
        typer.Option(
            metavar="RANGES", help="d=1..5,M=1..14,R=2..21:3 or direction=trend|reversion"
        ),
    ],
    where: Annotated[
        list[str], typer.Option(metavar="TEXT", help="What a set must satisfy: 'M > d'; repeat")
    ] = [],  # noqa: B006
    bars: options.Bars = [],  # noqa: B006
    sample: options.Samples = [],  # noqa: B006
    ticker: options.Tickers = [],  # noqa: B006
    panel: options.Panel = None,
    fundamentals: options.Fundamentals = None,
    membership: options.Membership = None,
    securities: options.Securities = None,
    holdings: options.Holdings = [],  # noqa: B006
    objective: Annotated[
        str,
        typer.Option(
            metavar="FIGURE", help="What ranks the sets: excess_per_year, sharpe, points, ..."
        ),
    ] = "excess",
    engine: Annotated[
        str, typer.Option(metavar="NAME", help="threads, processes or dask")
    ] = "threads",
    workers: Annotated[
        int | None, typer.Option(help="Threads or processes; default as many as there are cores")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Of dask, such as tcp://host:8786")
    ] = None,
    random: Annotated[
        int | None, typer.Option(metavar="N", help="Try N sets at random instead of all")
    ] = None,
    store: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the search here, and resume it")
    ] = None,
    top: Annotated[int, typer.Option(help="How many of the best are shown and confirmed")] = 20,
    start: options.Start = None,
    end: options.End = None,
    set_: Annotated[
        list[str],
        typer.Option("--set", metavar="KEY=VALUE", help="A parameter that the space leaves alone"),
    ] = [],  # noqa: B006
    fill: options.Fill = None,
    size_at: options.SizeAt = None,
    rebalance: options.Rebalance = None,
    every: options.Every = None,
    per_share: options.PerShare = 0.0,
    min_fee: options.MinFee = 0.0,
    percent_fee: options.PercentFee = 0.0,
    slippage_bps: options.SlippageBps = 0.0,
    borrow: options.Borrow = 0.0,
    interest: options.Interest = "0",
    no_dividends: options.NoDividends = False,
    prices: options.Prices = None,
    split: options.Split = [],  # noqa: B006
    calendar: options.Calendar = None,
    timezone: options.Timezone = None,
    dates: options.DateOrder = None,
    decimal: options.Decimal = None,
    resample: options.Resample = None,
    drop_bad_rows: options.DropBadRows = False,
    keep_all_rows: options.KeepAllRows = False,
    max_gross: options.MaxGross = 2.5,
    whole_shares: options.WholeShares = False,
    cash: options.Cash = 1_000_000.0,
    risk_free_rate: options.RiskFreeRate = 0.0,
    seed: options.Seed = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; default out/search-NAME/")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print search.json alone on stdout")] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error")] = False,
) -> None:
    """Search a strategy's parameters, and run what is found again bar by bar."""
    from ...search.space import Space
    from ..errors import ParameterError
    from ..plans.plan import Plan
    from ..records.files import SEARCH
    from ..records.folder_lock import reserved
    from ..records.write import write_search
    from ..runs import registry
    from ..searches.run import run_search
    from .progress import progress
    from .search_summary import print_search

    settings: dict[str, Any] = {
        "start": start, "end": end, "fill": fill, "size_at": size_at, "rebalance": rebalance,
        "every": every, "per_share": per_share, "min_fee": min_fee, "percent_fee": percent_fee,
        "slippage_bps": slippage_bps, "borrow": borrow, "interest": _interest(interest),
        "no_dividends": no_dividends, "max_gross": max_gross, "whole_shares": whole_shares,
        "cash": cash, "risk_free_rate": risk_free_rate, "seed": seed,
    }  # fmt: skip
    if random is not None and random < 1:
        raise ParameterError(f"--random must be >= 1, got {random}")
    plan = Plan(
        strategy,
        params=_params(set_),
        settings={name: value for name, value in settings.items() if value is not None},
        bars=tuple(bars),
        samples=tuple(sample),
        tickers=tuple(ticker),
        inputs=_inputs(panel, fundamentals, membership, securities, holdings),
        reading=_reading(context),
    )
    sets = Space.parse(space, where)
    kind = registry.resolve(strategy)
    name = registry.name_of(kind).rpartition(":")[2]
    folder = out or Path("out") / f"search-{name}"
    _check_folder(folder)
    context.with_resource(reserved(folder))
    tables, inputs = plan.load_all(_say)
    with progress() as watch:
        result = run_search(
            kind,
            tables,
            sets,
            objective=objective,
            engine=engine,
            workers=workers,
            scheduler=scheduler,
            sample=random,
            store=store,
            top=top,
            inputs=inputs,
            params=plan.params,
            say=watch.say,
            watch=watch,
            **plan.settings,
        )
    _write(write_search, result, folder)
    if json:
        typer.echo(result.to_json(), nl=False)
    else:
        print_search(result, folder / SEARCH.page, _console())
    if open_:
        typer.launch(str((folder / SEARCH.page).resolve()))


@app.command("study")
def study_(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="One of study --list, or path/file.py", show_default=False
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of TICKER.csv or .parquet, subfolders too; without it, a sample",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; default out/NAME/")
    ] = None,
    tickers: Annotated[
        str | None, typer.Option(metavar="A,B", help="What to study; default: what the study names")
    ] = None,
    start: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day that counts; default the source's")
    ] = None,
    end: Annotated[
        str | None, typer.Option(metavar="DATE", help="Last day that counts; default the source's")
    ] = None,
    seed: Annotated[int, typer.Option(help="For everything random")] = 0,
    no_dividends: Annotated[
        bool, typer.Option("--no-dividends", help="Ignore dividends, unknown ones too")
    ] = False,
    list_studies: Annotated[
        bool, typer.Option("--list", help="List the studies with their tickers and windows")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print study.json alone on stdout")] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error")] = False,
) -> None:
    """Hold what a source published against prices: one page, figure by figure with a verdict."""
    from ..errors import ParameterError
    from ..records.write import write_study
    from ..runs.settings import as_date
    from ..studies.registry import loaded, study_of

    if list_studies:
        studies, left_out = loaded()
        for listed, study in studies.items():
            typer.echo(f"{listed:<20} {study.summary}")
            typer.echo(f"{'':<20} {study.start} to {study.end}; {', '.join(study.tickers)}")
        for line in left_out:
            typer.echo(f"btplaybook: left out: {line}", err=True)
        return
    if name is None:
        raise ParameterError("name a study; btplaybook study --list shows them")
    from ..records.files import STUDY
    from ..records.folder_lock import reserved
    from ..studies.run import run_study
    from .study_summary import print_study

    chosen = study_of(name)
    folder = out or Path("out") / chosen.name
    context.with_resource(reserved(folder))
    result = run_study(
        chosen,
        data,
        tickers=None if tickers is None else tickers.split(","),
        start=as_date("start", start),
        end=as_date("end", end),
        seed=seed,
        dividends=not no_dividends,
        say=_say,
    )
    _write(write_study, result, folder)
    if json:
        typer.echo(result.to_json(), nl=False)
    else:
        print_study(result, folder / STUDY.page, _console())
    if open_:
        typer.launch(str((folder / STUDY.page).resolve()))


@app.command("fetch")
def fetch_(
    tickers: Annotated[
        list[str], typer.Argument(metavar="TICKER...", help="As Yahoo spells them: SPY BRK-B ^GSPC")
    ],
    start: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day whose bar is checked")
    ] = None,
    end: Annotated[
        str | None, typer.Option(metavar="DATE", help="Last day whose bar is checked")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: this user's cache folder")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print a report alone on stdout")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error")] = False,
) -> None:
    """Fetch daily bars from Yahoo into the cache: all at first, then what is new."""
    import json as encoder

    from ..plans.tickers import fetch_all
    from ..runs.settings import as_date

    report, code = fetch_all(
        tickers,
        say=lambda line: typer.echo(line, err=json),
        complain=lambda line: typer.echo(f"btplaybook: {line}", err=True),
        start=as_date("start", start),
        end=as_date("end", end),
        folder=cache,
    )
    if json:
        typer.echo(encoder.dumps(report, indent=2, allow_nan=False))
    if code:
        raise typer.Exit(code)


@app.command("list")
def list_() -> None:
    """List the registered strategies."""
    from ..runs import docstring, registry

    strategies, left_out = registry.loaded()
    for name, kind in strategies.items():
        summary, _, _ = docstring.parts(kind)[""].partition("\n")
        typer.echo(f"{name:<20} {summary}")
    for line in left_out:
        typer.echo(f"btplaybook: left out: {line}", err=True)


@app.command()
def describe(
    strategy: Annotated[str, typer.Argument(help="NAME, module:Class or path/file.py:Class")],
) -> None:
    """Print a strategy's documentation and its parameters."""
    from ..runs import docstring, registry

    kind = registry.resolve(strategy)
    words = docstring.text_of(kind) or f"{kind.title()} (it has no docstring)"
    typer.echo(f"{registry.name_of(kind)}: {words}\n\nDefaults\n--------")
    for name, default in registry.parameters(kind).items():
        typer.echo(f"--set {name}={default}")


@app.callback(invoke_without_command=True)
def _common(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version")] = False,
) -> None:
    if version:
        from ... import __version__

        typer.echo(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)


def main() -> None:
    """Run the command line; end with one line and an exit code where the user can do something."""
    try:
        sys.exit(app(standalone_mode=False))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # a bug has no exit code and shows its traceback
        code = getattr(error, "exit_code", None)
        words = getattr(error, "format_message", error.__str__)()
        if isinstance(error, OSError) and error.filename is not None and code is None:
            # A path that the system refuses: too long, not permitted, on a disk that is full.
            code, words = 2, f"{error.filename}: {error.strerror}"
        if code is None or "--debug" in sys.argv:
            raise
        typer.echo(f"btplaybook: {_shortened(words)}", err=True)
        sys.exit(code)


def _shortened(words: str) -> str:
    """Return a message whose every line can be read: without the middle of one of thousands."""
    half = LONGEST_LINE // 2
    return "\n".join(
        line if len(line) <= LONGEST_LINE else f"{line[:half]} ... {line[-half:]}"
        for line in words.splitlines()
    )


def _typed(context: typer.Context) -> set[str]:
    """Return the names of the options that stand on the command line."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return {name for name, source in sources.items() if source and source.name != "DEFAULT"}


def _say(words: str) -> None:
    typer.echo(words, err=True)


def _reading(context: typer.Context) -> dict[str, Any]:
    """Return the options of reading that stand on the command line."""
    from ...feeds.reading import Reading

    fields = Reading.__dataclass_fields__
    values = {name: context.params[name] for name in _typed(context) & fields.keys()}
    return Reading(**values).plain()


def _inputs(
    panel: str | None,
    fundamentals: str | None,
    membership: str | None,
    securities: str | None,
    holdings: list[str],
) -> dict[str, tuple[str, ...]]:
    """Return the files of inputs by name, those that were given."""
    given = {
        "panel": panel,
        "fundamentals": fundamentals,
        "membership": membership,
        "securities": securities,
    }
    single = {name: (file,) for name, file in given.items() if file}
    return single | ({"holdings": tuple(holdings)} if holdings else {})


def _params(pairs: list[str]) -> dict[str, Any]:
    """Return a strategy's parameters from KEY=VALUE texts; numbers and booleans as such."""
    from ...feeds.quoting import shown
    from ..errors import ParameterError
    from ..plans.parameter_values import parameter_from

    params: dict[str, Any] = {}
    for pair in pairs:
        key, separator, text = pair.partition("=")
        if not separator or not key:
            raise ParameterError(f"--set takes KEY=VALUE, got {shown(pair)}")
        named = key.isprintable() and len(key) <= 100
        params[key] = parameter_from(f"--set {key}" if named else "--set", text)
    return params


def _interest(text: str) -> float | dict[str, float]:
    """Return one rate, or the rates of cash, rebate and debit apart."""
    from ...feeds.quoting import shown
    from ..errors import ParameterError

    try:
        if "=" not in text:
            return float(text)
        pairs = (part.partition("=") for part in text.split(","))
        return {name.strip(): float(rate) for name, _, rate in pairs}
    except ValueError:
        words = "a rate like 0.03, or cash=0.03,rebate=0.02,debit=0.05"
        raise ParameterError(f"--interest takes {words}, got {shown(text)}") from None


def _write(write: Callable[[Any, Path], None], result: object, folder: Path) -> None:
    from ..records.folder_lock import unwritable

    try:
        write(result, folder)
    except OSError as error:
        raise unwritable(folder, error) from error


def _check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written before a long search, not after it."""
    from ..errors import ParameterError

    whole = folder.absolute()
    there = next(path for path in (whole, *whole.parents) if os.path.exists(path))
    if not there.is_dir():
        raise ParameterError(f"cannot write to {folder}: {there.name} is a file")
    if not os.access(there, os.W_OK):
        raise ParameterError(f"cannot write to {folder}: {there} is read-only")


def _print(result: RunResult, folder: Path) -> None:
    from .run_summary import print_summary

    print_summary(result, folder, _console())


def _console() -> Console:
    from rich.console import Console

    return Console()
