"""How a vendor's newer answer differs from the bars that are already known.

Pure functions on two tables with an index of dates, oldest first, each date once, and the columns
open, high, low, close, volume, dividend, capital_gain and split.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..arrays import Floats
from ..checks import PRICE_DUST, PRICES

#: Bars at the end of what is known that are asked for again and compared.
OVERLAP = 10

COMPARED = (*PRICES, "volume", "dividend")


@dataclass(frozen=True)
class Difference:
    """How a vendor's restated bars differ from those known before.

    Attributes
    ----------
    bars : int
        Bars that are in both and differ by more than rounding.
    first, last : str
        Dates of the first and last of them; empty where there are none.
    largest : dict of str to float
        For each column that differs the largest change, as a fraction of the larger of the two
        values; of the dividend, as a fraction of the close.
    added, gone : int
        Bars that only the newer, only the older table has, up to the older one's last date.
    """

    bars: int
    first: str
    last: str
    largest: Mapping[str, float]
    added: int = 0
    gone: int = 0

    def words(self) -> str:
        """Return the difference as one line of text."""
        parts = []
        if self.bars:
            changes = ", ".join(f"{name} by up to {by:.2g}" for name, by in self.largest.items())
            plural = "bar" if self.bars == 1 else "bars"
            span = self.first if self.bars == 1 else f"{self.first} to {self.last}"
            parts.append(f"{self.bars} {plural} differ ({span}): {changes}")
        if self.added:
            parts.append(f"{self.added} more among them")
        if self.gone:
            parts.append(f"{self.gone} no longer there")
        return "; ".join(parts)


@dataclass(frozen=True, eq=False)
class Merged:
    """A known history brought up to date.

    Attributes
    ----------
    history : pandas.DataFrame
        The known bars, rescaled by `ratio`, and the new ones.
    appended : int
        New bars.
    ratio : float
        New shares for one old of the splits that the known bars were rescaled by; 1 for none.
    waiting : str
        Date of a split that the vendor lists but has not put into its prices; bars from it on are
        left out. Empty for none.
    lacking : int
        Known bars that the answer should have and has not; they are kept.
    """

    history: pd.DataFrame
    appended: int
    ratio: float = 1.0
    waiting: str = ""
    lacking: int = 0


def merge(
    known: pd.DataFrame, answer: pd.DataFrame, splits: Mapping[dt.date, float]
) -> Merged | None:
    """Append the newer bars of an answer, if it agrees with what is known where they overlap.

    A split rescales the known bars: prices and dividends are divided by its ratio, volumes
    multiplied. It is believed when the overlap then agrees.

    Parameters
    ----------
    known, answer : pandas.DataFrame
        The answer begins within the known bars, or before them.
    splits : mapping of date to float
        Splits that the known bars do not contain yet, all later than the last of them.

    Returns
    -------
    Merged or None
        None when the two disagree, or do not overlap: the whole history must be asked for.
    """
    ratio = float(np.prod(list(splits.values())))
    rescaled = rescale(known, ratio)
    if _agrees(rescaled, answer):
        return _appended(rescaled, answer, ratio=ratio)
    if splits and _agrees(known, answer):
        waiting = min(splits)
        return _appended(known, answer[answer.index < pd.Timestamp(waiting)], waiting=str(waiting))
    return None


def rescale(history: pd.DataFrame, ratio: float) -> pd.DataFrame:
    """Return the bars in units of shares after a split of `ratio` new shares for one old."""
    rescaled = history.copy()
    money = [*PRICES, "dividend", "capital_gain"]
    rescaled[money] = rescaled[money] / ratio
    rescaled["volume"] = rescaled["volume"] * ratio
    return rescaled


def difference(known: pd.DataFrame, newer: pd.DataFrame) -> Difference | None:
    """Compare two tables up to the first one's last date; None when they agree.

    Rounding is no difference: `PRICE_DUST` of a price or of the volume, one share of the volume,
    and for a dividend that fraction of the close. NaN equals NaN, and differs from any number.
    """
    newer = newer[newer.index <= known.index[-1]]
    both = known.index.intersection(newer.index)
    added, gone = len(newer) - len(both), len(known) - len(both)
    changes = {name: _changes(known.loc[both], newer.loc[both], name) for name in COMPARED}
    changes = {name: change for name, change in changes.items() if change.any()}
    differing = np.any(list(changes.values()), axis=0) if changes else np.zeros(len(both), bool)
    if not (differing.any() or added or gone):
        return None
    dates = both[differing]
    return Difference(
        bars=len(dates),
        first=str(dates[0].date()) if len(dates) else "",
        last=str(dates[-1].date()) if len(dates) else "",
        largest={name: float(change.max()) for name, change in changes.items()},
        added=added,
        gone=gone,
    )


def _changes(known: pd.DataFrame, newer: pd.DataFrame, name: str) -> Floats:
    """Relative changes of a column, 0 where they are rounding, 1 where one side is NaN."""
    old, new = (table[name].to_numpy(dtype=np.float64) for table in (known, newer))
    change = np.abs(new - old)
    larger = np.maximum(np.abs(old), np.abs(new))
    scale = known["close"].to_numpy(dtype=np.float64) if name == "dividend" else larger
    slack = PRICE_DUST * scale + (1.0 if name == "volume" else 0.0)
    relative: Floats = np.divide(change, scale, out=np.zeros_like(change), where=scale > 0)
    relative[change <= slack] = 0.0
    missing = np.isnan(old), np.isnan(new)
    relative[missing[0] | missing[1]] = 0.0
    relative[missing[0] ^ missing[1]] = 1.0
    return relative


def _agrees(known: pd.DataFrame, answer: pd.DataFrame) -> bool:
    overlap = known.loc[answer.index[0] :] if len(answer) else known.iloc[:0]
    common = overlap.index.intersection(answer.index)
    if not len(common):
        return False
    found = difference(overlap, answer)
    # A bar that the answer lacks is the answer's fault, not a restatement.
    return found is None or not (found.bars or found.added)


def _appended(
    known: pd.DataFrame, answer: pd.DataFrame, *, ratio: float = 1.0, waiting: str = ""
) -> Merged:
    newer = answer[answer.index > known.index[-1]]
    overlap = known.loc[answer.index[0] :] if len(answer) else known.iloc[:0]
    return Merged(
        history=pd.concat([known, newer]) if len(newer) else known,
        appended=len(newer),
        ratio=ratio,
        waiting=waiting,
        lacking=len(overlap.index.difference(answer.index)),
    )
