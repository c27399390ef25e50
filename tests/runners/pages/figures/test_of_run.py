"""Figures of a run: what is drawn, and that nothing of matplotlib's state is touched."""

from dataclasses import replace

import backtrader as bt
import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib._pylab_helpers import Gcf
from matplotlib.colors import to_hex
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from btplaybook.feeds.samples import sample
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.figures.accounts import drawdown, monthly_returns
from btplaybook.runners.pages.figures.prices import marks_of, spans_of
from btplaybook.runners.runs.labels.colours import ACCENT, BENCHMARK, GAIN, LOSS
from btplaybook.runners.runs.recorded.recorder import Recorder
from btplaybook.runners.runs.recorded.result import recorded
from btplaybook.runners.runs.returns_alone import report
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

KINDS = ("growth", "drawdown", "price", "years", "months")


@pytest.fixture(scope="module")
def usual():
    """Two years of the switch."""
    return run("sma-switch", sample("sp500", end="2001-06-29"), period=50, strips=False)


class Pair(PlaybookStrategy):
    """Long one and short the other, turned every thirty bars, flat on some."""

    title = "$Pair$"

    def target_weights(self):
        turn = len(self.data) // 30 % 3 - 1
        return {self.data: 0.5 * turn, self.data1: -0.4 * turn}

    def plot_lines(self):
        return {"_hidden": self.data.high, "$low$": self.data1.low}


@pytest.fixture(scope="module")
def pair():
    """A year of two feeds."""
    feeds = [sample("simulated", seed=seed, end="2006-01-31") for seed in (0, 1)]
    named = [replace(bars, name=f"F{k}", title=f"Feed {k}") for k, bars in enumerate(feeds)]
    return run(Pair, named, strips=False)


def png(figure):
    return figure._repr_png_()


def line(axes, label):
    """The y values of a line by its label."""
    (found,) = [each for each in axes.lines if each.get_label() == label]
    return np.asarray(found.get_ydata(), dtype=float)


# -- matplotlib's state ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_belongs_to_nobody_s_pyplot_and_leaves_the_settings(usual, kind, tmp_path):
    before = dict(matplotlib.rcParams)
    figure = usual.plot(kind)
    assert isinstance(figure, Figure)
    assert figure.get_suptitle() == "SMA switch on S&P 500"
    figure.savefig(tmp_path / "one.png")
    figure.savefig(tmp_path / "one.svg")
    assert (tmp_path / "one.png").stat().st_size > 5_000
    assert "<svg" in (tmp_path / "one.svg").read_text(encoding="utf-8")
    assert not Gcf.figs
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_user_s_settings_change_no_pixel(usual, kind):
    plain = png(usual.plot(kind))
    own = {
        "lines.linewidth": 9.0, "axes.facecolor": "black", "xtick.labelsize": 30,
        "ytick.color": "red", "font.family": "monospace", "text.color": "red", "axes.grid": False,
        "grid.color": "red", "legend.fontsize": 30, "figure.facecolor": "black",
    }  # fmt: skip
    with matplotlib.rc_context(own):
        assert png(usual.plot(kind)) == plain
        assert matplotlib.rcParams["lines.linewidth"] == 9.0


def test_a_notebook_shows_a_figure_once(usual):
    formatters = pytest.importorskip("IPython.core.formatters")
    data, _ = formatters.DisplayFormatter().format(usual.plot())
    assert set(data) == {"image/png", "text/plain"}
    assert data["image/png"][:4] == b"\x89PNG"


# -- growth and drawdown -----------------------------------------------------------------------


def test_growth_stands_above_drawdown_beside_the_benchmark(usual):
    upper, lower = usual.plot().axes
    ours, theirs = upper.lines
    assert [each.get_label() for each in (ours, theirs)] == ["SMA switch", "Hold S&P 500"]
    assert [to_hex(each.get_color()) for each in (ours, theirs)] == [ACCENT, BENCHMARK]
    assert ours.get_zorder() > theirs.get_zorder()
    equity = usual.equity.to_numpy()
    np.testing.assert_allclose(ours.get_ydata(), equity / equity[0], rtol=1e-12)
    held = np.cumprod(1.0 + usual.daily["benchmark_return"].fillna(0.0).to_numpy())
    np.testing.assert_allclose(theirs.get_ydata(), held, rtol=1e-12)
    assert upper.get_yscale() == "log"
    lost = line(lower, "SMA switch")
    np.testing.assert_allclose(lost, equity / np.maximum.accumulate(equity) - 1.0, atol=1e-12)
    assert lost.min() == pytest.approx(usual.metrics["max_drawdown"], rel=1e-9)


def test_without_benchmark_and_without_logarithm(usual):
    figure = usual.plot("growth", log=False, benchmark=False)
    upper, lower = figure.axes
    assert upper.get_yscale() == "linear"
    assert [each.get_label() for each in upper.lines] == ["SMA switch"]
    assert len(usual.plot("drawdown").axes) == 1
    assert len(lower.lines) == 2  # the account, and the line at zero


def test_the_line_of_a_ruined_account_ends_on_a_logarithmic_scale():
    bars = sample("sp500", end="2001-12-31")
    result = run("sma-switch", bars, period=20, strips=False, cash=1, min_fee=0.05)
    assert result.metrics["ruined_on"]
    drawn = line(result.plot().axes[0], "SMA switch")
    assert 1 < len(drawn) < len(result.daily)
    assert (drawn > 0).all()
    assert len(line(result.plot(log=False).axes[0], "SMA switch")) == len(result.daily)


@given(st.lists(st.floats(0.01, 100.0), min_size=1, max_size=40))
def test_drawdown_lies_between_minus_one_and_zero_and_is_zero_at_a_high(values):
    wealth = pd.Series(values)
    lost = drawdown(wealth)
    assert ((lost > -1.0) & (lost <= 0.0)).all()
    assert lost[wealth.idxmax()] == 0.0
    np.testing.assert_allclose(drawdown(3.0 * wealth), lost, atol=1e-12)


def test_deposits_are_no_growth():
    class Saver(bt.Strategy):
        def next(self):
            if len(self) == 20:
                self.broker.add_cash(50_000.0)
            if len(self) == 30:
                self.order_target_percent(target=0.5)

    cerebro = bt.Cerebro()
    frame = sample("simulated", end="2005-06-30").frame()
    cerebro.adddata(bt.feeds.PandasData(dataname=frame), name="ONE")
    cerebro.addstrategy(Saver)
    cerebro.addanalyzer(Recorder)
    (ran,) = cerebro.run()
    result = recorded(ran)
    drawn = line(result.plot().axes[0], "Saver")
    assert drawn[25] == pytest.approx(1.0)
    assert drawn[-1] == pytest.approx(np.prod(1.0 + result.returns), rel=1e-12)


# -- years and months --------------------------------------------------------------------------


def test_years_stand_side_by_side_with_the_benchmark(usual):
    (axes,) = usual.plot("years").axes
    ours, theirs = axes.containers
    yearly = (1.0 + usual.returns).groupby(usual.returns.index.year).prod() - 1.0
    np.testing.assert_allclose([bar.get_height() for bar in ours], yearly, atol=1e-12)
    market = usual.daily["benchmark_return"].iloc[1:]
    held = (1.0 + market).groupby(market.index.year).prod() - 1.0
    np.testing.assert_allclose([bar.get_height() for bar in theirs], held, atol=1e-12)
    assert len(usual.plot("years", benchmark=False).axes[0].containers) == 1


def test_months_are_compounded_and_missing_ones_are_empty(usual):
    table = monthly_returns(usual.returns)
    assert list(table.index) == [1999, 2000, 2001]
    assert list(table.columns) == list(range(1, 13))
    oracle = (1.0 + usual.returns).resample("ME").prod() - 1.0
    np.testing.assert_allclose(table.stack().dropna(), oracle, atol=1e-12)
    assert table.loc[2001, 7:].isna().all()
    (axes,) = usual.plot("months").axes
    assert len(axes.texts) == len(oracle)
    assert axes.texts[0].get_text() == f"{100.0 * oracle.iloc[0]:.1f}"


# -- prices ------------------------------------------------------------------------------------

DAYS = pd.date_range("2020-01-06", periods=6)


@pytest.mark.parametrize(
    ("held", "spans"),
    [
        pytest.param([0, 1, 1, 0, 0, 0], [(1, 1, 3)], id="held and sold"),
        pytest.param([1, 1, -1, -1, 0, 0], [(1, 0, 2), (-1, 2, 4)], id="a flip"),
        pytest.param([0, 0, 0, 0, 2, 2], [(1, 4, 5)], id="held to the end"),
        pytest.param([0, 0, 0, 0, 0, 2], [], id="bought at the last close"),
        pytest.param([3, 1, 2, 0, 1, 0], [(1, 0, 3), (1, 4, 5)], id="sizes do not matter"),
        pytest.param([0] * 6, [], id="never"),
    ],
)
def test_spans_of_holdings(held, spans):
    found = spans_of(pd.Series(held, DAYS, dtype=float))
    assert found == [(side, DAYS[first], DAYS[until]) for side, first, until in spans]


def test_no_bars_have_no_spans():
    assert spans_of(pd.Series([], pd.DatetimeIndex([]), dtype=float)) == []


def test_marks_are_fills_that_turn_a_position():
    sizes = [10.0, 5.0, -15.0, -4.0, 8.0, -4.0]
    trades = pd.DataFrame({"date": DAYS, "instrument": "A", "size": sizes, "price": 1.0})
    marks = marks_of(trades, "A")
    places = [list(each.index) for each in marks]
    assert places == [[0, 4], [3], [2, 5]]
    assert [len(each) for each in marks_of(trades, "B")] == [0, 0, 0]


def test_prices_are_shaded_where_they_were_held(usual):
    (axes,) = usual.plot("price").axes
    bars = usual.bars[0]
    np.testing.assert_array_equal(line(axes, "close"), bars.close)
    np.testing.assert_allclose(line(axes, "SMA 50"), usual.lines["SP500"]["SMA 50"])
    shaded = {each.get_label(): each for each in axes.collections}
    assert set(shaded) == {"held long", "held short"}
    for label, colour, sign in (("held long", GAIN, 1), ("held short", LOSS, -1)):
        assert to_hex(shaded[label].get_facecolor()[0]) == colour
        spans = [path.get_extents() for path in shaded[label].get_paths()]
        days = date2num(usual.daily.index)
        inside = np.array([any(s.x0 <= day < s.x1 for s in spans) for day in days[:-1]])
        np.testing.assert_array_equal(inside, (usual.daily["sign"] == sign).to_numpy()[:-1])
    marks = sum(len(line(axes, label)) for label in ("buy", "sell short"))
    assert marks == len(usual.trades) == usual.metrics["switches"] + 1


def test_prices_of_each_feed_by_name_and_by_title(pair):
    first, named, titled = (pair.plot("price", feed) for feed in (None, "F1", "Feed 1"))
    assert png(named) == png(titled) != png(first)
    assert named.get_suptitle() == "$Pair$: Feed 1"
    (axes,) = first.axes
    np.testing.assert_array_equal(line(axes, "close"), pair.bars[0].close)
    np.testing.assert_array_equal(line(axes, " _hidden"), pair.bars[0].high)
    told = [text.get_text() for text in axes.get_legend().get_texts()]
    assert " _hidden" in told
    assert "exit" in told
    (axes,) = named.axes
    texts = axes.get_legend().get_texts()
    assert "$low$" in [text.get_text() for text in texts]
    assert not any(text.get_parse_math() for text in texts)


def test_prices_begin_with_the_account_and_are_logarithmic_if_they_go_far():
    whole = sample("simulated", end="2007-12-31")
    result = run("sma-switch", whole, period=20, start="2007-01-03", strips=False)
    (axes,) = result.plot("price").axes
    assert len(line(axes, "close")) == len(result.daily)
    assert axes.get_yscale() == "linear"
    assert result.plot("price", log=True).axes[0].get_yscale() == "log"
    far = replace(whole, **{n: getattr(whole, n) * np.geomspace(1, 9, len(whole))
                            for n in ("open", "high", "low", "close")})  # fmt: skip
    grown = run("sma-switch", far, period=20, strips=False)
    assert grown.plot("price").axes[0].get_yscale() == "log"


def test_a_line_at_zero_is_left_out_of_a_logarithmic_scale():
    class Below(bt.Strategy):
        def plot_lines(self):
            return {"below": np.linspace(-100.0, 2_000.0, len(self.data))}

    result = run(Below, sample("sp500", end="2000-01-31"), strips=False)
    drawn = line(result.plot("price", log=True).axes[0], "below")
    assert np.isnan(drawn[0])
    assert drawn[-1] == 2_000.0


# -- what cannot be drawn ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"kind": "grwth"}, r"growth, drawdown, price, years, months, got 'grwth'; did you mean"),
        ({"kind": None}, "draws growth, drawdown, price, years, months, got None"),
        ({"kind": "price", "feed": "F3"}, r"no feed 'F3'; did you mean .*; the feeds are F0, F1"),
        ({"kind": "price", "feed": 1}, "there is no feed 1; the feeds are F0, F1"),
        ({"kind": "years", "feed": "F0"}, r"feed is for plot\('price'\), and this is plot\('years"),
        ({"kind": "months", "log": True}, r"log is for growth and price, and this is plot\('month"),
    ],
)
def test_a_bad_argument_is_one_line_with_what_there_is(pair, asked, words):
    with pytest.raises(ParameterError, match=words) as caught:
        pair.plot(**asked)
    assert "\n" not in str(caught.value)


def test_a_report_of_returns_has_figures_but_no_prices():
    days = pd.date_range("2020-01-01", periods=300, freq="B")
    result = report(pd.Series(np.sin(np.arange(300)) / 100, days, name="My fund"))
    for kind in ("growth", "drawdown", "years", "months"):
        assert result.plot(kind).get_suptitle() == "My fund"
    assert [each.get_label() for each in result.plot().axes[0].lines] == ["My fund"]
    with pytest.raises(ParameterError, match="My fund has no prices, only returns"):
        result.plot("price")
