"""All statistics that act on the daily returns of what a search tried."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...analyzers.statistics import cagr
from ...feeds.arrays import Floats
from .bands import Bands, bands
from .clusters import Clusters, clusters
from .deflated import Deflated, deflated_sharpe_ratio
from .haircut import Haircut, haircut_sharpe_ratio
from .multiple_testing import benjamini_yekutieli
from .pbo import Overfitting, probability_of_overfitting
from .reality_check import RealityCheck, reality_check
from .sharpe import moments, sharpe_p_values, sharpe_ratios
from .track_record import minimum_track_record_length, years_to_tell_apart
from .worthless_trials import effective_number, worthless_trials

FALSE_SHARE = 0.05
"""Share of false rules among those that are called discoveries."""


@dataclass(frozen=True, eq=False, kw_only=True)
class TrialStatistics:
    """What the trials of a search say of its winner.

    Attributes
    ----------
    n_days, n_sets : int
        Days, and distinct rules whose returns were used.
    of : int
        Distinct rules that the search tried.
    years : float
    held_growth : float or None
        Growth rate of buying and holding, a fraction per year; None where it lost everything.
    over_held : bool
        Whether the statistics act on returns less those of buying and holding; else they act on
        returns less what cash is taken to earn.
    clusters : Clusters or None
        Effective number of trials at two linkages.
    effective_by_maximum : float or None
        Number of independent trials with the same expected maximum.
    check : RealityCheck or None
        SPA, White's reality check and StepM; None, as all above, where only the winner's returns
        are known.
    overfitting : Overfitting or None
        PBO.
    deflated, deflated_effective : Deflated
        For all distinct rules, and for the clusters at average linkage.
    ahead : bool
        Whether the winner's mean is above that of what it is judged over.
    min_track_record_years, years_to_tell_from_held : float or None
        None where no length of history shows it: the winner's Sharpe ratio, or its difference to
        buying and holding, is not positive; and where its returns are too few or do not vary.
    bands : Bands
        Of the winner.
    haircut : Haircut or None
        None for a winner whose returns do not vary.
    discoveries : int or None
        Rules whose p-value, adjusted by Benjamini and Yekutieli, is at most `FALSE_SHARE`.
    """

    n_days: int
    n_sets: int
    of: int
    years: float
    held_growth: float | None
    over_held: bool
    clusters: Clusters | None
    effective_by_maximum: float | None
    check: RealityCheck | None
    overfitting: Overfitting | None
    deflated: Deflated
    deflated_effective: Deflated
    ahead: bool
    min_track_record_years: float | None
    years_to_tell_from_held: float | None
    bands: Bands
    haircut: Haircut | None
    discoveries: int | None

    @property
    def unit(self) -> str:
        """What one return spans: "day", "week" or "month"."""
        return {52: "week", 12: "month"}.get(round(self.n_days / self.years), "day")


def trial_statistics(
    returns: NDArray[np.float32],
    winner: Floats,
    held: Floats,
    *,
    over_held: bool,
    of: int,
    periods_per_year: int,
    replicates: int = 1000,
    null_samples: int = 200,
    seed: int = 0,
    risk_free: float = 0.0,
) -> TrialStatistics:
    """Return all statistics of trials.

    Parameters
    ----------
    returns : ndarray of float32, shape (n_days, n_sets)
        Daily returns of distinct rules, fractions, oldest first. Overwritten.
    winner, held : ndarray of shape (n_days,)
        Daily returns of the best set, and of buying and holding.
    over_held : bool
        Judge returns in excess of holding; False: in excess of `risk_free`.
    of : int
        Distinct rules that were tried, of which `returns` may hold a part.
    periods_per_year : int
    replicates : int
        Of each bootstrap; also the draws of worthless trials.
    null_samples : int
        Samples without skill that give the error of the PBO.
    seed : int
        The same seed gives the same bits.
    risk_free : float
        Per period: what cash is taken to earn, for what is judged over cash and for the band of the
        Sharpe ratio.

    Raises
    ------
    SearchError
        A NaN or an infinity.
    """
    own = winner - held if over_held else winner - risk_free
    if over_held:
        returns -= held[:, None].astype(np.float32)
    elif risk_free:
        returns -= np.float32(risk_free)
    sharpes = sharpe_ratios(returns)
    known = sharpes[~np.isnan(sharpes)]
    variance = float(known.var(ddof=1)) if known.size > 1 else 0.0
    drawn = worthless_trials(returns, replicates, seed)
    grouped = clusters(returns, seed=seed)
    of_winner = moments(own)
    deflated = [
        deflated_sharpe_ratio(of_winner, variance, max(1, number), drawn)
        for number in (of, grouped.average if grouped else 1)
    ]
    alone = winner_statistics(
        winner, held, over_held=over_held, of=of, periods_per_year=periods_per_year, seed=seed,
        risk_free=risk_free,
    )  # fmt: skip
    return replace(
        alone,
        n_sets=returns.shape[1],
        clusters=grouped,
        effective_by_maximum=effective_number(drawn) if drawn else None,
        check=reality_check(returns, n_replicates=replicates, seed=seed),
        overfitting=probability_of_overfitting(returns, null_samples=null_samples, seed=seed),
        deflated=deflated[0],
        deflated_effective=deflated[1],
        haircut=_haircut(own, of, periods_per_year, known),
        discoveries=_discoveries(known, len(own)),
    )


def winner_statistics(
    winner: Floats,
    held: Floats,
    *,
    over_held: bool,
    of: int,
    periods_per_year: int,
    sharpe_variance: float | None = None,
    seed: int = 0,
    risk_free: float = 0.0,
) -> TrialStatistics:
    """Return what the winner's returns alone tell, where those of the other trials are not known.

    Parameters
    ----------
    winner, held, over_held, of, periods_per_year, seed, risk_free
        As for `trial_statistics`.
    sharpe_variance : float or None
        Variance of the trials' Sharpe ratios of one period; None: it is not known, and there is no
        deflated ratio.
    """
    excess = winner - held
    own = excess if over_held else winner - risk_free
    of_winner = moments(own)
    shortest = minimum_track_record_length(of_winner) if of_winner is not None else None
    apart = None
    if len(excess) > 1 and excess.mean() > 0.0:
        apart = years_to_tell_apart(
            float(excess.mean()), float(excess.std(ddof=1)), periods_per_year
        )
    deflated = Deflated(reason="the returns of the other trials are not known")
    if sharpe_variance is not None:
        deflated = deflated_sharpe_ratio(of_winner, sharpe_variance, max(1, of))
    return TrialStatistics(
        n_days=len(winner),
        n_sets=1,
        of=of,
        years=len(winner) / periods_per_year,
        held_growth=cagr(held, periods_per_year),
        over_held=over_held,
        clusters=None,
        effective_by_maximum=None,
        check=None,
        overfitting=None,
        deflated=deflated,
        deflated_effective=Deflated(reason="the returns of the other trials are not known"),
        ahead=bool(own.mean() > 0.0),
        min_track_record_years=None if shortest is None else shortest / periods_per_year,
        years_to_tell_from_held=apart,
        bands=bands(
            winner, held if over_held else None, periods_per_year, seed=seed, risk_free=risk_free
        ),
        haircut=_haircut(own, of, periods_per_year, None),
        discoveries=None,
    )


def _discoveries(sharpes: Floats, n_days: int) -> int:
    if n_days < 2 or not sharpes.size:
        return 0
    p_values = sharpe_p_values(sharpes, n_days, one_sided=True)
    return int(np.count_nonzero(benjamini_yekutieli(p_values) <= FALSE_SHARE))


def _haircut(own: Floats, of: int, periods_per_year: int, sharpes: Floats | None) -> Haircut | None:
    """Return the haircut; `sharpes` are those of all trials, the winner's among them."""
    found = moments(own)
    if found is None:
        return None
    others = None
    if sharpes is not None and sharpes.size:
        rest = np.delete(sharpes, int(np.argmin(np.abs(sharpes - found.sharpe))))
        others = sharpe_p_values(rest, len(own))
    deviations = own - own.mean()
    following = float(deviations[1:] @ deviations[:-1] / (deviations @ deviations))
    return haircut_sharpe_ratio(
        found.sharpe * periods_per_year**0.5,
        len(own),
        periods_per_year,
        max(1, of),
        others,
        autocorrelation=following,
    )
