"""The page of a study, in the style of the tearsheet."""

from __future__ import annotations

from typing import Any

from ..runs.labels.badge_texts import badge, gravest_first
from ..runs.provenance import described
from ..runs.result import Badge
from ..studies.result import StudyResult
from ..studies.study import FINDINGS, Figure, Findings
from ..studies.verdicts import as_printed, printed, remark
from .draw import draw
from .html import rendered
from .raw import Cell, number_cell, text_cell
from .study_verdict import study_bottom_line


def page(result: StudyResult) -> str:
    """Return the page as HTML text, a whole self-contained document."""
    from markupsafe import Markup

    return rendered(
        "study.html",
        result=result,
        study=result.study,
        evidence=result.evidence,
        badges=badges(result),
        verdict=study_bottom_line(result).text,
        chapters=[
            (chapter, findings if isinstance(findings, Findings) else None, findings)
            for chapter, findings in result.chapters
        ],
        data=[described(bars) for bars in result.evidence.bars.values()],
        published=result.published(),
        told=result.told(),
        files=result.files(),
        inputs=result.inputs(),
        findings=FINDINGS,
        counted=_counted(result),
        printed=printed,
        as_printed=as_printed,
        remark=remark,
        text_cell=text_cell,
        figure_cells=_figure_cells,
        picture=lambda picture: Markup(draw(picture)),
    )


def badges(result: StudyResult) -> list[Badge]:
    """Return the badges of a study's page: its own, then those of its chapters."""
    evidence, study = result.evidence, result.study
    found = []
    if result.from_sample:
        found.append(badge("sample", sample=study.sample, instrument=study.tickers[0]))
    elif not evidence.as_published:
        found.append(badge("another window", start=study.start, end=study.end))
    if result.missing:
        reasons = "; ".join(f"{ticker}: {reason}" for ticker, reason in result.missing.items())
        found.append(badge("left out", instruments=", ".join(result.missing), reasons=reasons))
    short = {name: evidence.shortened(name) for name in evidence.tickers}
    if any(short.values()):
        spans = ", ".join(f"{name} {words}" for name, words in short.items() if words)
        found.append(badge("shorter than the window", spans=spans))
    if study.convention:
        found.append(badge("no costs in a study", convention=study.convention))
    if study.searched:
        found.append(badge("best of a study", searched=study.searched))
    return [*found, *gravest_first(result.badges())]


def _figure_cells(figure: Figure) -> tuple[Cell, Cell, Cell]:
    """Return the published and the measured figure, and the finding in the order of `FINDINGS`."""
    return (
        text_cell(as_printed(figure.published, figure.unit)),
        text_cell(printed(figure.measured, figure.unit)),
        number_cell(FINDINGS[figure.finding], [*FINDINGS].index(figure.finding)),
    )


def _counted(result: StudyResult) -> list[tuple[str, int]]:
    """Return the number of published figures with each finding."""
    counts: dict[str, Any] = dict.fromkeys(FINDINGS, 0)
    for figure in result.published():
        counts[figure.finding] += 1
    return [(FINDINGS[finding], count) for finding, count in counts.items() if count]
