"""A caller's own sections and analyzers: figures in run.json and a panel on the page."""

import json
import re

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from btplaybook import Chart, Measured, Panel, Table, run, sample, write_run
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.draw import draw
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.runs.sections.pictures import Curves
from btplaybook.strategies.sma_switch import SmaSwitch

pytestmark = pytest.mark.usefixtures("undrawn")

BARS = sample("sp500", start="2016-01-04", end="2016-12-30")
SVG = '<svg viewBox="0 0 1 1" role="img"><title>a line</title></svg>'


class Closes(bt.Analyzer):
    """Counts bars, and keeps the highest close."""

    params = (("least", 0.0),)

    def start(self):
        self.count, self.highest = 0, self.p.least

    def next(self):
        self.count += 1
        self.highest = max(self.highest, self.data.close[0])

    def get_analysis(self):
        return {"count": self.count, "highest": self.highest}


class Extremes:
    """A section that knows nothing of this project but the two methods."""

    name = "extremes"

    def measure(self, ran, ledger, bars, daily):
        found = ran.analyzers.closes.get_analysis()
        figures = {
            "bars": np.int64(found["count"]),
            "highest": np.float64(found["highest"]),
            "fills": len(ledger.fills),
            "lowest_equity": float(daily["equity"].min()),
            "names": [table.name for table in bars],
            "unknown": None,
        }
        return Measured(figures, equity=daily["equity"])

    def panel(self, measured):
        return Panel(
            "Highest & lowest",
            words=["The close was <never> higher."],
            rows=[("Highest close", f"{measured['highest']:.2f}")],
            charts=[Chart("Equity", SVG, f"{len(measured.kept.equity)} days")],
            tables=[Table("By name", ("Bars",), [("SP500", str(measured["bars"]))])],
        )


class Drawn(Extremes):
    """The same, with its chart as data."""

    chart = Curves("equity", "Equity of it", {"equity": BARS.frame()["close"].tail(50)})

    def panel(self, measured):
        return Panel("Drawn", charts=[Chart("Equity", self.chart)])


def own(**kept):
    return run("sma-switch", BARS, period=20, strips=False, **kept)


def test_an_analyzer_and_its_section_from_outside(tmp_path):
    result = own(sections=[Extremes()], analyzers=[Closes])
    plain = own()
    assert result.analyses["closes"]["count"] == len(BARS)
    write_run(result, tmp_path)
    kept = json.loads((tmp_path / "run.json").read_text())
    assert kept.pop("sections") == {
        "extremes": {
            "bars": len(BARS),
            "highest": BARS.close.max(),
            "fills": len(plain.trades),
            "lowest_equity": plain.equity.min(),
            "names": ["SP500"],
            "unknown": None,
        }
    }
    assert json.dumps(kept, indent=2) + "\n" == plain.to_json()
    page = (tmp_path / "tearsheet.html").read_text(encoding="utf-8")
    assert "<h2>Highest &amp; lowest</h2>" in page
    assert "The close was &lt;never&gt; higher." in page
    assert SVG in page
    assert '<th scope="row">SP500</th>' in page
    assert f"<figcaption>{len(plain.daily)} days</figcaption>" in page


def test_a_strategy_declares_its_sections():
    class Declared(SmaSwitch):
        sections = (Extremes,)

    result = run(
        Declared, BARS, period=20, strips=False, analyzers={"closes": (Closes, {"least": 1e9})}
    )
    assert result.sections["extremes"].measured["highest"] == 1e9
    assert list(own(sections=Extremes, analyzers=[Closes]).sections) == ["extremes"]


def test_a_stranger_that_keeps_a_diary_is_left_alone():
    class Keeps(SmaSwitch):
        def __init__(self):
            super().__init__()
            self.diary = ["bought"]

    assert run(Keeps, BARS, period=20, strips=False).sections == {}


def test_a_section_compares_the_run_with_others():
    class Periods:
        name = "periods"

        def measure(self, ran, ledger, bars, daily):
            return {"own": float(daily["equity"].iloc[-1])}

        def variants(self, ran):
            return {"as run": {}, "slower": {"period": 2 * ran.p.period}}

        def compared(self, measured, equity, risk_free_rate):
            last = {name: float(values.iloc[-1]) for name, values in equity.items()}
            return {**measured, **last, "rate": risk_free_rate}

        def panel(self, measured):
            return None

    result = run("sma-switch", BARS, period=20, sections=[Periods()], risk_free_rate=0.01)
    slower = run("sma-switch", BARS, period=40, strips=False)
    measured = result.sections["periods"].measured
    assert measured["as run"] == measured["own"] == result.equity.iloc[-1]
    assert measured["slower"] == slower.equity.iloc[-1]
    assert measured["rate"] == 0.01
    assert set(own(sections=[Periods()]).sections["periods"].measured) == {"own"}


def section(name="mine", measured=None, panel=None):
    kind = type("Mine", (), {"name": name})
    kind.measure = lambda self, *_: measured
    kind.panel = lambda self, _: panel
    return kind()


def test_none_measures_nothing():
    assert own(sections=[section()]).sections == {}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"sections": ["nobodys"]}, "there is no section 'nobodys'; known: pivot, sector"),
        ({"sections": [object()]}, "builtins:object is no section: it has no measure()"),
        ({"sections": [section("a b")]}, "its name must be letters, digits, - and _, got 'a b'"),
        ({"sections": [Extremes, type("E", (Extremes,), {})]}, "two sections are called"),
        ({"sections": [section(measured=[1])]}, "section mine: measure() must return a mapping"),
        ({"sections": [section(measured={"a": {"b": [0.0, float("nan")]}})]},
         "section mine: a: b[1] is nan: a figure that does not exist is None"),
        ({"sections": [section(measured={"a": pd.Series([1.0])})]},
         "section mine: a must be text, a number, True, False, None, or a list or mapping"),
        ({"sections": [section(measured={1: 2})]}, "section mine: a key must be text, got 1"),
        ({"analyzers": [SmaSwitch]}, "analyzers takes classes of backtrader analyzers"),
        ({"analyzers": [Closes, Closes]}, "two analyzers are called closes: name them"),
        ({"analyzers": {"daily": Closes}}, "two analyzers are called daily: name them"),
        ({"analyzers": {"a-b": Closes}}, "an analyzer cannot be called 'a-b'"),
        ({"analyzers": [(Closes, 3)]}, "the parameters of analyzer Closes are a mapping, got 3"),
    ],
)  # fmt: skip
def test_what_is_no_section_is_refused_in_a_line(given, words):
    with pytest.raises(ParameterError) as caught:
        own(**given)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_panel_that_is_none_is_refused():
    result = own(sections=[section(measured={"a": 1}, panel="words")])
    with pytest.raises(ParameterError, match="section mine: panel\\(\\) must return a Panel"):
        tearsheet(result)


def test_an_error_of_a_sections_author_tells_where_it_came_from():
    class Broken(Extremes):
        def measure(self, *_):
            return 1 / 0

    with pytest.raises(ZeroDivisionError) as caught:
        own(sections=[Broken])
    assert any("in measure() of section extremes" in note for note in caught.value.__notes__)


def test_a_chart_may_be_a_picture_as_data(tmp_path):
    write_run(own(sections=[Drawn()], analyzers=[Closes]), tmp_path)
    page = (tmp_path / "tearsheet.html").read_text(encoding="utf-8")
    assert page.count(draw(Drawn.chart)) == page.count('aria-label="Equity of it"') == 1


@pytest.mark.parametrize(
    ("chart", "words"),
    [
        ("<b>bold</b>", "panel 'Drawn': chart 'Equity': the text is no SVG"),
        (
            7,
            "panel 'Drawn': chart 'Equity': a Picture of runners/runs/sections/pictures.py or",
        ),
    ],
)
def test_a_chart_that_is_no_picture_is_refused(tmp_path, monkeypatch, chart, words):
    monkeypatch.setattr(Drawn, "chart", chart)
    with pytest.raises(ParameterError, match=re.escape(words)):
        write_run(own(sections=[Drawn()], analyzers=[Closes]), tmp_path)


def test_a_registered_section_is_asked_for_by_name_and_runs_again(
    tmp_path, monkeypatch, command, without_pages
):
    """The entry point is written as an installed package's would be."""
    info = tmp_path / "site" / "guests-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: guests\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[btplaybook.sections]\nlast = last_section:Last\nother = last_section:Last\n"
    )
    (tmp_path / "site" / "last_section.py").write_text(
        "class Last:\n    name = 'last'\n"
        "    def measure(self, ran, ledger, bars, daily):\n"
        "        return {'day': str(daily.index[-1].date())}\n"
        "    def panel(self, measured):\n        return None\n"
    )
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.chdir(tmp_path)
    run_it = ("run", "sma-switch", "--sample", "sp500", "--end", "2001-01-31", "--quick")
    ended = command(*run_it, "--section", "last", "--out", "out", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out)["sections"] == {"last": {"day": "2001-01-31"}}
    again = command("rerun", "out")
    assert (again.code, again.out) == (0, "out/run.json: the same bytes\n")
    renamed = command(*run_it, "--section", "other")
    assert renamed.code == 2
    assert "is registered as 'other' and calls itself 'last'" in renamed.err


def round_and_round():
    found = {}
    found["again"] = found
    return found


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        ({"a": np.timedelta64(1, "D")}, "got timedelta64"),
        ({"a": "\ud800"}, "a cannot be written as UTF-8"),
        ({"\ud800": 1}, "a key must be text"),
        ({"a": 10**400}, "a is too large a number"),
        (round_and_round(), "more than 40 levels deep"),
    ],
    ids=["duration", "half a character", "half a key", "huge", "round"],
)
def test_what_nobody_could_read_from_run_json_is_refused(measured, words):
    with pytest.raises(ParameterError, match=words):
        own(sections=[section(measured=measured, panel=None)])


def test_a_long_double_is_a_number():
    result = own(sections=[section(measured={"a": np.longdouble(1.5)}, panel=None)])
    assert json.loads(result.to_json())["sections"] == {"mine": {"a": 1.5}}


def test_a_section_that_changes_its_days_changes_nobody_elses():
    class Spoils(Extremes):
        name = "spoils"

        def measure(self, ran, ledger, bars, daily):
            assert isinstance(bars, tuple)
            daily["equity"] = 0.0
            return {}

    spoilt = own(sections=[Spoils, Extremes], analyzers=[Closes])
    alone = own(sections=[Extremes], analyzers=[Closes])
    pd.testing.assert_frame_equal(spoilt.daily, alone.daily)
    assert spoilt.sections["extremes"].measured == alone.sections["extremes"].measured


class Sized:
    """A section with a size."""

    name = "sized"

    def __init__(self, size=1):
        self.size = size

    def measure(self, ran, ledger, bars, daily):
        return {"size": self.size}

    def panel(self, measured):
        return None


class NeedsSize(Sized):
    """The same without a default."""

    def __init__(self, size):
        super().__init__(size)


def test_of_two_objects_none_is_dropped():
    for two in ([Sized(1), Sized(2)], [Sized, Sized(2)]):
        with pytest.raises(ParameterError, match="two sections are called 'sized'"):
            own(sections=two)
    once = Sized(3)
    assert own(sections=[once, once]).plain()["sections"] == {"sized": {"size": 3}}
    assert own(sections=[Sized, Sized]).plain()["sections"] == {"sized": {"size": 1}}


def test_a_class_that_needs_arguments_is_refused():
    with pytest.raises(ParameterError, match=r"NeedsSize cannot be built without arguments"):
        own(sections=[NeedsSize])


def test_the_sector_section_says_that_this_is_no_sector_book():
    with pytest.raises(ParameterError, match="section sector measures a sector book, and SmaSw"):
        own(sections=["sector"])


@pytest.mark.parametrize(
    ("analyzers", "words"),
    [
        ("drawdown", "got 'drawdown'"),
        ([(Closes, {"leest": 1})], "Closes has no parameter 'leest'; did you mean 'least'?"),
        ([(bt.analyzers.DrawDown, {"_name": "x"})], "DrawDown has no parameter '_name'"),
    ],
)
def test_analyzers_that_cannot_run_are_refused(analyzers, words):
    with pytest.raises(ParameterError) as caught:
        own(analyzers=analyzers)
    assert words in str(caught.value)


def test_one_analyzer_stands_for_several_and_none_for_no_one():
    assert list(own(analyzers=Closes).analyses) == ["closes"]
    assert own(analyzers=None).analyses == {}


def test_backtraders_annual_return_finds_the_values_that_it_reads():
    plain = own()
    result = own(analyzers=[bt.analyzers.AnnualReturn])
    assert result.analyses["annualreturn"][2016] == pytest.approx(plain.metrics["total_return"])
    assert result.to_json() == plain.to_json()
