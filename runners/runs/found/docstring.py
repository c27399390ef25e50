"""Split a strategy's docstring into its parts."""

from __future__ import annotations

import inspect
import re

import backtrader as bt

from ....strategies.playbook_strategy import PlaybookStrategy
from ....strategies.rule_strategy import RuleStrategy

HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)

BASES = (PlaybookStrategy, RuleStrategy, bt.Strategy, bt.SignalStrategy)
"""Classes whose docstrings describe no rule."""


def text_of(documented: object) -> str:
    """Return a strategy's docstring.

    A strategy without a docstring has that of the strategy that it subclasses; it has none if it
    subclasses one of `BASES` directly.
    """
    text = inspect.getdoc(documented) or ""
    bare = documented not in BASES and text in map(inspect.getdoc, BASES)
    return "" if bare else text


def parts(documented: object) -> dict[str, str]:
    """Return the parts of a docstring: heading to text; the text before the first heading is ""."""
    pieces = HEADING.split(text_of(documented))
    headings = ["", *pieces[1::2]]
    return {name: body.strip() for name, body in zip(headings, pieces[::2], strict=True)}
