"""SVG elements of a chart's marks; paths are those of `paths`, colours the page's variables."""

from __future__ import annotations

from html import escape
from typing import NamedTuple


class Key(NamedTuple):
    """An entry of the legend."""

    text: str
    colour: str
    shape: str
    """"line", "dash", "box" or "dot"."""
    opacity: float = 1.0


def filled(path: str, colour: str, opacity: float = 1.0) -> str:
    """Return a filled shape; empty if there is nothing to fill."""
    faded = f";fill-opacity:{opacity:g}" if opacity < 1 else ""
    return f'<path d="{path}" style="fill:var(--{colour}){faded};stroke:none"/>' if path else ""


def ruled(
    path: str, colour: str, width: float, *, dash: bool = False, ends: str = "", opacity: float = 1
) -> str:
    """Return lines, `width` pixels wide; empty if there are none."""
    more = ";stroke-dasharray:5 4" if dash else ""
    more += f";stroke-linecap:{ends}" if ends else ""
    more += f";stroke-opacity:{opacity:g}" if opacity < 1 else ""
    style = f"stroke:var(--{colour});stroke-width:{width:g}{more}"
    return f'<path d="{path}" style="{style}"/>' if path else ""


def legend(keys: list[Key]) -> str:
    """Return a legend as a paragraph; empty if there are no entries."""
    if not keys:
        return ""
    entries = "".join(
        f'<span><i class="{key.shape}" style="color:var(--{key.colour})'
        f'{f";opacity:{key.opacity:g}" if key.opacity < 1 else ""}"></i>{escape(key.text)}</span>'
        for key in keys
    )
    return f'<p class="legend">{entries}</p>'
