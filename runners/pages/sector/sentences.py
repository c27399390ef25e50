"""Sentences about a sector book's figures."""

from __future__ import annotations

import math

from ....strategies.sector.checks import FORECAST_WEIGHTINGS
from ...runs.labels.formats import number, percent
from ...runs.sector.survivorship import bias_words
from .numbers import count, large
from .rows import METHODS, Plain

DUST = 1e-9
"""Rounding error of a beta that is a sum of floating-point numbers."""

LIKELY = 2.0
"""Standard errors beyond which chance alone is unlikely."""


def neutral_words(book: Plain) -> str:
    """Say whether the book was neutral, and how much beta varies by chance in shorter windows."""
    neutral = book["neutrality"]
    realised, target = neutral["realised"], neutral["mean_target"]
    if realised is None or target is None:
        return "The window is too short for a beta of the account's returns."
    beta, error = realised["beta"], realised["standard_error"]
    words = f"Over the window the realised beta is {number(beta, 3)}"
    if not error:
        return f"{words}."
    distance = abs(beta - target) / error
    verdict = "which chance explains" if distance <= LIKELY else "more than chance explains"
    stray = LIKELY * error * math.sqrt(realised["days"] / 63)
    return (
        f"{words}, {number(distance, 1)} standard errors from the mean target of "
        f"{number(target)}, {verdict}. Over 63 days alone chance carries a book of constant beta "
        f"about {number(stray)} to either side."
    )


def drift_words(book: Plain, whole_shares: bool) -> str:
    """Say how far rounding kept the book's beta from its target, and when its beta is unknown.

    With fractional shares the distance is only the rounding error of a sum.
    """
    neutral = book["neutrality"]
    words = []
    rounding = neutral["largest_rounding"]
    if rounding and rounding > DUST:
        what = "Whole shares" if whole_shares else "Rounding"
        words.append(f"{what} kept no decision more than {_small(rounding)} from its target.")
    if days := neutral["days_unknown"]:
        words.append(
            f"On {count(days, 'day')} something was held whose beta was not known, and the line "
            "has a gap."
        )
    return " ".join(words)


def sides_words(book: Plain) -> str:
    """Say what the two sides earned together, and how much of the profit was financing."""
    pnl = book["pnl"]
    both, financing = pnl["long"]["total"] + pnl["hedge"]["total"], pnl["financing"]["total"]
    words = f"Together the two sides {'made' if both >= 0.0 else 'lost'} {number(abs(both), 0)}"
    if financing:
        words += f"; financing {'added' if financing > 0.0 else 'took'} {number(abs(financing), 0)}"
    if financing > 0.0 and pnl["total"] > 0.0:
        words += f", {percent(financing / pnl['total'], 0)} of the profit"
    return f"{words}."


def skill_words(book: Plain) -> str:
    """Say whether the forecasts ranked the returns that followed."""
    skill = book["skill"]
    if not skill["judged"]:
        if not skill["unjudged"]:
            return "No forecast's horizon ended inside the window."
        return (
            f"None of {count(skill['unjudged'], 'forecast')} could be judged: too few names had "
            "one."
        )
    t = skill["t_statistic"]
    if t is None:
        verdict = "too few to say more"
    elif abs(t) < LIKELY:
        verdict = f"t {number(t, 1)}, which is no evidence of skill"
    else:
        verdict = f"t {number(t, 1)}, {'better' if t > 0.0 else 'worse'} than chance explains"
    return (
        f"{count(skill['judged'], 'forecast')} judged, {percent(skill['above_zero'], 0)} of them "
        f"above 0; mean {number(skill['mean'], 3)}, {verdict}."
    )


def bias_of_survivors(book: Plain) -> list[str]:
    """Say what survivorship does to each of the book's factors, where the panel has none other."""
    if not book["survivors_only"]:
        return []
    told = (bias_words(factor, book["horizons"][0]) for factor in book["factors"])
    return [words for words in told if words]


def fallback_words(book: Plain) -> str:
    """Say how long the book was weighted without forecasts."""
    fallback, asked = book["fallback"], book["params"]["weighting"]
    if asked not in FORECAST_WEIGHTINGS:
        name = METHODS.get(asked, asked).capitalize()
        return f"{name} were asked for: the forecasts chose the names and never set the weights."
    decisions = count(len(book["decisions"]), "decision")
    if not fallback["decisions"]:
        return f"All of {decisions} were weighted by their forecasts."
    return (
        f"{fallback['decisions']:,} of {decisions} were weighted without them, "
        f"{count(fallback['days'], 'day')} or {percent(fallback['share_of_days'], 0)} of the "
        "window."
    )


def coverage_words(book: Plain) -> str:
    """Say how often one of the factors was missing."""
    n, factors = len(book["decisions"]), book["factors"]
    words = []
    for name, counted in factors.items():
        if counted < n:
            others = " and ".join(other for other in factors if other != name)
            alone = f", on {others} alone" if others else ""
            words.append(f"{n - counted:,} of {count(n, 'decision')} did without {name}{alone}.")
    return " ".join(words)


def capacity_words(book: Plain, equity: float) -> str:
    """Say how large the account could be, and when this account was too large."""
    room = book["capacity"]
    accounts = room["account"]
    if accounts["median"] is None:
        unknown = "Not known: the volume of what was ordered is not."
        return unknown if room["unknown"] else "No stock was ordered."
    words = (
        f"Half of the decisions had room for {large(accounts['median'])} or more, the tightest "
        f"for {large(accounts['least'])}: {room['least_ticker']} on {room['least_on']}."
    )
    if room["exceeded"]:
        words += (
            f" This account, {large(equity)} at the end, was too large for "
            f"{count(room['exceeded'], 'decision')}, and no price in this run moves for the "
            "size of an order."
        )
    if room["unknown"]:
        words += f" {count(room['unknown'], 'decision')} had an order whose volume is not known."
    return words


def _small(value: float) -> str:
    """Format a small number with one significant digit, never as a power of ten."""
    digits = max(1, -math.floor(math.log10(value)))
    return f"{value:.{digits}f}" if digits < 7 else "a millionth"
