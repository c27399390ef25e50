"""Compare sweeps of +1/-1 positions by the fast kernels with the code that a user would write.

The comparison is with vectorbt if it is installed (``pip install btplaybook[bench]``), else with an
equally vectorised sweep in pandas and NumPy; the result's name says which.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from btplaybook.feeds.bars import Bars
from btplaybook.search.evaluator import COLUMNS
from btplaybook.search.kernels.sign_family import SignFamilyEvaluator
from btplaybook.search.kernels.sma_family import SmaFamilyEvaluator
from btplaybook.search.ledger import Terms
from btplaybook.search.space import Space
from btplaybook.strategies.sign.sign_s2 import SignS2
from btplaybook.strategies.sign.sign_s4 import SignS4
from btplaybook.strategies.sma_switch import SmaSwitch

TARGET_SIGN, TARGET_SMA, TARGET_THREADS = 500.0, 150.0, 1.7
REPETITIONS = 5
WARM_UP = 40
SIGN_BARS, SMA_BARS = 660, 5220
SAMPLE = 30
"""The pandas loop is timed on one of so many sets, since all of them would take seconds."""
DELAYS, WINDOWS, MEMORIES = range(1, 6), range(1, 15), range(2, 22)
SIGN_SPACES = (
    (SignS2, Space({"d": DELAYS, "M": WINDOWS})),
    (SignS4, Space({"d": DELAYS, "M": WINDOWS, "R": MEMORIES})),
)
"""S1 is S2 with M = 1 and S3 is S4 with M = 1: 1,470 of the 1,575 sets are distinct."""
PERIODS = Space({"period": range(2, 252)})
TIE = 1e-12


def measure() -> list[dict[str, Any]]:
    """Time the sweeps and their rivals in turn.

    Returns
    -------
    list of dict
        `name`, `target`, `measured` and `met`. The preparation of the kernels is included in their
        time. Both sides compute the same output, which is checked. Results without a target show
        the speed of one core.

    Raises
    ------
    RuntimeError
        The two sides give different results.
    """
    short, long = simulated(SIGN_BARS + WARM_UP), simulated(SMA_BARS + WARM_UP)
    speeds = [
        _speed(bars, kind, strategy, space)
        for kind, strategy, space in (
            (SignFamilyEvaluator, *SIGN_SPACES[1]),
            (SmaFamilyEvaluator, SmaSwitch, PERIODS),
        )
        for bars in (short, long)
    ]
    return [_sign_sweep(short), *_sma_sweeps(long), _threads(long), *speeds]


def simulated(n_bars: int) -> Bars:
    """Return a random walk in cents without dividends."""
    close = np.random.default_rng(0).normal(0.0003, 0.012, n_bars).cumsum()
    close = np.round(100.0 * np.exp(close), 2)
    dates = np.busday_offset("2000-01-03", np.arange(n_bars), roll="forward")
    return Bars("SIMULATED", dates, *[close] * 4, np.ones(n_bars), np.zeros(n_bars))


def _sign_sweep(bars: Bars) -> dict[str, Any]:
    sets = [
        (strategy, space.set_at(k)) for strategy, space in SIGN_SPACES for k in range(space.size)
    ]
    sampled = range(0, len(sets), SAMPLE)
    rows = _sign_rows(bars)  # numba compiles
    theirs = _pandas_loop(bars, [sets[k] for k in sampled])
    _check(rows[sampled, :-1], theirs[:, :-1], "sign sweep")
    ours, loop = _in_turn(
        lambda: _sign_rows(bars), lambda: _pandas_loop(bars, [sets[k] for k in sampled])
    )
    ratio = (len(sets) / ours) / (len(sampled) / loop)
    distinct = np.unique(rows[:, -1]).size
    return {
        "name": f"sign sweep, {len(sets)} sets ({distinct} position series), {SIGN_BARS} bars, "
        f"against a pandas loop (timed on every {SAMPLE}th set)",
        "target": TARGET_SIGN,
        "measured": round(ratio),
        "met": ratio >= TARGET_SIGN,
    }


def _sma_sweeps(bars: Bars) -> list[dict[str, Any]]:
    rivals: dict[str, Callable[[Bars], np.ndarray]] = {
        "a sweep vectorised in pandas and NumPy": _vectorised_sma
    }
    if importlib.util.find_spec("vectorbt"):
        rivals |= {
            "vectorbt": _vectorbt_sma,
            "vectorbt, its shares kept between flips": partial(_vectorbt_sma, daily=False),
        }
    else:
        rivals = {f"{name} (vectorbt is not installed)": sweep for name, sweep in rivals.items()}
    rows = _sma_rows(bars)  # numba compiles
    shared = [COLUMNS.index(name) for name in ("total_return", "sharpe", "max_drawdown")]
    results = []
    for rival, sweep in rivals.items():
        theirs = sweep(bars)
        if "kept" not in rival:  # another account: less work and other figures
            # vectorbt's Sharpe ratio counts the opening day as a return of 0
            _check(rows[:, shared], theirs[:, :3], rival, rtol=2e-4)
        ours, taken = _in_turn(partial(_sma_rows, bars), partial(sweep, bars))
        judged = rival == "vectorbt"  # the same account; the other rivals are for comparison
        results.append(
            {
                "name": f"SMA 2..251 sweep, {SMA_BARS} bars, 14 figures, against four by {rival}",
                "target": TARGET_SMA if judged else None,
                "measured": round(taken / ours),
                "met": taken / ours >= TARGET_SMA if judged else None,
            }
        )
    return results


def _threads(bars: Bars) -> dict[str, Any]:
    evaluator = _evaluator(SignFamilyEvaluator, *SIGN_SPACES[1], bars)
    chunks = np.array_split(np.tile(np.arange(evaluator.space.size), 4), 20)

    def all_by(workers: int) -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(evaluator, chunks))

    all_by(2)
    one, two = _in_turn(lambda: all_by(1), lambda: all_by(2))
    return {
        "name": f"sign sweep, {SMA_BARS} bars: two threads against one",
        "target": TARGET_THREADS,
        "measured": round(one / two, 2),
        "met": one / two >= TARGET_THREADS,
    }


def _speed(bars: Bars, kind: Any, strategy: Any, space: Space) -> dict[str, Any]:
    evaluator = _evaluator(kind, strategy, space, bars)
    indices = np.tile(np.arange(space.size), 5)
    evaluator(indices)  # prepares what all sets share
    seconds, _ = _in_turn(partial(evaluator, indices), lambda: None)
    return {
        "name": f"{kind.__name__}, {len(bars) - WARM_UP} bars: sets a second, one core",
        "target": None,
        "measured": round(indices.size / seconds),
        "met": None,
    }


def _sign_rows(bars: Bars) -> np.ndarray:
    return np.concatenate(
        [
            _evaluator(SignFamilyEvaluator, strategy, space, bars)(np.arange(space.size))
            for strategy, space in SIGN_SPACES
        ]
    )


def _sma_rows(bars: Bars) -> np.ndarray:
    return _evaluator(SmaFamilyEvaluator, SmaSwitch, PERIODS, bars)(np.arange(PERIODS.size))


def _evaluator(kind: Any, strategy: Any, space: Space, bars: Bars) -> Any:
    return kind(
        strategy=strategy,
        defaults=dict(strategy.params._getpairs()),
        space=space,
        bars=bars,
        opens_on=bars.dates[WARM_UP].item(),
        terms=Terms(),
    )


def _pandas_loop(bars: Bars, sets: Sequence[tuple[Any, dict[str, int]]]) -> np.ndarray:
    """Return the figures of each set in a loop; what all sets share is computed once."""
    close = pd.Series(bars.close, index=pd.DatetimeIndex(bars.dates))
    returns = close.pct_change()
    loss = (returns < -TIE).astype(float)
    opening = close.index[WARM_UP]
    points, percent = close.diff()[opening:], returns[opening:]
    held_all_along = (1.0 + percent.iloc[1:]).prod() - 1.0
    yearly = 252 / (len(percent) - 1)
    rows = []
    for strategy, chosen in sets:
        z = returns.rolling(chosen["M"]).sum().shift(chosen["d"])
        negative = z < -TIE
        if strategy is SignS2:
            side = pd.Series(np.where(negative, -1.0, 1.0), close.index).where(z.notna(), 0.0)
        else:
            memory = chosen["R"]
            pairs = negative.shift().where(z.shift().notna()).astype(float)
            negative_z = pairs.rolling(memory).sum()
            forecast = np.sign(negative_z - 2.0 * loss.rolling(memory).sum())
            forecast = forecast.where(negative_z > 0, -1.0).where(negative, 1.0)
            side = forecast.where(negative_z.notna(), 0.0)
        side = side[opening:]
        before = side.shift().iloc[1:]
        gained = before * percent.iloc[1:]
        wealth = (1.0 + gained).cumprod()
        total = wealth.iloc[-1] - 1.0
        held = gained[before != 0.0]
        won, lost = held[held >= -TIE], held[held < -TIE]
        turned = side[side != 0.0]
        rows.append(
            (
                total,
                (1.0 + total) ** yearly - 1.0,
                gained.std() * math.sqrt(252),
                gained.mean() / gained.std() * math.sqrt(252),
                (wealth / wealth.cummax().clip(lower=1.0)).min() - 1.0,
                (before * points.iloc[1:]).sum(),
                gained.sum(),
                len(won) / len(held),
                won.mean(),
                lost.mean(),
                (turned.diff().iloc[1:] != 0.0).sum(),
                -1 if wealth.min() > 0.0 else wealth.argmin() + 1,
                total - held_all_along,
                (1.0 + total) ** yearly - (1.0 + held_all_along) ** yearly,
                hash(side.to_numpy().tobytes()),
            )
        )
    return np.array(rows, float)


def _vectorbt_sma(bars: Bars, daily: bool = True) -> np.ndarray:
    """Return total return, Sharpe, drawdown and the share of winning trades of all periods.

    The account is rebalanced daily, as that of the kernels, or only when the position changes.
    """
    import vectorbt

    close = pd.Series(bars.close, index=pd.DatetimeIndex(bars.dates))
    average = vectorbt.MA.run(close, window=list(PERIODS.values[0])).ma.to_numpy()[WARM_UP:]
    counted = close.iloc[WARM_UP:]
    sides = _sides(counted.to_numpy(), average)
    if not daily:
        kept = np.zeros_like(sides, dtype=bool)
        kept[1:] = sides[1:] == sides[:-1]
        sides = np.where(kept, np.nan, sides)  # NaN: no order
    portfolio = vectorbt.Portfolio.from_orders(
        counted,
        size=sides,
        size_type="targetpercent",
        init_cash=1e6,
        freq="1D",
    )
    scale = math.sqrt(252 / 365)  # vectorbt annualises daily returns by 365 days
    return np.column_stack(
        [
            portfolio.total_return(),
            portfolio.sharpe_ratio() * scale,
            portfolio.max_drawdown(),
            portfolio.trades.win_rate(),
        ]
    )


def _vectorised_sma(bars: Bars) -> np.ndarray:
    """Return total return, Sharpe, drawdown and the share of winning days of all periods."""
    close = pd.Series(bars.close)
    average = np.column_stack([close.rolling(n).mean() for n in PERIODS.values[0]])[WARM_UP:]
    counted = bars.close[WARM_UP:]
    side = _sides(counted, average)[:-1]
    returns = (counted[1:] / counted[:-1] - 1.0)[:, None] * side
    wealth = (1.0 + returns).cumprod(axis=0)
    highest = np.maximum(np.maximum.accumulate(wealth, axis=0), 1.0)
    return np.column_stack(
        [
            wealth[-1] - 1.0,
            returns.mean(axis=0) / returns.std(axis=0, ddof=1) * math.sqrt(252),
            (wealth / highest).min(axis=0) - 1.0,
            ((returns >= -TIE) & (side != 0.0)).sum(axis=0) / (side != 0.0).sum(axis=0),
        ]
    )


def _sides(close: np.ndarray, average: np.ndarray) -> np.ndarray:
    distance = close[:, None] - average
    decided = np.where(np.abs(distance) > TIE * average, np.sign(distance), np.nan)
    return pd.DataFrame(decided).ffill().fillna(0.0).to_numpy()


def _check(ours: np.ndarray, theirs: np.ndarray, name: str, rtol: float = 1e-9) -> None:
    """Raise if the results of the two sides differ."""
    apart = ~np.isclose(ours, theirs, rtol=rtol, atol=1e-9).all(axis=1)
    if apart.any():
        raise RuntimeError(f"{name}: {apart.sum()} of {len(ours)} sets differ")


def _in_turn(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[float, float]:
    """Return the median times of both in seconds, run in turn."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(REPETITIONS):
        for task, taken in zip((first, second), seconds, strict=True):
            began = perf_counter()
            task()
            taken.append(perf_counter() - began)
    return median(seconds[0]), median(seconds[1])


if __name__ == "__main__":
    for result in measure():
        print(result)
