"""One declaration of a setting, from which its check, its option and its key in a plan follow."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from numbers import Real
from typing import Any, Literal

from .quoting import shown

Kind = Literal["text", "texts", "choice", "date", "number", "rate", "rates", "whole number", "flag"]
"""What a value is. A rate is a number or a series by date, rates are one or several by name."""

Ends = Literal["()", "[)", "(]", "[]"]


@dataclass(frozen=True)
class Range:
    """The numbers that a setting takes.

    Parameters
    ----------
    low, high : float
        Its ends.
    ends : {"()", "[)", "(]", "[]"}
        Which of them belong to it: a bracket's does, a parenthesis's does not.
    words : str
        What a message says that a number must be.
    note : str
        What a message adds behind the number that was given.

    Examples
    --------
    >>> from btplaybook.feeds.setting import Range
    >>> 0.1 in Range(0.0, 0.1, "[)", ">= 0 and < 0.1")
    False
    """

    low: float
    high: float
    ends: Ends
    words: str
    note: str = ""

    def __contains__(self, value: object) -> bool:
        """Tell whether it is a number in the range; NaN, True and False are not."""
        if isinstance(value, bool) or not isinstance(value, Real):
            return False
        above = operator.le if self.ends[0] == "[" else operator.lt
        below = operator.le if self.ends[1] == "]" else operator.lt
        return bool(above(self.low, value) and below(value, self.high))


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What is known of a setting before it has a value.

    Parameters
    ----------
    kind : Kind
        What its value is.
    help : str
        One line for the command line.
    default : object
        Its value where none is given. None: it may be left open.
    unit : str
        What a number counts.
    range : Range, optional
        The numbers that it takes.
    choices : tuple of str
        The texts that it takes; empty where any text may do.
    metavar : str, optional
        What stands for its value in the help; None leaves it to the kind.
    group : str
        Heading under which the help lists it; empty for the options at large.
    table : str
        Table of a TOML plan that holds it.
    """

    kind: Kind
    help: str
    default: Any = None
    unit: str = ""
    range: Range | None = None
    choices: tuple[str, ...] = ()
    metavar: str | None = None
    group: str = ""
    table: str = "run"


def setting(kind: Kind, default: Any = None, **more: Any) -> Any:
    """Return a dataclass's field that carries its declaration; the arguments are `Setting`'s."""
    return field(default=default, metadata={"": Setting(kind=kind, default=default, **more)})


def declared(owner: type[Any]) -> dict[str, Setting]:
    """Return the declarations of a dataclass's settings by name, in their order."""
    return {each.name: each.metadata[""] for each in fields(owner) if "" in each.metadata}


def fault_of(values: Mapping[str, object], settings: Mapping[str, Setting]) -> str | None:
    """Say what is wrong with the first value that is not what its declaration says; else None.

    A text of any wording, a date and a series of rates are not judged here.
    """
    return next(
        (
            f"{name} {wrong}"
            for name, each in settings.items()
            if (wrong := _wrong(values[name], each)) is not None
        ),
        None,
    )


def _wrong(value: object, known: Setting) -> str | None:
    if value is None and known.default is None:
        return None
    if known.kind == "choice" and value not in known.choices:
        return f"must be one of {', '.join(known.choices)}, got {shown(value)}"
    if known.kind == "flag" and not isinstance(value, bool):
        return f"is yes or no, got {shown(value)}"
    judged = known.kind == "number" or known.kind == "whole number"
    if judged and known.range is not None:
        whole = known.kind == "number" or isinstance(value, int)
        if not (whole and value in known.range):
            note = f" ({known.range.note})" if known.range.note else ""
            return f"must be {known.range.words}, got {shown(value)}{note}"
    return None
