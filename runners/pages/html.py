"""Templates filled in the house's style: pages that hold no script and ask for nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..runs.formats import MINUS, NONE, number, percent

if TYPE_CHECKING:
    from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"

POLICY = "; ".join(
    (
        "default-src 'none'",  # no script, frame or font, and no request of any kind
        "img-src data:",
        "style-src 'unsafe-inline'",
        "form-action 'none'",
        "base-uri 'none'",
    )
)
"""What a browser lets a page do, whatever text got into it: show itself, and ask for nothing."""


def rendered(template: str, **context: Any) -> str:
    """Fill a template in the house's style; every text in `context` is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["paragraphs"] = _paragraphs
    environment.filters["minus"] = _true_minus
    environment.filters["number"] = number
    environment.filters["percent"] = percent
    style = Markup((TEMPLATES / "tearsheet.css").read_text(encoding="utf-8"))
    page = environment.get_template(template).render(style=style, policy=Markup(POLICY), **context)
    return page.rstrip() + "\n"


def _paragraphs(text: str) -> list[Markup]:
    """Split text at blank lines and set `code` in a fixed width; everything else is escaped."""
    from markupsafe import Markup, escape

    return [
        Markup(re.sub(r"(`+)([^`]+)\1", r"<code>\2</code>", str(escape(" ".join(part.split())))))
        for part in re.split(r"\n\s*\n", text)
        if part.strip()
    ]


def _true_minus(text: str) -> str:
    """Set a number's hyphen as a minus sign, a lone one as a dash; drop that of a negative zero."""
    if text == "-":
        return NONE
    if re.fullmatch(r"-0(\.0*)?%?", text):
        return text[1:]
    return re.sub(r"^-(?=\d)", MINUS, text)
