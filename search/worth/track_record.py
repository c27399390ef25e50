"""How long a history must be: to believe a Sharpe ratio, to have searched, and to see an edge."""

from __future__ import annotations

import math

from ..errors import SearchError
from .expected_maximum import expected_maximum
from .normal import normal_cdf, normal_quantile
from .sharpe import Moments, standard_error


def minimum_track_record_length(
    assumed: Moments, benchmark: float = 0.0, confidence: float = 0.95, power: float = 0.5
) -> float | None:
    """Return how many periods show that a Sharpe ratio exceeds a benchmark.

    ``1 + (1 - g3 S + (g4 - 1) / 4 S**2) ((z(confidence) + z(power)) / (S - benchmark))**2``. At
    the published power of one half, where z(power) is 0, it is the length at which a *measured*
    ratio S is just significant; an edge with the *true* ratio S shows after it in every second
    case only.

    Parameters
    ----------
    assumed : Moments
        The Sharpe ratio of one period, with skewness and kurtosis; its `n_periods` is not used.
    benchmark : float
        Sharpe ratio of one period.
    confidence : float
        Of the one-sided test, in [0.5, 1).
    power : float
        Probability that the test finds a true ratio of that size, in [0.5, 1).

    Returns
    -------
    float or None
        Periods, a fraction of one included; over the periods per year it is years. None for a
        ratio that does not exceed the benchmark: no length shows it.

    Raises
    ------
    SearchError
        For a confidence or power outside [0.5, 1), and for moments that no law has.

    References
    ----------
    Bailey, D. H. and Lopez de Prado, M. (2012). The Sharpe ratio efficient frontier. Journal of
    Risk 15(2), 3-44, section on the minimum track record length.
    """
    reach = _reach(confidence, power)
    error_of_one = standard_error(assumed._replace(n_periods=2))
    if assumed.sharpe <= benchmark:
        return None
    return 1.0 + (error_of_one * reach / (assumed.sharpe - benchmark)) ** 2


def minimum_backtest_length(n_trials: float, annual_sharpe: float = 1.0) -> float:
    """Return how many years keep the best of worthless trials at a Sharpe ratio, on average.

    ``(expected_maximum(N) / S)**2``: in a shorter history so many trials are expected to find S
    or more by luck alone.

    Parameters
    ----------
    n_trials : float
        Independent trials, >= 1.
    annual_sharpe : float
        S, annualised, above 0.

    Returns
    -------
    float
        Years; 0.0 for one trial.

    Raises
    ------
    SearchError
        For fewer trials than one, or a ratio that is not above 0.

    References
    ----------
    Bailey, D. H., Borwein, J. M., Lopez de Prado, M. and Zhu, Q. J. (2014). Pseudo-mathematics
    and financial charlatanism: the effects of backtest overfitting on out-of-sample performance.
    Notices of the AMS 61(5), 458-471, equation 6.
    """
    if not 0.0 < annual_sharpe < math.inf:
        raise SearchError(f"annual_sharpe must be above 0 and finite, got {annual_sharpe}")
    return (expected_maximum(n_trials) / annual_sharpe) ** 2


def power_of_test(assumed: Moments, benchmark: float = 0.0, confidence: float = 0.95) -> float:
    """Return how probably a history shows an edge of a given true size.

    The one-sided test calls the measured Sharpe ratio significant where it exceeds the benchmark
    by z(confidence) standard errors s. A true ratio S is measured as S, give or take s, so that
    happens with the probability ``F((S - benchmark) / s - z(confidence))``.

    Parameters
    ----------
    assumed : Moments
        The true Sharpe ratio of one period with skewness and kurtosis, and the periods of the
        history.
    benchmark : float
        Sharpe ratio of one period.
    confidence : float
        Of the one-sided test, in [0.5, 1).

    Returns
    -------
    float
        In (0, 1): 0.17 for a ratio of 0.5 a year, in 2 years, at 95 %. It is one minus the
        confidence for an edge of size 0.

    Raises
    ------
    SearchError
        For a confidence outside [0.5, 1), moments that no law has, and a Sharpe ratio without
        standard error.
    """
    threshold = _reach(confidence, 0.5)
    error = standard_error(assumed)
    if error == 0.0:
        raise SearchError(f"the Sharpe ratio has no standard error: {assumed}")
    return normal_cdf((assumed.sharpe - benchmark) / error - threshold)


def years_to_tell_apart(
    mean: float,
    deviation: float,
    periods_per_year: float,
    confidence: float = 0.95,
    power: float = 0.5,
) -> float | None:
    """Return how many years tell two series apart by their mean returns.

    ``((z(confidence) + z(power)) deviation / mean)**2`` periods: then a difference that goes on as
    measured is significant, one-sided in its own direction.

    Parameters
    ----------
    mean, deviation : float
        Of the difference of the two returns of one period; the deviation with ``ddof=1``.
    periods_per_year : float
        Above 0.
    confidence : float
        Of the one-sided test, in [0.5, 1).
    power : float
        Probability that the test finds a true difference of that size, in [0.5, 1).

    Returns
    -------
    float or None
        Years, of the whole history and not from now on. None for a mean of 0: no history tells
        equal means apart. 0.0 for a difference that never varies.

    Raises
    ------
    SearchError
        For a confidence or power outside [0.5, 1), a negative deviation, periods per year of 0 or
        less, and a number that is not finite.

    Notes
    -----
    The differences are taken as uncorrelated in time.
    """
    reach = _reach(confidence, power)
    if not (math.isfinite(mean) and 0.0 <= deviation < math.inf):
        raise SearchError(
            f"mean must be finite and deviation >= 0 and finite, got {mean} and {deviation}"
        )
    if not 0.0 < periods_per_year < math.inf:
        raise SearchError(f"periods_per_year must be above 0 and finite, got {periods_per_year}")
    if mean == 0.0:
        return None
    return (reach * deviation / mean) ** 2 / periods_per_year


def _reach(confidence: float, power: float) -> float:
    for name, value in (("confidence", confidence), ("power", power)):
        if not 0.5 <= value < 1.0:
            raise SearchError(f"{name} must be in [0.5, 1), got {value}")
    return normal_quantile(confidence) + normal_quantile(power)
