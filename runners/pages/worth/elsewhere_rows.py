"""The table of the winner on bars that it was not chosen on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...runs.labels.figures import FIGURES
from ...runs.labels.formats import percentage_points, probability
from ...worth.elsewhere import Elsewhere
from ...worth.vault import Vault

COLUMNS = ("total_return", "cagr", "sharpe", "max_drawdown")


class ElsewhereRow(NamedTuple):
    """One line of the table."""

    name: str
    days: str
    cells: list[tuple[str, str]]
    """The winner's figure and that of buying and holding, for each of `COLUMNS`."""
    excess: str
    why: str


def elsewhere_rows(others: Sequence[Elsewhere]) -> list[ElsewhereRow]:
    """Return the lines, the later days first."""
    return [
        ElsewhereRow(
            f"{one.name}, after the search" if one.later else one.name,
            f"{one.first} to {one.last}" if not one.why else "",
            [
                (FIGURES[key].show(one.metrics.get(key)), FIGURES[key].show(one.held.get(key)))
                for key in COLUMNS
            ],
            percentage_points(one.excess_per_year),
            one.why,
        )
        for one in others
    ]


def headings() -> list[str]:
    """Return the names of the columns of figures."""
    return [FIGURES[key].label for key in COLUMNS]


def vault_words(vault: Vault | None, unseen: str = "that this search did not see") -> str:
    """Say what is kept back, and what a look at it can show; empty without a vault."""
    if vault is None:
        return ""
    powers = ", ".join(f"{probability(p)} for {edge}" for edge, p in vault.power.items())
    return (
        f"Kept in the vault: the last {vault.length}, {vault.first} to {vault.last}, "
        f"{vault.bars:,} bars {unseen}. btplaybook open-holdout opens it, and "
        f"counts that. Power of a one-sided 5% test in so many days, by the true Sharpe ratio a "
        f"year: {powers}."
    )
