"""The name of a benchmark, as a heading, within a sentence and as its subject."""

from __future__ import annotations

NONE = "none"
"""The kind of no benchmark."""


def title(kind: str, name: str) -> str:
    """Return a benchmark's heading: "Hold SPY", "Cash", "60 % SPY, 40 % TLT, monthly"."""
    return {"held": f"Hold {name}", "cash": "Cash", "mix": f"{name}, monthly"}.get(kind, name)


def noun(kind: str, name: str) -> str:
    """Return a benchmark within a sentence: "SPY held", "cash", "60 % SPY, 40 % TLT, monthly"."""
    return {"held": f"{name} held", "mix": f"{name}, monthly"}.get(kind, name)


def subject(kind: str, name: str) -> str:
    """Return a benchmark as what makes or loses: "holding SPY", "cash", "a mix (60 % SPY, ...)".

    A series of returns that has no name of its own is "the benchmark".
    """
    if kind == "returns":
        return "the benchmark" if name.casefold() in ("returns", "benchmark") else name
    return {"held": f"holding {name}", "mix": f"a mix ({noun(kind, name)})"}.get(kind, name)
