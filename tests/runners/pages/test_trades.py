"""The section of trades: its figures, and which round trips it shows."""

import re
from dataclasses import replace
from html import unescape
from types import SimpleNamespace

import pandas as pd
import pytest

from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.pages.trades import AT_EACH_END, Cell, trades
from btplaybook.runners.runs.labels.figures import FIGURES
from btplaybook.runners.runs.labels.formats import NONE, percent
from btplaybook.runners.runs.run import run


@pytest.fixture(scope="module")
def result(simulated):
    return run("sma-switch", simulated, period=5, slippage_bps=2, strips=False)


@pytest.fixture(scope="module")
def many(result):
    """More round trips than are shown: those of the run several times over, the open one last."""
    table = result.round_trips
    times = 2 * AT_EACH_END // len(table) + 2
    longer = pd.concat([table.iloc[:-1]] * times + [table.iloc[-1:]], ignore_index=True)
    return replace(result, round_trips=longer)


def section(result):
    """Return what is shown, and the section as text without tags."""
    return trades(result), re.sub(r"<[^>]*>", "|", markup(result))


def markup(result):
    """Return the section of the page."""
    return re.search(r'<section id="trades">.*?</section>', tearsheet(result), re.S)[0]


def rows(section):
    """Return the rows of the table of round trips as texts."""
    body = re.search(r'<table class="trips.*?<tbody>(.*?)</tbody>', section, re.S)[1]
    return [
        [unescape(text) for text in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr.*?</tr>", body, re.S)
    ]


def test_the_oldest_and_the_newest_are_shown_and_the_rest_is_counted(many):
    table = many.round_trips
    total = len(table)
    assert total > 2 * AT_EACH_END
    shown, text = section(many)
    assert len(shown.trips) == 2 * AT_EACH_END
    assert (shown.left_out, shown.total) == (total - 2 * AT_EACH_END, total)
    assert f"the {2 * AT_EACH_END} oldest and newest of {total:,}; all are in round_trips" in text
    kept = [*range(AT_EACH_END), *range(total - AT_EACH_END, total)]
    assert [trip.cells[1].text for trip in shown.trips] == [
        str(table["entry_date"].iloc[place].date()) for place in kept
    ]
    assert [trip.is_open for trip in shown.trips] == [False] * (2 * AT_EACH_END - 1) + [True]
    assert shown.trips[-1].cells[3] == Cell("open")


def test_a_list_of_twice_as_many_is_shown_whole(many):
    shown, text = section(replace(many, round_trips=many.round_trips.head(2 * AT_EACH_END)))
    assert (len(shown.trips), shown.left_out) == (2 * AT_EACH_END, 0)
    assert "all are in" not in text


def test_a_row_has_the_texts_of_a_round_trip_and_the_numbers_that_sort_it(result):
    shown, part = trades(result), markup(result)
    found = rows(part)
    assert len(found) == len(result.round_trips) == len(shown.trips)
    trip = result.round_trips.iloc[0]
    assert found[0] == [
        f"{'Long' if trip['side'] > 0 else 'Short'} {result.name_of(trip['instrument'])}",
        *(cell.text for cell in shown.trips[0].cells),
    ]
    assert found[0][-3:] == [percent(trip[name]) for name in ("return", "mae", "mfe")]
    numbers = re.findall(r'data-value="([^"]*)"', part)
    names = ("size", "entry_price", "exit_price", "bars", "net", "return", "mae", "mfe")
    assert [float(text) for text in numbers[: len(names)]] == pytest.approx(
        [trip[name] for name in names], rel=1e-5
    )
    assert part.count('<tr class="open">') == result.round_trips["open"].sum() == 1


def test_a_number_that_does_not_exist_sorts_as_none(result):
    unknown = result.round_trips.head(1).assign(mae=float("nan"))
    part = markup(replace(result, round_trips=unknown))
    assert part.count('data-value=""') == 1
    assert rows(part)[0][-2] == NONE


def test_every_figure_is_on_the_page_by_its_label_and_format(result):
    _, text = section(result)
    for key, value in result.trade_figures.items():
        figure = FIGURES[f"trades.{key}"]
        assert figure.show(value) in text, key
        assert figure.label.removesuffix(", of the entry's value") in text, key


def test_a_strategy_that_levels_its_positions_is_told_so(result, simulated):
    assert not trades(result).levelled
    levelled = run("sma-switch", simulated, period=50, rebalance="daily", strips=False)
    shown, text = section(levelled)
    assert shown.levelled
    assert "read the figures of positions too" in text


def test_names_are_escaped(result):
    nasty = result.round_trips.assign(instrument="<script>")
    page = markup(replace(result, round_trips=nasty))
    assert "<script>" not in page
    assert "Long &lt;script&gt;" in page


def test_a_run_without_trades_has_no_section(result):
    none = SimpleNamespace(round_trips=result.round_trips.head(0), trade_figures={"count": 0})
    assert trades(none) is None
