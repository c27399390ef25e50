"""What `run` and `search` take alike: the options' types and help."""

from __future__ import annotations

from typing import Annotated

import typer

Bars = Annotated[
    list[str],
    typer.Option(metavar="[NAME=]FILE[#TICKER]", help="CSV or Parquet; repeat for more feeds"),
]
Samples = Annotated[
    list[str],
    typer.Option(metavar="NAME", help="sp500, nasdaq, simulated, us20 or simulated-sector"),
]
Tickers = Annotated[
    list[str],
    typer.Option(metavar="TICKER", help="Which instrument of a file; without files, from Yahoo"),
]
Panel = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Many tickers in one file: raw prices with split_factor"),
]
Fundamentals = Annotated[
    str | None, typer.Option(metavar="FILE", help="Statements; or yahoo:quarterly, yahoo:annual")
]
Membership = Annotated[
    str | None, typer.Option(metavar="FILE", help="An index's members: ticker, start and end date")
]
Securities = Annotated[
    str | None, typer.Option(metavar="FILE", help="GICS sectors: ticker, sector")
]
Holdings = Annotated[
    list[str],
    typer.Option(
        metavar="FILE", help="A fund's holdings: table or SPDR workbook, repeat; or yahoo:ETF"
    ),
]
Start = Annotated[
    str | None, typer.Option(metavar="DATE", help="First day that counts; earlier bars warm up")
]
End = Annotated[str | None, typer.Option(metavar="DATE", help="Last day that counts")]
Fill = Annotated[
    str | None,
    typer.Option(metavar="WHEN", help="close, next_open or next_close; else the strategy's own"),
]
SizeAt = Annotated[
    str | None, typer.Option(metavar="WHEN", help="Size orders at the fill or at the decision")
]
Rebalance = Annotated[
    str | None,
    typer.Option(metavar="WHEN", help="on_change, daily or on_decision; else the strategy's own"),
]
Every = Annotated[
    str | None, typer.Option(metavar="PERIOD", help="Decide every day, week or month")
]
PerShare = Annotated[float, typer.Option(help="Commission a share")]
MinFee = Annotated[float, typer.Option(help="Least commission an order")]
PercentFee = Annotated[
    float, typer.Option(help="Commission as a fraction of value: 0.0005 is 5 bp")
]
SlippageBps = Annotated[float, typer.Option(help="Slippage in basis points of price")]
Borrow = Annotated[
    float, typer.Option(help="Fee for borrowed shares, a fraction a year: 0.03 is 3 %")
]
Interest = Annotated[
    str,
    typer.Option(
        metavar="RATE", help="On cash, a fraction a year; or cash=0.03,rebate=0.02,debit=0.05"
    ),
]
NoDividends = Annotated[
    bool, typer.Option("--no-dividends", help="Ignore dividends, unknown ones too")
]
MaxGross = Annotated[float, typer.Option(help="Largest gross exposure that an order may aim at")]
WholeShares = Annotated[bool, typer.Option("--whole-shares", help="Trade whole shares only")]
Cash = Annotated[float, typer.Option(help="Account at the start")]
RiskFreeRate = Annotated[
    float, typer.Option(help="For Sharpe and Sortino ratios, a fraction a year")
]
Seed = Annotated[int, typer.Option(help="For everything random")]
Trust = Annotated[
    bool,
    typer.Option(
        "--trust", help="Execute the strategy's file of a run.json though it may be another's"
    ),
]
