"""(f) Short the fund so that the book's beta is 0, and (g) a view that moves it."""

from __future__ import annotations

from ...runs.labels.formats import number, percent
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .books import WAYS, books_of
from .rows import compared, gain_text, how_many, measured, sharpe_cells
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
        counted += 1
        inside += abs(beta) <= 1.96 * error
        year = own["rolling"]["252"]
        rows.append(
            (
                ticker,
                f"{number(beta, 3)} ± {number(error, 3)}",
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
    words = (
        f"Chance explains the realised beta of {how_many(inside, counted, 'book')}. Ex ante every "
        "decision meets its target; between decisions the hedge is trimmed where the book's beta "
        "has left a band of 0.05.",
    )
    columns = ("realised beta", "over 252 days", "hedge trimmed, times")
    headline = f"the realised beta of {how_many(inside, counted, 'book')} is 0 within chance"
    table = Table("Sector", columns, rows)
    return Findings(words, figures, tables=[table], headline=headline)


def view(evidence: Evidence) -> Findings:
    """Return what a view by the fund's 200-day average added."""
    books = books_of(evidence)
    asked = next(iter(WAYS))
    rows, figures = [], list[Figure]()
    for ticker, ways in books.items():
        for name, way in (("target 0", asked), ("by the 200-day average", VIEW)):
            metrics = ways[way].metrics
            rows.append((f"{ticker}, {name}", percent(metrics["cagr"], 1), *sharpe_cells(metrics)))
        more = ways[VIEW].metrics["cagr"] - ways[asked].metrics["cagr"]
        figures.append(
            measured(
                "view.gain", ticker, "growth a year that the view added", 100.0 * more,
                "% a year", "beta 0.2 above the fund's 200-day average, -0.2 below",
            )
        )  # fmt: skip
    mean, error = difference(books, VIEW, asked)
    words = (
        "A view is a function that answers after each close with the book's target beta, from -0.2 "
        "to 0.2. The one tried here is long above the fund's 200-day average and short below. "
        + compared("books with this view", "books of beta 0", mean, error),
    )
    columns = ("growth a year", "Sharpe ratio", "its 95% band")
    headline = f"a view by the 200-day average added {gain_text(mean, error)}"
    return Findings(words, figures, tables=[Table("Book", columns, rows)], headline=headline)
