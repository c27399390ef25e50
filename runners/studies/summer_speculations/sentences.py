"""The source's statements on Table 1, each with its verdict."""

from __future__ import annotations

import numpy as np

from ...runs.labels.formats import number
from ...runs.sections.section import Table
from ..study import Evidence, Figure, Findings, NotCarried
from .trials import RULES, trials

ALL_WORK = ("BTC-USD", "OIH")
TOP = "OIH"


def sentences(evidence: Evidence) -> Findings:
    """Return the verdicts on the source's statements."""
    if len(evidence.tickers) < 2:
        raise NotCarried("there are bars of one ticker only, and nothing to rank over")
    figures = [
        _ranking(evidence), _without_estimation(evidence), _where(evidence), *_all_work(evidence),
    ]  # fmt: skip
    return Findings(
        words=(
            "By the formula, with 2 for g where it cannot be estimated, all sets of a ticker over "
            "the same days. A rule's best says little beside another's: they are maxima over "
            "families of very different size.",
        ),
        figures=figures,
        tables=[_ranks(evidence)],
    )


def _which(evidence: Evidence) -> str:
    """Return which of the source's tickers "all" are, where they are not all of them."""
    source = evidence.study.tickers
    if set(evidence.tickers) >= set(source):
        return ""
    return (
        f' "All" are those given: {", ".join(evidence.tickers)}; the source has {len(source)} '
        "tickers."
    )


def _best(evidence: Evidence, rule: str) -> dict[str, float]:
    return {ticker: trials(evidence, ticker).best[rule].excess for ticker in evidence.tickers}


def _ranking(evidence: Evidence) -> Figure:
    medians = {rule: float(np.median(list(_best(evidence, rule).values()))) for rule in RULES}
    order = sorted(RULES, key=lambda rule: -medians[rule])
    holds = order[:2] == ["S2", "S1"]
    words = ", ".join(f"{rule} {number(100 * medians[rule], 1)}" for rule in order)
    return Figure(
        "sentences.ranking", "all", "the best is S2, then S1", "S2, S1", ", ".join(order[:2]), "",
        f"{'Reproduced' if holds else 'Not reproduced'}: by the median over "
        f"{len(evidence.tickers)} tickers of the best set's excess in points, {words}. The rules "
        "have 5, 70, 100 and 1,400 sets, and the most sets give the highest maximum."
        f"{_which(evidence)}",
        _finding(evidence, holds),
    )  # fmt: skip


def _without_estimation(evidence: Evidence) -> Figure:
    fixed = {
        ticker: max(_best(evidence, "S1")[ticker], _best(evidence, "S2")[ticker])
        for ticker in evidence.tickers
    }
    works = [ticker for ticker, gain in fixed.items() if gain > 0.0]
    holds = 2 * len(works) > len(fixed)
    return Figure(
        "sentences.without_estimation", "all", "it works well without estimating g", "yes",
        f"{len(works)} of {len(fixed)}", "",
        f"{'Reproduced' if holds else 'Not reproduced'} in sample: the best set of S1 or S2 beats "
        f"buying and holding on {len(works)} of {len(fixed)} "
        f"tickers{' (' + ', '.join(works) + ')' if works else ''}."
        f"{_which(evidence)}",
        _finding(evidence, holds),
    )  # fmt: skip


def _where(evidence: Evidence) -> Figure:
    everywhere = [
        ticker
        for ticker in evidence.tickers
        if all(_best(evidence, rule)[ticker] > 0.0 for rule in RULES)
    ]
    asked = [ticker for ticker in ALL_WORK if ticker in evidence.tickers]
    holds = bool(asked) and set(everywhere) == set(ALL_WORK)
    words = ", ".join(everywhere) or "none"
    return Figure(
        "sentences.where_all_work", "all", "the exceptions on which all four work",
        ", ".join(ALL_WORK), words, "",
        f"{'Reproduced' if holds else 'Not reproduced'}: the best set of every rule beats buying "
        f"and holding on {words}.{_which(evidence)}",
        _finding(evidence, holds),
    )  # fmt: skip


def _all_work(evidence: Evidence) -> list[Figure]:
    figures = []
    for ticker in ALL_WORK:
        if ticker not in evidence.tickers:
            continue
        best = {rule: _best(evidence, rule)[ticker] for rule in RULES}
        works = [rule for rule, gain in best.items() if gain > 0.0]
        holds = len(works) == len(RULES)
        figures.append(
            Figure(
                "sentences.all_work", ticker, f"on {ticker} all four work", len(RULES), len(works),
                "sets",
                f"{'Reproduced' if holds else 'Not reproduced'}: "
                f"{', '.join(works) if works else 'none'} beat buying and holding; "
                + ", ".join(f"{rule} {number(100 * gain, 1)}" for rule, gain in best.items())
                + ".",
                _finding(evidence, holds),
            )
        )  # fmt: skip
        if ticker == TOP:
            top = max(best, key=lambda rule: best[rule])
            figures.append(
                Figure(
                    "sentences.top", ticker, f"on {ticker} S4 is on top", "S4", top, "",
                    f"{'Reproduced' if top == 'S4' else 'Not reproduced'}: {top} has the best set, "
                    f"{number(100 * best[top], 1)} points.",
                    _finding(evidence, top == "S4"),
                )
            )  # fmt: skip
    return figures


def _ranks(evidence: Evidence) -> Table:
    rows = []
    for ticker in evidence.tickers:
        best = {rule: _best(evidence, rule)[ticker] for rule in RULES}
        order = sorted(best, key=lambda rule: -best[rule])
        rows.append(
            (
                ticker,
                " > ".join(order),
                str(sum(gain > 0.0 for gain in best.values())),
            )
        )
    return Table("By ticker", ("rules by their best set", "rules that beat holding"), rows)


def _finding(evidence: Evidence, holds: bool) -> str:
    if not evidence.as_published:
        return "not_comparable"
    return "reproduced" if holds else "differs"
