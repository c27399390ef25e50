"""What a strategy reads beside its bars: from files and samples to what it is handed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from ...feeds.bars import Bars
from ...feeds.companies.sector_sample import SectorSample
from ...feeds.quoting import shown
from ...feeds.reading import PLAIN, Reading
from ..errors import ParameterError
from ..runs.declared import INPUTS
from ..runs.inputs import OPTIONS, Inputs

if TYPE_CHECKING:
    from ...feeds.companies.fundamentals import Fundamentals
    from ...feeds.companies.holdings import Holdings

YAHOO = "yahoo:"
"""What stands in the place of a file where Yahoo is asked."""

SAMPLE = "sample:"
"""How the source of a sample's tables begins."""

BETWEEN = ", "
"""What stands between several files of one input."""

PANEL = "panel:"
"""How the source of a table begins that was read from a panel; the ticker follows a #."""


class Loaded(NamedTuple):
    """Everything that a run reads."""

    bars: list[Bars]
    inputs: Inputs | None = None

    def with_inputs(self, others: Loaded) -> Loaded:
        """Return both, these bars first.

        Raises
        ------
        ParameterError
            Two sources tell the same.
        """
        mine, theirs = self.inputs or Inputs({}), others.inputs or Inputs({})
        if both := sorted(mine.keys() & theirs.keys()):
            raise ParameterError(
                f"two sources of {both[0]}: {mine[both[0]].source} and {theirs[both[0]].source}"
            )
        together = Inputs({**mine, **theirs}, (*mine.badges, *theirs.badges))
        return Loaded(self.bars + others.bars, together or None)


def of_market(market: SectorSample) -> Loaded:
    """Return the bars and tables of a sample with many instruments."""
    return Loaded(
        list(market.bars),
        Inputs(
            {
                "split_factors": market.panel,
                "holdings": market.holdings,
                "membership": market.membership,
                "sectors": market.sectors,
                "fundamentals": market.fundamentals,
            },
            market.badges,
        ),
    )


def read_inputs(
    files: Mapping[str, Sequence[str]],
    *,
    stocks: Sequence[str] = (),
    end: datetime.date | None = None,
    dividends: bool = True,
    lag_days: int = 90,
    reading: Reading = PLAIN,
) -> Loaded:
    """Read a panel's bars, and what else a strategy reads.

    Parameters
    ----------
    files : mapping of str to sequence of str
        One of `INPUTS` to its files; only of holdings there may be several. Holdings may be
        "yahoo:ETF", fundamentals "yahoo:quarterly" or "yahoo:annual".
    stocks : sequence of str
        Whose statements are asked of Yahoo, beside those of the panel.
    end : date, optional
        No bar after it is read.
    dividends : bool
        False: dividends are not read either.
    lag_days : int
        After how many days a statement without a filing date was known.
    reading : Reading
        How the panel is read.

    Raises
    ------
    ParameterError
        Two files where one is read.
    BarsError, RequestError, SourceError
        A file cannot be used, or Yahoo does not answer.
    """
    from ...feeds.companies.membership import read_membership
    from ...feeds.companies.securities import read_securities
    from ...feeds.panel import read_panel

    one = {name: _single(name, files.get(name, ())) for name in INPUTS if name != "holdings"}
    panel = one["panel"] and read_panel(one["panel"], end=end, dividends=dividends, reading=reading)
    given: dict[str, Any] = {
        "split_factors": panel or None,
        "holdings": _holdings(files["holdings"]) if files.get("holdings") else None,
        "membership": read_membership(one["membership"]) if one["membership"] else None,
        "sectors": read_securities(one["securities"]) if one["securities"] else None,
        "fundamentals": _fundamentals(
            one["fundamentals"], [*stocks, *(panel.tickers if panel else ())], lag_days
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


def _fundamentals(file: str, stocks: Sequence[str], lag_days: int) -> Fundamentals:
    from ...feeds.companies.fundamentals import read_fundamentals

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


def _single(name: str, files: Sequence[str]) -> str | None:
    if len(files) > 1:
        raise ParameterError(f"--{name} takes one file, got {', '.join(files)}")
    return files[0] if files else None


def files_of(kept: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return option to files of the inputs that a run.json keeps; those of a sample are left out.

    It is what `described` returned.

    Raises
    ------
    ParameterError
        An input that no file holds: it was handed over in Python.
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
