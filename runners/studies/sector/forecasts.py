"""Past scores against what followed: two readings of 30 and 60 days, and the gate."""

from __future__ import annotations

from ...runs.labels.formats import number, percent
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .books import WAYS, books_of
from .rows import beyond_chance, compared, estimate_text, how_many, measured, sentence
from .weightings import difference

READINGS = ("long", "newest")


def readings(evidence: Evidence) -> Findings:
    """Return how well forecasts ranked, by both readings of the past."""
    books = books_of(evidence)
    asked = next(iter(WAYS))
    rows, figures = [], list[Figure]()
    counted, beyond = {"long": 0, "newest": 0}, {"long": 0, "newest": 0}
    for ticker, ways in books.items():
        for key, reading in zip(READINGS, ways[asked].plain["skill_readings"], strict=True):
            sessions = " and ".join(str(n) for n in dict.fromkeys(reading["windows"].values()))
            cells = []
            for horizon, one in reading["by_horizon"].items():
                mean, error = one["mean"], one["standard_error"]
                counted[key] += mean is not None
                beyond[key] += beyond_chance(mean, error) and mean > 0.0
                cells.append(estimate_text(mean, error))
                figures.append(
                    measured(
                        f"readings.{key}_{horizon}", ticker,
                        f"mean rank correlation of forecasts, next {horizon} sessions, from the "
                        f"newest {sessions}",
                        mean, "coefficient",
                        f"standard error {number(error, 3)}, {one['judged']} forecasts",
                    )
                )  # fmt: skip
            rows.append((f"{ticker}, the newest {sessions} sessions", *cells))
    of = " of sector and horizon" if len(books) > 1 else ""
    cases = {
        key: f"{how_many(beyond[key], n, 'case' if of else 'horizon')}{of}"
        if (n := counted[key])
        else ""
        for key in READINGS
    }
    at = "in" if of else "over"
    long = (
        f"the forecasts rank what followed better than chance {at} {cases['long']}"
        if cases["long"]
        else "no forecast could be judged"
    )
    newest = (
        f"forecasts made from the newest days alone do so {at} {cases['newest']}"
        if cases["newest"]
        else "none of the newest days alone could be judged"
    )
    words = (
        "The letter can be read in two ways. Read as how far ahead scores predict, with an "
        f"equation of three years, {long}. Read as the days that the equation is made from, "
        f"{newest}.",
    )
    headline = f"{long}; {newest}"
    table = Table(
        "Forecasts",
        ("30 sessions ahead", "60 sessions ahead"),
        rows,
        "Mean rank correlation of forecasts with the returns that followed \N{PLUS-MINUS SIGN} its "
        "standard error.",
    )
    return Findings(words, figures, tables=[table], headline=headline)


def gate(evidence: Evidence) -> Findings:
    """Return what falling back to equal variance was worth."""
    books = books_of(evidence)
    asked = next(iter(WAYS))
    rows, figures = [], list[Figure]()
    for ticker, ways in books.items():
        share = ways[asked].plain["fallback"]["share_of_days"]
        sharpes = [ways[way].metrics["sharpe"] for way in (asked, "never gated", "equal variance")]
        rows.append((ticker, percent(share, 0), *map(number, sharpes)))
        figures.append(
            measured(
                "gate.share", ticker, "days weighted without forecasts",
                None if share is None else 100.0 * share, "%", "mean rank correlation below 0",
            )
        )  # fmt: skip
    told = compared("with the safeguard", "without it", difference(books, asked, "never gated"))
    words = (
        "The safeguard takes equal-variance weights where the mean rank correlation of the last "
        f"six forecasts is below 0. {sentence(told)}",
    )
    columns = (
        "days weighted without forecasts", "Sharpe ratio with the safeguard", "without it",
        "equal variance always",
    )  # fmt: skip
    table = Table("Sector", columns, rows)
    return Findings(words, figures, tables=[table], headline=told)
