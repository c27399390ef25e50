"""The panels of a book of several instruments: their texts against the result, and their HTML."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.pages import attribution_rows, holdings_rows
from btplaybook.runners.pages.book_rows import book_panels, exposures
from btplaybook.runners.pages.html import rendered
from btplaybook.runners.pages.panels import as_markup
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.sections.checked_panel import check_panel
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

NASTY = "<script>alert(1)</script>"
TITLES = ["Alpha, beta and skill", "Exposures", "Today's holdings", "Attribution"]


class Spread(PlaybookStrategy):
    """Long the first half of the feeds, short the second, levelled each month; the last hedges."""

    benchmark = "cash"
    params = (("every", "month"), ("rebalance", "on_decision"))

    def target_weights(self):
        half = len(self.datas) // 2
        sides = [1.0] * half + [-1.0] * (len(self.datas) - half)
        return {data: side / half for data, side in zip(self.datas, sides, strict=True)}

    def remarks(self):
        return {
            self.data: {"score": 1234.5, "rank_of_it": 3, "is_new": True, "why": NASTY},
            self.datas[-1]: {"role": "hedge"},
        }


@pytest.fixture(scope="module")
def feeds():
    tables = [sample("simulated", seed=seed) for seed in range(4)]
    cut = [table.between(None, table.dates[199].item()) for table in tables]
    return [
        dataclasses.replace(t, name=name)
        for t, name in zip(cut, ["A", NASTY, "C", "H"], strict=True)
    ]


@pytest.fixture(scope="module")
def result(feeds):
    costs = {"borrow": 0.02, "interest": 0.03, "percent_fee": 0.0005}
    return run(Spread, feeds, strips=False, **costs)


@pytest.fixture(scope="module")
def sector(sector_of):
    market = sector_of(1, n_stocks=30, years=3)
    settings = {"start": "2006-06-01", "names": 25, "cap": 0.3, "weighting": "equal"}
    return run(
        "sector-long-short", [market.etf, *market.panel.bars], strips=False,
        min_dollar_volume=0.0, **settings,
    )  # fmt: skip


def panel(result, title):
    (found,) = (each for each in book_panels(result) if each.title == title)
    return found


def cells(table):
    return {row[0]: dict(zip(table.columns, row[1:], strict=True)) for row in table.rows}


@pytest.mark.parametrize("which", ["result", "sector"])
def test_every_panel_can_be_shown(which, request, undrawn):
    result = request.getfixturevalue(which)
    panels = book_panels(result)
    assert [each.title for each in panels] == TITLES
    names = []
    for each in panels:
        check_panel("book", each)
        names += [chart.picture.name for chart in each.charts]
        page = rendered("panel.html", panel=as_markup(each))
        assert "<script" not in page
        assert not re.search(r">[^<]*\b(nan|inf|None)\b", page)
    assert len(names) == len(set(names)) >= 2
    assert all(name.startswith("book-") for name in names)


def test_a_run_of_one_instrument_has_no_panels(feeds):
    assert book_panels(run("sma-switch", feeds[0], strips=False)) == []


# -- holdings --------------------------------------------------------------------------------------


def test_holdings_are_the_results(result):
    (table,) = panel(result, "Today's holdings").tables
    shown = cells(table)
    assert table.title == f"Close of {result.daily.index[-1].date()}"
    assert list(shown) == [*(each["instrument"] for each in result.holdings), "Cash"]
    first = next(each for each in result.holdings if each["instrument"] == "A")
    assert shown["A"]["Weight"] == f"{100 * first['weight']:.1f}%"
    assert shown["A"]["Days"] == str(first["days"])
    assert shown["A"]["Since"] == first["since"]
    assert shown["A"]["Shares"] == f"{first['shares']:,.2f}"
    assert shown["A"]["Value"] == f"{first['value']:,.0f}"
    assert shown["H"]["Side"] == "short, hedge"
    assert shown["H"]["Shares"].startswith("\N{MINUS SIGN}")
    weights = [
        float(row["Weight"].strip("%").replace("\N{MINUS SIGN}", "-")) for row in shown.values()
    ]
    assert sum(weights) == pytest.approx(100.0, abs=0.3)


def test_remarks_are_columns(result):
    (table,) = panel(result, "Today's holdings").tables
    shown = cells(table)
    assert shown["A"]["Score"] == "1,234.50"
    assert (shown["A"]["Rank of it"], shown["A"]["Is new"], shown["A"]["Why"]) == (
        "3",
        "yes",
        NASTY,
    )
    assert {shown[name]["Score"] for name in ("C", "H", "Cash")} == {""}


def test_words_count_the_sides(result):
    (words,) = panel(result, "Today's holdings").words
    long = sum(each["weight"] for each in result.holdings if each["side"] == "long")
    assert words.startswith(
        f"2 positions long, {100 * long:.1f}% of the account; 2 positions short"
    )


def test_small_positions_are_folded(result, monkeypatch):
    monkeypatch.setattr(holdings_rows, "SHOWN", 3)
    table, rest = panel(result, "Today's holdings").tables
    assert [row[0] for row in table.rows][-1] == "Cash"
    assert (len(table.rows), len(rest.rows)) == (4, 1)
    assert (rest.title, table.folded, rest.folded) == ("1 smaller position", False, True)
    assert rest.caption.startswith("Profit so far is")
    page = rendered(
        "panel.html", panel=as_markup(panel(result, "Today's holdings")._replace(charts=()))
    )
    assert page.count("<details") == page.count("</details>") == 1
    assert "<summary>1 smaller position</summary>" in page


def test_what_is_neither_position_nor_cash_is_a_row(result):
    daily = result.daily.copy()
    daily.loc[daily.index[-1], "cash"] -= 100_000.0
    other = dataclasses.replace(result, daily=daily)
    (table,) = panel(other, "Today's holdings").tables
    assert cells(table)["Margin and the like"]["Value"] == "100,000"


class Idle(Spread):
    def target_weights(self):
        return {}


def test_a_run_that_held_nothing_says_so(feeds):
    idle = run(Idle, feeds, strips=False)
    panels = book_panels(idle)
    assert [each.title for each in panels] == ["Alpha, beta and skill", "Today's holdings"]
    assert panels[1].words == [f"Nothing was held after the close of {idle.window[1]}."]
    for each in panels:
        check_panel("book", each)


# -- attribution -----------------------------------------------------------------------------------


def fraction(text):
    return float(text.strip("%").replace("\N{MINUS SIGN}", "-")) / 100.0


def test_sides_add_up_on_the_page(result):
    table = panel(result, "Attribution").tables[0]
    shown = cells(table)
    assert list(shown) == ["Long", "Short", "Hedge", "Interest on cash", "Total", "Residual"]
    assert table.columns == ("Price", "Dividends", "Borrow", "Commission", "Total", "Money")
    parts = [fraction(shown[name]["Total"]) for name in list(shown)[:4]]
    assert sum(parts) == pytest.approx(fraction(shown["Total"]["Total"]), abs=3e-4)
    assert fraction(shown["Total"]["Total"]) == pytest.approx(
        result.metrics["total_return"], abs=1e-4
    )
    assert shown["Residual"]["Money"] == "0.00"
    assert shown["Short"]["Borrow"].startswith("\N{MINUS SIGN}")


def test_a_side_that_was_never_held_is_left_out(sector):
    shown = cells(panel(sector, "Attribution").tables[0])
    assert list(shown) == ["Long", "Hedge", "Total", "Residual"]


def test_a_short_list_of_names_is_one_table(result):
    _, names = panel(result, "Attribution").tables
    by_name = [each["instrument"] for each in result.attribution["by_name"]]
    assert [row[0] for row in names.rows] == [name for name in by_name if name != "H"]
    (chart,) = panel(result, "Attribution").charts
    assert list(chart.picture.series["profit"]) == [row[0] for row in names.rows]


def test_of_a_long_list_the_best_and_the_worst_are_shown(sector):
    names = [each["instrument"] for each in sector.attribution["by_name"]]
    by_name = [name for name in names if name != "SECTOR"]
    assert len(names) == len(by_name) + 1
    assert len(by_name) > 2 * attribution_rows.AT_EACH_END
    _, best, between, worst = panel(sector, "Attribution").tables
    assert [row[0] for row in best.rows] == by_name[:10]
    assert [row[0] for row in worst.rows] == by_name[-10:]
    assert [row[0] for row in between.rows] == by_name[10:-10]
    assert [table.folded for table in (best, between, worst)] == [False, True, False]
    (chart,) = panel(sector, "Attribution").charts
    assert list(chart.picture.series["profit"]) == by_name[:5] + by_name[-5:]


@pytest.mark.parametrize("total", [1000.0, -1000.0])
def test_shares_of_the_profit_are_shown_where_there_is_one(result, total):
    share = None if total < 0.0 else 0.25
    names = [{**each, "share": share} for each in result.attribution["by_name"]]
    changed = dataclasses.replace(result, attribution={**result.attribution, "by_name": names})
    _, table = panel(changed, "Attribution").tables
    assert ("Of the profit" in table.columns) == (total > 0.0)
    if share:
        assert {row[-1] for row in table.rows} == {"25.0%"}


# -- exposures and skill ---------------------------------------------------------------------------


def test_exposures_are_series_by_day(result, sector):
    assert list(exposures(result)) == ["gross", "net"]
    assert list(exposures(sector)) == ["gross", "net", "beta", "target"]
    for values in exposures(sector).values():
        assert isinstance(values, pd.Series)
        assert values.index.equals(sector.daily.index)
    rows = cells(panel(sector, "Exposures").tables[0])
    gross, last = sector.daily["gross"], str(sector.daily.index[-1].date())
    assert rows["Gross"][last] == f"{100 * gross.iloc[-1]:.1f}%"
    assert rows["Gross"]["Mean"] == f"{100 * gross.mean():.1f}%"
    assert rows["Target beta"] == dict.fromkeys((last, "Mean", "Least", "Most"), "0.000")
    beta = sector.sections["sector"].measured.kept.book.beta["ex_ante"]
    assert float(rows["Beta, ex ante"]["Most"]) == pytest.approx(beta.max(), abs=5e-4)


def test_estimates_stand_with_their_errors(sector):
    rows = cells(panel(sector, "Alpha, beta and skill").tables[0])
    found, skill = sector.relative, sector.sections["sector"].measured["skill_by_horizon"]
    assert fraction(rows["Alpha a year"]["Estimate"]) == pytest.approx(found["alpha"], abs=5e-5)
    assert fraction(rows["Alpha a year"]["Standard error"]) == pytest.approx(
        found["alpha_error"], abs=5e-5
    )
    assert rows["Beta"]["Standard error"] == f"{found['beta_error']:.3f}"
    for horizon in ("30", "60"):
        row = rows[f"Mean rank IC, {horizon} sessions ahead"]
        assert row["Standard error"] == f"{skill[horizon]['standard_error']:.3f}"
        assert row["t"].lstrip("\N{MINUS SIGN}") == f"{abs(skill[horizon]['t_statistic']):.1f}"
    (words,) = panel(sector, "Alpha, beta and skill").words
    assert words.startswith(f"To {found['to']}, from {found['days']:,} daily returns.")
    assert "over what cash earned" in words


def test_without_alpha_and_forecasts_there_is_no_panel(result):
    bare = dataclasses.replace(result, relative=None)
    assert [each.title for each in book_panels(bare)] == TITLES[1:]


def test_alpha_over_a_benchmark_with_risk_is_not_over_cash(result, feeds):
    held = run(Spread, feeds, strips=False, benchmark="C")
    (words,) = panel(held, "Alpha, beta and skill").words
    assert words.startswith("To C, from")
    assert "cash" not in words


def test_gaps_in_a_beta_are_kept(sector):
    book = sector.sections["sector"].measured.kept.book
    beta = book.beta.assign(ex_ante=np.nan, target=np.nan)
    measured = sector.sections["sector"].measured
    changed = type(measured)(measured, book=dataclasses.replace(book, beta=beta))
    shown = {"sector": sector.sections["sector"]._replace(measured=changed)}
    found = panel(dataclasses.replace(sector, sections=shown), "Exposures")
    assert [chart.picture.name for chart in found.charts] == ["book-exposures"]
    assert set(cells(found.tables[0])["Beta, ex ante"].values()) == {"\N{EN DASH}"}
