"""The summary of a factor's test on the terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..factor_tests.plain import known
from ..factor_tests.result import FactorTestResult
from ..pages.factor_test.words import even_words, independent, interval, part_of, sentences
from ..runs.labels.formats import counted, number, percent, probability

HEADINGS = ("ahead", "mean IC", "95%", "p", "worth", "spread", "95%", "gone at")


def print_factor_test(result: FactorTestResult, page: Path, console: Console) -> None:
    """Print the figures of each horizon, what they say, and the path of the page."""
    stocks = counted(result.universe.stocks, "stock")
    title = f"{result.short_name} on {stocks} of {result.universe.fund}"
    console.print(Text(f"{title}, {result.window[0]} to {result.window[1]}", style="bold"))
    table = Table(box=None, pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for horizon, found in result.horizons.items():
        ic, spread = found.information.mean, found.quantiles.spread
        table.add_row(
            str(horizon),
            number(ic.mean, 3),
            interval(ic),
            probability(known(ic.p_value)),
            number(independent(ic), 0),
            percent(spread.mean, 1),
            interval(spread, rate=True),
            even_words(found.break_even_bp),
        )
    console.print(table)
    name = part_of(result.settings["quantiles"])
    said = (
        f"Spread: top less bottom {name}, residual return a year over {result.universe.fund} "
        "before costs; worth: independent dates; gone at: cost of an order."
    )
    console.print(Text(said), soft_wrap=True)
    for line in sentences(result):
        console.print(Text(line), soft_wrap=True)
    console.print(Text(f"Page: {page}"), soft_wrap=True)
