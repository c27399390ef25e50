"""The seven figures of a winner's worth, each with how to read it, and those of the second page."""

from __future__ import annotations

from typing import NamedTuple

from ....search.worth.bands import Band
from ....search.worth.deflated import Deflated
from ....search.worth.of_trials import TrialStatistics
from ...runs.labels.formats import NONE, counted, number, percent, probability, replicated
from ...worth.result import Worth
from .sentences import MANY_YEARS, as_good, unit_of


class Row(NamedTuple):
    """A figure, its value, and how to read it."""

    name: str
    value: str
    reading: str


def seven_figures(worth: Worth, walk_forward: Row) -> list[Row]:
    """Return the seven figures in their order; a dash and the reason where one does not exist."""
    found, reasons = worth.statistics, worth.reasons
    return [
        _placebo(worth),
        walk_forward,
        _familywise(found, reasons),
        _overfitting(found, reasons),
        _deflated(found, reasons),
        _track_record(found, reasons),
        _band(found, reasons),
    ]


def second_page(worth: Worth) -> list[Row]:
    """Return further figures, for those who know them."""
    found = worth.statistics
    if found is None:
        return []
    rows = [_effective(found)]
    if found.haircut is not None:
        cut = found.haircut
        parts = [
            f"{name} {number(each.sharpe)}"
            for name, each in (("Bonferroni", cut.bonferroni), ("Holm", cut.holm), ("BHY", cut.bhy))
            if each is not None
        ]
        rows.append(
            Row(
                "Haircut Sharpe ratio",
                ", ".join(parts) or NONE,
                f"What is left of {number(cut.sharpe)} a year, corrected for autocorrelation, once "
                "its p-value is adjusted for the number of tests (Harvey and Liu 2015).",
            )
        )
    if found.check is not None and found.check.adjusted is not None:
        rows.append(
            Row(
                "StepM",
                counted(len(found.check.superior()), "rule"),
                "Rules that are called better at a familywise error of 5% (Romano and Wolf 2005).",
            )
        )
    if found.discoveries is not None:
        rows.append(
            Row(
                "False discovery rate",
                counted(found.discoveries, "rule"),
                "Rules that are called better with 5% false ones among them, under any dependence "
                "(Benjamini and Yekutieli 2001).",
            )
        )
    return rows


def _placebo(worth: Worth) -> Row:
    name = "Placebo"
    if worth.signs is None or worth.permutation is None:
        return Row(name, NONE, _why(worth.reasons, "placebo"))
    texts, counts = [], []
    for kind, each in (("signs", worth.signs), ("shuffled", worth.permutation)):
        texts.append(f"{probability(each.p)} {kind}")
        counts.append(f"{as_good(each.p, each.runs):,} of {each.runs:,}")
    return Row(
        name,
        ", ".join(texts),
        "Chance of a winner like this where there is nothing to find: the whole search on made-up "
        f"markets did as well in {counts[0]} with random signs and {counts[1]} with shuffled "
        f"{unit_of(worth)}s. It needs no count of trials.",
    )


def _familywise(found: TrialStatistics | None, reasons: dict[str, str]) -> Row:
    name = "Familywise p of the best"
    check = found.check if found else None
    if check is None or check.consistent is None:
        why = _sentence(check.reason if check and check.reason else "")
        return Row(name, NONE, why or _why(reasons, "spa_p"))
    beside = "buying and holding" if found and found.over_held else "cash"
    return Row(
        name,
        f"SPA {replicated(check.consistent, check.n_replicates)}, "
        f"reality check {replicated(check.reality_check, check.n_replicates)}",
        f"Chance that the best of {counted(check.n_sets, 'rule')} has such a mean over {beside} if "
        f"none is better (Hansen 2005; White 2000); {check.n_replicates:,} replicates of blocks of "
        f"{number(check.block_length, 1)} {found.unit if found else 'day'}s.",
    )


def _overfitting(found: TrialStatistics | None, reasons: dict[str, str]) -> Row:
    name = "Probability of overfitting"
    pbo = found.overfitting if found else None
    if found is None or pbo is None or pbo.pbo is None:
        why = _sentence(pbo.reason if pbo and pbo.reason else "")
        return Row(name, NONE, why or _why(reasons, "pbo"))
    error = "" if pbo.null_sd is None else f" \N{PLUS-MINUS SIGN} {number(pbo.null_sd)}"
    slope = "none" if pbo.slope is None else number(pbo.slope)
    return Row(
        name,
        f"{number(pbo.pbo)}{error}",
        f"Share of halves of the {found.unit}s whose best rule is in the lower half in the other "
        f"{found.unit}s: 0.5 "
        "without skill, and this error makes values near it say nothing. The best of one half lost "
        f"in the other in {percent(pbo.probability_of_loss, 0)}; slope of later on earlier Sharpe "
        f"ratio {slope}.{f' {pbo.warning}.' if pbo.warning else ''}",
    )


def _deflated(found: TrialStatistics | None, reasons: dict[str, str]) -> Row:
    name = "Deflated Sharpe ratio"
    if found is None or found.deflated.value is None:
        reason = found.deflated.reason if found else _why(reasons, "statistics")
        return Row(name, NONE, _sentence(reason or ""))
    of_all, fewer = found.deflated, found.deflated_effective
    value = f"{number(of_all.value)} for {counted(found.of, 'rule')}"
    reading = _null_words(of_all)
    if fewer.value is not None and found.clusters is not None:
        value += f", {number(fewer.value)} for {counted(found.clusters.average, 'cluster')}"
        reading += f" For the clusters: {_null_words(fewer)[0].lower()}{_null_words(fewer)[1:]}"
    return Row(name, value, reading)


def _null_words(found: Deflated) -> str:
    kind = "these very rules" if found.null == "correlated" else "independent trials"
    return (
        f"Where {kind} are worthless, 95% of searches stay below "
        f"{number(found.null_quantile)} and half below {number(found.null_median)}; "
        f"Sidak's p of the same ratio is {probability(found.sidak_p)}."
    )


def _track_record(found: TrialStatistics | None, reasons: dict[str, str]) -> Row:
    name = "Minimum track record"
    if found is None:
        return Row(name, NONE, _why(reasons, "statistics"))
    beside = "buying and holding" if found.over_held else "cash"
    if found.min_track_record_years is None:
        why = f"Its mean over {beside} is not positive: no length shows it."
        if found.ahead:
            why = "Its returns are too few, or do not vary."
        return Row(name, NONE, why)
    return Row(
        name,
        years(found.min_track_record_years),
        f"Length at which its Sharpe ratio over {beside} is just significant at 5%, as the only "
        f"rule tried; there are {number(found.years, 1)} years. To tell its mean from buying and "
        f"holding: {years(found.years_to_tell_from_held)}.",
    )


def _band(found: TrialStatistics | None, reasons: dict[str, str]) -> Row:
    name = "95% bands"
    if found is None:
        return Row(name, NONE, _why(reasons, "statistics"))
    bands = found.bands
    if bands.reason:
        return Row(name, NONE, _sentence(bands.reason))
    over = "excess over buying and holding" if found.over_held else "mean return"
    return Row(
        name,
        f"Sharpe ratio {ends(bands.sharpe)}",
        f"Of the winner alone, chosen or not: {over} {ends(bands.mean_excess, as_percent=True)} a "
        f"year, largest drawdown {ends(bands.max_drawdown, as_percent=True)} (stationary "
        f"bootstrap, blocks of {number(bands.block_length, 1)} {found.unit}s).",
    )


def _effective(found: TrialStatistics) -> Row:
    name = "Effective number of trials"
    if found.clusters is None:
        return Row(name, NONE, "The returns of the trials are not known.")
    groups = found.clusters
    return Row(
        name,
        f"{counted(groups.average, 'cluster')} (average linkage), {groups.complete:,} (complete)",
        "Rules whose returns share half of their variance are one. So many independent trials have "
        f"the same expected maximum: {number(found.effective_by_maximum, 1)}.",
    )


def years(value: float | None) -> str:
    """Format years; beyond `MANY_YEARS` their number says nothing."""
    if value is None:
        return "no length"
    return (
        f"more than {MANY_YEARS:.0f} years" if value > MANY_YEARS else f"{number(value, 1)} years"
    )


def ends(band: Band | None, *, as_percent: bool = False) -> str:
    """Format the ends of a band."""
    if band is None:
        return NONE
    show = (lambda value: percent(value, 1)) if as_percent else number
    return f"{show(band.low)} to {show(band.high)}"


def _why(reasons: dict[str, str], part: str) -> str:
    return _sentence(reasons.get(part) or reasons.get("statistics") or "not measured")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
