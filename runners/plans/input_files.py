"""Read a strategy's inputs (panel, fundamentals, membership, ...) from files and samples."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from ...feeds.bars import Bars
from ...feeds.quoting import shown
from ...feeds.reading import PLAIN, Reading
from ..errors import ParameterError
from ..runs.declared import INPUTS
from ..runs.inputs import OPTIONS, Inputs, inputs_of_market

if TYPE_CHECKING:
    from ...feeds.companies.fundamentals import Fundamentals
    from ...feeds.companies.holdings import Holdings
    from ...feeds.companies.sector_sample import SectorSample

SEVERAL = tuple(name for name, declared in INPUTS.items() if declared.default == ())
"""Inputs that are read from one file or several: panels and holdings."""

YAHOO = "yahoo:"
"""Prefix of an input that is downloaded from Yahoo instead of read from a file."""

SEC = "sec:"
"""Prefix of a folder of the SEC's companyfacts files."""

SAMPLE = "sample:"
"""Prefix of the source of a table that comes from a sample."""

BETWEEN = ", "
"""Separator between several files of one input."""

PANEL = "panel:"
"""Prefix of the source of a table that was read from a panel; the ticker follows a #."""


class Loaded(NamedTuple):
    """The bars and inputs of a run."""

    bars: list[Bars]
    inputs: Inputs | None = None

    def with_inputs(self, others: Loaded) -> Loaded:
        """Return the bars and inputs of both, these bars first.

        Raises
        ------
        ParameterError
            Both hold an input of the same name.
        """
        mine, theirs = self.inputs or Inputs({}), others.inputs or Inputs({})
        if both := sorted(mine.keys() & theirs.keys()):
            raise ParameterError(
                f"two sources of {both[0]}: {mine[both[0]].source} and {theirs[both[0]].source}"
            )
        together = Inputs({**mine, **theirs}, (*mine.badges, *theirs.badges))
        told = together or together.badges
        return Loaded(self.bars + others.bars, together if told else None)


def of_market(market: SectorSample) -> Loaded:
    """Return the bars and inputs of a sample with many instruments."""
    return of_markets([market])


def of_markets(markets: Sequence[SectorSample]) -> Loaded:
    """Return the bars and inputs of samples with many instruments, those of the first in front.

    Raises
    ------
    BarsError
        Two of them hold different bars of one name.
    """
    from ...feeds.companies.joined import joined
    from ...feeds.panel import Panel

    first, *others = markets
    bars = [table for market in markets for table in market.bars]
    if not others:
        return Loaded(bars, inputs_of_market(first))
    together: dict[str, Any] = {
        name: joined(tables)
        for name in ("holdings", "membership", "sectors", "fundamentals")
        if (tables := [table for each in markets if (table := getattr(each, name)) is not None])
    }
    panel = Panel.joined([market.panel for market in markets])
    badges = tuple(dict.fromkeys(badge for market in markets for badge in market.badges))
    return Loaded(bars, inputs_of_market(replace(first, panel=panel, badges=badges, **together)))


def read_inputs(
    files: Mapping[str, Sequence[str]],
    *,
    stocks: Sequence[str] = (),
    end: datetime.date | None = None,
    dividends: bool = True,
    lag_days: int = 90,
    reading: Reading = PLAIN,
) -> Loaded:
    """Read the bars of a panel and the other inputs of a strategy.

    Parameters
    ----------
    files : mapping of str to sequence of str
        Name of an input, a key of `INPUTS`, to its files; only `SEVERAL` may have several. Holdings
        may be "yahoo:ETF", fundamentals "yahoo:quarterly", "yahoo:annual" or "sec:FOLDER".
    stocks : sequence of str
        Tickers, besides those of the panel, whose statements are downloaded from Yahoo or looked
        for in the folder.
    end : date, optional
        Bars after this day are not read.
    dividends : bool
        False: dividends are not read.
    lag_days : int
        Days after the end of its period on which a statement without a filing date counts as known.
    reading : Reading
        How the panel is read.

    Raises
    ------
    ParameterError
        Two files were given for an input that takes one.
    BarsError, RequestError, SourceError
        A file cannot be used, or Yahoo does not answer.
    """
    from ...feeds.companies.membership import read_membership
    from ...feeds.companies.securities import read_securities
    from ...feeds.panel import Panel, read_panel

    one = {name: _single(name, files.get(name, ())) for name in INPUTS if name not in SEVERAL}
    panels = [
        read_panel(file, end=end, dividends=dividends, reading=reading)
        for file in files.get("panel", ())
    ]
    panel = Panel.joined(panels) if panels else None
    given: dict[str, Any] = {
        "split_factors": panel,
        "holdings": _holdings(files["holdings"]) if files.get("holdings") else None,
        "membership": read_membership(one["membership"]) if one["membership"] else None,
        "sectors": read_securities(one["securities"]) if one["securities"] else None,
        "fundamentals": _fundamentals(
            one["fundamentals"],
            [*stocks, *(panel.tickers if panel else ())],
            lag_days,
            one["securities"],
        )
        if one["fundamentals"]
        else None,
    }
    inputs = Inputs({name: source for name, source in given.items() if source is not None})
    return Loaded(list(panel.bars) if panel else [], inputs)


def _holdings(files: Sequence[str]) -> Holdings:
    from ...feeds.companies.holdings import read_holdings

    if not any(file.startswith(YAHOO) for file in files):
        return read_holdings(files)
    if len(files) > 1:
        raise ParameterError(f"--holdings {YAHOO}ETF stands alone, got {', '.join(files)}")
    from ...feeds.yahoo.holdings import fetch_holdings

    return replace(fetch_holdings(files[0].removeprefix(YAHOO)), source=files[0])


def _fundamentals(
    file: str, stocks: Sequence[str], lag_days: int, securities: str | None
) -> Fundamentals:
    from ...feeds.companies.fundamentals import read_fundamentals

    if file.startswith(SEC):
        from ...feeds.sec.folder import read_facts

        filed = read_facts(file.removeprefix(SEC), stocks, securities=securities)
        return replace(filed, source=file)
    if not file.startswith(YAHOO):
        return read_fundamentals(file, lag_days=lag_days)
    frequency = file.removeprefix(YAHOO)
    if frequency != "quarterly" and frequency != "annual":
        raise ParameterError(f"--fundamentals {YAHOO}quarterly or {YAHOO}annual, got {file!r}")
    if not stocks:
        raise ParameterError(f"--fundamentals {file}: there are no stocks to ask Yahoo about")
    from ...feeds.yahoo.statements import fetch_statements

    period = cast(Literal["quarterly", "annual"], frequency)
    fetched = fetch_statements(stocks, frequency=period, lag_days=lag_days)
    return replace(fetched, source=file)


def located(text: str, folder: Path) -> str:
    """Return what a plan says of an input, with its path looked for from the plan's folder."""
    if text.startswith(YAHOO):
        return text
    prefix, path = _prefix_and_path(text)
    return f"{prefix}{folder / path}"


def path_of(text: str) -> str | None:
    """Return the path that the text of an input names; None where it is asked of a vendor."""
    return None if text.startswith(YAHOO) else _prefix_and_path(text)[1]


def _prefix_and_path(text: str) -> tuple[str, str]:
    """Return what stands before the path, "sec:", "ETF=" or nothing, and the path."""
    if text.startswith(SEC):
        return SEC, text.removeprefix(SEC)
    from ...feeds.companies.holdings import fund_and_file

    etf, path = fund_and_file(text)
    return (f"{etf}=" if etf else ""), path


def _single(name: str, files: Sequence[str]) -> str | None:
    if len(files) > 1:
        raise ParameterError(f"--{name} takes one file, got {', '.join(files)}")
    return files[0] if files else None


def files_of(kept: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return the files of a run.json's inputs by option, without inputs that come from a sample.

    `kept` is what `Inputs.described` returned.

    Raises
    ------
    ParameterError
        An input has no file: it was passed from Python.
    """
    found = {}
    for entry in kept:
        if entry["name"] not in OPTIONS:
            raise ParameterError(
                f"the input {shown(entry['name'])} was handed over in Python, and only its hash is "
                "kept; run it again from Python"
            )
        if not entry["source"].startswith(SAMPLE):
            found[OPTIONS[entry["name"]]] = tuple(entry["source"].split(BETWEEN))
    return found
