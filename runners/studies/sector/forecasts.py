"""Past scores against what followed: two readings of 30 and 60 days, and the gate."""

from __future__ import annotations

from ...runs.labels.formats import number, percent
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings
from .books import WAYS, books_of
from .rows import beyond_chance, compared, estimate_text, gain_text, how_many, measured
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
    cases = {key: how_many(beyond[key], counted[key], "case") for key in READINGS}
    noise = (
        ": so few days are noise for the most part" if 2 * beyond["newest"] < beyond["long"] else ""
    )
    words = (
        "Read as how far ahead scores predict, checked over three years, the forecasts rank what "
        f"followed better than chance in {cases['long']} of sector and horizon. Read as the days "
        f"in which they are checked, in {cases['newest']}{noise}.",
    )
    headline = (
        f"forecasts rank better than chance in {cases['long']}; from the newest days alone in "
        f"{cases['newest']}"
    )
    table = Table("Forecasts", ("30 sessions", "60 sessions"), rows)
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
    mean, error = difference(books, asked, "never gated")
    words = (
        "The safeguard goes by the mean rank correlation of the last six forecasts. "
        + compared("books with it", "books without", mean, error),
    )
    columns = ("days without forecasts", "Sharpe, gated", "never gated", "equal variance")
    headline = f"the safeguard added {gain_text(mean, error)}"
    table = Table("Sector", columns, rows)
    return Findings(words, figures, tables=[table], headline=headline)
