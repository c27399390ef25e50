"""Print how often the statistics of a search err: sizes, power, null distributions, coverage.

Each row names what is simulated, what is nominal or published, and what was found in `--runs`
samples, with its binomial standard error where it is a share. 500 samples take ten minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

from btplaybook.analyzers.statistics import sharpe_band
from btplaybook.search.worth.bands import bands
from btplaybook.search.worth.clusters import clusters
from btplaybook.search.worth.deflated import Deflated, deflated_sharpe_ratio
from btplaybook.search.worth.pbo import probability_of_overfitting
from btplaybook.search.worth.reality_check import reality_check
from btplaybook.search.worth.sharpe import Moments, moments, sharpe_ratios
from btplaybook.search.worth.worthless_trials import WorthlessTrials, worthless_trials
from btplaybook.strategies.rule_answer import compiled
from btplaybook.strategies.rules.sma_switch import sma_side

Floats = NDArray[np.float64]
Row = tuple[str, str, float, float | None]

N_DAYS = 500
REPLICATES = 500
DAILY = 0.01
SHARPE = 0.06
"""True Sharpe ratio of a day in the samples for coverage, about 0.95 a year."""

AVERAGES = range(2, 101)
"""Periods of the moving averages whose deflated ratios are simulated."""

PLANTED_DAYS, PLANTED_SETS, GOOD, EDGE = 1000, 200, 20, 0.15
"""Twenty good sets of two hundred, ahead by 0.15 of a day's standard deviation."""


def main() -> None:
    """Simulate all cases and print the table."""
    parser = argparse.ArgumentParser(description="Simulate how often the statistics err.")
    parser.add_argument("--runs", type=int, default=500, help="samples of each case (500)")
    runs = parser.parse_args().runs
    for rows in (sizes(runs), power(runs), overfitting(runs), planted(max(runs // 8, 1))):
        _print(rows)
    _print(deflated(runs))
    _print(coverage(runs))


def sizes(runs: int) -> Iterator[Row]:
    """Yield shares of rejections where every set's true mean is that of the benchmark."""
    for n_sets, kept in product((20, 200), (0.0, 0.3)):
        days = "independent days" if kept == 0.0 else f"moving average {kept}"
        case = f"no set better, {n_sets} sets, {days}"
        yield from _rejections(case, runs, "5 %", lambda rng, n=n_sets, m=kept: _noise(rng, n, m))


def power(runs: int) -> Iterator[Row]:
    """Yield shares of rejections among poor sets, and what the steps find among all."""

    def nine_poor(first: float) -> Callable[[np.random.Generator], Floats]:
        means = np.array([first] + [-0.2] * 9)
        return lambda rng: _noise(rng, 10, 0.0) + DAILY * means

    yield from _rejections(
        "1 at the benchmark, 9 poor",
        runs,
        "published, other samples: RC 0.7 %, SPA 6.0 %",
        nine_poor(0.0),
    )
    yield from _rejections(
        "1 good by 0.1 a day, 9 poor",
        runs,
        "published, other samples: RC 56 %, SPA 87 %",
        nine_poor(0.1),
    )
    found, wrong = [], []
    for run in range(max(runs // 4, 1)):
        rng = np.random.default_rng([run, 7])
        returns = _noise(rng, PLANTED_SETS, 0.0)
        returns[:, :GOOD] += EDGE * DAILY
        superior = reality_check(returns, n_replicates=REPLICATES, seed=run).superior()
        found.append(np.count_nonzero(superior < GOOD) / GOOD)
        wrong.append(bool((superior >= GOOD).any()))
    case = f"{GOOD} of {PLANTED_SETS} sets good by {EDGE} a day"
    yield f"{case}: StepM finds of them", "", float(np.mean(found)), None
    yield _share(f"{case}: StepM names a false one", "5 % at most", wrong)


def _rejections(
    case: str, runs: int, nominal: str, sample: Callable[[np.random.Generator], Floats]
) -> Iterator[Row]:
    p_values = []
    for run in range(runs):
        returns = sample(np.random.default_rng([run, 1]))
        found = reality_check(returns, n_replicates=REPLICATES, seed=run)
        p_values.append((found.reality_check, found.lower, found.consistent, found.upper))
    names = ("RC", "SPA lower", "SPA consistent", "SPA upper")
    for name, values in zip(names, np.array(p_values).T, strict=True):
        yield _share(f"{case}: {name} rejects at 5 %", nominal, list(values <= 0.05))


def overfitting(runs: int) -> Iterator[Row]:
    """Yield the distribution of PBO without skill, and the error that one sample gives it."""
    published = {20: ("0.514", "0.20"), 100: ("0.503", "0.15"), 1000: ("0.494", "0.13")}
    for n_sets, (mean, spread) in published.items():
        pbos, errors = [], []
        for run in range(runs):
            returns = DAILY * np.random.default_rng([run, 2]).standard_normal((1000, n_sets))
            samples = 100 if run < 10 else 0
            found = probability_of_overfitting(returns, 10, null_samples=samples, seed=run)
            pbos.append(found.pbo)
            errors += [found.null_sd] if samples else []
        case = f"PBO without skill, {n_sets} sets, 10 blocks"
        yield f"{case}: mean", mean, float(np.mean(pbos)), None
        yield f"{case}: standard deviation", spread, float(np.std(pbos)), None
        yield f"{case}: 5 % quantile", "", float(np.quantile(pbos, 0.05)), None
        yield f"{case}: 95 % quantile", "", float(np.quantile(pbos, 0.95)), None
        yield f"{case}: null_sd of one sample", "the same", float(np.mean(errors)), None


def planted(runs: int) -> Iterator[Row]:
    """Yield PBO with and without good sets, 16 blocks."""
    for edge, published in ((0.0, "0.476 +- 0.137"), (EDGE, "0.001")):
        pbos = []
        for run in range(runs):
            rng = np.random.default_rng([run, 3])
            returns = rng.standard_normal((PLANTED_DAYS, PLANTED_SETS))
            returns[:, :GOOD] += edge
            found = probability_of_overfitting(DAILY * returns, null_samples=0)
            pbos.append(found.pbo)
        case = f"PBO, {GOOD} of {PLANTED_SETS} sets good by {edge} a day"
        yield f"{case}: mean", published, float(np.mean(pbos)), None
        yield f"{case}: standard deviation", "", float(np.std(pbos)), None


def deflated(runs: int) -> Iterator[Row]:
    """Yield what deflated Sharpe ratios are where no trial is worth anything.

    "The law" is what stands beside the ratio on a page: of independent trials a closed form, of
    correlated ones draws with the correlations of one sample.
    """
    for n_sets in (20, 100):
        values = []
        for run in range(runs):
            returns = np.random.default_rng([run, 5]).standard_normal((N_DAYS, n_sets))
            values.append(_deflated(returns, n_sets).value)
        law = deflated_sharpe_ratio(Moments(0.0, 0.0, 3.0, N_DAYS), 1.0, n_sets)
        yield from _law(f"DSR, {n_sets} independent trials", values, [law])
    of_all, of_clusters, laws, cluster_laws = [], [], [], []
    for run in range(runs):
        returns = _averages(np.random.default_rng([run, 6]))
        groups = clusters(returns.astype(np.float32), seed=run)
        number = groups.average if groups else 1
        drawn = worthless_trials(returns, REPLICATES, run) if run < 10 else None
        of_all.append(_deflated(returns, returns.shape[1], drawn))
        of_clusters.append(_deflated(returns, number, drawn))
        if drawn:
            laws.append(of_all[-1])
            cluster_laws.append(of_clusters[-1])
    case = f"DSR, {len(AVERAGES)} moving averages"
    yield from _law(case, [one.value for one in of_all], laws)
    yield from _law(f"{case}, as clusters", [one.value for one in of_clusters], cluster_laws)


def _law(case: str, values: list[float | None], laws: list[Deflated]) -> Iterator[Row]:
    known = np.array([value for value in values if value is not None])
    median = float(np.mean([law.null_median or 0.0 for law in laws]))
    quantile = float(np.mean([law.null_quantile or 0.0 for law in laws]))
    yield f"{case}: median", f"the law {median:.3f}", float(np.median(known)), None
    yield f"{case}: 95 % quantile", f"the law {quantile:.3f}", float(np.quantile(known, 0.95)), None
    yield _share(f"{case}: above 0.95", "not 5 %", list(known > 0.95))


def _deflated(returns: Floats, number: int, drawn: WorthlessTrials | None = None) -> Deflated:
    sharpes = sharpe_ratios(returns)
    best = moments(returns[:, int(np.argmax(sharpes))])
    return deflated_sharpe_ratio(best, float(sharpes.var(ddof=1)), number, drawn)


def _averages(rng: np.random.Generator) -> Floats:
    """Return what moving averages earn on a market without any pattern, a column each."""
    warm_up = max(AVERAGES)
    steps = DAILY * rng.standard_normal(N_DAYS + warm_up)
    closes = 100.0 * np.exp(np.concatenate([[0.0], np.cumsum(steps)]))
    side = compiled(sma_side)
    held = np.column_stack([side(closes, period, False)[:-1] for period in AVERAGES])
    earned: Floats = (held * steps[:, None])[warm_up:]
    return earned


def coverage(runs: int) -> Iterator[Row]:
    """Yield how often 95 % bands hold the true value, beside the closed form's."""
    kinds: dict[str, Callable[[np.random.Generator], Floats]] = {
        "independent normal": lambda rng: rng.standard_normal(N_DAYS),
        "moving average 0.3": lambda rng: _noise(rng, 1, 0.3)[:, 0] / DAILY,
        "skewed (exponential losses)": lambda rng: 1.0 - rng.exponential(size=N_DAYS),
        "fat tails (t, 4)": lambda rng: rng.standard_t(4, size=N_DAYS) / np.sqrt(2.0),
        "clustered volatility (GARCH)": _garch,
    }
    for name, draw in kinds.items():
        hits: dict[str, list[bool]] = {"Sharpe ratio": [], "mean": [], "closed form": []}
        for run in range(runs):
            returns = DAILY * (draw(np.random.default_rng([run, 4])) + SHARPE)
            found = bands(returns, None, 1, n_replicates=REPLICATES, seed=run)
            ends = sharpe_band(returns, 1)
            if found.sharpe is None or found.mean_excess is None or ends is None:
                raise RuntimeError("these samples have bands")
            hits["Sharpe ratio"].append(found.sharpe.low <= SHARPE <= found.sharpe.high)
            mean = found.mean_excess
            hits["mean"].append(mean.low <= DAILY * SHARPE <= mean.high)
            hits["closed form"].append(ends[0] <= SHARPE <= ends[1])
        for what, inside in hits.items():
            yield _share(f"coverage, {name}, {N_DAYS} days: {what}", "95 %", inside)


def _noise(rng: np.random.Generator, n_sets: int, kept: float) -> Floats:
    """Return daily noise; `kept` of each day's surprise comes again on the next."""
    news = rng.standard_normal((N_DAYS + 1, n_sets))
    noise: Floats = DAILY * (news[1:] + kept * news[:-1]) / np.hypot(1.0, kept)
    return noise


def _garch(rng: np.random.Generator) -> Floats:
    """Return GARCH(1, 1) noise of variance 1, after 250 days of warm-up."""
    news, variance, values = rng.standard_normal(N_DAYS + 250), 1.0, []
    for surprise in news:
        values.append(np.sqrt(variance) * surprise)
        variance = 0.03 + 0.09 * values[-1] ** 2 + 0.88 * variance
    return np.array(values[250:])


def _share(case: str, nominal: str, hits: list[bool]) -> Row:
    share = float(np.mean(hits))
    return case, nominal, share, float(np.sqrt(share * (1.0 - share) / len(hits)))


def _print(rows: Iterator[Row]) -> None:
    for case, nominal, found, error in rows:
        spread = "" if error is None else f" +- {error:.3f}"
        print(f"{case:<78} {found:.3f}{spread:<9}  {nominal}", flush=True)


if __name__ == "__main__":
    main()
