"""What a runner raises, each with the exit code that the command line ends with."""

from __future__ import annotations

from collections.abc import Iterable

from ..feeds.tables import spellings


class CheckFailed(RuntimeError):
    """An audit or check is red: the result must not be believed."""

    exit_code = 1


class ParameterError(ValueError):
    """A name, option or value that cannot be used."""

    exit_code = 2


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return "; did you mean x?" for a near miss, else "; known: a, b"."""
    names = sorted(known)
    return spellings.did_you_mean(given, names) or f"; known: {', '.join(names)}"
