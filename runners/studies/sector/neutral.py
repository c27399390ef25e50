"""(f) Short the fund so that the book's beta is 0, and (g) a view that moves it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ...runs.labels.formats import number, percent
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .books import WAYS, Books, books_of
from .rows import compared, estimate_text, how_many, measured, sentence, sharpe_cells
from .weightings import difference

VIEW = "view of a 200-day average"


def neutral(evidence: Evidence) -> Findings:
    """Return each book's realised beta, and how often chance explains it."""
    books = books_of(evidence)
    asked = next(iter(WAYS))
    rows, figures, inside, counted = [], list[Figure](), 0, 0
    for ticker, ways in books.items():
        own = ways[asked].plain["neutrality"]
        realised = own["realised"]
        if realised is None:
            continue
        beta, error = realised["beta"], realised["standard_error"]
        if error is not None:
            counted += 1
            inside += abs(beta) <= 1.96 * error
        year = own["rolling"]["252"]
        rows.append(
            (
                ticker,
                estimate_text(beta, error),
                f"{number(year['least'])} to {number(year['most'])}",
                f"{len(ways[asked].plain['trims']):,}",
            )
        )
        figures.append(
            measured(
                "neutral.beta", ticker, "realised beta to the fund", beta, "coefficient",
                f"standard error {number(error, 3)}",
            )
        )  # fmt: skip
    columns = ("realised beta", "over 252 days", "hedge trimmed, times")
    headline = _headline(inside, counted)
    words = (f"{sentence(headline)} {_designed(books)}",)
    return Findings(words, figures, tables=[Table("Sector", columns, rows)], headline=headline)


def _headline(inside: int, counted: int) -> str:
    if not counted:
        return "no realised beta is known: the days are too few"
    if counted == 1:
        unlike = "cannot be told from 0" if inside else "is farther from 0 than chance explains"
        return f"the book's realised beta {unlike}"
    return f"the realised beta of {how_many(inside, counted, 'book')} cannot be told from 0"


def _designed(books: Books) -> str:
    """Return how near decisions bring the beta to its target, and when the hedge is trimmed."""
    plain: list[Mapping[str, Any]] = [ways[next(iter(WAYS))].plain for ways in books.values()]
    gaps = [
        abs(row["beta"] - row["target_beta"])
        for own in plain
        for row in own["decisions"]
        if row["beta"] is not None and row["target_beta"] is not None
    ]
    if not gaps:
        return "No decision was made."
    return (
        f"After each decision the estimated beta is within {_above(max(gaps))} of its "
        "target; between decisions the hedge is trimmed where it has left a band of "
        f"{plain[0]['params']['hedge_band']:g} about the target."
    )


def _above(gap: float) -> str:
    """Return a number that is not below a gap, in thousandths."""
    return f"{max(math.ceil(1000.0 * gap - 1e-9), 1) / 1000.0:.3f}"


def view(evidence: Evidence) -> Findings:
    """Return what a view by the fund's 200-day average added."""
    books = books_of(evidence)
    asked = next(iter(WAYS))
    rows, figures = [], list[Figure]()
    for ticker, ways in books.items():
        for name, way in (("target 0", asked), ("by the 200-day average", VIEW)):
            metrics = ways[way].metrics
            rows.append((f"{ticker}, {name}", percent(metrics["cagr"], 1), *sharpe_cells(metrics)))
        grown = [ways[way].metrics["cagr"] for way in (VIEW, asked)]
        more = None if None in grown else 100.0 * (grown[0] - grown[1])
        figures.append(
            measured(
                "view.gain", ticker, "growth a year that the view added", more,
                "% a year", "beta 0.2 above the fund's 200-day average, -0.2 below",
            )
        )  # fmt: skip
    told = compared(
        "with a view by the 200-day average", "with a beta of 0", difference(books, VIEW, asked)
    )
    words = (
        "A view is a function that answers after each close with the book's target beta, from "
        f"{number(-0.2, 1)} to 0.2. The one tried here asks for 0.2 above the fund's 200-day "
        f"average and for {number(-0.2, 1)} below. {sentence(told)}",
    )
    columns = ("growth a year", "Sharpe ratio", "its 95% band")
    return Findings(words, figures, tables=[Table("Book", columns, rows)], headline=told)
