"""What the feeds raise where a user can do something about it; `exit_code` ends a command."""

from __future__ import annotations


class RequestError(ValueError):
    """Something was asked for that is not there: a file, an instrument, a sample, a window."""

    exit_code = 2


class BarsError(ValueError):
    """Bad data: one line a fault, every fault, with the dates where it stands."""

    exit_code = 4


class SourceError(RuntimeError):
    """A vendor cannot be reached, or its answer cannot be used."""

    exit_code = 3


class UnknownTickerError(RequestError):
    """A vendor was reached and knows no such ticker."""
