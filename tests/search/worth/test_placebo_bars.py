"""Made-up markets keep what a market is and lose what could be foreseen."""

import numpy as np
import pytest

from btplaybook.feeds.bars import Bars
from btplaybook.feeds.samples import sample
from btplaybook.search.worth.placebo_bars import KINDS, placebo_bars


@pytest.fixture(scope="module")
def bars() -> Bars:
    whole = sample("simulated")
    return whole.between(None, whole.dates[599].item())


def made(kind: str, *tables: Bars, number: int = 0) -> tuple[Bars, ...]:
    return placebo_bars(kind, tables, np.random.default_rng(number))


def moves(bars: Bars) -> np.ndarray:
    """Gap, session, and both ends of the range of each bar but the first, as logarithms."""
    top, bottom = np.maximum(bars.open, bars.close), np.minimum(bars.open, bars.close)
    columns = [
        np.log(bars.open[1:] / bars.close[:-1]),
        np.log(bars.close / bars.open)[1:],
        np.log(bars.high / top)[1:],
        np.log(bottom / bars.low)[1:],
        bars.dividend[1:] / bars.close[:-1],
    ]
    return np.column_stack(columns)


def test_a_permutation_keeps_every_day_as_it_was(bars):
    (found,) = made("permutation", bars)
    order = np.lexsort(moves(bars).T)
    again = np.lexsort(moves(found).T)
    np.testing.assert_allclose(moves(found)[again], moves(bars)[order], atol=1e-12)
    assert found.close[-1] == pytest.approx(bars.close[-1], rel=1e-9)
    assert np.abs(moves(found) - moves(bars)).max() > 1e-3  # it is another order
    np.testing.assert_array_equal(np.sort(found.volume[1:]), np.sort(bars.volume[1:]))


def test_a_sign_turns_a_day_about_the_mean_and_its_range_with_it(bars):
    (found,) = made("signs", bars)
    was, now = moves(bars), moves(found)
    mean = was[:, :2].mean(axis=0)
    off, turned = was[:, :2] - mean, now[:, :2] - mean
    signs = np.random.default_rng(0).choice([-1.0, 1.0], len(off))
    mirrored = signs[:, None] * off
    np.testing.assert_allclose(turned, mirrored - mirrored.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(turned.mean(axis=0), 0.0, atol=1e-15)
    assert found.close[-1] == pytest.approx(bars.close[-1], rel=1e-9)  # holding comes to the same
    kept = signs > 0
    np.testing.assert_allclose(now[kept, 2:4], was[kept, 2:4], atol=1e-12)
    np.testing.assert_allclose(now[~kept, 2:4], was[~kept, 3:1:-1], atol=1e-12)
    np.testing.assert_allclose(now[:, 4], was[:, 4], atol=1e-15)  # dividends stay on their dates


@pytest.mark.parametrize("kind", KINDS)
def test_days_that_warm_up_stay_out_of_those_that_count(bars, kind):
    """A crash before the account opens is in no placebo of the quiet days after it."""
    wild = np.ones(len(bars))
    wild[1:300] = np.where(np.arange(299) % 2, 0.7, 1.5)
    columns = (column * np.cumprod(wild) for column in (bars.open, bars.high, bars.low, bars.close))
    crashed = Bars(
        "CRASHED", bars.dates, *columns, volume=bars.volume, dividend=np.zeros(len(bars))
    )
    opens_on = bars.dates[299].item()
    generator = np.random.default_rng(0)
    (found,) = placebo_bars(kind, [crashed], generator, opens_on)
    was, now = (np.diff(np.log(table.close)) for table in (crashed, found))
    late = slice(299, None)
    assert np.abs(now[late]).max() < 0.2 < np.abs(now[:299]).max()
    if kind == "permutation":
        np.testing.assert_allclose(np.sort(now[late]), np.sort(was[late]), atol=1e-12)
    for part in (late, slice(0, 299)):
        assert now[part].sum() == pytest.approx(was[part].sum(), abs=1e-9)
    same = placebo_bars(kind, [bars], np.random.default_rng(1), bars.dates[0].item())
    assert same == made(kind, bars, number=1)  # where no day warms up nothing changes


@pytest.mark.parametrize("kind", KINDS)
def test_name_dates_and_first_bar_stay(bars, kind):
    (found,) = made(kind, bars)
    assert (found.name, found.calendar, found.frequency) == ("SIMULATED", "XNYS", "day")
    np.testing.assert_array_equal(found.dates, bars.dates)
    for column in ("open", "high", "low", "close", "dividend"):
        assert getattr(found, column)[0] == getattr(bars, column)[0]
    assert found.vintage != bars.vintage


@pytest.mark.parametrize("kind", KINDS)
def test_equal_numbers_give_equal_markets_and_others_give_others(bars, kind):
    assert made(kind, bars)[0] == made(kind, bars)[0]
    assert made(kind, bars)[0] != made(kind, bars, number=1)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_serial_correlation_is_gone(kind):
    """A market whose days alternate foretells the next one; its placebos do not."""
    steps = np.tile([0.02, -0.01], 500) + np.random.default_rng(0).normal(0, 1e-3, 1000)
    close = 100.0 * np.exp(np.concatenate([[0.0], np.cumsum(steps)]))
    dates = np.arange("2000-01-01", 1001, dtype="datetime64[D]")
    bars = Bars(
        "ALTERNATING", dates, close, close, close, close,
        volume=np.full(1001, np.nan), dividend=np.zeros(1001), calendar="24/7",
    )  # fmt: skip

    def foretold(table: Bars) -> float:
        r = np.diff(np.log(table.close))
        return float(np.corrcoef(r[:-1], r[1:])[0, 1])

    assert foretold(bars) < -0.9
    found = [foretold(made(kind, bars, number=n)[0]) for n in range(20)]
    assert np.abs(found).max() < 4.0 / np.sqrt(1000)
    assert made(kind, bars)[0].closes_only  # what had closes alone has no more now


@pytest.mark.parametrize("kind", KINDS)
def test_instruments_go_on_moving_together(bars, kind):
    """An inverse fund stays one, and a fund that began later keeps the days that both have."""
    opposite = Bars(
        "INVERSE", bars.dates[100:], *(1e4 / column[100:] for column in (
            bars.open, bars.low, bars.high, bars.close,
        )), volume=bars.volume[100:], dividend=np.zeros(500),
    )  # fmt: skip
    first, second = made(kind, bars, opposite)
    ups = np.diff(np.log(first.close))[100:]
    downs = np.diff(np.log(second.close))
    # With the signs each is turned about its own mean, and the means are not quite opposite.
    tolerance = 1e-9 if kind == "permutation" else 5e-3
    np.testing.assert_allclose(ups, -downs, atol=tolerance)
    assert np.corrcoef(ups, downs)[0, 1] < -0.999


def test_an_unknown_kind_is_named(bars):
    with pytest.raises(ValueError, match="kind must be one of signs, permutation, got 'blocks'"):
        made("blocks", bars)
