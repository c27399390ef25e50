"""What `run` and `search` take alike: the options' types and help."""

from __future__ import annotations

from typing import Annotated

import typer

Bars = Annotated[
    list[str],
    typer.Option(metavar="[NAME=]FILE[#TICKER]", help="CSV or Parquet; repeat for more feeds"),
]
READING = "Reading files"
"""The group of options that say how files are read; it stands apart in the help."""

Prices = Annotated[
    str | None,
    typer.Option(
        metavar="WHAT",
        help="What prices hold: raw, split or total (dividends too); else worked out",
        rich_help_panel=READING,
    ),
]
Split = Annotated[
    list[str],
    typer.Option(
        metavar="[NAME:]DATE=RATIO",
        help="A split that no column states: 2020-08-31=4, reverse 1/10; repeat",
        rich_help_panel=READING,
    ),
]
Calendar = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The exchange: XNYS, XTKS, 24/7 and others of exchange_calendars; else worked out",
        rich_help_panel=READING,
    ),
]
Timezone = Annotated[
    str | None,
    typer.Option(
        metavar="ZONE",
        help="The exchange's zone (Asia/Tokyo): stamps count on their date there",
        rich_help_panel=READING,
    ),
]
DateOrder = Annotated[
    str | None,
    typer.Option(
        metavar="ORDER",
        help="dmy or mdy: whether 02/03/2020 begins with the day or the month",
        rich_help_panel=READING,
    ),
]
Decimal = Annotated[
    str | None,
    typer.Option(
        metavar="MARK",
        help="The decimal mark, . or ,; else worked out",
        rich_help_panel=READING,
    ),
]
Resample = Annotated[
    str | None,
    typer.Option(
        metavar="PERIOD",
        help="Make bars of a week or a month out of daily ones",
        rich_help_panel=READING,
    ),
]
DropBadRows = Annotated[
    bool,
    typer.Option(
        "--drop-bad-rows",
        help="Leave faulty rows out, and list them",
        rich_help_panel=READING,
    ),
]
KeepAllRows = Annotated[
    bool,
    typer.Option(
        "--keep-all-rows",
        help="Keep bars on weekends in a file of weekdays",
        rich_help_panel=READING,
    ),
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
    bool,
    typer.Option(
        "--no-dividends",
        help="Ignore dividends, unknown ones too",
        rich_help_panel=READING,
    ),
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
