"""Show the page of a result: in the browser, or below the cell of a notebook."""

from __future__ import annotations

import sys
import tempfile
import webbrowser
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import ParameterError
from ..records.compare import Comparison
from ..runs.result import RunResult
from ..searches.result import SearchResult
from ..studies.result import StudyResult
from ..walk_forwards.result import WalkForwardResult

HEIGHT = 800
"""Pixels of a page below a cell."""

BASE = '<base href="about:srcdoc">'
"""Within a frame, links to a place of the page would else lead to the notebook."""


def show(result: Any) -> Path | None:
    """Show the page of a result; see `OnPage.show`."""
    page = page_of(result)
    if within_notebook():
        display: Any = import_module("IPython.display").display  # loaded, or this is no notebook
        display({"text/html": frame(page), "text/plain": repr(result)}, raw=True)
        return None
    file = Path(tempfile.mkdtemp(prefix="btplaybook-")) / "page.html"
    file.write_text(page, encoding="utf-8")
    webbrowser.open(file.as_uri())
    return file


def page_of(result: Any) -> str:
    """Return the page of a result as HTML text, a whole document.

    Raises
    ------
    ParameterError
        It has no page.
    """
    if isinstance(result, RunResult):
        from .tearsheet import tearsheet

        return tearsheet(result)
    if isinstance(result, SearchResult):
        from .search.page import page as search_page

        return search_page(result)
    if isinstance(result, StudyResult):
        from .study import page as study_page

        return study_page(result)
    if isinstance(result, Comparison):
        from .compare import page as comparison_page

        return comparison_page(result)
    if isinstance(result, WalkForwardResult):
        from .walk_forward.page import page as walk_forward_page

        return walk_forward_page(result)
    raise ParameterError(f"a {type(result).__name__} has no page")


def within_notebook() -> bool:
    """Return whether this is a cell of a notebook; IPython in a terminal is none."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


def frame(page: str, height: int = HEIGHT) -> str:
    """Return a page as a frame within another: it changes nothing around it.

    Its own script runs, in an origin of its own, and by the page's policy no other.
    """
    page = page.replace("<head>", f"<head>{BASE}", 1)
    return (
        f'<div><iframe srcdoc="{escape(page)}" sandbox="allow-scripts" width="100%" '
        f'height="{height}" style="border:0"></iframe></div>'
    )
