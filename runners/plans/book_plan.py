"""Read a book from the tables ``[book]`` and ``[[member]]`` of a TOML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from ...feeds.quoting import did_you_mean, shown
from ...feeds.samples import MARKETS
from ...feeds.vendors.names import source_and_ticker
from ..errors import ParameterError
from ..runs.bars.sources import file_of_bars, is_file_of_bars, text_of_bars
from ..runs.book.members import (
    MemberTerms,
    common_benchmark,
    common_fill,
    members_of,
    numbered,
    usual_name,
)
from ..runs.book.terms import BookTerms
from ..runs.book.whole_panels import PANEL, SAMPLE, names_a_whole, without_wholes
from ..runs.declared import INPUTS, SETTINGS
from ..runs.traits import traits_of
from .parameter_values import checked_parameter

BOOK, MEMBER = "book", "member"
"""The tables of a book in a TOML file."""

SOURCES = ("bars", "ticker", "sample")
"""Keys of a member that name its instruments."""

KEYS = ("name", "strategy", *SOURCES, "panel", "params", "weight", "rebalance", "every")
"""Keys of a member in a TOML file."""


class BookPlan(NamedTuple):
    """What the tables of a book add to a plan."""

    params: dict[str, Any]
    """The parameters of the strategy ``book``."""
    settings: dict[str, Any]
    """Settings that hold if [run] does not say: `fill`, and `benchmark` if all members name one."""
    bars: tuple[str, ...]
    samples: tuple[str, ...]
    tickers: tuple[str, ...]
    panels: tuple[str, ...]


def book_plan(
    file: Path,
    book: Any,
    members: Any,
    run: Mapping[str, Any],
    files: Mapping[str, str],
    panels: Sequence[str] = (),
) -> BookPlan:
    """Return the book of a TOML file.

    Parameters
    ----------
    file : Path
        The file; paths of strategies and bars are relative to its folder.
    book : mapping
        The table ``[book]``: the fields of `BookTerms`.
    members : list of mapping
        The tables ``[[member]]``, with the keys `KEYS`. `bars` names entries of ``[bars]``, or
        files; `ticker` and `sample` are those of ``[run]``. Each is a text or a list, and they are
        the strategy's feeds in this order. `panel` names files of many stocks, which come last. A
        fund's member without one has the panels of ``[run]``.
    run : mapping
        The table ``[run]``; its `rebalance` and `every` hold for members that state none.
    files : mapping of str to str
        Name in ``[bars]`` to its text ``NAME=FILE``.
    panels : sequence of str
        Files of the panels in ``[run]``.

    Raises
    ------
    ParameterError
        A key is unknown or its value of another kind; and the errors of `members_of`. The message
        names the file.
    """
    try:
        return _book_plan(file, book, members, run, files, panels)
    except ParameterError as error:
        text = str(error)
        raise ParameterError(text if text.startswith(str(file)) else f"{file}: {text}") from error


def _book_plan(
    file: Path,
    book: Any,
    members: Any,
    run: Mapping[str, Any],
    files: Mapping[str, str],
    panels: Sequence[str],
) -> BookPlan:
    if not isinstance(book, Mapping):
        raise ParameterError("book is a table: write [book] on a line of its own")
    tables = isinstance(members, list) and all(isinstance(each, dict) for each in members)
    if not tables or not members:
        raise ParameterError(
            "a book needs members: write [[member]], in two pairs of brackets, above the keys of "
            "each"
        )
    terms = BookTerms.of(book)
    sources = _Sources(file, dict(files), panels)
    given = [_member(file, each, place, sources, run) for place, each in enumerate(members, 1)]
    names = numbered([(each["name"], each.pop("named")) for each in given])
    told = [{**each, "name": name} for each, name in zip(given, names, strict=True)]
    checked = [_with_panels(each, panels) for each in members_of(told, terms)]
    for each in checked:
        _check_market(each)
    if sources.tickers and (sources.used or sources.samples):
        raise ParameterError(
            f"member bars are tickers ({', '.join(sources.tickers)}) and files or samples "
            f"({', '.join([*sources.used, *sources.samples])}) as well: fetch the tickers into "
            "files (btplaybook fetch), or name tickers alone"
        )
    compared = common_benchmark(checked)
    return BookPlan(
        {"members": [each.plain() for each in checked], "book": terms.plain()},
        {"fill": common_fill(checked), **({} if compared is None else {"benchmark": compared})},
        tuple(sources.used.values()),
        tuple(sources.samples),
        tuple(sources.tickers),
        tuple(sources.panels),
    )


def _with_panels(member: MemberTerms, panels: Sequence[str]) -> MemberTerms:
    """Return a member that names only a fund with the panels of the run."""
    alone = len(member.instruments) == 1 and not names_a_whole(member.instruments[0])
    if not (alone and traits_of(member.kind).feeds_come_and_go):
        return member
    return replace(member, instruments=(*member.instruments, *(PANEL + each for each in panels)))


def _check_market(member: MemberTerms) -> None:
    """Raise if a strategy of few instruments is given a whole market."""
    if traits_of(member.kind).feeds_come_and_go:
        return
    for text in member.instruments:
        if text.startswith(SAMPLE):
            name = text.removeprefix(SAMPLE)
            raise ParameterError(
                f"[[member]] {member.name}: the sample {name} holds many instruments: name one, as "
                f"{name}#NAME"
            )


class _Sources:
    """The instruments that members name, each once, in the order in which they are named first."""

    def __init__(self, file: Path, files: dict[str, str], panels: Sequence[str]) -> None:
        self._file = file
        self.panels = dict.fromkeys(panels)
        self._declared = files
        self.used = dict(files)
        self.samples: dict[str, None] = {}
        self.tickers: dict[str, None] = {}

    def bars(self, where: str, text: str) -> str:
        """Return the name of the instrument of an entry of [bars], or of a file."""
        if text in self._declared:
            return text
        if not is_file_of_bars(text):
            near = did_you_mean(text, self._declared, or_known=True) if self._declared else ""
            raise ParameterError(
                f"{where}: bars {shown(text)} is no file of bars (CSV or Parquet) and no name in "
                f"[bars]{near}"
            )
        name, path, ticker = file_of_bars(text)
        behind = f"#{ticker}" if ticker else ""
        shown_as = name or file_of_bars(text).shown
        entry = text_of_bars(shown_as, f"{self._file.parent / path}{behind}")
        if self.used.setdefault(shown_as, entry) != entry:
            raise ParameterError(
                f"{where}: two files give bars called {shown(shown_as)}: {self.used[shown_as]} and "
                f"{entry}; name one otherwise, as bars = 'NAME=FILE'"
            )
        return shown_as

    def sample(self, where: str, text: str) -> str:
        """Return the name of the instrument of a sample."""
        if text.lower() in MARKETS:
            self.samples[text.lower()] = None
            return SAMPLE + text.lower()
        self.samples[text] = None
        return (text.partition("#")[2] or text).upper()

    def ticker(self, where: str, text: str) -> str:
        """Return the name of the instrument of a ticker."""
        self.tickers[text] = None
        return source_and_ticker(text)[1].strip().upper()

    def panel(self, where: str, text: str) -> str:
        """Return what stands for the stocks of a panel."""
        path = str(self._file.parent / text)
        self.panels[path] = None
        return PANEL + path


def _member(
    file: Path, given: Mapping[str, Any], place: int, sources: _Sources, run: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a member as `members_of` takes it, and under "named" whether it has a name."""
    name = given.get("name")
    where = f"[[member]] {name if isinstance(name, str) and name.isprintable() else place}"
    for key in given:
        if key not in KEYS:
            near = did_you_mean(key, KEYS, or_known=True)
            if key in INPUTS or key in SETTINGS:
                near = f"; it is of all members: say it in [{_table_of(key)}]"
            raise ParameterError(f"{where}: there is no key {shown(key)}{near}")
    strategy = given.get("strategy")
    if not isinstance(strategy, str) or not strategy:
        raise ParameterError(f"{where}: strategy must be a text, got {shown(strategy)}")
    if strategy.partition(":")[0].endswith(".py"):
        strategy = str(file.parent / strategy)
    instruments = [
        getattr(sources, source)(where, text)
        for source in [*(each for each in given if each in SOURCES), "panel"]
        if source in given
        for text in _texts(f"{where}: {source}", given[source])
    ]
    params = given.get("params", {})
    if not isinstance(params, dict):
        raise ParameterError(f"{where}: params must be a table, got {shown(params)}")
    for key, value in params.items():
        checked_parameter(f"{where}: params.{key}", value)
    told = {
        "name": usual_name(strategy, without_wholes(instruments)) if name is None else name,
        "named": name is not None,
        "strategy": strategy,
        "instruments": instruments,
        "params": params,
        "weight": given.get("weight"),
        "rebalance": given.get("rebalance", run.get("rebalance")),
        "every": given.get("every", run.get("every")),
    }
    return {key: value for key, value in told.items() if value is not None}


def _table_of(key: str) -> str:
    """Return the table of a plan in which an input or a setting stands."""
    return (INPUTS.get(key) or SETTINGS[key]).table


def _texts(where: str, value: Any) -> Sequence[str]:
    texts = value if isinstance(value, list) else [value]
    if not texts or not all(
        isinstance(each, str) and each.isprintable() and each for each in texts
    ):
        raise ParameterError(f"{where} must be a text, or a list of texts, got {shown(value)}")
    return texts
