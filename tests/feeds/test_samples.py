"""Samples: the real ones are what arch ships, the simulated ones hold no signal."""

import subprocess
import sys

import numpy as np
import pytest

from btplaybook.feeds import samples
from btplaybook.feeds.calendars import sessions
from btplaybook.feeds.frames import RequestError
from btplaybook.feeds.samples import SAMPLES, sample
from btplaybook.feeds.simulated import simulated_bars


@pytest.mark.parametrize(("name", "first_close"), [("sp500", 1228.099976), ("nasdaq", 2208.050049)])
def test_real_sample(name: str, first_close: float) -> None:
    bars = sample(name)
    assert (bars.name, bars.calendar, bars.price_only) == (name.upper(), "XNYS", True)
    assert bars.source == f"sample:{name}"
    assert (len(bars), str(bars.dates[0]), str(bars.dates[-1])) == (
        5031, "1999-01-04", "2018-12-31",
    )  # fmt: skip
    assert bars.close[0] == first_close


@pytest.mark.parametrize("name", ["sp500", "nasdaq"])
def test_real_sample_equals_what_arch_loads(name: str) -> None:
    module = pytest.importorskip(f"arch.data.{name}")
    loaded = module.load()
    assert sample(name).close.tolist() == loaded["Close"].tolist()
    assert sample(name).dates.tolist() == [day.date() for day in loaded.index]


def test_sp500_opens_are_warned_about() -> None:
    (warning,) = sample("sp500").warnings
    assert warning.startswith("open equals the previous close in 1999-2007 (15.5% to 98.0% of")


def test_arch_is_not_imported() -> None:
    code = (
        "import sys; from btplaybook.feeds.samples import sample; sample('sp500'); "
        "sys.exit('arch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_simulated_is_the_same_in_every_process() -> None:
    # Pinned: another value means that every simulated study changes.
    assert sample("simulated").vintage == (
        "92c3b7fb1c6c9683a14f6ce8c5807a5ceeebfce4b28d4d4fc81ee38c3a0137c3"
    )
    assert sample("simulated") == sample("simulated", seed=0)
    assert sample("simulated") != sample("simulated", seed=1)


def test_simulated_layout() -> None:
    bars = sample("simulated")
    assert (len(bars), bars.name, bars.price_only) == (2520, "SIMULATED", False)
    assert bars.dates.tolist() == sessions("XNYS", "2005-01-03", bars.dates[-1]).tolist()
    assert bars.warnings == ()
    assert (bars.open[1:] != bars.close[:-1]).mean() > 0.99


def test_simulated_dividends_come_out_of_the_price() -> None:
    bars = sample("simulated")
    days = [day for day, paid in zip(bars.dates.tolist(), bars.dividend, strict=True) if paid]
    assert len(days) == 40
    assert {day.month for day in days} == {3, 6, 9, 12}
    # Third Fridays; Good Friday of 2008 fell on one, and the dividend on the Thursday before.
    assert {day.isoformat() for day in days if day.weekday() != 4} == {"2008-03-20"}

    # Same shocks without the dividends: relative to them the price loses each dividend's part.
    ex_dates = bars.dividend > 0
    unpaid = simulated_bars(0, dividends=False)
    gap = np.log(bars.close / unpaid.close)
    steps = np.diff(gap, prepend=0.0)
    assert steps[ex_dates] == pytest.approx(np.log(1 - 0.005), rel=0.1)
    assert np.abs(steps[~ex_dates]).max() < 1e-5


def test_simulated_returns_have_no_signal_but_clustered_volatility() -> None:
    # Twenty seeds of ten years. Standard error of a mean of twenty correlations is 0.0045, of the
    # mean Sharpe ratio 0.07; four of them are allowed.
    returns = [sample("simulated", seed=seed).total_returns[1:] for seed in range(20)]
    sharpe = [r.mean() / r.std() * np.sqrt(252) for r in returns]
    serial = [np.corrcoef(r[1:], r[:-1])[0, 1] for r in returns]
    absolute = [np.corrcoef(np.abs(r[1:]), np.abs(r[:-1]))[0, 1] for r in returns]
    assert abs(np.mean(sharpe)) < 0.28
    assert abs(np.mean(serial)) < 0.018
    assert np.mean(absolute) > 0.1
    assert np.mean([r.std() * np.sqrt(252) for r in returns]) == pytest.approx(0.175, abs=0.03)


def test_window_of_a_sample() -> None:
    for name in SAMPLES:
        bars = sample(name, start="2008-01-01", end="2008-12-31")
        assert (str(bars.dates[0]), str(bars.dates[-1])) == ("2008-01-02", "2008-12-31")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param({"name": "sp50"}, r"unknown sample 'sp50'; did you mean 'sp500'\? \(samples: "
                     r"sp500, nasdaq, simulated\)", id="near"),
        pytest.param({"name": "x"}, r"unknown sample 'x' \(samples", id="far"),
        pytest.param({"name": "simulated", "seed": -1}, "seed must not be negative, got -1",
                     id="seed"),
        pytest.param({"name": "nasdaq", "start": "2020-01-01"}, "bars from 1999-01-04 to 2018",
                     id="window"),
    ],
)  # fmt: skip
def test_refusals(asked: dict[str, object], words: str) -> None:
    with pytest.raises(RequestError, match=words) as raised:
        sample(**asked)
    assert raised.value.exit_code == 2


def test_without_arch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "find_spec", lambda _: None)
    with pytest.raises(RequestError, match="ships inside arch: python -m pip install arch"):
        sample("sp500")
