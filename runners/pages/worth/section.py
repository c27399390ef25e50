"""The section of a page that says what a winner is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from ...runs.labels.figures import figure_of
from ...walk_forwards.result import WalkForwardResult
from ...worth.elsewhere import Elsewhere
from ...worth.result import Worth
from ...worth.vault import Vault
from .elsewhere_rows import elsewhere_rows, headings, vault_words
from .forward import forward_row, forward_sentence, forward_value
from .rows import second_page, seven_figures
from .sentences import sentences
from .strip import strip


def worth_section(
    worth: Worth | None,
    objective: str,
    others: Sequence[Elsewhere] = (),
    vault: Vault | None = None,
    forward: WalkForwardResult | None = None,
    no_forward: str = "",
    table: dict[str, Any] | None = None,
    of: str = "winner",
    over: tuple[str, str] | None = None,
) -> dict[str, Any] | None:
    """Return what the template `worth.html` shows; None where nothing was measured.

    Parameters
    ----------
    worth, others, vault, forward, no_forward
        As in a `SearchResult`.
    objective : str
        What ranked.
    table : dict or None
        What `beside` returns, where the section shows it.
    of : str
        The heading's noun for the best set.
    over : pair of str or None
        First and last day that the statistics count, where the page is of other days.
    """
    if worth is None:
        return None
    noun = figure_of(objective).noun
    value = forward_value(forward, objective, worth.statistics)
    return {
        "of": of,
        "over": over,
        "beside": table,
        "sentences": sentences(worth, others, forward_sentence(forward)),
        "elsewhere": elsewhere_rows(others),
        "headings": headings(),
        "vault": vault_words(vault),
        "strip": Markup(strip(worth, objective, {} if value is None else {"walk-forward": value})),
        "strip_caption": f"Each grey dot is the best rule of one made-up market, by {noun} less "
        "that of buying and holding the same made-up market; the worst stand at the left end. The "
        "red dot is the best rule of the real one."
        + ("" if value is None else " The blue dot is the walk-forward, at its rate per year."),
        "seven": seven_figures(worth, forward_row(forward, no_forward)),
        "more": second_page(worth),
        "footnote": _footnote(worth),
    }


def _footnote(worth: Worth) -> str:
    words = []
    ever = worth.ever
    if ever is not None:
        words.append(
            f"On these bars {ever.rules:,} different rules were ever tried on this machine, "
            f"{ever.earlier:,} of them before this search or apart from it (btplaybook trials)."
        )
    if "judged" in worth.reasons:
        words.append(f"Tests read {worth.reasons['judged']}.")
    words.append("No single figure is a verdict.")
    return " ".join(words)
