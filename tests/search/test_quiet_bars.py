"""The account in plain Python: the compiled kernel's bits, or no answer."""

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from btplaybook.search import quiet_bars
from btplaybook.search.ledger import FILLS, orders_due
from btplaybook.search.quiet_bars import walked_in_python
from btplaybook.search.walk import compiled_walk

BARS = 60


@pytest.fixture(autouse=True)
def _without_numba(monkeypatch):
    compiled_walk()
    monkeypatch.setattr(quiet_bars, "sys", SimpleNamespace(modules={}))
    monkeypatch.setattr(quiet_bars, "_walked", [0])


def arguments(
    seed=0,
    fill="close",
    sized_at_fill=True,
    whole=False,
    costs=(0.0,) * 5,
    feeds=1,
    orders=5,
    dividend=0.25,
    rate=0.0,
    **changed,
):
    """Return the arguments of `walk` for an account that changes its targets a few times."""
    rng = np.random.default_rng(seed)
    closes = np.round(50 * np.exp(np.cumsum(0.02 * rng.standard_normal((BARS, feeds)), axis=0)), 2)
    closes = changed.get("closes", closes)
    opens = closes * (1.0 + 0.003 * rng.standard_normal(closes.shape))
    dividends = np.where(rng.random(closes.shape) < 0.05, dividend, 0.0)
    targets = np.zeros(closes.shape)
    for bar in np.sort(rng.integers(0, BARS, orders)):
        targets[bar:] = rng.choice([-1.0, -0.5, 0.0, 0.5, 1.0], feeds)
    night = np.full(BARS, 1 / 360)
    rates = [np.full(BARS, rate)] * 4
    due = orders_due(changed.get("targets", targets), "on_change")
    delay, moment = FILLS[fill]
    return (opens, closes, dividends, night, *rates, changed.get("targets", targets), due, delay,
            moment == "open", sized_at_fill, whole, *costs, 1e5)  # fmt: skip


def bits(found):
    return [np.asarray(each).tobytes() for each in found]


@given(
    seed=st.integers(0, 10_000),
    fill=st.sampled_from([*FILLS]),
    sized_at_fill=st.booleans(),
    whole=st.booleans(),
    costs=st.sampled_from([(0.0,) * 5, (0.01, 1.0, 0.001, 0.0005, 0.005)]),
    feeds=st.integers(1, 3),
    orders=st.integers(0, 12),
)
def test_it_has_the_compiled_kernels_bits(**account):
    given_ = arguments(**account)
    found = walked_in_python(*given_)
    assert found is not None
    assert bits(found) == bits(compiled_walk()(*given_))


def test_a_ruin_on_a_quiet_bar_is_the_compiled_kernels():
    closes = np.full((BARS, 1), 100.0)
    closes[30:] = 250.0  # short 100 % from 100: the account is worth -50 %
    targets = np.full((BARS, 1), -1.0)
    short = arguments(closes=closes, targets=targets, dividend=0.0)
    assert compiled_walk()(*short)[3] == 30
    assert walked_in_python(*short) is None


def test_a_ruin_on_a_busy_bar_is_the_compiled_kernels():
    closes = np.full((BARS, 1), 100.0)
    closes[30:] = 250.0
    targets = np.full((BARS, 1), -1.0)
    targets[30:] = -0.5
    short = arguments(closes=closes, targets=targets, dividend=0.0)
    assert compiled_walk()(*short)[3] == 30
    assert walked_in_python(*short) is None


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"rate": 0.05}, id="nights with interest"),
        pytest.param({"targets": np.resize([1.0, -1.0], (BARS, 1))}, id="an order a day"),
    ],
)
def test_an_account_that_is_never_quiet_is_the_compiled_kernels(monkeypatch, changed):
    monkeypatch.setattr(quiet_bars, "BUSY_BARS", BARS // 2)
    assert walked_in_python(*arguments(**changed)) is None
    assert walked_in_python(*arguments()) is not None


def test_so_many_accounts_are_worth_the_start_of_numba(monkeypatch):
    monkeypatch.setattr(quiet_bars, "BUSY_BARS_IN_ALL", 30)
    answers = [walked_in_python(*arguments(dividend=0.0)) for _ in range(10)]
    assert answers[0] is not None
    assert answers[-1] is None


def test_where_numba_is_imported_it_is_asked(monkeypatch):
    monkeypatch.setattr(quiet_bars, "sys", SimpleNamespace(modules={"numba": None}))
    assert walked_in_python(*arguments()) is None


def test_a_price_of_nothing_is_the_compiled_kernels():
    closes = np.full((BARS, 1), 100.0)
    closes[0] = 0.0
    targets = np.full((BARS, 1), 1.0)
    free = arguments(closes=closes, targets=targets, dividend=0.0)
    assert walked_in_python(*free) is None
    with pytest.raises(ZeroDivisionError):
        compiled_walk()(*free)


def test_a_run_with_its_strips_imports_no_numba():
    program = (
        "import sys\n"
        "from btplaybook import run, sample\n"
        "found = run('sma-switch', sample('sp500'))\n"
        "assert found.strips['cost']['rows'], found.strips\n"
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
