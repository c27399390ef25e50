"""Fill HTML templates in one frame and style; a page is one file and makes no request.

A page holds one script, `templates/page.js`, which makes charts and tables answer. Its content
security policy names the script by its hash: no other script can run, whatever a page's texts hold.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...feeds.kept_files import KeptFiles
from ..runs.labels.formats import MINUS, NONE, number, percent

if TYPE_CHECKING:
    from jinja2 import Environment
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
"""Content security policy of a page without a script."""


def rendered(template: str, **context: Any) -> str:
    """Return a filled template with the common style and script; every text is escaped."""
    from markupsafe import Markup

    style, script = _file("tearsheet.css"), _file("page.js")
    page = _environment().get_template(template).render(
        style=Markup(style), script=Markup(script), policy=Markup(policy(script)), **context
    )  # fmt: skip
    return page.rstrip() + "\n"


def policy(script: str) -> str:
    """Return the content security policy of a page with one script.

    Parameters
    ----------
    script : str
        The text of the only ``<script>`` that may run.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return f"{POLICY}; script-src 'sha256-{digest}'"


@cache
def _file(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from .kept_templates import KeptTemplates

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=KeptTemplates(KeptFiles("templates", Path(__file__), "jinja2")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["paragraphs"] = _paragraphs
    environment.filters["minus"] = _true_minus
    environment.filters["number"] = number
    environment.filters["percent"] = percent
    return environment


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
