"""The normal law and the quadrature, against SciPy and closed forms."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from btplaybook.search.worth.normal import normal_cdf, normal_quantile
from btplaybook.search.worth.quadrature import unit_nodes


@pytest.mark.parametrize("z", [-38.0, -8.3, -1.0, 0.0, 0.5, 6.0, 40.0])
def test_the_law_is_that_of_scipy_in_both_tails(z):
    assert normal_cdf(z) == pytest.approx(ndtr(z), rel=1e-11)


@pytest.mark.parametrize("probability", [1e-300, 1e-20, 0.02, 0.5, 0.975, 1 - 1e-12])
def test_quantiles_are_those_of_scipy(probability):
    assert normal_quantile(probability) == pytest.approx(ndtri(probability), rel=1e-12, abs=1e-15)


def test_quadrature_is_exact_for_polynomials():
    nodes, weights = unit_nodes(5)
    assert ((nodes > 0.0) & (nodes < 1.0)).all()
    for power in range(10):
        assert weights @ nodes**power == pytest.approx(1.0 / (power + 1), rel=1e-13)
    with pytest.raises(ValueError, match="read-only"):
        nodes[0] = np.nan
