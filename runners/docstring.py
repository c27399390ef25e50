"""A strategy's docstring, taken apart."""

from __future__ import annotations

import inspect
import re

HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)


def parts(documented: object) -> dict[str, str]:
    """Return the sections of a docstring: heading to text, what stands before the first as ""."""
    text = inspect.getdoc(documented) or ""
    pieces = HEADING.split(text)
    headings = ["", *pieces[1::2]]
    return {name: body.strip() for name, body in zip(headings, pieces[::2], strict=True)}
