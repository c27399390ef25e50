"""The section of trades: its figures, and which round trips it shows."""

import re
from types import SimpleNamespace

import pytest

from btplaybook.runners.pages.html import rendered
from btplaybook.runners.pages.trades import AT_EACH_END, trades
from btplaybook.runners.runs.labels.figures import FIGURES
from btplaybook.runners.runs.run import run


@pytest.fixture(scope="module")
def result(simulated):
    return run("sma-switch", simulated, period=5, slippage_bps=2, strips=False)


def section(result):
    """Return the section as text without tags."""
    shown = trades(result)
    page = rendered("trades.html", trades=shown, pictures={"switches": ""})
    return shown, re.sub(r"<[^>]*>", "|", page)


def test_the_first_and_the_last_are_shown_and_the_rest_is_counted(result):
    total = len(result.round_trips)
    assert total > 3 * AT_EACH_END
    shown, text = section(result)
    assert (len(shown.first), len(shown.last)) == (AT_EACH_END, AT_EACH_END)
    assert shown.left_out == total - 2 * AT_EACH_END
    assert f"{shown.left_out} more; all {total} are in round_trips.parquet" in text
    oldest, newest = result.round_trips.iloc[0], result.round_trips.iloc[-1]
    assert shown.first[0].entered == str(oldest["entry_date"].date())
    assert shown.last[-1].entered == str(newest["entry_date"].date())
    assert [trip.is_open for trip in shown.last] == [False] * (AT_EACH_END - 1) + [True]
    assert shown.last[-1].left == "open"


def test_a_short_list_is_shown_whole(result):
    few = SimpleNamespace(
        round_trips=result.round_trips.head(2 * AT_EACH_END), trade_figures=result.trade_figures
    )
    shown, text = section(few)
    assert (len(shown.first), shown.last, shown.left_out) == (2 * AT_EACH_END, [], 0)
    assert "more; all" not in text


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
    shown = trades(SimpleNamespace(round_trips=nasty, trade_figures=result.trade_figures))
    page = rendered("trades.html", trades=shown, pictures={"switches": ""})
    assert "<script>" not in page
    assert "Long &lt;script&gt;" in page


def test_a_run_without_trades_has_no_section(result):
    none = SimpleNamespace(round_trips=result.round_trips.head(0), trade_figures={"count": 0})
    assert trades(none) is None
