"""Exceptions of the runners, each with the exit code of the command line."""

from __future__ import annotations


class CheckFailed(RuntimeError):
    """An audit or a consistency check failed: the result must not be believed."""

    exit_code = 1


class ParameterError(ValueError):
    """A name, option or value is invalid."""

    exit_code = 2
