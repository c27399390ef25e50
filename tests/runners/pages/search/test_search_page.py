"""The page of a search: trials next to every best set, all figures, no external resource."""

import base64
import dataclasses
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from scripts import without_script

from btplaybook.runners.pages.raw import number_cell, value_cell
from btplaybook.runners.pages.search import pictures
from btplaybook.runners.pages.search.badges import badges
from btplaybook.runners.pages.search.page import page
from btplaybook.runners.pages.search.six_figures import search_figures
from btplaybook.runners.pages.search.space_line import values_named
from btplaybook.runners.runs.labels.figures import FIGURES
from btplaybook.runners.runs.labels.formats import NONE, POINTS, any_size
from btplaybook.runners.searches import median as medians
from btplaybook.runners.searches.columns import cell
from btplaybook.runners.searches.run import run_search
from btplaybook.runners.searches.side_by_side import trials
from btplaybook.search import driver, marginals
from btplaybook.search.evaluator import COLUMNS
from btplaybook.search.space import Space

EXCESS, PER_YEAR = FIGURES["excess"].label, FIGURES["excess_per_year"].noun
NOUN, ZERO = FIGURES["excess"].noun, f"0.00{POINTS}"
GROWTH = "Growth of 1, compounded"
NASTY = "<SCRIPT>ALERT(1)&\"'{{1}}"
STATISTICS = [name for name in COLUMNS if name not in ("ruined", "positions_hash")]


class Reader(HTMLParser):
    """Gathers tags, texts, ids and addresses."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.addresses, self.ids = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        found = dict(attributes)
        self.ids += [found["id"]] if "id" in found else []
        self.addresses += [
            found[name] for name in ("src", "href", "xlink:href", "action", "srcset", "poster")
            if name in found
        ]  # fmt: skip
        assert not [name for name in found if name.startswith("on")]

    def handle_data(self, data):
        if data.strip():
            self.texts.append(data.strip())


def named(bars, name):
    """The same bars by another name."""
    return dataclasses.replace(bars, name=name)


@pytest.fixture(scope="module")
def result(simulated):
    """Sets of which half are alike, on bars whose name is a trap."""
    space = Space(
        {"d": (1, 2, 3), "R": (2, 3, 4, 5), "fallback": (2.0, 2.5), "sizing": ("sign",)}, ["R > d"]
    )
    return run_search(
        "sign-s3", named(simulated, NASTY), space, top=6, at_random=2, borrow=0.01, min_fee=1.0
    )


@pytest.fixture(scope="module")
def text(result):
    return page(result)


@pytest.fixture(scope="module")
def read(text):
    return Reader(text)


def cells(markup):
    """Texts of each row of a table."""
    return [Reader(row).texts for row in re.findall(r"<tr.*?</tr>", markup, re.S)]


# -- trials ----------------------------------------------------------------------------------------


def test_a_winner_is_never_named_without_its_trials(result, text):
    found = result.found
    assert (found.evaluated, found.distinct) == (18, 9)
    words = "best of 18 sets (9 distinct)"
    title = re.search(r"<title>(.*?)</title>", text)[1]
    h1 = re.search(r"<h1>(.*?)</h1>", text)[1]
    above = re.findall(r"<h2>(.*?)</h2>", text[: text.index('<table class="top sortable">')])[-1]
    for place in (title, h1, above):
        assert words in place
    (badge,) = (one for one in badges(result) if one.text == "in sample")
    assert words in badge.why


def test_a_sample_says_of_how_many_it_was_drawn(simulated):
    result = run_search("sma-switch", simulated, "period=5..60", sample=9, top=2, at_random=0)
    assert trials(result) == "9 sets drawn of 56 (9 distinct)"
    assert (
        "best of 9 sets drawn of 56 (9 distinct)" in re.search(r"<h1>(.*?)</h1>", page(result))[1]
    )


# -- side by side ----------------------------------------------------------------------------------


def beside(result):
    """Names, figures and remarks of the best, the median trial and what is held, in the header."""
    header = re.search(r"<header.*?</header>", page(result), re.S)[0]
    part = re.search(r'<dl class="six">.*?</dl>', header, re.S)[0]
    shown = [Reader(one).texts for one in re.findall(r"<div.*?</div>", part, re.S)]
    assert shown == [
        [one.name, one.value, *([one.note] if one.note else [])] for one in search_figures(result)
    ]
    return shown[:3]


def test_the_best_the_median_trial_and_what_is_held_stand_side_by_side(result):
    every = result.found.rows().drop_duplicates("positions_hash")["excess"]
    assert (len(every), result.found.evaluated) == (9, 18)
    assert result.median == (every.median(), every.median(), every.median(), 9, True)
    best, middle = cell("excess", every.max()), cell("excess", every.median())
    rates = result.found.rows().drop_duplicates("positions_hash")["excess_per_year"]
    best_rate, rate = (cell("excess_per_year", one) for one in (rates.max(), rates.median()))
    row = result.found.top.head(1).to_dict("records")[0]
    first = ", ".join(f"{name} {row[name]}" for name in ("d", "R", "fallback", "sizing"))
    assert beside(result) == [
        ["Best", best, f"{NOUN}; {best_rate} per year; {first}; chosen of 18 sets with hindsight"],
        ["Median trial", middle, f"{NOUN}; {rate} per year; middle of 9 distinct"],
        ["Buy and hold", ZERO, f"{NOUN}; {ZERO} per year; over the same days"],
    ]


def test_ranked_by_the_excess_per_year_the_total_stands_beside(simulated):
    asked = ("sma-switch", simulated, "period=5..9")
    total, rate = (
        run_search(*asked, at_random=0, objective=name) for name in ("excess", "excess_per_year")
    )
    assert total.found.top["index"].tolist() == rate.found.top["index"].tolist()
    best, middle = rate.found.top.iloc[0], rate.plain()["median"]
    best_total, middle_total = (
        cell("excess", one) for one in (best["excess"], total.median.objective)
    )
    assert beside(rate) == [
        [
            "Best",
            cell("excess", best["excess_per_year"]),
            f"{PER_YEAR}; {best_total} in total; period {best['period']:g}; "
            "chosen of 5 sets with hindsight",
        ],
        [
            "Median trial",
            cell("excess", middle["objective"]),
            f"{PER_YEAR}; {middle_total} in total; middle of 5 distinct",
        ],
        ["Buy and hold", ZERO, f"{PER_YEAR}; {ZERO} in total; over the same days"],
    ]
    assert (
        middle["excess_per_year"]
        == middle["objective"]
        == total.plain()["median"]["excess_per_year"]
    )
    assert middle["excess"] == total.median.objective
    years = (len(simulated.dates) - 1) / simulated.periods_per_year
    for row in rate.found.top.to_dict("records"):
        held = 1.0 + row["total_return"] - row["excess"]
        by_hand = (1.0 + row["total_return"]) ** (1 / years) - held ** (1 / years)
        assert row["excess_per_year"] == pytest.approx(by_hand, rel=1e-9)


def test_beyond_what_is_held_the_median_is_that_of_the_histogram(monkeypatch, simulated, tmp_path):
    asked = ("sma-switch", simulated, "period=5..60")
    kept = {"top": 3, "at_random": 0, "objective": "total_return"}
    exact = run_search(*asked, **kept)
    for module in (medians, driver):
        monkeypatch.setattr(module, "HELD", 50)
    rough = run_search(*asked, **kept)
    assert rough.found.rows is None
    assert rough.to_json() == run_search(*asked, store=tmp_path, **kept).to_json()
    low, high, true = rough.median.low, rough.median.high, exact.median.objective
    assert (rough.median.trials, rough.median.distinct, rough.median.exact) == (56, False, False)
    assert low <= true <= high
    assert high - low <= abs(true) / 32 * 2
    assert rough.median.objective == pytest.approx((low + high) / 2, rel=1e-12)
    (_, figure, remark) = beside(rough)[1]
    assert "excess" not in rough.plain()["median"]  # another figure ranks
    assert figure == f"about {cell('total_return', rough.median.objective)}"
    edges = " to ".join(cell("total_return", edge) for edge in (low, high))
    noun = FIGURES["total_return"].noun
    assert remark == f"{noun}; middle of 56, in a bin {edges}"


# -- figures ---------------------------------------------------------------------------------------


def test_the_table_has_every_statistic_of_the_best_sets(result, text):
    table = re.search(r'<table class="top sortable">.*?</table>', text, re.S)[0]
    heading, *rows, held = cells(table)
    both = ["excess", "excess_per_year"]
    order = [*both, *(name for name in STATISTICS if name not in both)]
    assert heading == [*result.space.names, *(FIGURES[name].label for name in order)]
    assert len(rows) == 6
    for row, figures in zip(rows, result.found.top.to_dict("records"), strict=True):
        assert row == [
            *(str(figures[name]) for name in result.space.names),
            *(cell(name, figures[name]) for name in order),
        ]
    assert held[:4] == [
        "held",
        ZERO,
        ZERO,
        cell("total_return", result.held["total_return"]),
    ]


def raw(row):
    """The numbers by which a script sorts a row; "" for a missing one, None for a text."""
    found = re.findall(r"<t[hd]([^>]*)>", row)
    values = [re.search(r'data-value="([^"]*)"', one) for one in found]
    return [None if one is None else one[1] for one in values]


def sorted_rows(table):
    (body,) = re.findall(r"<tbody>.*?</tbody>", table, re.S)
    return [raw(row) for row in re.findall(r"<tr.*?</tr>", body, re.S)]


def test_a_script_sorts_the_table_by_the_numbers_themselves(result, text):
    """What is held stands below and is not sorted among the sets."""
    table = re.search(r'<table class="top sortable">.*?</table>', text, re.S)[0]
    rows = sorted_rows(table)
    heading = cells(table)[0]
    place = heading.index(FIGURES["excess"].label)
    assert [float(row[place]) for row in rows] == result.found.top["excess"].tolist()
    assert [row[0] for row in rows] == [str(d) for d in result.found.top["d"]]
    assert {row[3] for row in rows} == {None}  # sizing: a text
    assert re.search(r"<tfoot>\s*<tr class=\"held\">", table)


def test_a_script_sorts_the_values_of_a_parameter(result, text):
    (rows,) = re.findall(r"<summary>Each value of R</summary>(.*?)</details>", text, re.S)
    own = result.found.marginals[result.found.marginals["parameter"] == "R"]
    assert [row[0] for row in sorted_rows(rows)] == [str(value) for value in own["value"]]
    assert [float(row[4]) for row in sorted_rows(rows)] == own["best"].tolist()
    assert [row[1] for row in sorted_rows(rows)] == [str(sets) for sets in own["sets"]]


@pytest.mark.parametrize(
    ("made", "cell_"),
    [
        (number_cell("12.35%", np.float64(0.1235)), ("12.35%", "0.1235")),
        (number_cell("1,234", np.int64(1234)), ("1,234", "1234")),
        (number_cell(NONE, None), (NONE, "")),
        (number_cell(NONE, np.nan), (NONE, "")),
        (number_cell("endless", np.inf), ("endless", "")),
        (value_cell(2.5), ("2.5", "2.5")),
        (value_cell("trend"), ("trend", None)),
        (value_cell(True), ("True", None)),
    ],
)
def test_the_number_behind_a_cell(made, cell_):
    assert made == cell_


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("total_return", 0.12345, "12.35%"),
        ("excess", -1.5, f"\N{MINUS SIGN}150.00{POINTS}"),
        ("sharpe", 1.234, "1.23"),
        ("switches", 1234.0, "1,234"),
        ("cagr", np.nan, NONE),
        ("cagr", None, NONE),
        ("ruined", 30.0, "ruined"),
        ("ruined", -1.0, NONE),
    ],
)
def test_figures_are_printed_in_their_units(name, value, words):
    assert cell(name, value) == words


def test_the_winner_stands_in_the_middle_of_its_neighbours(result, text):
    table = re.search(r'<table class="near">.*?</table>', text, re.S)[0]
    steps = result.neighbours
    for row in re.findall(r"<tr>.*?</tr>", table, re.S):
        found = re.findall(r"<td.*?</td>", row)
        name = re.search(r"<th[^>]*>(.*?)</th>", row)[1]
        assert [i for i, cell in enumerate(found) if 'class="winner"' in cell] == [2]
        assert len(found) == 5
        own = steps[steps["parameter"] == name].set_index("step")
        for step, markup in zip(range(-2, 3), found, strict=True):
            words = Reader(markup).texts
            assert words == (
                [cell("excess", own.loc[step, "objective"]), str(own.loc[step, "value"])]
                if step in own.index
                else []
            )


def test_costs_and_data_stand_below(result, read):
    words = " ".join(read.texts)
    assert "Borrowing shares 1.00% a year" in words
    assert "Minimum per order 1.00" in words
    assert result.bars[0].vintage[:12] in words
    assert "1,000,000 at the start" in words


def test_warnings_of_the_bars_are_told(monkeypatch, simulated):
    monkeypatch.setattr(type(simulated), "warnings", ("a gap of ten days <b>",))
    anew = named(simulated, "ODD")  # what the other bars are warned of is known already
    text = page(run_search("sma-switch", anew, "period=5..8", top=1, at_random=0))
    assert "<li>a gap of ten days &lt;b&gt;</li>" in text


# -- pictures --------------------------------------------------------------------------------------


def test_each_pair_of_parameters_has_its_heat_maps(text):
    titles = re.findall(r"<figure><h3>(.*?)</h3>", text)
    assert [title for title in titles if " and " in title.replace("buy and hold", "")] == [
        f"{kind} excess over buy and hold by {pair}"
        for pair in ("d and R", "d and fallback", "R and fallback")
        for kind in ("Mean", "Best")
    ]
    assert [title for title in titles if " and " not in title.replace("buy and hold", "")] == (
        [f"All sets by {NOUN}"] + [f"{EXCESS} by {name}" for name in ("d", "R", "fallback")]
    )
    pictures = re.findall(r"<figure>.*?</figure>", text, re.S)
    assert len(pictures) == len(titles)
    for picture in pictures:
        assert picture.count('role="img"') == 1
        assert re.search(r'aria-label="[^"]{20,}"', picture)
        assert "NaN" not in picture
        drawn = re.findall(r'<path [^>]*?d="([^"]+)"', picture)
        lines = len(drawn) >= 3 and sum(map(len, drawn)) > 100  # the grid and two lines at least
        assert lines or picture.count("<image") == 1


def test_two_parameters_have_one_map(simulated):
    result = run_search("sign-s3", simulated, "d=1..2,R=3..5", top=1, at_random=0)
    titles = re.findall(r"<figure><h3>(.*?)</h3>", page(result))
    assert [title for title in titles if " and " in title.replace("buy and hold", "")] == [
        f"{EXCESS} by d and R"
    ]


def time_chart(text, name):
    """The time chart of a page, and its numbers for the script: series by key."""
    (figure,) = re.findall(rf'<figure class="time" data-chart="{name}">.*?</figure>', text, re.S)
    (numbers,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.S)
    data = json.loads(numbers)
    series = {
        key: np.frombuffer(base64.b64decode(packed), "<f4")
        for key, packed in data["series"].items()
    }
    return figure, data["charts"][name], series


def test_the_best_set_grows_beside_what_is_held(result, text):
    """By its daily account, and by hand from the bars."""
    figure, chart, series = time_chart(text, "growth")
    bars, equity = result.bars[0], result.best.equity
    held = (bars.close[1:] + bars.dividend[1:]) / bars.close[:-1]
    held = np.prod(held[-(len(equity) - 1) :])
    wealth = {"strategy": equity.iloc[-1] / equity.iloc[0], "benchmark": held}
    assert wealth["strategy"] - held == pytest.approx(result.found.top["excess"].iloc[0], abs=1e-9)
    for key, last in wealth.items():
        assert series[key][-1] == pytest.approx(last, rel=1e-6)
        assert f"<b>{any_size(last)}</b>" in figure
    assert chart["log"]
    assert GROWTH in figure
    assert '<a href="best/tearsheet.html">' in text


def test_without_its_run_the_best_set_has_no_curve_and_no_link(result):
    text = page(dataclasses.replace(result, best=None))
    assert GROWTH not in text
    assert "best/tearsheet" not in text


def test_the_curve_of_a_ruined_set_has_no_logarithms(simulated):
    kept = {"cash": 1, "min_fee": 0.6, "at_random": 0}
    ruined = run_search("sma-switch", simulated, "period=5..7", **kept)
    _, chart, series = time_chart(page(ruined), "growth")
    assert not chart["log"]
    assert not chart["scalable"]
    assert series["strategy"][-1] <= 0.0


# -- the document ----------------------------------------------------------------------------------


def test_names_are_texts_and_no_markup(text, read):
    assert not {"iframe", "object", "embed", "img"} & {*read.tags}
    still = without_script(text)
    keys = re.findall(r"<i\b.*?</i>", still)  # of the legends
    assert all(re.fullmatch(r'<i class="\w+" style="color:[^"<>]*"></i>', one) for one in keys)
    assert len(keys) == read.tags.count("i") > 0
    assert read.tags.count("script") == 2  # the numbers of the charts, and the page's own
    assert "<script" not in still.lower()
    assert any(NASTY in words for words in read.texts)


def test_nothing_comes_from_outside(text, read):
    outside = [address for address in read.addresses if not address.startswith(("#", "data:"))]
    assert outside == ["best/tearsheet.html"]  # the best set's run beside the page
    assert "@import" not in text
    assert [url for url in re.findall(r"url\(([^)]*)\)", text) if not url.startswith("#")] == []
    assert {address[1:] for address in read.addresses if address.startswith("#")} <= {*read.ids}
    assert len(set(read.ids)) == len(read.ids)


def test_the_space_stands_in_words(text):
    assert "d 1, 2, 3; R 2 to 5 (4 values); fallback 2.0, 2.5; sizing sign; R &gt; d" in text


# -- badges ----------------------------------------------------------------------------------------


def test_badges_say_what_to_know_first(result):
    assert [(one.kind, one.text) for one in badges(result)] == [
        ("warn", "in sample"), ("warn", "idealised fill"), ("info", "costs on"),
        ("info", "confirmed: 8 sets"),
    ]  # fmt: skip


def test_a_figure_of_which_more_is_not_better_has_a_badge(simulated):
    for objective, told in (("volatility", True), ("switches", True), ("points", False)):
        found = run_search(
            "sma-switch", simulated, "period=5..8", objective=objective, top=1, at_random=0
        )
        texts = [one.text for one in badges(found)]
        assert (f"ranked by {objective}" in texts) is told
        assert ("More of it is not better" in page(found)) is told


def test_sets_without_the_figure_have_a_badge(simulated, result):
    kept = {"objective": "average_loss", "at_random": 0}
    one = run_search("sma-switch", simulated, "period=1|5|6|7", **kept)
    assert one.found.undefined == 1  # a close never leaves its average over one bar
    assert ("warn", "no average losing day: 1 set") in [
        (badge.kind, badge.text) for badge in badges(one)
    ]
    text = page(one)
    assert text.index("no average losing day: 1 set") < text.index("</header>")
    assert not [badge for badge in badges(result) if badge.text.startswith(f"no {NOUN}")]


def test_ruined_sets_have_a_badge_and_a_column(simulated):
    ruinous = {"cash": 1, "min_fee": 0.02, "direction": "trend"}
    some = run_search("sma-switch", simulated, "period=5|7|9|35|41|43", at_random=0, **ruinous)
    n = some.found.ruined
    assert 0 < n < 6
    text = page(some)
    assert (f"ruined: {n:,} sets", "bad") in [(one.text, one.kind) for one in badges(some)]
    assert f"ruined: {n} sets" in " ".join(Reader(text).texts)
    heading, *rows, _ = cells(re.search(r'<table class="top sortable">.*?</table>', text, re.S)[0])
    place = heading.index("Ruined")
    assert [row[place] for row in rows] == [NONE] * (6 - n) + ["ruined"] * n


def test_a_search_that_ruined_every_set_has_a_page(simulated):
    every = run_search(
        "sma-switch", simulated, "period=5..7,direction=trend|reversion", cash=1, min_fee=0.6
    )
    assert every.found.ruined == 6
    text = page(every)
    assert "best of 6 sets" in re.search(r"<h1>(.*?)</h1>", text)[1]
    assert re.findall(r"<figure><h3>(.*?)</h3>", text) == [
        f"{EXCESS} by period and direction",
    ]
    assert "ruined: 6 sets" in texts_of(text)
    assert marginal_rows(text)["direction"] == [
        ["direction", "sets", "ruined", f"no {NOUN}", "best", "mean", "worst"],
        ["trend", "3", "3", "0", NONE, NONE, NONE],
        ["reversion", "3", "3", "0", NONE, NONE, NONE],
        ["all", "6", "6", "0"],
    ]
    assert neighbour_figures(text) == ["ruined"] * 5  # the first of three, and the other direction
    assert [texts[1] for texts in beside(every)] == ["ruined", NONE, ZERO]
    assert beside(every)[1][2] == f"{NOUN}; middle of 6 distinct: ruined, or no {NOUN}"


def texts_of(text):
    """What a page's maps say beside their marks."""
    return re.findall(r'<span><svg class="mark".*?</svg>(.*?)</span>', text)


def marginal_rows(text):
    """From each parameter to the rows below its picture."""
    found = re.findall(r"<summary>Each value of (\w+)</summary>(.*?)</details>", text, re.S)
    return {name: cells(rows) for name, rows in found}


def neighbour_figures(text):
    table = re.search(r'<table class="near">.*?</table>', text, re.S)[0]
    return [
        Reader(cell).texts[0]
        for cell in re.findall(r"<td.*?</td>", table)
        if "<small></small>" not in cell
    ]


@pytest.fixture(scope="module")
def some_ruined(simulated):
    """Three parameters; some cells have lost some of their sets, and some have none."""
    space = Space({"d": (1, 2, 3), "M": (1, 2, 4, 6), "R": (3, 5, 9)}, ["M > d"])
    return run_search("sign-s4", simulated, space, top=2, at_random=0, cash=1, min_fee=0.0024)


def whole(word):
    return int(word.replace(",", ""))


def test_every_set_is_counted_wherever_sets_are_shown(some_ruined):
    """Over any parameter, any pair, the distribution and search.json: the totals, by hand."""
    result, found = some_ruined, some_ruined.found
    every = found.rows()
    fell = int((every["ruined"] >= 0).sum())
    assert 0 < fell < len(every)
    assert (found.evaluated, found.ruined, found.undefined) == (len(every), fell, 0)
    text = page(result)
    for name in result.space.names:
        heading, *rows, total = marginal_rows(text)[name]
        assert heading[:4] == [name, "sets", "ruined", f"no {NOUN}"]
        values = dict(zip(result.space.names, result.space.values, strict=True))[name]
        groups = [every[every[name] == value] for value in values]
        assert [row[0] for row in rows] == [str(value) for value in values]
        counts = [[whole(word) for word in row[1:4]] for row in rows]
        assert counts == [[len(group), int((group["ruined"] >= 0).sum()), 0] for group in groups]
        assert np.sum(counts, axis=0).tolist() == [len(every), fell, 0]
        assert [*map(whole, total[1:4])] == [len(every), fell, 0]
    maps = [one for one in re.findall(r"<figure>.*?</figure>", text, re.S) if "<image" in one]
    assert len(maps) == 6
    for one in maps:
        told = [re.match(r"(?:all|some) ruined: (\d+) set", words) for words in texts_of(one)]
        assert sum(int(words[1]) for words in told if words) == fell
    assert f"{len(every) - fell} sets of {len(every)}; not drawn: {fell} ruined." in text
    plain = result.plain()
    marginals = plain["found"]["marginals"]
    for name in result.space.names:
        here = [at for at, one in enumerate(marginals["parameter"]) if one == name]
        sums = {key: sum(marginals[key][at] for at in here) for key in ("sets", "ruined", "count")}
        assert sums == {"sets": len(every), "ruined": fell, "count": len(every) - fell}
    for pair in plain["found"]["pairs"]:
        assert np.sum(pair["ruined"]) == fell
        assert np.sum(pair["sets"]) == len(every)


def test_sets_that_the_conditions_leave_out_are_no_ruined_ones(some_ruined):
    pair = some_ruined.found.pairs["d", "M"]
    assert (pair.sets.loc[3, [1, 2]] == 0).all()
    text = page(some_ruined)
    assert "M 2, d 3: ruled out" in text
    assert re.search(r"M 4, d 3: [^<]*of 3 sets", text) or f"M 4, d 3: mean {NOUN}" in text
    assert "ruled out: 5 cells" in texts_of(text)


# -- one parameter ---------------------------------------------------------------------------------


def test_one_parameter_has_one_line_and_no_map(simulated):
    one = run_search("sma-switch", simulated, "period=5..16", top=2, at_random=0)
    text = page(one)
    assert re.findall(r"<figure><h3>(.*?)</h3>", text) == [
        f"All sets by {NOUN}",
        f"{EXCESS} by period",
    ]
    assert "<image" not in text
    best = one.found.top["period"].iloc[0]
    words = re.findall(
        r"<(?:text|span)[^>]*>(?:<i [^>]*></i>)?([^<]+)</(?:text|span)>", without_script(text)
    )
    assert {f"best: {best}", "buy and hold"} <= {*words}
    assert not {"mean", "worst"} & {*words}
    assert marginal_rows(text)["period"][0] == ["period", "sets", "ruined", f"no {NOUN}", NOUN]
    fixed = run_search("sma-switch", simulated, "period=5..16,direction=trend", top=2, at_random=0)
    assert re.findall(r"<figure><h3>(.*?)</h3>", page(fixed)) == (
        [f"All sets by {NOUN}", f"{EXCESS} by period"]
    )


def test_parameters_too_long_to_be_kept_are_named(simulated, monkeypatch):
    monkeypatch.setattr(marginals, "PER_TABLE", 10)
    found = run_search("sign-s4", simulated, "M=1..5,R=2..21", top=1, at_random=0)
    text = page(found)
    assert [*marginal_rows(text)] == ["M"]
    assert "Too many values to be kept: R." in text
    assert "Too many cells to be kept: M and R." in text


def test_no_bar_of_the_distribution_reaches_beyond_the_best_or_the_worst(simulated, monkeypatch):
    drawn = []
    monkeypatch.setattr(pictures, "draw", lambda one: drawn.append(one.bins) or "<svg></svg>")
    found = run_search("sma-switch", simulated, "period=5..16", top=12, at_random=0)
    page(found)
    every = found.found.rows()["excess"]
    assert drawn[0]["high"].iloc[-1] == every.max()
    assert drawn[0]["low"].iloc[0] == every.min()
    assert drawn[0]["count"].sum() == 12


def test_one_set_alone_has_a_page_without_pictures_of_sets(simulated):
    alone = run_search("sma-switch", simulated, "period=7", at_random=0)
    text = page(alone)
    assert "best of 1 set (1 distinct)" in text
    assert re.findall(r'<figure class="time" data-chart="(\w+)"', text) == ["growth", "drawdown"]
    assert "<figure>" not in text
    assert "hindsight" not in beside(alone)[0][2]


def test_neighbours_are_those_next_in_size(simulated):
    mixed = run_search("sma-switch", simulated, "period=40|5|20|6|30|7", top=1, at_random=0)
    steps = mixed.neighbours
    assert list(steps["value"]) == sorted(steps["value"])
    winner = [5, 6, 7, 20, 30, 40].index(mixed.found.top["period"].iloc[0])
    assert list(steps["step"]) == list(range(max(-2, -winner), min(3, 6 - winner)))
    assert "period 5, 6, 7, 20, 30, 40" not in page(mixed)  # named in the space's own order
    assert "period 40, 5, 20, 6, 30, 7" in page(mixed)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((1, 2, 3), "1, 2, 3"),
        (range(2, 61), "2 to 60 (59 values)"),
        (range(2, 22, 3), "2 to 20 by 3 (7 values)"),
        ((0.5, 0.75, 1.0, 1.25), "0.5 to 1.25 by 0.25 (4 values)"),
        ((200, 2, 9, 35), "200, 2, 9, 35"),
        ([n * n for n in range(1, 21)], "1 to 400 (20 values, not evenly spaced)"),
        (("trend", "reversion"), "trend, reversion"),
    ],
)
def test_the_values_of_a_parameter_in_words(values, words):
    assert values_named(tuple(values)) == words


def test_runs_that_are_the_search_need_no_confirmation(result):
    runs = dataclasses.replace(result, confirmed=0, twice_a_day=True)
    assert not [one for one in badges(runs) if one.text.startswith("confirmed")]
    twice = "one order at the close, one at the next open"
    assert twice in Reader(page(runs)).texts
    assert twice not in Reader(page(result)).texts
