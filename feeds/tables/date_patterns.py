"""One written date taken apart: its fields, its time of day, its zone."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_GERMAN = {"mär": 3, "märz": 3, "mrz": 3, "mai": 5, "juni": 6, "juli": 7, "okt": 10,
           "oktober": 10, "dez": 12, "dezember": 12}  # fmt: skip

_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]?\s+)?"
_WORD = r"(?P<word>[^\W\d_]{3,9})"
_TIME = (
    r"(?:(?:,?\s+|t)(?P<hour>\d{1,2}):?(?P<minute>\d\d)(?::?(?P<seconds>\d\d)(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?"
    r"(?:\s*(?P<zone>z|[+\-]\d\d(?::?\d\d)?(?::\d\d)?|[a-z]{3,4}))?)?"
)
_BODIES = {
    "year first": r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
    "year last": r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)",
    "eight digits": r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
    "word first": rf"{_WORD}\.?[\s\-](?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[\s\-]\s*"
    r"(?P<year>\d{4}|\d\d)",
    "word second": rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?[\s\-/]?{_WORD}[.,]?[\s\-/]?"
    r"(?P<year>\d{4}|\d\d)",
    "word last": rf"(?P<year>\d{{4}})[\s\-/]{_WORD}[\s\-/](?P<day>\d{{1,2}})",
}  # fmt: skip
_PATTERNS = {
    way: re.compile(rf"{_WEEKDAY}{body}{_TIME}", re.IGNORECASE) for way, body in _BODIES.items()
}
# Fourteen digits: a day and a time. No Unix stamp of today has so many.
_PATTERNS["fourteen digits"] = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)(?P<seconds>\d\d)"
)
_STAMP = re.compile(r"([+\-]?)(\d{1,19})(?:\.\d*)?")
_LONGEST = 60  # characters

#: Of the digits of a stamp between 1973 and 2286: its unit.
_UNITS = {9: "s", 10: "s", 12: "ms", 13: "ms", 15: "us", 16: "us", 18: "ns", 19: "ns"}
_FIRST_OF_THIS_CENTURY = 50  # 49 is 2049 and 50 is 1950: no bar is of the future


class Stamp(NamedTuple):
    """A number that may count time since 1970; `unit` is None for digits too few to tell."""

    number: int
    unit: str | None

    @property
    def way(self) -> str:
        """In which way it is written."""
        return f"stamp {self.unit}"


class Written(NamedTuple):
    """A date taken apart.

    Attributes
    ----------
    way : str
        In which way it is written: order of the fields, mark between them, digits of the year.
    year, month, day : int
        Not checked. Where the year comes last, `month` is the first field and `day` the second.
    seconds : int
        Since midnight; 0 where no time is written.
    offset : float
        Minutes that the zone is ahead of UTC: NaN where none is written, infinite where one is
        that does not say it (EST).
    """

    way: str
    year: int
    month: int
    day: int
    seconds: int = 0
    offset: float = math.nan


def written_date(text: str) -> Written | None:
    """Take a date apart; None where the text is written in no known way."""
    if len(text) > _LONGEST:
        return None
    tried = ((way, pattern.fullmatch(text)) for way, pattern in _PATTERNS.items())
    way, found = next(((way, found) for way, found in tried if found), ("", None))
    if found is None:
        return None
    parts = found.groupdict()
    word = parts.get("word")
    month = _month(word) if word else int(parts.get("month") or parts["one"])
    seconds = _seconds(parts)
    if month is None or seconds is None:
        return None
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < _FIRST_OF_THIS_CENTURY else 1900
    exact = f"{way} {parts.get('mark', '')} {len(parts['year'])}"
    day = int(parts.get("day") or parts["two"])
    return Written(exact, year, month, day, seconds, _offset(parts.get("zone")))


def stamp(text: str) -> Stamp | None:
    """Read a text of digits; None where there are others."""
    found = _STAMP.fullmatch(text)
    if found is None:
        return None
    number = int(found[1] + found[2])
    return Stamp(number, _UNITS.get(len(str(abs(number)))))


def _month(word: str) -> int | None:
    folded = word.casefold()
    if folded in _GERMAN:
        return _GERMAN[folded]
    for number, name in enumerate(_MONTHS, 1):
        if name.startswith(folded) or folded == "sept" == name[:4]:
            return number
    return None


def _seconds(parts: dict[str, str | None]) -> int | None:
    if not parts.get("hour"):
        return 0
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "seconds"))
    if parts.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if str(parts["half"]).lower() == "p" else 0)
    return hour * 3600 + minute * 60 + second if hour < 25 and minute < 60 and second < 61 else None


def _offset(zone: str | None) -> float:
    if not zone:
        return math.nan
    if zone.lower() in ("z", "utc", "gmt"):
        return 0.0
    if zone[0] not in "+-":
        return math.inf
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:4] or 0)
    return float(-minutes if zone[0] == "-" else minutes)
