"""Studies of other distributions or in a user's file, and what their chapters return.

Such a study gives correct values or one clear line; its faults do not affect other studies.
"""

import dataclasses
import datetime
import json
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawn import Seen, charts_in
from scripts import without_script

from btplaybook.runners.errors import CheckFailed, ParameterError
from btplaybook.runners.pages.study import badges
from btplaybook.runners.records.write import write_study
from btplaybook.runners.runs.sections.pictures import BarsByYear, Chart, Curves
from btplaybook.runners.runs.sections.section import Table
from btplaybook.runners.studies import registry
from btplaybook.runners.studies.checked_findings import checked_findings
from btplaybook.runners.studies.registry import loaded, registered, study_of
from btplaybook.runners.studies.run import run_study
from btplaybook.runners.studies.study import (
    Chapter,
    Evidence,
    Figure,
    Findings,
    NotCarried,
    Study,
)

pytestmark = pytest.mark.usefixtures("undrawn")

SOURCE = """
import datetime

from btplaybook.runners.studies.study import Chapter, Figure, Findings, Study


def up(evidence):
    close = evidence.window(evidence.main).close
    return Findings(figures=[Figure("up.share", evidence.main, "days up", 50, 100 * float(
        (close[1:] > close[:-1]).mean()), "%", "Of all days.")])


STUDY = Study(
    name="days-up", title="Days up", source="Nobody, 1900", summary="how many days end higher",
    start=datetime.date(2010, 1, 1), end=datetime.date(2012, 12, 31), tickers=("SPY",),
    chapters=(Chapter("up", "Up", "Half of the days.", up),),
)


def made():
    return STUDY
"""


def study(*builds, **changes):
    """A small study whose chapters are c0, c1, ..."""
    chapters = tuple(
        Chapter(f"c{n}", f"Chapter {n}", "Says little.", build) for n, build in enumerate(builds)
    )
    fields = {
        "name": "guest",
        "title": "A guest's",
        "source": "Somebody, 1999",
        "summary": "a little study",
        "start": datetime.date(2010, 1, 1),
        "end": datetime.date(2011, 12, 31),
        "tickers": ("SPY",),
        "chapters": chapters,
    }
    return Study(**{**fields, **changes})


def figure(measured=1.0, id="c0.one", unit="%", **changes):
    return Figure(id, "SP500", "a figure", None, measured, unit, "A verdict.")._replace(**changes)


def finding(*figures, **more):
    return lambda evidence: Findings(figures=list(figures), **more)


def plain(result):
    return json.loads(result.to_json())


# -- a study that is handed over -------------------------------------------------------------------


def test_a_study_object_is_run_and_written(tmp_path):
    result = run_study(study(finding(figure(12.5, published=12.0))))
    assert [one.measured for one in result.figures()] == [12.5]
    assert plain(result)["study"] == "guest"
    assert "A guest's" in repr(result)
    write_study(result, tmp_path / "out")
    page = (tmp_path / "out" / "study.html").read_text(encoding="utf-8")
    assert "12.50%" in page
    assert "<svg" not in without_script(page)
    assert (tmp_path / "out" / "study.json").read_text() == result.to_json()


def test_a_study_without_figures_has_a_page_of_words(tmp_path, command):
    result = run_study(study(lambda evidence: Findings(words=("Only words.",))))
    assert plain(result)["figures"] == []
    assert repr(result).splitlines()[-1].startswith("0 published figures")
    write_study(result, tmp_path)
    page = (tmp_path / "study.html").read_text(encoding="utf-8")
    assert "Only words." in page
    assert "What was published" not in page


def test_badges_without_words_are_left_out():
    spoken = study(finding(), convention="A fee of 1.", searched="Best of two.")
    assert [one.text for one in badges(run_study(spoken))] == ["sample", "no costs", "in sample"]
    assert [one.text for one in badges(run_study(study(finding())))] == ["sample"]


def test_a_chapter_that_cannot_be_carried_leaves_the_others():
    def cannot(evidence):
        raise NotCarried("too few days")

    result = run_study(study(cannot, finding(figure(id="c1.one"))))
    assert [(chapter.id, why) for chapter, why in result.not_carried()] == [("c0", "too few days")]
    assert len(result.figures()) == 1


# -- values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measured", "kept"),
    [
        (np.float64(1.5), 1.5), (np.float32(0.5), 0.5), (np.int64(7), 7), (np.bool_(True), True),
        (float("nan"), None), (np.float64("nan"), None), (pd.NA, None), (pd.NaT, None),
        (None, None), ("yes", "yes"), ((1, np.int8(2)), [1, 2]), ([2000, None], [2000, None]),
        (np.array([1.5, np.nan]), [1.5, None]), ([], []),
    ],
    ids=repr,
)  # fmt: skip
def test_numbers_of_numpy_and_pandas_are_plain(tmp_path, measured, kept):
    result = run_study(study(finding(figure(measured, published=measured))))
    (row,) = plain(result)["figures"]
    for value in (row["measured"], row["published"], result.figures()[0].measured):
        assert value == kept
        assert type(value) is type(kept)
    write_study(result, tmp_path)
    page = (tmp_path / "study.html").read_text(encoding="utf-8")
    assert not re.search(r">\s*nan|np\.", page)


WRONG = {
    "infinite": (finding(figure(float("inf"))),
        "chapter 'c0': figure 'c0.one' of SP500: measured is infinite: say None"),
    "a series": (finding(figure(pd.Series([1.0]))), "measured is a Series: a number, a text"),
    "a table": (finding(figure(np.ones((2, 2)))), "measured is a ndarray"),
    "infinite in a list": (finding(figure([1.0, -np.inf])), "measured is infinite"),
    "published as a dict": (finding(figure(published={})), "published is a dict"),
    "twice": (finding(figure(1), figure(2)), "chapter 'c0' has figure 'c0.one' of SP500 twice"),
    "another chapter's id": (finding(figure(id="c1.one")),
        "a figure's id begins with its chapter's: c0.c1.one, got 'c1.one'"),
    "an id that is a number": (finding(figure(id=7)), "figure 7: id 7 is not a text"),
    "a unit that is none": (finding(figure(unit=None)), "figure 'c0.one': unit None is not a text"),
    "an unknown finding": (finding(figure(finding="reproducd")),
        "there is no finding 'reproducd'; did you mean 'reproduced'?"),
    "no figure": (finding(("c0.one", 1.0)), "figures holds a tuple, not a Figure"),
    "no findings": (lambda evidence: None, "chapter 'c0' must return Findings, got NoneType"),
    "no chart": (finding(charts=["<svg/>"]), "charts holds a str, not a Chart"),
    "no picture": (finding(charts=[Chart("Gain", 3)]),
        "chapter 'c0': chart 'Gain': a Picture of runners/runs/sections/pictures.py or SVG text "
        "is wanted, got int"),
    "no SVG": (finding(charts=[Chart("Gain", "<b>bold</b>")]), "its element is <b>"),
    "broken SVG": (finding(charts=[Chart("Gain", "<svg><g></svg>")]), "the text is no SVG (mism"),
    "no table": (finding(tables=[[1]]), "tables holds a list, not a Table"),
    "a short row": (finding(tables=[Table("T", ("a", "b"), [("x", "1")])]),
        "table 'T': a row has its name and 2 cells, one for each of the columns"),
    "no badge": (finding(badges=["survivorship"]), "badges hold a kind (bad, warn, info), a text"),
    "a badge of no kind": (finding(badges=[("red", "old", "It is old.")]), "got ('red', 'old'"),
    "no input": (finding(inputs=[{"name": "panel"}]), "inputs hold dicts of name, source, sha256"),
}  # fmt: skip


def test_badges_and_inputs_of_chapters_stand_in_the_json_and_on_the_page_once(tmp_path):
    old = ("warn", "old", "The bars are of 1900.")
    given = {"name": "a panel", "source": "/x/a.csv", "sha256": "ab" * 32, "first": None,
             "warnings": ["A: no bar on <Monday>"]}  # fmt: skip
    both = finding(badges=[old], inputs=[given]), finding(badges=[old, ("bad", "odd", "Odd.")])
    result = run_study(study(*both))
    told = plain(result)
    assert told["badges"] == [
        {"kind": "warn", "text": "old", "why": "The bars are of 1900."},
        {"kind": "bad", "text": "odd", "why": "Odd."},
    ]
    assert told["inputs"] == [given]
    assert [badge.text for badge in badges(result)][-2:] == ["odd", "old"]
    write_study(result, tmp_path)
    page = (tmp_path / "study.html").read_text(encoding="utf-8")
    assert page.count("The bars are of 1900.") == 1
    assert ">a panel</th>" in page
    assert "A: no bar on &lt;Monday&gt;" in page


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_kept_is_refused_in_one_line(case):
    build, words = WRONG[case]
    with pytest.raises(ParameterError) as raised:
        run_study(study(build))
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_one_id_of_two_tickers_is_no_repeat_and_of_two_chapters_cannot_be():
    result = run_study(study(finding(figure(1), figure(2, ticker="QQQ"))))
    assert len(result.figures()) == 2


# -- pictures --------------------------------------------------------------------------------------

GAIN = pd.Series([0.0, 0.1], pd.to_datetime(["2010-01-04", "2010-01-05"]))
YEARS = {"gain": {2010: 0.5, 2011: -0.25}}


def test_pictures_and_ready_svg_are_drawn_on_the_page(tmp_path):
    ready = (
        '<?xml version="1.0"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9 9"/></svg>\n'
    )
    charts = [
        Chart("Lines", Curves("lines", "Gain of it", {"gain": GAIN})),
        Chart("Ready", ready, "By hand."),
    ]
    write_study(run_study(study(finding(charts=charts))), tmp_path)
    page = (tmp_path / "study.html").read_text(encoding="utf-8")
    (drawn,) = charts_in(page)
    assert 'aria-label="Gain of it"' in drawn
    assert Seen(drawn).column("gain") == {"2010-01-04": "0.00%", "2010-01-05": "10.00%"}
    assert page.count("<figure") == 2
    assert '<path d="M0 0L9 9"/></svg>' in page
    assert "<?xml" not in page


def test_two_pictures_of_one_name_are_refused():
    chart = Chart("Years", BarsByYear("years", "Gain by year", YEARS))
    words = "chapter 'c1': picture 'years' stands on the page already"
    with pytest.raises(ParameterError, match=re.escape(words)):
        run_study(study(finding(charts=[chart]), finding(charts=[chart])))


# -- chapters that raise ---------------------------------------------------------------------------


def raising(evidence: Evidence) -> Findings:
    return Findings(figures=[figure(1 / 0)])


def test_a_chapter_that_raises_is_named_with_its_line():
    line = raising.__code__.co_firstlineno + 1
    with pytest.raises(ParameterError) as raised:
        run_study(study(raising))
    assert str(raised.value) == (
        f"chapter 'c0' raised: line {line} of test_study_doors.py: "
        "ZeroDivisionError: division by zero"
    )


def test_the_line_is_the_guests_and_not_that_of_a_library():
    def lacking(evidence):
        return pd.DataFrame({"a": [1]})["b"]

    line = lacking.__code__.co_firstlineno + 1
    words = f"line {line} of test_study_doors.py: KeyError: 'b'"
    with pytest.raises(ParameterError, match=re.escape(words)):
        run_study(study(lacking))


def test_errors_that_a_user_can_read_keep_their_exit_code():
    def red(evidence):
        raise CheckFailed("the two disagree")

    with pytest.raises(CheckFailed, match="the two disagree"):
        run_study(study(red))


def test_a_bug_of_our_own_chapters_shows_its_traceback(monkeypatch):
    monkeypatch.setattr(raising, "__module__", "btplaybook.runners.studies.robust_etf.sma")
    with pytest.raises(ZeroDivisionError):
        run_study(study(raising))


# -- declarations ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "My Study"}, "a study's name is a lower-case letter or digit"),
        ({"name": "../up"}, "got '../up'"),
        ({"title": ""}, "a study needs a text for title, got ''"),
        ({"source": None}, "a study needs a text for source, got None"),
        ({"start": "2010-01-01"}, "study 'guest': start must be a datetime.date"),
        ({"end": datetime.datetime(2011, 1, 1)}, "end must be a datetime.date"),
        ({"end": datetime.date(2010, 1, 1)}, "start 2010-01-01 must lie before end 2010-01-01"),
        ({"tickers": ()}, "tickers must be a tuple, not empty"),
        ({"tickers": "SPY"}, "tickers must be a tuple, not empty; got 'SPY'"),
        ({"tickers": (1,)}, "tickers: 1 is not a text"),
        ({"chapters": ()}, "chapters must be a tuple, not empty"),
        ({"chapters": (print,)}, "is not a Chapter"),
        ({"chapters": (Chapter("a.b", "t", "s", finding()),)}, "a chapter's id is a letter, then"),
        ({"chapters": (Chapter("a", "t", "s", finding()),) * 2}, "two chapters have the id 'a'"),
    ],
)
def test_a_declaration_that_cannot_be_run_is_refused(changes, words):
    with pytest.raises(ParameterError) as raised:
        study(finding(), **changes)
    assert words in str(raised.value)


def test_an_unknown_sample_is_named():
    with pytest.raises(ValueError, match="sp5"):
        run_study(study(finding(), sample="sp5"))


# -- registered by another distribution ------------------------------------------------------------


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Put distributions on the path: what they register, and the module `guest_studies`."""

    def put(distribution: str, source: str = SOURCE, **points: str) -> None:
        site = tmp_path / distribution
        info = site / f"{distribution}-1.0.dist-info"
        info.mkdir(parents=True)
        lines = [f"{name.replace('_', '-')} = {value}" for name, value in points.items()]
        (info / "entry_points.txt").write_text("\n".join([f"[{registry.GROUP}]", *lines]))
        (info / "METADATA").write_text(f"Name: {distribution}\nVersion: 1.0\n")
        (site / "guest_studies.py").write_text(source)
        monkeypatch.syspath_prepend(site)

    yield put
    sys.modules.pop("guest_studies", None)


@pytest.mark.parametrize("point", ["guest_studies:STUDY", "guest_studies:made"])
def test_a_registered_study_is_listed_and_run(install, command, tmp_path, monkeypatch, point):
    install("extra", days_up=point)
    monkeypatch.chdir(tmp_path)
    listed = command("study", "--list")
    assert (listed.code, listed.err) == (0, "")
    assert re.search(r"^days-up +how many days end higher$", listed.out, re.M)
    assert [*loaded()[0]] == ["days-up", "pivot", "robust-etf", "sector", "summer-speculations"]
    ended = command("study", "days-up", "--json")
    assert ended.code == 0
    assert json.loads(ended.out)["figures"][0]["id"] == "up.share"
    assert (tmp_path / "out" / "days-up" / "study.html").is_file()


@pytest.mark.parametrize(
    ("point", "source", "words"),
    [
        ("gone:STUDY", "", "ModuleNotFoundError: No module named 'gone'"),
        ("guest_studies:STUDY", "1 / 0", "ZeroDivisionError: division by zero"),
        ("guest_studies:OTHER", SOURCE, "no attribute 'OTHER'"),
        ("guest_studies", SOURCE, "(guest_studies) is not a Study"),
        ("guest_studies:X", "X = 3", "(guest_studies:X) is not a Study"),
        ("guest_studies:f", "def f(): return 3", "(guest_studies:f) is not a Study"),
        ("guest_studies:f", "def f(x): return x", "(guest_studies:f) returns no Study: "),
        ("guest_studies:STUDY", SOURCE.replace('"days-up"', '"Days"'), "a study's name is"),
    ],
)
def test_a_broken_study_is_named_and_the_others_stay(install, command, point, source, words):
    install("broken", source, broken=point)
    listed = command("study", "--list")
    assert listed.code == 0
    (line,) = listed.err.splitlines()
    assert line.startswith("btplaybook: left out: 'broken' of broken")
    assert words in line
    assert "robust-etf" in listed.out
    assert "\nbroken" not in listed.out
    asked = command("study", "broken")
    assert asked.code == 2
    assert words in asked.err


def test_a_name_that_is_taken_stays_with_btplaybook(install):
    install("aardvark", robust_etf="guest_studies:STUDY")
    studies, (line,) = loaded()
    assert studies["robust-etf"].title == "Developing A Robust ETF Trading Algorithm"
    assert line == (
        "'robust-etf' of aardvark (guest_studies:STUDY) is hidden by that of btplaybook"
    )


def test_ours_come_through_the_same_door():
    assert {name: point.value for name, point in registered().items()} == {
        "pivot": "btplaybook.runners.studies.pivot_model.declared:STUDY",
        "robust-etf": "btplaybook.runners.studies.robust_etf.declared:STUDY",
        "sector": "btplaybook.runners.studies.sector.declared:STUDY",
        "summer-speculations": "btplaybook.runners.studies.summer_speculations.declared:STUDY",
    }


# -- by its file -----------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "my_study.py"
    path.write_text(SOURCE)
    return path


@pytest.mark.parametrize("suffix", ["", ":STUDY", ":made"])
def test_a_study_is_run_from_its_file(command, file, tmp_path, monkeypatch, suffix):
    monkeypatch.chdir(tmp_path)
    ended = command("study", f"my_study.py{suffix}")
    assert ended.code == 0
    assert "days up" in ended.out
    assert (tmp_path / "out" / "days-up" / "study.json").is_file()


def test_paths_and_objects_name_the_same_study(file):
    assert study_of(file).name == study_of(str(file)).name == "days-up"
    one = study(finding())
    assert study_of(one) is one
    by_name = run_study(f"{file}:STUDY").to_json()
    assert run_study(file).to_json() == by_name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("none.py", "there is no file"),
        ("my_study.py:STUDI", "my_study.py has no study 'STUDI'; did you mean 'STUDY'?"),
        ("my_study.py:up", "my_study.py:up returns no Study: "),
        ("empty.py", "empty.py holds no Study"),
        ("empty.py:STUDY", "has no study 'STUDY', nor any study of another name"),
        ("two.py", "which study of the file? It holds STUDY, SECOND: say two.py:STUDY"),
        ("broken.py", "broken.py cannot be imported: line 1 of broken.py: ZeroDivisionError"),
        ("no_such_module:STUDY", "module 'no_such_module' cannot be imported"),
        ("robust-eft", "there is no study 'robust-eft'; did you mean 'robust-etf'?"),
    ],
)
def test_a_text_that_names_no_study(command, file, monkeypatch, text, words):
    (file.parent / "empty.py").write_text("")
    (file.parent / "broken.py").write_text("1 / 0")
    second = (
        "\nimport dataclasses\nSECOND = dataclasses.replace(STUDY, name='second')\nSAME = STUDY\n"
    )
    (file.parent / "two.py").write_text(SOURCE + second)
    monkeypatch.chdir(file.parent)
    ended = command("study", text)
    assert ended.code == 2
    (line,) = ended.err.splitlines()
    assert words in line


def test_something_else_than_a_study_is_refused():
    with pytest.raises(ParameterError, match="a Study or its name is wanted, got int"):
        study_of(7)


def test_a_study_may_be_changed_and_run_again():
    changed = dataclasses.replace(study(finding(figure())), end=datetime.date(2010, 6, 30))
    assert plain(run_study(changed))["window"]["last"] == "2010-06-30"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"words": "hello"}, "words must be a list or tuple, got 'hello'"),
        ({"words": (1,)}, "words must hold texts, got 1"),
        ({"figures": None}, "figures must be a list or tuple, got None"),
        ({"charts": Chart("c", "<svg/>")}, "charts must be a list or tuple, got Chart"),
        ({"tables": 3}, "tables must be a list or tuple, got 3"),
    ],
)
def test_findings_that_are_no_lists_are_refused(found, words):
    chapter = Chapter("mine", "Mine", "What?", lambda evidence: None)
    with pytest.raises(ParameterError) as caught:
        checked_findings(chapter, Findings(**({"words": ()} | found)))
    assert words in str(caught.value)
