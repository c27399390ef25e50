"""A Series or DataFrame indexed by date as an input: each row is known from its date on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from ...feeds.quoting import shown
from ..errors import ParameterError


@dataclass(frozen=True, eq=False)
class DatedValues:
    """Values with the day on which each became known.

    Attributes
    ----------
    values : Series or DataFrame
        Index: days without a time zone, oldest first. A row is known on its day, at the close.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.to_datetime(["2024-01-02", "2024-01-05"])
    >>> vix = DatedValues.of("vix", pd.Series([13.2, 14.1], index=days))
    >>> float(vix.on("2024-01-04"))
    13.2
    >>> len(vix.until(pd.Timestamp("2024-01-04")).values)
    1
    """

    values: pd.Series | pd.DataFrame
    source: str = "Python"
    badges: tuple[tuple[str, str, str], ...] = ()

    @classmethod
    def of(cls, name: str, given: pd.Series | pd.DataFrame) -> Self:
        """Return a sorted copy of a Series or DataFrame as an input.

        Raises
        ------
        ParameterError
            No row or column; or the index is none of dates, has a gap (NaT), one day twice, or a
            day after 2262-04-11.
        """
        index = given.index
        if isinstance(given, pd.DataFrame) and not len(given.columns):
            raise ParameterError(f"the input {shown(name)} is a frame without columns")
        if not isinstance(index, pd.DatetimeIndex) or not len(index):
            got = f"an index of {index.dtype}: {_remedy(index)}" if len(index) else "no row"
            raise ParameterError(
                f"the input {shown(name)} must be indexed by date, one row a day at least, got "
                f"{got}"
            )
        days = pd.DatetimeIndex(index.tz_localize(None)).normalize()
        if days.hasnans:
            raise ParameterError(f"the input {shown(name)} has a row without a date (NaT)")
        if (twice := days[days.duplicated()]).size:
            raise ParameterError(
                f"the input {shown(name)} has {twice[0].date()} twice: keep the row that was known "
                "at that day's close"
            )
        try:
            days = days.as_unit("ns")
        except pd.errors.OutOfBoundsDatetime:
            far = days[(days.year < 1678) | (days.year > 2261)][0].date()
            raise ParameterError(
                f"the input {shown(name)} has a row of {far}: days must lie in 1678 to 2261"
            ) from None
        return cls(given.set_axis(days, axis=0).sort_index())

    @property
    def sha256(self) -> str:
        """Hash of the days and values."""
        content = pd.util.hash_pandas_object(self.values, index=True).to_numpy().tobytes()
        columns = "" if isinstance(self.values, pd.Series) else repr(list(self.values.columns))
        return hashlib.sha256(columns.encode() + content).hexdigest()

    @property
    def first_known(self) -> np.datetime64 | None:
        """Day of the first row; None if there is none."""
        days = self.values.index.to_numpy("datetime64[D]")
        return days[0] if len(days) else None

    def on(self, day: Any) -> Any:
        """Return the newest value known on a day: a number, or a row of the frame.

        Parameters
        ----------
        day : date, datetime64 or ISO text

        Returns
        -------
        scalar or Series
            The stored value, which may be NaN; None before the first row.
        """
        rows = int(self.values.index.searchsorted(pd.Timestamp(day), side="right"))
        return self.values.iloc[rows - 1] if rows else None

    def until(self, day: Any) -> Self:
        """Return a copy without the rows after a day."""
        return replace(self, values=self.values[self.values.index <= pd.Timestamp(day)])

    def scrambled_after(self, day: Any, rng: np.random.Generator) -> Self:
        """Return a copy with noise in the rows after a day.

        Numbers are replaced by normal draws around the column's mean with three times its standard
        deviation, other values by values of other rows.
        """
        later = (self.values.index > pd.Timestamp(day)).nonzero()[0]
        if isinstance(self.values, pd.Series):
            return replace(self, values=_noisy(self.values, later, rng))
        columns = [
            _noisy(self.values.iloc[:, place], later, rng) for place in range(self.values.shape[1])
        ]
        return replace(self, values=pd.concat(columns, axis=1) if columns else self.values)


def _remedy(index: pd.Index) -> str:
    """Return advice on how to turn an index into the days on which rows became known."""
    if isinstance(index, pd.PeriodIndex):
        return 'index.to_timestamp(how="end") dates a row at the end of its period'
    if pd.api.types.is_numeric_dtype(index.dtype):
        return "say the day on which each row was known, as pd.to_datetime(['2016-03-31', ...])"
    if isinstance(index, pd.MultiIndex):
        return "make a column of what is not the date, with unstack()"
    return "use pd.to_datetime on it"


def _noisy(column: pd.Series, rows: np.ndarray, rng: np.random.Generator) -> pd.Series:
    """Return a column with noise in some rows."""
    number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if not number:
        values = column.to_numpy(dtype=object, copy=True)
        values[rows] = rng.choice(values, len(rows))
        return pd.Series(values, column.index, name=column.name).astype(column.dtype)
    values = column.to_numpy(dtype=float, na_value=np.nan, copy=True)
    known = values[np.isfinite(values)]
    mean, spread = (known.mean(), known.std()) if known.size else (0.0, 0.0)
    values[rows] = mean + 3.0 * (spread or abs(mean) or 1.0) * rng.standard_normal(len(rows))
    return pd.Series(values, column.index, name=column.name)
