"""Types of arrays by what they hold; all parts of the package may import them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rows = NDArray[np.intp]
"""Numbers of rows, to index with."""

Dates = NDArray[np.datetime64]
