"""Members that trade all stocks of a panel or of a sample: which these are, once it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ....feeds.bars import Bars
from ...errors import ParameterError
from .. import registry

PANEL, SAMPLE = "panel:", "sample:"
"""What stands before the file of a panel, or the name of a sample, among a member's instruments."""


def names_a_whole(instrument: str) -> bool:
    """Return whether a text stands for all names of a panel or of a sample."""
    return instrument.startswith((PANEL, SAMPLE))


def without_wholes(instruments: Sequence[str]) -> list[str]:
    """Return instruments for a name: without panels, samples by their names."""
    return [text.removeprefix(SAMPLE) for text in instruments if not text.startswith(PANEL)]


def with_instruments(
    members: Sequence[Mapping[str, Any]], tables: Sequence[Bars], inputs: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return members with the names of instruments in place of panels and samples.

    Parameters
    ----------
    members : sequence of mapping
        As `members_of` takes them. "panel:FILE" stands for the stocks of a panel that have bars in
        the window, "sample:NAME" for those of a sample, its fund first.
    tables : sequence of Bars
        The bars of the run.
    inputs : mapping
        The inputs of the run; "split_factors" is the panel.

    Raises
    ------
    ParameterError
        No bars come from the panel or sample, or a member that trades a fund names a panel alone.
    """
    found = []
    for member in members:
        given = member.get("instruments") or ()
        texts = [given] if isinstance(given, str) else list(given)
        if texts and texts[0].startswith(PANEL):
            _check_fund(member)
        names = [name for text in texts for name in _names(text, member, tables, inputs)]
        found.append({**member, "instruments": list(dict.fromkeys(names))})
    return found


def _check_fund(member: Mapping[str, Any]) -> None:
    """Raise if the first stock of a panel would stand for the fund, by its name alone."""
    kind = registry.strategy_of(member["strategy"])
    if hasattr(kind.params, "etf") and not (member.get("params") or {}).get("etf"):
        raise ParameterError(
            f"member {member.get('name')!r}: there is no fund: give its bars, bars = 'NAME=FILE', "
            "or name a stock of the panel that stands for it, params etf = 'NAME'"
        )


def _names(
    text: str, member: Mapping[str, Any], tables: Sequence[Bars], inputs: Mapping[str, Any]
) -> list[str]:
    if not names_a_whole(text):
        return [text]
    if text.startswith(PANEL):
        panel = inputs.get("split_factors")
        listed = getattr(panel, "tickers_from", lambda _: ())(text.removeprefix(PANEL))
        names = [table.name for table in tables if table.name in listed]
    else:
        names = [table.name for table in tables if table.source.startswith(f"{text}#")]
    if not names:
        what = "panel" if text.startswith(PANEL) else "sample"
        raise ParameterError(
            f"member {member.get('name')!r}: the run has no bars of the {what} "
            f"{text.partition(':')[2]}"
        )
    return names
