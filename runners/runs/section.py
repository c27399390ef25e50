"""What a section is: figures of its own in run.json, and a panel of its own on the tearsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .pictures import Chart as Chart

if TYPE_CHECKING:
    import pandas as pd

    from ...brokers.ledger import Ledger
    from ...feeds.bars import Bars


class Table(NamedTuple):
    """Rows of texts under a heading; the first cell of a row names it."""

    title: str
    columns: tuple[str, ...]
    """One heading for each cell of a row."""
    rows: Sequence[Sequence[str]]
    caption: str = ""
    style: str = "data"
    """Classes of the page's style sheet; "data" sets texts to the left."""


class Panel(NamedTuple):
    """One part of a page, in the order of reading."""

    title: str
    words: Sequence[str] = ()
    """Paragraphs below the title, as plain text."""
    rows: Sequence[Sequence[str]] = ()
    """A name and its figures each, all printed; as a table without headings."""
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    """Tables with headings, below the charts."""
    html: str = ""
    """HTML in the place of all of these. It is not escaped: it must come from code."""


class Measured(dict[str, Any]):
    """Figures for run.json, and what a panel needs beside them.

    Parameters
    ----------
    figures : mapping of str to plain value
        As `Section.measure` returns them.
    **kept
        Anything else, such as a Series to draw: an attribute of `kept` for `Section.panel`.
        run.json does not hold it.
    """

    def __init__(self, figures: Mapping[str, Any], **kept: Any) -> None:
        super().__init__(figures)
        self.kept = SimpleNamespace(**kept)


class Section(Protocol):
    """Measures a run in a way of its own, and shows what it measured.

    A strategy declares the sections that it needs (``sections = (Drawdowns, "sector")``), and
    `run` takes others (``run(..., sections=[Drawdowns()])``). Each is an object with the three
    members below, a class of such objects, or the name that one is registered under in the entry
    point group ``btplaybook.sections``.

    A section that compares a run with others of the same bars has two more methods; see
    `Comparing`.
    """

    name: str
    """Its key in run.json's ``sections``; letters, digits, - and _."""

    def measure(
        self, ran: Any, ledger: Ledger, bars: Sequence[Bars], daily: pd.DataFrame
    ) -> Mapping[str, Any] | None:
        """Return figures for run.json, or None for a run that has none.

        Parameters
        ----------
        ran : Strategy
            The strategy that ran: its parameters are ``ran.p``, its decisions ``ran.decisions``,
            backtrader's analyzers ``ran.analyzers``.
        ledger : Ledger
            The broker's book: every fill and every day.
        bars : sequence of Bars
            One table for each feed, up to the window's end, warm-up included.
        daily : DataFrame
            The account day by day, oldest first, the day that it opened on first.

        Returns
        -------
        mapping of str to plain value, or None
            Texts, finite numbers, True, False, None, and lists and mappings of these.
        """
        ...

    def panel(self, measured: Mapping[str, Any]) -> Panel | Sequence[Panel] | None:
        """Return what the page shows of the figures; None for nothing."""
        ...


class Comparing(Section, Protocol):
    """A section that also wants the same run with other parameters."""

    def variants(self, ran: Any) -> Mapping[str, Mapping[str, Any]]:
        """Return name to changed parameters of each other run; {} is the run itself."""
        ...

    def compared(
        self, measured: Mapping[str, Any], equity: Mapping[str, pd.Series], risk_free_rate: float
    ) -> Mapping[str, Any]:
        """Return the figures with those of the comparison.

        Parameters
        ----------
        measured : mapping
            As `measure` returned it.
        equity : mapping of str to Series
            Name of a variant to the account's value by date, oldest first.
        risk_free_rate : float
            Per year.
        """
        ...
