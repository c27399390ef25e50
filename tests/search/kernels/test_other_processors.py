"""Kernels compiled for a processor with AVX2 and no more: the same rows, bit for bit."""

import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from btplaybook.brokers.costs import Costs
from btplaybook.brokers.financing import Financing
from btplaybook.feeds.bars import Bars
from btplaybook.search.kernels.frictionless import Frictionless
from btplaybook.search.kernels.general import account_rows
from btplaybook.search.kernels.lanes import LANES, STEPS
from btplaybook.search.kernels.pivot.line_sums import LineSums, layout_of
from btplaybook.search.kernels.pivot.scores import Forces
from btplaybook.search.kernels.pivot.space import Line, published_space
from btplaybook.search.kernels.sma_family import SmaFamilyEvaluator
from btplaybook.search.ledger import Terms
from btplaybook.search.space import Space
from btplaybook.strategies.sma_switch import SmaSwitch

FIRST = np.datetime64("2020-01-06")
N_BARS = 50 * STEPS + 3
DEAR = Costs(per_share=0.005, min_fee=1.0, percent_fee=0.0002, slippage_bps=3.0, spread=0.01)
RATED = Financing(cash=0.03, rebate=0.01, debit=0.08, borrow=0.02)


def rows_of_all_kernels():
    """Accounts with costs and without, some of them ruined by a price that rises threefold."""
    rng = np.random.default_rng(8)
    closes = np.round(100.0 * np.exp(0.02 * rng.standard_normal(N_BARS).cumsum()), 2)
    closes[N_BARS // 2 :] *= 3.0
    dates = FIRST + np.arange(N_BARS)
    bars = Bars("X", dates, *[closes] * 4, np.ones(N_BARS), np.zeros(N_BARS), calendar="24/7")
    free = Frictionless.of(bars, FIRST.item(), Terms())
    positions = rng.choice(np.array([-1, 0, 1], np.int8), (LANES + 3, N_BARS))
    averages = SmaFamilyEvaluator(
        strategy=SmaSwitch,
        defaults=dict(SmaSwitch.params._getpairs()),
        space=Space({"period": range(1, 60)}),
        bars=bars,
        opens_on=FIRST.item(),
        terms=Terms(),
    )
    general = [
        account_rows(free.market, positions * 0.7, terms, "on_change", periods_per_year=365)
        for terms in (
            Terms(costs=DEAR, financing=RATED),
            Terms(fill="next_open", size_at="decision", costs=DEAR, financing=RATED),
        )
    ]
    return np.concatenate(
        [*general, free.rows(positions), averages(np.arange(59)), pivot_gains(closes)]
    )


def pivot_gains(closes):
    """Gains of all thresholds of one pivot line, as rows of equal length."""
    space = published_space()
    points = np.append(np.diff(closes), 0.0)
    layout = layout_of([points, points / closes], points, 30, [100, closes.size - 1])
    found = LineSums(Forces(closes), layout, space)(Line(20, 2, 10, 0.5, 45.0))
    values = np.append(found.gains, found.counts)
    return np.resize(values, (values.size // 15 + 1, 15))


def test_with_avx2_alone_rows_are_the_same_bits(tmp_path):
    if platform.machine().lower() not in ("x86_64", "amd64"):
        pytest.skip("AVX2 is of x86 processors")
    llvm = pytest.importorskip("llvmlite.binding")
    if not llvm.get_host_cpu_features().get("avx2"):
        pytest.skip("this processor has no AVX2")
    ours = rows_of_all_kernels()
    assert (ours[:, 11] >= 0.0).any()
    code = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('same', {__file__!r})\n"
        "same = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(same)\n"
        f"same.np.save({str(tmp_path / 'rows.npy')!r}, same.rows_of_all_kernels())\n"
    )
    for_avx2 = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": ""}
    subprocess.run([sys.executable, "-c", code], env=os.environ | for_avx2, check=True)
    theirs = np.load(tmp_path / "rows.npy")
    assert theirs.tobytes() == ours.tobytes()
