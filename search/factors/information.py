"""The rank information coefficient of each cross-section, and its mean with an honest error."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...feeds.arrays import Bools, Floats, Rows
from ...strategies.sector.cross_section import average_ranks
from ...strategies.sector.skill import in_force
from .estimate import Estimate, mean_of_dates
from .labelled import Labelled


class Information(NamedTuple):
    """Rank information coefficients of the dates on which they are defined."""

    rows: Rows
    """The session of each date, (s,)."""
    ics: Floats
    """Spearman's correlation of factor and label over names, (s,), in [-1, 1]."""
    mean: Estimate


def information(found: Labelled) -> Information:
    """Return the rank information coefficients, and their mean.

    Parameters
    ----------
    found : Labelled
        s dates, m names.

    Returns
    -------
    Information
        Without the dates on which factor or label is the same for all names.

    Notes
    -----
    A coefficient is the sum over names of standardised rank of the factor x standardised rank of
    the label. For the error it is shared out over the sessions of the label: the label's rank is
    split into the part that is linear in the label, which is a sum over sessions, and a rest (ranks
    of fat tails), which is spread evenly. `mean_of_dates` takes the error from the sessions' sums.

    References
    ----------
    Grinold, R. C. and Kahn, R. N. (1999). Active Portfolio Management, chapter 6. For the errors:
    `mean_of_dates`.
    """
    x, y = (_standard_ranks(each, found.known) for each in (found.values, found.label))
    varies: Bools = (x != 0.0).any(axis=1) & (y != 0.0).any(axis=1)
    found, x, y = found.on(varies), x[varies], y[varies]
    ics = np.einsum("sm,sm->s", x, y)
    if not ics.size:
        return Information(found.rows, ics, mean_of_dates(ics, ics, found.horizon))
    label = _deviations(found.label, found.known)
    squares = np.einsum("sm,sm->s", label, label)
    slope = np.zeros(squares.shape)
    np.divide(np.einsum("sm,sm->s", y, label), squares, out=slope, where=squares > 0.0)
    exposure = slope[:, None] * x
    rest = ics - np.einsum("sm,sm->s", exposure, label) - ics.mean()
    by_session = np.einsum(
        "nm,nm->n", in_force(exposure, found.rows, found.horizon), found.returns
    ) + in_force(rest / found.horizon, found.rows, found.horizon)
    return Information(found.rows, ics, mean_of_dates(ics, by_session, found.horizon))


def _standard_ranks(z: Floats, known: Bools) -> Floats:
    """Return ranks of mean 0 and square sum 1 on each date, (s, m); 0 where all are the same."""
    middle = (known.sum(axis=1)[:, None] + 1) / 2.0
    ranks = np.where(known, average_ranks(z) - middle, 0.0)
    size = np.sqrt(np.einsum("sm,sm->s", ranks, ranks))[:, None]
    standard = np.zeros(ranks.shape)
    np.divide(ranks, size, out=standard, where=size > 0.0)
    return standard


def _deviations(z: Floats, known: Bools) -> Floats:
    """Return what is above or below the mean of its date, (s, m); 0 where not known."""
    filled = np.where(known, z, 0.0)
    mean = filled.sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    apart: Floats = np.where(known, filled - mean, 0.0)
    return apart
