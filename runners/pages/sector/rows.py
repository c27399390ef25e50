"""The tables of a sector book's panel, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ....feeds.open_to_open import CLOSE
from ...runs.labels.formats import MINUS, NONE, number, percent
from ..summary_rows import Row
from .numbers import large, ranged, times, whole

METHODS = {
    "mean_variance": "mean-variance weights",
    "mean_drawdown": "mean-drawdown weights",
    "mean_variance_drawdown": "mean-variance-drawdown weights",
    "equal_variance": "equal-variance weights",
    "inverse_variance": "inverse-variance weights",
    "equal": "equal weights",
    "flat": "nobody held",
}

TIGHTEST = 5
"""Decisions with the least capacity that are shown."""

GROUPS_SHOWN = 12
"""Sub-industries or countries that are shown."""

Plain = Mapping[str, Any]
"""The figures of a sector book, as `book.book_of` returns them."""


def book_rows(book: Plain, at: str = CLOSE) -> list[list[Row]]:
    """Return the table of the book: stocks, method, hedge and size."""
    return [_who(book), _how(book), _against_what(book, at), _how_much(book)]


def _who(book: Plain) -> list[Row]:
    decisions = book["decisions"]
    dates = f"{decisions[0]['date']} to {decisions[-1]['date']}"
    chosen = _chosen(book["params"])
    return [
        Row("Decisions", f"{len(decisions):,}", note=dates),
        Row("Stocks that could be chosen", ranged(book["universe"], whole), note=_of(book)),
        *_sizes(book),
        Row("Names held", ranged(book["names"], whole), note=chosen),
        Row("Largest weight", ranged(book["largest_weight"], _tenths), note="of the basket"),
        Row(
            "Effective number of names",
            ranged(book["effective_names"], lambda x: number(x, 1)),
            note="1 over the sum of squared weights",
        ),
    ]


def _chosen(params: Plain) -> str:
    if params["names"]:
        return f"with a weight, of {params['names']} at most"
    return f"the fewest that track within {percent(params['tracking_limit'], 1)} a year"


def _sizes(book: Plain) -> list[Row]:
    sizes = book["groups"]["market_caps"]
    if sizes["median"] is None:
        return []
    unknown = f", {sizes['unknown']:,} not known" if sizes["unknown"] else ""
    note = f"at the last decision, least to most{unknown}"
    return [Row("Their market value", ranged(sizes, large), note=note)]


def _how(book: Plain) -> list[Row]:
    n, skill = len(book["decisions"]), book["skill"]
    asked = book["params"]["weighting"]
    weighted = [
        Row(
            METHODS.get(name, name.replace("_", " ")).capitalize(),
            f"{decisions:,} of {n:,}",
            note="decisions, as asked" if name == asked else "decisions",
        )
        for name, decisions in book["methods"].items()
    ]
    judged = f"t {number(skill['t_statistic'], 1)}, {skill['judged']:,} forecasts"
    return [
        *weighted,
        Row("Mean information coefficient", number(skill["mean"], 3), note=judged),
        Row(
            "Tracking error a year",
            ranged(book["tracking_error"], _tenths),
            note="basket against the factors' own portfolio",
        ),
        *_limit_kept(book),
    ]


def _limit_kept(book: Plain) -> list[Row]:
    limit = book["params"]["tracking_limit"]
    if not limit:
        return []
    errors = [row["tracking_error"] for row in book["decisions"]]
    kept = sum(error is not None and error <= limit + 1e-6 for error in errors)
    note = f"of {percent(limit, 1)} a year; weights without forecasts know no limit"
    return [Row("Tracking limit kept", f"{kept:,} of {len(errors):,}", note=note)]


def _against_what(book: Plain, at: str) -> list[Row]:
    neutral = book["neutrality"]
    realised = neutral["realised"] or {"beta": None, "standard_error": None}
    error = f"standard error {number(realised['standard_error'], 3)}"
    ex_ante = ranged(neutral["ex_ante"], _thousandths)
    return [
        Row("Target beta", ranged(neutral["target"], number)),
        Row("Beta ex ante", ex_ante, note=f"after each {at}"),
        Row("Beta realised", number(realised["beta"], 3), note=error),
        Row("Hedge trimmed", times(len(book["trims"])), note=_trimmed_how(book["trims"])),
    ]


def _trimmed_how(trims: list[Plain]) -> str:
    """Return when the hedge was trimmed, and how often the basket was scaled down with it."""
    scaled = sum(trim["scale"] < 1.0 for trim in trims)
    if not scaled:
        return "between decisions"
    return f"between decisions; {times(scaled)} stocks too, for the limit on gross exposure"


def _how_much(book: Plain) -> list[Row]:
    turnover, room = book["turnover"], book["capacity"]
    share = f"account at {100 * room['participation']:g}% of a stock's day"
    return [
        Row("Turnover of the long book", percent(turnover["long"], 0), note="one way, a year"),
        Row("Turnover of the hedge", percent(turnover["hedge"], 0), note="one way, a year"),
        Row("Capacity", ranged(room["account"], large), note=share),
    ]


def beta_rows(book: Plain, at: str = CLOSE) -> list[tuple[str, str, str, str]]:
    """Return each kind of beta over the days: minimum, median and maximum."""
    neutral = book["neutrality"]
    kinds = {"Target": neutral["target"], f"Ex ante, after each {at}": neutral["ex_ante"]}
    for window, values in neutral["rolling"].items():
        kinds[f"Realised over {window} days"] = values
    return [
        (
            name,
            _thousandths(values["least"]),
            _thousandths(values["median"]),
            _thousandths(values["most"]),
        )
        for name, values in kinds.items()
    ]


def sides_rows(book: Plain, cash: float) -> list[tuple[str, str, str, str]]:
    """Return each part of the profit, as fractions of the starting cash."""
    pnl = book["pnl"]

    def line(name: str, key: str) -> tuple[str, str, str, str]:
        long, hedge = pnl["long"][key], pnl["hedge"][key]
        return name, percent(long / cash), percent(hedge / cash), percent((long + hedge) / cash)

    def account(name: str, amount: float) -> tuple[str, str, str, str]:
        return name, "", "", percent(amount / cash)

    return [
        line("Price", "price"),
        line("Dividends", "dividends"),
        line("Commission, slippage", "costs"),
        account("Borrowed shares", pnl["financing"]["borrow"]),
        account("Interest on cash", pnl["financing"]["interest"]),
        account("Residual", pnl["residual"]),
        (*line("Total", "total")[:3], percent(pnl["total"] / cash)),
    ]


def fallback_rows(book: Plain) -> list[tuple[str, str, str, str]]:
    """Return each series of decisions in fallback: first, last, number and reason of the first."""
    place = {row["date"]: number for number, row in enumerate(book["decisions"])}
    stretches: list[list[Plain]] = []
    for entry in book["fallback"]["list"]:
        follows = stretches and place[entry["date"]] == place[stretches[-1][-1]["date"]] + 1
        if follows and entry["method"] == stretches[-1][-1]["method"]:
            stretches[-1].append(entry)
        else:
            stretches.append([entry])
    return [
        (
            one[0]["date"],
            one[-1]["date"],
            f"{len(one):,}",
            one[0]["reason"].replace(" -", f" {MINUS}") or NONE,
        )
        for one in stretches
    ]


def premium_rows(book: Plain) -> list[tuple[str, ...]]:
    """Return each term: decisions in which it counted, intervals that exclude 0, newest premium."""
    n = len(book["decisions"])
    rows = []
    for term in book["terms"]:
        outside = [
            f"{found['without_zero']:,} of {found['intervals']:,}" if found["intervals"] else NONE
            for found in (book["premiums"][term][str(horizon)] for horizon in book["horizons"])
        ]
        newest = percent(book["decisions"][-1]["premiums"][term], 1)
        counted = f"{book['factors'].get(term, n):,} of {n:,}"
        rows.append((term, counted, *outside, newest))
    return rows


def reading_rows(book: Plain) -> list[tuple[str, ...]]:
    """Return each reading of the past: its sessions, then each horizon's mean and its error."""
    rows = []
    for place, reading in enumerate(book["skill_readings"]):
        windows = list(dict.fromkeys(reading["windows"].values()))
        sessions = " and ".join(f"{window:,}" for window in windows)
        noisy = ", noise for the most part" if reading["noisy"] else ""
        used = "" if place else " (used)"
        cells = []
        for one in reading["by_horizon"].values():
            error = number(one["standard_error"], 3)
            cells.append(f"{number(one['mean'], 3)} ± {error}, {one['judged']:,} forecasts")
        rows.append((f"The newest {sessions} sessions{used}{noisy}", *cells))
    return rows


def tracking_rows(book: Plain) -> list[tuple[str, str, str, str]]:
    """Return each size of a basket of the best names: its smallest tracking error a year."""
    return [
        (
            f"{size} names",
            percent(errors["least"], 1),
            percent(errors["median"], 1),
            percent(errors["most"], 1),
        )
        for size, errors in book["tracking_by_size"].items()
        if errors["median"] is not None
    ]


def missing_rows(book: Plain) -> list[tuple[str, str, str]]:
    """Return each factor and reason for missing it: least and most stocks at a decision."""
    names = dict.fromkeys(name for row in book["decisions"] for name in row["missing"])
    rows = []
    for name in names:
        counts = [row["missing"].get(name, 0) for row in book["decisions"]]
        if max(counts):
            rows.append((name, f"{min(counts):,}", f"{max(counts):,}"))
    return rows


def group_rows(book: Plain, kind: str) -> list[tuple[str, str, str, str]]:
    """Return the groups of a kind: stocks of the universe, mean and largest weight; most first.

    Of more than `GROUPS_SHOWN` the rest is counted in a last row.
    """
    found = book["groups"][kind]
    rows = [
        (
            row["group"],
            _between(row["least"], row["most"]),
            _tenths(row["mean_weight"]),
            _tenths(row["largest_weight"]),
        )
        for row in found[:GROUPS_SHOWN]
    ]
    rest = found[GROUPS_SHOWN:]
    if rest:
        mean = sum(row["mean_weight"] for row in rest)
        rows.append((f"{len(rest):,} more", NONE, _tenths(mean), NONE))
    return rows


def tightest_rows(room: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """Return the decisions with the least capacity: day, stock, order as a share, account."""
    tightest = room.dropna(subset=["account"]).nsmallest(TIGHTEST, "account").reset_index()
    return [
        (str(row["date"].date()), row["ticker"], percent(row["order"], 1), large(row["account"]))
        for row in tightest.to_dict("records")
    ]


def variant_rows(book: Plain) -> list[tuple[str, ...]]:
    """Return the figures of each variant: total return, Sharpe ratio, drawdown, beta, excess."""
    return [
        (
            name,
            percent(one["total_return"]),
            number(one["sharpe"]),
            percent(one["max_drawdown"]),
            number(one["beta"], 3),
            f"{number(100.0 * one['excess'], 1)} points",
        )
        for name, one in book["variants"].items()
    ]


def settled_rows(book: Plain) -> list[tuple[str, str, str, str]]:
    """Return each stock that stopped trading while held: day, name, last bar, price."""
    return [
        (one["date"], one["ticker"], one["last_bar"], number(one["price"]))
        for one in book["settlements"]
    ]


def _between(least: int, most: int) -> str:
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def _of(book: Plain) -> str:
    return f"of {book['stocks']:,}"


def _tenths(value: float | None) -> str:
    return percent(value, 1)


def _thousandths(value: float | None) -> str:
    return number(value, 3)


def _why(reason: str) -> str:
    """Format a reason with true minus signs; a dash for None."""
    return reason.replace(" -", f" {MINUS}") or NONE
