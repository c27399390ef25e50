"""The simulated sector: its tables are sound, its events happen, and only the premium pays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import pytest

from btplaybook.feeds.arrays import Floats
from btplaybook.feeds.bars import Bars
from btplaybook.feeds.calendars import sessions
from btplaybook.feeds.companies.sector_sample import SectorSample
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.simulated.companies import draw_companies
from btplaybook.feeds.simulated.loadings import standardised
from btplaybook.feeds.simulated.sector import simulated_sector

YEAR = 252


@pytest.fixture(scope="module")
def whole() -> SectorSample:
    return simulated_sector(0)


@pytest.fixture(scope="module")
def nulls() -> list[SectorSample]:
    return [
        simulated_sector(seed, years=3, premium_value=0, premium_momentum=0) for seed in range(8)
    ]


@pytest.fixture(scope="module")
def paying() -> list[SectorSample]:
    """The markets of `nulls`, with premiums."""
    return [
        simulated_sector(seed, years=3, premium_value=0.3, premium_momentum=0.2)
        for seed in range(8)
    ]


def on_sessions(sample: SectorSample, column: str) -> Floats:
    """Return a column of every stock on the ETF's sessions, shape (n, m); NaN without a bar."""
    table = np.full((len(sample.etf), len(sample.panel.bars)), np.nan)
    for place, bars in enumerate(sample.panel.bars):
        table[np.searchsorted(sample.etf.dates, bars.dates), place] = getattr(bars, column)
    return table


def raw_factors(sample: SectorSample) -> Iterator[tuple[Bars, Floats]]:
    return zip(sample.panel.bars, sample.panel.factors, strict=True)


# The tables


def test_the_same_in_every_process(whole: SectorSample) -> None:
    # Pinned: another value means that every simulated study changes.
    digest = hashlib.sha256("".join(bars.vintage for bars in whole.bars).encode())
    for day in ("2008-06-30", "2013-12-31"):
        digest.update(whole.fundamentals.known_on(day, whole.panel.tickers).tobytes())
        digest.update(repr(sorted(whole.holdings.weights_on(day, "SECTOR").items())).encode())
        digest.update(repr(sorted(whole.membership.members_on(day))).encode())
    assert digest.hexdigest() == (
        "4d0c2a45c407020d2f80c7c40dc5293c5d059bdb9f458330abf645744a909fca"
    )


def test_layout(whole: SectorSample) -> None:
    assert whole.etf.name == "SECTOR"
    assert whole.etf.dates.tolist() == sessions("XNYS", "2005-01-03", "2014-01-06").tolist()
    assert len(whole.etf) == 9 * YEAR
    assert whole.panel.tickers == tuple(f"S{number:02}" for number in range(1, 61))
    assert whole.etf.warnings == ()
    assert len(whole.bars) == 61
    assert whole.volumes_known
    for table in (whole.panel, whole.holdings, whole.membership, whole.sectors, whole.fundamentals):
        assert table.badges == ()
        assert table.source == "simulated sector, seed 0"
    assert repr(whole) == (
        "SectorSample(Bars('SECTOR', 2268 bars, 2005-01-03 to 2014-01-06), 60 stocks)"
    )


def test_only_the_events_are_warned_about(whole: SectorSample) -> None:
    warned = sorted(bars.warnings for bars in whole.bars if bars.warnings)
    told = sorted(words.partition(":")[0][:20] for lines in warned for words in lines)
    assert told == ["no bar for 7 XNYS se", "return beyond 50% on"]


def test_listings_delistings_and_the_gap(whole: SectorSample) -> None:
    first, last = whole.etf.dates[0], whole.etf.dates[-1]
    assert sum(bars.dates[0] > first for bars in whole.panel.bars) == 5
    ended = {bars.name: bars.dates[-1] for bars in whole.panel.bars if bars.dates[-1] < last}
    assert ended == whole.truth.delisted
    assert len(ended) == 3
    by_name = {bars.name: bars for bars in whole.panel.bars}
    falls = [by_name[name].total_returns[-1] for name in ended]
    assert min(falls) == pytest.approx(-0.70, abs=1e-4)
    rises = [by_name[name].total_returns[-11] for name in ended]
    assert max(rises) == pytest.approx(0.30, abs=1e-4)
    held = [
        np.searchsorted(whole.etf.dates, bars.dates[-1])
        - np.searchsorted(whole.etf.dates, bars.dates[0]) + 1 - len(bars)
        for bars in whole.panel.bars
    ]  # fmt: skip
    assert sorted(held)[-2:] == [0, 7]


def test_splits_move_the_raw_price_and_nothing_else(whole: SectorSample) -> None:
    ratios = []
    for bars, factor in raw_factors(whole):
        for row in np.flatnonzero(np.diff(factor)) + 1:
            ratios.append(round(factor[row - 1] / factor[row], 6))
            assert abs(bars.total_returns[row]) < 0.25
            raw = bars.close * factor
            expected = (1 + bars.close[row] / bars.close[row - 1] - 1) / ratios[-1]
            assert raw[row] / raw[row - 1] == pytest.approx(expected, rel=1e-12)
    assert sorted(ratios) == [0.1, 2.0, 2.0, 3.0]
    cheap = [bars.name for bars, factor in raw_factors(whole) if (bars.close * factor)[0] < 5]
    assert len(cheap) == 1


def test_raw_prices_are_printed_in_four_decimals(whole: SectorSample) -> None:
    for bars, factor in raw_factors(whole):
        for column in (bars.open, bars.high, bars.low, bars.close, bars.dividend):
            raw = column * factor
            assert np.abs(raw - raw.round(4)).max() < 1e-9


def test_volumes(whole: SectorSample) -> None:
    dollars = [np.median(bars.close * bars.volume) for bars in whole.panel.bars]
    thin = [value for value in dollars if value < 10e6]
    assert len(thin) == 3
    assert 15e6 < sorted(dollars)[3] < max(dollars) < 800e6


def test_dividends_are_paid_out_of_the_price(whole: SectorSample) -> None:
    etf = whole.etf
    ex_dates = np.flatnonzero(etf.dividend)
    assert len(ex_dates) == 4 * 9
    assert etf.dividend[ex_dates] == pytest.approx(0.004 * etf.close[ex_dates - 1], abs=1e-4)
    # On an ex-date the price alone loses the dividend against the ETF; with it, nothing.
    price, yields = [], []
    for place, bars in enumerate(whole.panel.bars):
        rows = np.flatnonzero(bars.dividend)
        days = np.searchsorted(etf.dates, bars.dates[rows])
        market = whole.truth.betas[days, place] * etf.total_returns[days]
        price += (bars.close[rows] / bars.close[rows - 1] - 1 - market).tolist()
        yields += (bars.dividend[rows] / bars.close[rows - 1]).tolist()
    assert len(yields) > 0.5 * 60 * 4 * 9
    assert standard_errors(price) < -8
    assert abs(standard_errors(np.add(price, yields).tolist())) < 3


def test_the_etf_is_its_basket(whole: SectorSample) -> None:
    # From published tables alone: a snapshot's weights and the next session's total returns.
    returns, close = on_sessions(whole, "total_returns"), on_sessions(whole, "close")
    snapshots = 0
    for t, day in enumerate(whole.etf.dates[:-1]):
        if whole.holdings.snapshot_on(day, "SECTOR") != day:
            continue
        weights = whole.holdings.weights_on(day, "SECTOR")
        assert sum(weights.values()) == pytest.approx(0.996, abs=1e-6)
        assert whole.holdings.cash_on(day, "SECTOR") == {"CASH_USD": pytest.approx(0.004)}
        held = [whole.panel.tickers.index(ticker) for ticker in weights]
        if np.isnan(close[t, held]).any():
            continue  # after its gap a share's return is that of eight sessions
        basket = np.dot(list(weights.values()), returns[t + 1, held]) / sum(weights.values())
        assert basket == pytest.approx(whole.etf.total_returns[t + 1], abs=1e-5)
        snapshots += 1
    assert snapshots in (1 + 4 * 9, 4 * 9)


def test_members_sectors_and_holdings_agree(whole: SectorSample) -> None:
    for day in whole.etf.dates[::50]:
        members, sectors = whole.membership.members_on(day), whole.sectors.sectors_on(day)
        snapshot = whole.holdings.snapshot_on(day, "SECTOR")
        then = whole.membership.members_on(snapshot)
        of_sector = {ticker for ticker in then if sectors[ticker] == "Health Care"}
        assert set(whole.holdings.weights_on(day, "SECTOR")) == of_sector
        assert members <= set(sectors)
    assert sum(sector != "Health Care" for sector in sectors.values()) == 3
    spells = whole.membership.tickers
    assert len(spells) == 61  # one name left and came back
    assert len(set(spells)) == 60


def test_sub_themes_are_sub_industries_and_some_stocks_are_from_abroad(whole: SectorSample) -> None:
    day = whole.etf.dates[-1]
    sectors, groups = whole.sectors.sectors_on(day), whole.sectors.sub_industries_on(day)
    at_home = {groups[ticker] for ticker in sectors if sectors[ticker] == "Health Care"}
    assert len(at_home) == 4
    assert {groups[each] for each in sectors if sectors[each] == "Materials"}.isdisjoint(at_home)
    countries = list(whole.sectors.countries_on(day).values())
    assert (len(countries), countries.count("US")) == (60, 50)
    assert set(countries) == {"US", "CH", "GB", "IE"}
    residuals = np.nan_to_num(whole.truth.residuals - whole.truth.paid)
    members = [ticker for ticker in whole.truth.tickers if sectors[ticker] == "Health Care"]
    rows = residuals[:, [whole.truth.tickers.index(ticker) for ticker in members]]
    together = np.corrcoef(rows.T)
    same = np.equal.outer(*[[groups[ticker] for ticker in members]] * 2)
    others = ~np.eye(len(members), dtype=bool)
    assert together[same & others].mean() > together[~same].mean() + 0.05


def test_statements_are_filed_late_and_corrected(whole: SectorSample) -> None:
    books = whole.fundamentals
    lag = (books.known_from - books.period_end).astype(int) - 1
    again: dict[tuple[str, str], int] = {}
    for row, ticker in enumerate(books.tickers):
        key = ticker, str(books.period_end[row])
        again[key] = again.get(key, 0) + 1
        assert lag[row] >= 30
    assert sorted(again.values())[-3:] == [1, 2, 2]
    assert np.sort(lag)[-3] <= 80
    known = books.known_on("2013-12-31", whole.panel.tickers)
    assert np.isnan(known[:, 4]).sum() == 2 + 3  # no shares stated; gone for 15 months
    assert np.isnan(known[:, 0]).sum() == 3


# What was planted


def test_the_loadings_are_those_of_the_published_tables(whole: SectorSample) -> None:
    # Value from bars and statements alone: shares as filed, in the units of the day's price.
    tickers, close = whole.panel.tickers, on_sessions(whole, "close")
    negative, tried = 0, range(0, len(whole.etf), 20)
    for t in tried:
        day = whole.etf.dates[t]
        ebit, debt, minority, cash, shares = whole.fundamentals.known_on(day, tickers).T
        for place, counted in enumerate(whole.fundamentals.shares_on(day, tickers)):
            # What was filed before the first bar is in the units of the first bar.
            bars, factors = whole.panel.bars[place], whole.panel.factors[place]
            row = np.searchsorted(bars.dates, counted, side="right") - 1
            shares[place] *= factors[max(row, 0)]
        value = close[t] * shares + debt + minority - cash
        negative += int((value <= 0).sum())
        measured = standardised(np.where(value > 0, ebit / np.abs(value), np.nan))
        planted = whole.truth.loadings[t, :, 0]
        traded = np.isfinite(close[t])
        assert (np.isnan(measured) == np.isnan(planted))[traded].all()
        apart = 1e-4 if traded.sum() == np.isfinite(planted + close[t]).sum() else 1
        assert np.nanmax(np.abs(measured - planted)) < apart
    assert negative >= 8


def test_z_scores_by_hand() -> None:
    # 0..4 and one unknown: the quantiles are 0.1 and 3.9, and the mean stays 2.
    values = np.array([0.0, 1.0, 2.0, np.nan, 3.0, 4.0])
    clipped = np.array([0.1, 1.0, 2.0, np.nan, 3.0, 3.9])
    assert standardised(values) == pytest.approx(
        (clipped - 2) / np.nanstd(clipped), nan_ok=True, rel=1e-12
    )
    assert standardised(np.array([5.0, 5.0, 5.0])).tolist() == [0, 0, 0]
    assert np.isnan(standardised(np.full(4, np.nan))).all()


def test_residuals_are_returns_less_beta_times_the_etf(whole: SectorSample) -> None:
    returns, market = on_sessions(whole, "total_returns"), whole.etf.total_returns
    residuals = returns - whole.truth.betas * market[:, None]
    traded = np.isfinite(residuals)
    gap = np.abs(residuals - whole.truth.residuals)[traded]
    # Four decimals of a price of 3.50 are worth 3e-5; the gap's next bar holds eight sessions.
    assert np.sort(gap)[-2] < 1e-4
    assert np.nanmean(whole.truth.betas) == pytest.approx(1, abs=0.1)


def test_premiums_are_paid_on_the_loadings_of_the_day_before(whole: SectorSample) -> None:
    truth = whole.truth
    before = np.nan_to_num(truth.loadings[:-1])
    drift = (truth.premiums[1:, None, :] * before).sum(axis=-1) / YEAR
    gap = truth.paid[1:] - drift
    # What is left is one number a session, asked back in proportion to beta.
    per_beta = gap / truth.betas[1:]
    spread = np.nanmax(per_beta, axis=1) - np.nanmin(per_beta, axis=1)
    assert np.sort(spread)[-3] < 1e-12  # the two sessions of bankruptcy and takeover apart


def test_the_turn_changes_nothing_before_it() -> None:
    straight, turned = (simulated_sector(2, years=3, turn=turn) for turn in (None, 500))
    day = straight.etf.dates[499]
    for one, other in zip(straight.bars, turned.bars, strict=True):
        if one.dates[0] < day and len(one.between(None, day.item())) >= 2:
            assert one.between(None, day.item()) == other.between(None, day.item())
    assert straight.etf != turned.etf or straight.panel.sha256 != turned.panel.sha256
    assert turned.truth.premiums[499].tolist() == [0.04, 0.04]
    assert turned.truth.premiums[500].tolist() == [-0.04, -0.04]


# What can be forecast


def standard_errors(values: list[float]) -> float:
    """Return how many standard errors the mean lies from 0."""
    return float(np.mean(values) / (np.std(values, ddof=1) / np.sqrt(len(values))))


def slopes(sample: SectorSample, of: str, horizon: int = 30) -> Floats:
    """Regress sums of the next sessions on the loadings, pooled, annualised; shape (2,)."""
    truth = sample.truth
    paths = np.cumsum(np.nan_to_num(getattr(truth, of)), axis=0)
    square, product = np.zeros((2, 2)), np.zeros(2)
    for t in range(100, len(paths) - horizon, 5):
        known = np.isfinite(truth.residuals[t : t + horizon + 1]).all(axis=0)
        x = np.nan_to_num(truth.loadings[t, known])
        y = (paths[t + horizon] - paths[t])[known]
        x, y = x - x.mean(axis=0), y - y.mean()
        square, product = square + x.T @ x, product + x.T @ y
    return np.linalg.solve(square, product) * YEAR / horizon


def test_nothing_can_be_forecast_without_a_premium(nulls: list[SectorSample]) -> None:
    assert all((np.nan_to_num(sample.truth.paid) == 0).all() for sample in nulls)
    found = np.array([slopes(sample, "residuals") for sample in nulls])
    assert abs(standard_errors(found[:, 0])) < 3
    assert abs(standard_errors(found[:, 1])) < 3


def test_the_premium_is_earned(nulls: list[SectorSample], paying: list[SectorSample]) -> None:
    # Same shocks, so that noise falls out of the difference.
    earned = np.array(
        [slopes(on, "residuals") - slopes(off, "residuals")
         for on, off in zip(paying, nulls, strict=True)]
    )  # fmt: skip
    paid = np.array([slopes(sample, "paid") for sample in paying])
    assert paid.mean(axis=0)[0] == pytest.approx(0.3, rel=0.1)  # value changes slowly
    assert 0.5 * 0.2 < paid.mean(axis=0)[1] < 0.2  # of momentum a half is left after 30 sessions
    for factor in range(2):
        assert abs(standard_errors((earned - paid)[:, factor].tolist())) < 3
        assert standard_errors(earned[:, factor].tolist()) > 5


def test_neither_night_nor_day_nor_yesterday_tells_anything(nulls: list[SectorSample]) -> None:
    night_day, serial, total = [], [], []
    for sample in nulls:
        close, opened = on_sessions(sample, "close"), on_sessions(sample, "open")
        dividend = on_sessions(sample, "dividend")
        night = (opened[1:] + dividend[1:]) / close[:-1] - 1
        day = (close[1:] - opened[1:]) / close[:-1]
        residuals = sample.truth.residuals[1:]
        night_day.append(correlation(night, day))
        serial.append(correlation(residuals[:-1], residuals[1:]))
        returns = sample.etf.total_returns[1:]
        total.append(correlation(returns[:-1], returns[1:]))
    for found in (night_day, serial, total):
        assert abs(standard_errors(found)) < 3


def correlation(first: Floats, second: Floats) -> float:
    known = np.isfinite(first) & np.isfinite(second)
    # Events apart: a bankruptcy's whole move is its night.
    known &= (np.abs(first) < 0.25) & (np.abs(second) < 0.25)
    return float(np.corrcoef(first[known], second[known])[0, 1])


# What is asked


def test_events_fit_into_the_smallest_market() -> None:
    for seed in range(3):
        sample = simulated_sector(seed, n_stocks=30, years=3)
        assert len(sample.truth.delisted) == 3
        assert all(len(bars) > 100 for bars in sample.bars)
    dates = sessions("XNYS", "2005-01-03", "2008-12-31")[: 3 * YEAR]
    for seed in range(200):
        companies = draw_companies(np.random.default_rng(seed), dates, 30)
        assert (companies.ended - companies.listed > 200).all()
        assert companies.member.any(axis=0).all()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param({"seed": -1}, "seed must not be negative, got -1", id="seed"),
        pytest.param({"n_stocks": 29}, "n_stocks must be >= 30, got 29", id="few"),
        pytest.param({"years": 2}, "years must be from 3 to 30, got 2", id="short"),
        pytest.param({"premium_value": 4.0}, "a premium must be within -1 to 1 a year, got 4.0",
                     id="premium"),
        pytest.param({"premium_momentum": float("nan")}, "got nan", id="nan"),
        pytest.param({"turn": 2268}, "turn must be a session from 0 to 2267, got 2268", id="turn"),
    ],
)  # fmt: skip
def test_refusals(asked: dict[str, float], words: str) -> None:
    with pytest.raises(RequestError, match=words) as raised:
        simulated_sector(**asked)
    assert raised.value.exit_code == 2


def test_thirty_years_go_on_after_today() -> None:
    sample = simulated_sector(n_stocks=30, years=30)
    assert str(sample.etf.dates[-1]) > "2034"
    assert sample.holdings.weights_on("2034-06-30", "SECTOR")
