"""Gauss-Legendre quadrature on the unit interval."""

from __future__ import annotations

from functools import cache

import numpy as np

from ...feeds.arrays import Floats


@cache
def unit_nodes(count: int) -> tuple[Floats, Floats]:
    """Return nodes in (0, 1), rising, and weights that sum to 1; neither may be written to.

    Parameters
    ----------
    count : int
        Polynomials of degree ``2 count - 1`` are integrated exactly.

    Returns
    -------
    tuple of two ndarrays of shape (count,)
    """
    nodes, weights = np.polynomial.legendre.leggauss(count)
    nodes, weights = (nodes + 1.0) / 2.0, weights / 2.0
    nodes.flags.writeable = weights.flags.writeable = False
    return nodes, weights
