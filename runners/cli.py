"""The command line. What a command needs is imported when it runs: `--help` stays instant."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from .registry import Strategy
    from .result import RunResult

app = typer.Typer(
    name="btplaybook",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Documented trading strategies, run bar by bar with exact fills and costs.",
    epilog="Exit codes: 1 a check is red, 2 usage, 3 a source is not reachable, 4 bad data, "
    "5 a run was stopped.",
)


@app.command()
def run(
    strategy: Annotated[str, typer.Argument(help="NAME, module:Class or path/file.py:Class")],
    bars: Annotated[
        list[str], typer.Option(metavar="[NAME=]FILE", help="CSV or Parquet; repeat for more feeds")
    ] = [],  # noqa: B006  typer reads the default and never changes it
    sample: Annotated[
        list[str], typer.Option(metavar="NAME", help="sp500, nasdaq or simulated")
    ] = [],  # noqa: B006
    ticker: Annotated[str | None, typer.Option(help="Which instrument of a file of many")] = None,
    start: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day that counts; earlier bars warm up")
    ] = None,
    end: Annotated[str | None, typer.Option(metavar="DATE", help="Last day that counts")] = None,
    set_: Annotated[
        list[str],
        typer.Option("--set", metavar="KEY=VALUE", help="A strategy's parameter; repeat for more"),
    ] = [],  # noqa: B006
    fill: Annotated[
        str, typer.Option(metavar="WHEN", help="close, next_open or next_close")
    ] = "close",
    size_at: Annotated[
        str, typer.Option(metavar="WHEN", help="Size orders at the fill or at the decision")
    ] = "fill",
    rebalance: Annotated[str, typer.Option(metavar="WHEN", help="on_change or daily")] = (
        "on_change"
    ),
    every: Annotated[
        str, typer.Option(metavar="PERIOD", help="Decide every day, week or month")
    ] = "day",
    per_share: Annotated[float, typer.Option(help="Commission a share")] = 0.0,
    min_fee: Annotated[float, typer.Option(help="Least commission an order")] = 0.0,
    percent_fee: Annotated[
        float, typer.Option(help="Commission as a fraction of value: 0.0005 is 5 bp")
    ] = 0.0,
    slippage_bps: Annotated[float, typer.Option(help="Slippage in basis points of price")] = 0.0,
    borrow: Annotated[
        float, typer.Option(help="Fee for borrowed shares, a fraction a year: 0.03 is 3 %")
    ] = 0.0,
    interest: Annotated[
        str,
        typer.Option(
            metavar="RATE", help="On cash, a fraction a year; or cash=0.03,rebate=0.02,debit=0.05"
        ),
    ] = "0",
    no_dividends: Annotated[
        bool, typer.Option("--no-dividends", help="Ignore dividends, unknown ones too")
    ] = False,
    max_gross: Annotated[
        float, typer.Option(help="Largest gross exposure that an order may aim at")
    ] = 2.5,
    whole_shares: Annotated[
        bool, typer.Option("--whole-shares", help="Trade whole shares only")
    ] = False,
    cash: Annotated[float, typer.Option(help="Account at the start")] = 1_000_000.0,
    benchmark: Annotated[
        str | None, typer.Option(metavar="NAME", help="Bars to compare with; else the first")
    ] = None,
    risk_free_rate: Annotated[
        float, typer.Option(help="For Sharpe and Sortino ratios, a fraction a year")
    ] = 0.0,
    seed: Annotated[int, typer.Option(help="For everything random")] = 0,
    audit: Annotated[
        bool, typer.Option("--audit", help="First check that no decision knows the future")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: out/<strategy>/")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print run.json alone on stdout")] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error")] = False,
) -> None:
    """Run a strategy and write its tearsheet, figures and tables."""
    from . import audit as look_ahead
    from . import registry
    from .run import run as run_bars
    from .settings import as_date
    from .sources import load

    kind = registry.resolve(strategy)
    settings: dict[str, Any] = {
        "start": start, "end": end, "fill": fill, "size_at": size_at, "rebalance": rebalance,
        "every": every, "per_share": per_share, "min_fee": min_fee, "percent_fee": percent_fee,
        "slippage_bps": slippage_bps, "borrow": borrow, "interest": _interest(interest),
        "no_dividends": no_dividends, "max_gross": max_gross, "whole_shares": whole_shares,
        "cash": cash, "benchmark": benchmark, "risk_free_rate": risk_free_rate, "seed": seed,
    }  # fmt: skip
    tables = load(
        bars,
        sample,
        ticker=ticker,
        end=as_date("end", end),
        dividends=not no_dividends,
        seed=seed,
    )
    params = _params(kind, set_)
    if audit:
        report = look_ahead.audit(kind, tables, params=params, **settings)
        report.check()
        typer.echo(report.words(), err=True)
    result = run_bars(kind, tables, params=params, **settings)
    folder = out or Path("out") / registry.name_of(kind).rpartition(":")[2]
    _write(result, folder)
    if json:
        typer.echo(result.to_json(), nl=False)
    else:
        _print(result, folder)
    if open_:
        typer.launch(str((folder / "tearsheet.html").resolve()))


@app.command("list")
def list_() -> None:
    """List the registered strategies."""
    from . import docstring, registry

    for name, point in registry.registered().items():
        summary = docstring.parts(point.load())[""].splitlines()[0]
        typer.echo(f"{name:<20} {summary}")


@app.command()
def describe(
    strategy: Annotated[str, typer.Argument(help="NAME, module:Class or path/file.py:Class")],
) -> None:
    """Print a strategy's documentation and its parameters."""
    import inspect

    from . import registry

    kind = registry.resolve(strategy)
    typer.echo(f"{registry.name_of(kind)}: {inspect.getdoc(kind)}\n\nDefaults\n--------")
    for name, default in registry.parameters(kind).items():
        typer.echo(f"--set {name}={default}")


@app.callback(invoke_without_command=True)
def _common(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version")] = False,
) -> None:
    if version:
        from .. import __version__

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
        if code is None or "--debug" in sys.argv:
            raise
        words = getattr(error, "format_message", error.__str__)()
        typer.echo(f"btplaybook: {words}", err=True)
        sys.exit(code)


def _params(kind: Strategy, pairs: list[str]) -> dict[str, Any]:
    """Return a strategy's parameters from KEY=VALUE texts; numbers and booleans as such."""
    import ast

    from .errors import ParameterError

    params: dict[str, Any] = {}
    for pair in pairs:
        key, separator, text = pair.partition("=")
        if not separator or not key:
            raise ParameterError(f"--set takes KEY=VALUE, got {pair!r}")
        try:
            params[key] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            params[key] = text
    return params


def _interest(text: str) -> float | dict[str, float]:
    """Return one rate, or the rates of cash, rebate and debit apart."""
    from .errors import ParameterError

    try:
        if "=" not in text:
            return float(text)
        pairs = (part.partition("=") for part in text.split(","))
        return {name.strip(): float(rate) for name, _, rate in pairs}
    except ValueError:
        raise ParameterError(
            f"--interest takes a rate like 0.03, or cash=0.03,rebate=0.02,debit=0.05, got {text!r}"
        ) from None


def _write(result: RunResult, folder: Path) -> None:
    from .errors import ParameterError

    try:
        result.write(folder)
    except OSError as error:
        raise ParameterError(f"cannot write to {folder}: {error.strerror or error}") from error


def _print(result: RunResult, folder: Path) -> None:
    from rich.console import Console

    from .summary import print_summary

    print_summary(result, folder, Console())
