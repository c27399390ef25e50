"""A caller's own inputs (Series, frame, object) are cut, scrambled and kept in run.json."""

import datetime
import json

import numpy as np
import pandas as pd
import pytest

from btplaybook import run, sample, write_run
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.records.rerun import rerun
from btplaybook.runners.runs.audit import audit
from btplaybook.runners.runs.dated_values import DatedValues
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

pytestmark = pytest.mark.usefixtures("undrawn")

BARS = sample("sp500", start="2016-01-04", end="2016-12-30")
DAYS = pd.DatetimeIndex(BARS.dates)
FEAR = pd.Series(np.sin(np.arange(len(DAYS)) / 9.0), DAYS, name="fear")


class Calm(PlaybookStrategy):
    """Long while fear is below a limit."""

    params = (("limit", 0.0),)
    reads = ("fear",)

    def target_weights(self):
        fear = self.p.inputs["fear"].on(self.datetime.date(0))
        return None if fear is None else float(fear < self.p.limit)


class Peeks(Calm):
    """Reads what is known tomorrow."""

    def target_weights(self):
        fear = self.p.inputs["fear"].on(self.datetime.date(0) + datetime.timedelta(days=4))
        return float(fear < self.p.limit)


def test_a_series_is_read_by_the_day_that_it_was_known_on():
    result = run(Calm, BARS, inputs={"fear": FEAR}, strips=False)
    decided = result.decisions.set_index("date")["weight"]
    pd.testing.assert_series_equal(
        decided, (FEAR < 0.0).astype(float)[decided.index], check_names=False, check_freq=False
    )


def test_run_json_keeps_its_hash_and_a_rerun_says_who_has_it(tmp_path, without_pages):
    result = run(Calm, BARS, inputs={"fear": FEAR}, strips=False)
    write_run(result, tmp_path)
    (kept,) = json.loads((tmp_path / "run.json").read_text())["inputs"]
    assert kept["name"] == "fear"
    assert kept["source"] == "Python"
    assert kept["first"] == "2016-01-04"
    assert len(kept["sha256"]) == 64
    with pytest.raises(ParameterError, match="'fear' was handed over in Python, and only its hash"):
        rerun(tmp_path, trust=True)


def test_the_audit_cuts_and_scrambles_what_a_user_handed_over():
    assert audit(Calm, BARS, inputs={"fear": FEAR}).passed
    caught = audit(Peeks, BARS, inputs={"fear": FEAR})
    assert not caught.passed
    assert "knows the future" in caught.words()


def test_a_whole_table_worked_out_beforehand_is_caught():
    """A z-score over the whole series is a peek that no single value shows."""

    class Normalised(Calm):
        def target_weights(self):
            values = self.p.inputs["fear"].values
            today = self.p.inputs["fear"].on(self.datetime.date(0))
            return float(today < values.mean() - 0.2 * values.std())

    assert not audit(Normalised, BARS, inputs={"fear": FEAR}).passed


class Tides:
    """An input that is neither ours nor pandas'."""

    source, sha256, badges = "tide table", "0" * 64, (("info", "tides", "As printed."),)
    first_known = datetime.date(2016, 1, 4)

    def __init__(self, last=None, turned=None):
        self.last, self.turned = last, turned

    def high(self, day):
        day = np.datetime64(day)
        if self.last is not None and day > self.last:
            raise KeyError(str(day))
        odd = bool(day.astype(int) % 2)
        return not odd if self.turned is not None and day > self.turned else odd

    def until(self, day):
        return Tides(day, self.turned)

    def scrambled_after(self, day):
        return Tides(self.last, day)


class Sails(PlaybookStrategy):
    """Long at high tide."""

    params = (("ahead", 0),)
    reads = ("tides",)

    def target_weights(self):
        day = self.datetime.date(0) + datetime.timedelta(days=self.p.ahead)
        return float(self.p.inputs["tides"].high(day))


def test_an_object_of_a_guests_own():
    result = run(Sails, BARS, inputs={"tides": Tides()}, strips=False)
    assert "tides" in [badge.text for badge in result.badges]
    assert result.inputs[0]["source"] == "tide table"
    assert audit(Sails, BARS, inputs={"tides": Tides()}).passed
    assert not audit(Sails, BARS, inputs={"tides": Tides()}, ahead=1).passed


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ([FEAR], "inputs must map names to sources"),
        ({"fear": FEAR.reset_index(drop=True)}, "'fear' must be indexed by date, one row a day"),
        ({"fear": FEAR.iloc[:0]}, "'fear' must be indexed by date, one row a day at least, got no"),
        ({"fear": pd.concat([FEAR, FEAR[-1:]])}, "'fear' has 2016-12-30 twice"),
        ({"fear": pd.Series([1.0], pd.DatetimeIndex([pd.NaT]))}, "a row without a date"),
        ({"fear": 3.0}, "'fear' is a float without source, sha256, badges, first_known, until"),
        ({"fear": FEAR, "greed": FEAR}, "reads no greed: leave it out, or name it in"),
        ({1: FEAR}, "got the name 1"),
    ],
)
def test_what_is_no_input_is_refused_in_a_line(inputs, words):
    with pytest.raises(ParameterError) as caught:
        run(Calm, BARS, inputs=inputs)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


# -- by hand --------------------------------------------------------------------------------------

TABLE = pd.DataFrame(
    {"rate": [1.0, 2.0, 4.0], "open": [True, False, True], "word": ["a", "b", "c"]},
    index=pd.to_datetime(["2024-01-05 16:00", "2024-01-02 16:00", "2024-01-09 16:00"]).tz_localize(
        "UTC"
    ),
)


def test_rows_are_known_from_their_day_on():
    known = DatedValues.of("table", TABLE)
    assert known.on("2024-01-01") is None
    assert known.on("2024-01-02")["rate"] == 2.0
    assert known.on(datetime.date(2024, 1, 4))["rate"] == 2.0
    assert known.on(np.datetime64("2024-01-05"))["rate"] == 1.0
    assert known.first_known == np.datetime64("2024-01-02")
    assert list(known.until(np.datetime64("2024-01-05")).values["rate"]) == [2.0, 1.0]
    assert list(known.until(np.datetime64("2024-01-04")).values["rate"]) == [2.0]
    assert known.until(np.datetime64("2024-01-01")).first_known is None


def test_noise_leaves_what_was_known_and_moves_the_rest():
    known = DatedValues.of("table", TABLE)
    moved = known.scrambled_after(np.datetime64("2024-01-04"), np.random.default_rng(3))
    assert moved.values.iloc[0].equals(known.values.iloc[0])
    assert not np.isclose(moved.values["rate"].iloc[1:], known.values["rate"].iloc[1:]).any()
    assert list(moved.values.dtypes) == list(known.values.dtypes)
    assert known.values["rate"].tolist() == [2.0, 1.0, 4.0]
    assert moved.sha256 != known.sha256


def test_what_is_handed_over_is_not_changed():
    before = TABLE.copy()
    run(Calm, BARS, inputs={"fear": FEAR}, strips=False)
    DatedValues.of("table", TABLE)
    pd.testing.assert_frame_equal(TABLE, before)


class Bare:
    """An input of a caller's own, as right as it need be."""

    source, sha256, badges, first_known = "mine", "0", (), None

    def until(self, day):
        return self

    def scrambled_after(self, day):
        return self


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("sha256", lambda: "0", "whose sha256 must be a text"),
        ("source", None, "whose source must be a text, got None"),
        ("until", 3, "whose until must be a method, got 3"),
        ("first_known", "yesterday", "whose first_known must be a day or None, got 'yesterday'"),
        ("first_known", pd.NaT, "whose first_known must be a day or None, got NaT"),
        ("badges", None, "whose badges must be a tuple, got None"),
        ("badges", (("info", "x"),), "badges hold a kind (bad, warn, info), a text and why"),
        ("badges", (("grave", "a", "b"),), "badges hold a kind (bad, warn, info), a text and why"),
    ],
)
def test_an_object_says_which_of_its_parts_is_wrong(part, value, words):
    given = Bare()
    setattr(given, part, value)
    with pytest.raises(ParameterError) as caught:
        run(Calm, BARS, inputs={"fear": given})
    assert words in str(caught.value)


DAYS = pd.DatetimeIndex(BARS.dates[:2])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (pd.Series([1.0, 2.0], [2015, 2016]), "say the day on which each row was known"),
        (pd.Series([1.0, 2.0], DAYS.to_period("D")), 'index.to_timestamp(how="end")'),
        (pd.DataFrame({"a": [1.0, 2.0]}, DAYS).stack(), "with unstack()"),
        (pd.DataFrame(index=DAYS), "is a frame without columns"),
        (
            pd.Series([1.0, 2.0], np.array(["2016-01-04", "3000-01-01"], "datetime64[s]")),
            "has a row of 3000-01-01: days must lie in 1678 to 2261",
        ),
    ],
    ids=["years", "periods", "two levels", "no column", "far"],
)
def test_an_index_that_is_no_dates_gets_the_remedy_that_fits(given, words):
    with pytest.raises(ParameterError) as caught:
        run(Calm, BARS, inputs={"fear": given})
    assert words in str(caught.value)


@pytest.mark.parametrize("inputs", [None, {}])
def test_an_input_that_is_read_and_not_given_is_named(inputs):
    with pytest.raises(ParameterError, match="the strategy reads the input 'fear': give it"):
        run(Calm, BARS, inputs=inputs)


@pytest.mark.parametrize("kind", [pd.Series, pd.DataFrame])
def test_a_series_in_the_place_of_a_mapping_is_refused(kind):
    with pytest.raises(ParameterError, match="inputs must map names to sources"):
        run(Calm, BARS, inputs=kind([1.0, 2.0], DAYS))
