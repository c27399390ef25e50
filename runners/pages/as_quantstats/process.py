"""Call quantstats and leave the process as it was.

quantstats sets matplotlib's theme on import, draws with pyplot, and lets warnings of its own and of
seaborn through. Settings, backend, warnings and log filters are restored after each block.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


def imported() -> ModuleType:
    """Import quantstats without the theme that it sets for the whole process."""
    import matplotlib

    with matplotlib.rc_context():
        import quantstats
        import quantstats.reports
    return quantstats


@contextmanager
def agg() -> Iterator[None]:
    """Let pyplot draw without a display within the block."""
    import matplotlib
    from matplotlib import pyplot

    before = matplotlib.get_backend()
    pyplot.switch_backend("agg")
    try:
        yield
    finally:
        pyplot.switch_backend(before)


@contextmanager
def quiet() -> Iterator[None]:
    """Suppress the known warnings and output of quantstats and seaborn, and no others."""

    def about_another_font(record: logging.LogRecord) -> bool:
        return "Font family 'Arial' not found" not in record.getMessage()

    fonts = logging.getLogger("matplotlib.font_manager")
    fonts.addFilter(about_another_font)
    try:
        with warnings.catch_warnings():
            for message, category, module in (
                ("The inplace keyword", DeprecationWarning, r"quantstats\.reports"),
                (r"set_ticklabels\(\) should", UserWarning, r"quantstats\._plotting\.core"),
                ("The set_bad function", PendingDeprecationWarning, r"seaborn\.matrix"),
                ("vert: bool", DeprecationWarning, r"seaborn\.categorical"),
                ("vert: bool", PendingDeprecationWarning, r"seaborn\.categorical"),
                ("No non-zero returns found for win rate", UserWarning, r"quantstats\.stats"),
            ):
                warnings.filterwarnings("ignore", message, category, module)
            yield
    finally:
        fonts.removeFilter(about_another_font)
