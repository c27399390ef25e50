"""Fill HTML templates in the style of the tearsheet; pages hold no script and make no request."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..runs.labels.formats import MINUS, NONE, number, percent

if TYPE_CHECKING:
    from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"

POLICY = "; ".join(
    (
        "default-src 'none'",  # no script, frame, font or request of any kind
        "img-src data:",
        "style-src 'unsafe-inline'",
        "form-action 'none'",
        "base-uri 'none'",
    )
)
"""Content security policy: a browser shows the page and makes no request, whatever its text."""


def rendered(template: str, **context: Any) -> str:
    """Return a filled template with the common style; every text in `context` is escaped."""
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
    """Split text at blank lines into paragraphs; set `code` in a fixed width, escape the rest."""
    from markupsafe import Markup, escape

    return [
        Markup(re.sub(r"(`+)([^`]+)\1", r"<code>\2</code>", str(escape(" ".join(part.split())))))
        for part in re.split(r"\n\s*\n", text)
        if part.strip()
    ]


def _true_minus(text: str) -> str:
    """Replace the hyphen of a number by a minus sign, a single hyphen by a dash, and -0 by 0."""
    if text == "-":
        return NONE
    if re.fullmatch(r"-0(\.0*)?%?", text):
        return text[1:]
    return re.sub(r"^-(?=\d)", MINUS, text)
