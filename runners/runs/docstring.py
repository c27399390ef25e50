"""A strategy's docstring, taken apart."""

from __future__ import annotations

import inspect
import re

from ...strategies.playbook_strategy import PlaybookStrategy
from ...strategies.rule_strategy import RuleStrategy

HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)

BASES = (PlaybookStrategy, RuleStrategy)
"""Classes whose docstrings describe no rule."""


def text_of(documented: object) -> str:
    """Return a docstring.

    A strategy without one has that of the strategy that it subclasses, and none where that is one
    of `BASES`.
    """
    text = inspect.getdoc(documented) or ""
    bare = documented not in BASES and text in map(inspect.getdoc, BASES)
    return "" if bare else text


def parts(documented: object) -> dict[str, str]:
    """Return the sections of a docstring: heading to text, what stands before the first as ""."""
    pieces = HEADING.split(text_of(documented))
    headings = ["", *pieces[1::2]]
    return {name: body.strip() for name, body in zip(headings, pieces[::2], strict=True)}
