"""The page of a walk-forward says what walk_forward.json holds, and nothing else."""

import dataclasses
import json
import re

import numpy as np
import pandas as pd
import pytest
from drawn import Seen

from btplaybook.runners.pages.html import TEMPLATES, policy
from btplaybook.runners.pages.showing import page_of
from btplaybook.runners.pages.walk_forward.page import page
from btplaybook.runners.pages.walk_forward.parameters import in_force, parameters_of
from btplaybook.runners.pages.walk_forward.path import path_table
from btplaybook.runners.pages.walk_forward.shifts import shift_strip
from btplaybook.runners.pages.walk_forward.six_figures import walk_forward_figures
from btplaybook.runners.pages.walk_forward.verdict import walk_forward_verdict
from btplaybook.runners.pages.worth.beside import beside
from btplaybook.runners.runs.labels.formats import NONE, percent, percentage_points
from btplaybook.runners.walk_forwards.path import FLAT, STAYS, Efficiency
from btplaybook.runners.walk_forwards.run import run_walk_forward

WORDS = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def found(simulated):
    return run_walk_forward(
        "sma-switch", simulated, "period=4|9|20,direction=trend|reversion", fit="6m", refit="2m",
        strips=False, worth="quick", holdout="2m",
    )  # fmt: skip


@pytest.fixture(scope="module")
def text(found):
    return page(found)


def section(text, name):
    """Return the text of a section without its tags."""
    start = text.index(f'<section id="{name}"')
    return " ".join(WORDS.sub(" ", text[start : text.index("</section>", start)]).split())


def test_the_page_is_one_file_with_one_script(text, found):
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8").strip()
    assert text.count("<script") == 2  # with the numbers of the charts
    assert f"<script>{script}</script>" in text
    assert policy(script).replace("'", "&#39;") in text or policy(script) in text
    assert len(text.encode()) < 1_000_000
    assert re.findall(r'<section id="(\w+)"', text) == ["beside", "worth", "path", "shifts", "run"]
    assert 'href="stitched/tearsheet.html"' in text
    assert page_of(found) == text
    assert "nan" not in WORDS.sub(" ", text[: text.index("<script")]).lower().replace("finance", "")


def test_the_first_screen_tells_result_choices_and_hindsight(found):
    verdict = walk_forward_verdict(found).text
    assert verdict.startswith("Chosen anew every 2m with only what was known then, the rules ")
    assert f"from {found.window[0]} to {found.window[1]}, holding" in verdict
    sets = len({each.index for each in found.path})
    assert f"; {len(found.path)} choices took {sets} different sets; " in verdict
    six = {each.name: each for each in walk_forward_figures(found)}
    best, _, _, held = found.hindsight.compared
    assert six["Walk-forward"].value == percent(found.metrics["total_return"])
    assert six["Buy and hold"].value == percent(held.figures["total_return"])
    assert six["Buy and hold"].value == percent(found.held["total_return"])
    assert six["Ex-post best"].value == percent(best.figures["total_return"])
    assert six["Choices"].value == str(len(found.path))
    totals = [each.total_return for each in found.refit_shift]
    spread = percentage_points(max(totals) - min(totals), 0)
    assert six["Range of refit dates"].value == spread
    assert percent(min(totals), 0) in six["Range of refit dates"].note


def test_the_table_has_the_four_with_their_figures(found, text):
    rows = json.loads(found.to_json())["side_by_side"]
    told = section(text, "beside")
    assert "Ex-post best Median trial Walk-forward Buy and hold" in told
    for name in ("total_return", "volatility", "max_drawdown"):
        assert " ".join(percent(row[name]) for row in rows) in told
    assert f"All on the days from {found.window[0]} to {found.window[1]}." in told
    assert f"Kept in the vault: the last 2m, {found.vault.first}" in told
    assert "that no fit and no account saw" in told


def test_columns_with_different_days_say_so(found):
    best, median, forward, held = found.hindsight.compared
    table = beside([best, median._replace(first="2005-01-04"), forward, held], ("a", "b"), "sharpe")
    assert table["columns"][1].days == f"2005-01-04 to {median.last}"
    assert table["caption"].startswith("The columns have different days")
    three = beside([best, median, forward._replace(first=None), held], ("a", "b"), "sharpe")
    assert [column.name for column in three["columns"]] == [
        "Ex-post best", "Median trial", "Buy and hold",
    ]  # fmt: skip
    assert beside([], ("a", "b"), "sharpe") is None


def test_the_worth_is_that_of_all_days(found, text):
    told = section(text, "worth")
    assert told.startswith("What the ex-post best is worth")
    first, last = found.hindsight.window
    assert f"over all days from {first} to {last}" in told
    assert "Chosen anew every 2m with only what was known then" in told


def test_each_refit_has_its_row(found):
    table = path_table(found)
    assert table.headings[:3] == ["Refit", "period", "direction"]
    for row, each in zip(table.rows, found.path, strict=True):
        cells = [cell.text for cell in row]
        assert cells[:3] == [each.refit, str(each.set["period"]), each.set["direction"]]
        assert cells[-1] == percentage_points(each.out_of_sample_excess_per_year)
        assert cells[-2] == percentage_points(each.in_sample_excess_per_year)


def test_a_refit_without_a_choice_is_said_to_be_flat_or_kept(found):
    path = list(found.path)
    path[0] = dataclasses.replace(path[0], index=None, set=None, in_sample=None, reason=FLAT)
    path[1] = dataclasses.replace(path[1], in_sample=None, reason=STAYS)
    other = dataclasses.replace(
        found, path=path, refit_shift=None, hindsight=None, vault=None,
        efficiency=Efficiency(None, 0.1, None, "no fit has a winner with an excess"),
    )  # fmt: skip
    rows = [[cell.text for cell in row] for row in path_table(other).rows[:2]]
    assert rows[0][1:3] == [NONE, NONE]
    assert "flat" in rows[0]
    assert "kept" in rows[1]
    first = pd.Timestamp(path[1].refit)
    days = pd.DatetimeIndex(other.stitched.daily.index)
    assert np.isnan(in_force(other, "period")[days < first]).all()
    told = page(other)
    assert re.findall(r'<section id="(\w+)"', told) == ["path", "run"]
    six = {each.name: each.value for each in walk_forward_figures(other)}
    assert six["Ex-post best"] == six["Efficiency"] == six["Range of refit dates"] == NONE


def test_each_parameter_steps_at_its_refits(found):
    days = pd.DatetimeIndex(found.stitched.daily.index)
    for name, number in (("period", float), ("direction", ["trend", "reversion"].index)):
        values = in_force(found, name)
        for each in found.path:
            inside = (days >= each.first) & (days < each.last)
            assert set(values[inside]) == {number(each.set[name])}
        assert values[0] == number(found.path[0].set[name])
    period, direction = parameters_of(found)
    assert (period.label, direction.label) == ("period in force", "direction in force")
    seen = Seen(str(direction.html))
    assert seen.texts[:2] == ["trend", "reversion"]
    assert len(seen.lines("accent")) == 1


def test_the_strip_has_a_dot_for_each_shift_and_marks_holding(found):
    seen = Seen(shift_strip(found))
    assert [key for _, key in seen.keys] == [
        "buy and hold", "refits later", "the walk-forward itself",
    ]  # fmt: skip
    told = [row[1] for row in seen.body]
    assert told == [percent(each.total_return) for each in found.refit_shift]
    assert [row[0] for row in seen.body] == ["as it is", "1m later"]
    alone = dataclasses.replace(found, refit_shift=found.refit_shift[:1])
    assert shift_strip(alone) == ""


def test_a_notebook_shows_the_first_screen(found):
    html = found._repr_html_()
    told = " ".join(WORDS.sub(" ", html).split())
    assert walk_forward_verdict(found).text in told
    assert "Ex-post best" in told
    assert "walk-forward, refits:" in told
    assert "<script" not in html
    assert len(html) < 60_000
