"""Sections: a section adds figures to run.json and a panel to the tearsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .pictures import Chart

if TYPE_CHECKING:
    import pandas as pd

    from ....brokers.ledger import Ledger
    from ....feeds.bars import Bars


class Table(NamedTuple):
    """A table of texts, for a `Panel` or a study; the first cell of a row names the row."""

    title: str
    """Heading of the column of names."""
    columns: tuple[str, ...]
    """Headings of the other columns, one for each cell after the name."""
    rows: Sequence[Sequence[str]]
    caption: str = ""
    folded: bool = False
    """Whether a tearsheet shows its title alone until a reader opens it."""


class Panel(NamedTuple):
    """A part of the tearsheet: title, paragraphs, rows, charts and tables, shown in this order.

    Examples
    --------
    >>> from btplaybook.runners.runs.sections.pictures import BarsByYear
    >>> days = BarsByYear("market-days", "Days in the market", {"rule": {2024: 180}}, percent=False)
    >>> panel = Panel(
    ...     "Days in the market",
    ...     words=["The rule was long on 180 of 252 days."],
    ...     rows=[("Long", "180"), ("Flat", "72")],
    ...     charts=[Chart("By year", days)],
    ... )
    >>> [name for name, _ in panel.rows]
    ['Long', 'Flat']
    """

    title: str
    words: Sequence[str] = ()
    """Paragraphs below the title, as plain text."""
    rows: Sequence[Sequence[str]] = ()
    """Rows of texts, a name and its figures; shown as a table without headings."""
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    """Tables with headings, shown below the charts."""
    html: str = ""
    """HTML shown instead of all other fields. It is not escaped: it must hold no user data."""


class Measured(dict[str, Any]):
    """The figures of a section for run.json, with further data for its panel.

    Parameters
    ----------
    figures : mapping of str to plain value
        The figures that `Section.measure` returns.
    tables : mapping of str to DataFrame, optional
        Name to a table that is written beside run.json, as ``NAME.parquet``.
    **kept
        Other data, such as a Series to draw. `Section.panel` reads them as attributes of `kept`;
        run.json does not hold them.

    Examples
    --------
    >>> measured = Measured({"days": 180}, returns=[0.01, -0.02])
    >>> dict(measured), measured.kept.returns
    ({'days': 180}, [0.01, -0.02])
    """

    def __init__(
        self,
        figures: Mapping[str, Any],
        *,
        tables: Mapping[str, pd.DataFrame] | None = None,
        **kept: Any,
    ) -> None:
        super().__init__(figures)
        self.tables: Mapping[str, pd.DataFrame] = tables or {}
        self.kept = SimpleNamespace(**kept)


class Section(Protocol):
    """A section: measures its own figures of a run and shows them on the tearsheet.

    A strategy declares its sections (``sections = (Drawdowns, "sector")``), and a caller of `run`
    adds others (``run(..., sections=[Drawdowns()])``). Each is an object with the three members
    below, a class of such objects, or a name in the entry point group ``btplaybook.sections``.

    A section that compares a run with other runs on the same bars has two more methods, see
    `Comparing`; one that finds reasons to doubt the result has one more, see `Doubting`.
    """

    name: str
    """Its key in ``sections`` of run.json; letters, digits, - and _."""

    def measure(
        self, ran: Any, ledger: Ledger, bars: Sequence[Bars], daily: pd.DataFrame
    ) -> Mapping[str, Any] | None:
        """Return figures for run.json, or None if this run has none.

        Parameters
        ----------
        ran : Strategy
            The strategy that ran: its parameters are ``ran.p``, its decisions ``ran.decisions``,
            backtrader's analyzers ``ran.analyzers``.
        ledger : Ledger
            The broker's ledger: every fill and every day.
        bars : sequence of Bars
            One table for each feed, up to the window's end, warm-up included.
        daily : DataFrame
            The account day by day, oldest first; the first row is the day on which it opened.

        Returns
        -------
        mapping of str to plain value, or None
            Texts, finite numbers, True, False, None, and lists and mappings of these.
        """
        ...

    def panel(self, measured: Mapping[str, Any]) -> Panel | Sequence[Panel] | None:
        """Return what the page shows of the figures; None to show nothing."""
        ...


class Doubting(Section, Protocol):
    """A section that adds badges to those of the run."""

    def badges(self, measured: Mapping[str, Any]) -> Sequence[tuple[str, str, str]]:
        """Return badges: kind ("bad", "warn" or "info"), a short text, and why."""
        ...


class Comparing(Section, Protocol):
    """A section that also runs the strategy with other parameters and compares the results."""

    def variants(self, ran: Any) -> Mapping[str, Mapping[str, Any]]:
        """Return the variants to run: name to changed parameters; {} is the run itself."""
        ...

    def compared(
        self, measured: Mapping[str, Any], equity: Mapping[str, pd.Series], risk_free_rate: float
    ) -> Mapping[str, Any]:
        """Return the figures with those of the comparison added.

        Parameters
        ----------
        measured : mapping
            What `measure` returned.
        equity : mapping of str to Series
            Name of a variant to the account's value by date, oldest first.
        risk_free_rate : float
            Per year.
        """
        ...
