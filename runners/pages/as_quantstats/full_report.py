"""quantstats' own report of a series of returns, made safe to keep and to send.

quantstats writes titles into its page as they are, asks another host for an icon, calls a script
that does not exist, and dates its pictures by the clock. Here the same page has escaped titles, no
request of any kind, and the same bytes for the same returns.
"""

from __future__ import annotations

import importlib.util
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

import pandas as pd

from ..html import POLICY
from .process import agg, imported, quiet
from .reportable import reportable


def full_report(
    returns: pd.Series,
    benchmark: pd.Series | None,
    periods_per_year: int,
    risk_free_rate: float = 0.0,
    title: str = "Strategy Tearsheet",
    benchmark_name: str = "Benchmark",
) -> str:
    """Return quantstats' full HTML report.

    Parameters
    ----------
    returns : Series of float, indexed by date
        Simple returns, oldest first, for which `why_no_body` returns None.
    benchmark : Series of float or None
        The benchmark's returns on the same dates; left out where `reportable` leaves it out.
    periods_per_year : int
        252 for exchange days, 365 for calendar days, 52 for weeks, 12 for months.
    risk_free_rate : float
        Fraction per year.
    title, benchmark_name : str
        Any text; it is escaped.

    Returns
    -------
    str
        A whole page that needs nothing but itself. Equal input gives equal text, in any process.

    Raises
    ------
    ValueError
        As for `reportable`.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from btplaybook.runners.pages.as_quantstats.full_report import full_report
    >>> days = pd.bdate_range("2024-01-02", "2024-12-31")
    >>> returns = pd.Series(np.random.default_rng(7).normal(0.0006, 0.01, len(days)), days)
    >>> "Worst 10 Drawdowns" in full_report(returns, None, 252, title="<mine>")
    True
    """
    strategy, market = reportable(returns, benchmark)
    with quiet(), tempfile.TemporaryDirectory() as folder:
        quantstats = imported()
        own = Path(quantstats.reports.__file__).with_name("report.html").read_text(encoding="utf-8")
        template, output = Path(folder, "template.html"), Path(folder, "report.html")
        template.write_text(_safe(own, title), encoding="utf-8")
        with _own_look(), agg():
            quantstats.reports.html(
                strategy,
                market,
                rf=risk_free_rate,
                periods_per_year=periods_per_year,
                title=_as_text(title),
                output=str(output),
                template_path=str(template),
                # True would remove the leading days without a position from both series.
                match_dates=False,
                strategy_title="Strategy",
                benchmark_title="Benchmark",
            )
        report = output.read_text(encoding="utf-8")
    # The pictures' metadata hold the time of drawing.
    report = re.sub(r"<metadata>.*?</metadata>", "", report, flags=re.S)
    return report.replace("Benchmark: BENCHMARK", f"Benchmark: {_as_text(benchmark_name)}", 1)


def _safe(template: str, title: str) -> str:
    """Return quantstats' template without what asks for another file or a script."""
    policy = f'<head>\n    <meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    for pattern, new in (
        ("<head>", policy),
        (r"<title>.*?</title>", f"<title>{_as_text(title)}</title>"),
        (r'<link[^>]*\brel="[^"]*\bicon"[^>]*>', '<link rel="icon" href="data:,">'),
        (r'\s+onload="[^"]*"', ""),
    ):
        template = re.sub(pattern, lambda _, new=new: new, template, flags=re.S)  # type: ignore[misc]
    return template


def _as_text(text: str) -> str:
    """Escape a text for HTML, and for quantstats, which fills {{names}} wherever they stand."""
    return escape(text).replace("{", "&#123;")


@contextmanager
def _own_look() -> Iterator[None]:
    """Use the theme that quantstats sets on import within the block, whatever is set outside.

    It is set by a statement of the file that draws, so that file is executed once more, as a module
    of its own. Identifiers in the pictures are salted with a word instead of at random.
    """
    import matplotlib

    spec = importlib.util.find_spec("quantstats._plotting.core")
    if spec is None or spec.loader is None:
        raise ImportError("quantstats has no module _plotting.core, which sets its theme")
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
        matplotlib.rcParams["svg.hashsalt"] = "btplaybook"
        yield
