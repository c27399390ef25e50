"""Each setting is declared once; its options, its key in a plan and in run.json follow.

The laws: the command line, plans, `run` and `Settings` know every setting and refuse the same
values with the same message; the docstring of `Settings` and the help name every setting.
"""

import dataclasses
import inspect
import json
import re
from pathlib import Path

import pytest

from btplaybook.brokers.costs import LIMITS, Costs
from btplaybook.brokers.errors import BrokerError
from btplaybook.brokers.financing import Financing
from btplaybook.feeds.reading import OPTIONS, Reading
from btplaybook.runners.command.options import OTHERS
from btplaybook.runners.command.run import run as run_command
from btplaybook.runners.command.search import search as search_command
from btplaybook.runners.command.walk_forward import walk_forward as walk_forward_command
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.plans.plan_file import read_plan
from btplaybook.runners.plans.toml_tables import KEYS, TABLES
from btplaybook.runners.runs import inputs, traits
from btplaybook.runners.runs.book.members import members_of
from btplaybook.runners.runs.book.terms import BookTerms
from btplaybook.runners.runs.declared import INPUTS, SETTINGS, SOURCES
from btplaybook.runners.runs.run import run
from btplaybook.runners.runs.settings import Settings
from btplaybook.search.ledger import FILLS
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

NUMBERS = [name for name, each in SETTINGS.items() if each.kind in ("number", "whole number")]
CHOICES = [name for name, each in SETTINGS.items() if each.kind == "choice"]
RATES = [name for name, each in SETTINGS.items() if each.kind in ("rate", "rates")]
FLAGS = [name for name, each in SETTINGS.items() if each.kind == "flag"]

REFUSED = {
    "start": "soon", "end": "2020-02-30", "fill": "open", "size_at": "order",
    "rebalance": "never", "every": "year", "per_share": -1.0, "min_fee": 1e9, "percent_fee": 0.1,
    "slippage_bps": 1000.0, "spread": -0.01, "borrow": 3.0, "interest": 5.0, "max_gross": 0.0,
    "cash": 1e16, "risk_free_rate": 1.0, "seed": -1, "loop": "quick",
}  # fmt: skip
"""A value of the right kind that no run takes, for each setting that has one."""


def test_the_settings_are_those_of_the_dataclass_and_of_run_json(simulated):
    names = [each.name for each in dataclasses.fields(Settings)]
    assert list(SETTINGS) == names
    assert list(run("sma-switch", simulated, period=8, strips=False).settings) == names
    assert list(OPTIONS) == [each.name for each in dataclasses.fields(Reading)]


@pytest.mark.parametrize("name", SETTINGS | OPTIONS | SOURCES)
def test_each_is_an_option_and_a_key(name):
    commands = {
        "run": run_command, "search": search_command, "walk-forward": walk_forward_command,
    }  # fmt: skip
    for command, function in commands.items():
        taken = inspect.signature(function).parameters
        assert (name in taken) == (command == "run" or name != "benchmark")
    table = KEYS[name].table
    assert table == "bars" or name in TABLES[table]


@pytest.mark.parametrize("name", SETTINGS | OPTIONS | SOURCES)
def test_each_says_what_it_is(name):
    each = KEYS[name]
    assert each.help
    assert len(each.help) < 110
    assert bool(each.choices) == (each.kind == "choice")
    if each.kind in ("number", "rate", "rates"):
        assert each.unit
    if each.kind in ("number", "whole number", "rate", "rates"):
        assert each.range is not None
        assert each.default in each.range


def test_the_docstrings_name_each():
    for owner, names in ((Settings, SETTINGS), (Reading, OPTIONS)):
        said = inspect.getdoc(owner).partition("Raises")[0]
        assert set(names) <= set(re.findall(r"\w+", said))


def test_what_is_asked_for_is_refused_or_has_no_range():
    free = {"no_dividends", "whole_shares", "cash_check", "benchmark"}
    assert set(REFUSED) == set(SETTINGS) - free


@pytest.fixture(scope="module")
def kept(simulated):
    """Return the run.json of a run on bars of a file, which no seed makes."""
    bars = dataclasses.replace(simulated, source="x.csv")
    return run("sma-switch", bars, period=8, strips=False).to_json()


@pytest.mark.parametrize("name", REFUSED)
def test_every_way_in_refuses_in_the_same_words(
    name, command, simulated, kept, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    value = REFUSED[name]
    with pytest.raises((ParameterError, BrokerError)) as raised:
        Settings(**{name: value})
    words = str(raised.value)
    assert repr(value) in words or str(value) in words
    with pytest.raises(type(raised.value), match=re.escape(words)):
        run("sma-switch", simulated, **{name: value})

    simulated.frame().to_csv("x.csv")
    option = f"--{name.replace('_', '-')}={value}"
    for typed in (["run"], ["search", "--space", "period=2..3"]):
        ended = command(*typed, "sma-switch", "--bars", "x.csv", option)
        assert (ended.code, ended.err) == (2, f"btplaybook: {words}\n")

    written = json.dumps(value)
    tables = {"run": 'strategy = "sma-switch"', SETTINGS[name].table: f"{name} = {written}"}
    if SETTINGS[name].table == "run":
        tables["run"] = f'strategy = "sma-switch"\n{name} = {written}'
    text = "".join(f"[{table}]\n{lines}\n" for table, lines in tables.items())
    Path("plan.toml").write_text(text + '[bars]\nX = "x.csv"\n')
    with pytest.raises(ParameterError) as refused:
        read_plan("plan.toml")
    assert str(refused.value) == f"plan.toml: {words}"

    told = json.loads(kept)
    told["settings"][name] = value
    Path("run.json").write_text(json.dumps(told))
    with pytest.raises(ParameterError) as refused:
        read_plan("run.json")
    assert str(refused.value) == f"run.json: {words}"


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_taken_up_to_its_ends(name):
    known = SETTINGS[name].range
    for end, belongs in ((known.low, known.ends[0] == "["), (known.high, known.ends[1] == "]")):
        assert (end in known) == belongs
        if belongs:
            assert getattr(Settings(**{name: end}), name) == end
        else:
            with pytest.raises(ValueError, match=rf"^{name} must be .*, got {re.escape(str(end))}"):
                Settings(**{name: end})
    for wrong in (float("nan"), True, "1", None, [1]):
        with pytest.raises(ValueError, match=rf"^{name} must be "):
            Settings(**{name: wrong})


@pytest.mark.parametrize("name", RATES)
@pytest.mark.parametrize("rate", [-1.0, -0.999, 0.999, 1.0])
def test_a_rate_is_taken_up_to_its_ends(name, rate):
    within = rate in SETTINGS[name].range
    assert within == (abs(rate) < 1)
    if within:
        assert getattr(Settings(**{name: rate}), name) == rate
    else:
        with pytest.raises(ValueError, match="must be a decimal fraction a year"):
            Settings(**{name: rate})
        with pytest.raises(ValueError, match="must be a decimal fraction a year"):
            Financing(cash=rate)


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("value", ["yes", 1, None])
def test_a_flag_is_yes_or_no(name, value):
    with pytest.raises(ParameterError, match=f"^{name} is yes or no, got {value!r}$"):
        Settings(**{name: value})


def test_the_choices_are_those_of_the_parts_that_make_them():
    assert set(SETTINGS["fill"].choices) == set(FILLS) - {"close_after_next"}
    defaults = PlaybookStrategy.params
    for name in traits.CHOICES:
        assert getattr(defaults, name) in SETTINGS[name].choices


def test_the_costs_are_those_of_an_order():
    given = {name: 0.01 for name in LIMITS}
    assert Settings(**given).costs == Costs(**given)
    assert set(LIMITS) == {each.name for each in dataclasses.fields(Costs)}
    assert set(LIMITS) | set(RATES) == set(TABLES["costs"])


@pytest.mark.usefixtures("without_pages")
def test_a_spread_costs_half_of_it_on_every_share(command, simulated, tmp_path, monkeypatch):
    """A plan, an option and a keyword charge the same."""
    monkeypatch.chdir(tmp_path)
    simulated.frame().to_csv("x.csv")
    typed = ("run", "sma-switch", "--bars", "X=x.csv", "--set", "period=8", "--quick", "--json")
    ended = command(*typed, "--spread", "0.5", "--out", "a")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert told["settings"]["spread"] == 0.5
    assert told["metrics"]["pnl"]["slippage"] < 0
    Path("p.toml").write_text(
        '[run]\nstrategy = "sma-switch"\nquick = true\n[params]\nperiod = 8\n'
        '[costs]\nspread = 0.5\n[bars]\nX = "x.csv"\n'
    )
    assert read_plan("p.toml").run().to_json() == ended.out
    shares = float(run("sma-switch", simulated, period=8, strips=False, spread=0.5)
                   .trades["size"].abs().sum())  # fmt: skip
    assert told["metrics"]["pnl"]["slippage"] == pytest.approx(-0.25 * shares, rel=1e-9)


def test_several_files_are_taken_of_panels_and_holdings_alone():
    several = [name for name, each in INPUTS.items() if each.default is not None]
    assert several == ["panel", "holdings"]
    assert set(OTHERS).isdisjoint(INPUTS)
    assert list(INPUTS) == list(inputs.OPTIONS.values())


@pytest.mark.parametrize(
    ("period", "adverb"),
    [("day", "daily"), ("week", "weekly"), ("month", "monthly"), ("quarter", "quarterly")],
)
def test_a_period_may_be_said_either_way(period, adverb):
    """The contracts' words are kept: every is a period, a book's rebalance an adverb."""
    assert Settings(every=adverb).every == Settings(every=period).every == period
    assert BookTerms(rebalance=period).rebalance == BookTerms(rebalance=adverb).rebalance == adverb
    member = {"name": "a", "strategy": "sma-switch", "instruments": ["X"], "every": adverb}
    assert members_of([member], BookTerms())[0].every == period
    with pytest.raises(ParameterError, match="every must be one of day, week"):
        Settings(every="yearly")
    with pytest.raises(ParameterError, match="rebalance must be one of daily, weekly"):
        BookTerms(rebalance="year")
