"""The result of a study: its figures, and the text of study.json."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..runs.labels.formats import counted
from ..runs.labels.text_table import ROWS, text_table
from ..runs.on_demand import OnPage
from ..runs.provenance import described, versions
from ..runs.result import SCHEMA, Badge, plain_number
from .study import FINDINGS, Chapter, Evidence, Figure, Findings, Study
from .verdicts import as_printed, printed


@dataclass(frozen=True, eq=False, repr=False)
class StudyResult(OnPage):
    """The result of running a study.

    Attributes
    ----------
    study : Study
        The study.
    evidence : Evidence
        The bars and the window that it was run on.
    from_sample : bool
        Whether the embedded sample was used instead of the source's ticker.
    missing : dict of str to str
        Ticker to the reason why it was left out.
    chapters : list of (Chapter, Findings or str)
        Each chapter and its findings, or the reason why the bars are not sufficient for it.
    """

    study: Study
    evidence: Evidence
    from_sample: bool
    missing: dict[str, str]
    chapters: list[tuple[Chapter, Findings | str]]

    def __repr__(self) -> str:
        """Return the published and measured figures as text, in a dozen lines at most."""
        published = self.published()
        rows: list[tuple[str, ...]] = [("", "", "published", "measured", "")]
        if not published:
            rows = [(f"{chapter.title}: {told}",) for chapter, told in self.told()]
        rows += [
            (
                figure.ticker,
                figure.name,
                as_printed(figure.published, figure.unit),
                printed(figure.measured, figure.unit),
                FINDINGS[figure.finding],
            )
            for figure in published[:ROWS]
        ]
        return text_table(
            f"StudyResult: {self.study.title}, {self.evidence.start} to {self.evidence.end}",
            rows,
            f"{counted(len(published), 'published figure')}, "
            f"{counted(len(self.not_carried()), 'chapter')} not carried; "
            "write_study(result, folder) keeps it",
        )

    def figures(self) -> list[Figure]:
        """Return all figures, chapter by chapter."""
        found = [findings for _, findings in self.chapters if isinstance(findings, Findings)]
        return [figure for findings in found for figure in findings.figures]

    def published(self) -> list[Figure]:
        """Return the figures for which the source prints a value."""
        return [figure for figure in self.figures() if figure.published is not None]

    def told(self) -> list[tuple[Chapter, str]]:
        """Return each chapter that was carried, and its finding in one line."""
        return [
            (chapter, findings.told)
            for chapter, findings in self.chapters
            if isinstance(findings, Findings) and findings.told
        ]

    def conclusion(self) -> str:
        """Return the headline of the last chapter that has one; "" if none has."""
        found = [findings for _, findings in self.chapters if isinstance(findings, Findings)]
        return next((one.headline for one in reversed(found) if one.headline), "")

    def not_carried(self) -> list[tuple[Chapter, str]]:
        """Return the chapters for which the bars are not sufficient, and the reasons."""
        return [(chapter, why) for chapter, why in self.chapters if isinstance(why, str)]

    def carries_nothing(self) -> str:
        """Return why no chapter could be carried, each reason once; "" if one could."""
        reasons = [why for _, why in self.not_carried()]
        return "; ".join(dict.fromkeys(reasons)) if len(reasons) == len(self.chapters) else ""

    def worth(self) -> list[dict[str, Any]]:
        """Return what the winners of the study's searches are worth, as study.json has it."""
        found = [findings for _, findings in self.chapters if isinstance(findings, Findings)]
        return [winner for findings in found for winner in findings.worth]

    def badges(self) -> list[Badge]:
        """Return the badges of the chapters, each once."""
        found = [findings for _, findings in self.chapters if isinstance(findings, Findings)]
        return list(dict.fromkeys(badge for findings in found for badge in findings.badges))

    def inputs(self) -> list[dict[str, Any]]:
        """Return what the chapters read beside the tickers' bars."""
        found = [findings for _, findings in self.chapters if isinstance(findings, Findings)]
        return [given for findings in found for given in findings.inputs]

    def files(self) -> dict[str, str]:
        """Return the SHA-256 of each other file that was read, by name."""
        return _hashes(self.evidence.read)

    def plain(self) -> dict[str, Any]:
        """Return the content of study.json."""
        evidence, worth, badges = self.evidence, self.worth(), self.badges()
        return {
            "schema": SCHEMA,
            "study": self.study.name,
            "source": self.study.source,
            "window": {
                "first": str(evidence.start),
                "last": str(evidence.end),
                "as_published": evidence.as_published,
            },
            "seed": evidence.seed,
            "tickers": list(evidence.tickers),
            "sample": self.study.sample if self.from_sample else None,
            "data": [described(bars) for bars in evidence.bars.values()],
            **({"files": files} if (files := self.files()) else {}),
            **({"inputs": inputs} if (inputs := self.inputs()) else {}),
            **({"badges": [badge._asdict() for badge in badges]} if badges else {}),
            "shorter_than_window": {
                name: short for name in evidence.bars if (short := evidence.shortened(name))
            },
            "missing": self.missing,
            "not_carried": [
                {"id": chapter.id, "title": chapter.title, "why": why}
                for chapter, why in self.not_carried()
            ],
            "figures": [figure._asdict() for figure in self.figures()],
            **({"worth": worth} if worth else {}),
            "versions": versions(),
        }

    def to_json(self) -> str:
        """Return study.json: equal inputs give equal text."""
        return json.dumps(self.plain(), indent=2, allow_nan=False, default=plain_number) + "\n"


def _hashes(files: Mapping[str, Path]) -> dict[str, str]:
    """Return the SHA-256 of each file's bytes, by name."""
    found = {}
    for name in sorted(files):
        with files[name].open("rb") as stream:
            found[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found
