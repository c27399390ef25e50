"""Sector books as members: one is its own run, two are the ledger of what each of them wants."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.plans.input_files import of_market, of_markets
from btplaybook.runners.runs.book.book import Book, Member
from btplaybook.runners.runs.run import run

NAME = "sector-long-short"
COSTS = {"percent_fee": 0.0005, "strips": False, "figures_only": True}
FEE = COSTS["percent_fee"]


@pytest.fixture(scope="module")
def markets(sector_of):
    """Two sectors of 30 stocks over three years; in both a held stock is delisted."""
    found = []
    for seed, prefix in ((4, ""), (11, "B")):
        found.append(sector_of(seed, n_stocks=30, years=3, prefix=prefix))
    return found


@pytest.fixture(scope="module")
def alone(markets):
    """Each sector run on its own with costs, and with all of its sections."""
    bars = [of_market(market) for market in markets]
    return [
        run(NAME, each.bars, inputs=each.inputs, percent_fee=FEE, strips=False) for each in bars
    ]


@pytest.fixture(scope="module")
def both(markets):
    """The two sectors in one account, with equal weights."""
    members = [Member(NAME, market.bars, name=market.etf.name) for market in markets]
    inputs = of_markets(markets).inputs
    return Book(members).run(inputs=inputs, percent_fee=FEE, strips=False)


@pytest.mark.parametrize(
    "settings",
    [{}, {"whole_shares": True, "borrow": 0.01, "fill": "next_open", "start": "2007-02-12"}],
    ids=["as it is", "whole shares at the open from a day within a month"],
)
def test_one_sector_of_weight_1_is_its_own_run(markets, alone, settings):
    bars, inputs = of_market(markets[0])
    given = {**COSTS, **settings, "inputs": inputs}
    own = run(NAME, bars, **given) if settings else alone[0]
    book = Book([Member(NAME, bars, weight=1.0)], weights="fixed").run(**given)
    assert (own.trades["moment"] == "settled").any()
    np.testing.assert_array_equal(book.equity, own.equity)
    pd.testing.assert_frame_equal(book.trades, own.trades)
    assert book.benchmark_name == own.benchmark_name == "cash"


def test_the_first_decision_is_the_one_in_force_when_the_account_opens(markets):
    """Those of the warm-up do not count, as on the page of the sector's own run."""
    bars, inputs = of_market(markets[0])
    given = {"start": "2007-02-12", "inputs": inputs, "strips": False}
    own = run(NAME, bars, **given).sections["sector"].measured["decisions"][0]["date"]
    book = Book([Member(NAME, bars, weight=1.0)], weights="fixed").run(**given)
    (member,) = book.sections["book"].measured["members"]
    assert member["first_decision"] == str(own) == "2007-01-31"


def test_two_halves_of_one_sector_send_the_orders_of_one(markets, alone):
    bars, inputs = of_market(markets[0])
    halves = [Member(NAME, bars, name=name, weight=0.5) for name in ("one", "other")]
    book = Book(halves, weights="fixed").run(inputs=inputs, **COSTS)
    np.testing.assert_allclose(book.equity, alone[0].equity, rtol=1e-9)
    assert len(book.trades) == len(alone[0].trades)


def ledger_of(markets, alone, cash=1e6):
    """Return the equity of half of what each sector wants: a ledger of shares and cash."""
    tables = [table for market in markets for table in market.bars]
    names = [table.name for table in tables]
    dates = np.unique(np.concatenate([table.dates for table in tables]))
    closes = np.column_stack(
        [pd.Series(t.close, t.dates).reindex(dates).to_numpy() for t in tables]
    )
    paid = np.column_stack(
        [pd.Series(t.dividend, t.dates).reindex(dates).fillna(0.0).to_numpy() for t in tables]
    )
    trades = ~np.isnan(closes)
    last = pd.DataFrame(closes).ffill().fillna(0.0).to_numpy()
    wanted, settled = {}, {}
    for market, result in zip(markets, alone, strict=True):
        kept = result.sections["sector"].measured
        trims = {trim["date"] for trim in kept["trims"]}
        for day, rows in result.decisions.groupby("date"):
            of = wanted.setdefault(np.datetime64(day, "D"), {})
            weights = dict(zip(rows["instrument"], rows["weight"], strict=True))
            fund = market.etf.name
            of |= {fund: weights[fund]} if str(day)[:10] in trims else weights
        for gone in kept["settlements"]:
            settled.setdefault(np.datetime64(gone["date"]), []).append(gone["ticker"])
    shares, waits, equity = np.zeros(len(names)), set(), []
    for row, day in enumerate(dates):
        cash += float(shares @ paid[row])
        for ticker in settled.get(day, ()):
            place = names.index(ticker)
            cash += shares[place] * last[row, place] - FEE * abs(shares[place] * last[row, place])
            shares[place] = 0.0
            waits.discard(place)
        orders = {names.index(name): weight for name, weight in wanted.get(day, {}).items()}
        waits |= {place for place, weight in orders.items() if shares[place] and not weight}
        orders |= dict.fromkeys(waits, 0.0)
        value = cash + float(shares @ last[row])
        for place, weight in orders.items():
            if not trades[row, place]:
                continue
            waits.discard(place)
            traded = 0.5 * weight * value / last[row, place] - shares[place]
            cash -= traded * last[row, place] + FEE * abs(traded) * last[row, place]
            shares[place] += traded
        equity.append(cash + float(shares @ last[row]))
    return pd.Series(equity, pd.DatetimeIndex(dates))


def test_two_sectors_are_the_ledger_of_half_of_what_each_wants(markets, alone, both):
    kept = [result.sections["sector"].measured for result in alone]
    assert all(len(each["settlements"]) for each in kept)
    assert sum(len(each["trims"]) for each in kept) > 0
    mine = ledger_of(markets, alone)
    np.testing.assert_allclose(both.equity, mine.reindex(both.equity.index), rtol=1e-9)
    settled = both.trades[both.trades["moment"] == "settled"]
    assert {*settled["instrument"]} == {
        gone["ticker"] for each in kept for gone in each["settlements"]
    }


def test_the_members_parts_are_those_of_their_own_instruments(markets, both):
    members = {each["name"]: each for each in both.sections["book"].measured["members"]}
    totals = {
        row["instrument"]: row["price"] + row["dividends"] for row in both.attribution["by_name"]
    }
    for market in markets:
        mine = sum(totals.get(table.name, 0.0) for table in market.bars)
        part = members[market.etf.name]["contribution"]["return"]
        assert part == pytest.approx(mine / 1e6, abs=1e-9)


def test_the_table_of_sectors_says_what_each_says_of_itself(alone, both):
    book = both.sections["book"].measured
    for row, own in zip(book["sectors"], alone, strict=True):
        told = own.sections["sector"].measured
        assert row["fund"] == told["fund"]
        assert row["total_return"] == own.metrics["total_return"]
        assert row["sharpe_band"] == own.metrics["sharpe_band"]
        assert row["beta"] == told["neutrality"]["realised"]["beta"]
        assert (row["mean_ic"], row["judged"]) == (told["skill"]["mean"], told["skill"]["judged"])
        assert row["fallback"] == told["fallback"]["share_of_days"]
        assert row["turnover"] == sum(told["turnover"].values())
        assert row["settlements"] == len(told["settlements"])
    parts = [row["contribution"] for row in book["sectors"]] + [book["costs"]["contribution"]]
    assert sum(part["return"] for part in parts) == pytest.approx(both.metrics["total_return"])
    assert sum(part["risk"] for part in parts) == pytest.approx(both.metrics["volatility"])
    page = tearsheet(both)
    assert "beta to its fund" in page
    assert f"SECTOR ({book['sectors'][0]['fund']})" in page
    assert "Days on the same side" not in page
    assert book["names"] == ["SECTOR", "BSECTOR"]


def test_a_sector_stands_beside_a_strategy_that_holds_its_fund(markets):
    bars, inputs = of_market(markets[0])
    members = [Member(NAME, bars, name="sector"), Member("sma-switch", bars[0], name="fund")]
    result = Book(members).run(inputs=inputs, **COSTS)
    assert result.benchmark_name == bars[0].name
    ends = {table.name: str(table.dates[-1]) for table in bars}
    assert {data["name"]: data["last"] for data in result.data} == ends
    short = bars[0].between(None, bars[0].dates[-40].item())
    cut = Book([Member(NAME, [short, *bars[1:]], name="sector")]).run(inputs=inputs, **COSTS)
    assert cut.window[1] == str(short.dates[-1])


def test_a_fund_that_is_none_of_the_members_instruments_is_named(markets):
    bars, inputs = of_market(markets[0])
    wrong = Book([Member(NAME, bars, {"etf": "XLV"}, name="health")])
    with pytest.raises(ParameterError, match="'health': etf 'XLV' is none of its instruments"):
        wrong.run(**COSTS)
    renamed = dataclasses.replace(bars[0], name="XLV")
    other = Book([Member(NAME, [renamed, *bars[1:]], name="health")])
    with pytest.raises(ValueError, match="no holdings of 'XLV'"):
        other.run(inputs=inputs, **COSTS)


def test_a_book_of_sectors_passes_its_audit(markets):
    first = [market.bars[0].dates[330].item() for market in markets]
    members = []
    for market, day in zip(markets, first, strict=True):
        bars = [table.between(None, day) for table in market.bars if table.dates[1].item() < day]
        members.append(Member(NAME, bars[:12], name=market.etf.name))
    found = Book(members).audit(cuts=1)
    assert found.passed, found


def test_alpha_and_beta_are_to_the_mean_of_the_funds(markets, both, alone):
    """By NumPy's own regression on the mean of the funds' returns; page and run.json say so."""
    funds = [market.etf for market in markets]
    names = [fund.name for fund in funds]
    days = both.returns.index
    held = [
        pd.Series((fund.close[1:] + fund.dividend[1:]) / fund.close[:-1] - 1.0, fund.dates[1:])
        for fund in funds
    ]
    mean = np.mean([each.reindex(days).to_numpy() for each in held], axis=0)
    slope, intercept = np.polyfit(mean, both.returns.to_numpy(), 1)
    assert both.relative["to_mean_of"] == names
    assert both.relative["to"] == f"the mean of {', '.join(names)}"
    assert both.relative["beta"] == pytest.approx(slope, rel=1e-9)
    assert both.relative["alpha"] == pytest.approx(intercept * 252, rel=1e-9)
    assert f"to the mean of {', '.join(names)}" in tearsheet(both)
    assert [each.relative["to"] for each in alone] == names
    assert all("to_mean_of" not in each.relative for each in alone)
