"""The name of a benchmark, as a heading and within a sentence."""

from __future__ import annotations

NONE = "none"
"""The kind of no benchmark."""


def title(kind: str, name: str) -> str:
    """Return a benchmark's heading: "Hold SPY", "Cash", "60 % SPY, 40 % TLT, monthly"."""
    return {"held": f"Hold {name}", "cash": "Cash", "mix": f"{name}, monthly"}.get(kind, name)


def noun(kind: str, name: str) -> str:
    """Return a benchmark within a sentence: "SPY held", "cash", "60 % SPY, 40 % TLT, monthly"."""
    return {"held": f"{name} held", "mix": f"{name}, monthly"}.get(kind, name)
