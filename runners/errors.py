"""What a runner raises, each with the exit code that the command line ends with."""

from __future__ import annotations


class CheckFailed(RuntimeError):
    """An audit or check is red: the result must not be believed."""

    exit_code = 1


class ParameterError(ValueError):
    """A name, option or value that cannot be used."""

    exit_code = 2
