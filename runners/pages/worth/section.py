"""The section of a page that says what a winner is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from ...runs.labels.figures import figure_of
from ...worth.elsewhere import Elsewhere
from ...worth.result import Worth
from ...worth.vault import Vault
from .elsewhere_rows import elsewhere_rows, headings, vault_words
from .rows import second_page, seven_figures
from .sentences import sentences
from .strip import strip


def worth_section(
    worth: Worth | None,
    objective: str,
    others: Sequence[Elsewhere] = (),
    vault: Vault | None = None,
) -> dict[str, Any] | None:
    """Return what the template `worth.html` shows; None where nothing was measured."""
    if worth is None:
        return None
    noun = figure_of(objective).noun
    return {
        "sentences": sentences(worth, others),
        "elsewhere": elsewhere_rows(others),
        "headings": headings(),
        "vault": vault_words(vault),
        "strip": Markup(strip(worth, objective)),
        "strip_caption": f"Each grey dot is the best rule of one made-up market, by {noun} less "
        "that of buying and holding the same made-up market; the worst stand at the left end. The "
        "red dot is the best rule of the real one.",
        "seven": seven_figures(worth),
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
