"""What a factor's test says, in sentences: what it predicts, how sure, and what costs leave."""

from __future__ import annotations

import math

from ....search.factors.decay import FIRST
from ....search.factors.estimate import Estimate
from ...factor_tests.result import AtHorizon, FactorTestResult
from ...factor_tests.tried import Trial
from ...runs.labels.formats import NONE, counted, number, percent, probability
from ...runs.sector.survivorship import bias_words

PARTS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 10: "tenth"}
"""Number of quantiles to what one of them is called."""

LEVEL = 0.05


def part_of(quantiles: int) -> str:
    """Return what one of so many quantiles is called: "fifth", "quantile"."""
    return PARTS.get(quantiles, "quantile")


def sentences(result: FactorTestResult) -> list[str]:
    """Return the sentences that answer: does it predict, how sure, what is left after costs.

    The first is the verdict on the shortest horizon; what survivorship does to it is the second,
    where the panel has survivors alone.
    """
    first, *others = [
        sentence
        for horizon, found in result.horizons.items()
        for sentence in (_predicts(result, horizon, found), _earns(result, horizon, found))
    ]
    return [
        first,
        *_survivors(result),
        *others,
        _fades(result),
        _persists(result),
        tried_words(result),
    ]


def remarks(result: FactorTestResult) -> list[str]:
    """Return the sentences below the page's verdict: what neither it nor a table has said."""
    return [*_survivors(result), _fades(result), _persists(result)]


def _survivors(result: FactorTestResult) -> list[str]:
    """Say what survivorship does to the factor, where the panel has survivors alone."""
    if not result.survivors_only:
        return []
    words = bias_words(result.short_name, next(iter(result.horizons)))
    return [words] if words else []


def verdict(result: FactorTestResult) -> str:
    """Return one sentence for the top of the page: prediction and costs at each horizon."""
    clauses = [
        f"over {counted(horizon, 'session')} {_short(found)}"
        for horizon, found in result.horizons.items()
    ]
    return f"{_opening(result)}: {'; '.join([*clauses, *_among_all(result)])}."


def interval(found: Estimate, digits: int = 3, *, rate: bool = False) -> str:
    """Return the 95 % interval of an estimate in words; "not known" where there is none."""
    if math.isnan(found.error):
        return "not known"
    ends = found.lower, found.upper
    low, high = (percent(end, 1) if rate else number(end, digits) for end in ends)
    return f"{low} to {high}"


def even_words(break_even_bp: float) -> str:
    """Return the cost that breaks even in words; a dash where none does."""
    return f"{number(break_even_bp, 0)} bp" if math.isfinite(break_even_bp) else NONE


def significant(found: Estimate) -> bool:
    """Return whether an estimate is told from 0 at 5 %."""
    return found.p_value < LEVEL  # False for NaN


def _opening(result: FactorTestResult) -> str:
    name, at = result.short_name, result.horizons.values()
    said = _told([found.information.mean for found in at])
    if said is not None:
        return f"{name} predicts residual returns{said}"
    spread = _told([found.quantiles.spread for found in at])
    nothing = f"that {name} predicts residual returns cannot be told from chance"
    if spread is None:
        return nothing
    part = part_of(result.settings["quantiles"])
    return f"{nothing} by rank IC, but top less bottom {part} is told from 0{spread}"


def _told(means: list[Estimate]) -> str | None:
    """Return how means are told from 0, to go on a sentence; None where none is."""
    told = [each for each in means if significant(each)]
    signs = {each.mean > 0.0 for each in told}
    if not told:
        return None
    if len(signs) > 1:
        return " one way at one horizon, and the other at another"
    way = "" if signs == {True} else ", the wrong way round"
    where = "" if len(told) == len(means) else f" at {len(told)} of {len(means)} horizons"
    return f"{way}{where}"


def _among_all(result: FactorTestResult) -> list[str]:
    """Return what the number of tests leaves of a factor that is told from 0 by itself."""
    tests = [] if result.tried is None else result.tried.tests
    best = _best(result)
    if best is None or best.p_value is None or best.by is None:
        return []
    if not best.p_value < LEVEL <= best.by:
        return []
    among = f"among {counted(len(tests), 'test')} on these bars"
    return [f"{among} it may be chance (q {probability(best.by)})"]


def _best(result: FactorTestResult) -> Trial | None:
    """Return the most significant of a result's own tests; None without any."""
    tests = [] if result.tried is None else result.tried.tests
    own = [each for each in tests if each.own and each.p_value is not None]
    return min(own, key=lambda each: each.p_value or 0.0) if own else None


def _short(found: AtHorizon) -> str:
    ic, spread = found.information.mean, found.quantiles.spread
    if math.isnan(ic.error):
        return f"no error is known: {ic.reason}"
    return (
        f"mean rank IC {number(ic.mean, 3)} (95% {interval(ic)}), top less bottom "
        f"{percent(spread.mean, 1)} a year, {_even(found)}"
    )


def _even(found: AtHorizon) -> str:
    if not found.quantiles.spread.mean > 0.0:
        return "a loss before costs"
    even = found.break_even_bp
    return f"gone at {even_words(even)} an order" if math.isfinite(even) else "without a trade"


def _predicts(result: FactorTestResult, horizon: int, found: AtHorizon) -> str:
    ic, ahead = found.information.mean, counted(horizon, "session")
    if math.isnan(ic.error):
        mean = "" if math.isnan(ic.mean) else f", {number(ic.mean, 3)},"
        return f"{ahead} ahead: of the mean rank IC{mean} no error is known: {ic.reason}."
    told = "is told from 0" if significant(ic) else "cannot be told from 0"
    return (
        f"{ahead} ahead: the mean rank IC, {number(ic.mean, 3)} (95% {interval(ic)}), {told} "
        f"(p {probability(ic.p_value)}); {dates_words(ic, horizon, result.settings['step'])}."
    )


def independent(found: Estimate) -> float | None:
    """Return how many independent dates a mean is worth, no more than it has; None: not known."""
    return min(found.effective, found.n_dates) if math.isfinite(found.effective) else None


def dates_note(found: Estimate, horizon: int, step: int) -> str:
    """Return what the number of independent dates is taken from."""
    kind = "dates do not overlap" if step >= horizon else "overlapping ones are worth"
    return f"{'the' if step >= horizon else 'what'} {found.n_dates:,} {kind}"


def dates_words(found: Estimate, horizon: int, step: int) -> str:
    """Return how many dates a mean has, and how many independent ones they are worth."""
    dates = counted(found.n_dates, "date")
    if step >= horizon:
        return f"{dates}, which do not overlap"
    if not math.isfinite(found.effective):
        return f"{dates}, which overlap"
    if found.effective >= found.n_dates:
        return f"{dates}, which overlap, are worth as many independent ones"
    return f"{dates}, which overlap, are worth {number(found.effective, 0)} independent ones"


def _earns(result: FactorTestResult, horizon: int, found: AtHorizon) -> str:
    spread, name = found.quantiles.spread, part_of(result.settings["quantiles"])
    if math.isnan(spread.mean):
        return f"{counted(horizon, 'session')} ahead: no date has a top and a bottom {name}."
    than = "more" if spread.mean >= 0.0 else "less"
    earned = (
        f"{counted(horizon, 'session')} ahead: the top {name} earned "
        f"{percent(abs(spread.mean), 1)} a year {than} than the bottom {name} (95% of the "
        f"difference: {interval(spread, rate=True)}) before costs"
    )
    traded = f"rebalanced once in {found.turnover.gap} sessions"
    even = found.break_even_bp
    left = ""
    if math.isfinite(even):
        left = f"; {traded}, it is gone at {even_words(even)} an order"
    elif spread.mean <= 0.0:
        left = f"; {traded}, costs only add to the loss"
    if result.cost_bps:
        net = percent(found.net(result.cost_bps), 1)
        left += f"; net of {result.cost_bps:g} bp an order it is {net}"
    return f"{earned}{left}."


def _fades(result: FactorTestResult) -> str:
    if result.half_life is None:
        last = result.decay[-1].horizon if result.decay else FIRST
        return (
            "No half-life is known: what the spread earns a session over 5 sessions cannot be told "
            f"from 0, or has not halved after {last}."
        )
    return (
        f"It fades: over {result.half_life} sessions the spread earns half as much a session as "
        "over 5."
    )


def _persists(result: FactorTestResult) -> str:
    found = result.persistence
    if found.reason:
        return f"Whether a good quarter follows a good one is not known: {found.reason}."
    band = f"{number(found.lower)} to {number(found.upper)}"
    if found.lower > 0.0:
        says = "A good quarter tends to follow a good one"
    elif found.upper < 0.0:
        says = "A bad quarter tends to follow a good one"
    else:
        says = "That a good quarter follows a good one cannot be told from chance"
    return (
        f"{says}: correlation {number(found.correlation)} (95% {band}) over "
        f"{counted(found.n_pairs, 'pair')} of quarters."
    )


def tests_note(result: FactorTestResult) -> str:
    """Return how many factors were tested, and the q-value of a discovery with what it counts."""
    if result.tried is None:
        return ""
    factors = f"of {counted(result.tried.factors, 'factor')}"
    best = _best(result)
    if best is None or best.p_value is None or best.by is None or best.p_value >= LEVEL:
        return factors
    return (
        f"{factors}; q of this one {probability(best.by)}, over all "
        f"{counted(len(result.tried.tests), 'test')}"
    )


def tried_words(result: FactorTestResult) -> str:
    """Say how many tests were made on these bars, and what that leaves of a discovery."""
    if result.tried is None:
        return "How many factors were tested on these bars is not known."
    best = _best(result)
    tests = counted(len(result.tried.tests), "test")
    factors = counted(result.tried.factors, "factor")
    made = f"On these bars {tests} of {factors} were made on this machine"
    if best is None or best.p_value is None or best.by is None or best.p_value >= LEVEL:
        return f"{made}."
    return (
        f"{made}. The best of this one, over {best.horizon} sessions, has p "
        f"{probability(best.p_value)}: of all tests with a p-value as small, "
        f"{percent(min(best.by, 1.0), 0)} may be chance (q {probability(best.by)})."
    )
