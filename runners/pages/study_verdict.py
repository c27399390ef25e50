"""The bottom line of a study: how many of the published figures hold, in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ..runs.labels.formats import counted
from ..studies.result import StudyResult
from .verdict import Verdict

HOLD, NEAR, DIFFER, MIRROR = "reproduced", "near", "differs", "mirror"


def study_bottom_line(result: StudyResult) -> Verdict:
    """Return the bottom line of a study.

    Parameters
    ----------
    result : StudyResult
        The result; the findings of its published figures are counted.

    Returns
    -------
    Verdict
        How many published figures hold, do not hold, hold by the mirror of the rule only, and
        cannot be judged (of another model, window or ticker), or the study's conclusion if its
        source prints no figures; how many chapters the bars could not carry; and whether a sample
        took the place of the source's ticker.
    """
    counts = Counter(figure.finding for figure in result.published())
    study = result.study
    return Verdict.of(
        (result.conclusion() if not counts else "") or figures_clause(counts),
        chapters_clause(len(result.not_carried()), len(result.chapters)),
        sample_clause(study.sample, study.tickers[0]) if result.from_sample else "",
    )


def figures_clause(counts: Mapping[str, int]) -> str:
    """Say how many published figures hold.

    Parameters
    ----------
    counts : mapping of str to int
        Finding of `studies.study.FINDINGS` to the number of published figures with it. "near" is a
        figure that holds nearly; one of another model, window or ticker cannot be judged.
    """
    n = sum(counts.values())
    near = counts.get(NEAR, 0)
    hold, differ, mirror = counts.get(HOLD, 0) + near, counts.get(DIFFER, 0), counts.get(MIRROR, 0)
    untold = n - hold - differ - mirror
    if not n:
        return "no published figure was measured"
    if n == 1:
        what = "holds nearly" if near else "holds" if hold else ""
        what = what or ("does not hold" if differ else "holds by the mirror only" if mirror else "")
        return f"the one published figure {what or 'cannot be judged'}"
    if hold == n:
        return f"{'both' if n == 2 else f'all {n:,}'} published figures hold{_nearly(near, n)}"
    if differ == n:
        return f"none of {n:,} published figures holds"
    if untold == n:
        return f"none of {n:,} published figures can be judged"
    parts = [
        f"{hold:,} {'holds' if hold == 1 else 'hold'}{_nearly(near, hold)}" if hold else "",
        f"{differ:,} {'does' if differ == 1 else 'do'} not hold" if differ else "",
        f"{mirror:,} {'holds' if mirror == 1 else 'hold'} by the mirror only" if mirror else "",
        f"{untold:,} cannot be judged" if untold else "",
    ]
    return f"of {counted(n, 'published figure')} {', '.join(part for part in parts if part)}"


def chapters_clause(not_carried: int, chapters: int) -> str:
    """Say how many chapters the bars could not carry."""
    if not not_carried:
        return ""
    return f"the bars could not carry {not_carried:,} of {counted(chapters, 'chapter')}"


def sample_clause(sample: str, ticker: str) -> str:
    """Say that an embedded sample took the place of the source's own ticker."""
    return f"measured on the sample {sample} in place of {ticker}"


def _nearly(near: int, hold: int) -> str:
    """Return how many of the figures that hold do so nearly."""
    if not near:
        return ""
    return " nearly" if near == hold else f" ({near:,} nearly)"
