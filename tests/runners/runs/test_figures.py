"""The catalogue of figures: each is declared once, and every output reads it there."""

import ast
import re
from pathlib import Path

import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.records.compared_figures import TABLE
from btplaybook.runners.runs.labels import formats
from btplaybook.runners.runs.labels.figures import (
    DAY_BY_DAY,
    FIGURES,
    GROWTH_AND_RISK,
    IN_BRIEF,
    ON_SCREEN,
    PROFIT,
    figure_of,
)
from btplaybook.runners.runs.labels.formats import MINUS, NONE, POINTS
from btplaybook.runners.runs.run import run
from btplaybook.search.evaluator import COLUMNS, POSITIONS, RUINED

ROOT = Path(__file__).parents[3]
STRUCTURES = {"synthetic", "ruined_on", "ex_dividend", "pnl"}
"""Entries of metrics that are no single figure."""


def test_every_figure_of_a_run_is_in_the_catalogue():
    result = run("sma-switch", sample("sp500", start="2018-01-02"), period=20, strips=False)
    assert set(result.metrics) - STRUCTURES <= set(FIGURES)
    parts = set(result.metrics["pnl"]) - {"total", "residual"}
    assert {f"pnl.{part}" for part in parts} == set(PROFIT)


def test_every_statistic_of_a_search_is_in_the_catalogue():
    assert set(COLUMNS) - {RUINED, POSITIONS} <= set(FIGURES)


def test_what_is_shown_is_a_choice_from_the_catalogue():
    assert {*GROWTH_AND_RISK, *DAY_BY_DAY, *IN_BRIEF, *ON_SCREEN} <= set(FIGURES)
    assert all(row is FIGURES[row.key] for _, rows in TABLE for row in rows)


def test_no_other_file_of_the_runners_declares_a_label():
    """The parts of the profit are words of the language, and may be texts elsewhere."""
    labels = {figure.label for key, figure in FIGURES.items() if key not in PROFIT}
    theirs = {"figures.py", "as_quantstats", "sector", "studies"}  # another library's, chapters
    for file in (ROOT / "runners").rglob("*.py"):
        if theirs.isdisjoint(file.parts):
            tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            texts = {node.value for node in tree if isinstance(node, ast.Constant)}
            assert not labels & {text for text in texts if isinstance(text, str)}, file


def test_one_label_is_one_figure():
    labels = [figure.label for figure in FIGURES.values() if figure.key != "over_buy_and_hold"]
    assert len(set(labels)) == len(labels)
    assert FIGURES["over_buy_and_hold"].label == FIGURES["excess"].label


@pytest.mark.parametrize(
    ("key", "noun"),
    [
        ("total_return", "total return"),
        ("sharpe", "Sharpe ratio"),
        ("cagr", "CAGR"),
        ("excess", "excess over buy and hold"),
        ("a_users_own", "a users own"),
    ],
)
def test_nouns_stand_within_a_sentence(key, noun):
    assert figure_of(key).noun == noun


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("total_return", -0.12345, f"{MINUS}12.35%"),
        ("excess", -1.5, f"{MINUS}150.00{POINTS}"),
        ("sharpe", 1.234, "1.23"),
        ("sharpe_band", [-0.291, 0.588], f"{MINUS}0.29 to 0.59"),
        ("sharpe_band", None, NONE),
        ("switches", 1234.0, "1,234"),
        ("switches_per_year", 7.41, "7.4"),
        ("cagr", None, NONE),
        ("cagr", float("nan"), NONE),
        ("a_users_own", 0.5, "0.50"),
    ],
)
def test_figures_are_printed_by_their_format(key, value, text):
    assert figure_of(key).show(value) == text


@pytest.mark.parametrize(
    ("key", "unit"),
    [("cagr", "%"), ("excess", POINTS), ("sharpe", ""), ("switches", "")],
)
def test_a_unit_follows_what_is_printed_in_hundredths(key, unit):
    figure = FIGURES[key]
    assert figure.unit == unit
    assert re.fullmatch(rf"[\d.,]+{re.escape(unit)}", figure.show(0.25))


def test_more_is_not_better_of_volatility_and_switches():
    """What may rank a search but by no merit: the badge of the page hangs on it."""
    ranked = [name for name in COLUMNS if name not in (RUINED, POSITIONS)]
    assert [name for name in ranked if FIGURES[name].best is not max] == ["volatility", "switches"]


@pytest.mark.parametrize(("n", "text"), [(0, "0 sets"), (1, "1 set"), (1234, "1,234 sets")])
def test_things_are_counted(n, text):
    assert formats.counted(n, "set") == text
