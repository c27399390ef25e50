"""Find the file of a module without importing it."""

from __future__ import annotations

import sys
from pathlib import Path


def file_of_module(name: str) -> Path | None:
    """Return the file of a module; neither the module nor its packages are imported."""
    path: list[str] | None = None
    spec = None
    parts = name.split(".")
    for depth in range(1, len(parts) + 1):
        full = ".".join(parts[:depth])
        spec = next(
            (
                found
                for finder in sys.meta_path
                if hasattr(finder, "find_spec") and (found := finder.find_spec(full, path))
            ),
            None,
        )
        if spec is None:
            return None
        path = list(spec.submodule_search_locations or [])
    return Path(spec.origin) if spec is not None and spec.has_location and spec.origin else None
