"""The error of weights that were not found, and the check of what they are made from."""

from __future__ import annotations

import numpy as np

from ...feeds.arrays import Floats


class WeightsError(RuntimeError):
    """No weights were found; the message gives the reason. A caller may use another method."""

    exit_code = 5


def check_known(name: str, values: Floats, shape: tuple[int, ...]) -> None:
    """Raise ValueError for another shape, WeightsError for a value that is NaN or infinite."""
    if values.shape != shape:
        raise ValueError(f"{name} must have the shape {shape}, got {values.shape}")
    unknown = int((~np.isfinite(values)).sum())
    if unknown:
        raise WeightsError(f"{unknown} of {values.size} {name} are not known")
