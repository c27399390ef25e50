"""The sign rules' positions: tables worked by hand, laws, an oracle in pandas, and real prices.

Laws: S3 with d = 0 is S1; a scale of returns or prices changes nothing; prices that never fall are
held for ever; the past does not know the future; what is estimated adds up to what is held.
"""

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from btplaybook.feeds.readers import read_bars
from btplaybook.strategies.rule_answer import compiled
from btplaybook.strategies.rules.sign_rule import sign_g, sign_positions
from btplaybook.strategies.rules.sign_rule_as_published import script_positions

NAN = math.nan
PAGE = Path(__file__).resolve().parents[3] / "docs" / "pages" / "sign_rules.md"

falls_and_rises = npst.arrays(
    np.float64, st.integers(1, 60), elements=st.integers(-100, 100).map(lambda k: k / 1024)
)
delays = st.integers(0, 4)
windows = st.integers(1, 6)
memories = st.integers(2, 8)
fallbacks = st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0])


def positions(close, delay, window=1, memory=0, fallback=2.0, clipped=False, dividend=None):
    """Return the rule's positions; g is estimated where there is a memory."""
    close = np.asarray(close, float)
    dividend = np.zeros(close.size) if dividend is None else np.asarray(dividend, float)
    return sign_positions(
        close, dividend, delay, window, memory, memory > 0, float(fallback), clipped
    )


def same(got, expected):
    return np.array_equal(got, np.asarray(expected, float), equal_nan=True)


def walk(signs):
    """Return closes that rise by 1 for +, fall by 1 for - and stay for 0."""
    return 32.0 + np.cumsum([0, *({"+": 1, "-": -1, "0": 0}[sign] for sign in signs)])


def grown(returns):
    """Return closes with these returns from the second bar on."""
    return 100.0 * np.cumprod(np.concatenate([[1.0], 1.0 + np.asarray(returns)]))


# -- by hand ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signs", "delay", "held"),
    [
        pytest.param("+-0-", 0, [NAN, 1, -1, 1, -1], id="S1, the newest return"),
        pytest.param("+-0-", 1, [NAN, NAN, 1, -1, 1], id="S1, the one before"),
        pytest.param("-+", 2, [NAN, NAN, NAN], id="S1, too few bars"),
    ],
)
def test_s1_by_hand(signs, delay, held):
    assert same(positions(walk(signs), delay), held)


@pytest.mark.parametrize(
    ("close", "delay", "held"),
    [
        # r = .1, -.0909, 0, .2, -.25; sums of two: .0091, -.0909, .2, -.05
        pytest.param([10, 11, 10, 10, 12, 9], 0, [NAN, NAN, 1, -1, 1, -1], id="S2"),
        pytest.param([10, 11, 10, 10, 12, 9], 1, [NAN, NAN, NAN, 1, -1, 1], id="S2, a bar later"),
        # 7/5 - 1 + 21/35 - 1 is 0, and in floats -1.1e-16
        pytest.param([25, 35, 21], 0, [NAN, NAN, 1], id="S2, a sum of 0 is not negative"),
    ],
)
def test_s2_by_hand(close, delay, held):
    assert same(positions(close, delay, 2), held)


@pytest.mark.parametrize(
    ("signs", "delay", "memory", "last"),
    [
        # pairs (y, z) at the last bar, oldest first, then the z that is decided on
        pytest.param("-+-", 0, 2, -1, id="(+,-) (-,+), z -: g = 2"),
        pytest.param("-+--", 0, 2, -1, id="(-,+) (-,-), z -: g = 4"),
        pytest.param("-+--+", 0, 2, 1, id="(-,-) (+,-), z +"),
        pytest.param("-+--+-0", 0, 2, 1, id="(-,+) (0,-), z 0"),
        pytest.param("---+", 1, 2, 0, id="(-,-) (+,-), z -: g = 1 is flat"),
        pytest.param("-+-++", 2, 2, 1, id="(+,-) (+,+), z -: g = 0 is long"),
        pytest.param("-----++", 3, 3, 1, id="(-,-) (+,-) (+,-), z -: g = 2/3 is long"),
        pytest.param("-----+", 3, 3, NAN, id="too few pairs"),
    ],
)
def test_s3_by_hand(signs, delay, memory, last):
    assert same(positions(walk(signs), delay, 1, memory)[-1:], [last])


@pytest.mark.parametrize(
    ("signs", "delay", "memory", "forecast"),
    [
        pytest.param("-----++", 3, 3, 1 / 3, id="g = 2/3"),
        pytest.param("---+", 1, 2, 0, id="g = 1"),
        pytest.param("-+--", 0, 2, -1, id="g = 4 is clipped"),
        pytest.param("-+--+", 0, 2, 1, id="z + is long"),
    ],
)
def test_the_forecast_itself_is_held_where_it_is_asked_for(signs, delay, memory, forecast):
    held = positions(walk(signs), delay, 1, memory, clipped=True)
    assert held[-1] == pytest.approx(forecast, abs=1e-15)


@pytest.mark.parametrize(
    ("fallback", "sign", "forecast"), [(2, -1, -1), (1, 0, 0), (0, 1, 1), (0.25, 1, 0.75)]
)
def test_without_a_negative_z_g_falls_back(fallback, sign, forecast):
    close = walk("++-++")  # at the last bar the pairs' z are r_1 and r_2, and z_t is r_3
    assert positions(close, 2, 1, 2, fallback)[-1] == sign
    assert positions(close, 2, 1, 2, fallback, clipped=True)[-1] == forecast


def test_s4_by_hand():
    # t      1     2      3     4     5      6     7      8      9     10     11
    # r_t   .1  -.182   .111  -.1  -.111   .125 -.111  -.125   .143 -.125  -.143
    # z_t         -      -     +     -      +     +      -      +     +      -
    # pairs at 5: (-, -) (-, +), g = 4; at 8 and 11: z + and +, the fallback
    close = [10, 11, 9, 10, 9, 8, 9, 8, 7, 8, 7, 6]
    for fallback, then in ((2, -1), (1, 0), (0, 1)):
        held = [NAN, NAN, NAN, NAN, 1, -1, 1, 1, then, 1, 1, then]
        assert same(positions(close, 0, 2, 2, fallback), held)


def test_s4_is_flat_at_g_equal_to_1():
    # r = -.4, .167, -.429, .25; z_2, z_3, z_4 < 0; pairs (y_3 -, z_2 -) (y_4 +, z_3 -)
    assert same(positions([10, 6, 7, 4, 5], 0, 2, 2), [NAN, NAN, NAN, NAN, 0])


def test_a_dividend_belongs_to_the_return():
    assert same(positions([10, 9, 9], 0, dividend=[0, 0.5, 0]), [NAN, -1, 1])
    assert same(positions([10, 9, 9], 0, dividend=[0, 1, 0]), [NAN, 1, 1])
    assert (9.04 + 0.01) / 9.05 < 1  # which rounding alone makes negative
    assert same(positions([9.05, 9.04], 0, dividend=[0, 0.01]), [NAN, 1])


@pytest.mark.parametrize("memory", [0, 2])
def test_what_is_not_a_number_ends_the_positions(memory):
    close = walk("+-+-+-+-")
    whole = positions(close, 0, 1, memory)
    for column in ("close", "dividend"):
        arrays = {"close": close.copy(), "dividend": np.zeros(close.size)}
        arrays[column][6] = NAN
        broken = positions(arrays["close"], 0, 1, memory, dividend=arrays["dividend"])
        assert same(broken[:6], whole[:6])
        assert np.isnan(broken[6:]).all()
    assert same(positions(close, 0, 1, memory, dividend=[NAN, *np.zeros(8)]), whole)


# -- laws ---------------------------------------------------------------------------------------


def s4_in_pandas(returns, delay, window, memory, fallback):
    """Return S4's positions from the bar of the first return on, after a table of pairs."""
    r = pd.Series(returns).round(9)  # multiples of 1/1024: what was a tie stays one
    z = r.rolling(window).apply(lambda part: round(part.sum(), 9), raw=True).shift(delay)
    pairs = pd.DataFrame({"y": r < 0, "z": z.shift(1)}).dropna()
    below = (pairs["z"] < 0).rolling(memory).sum()
    losses = pairs["y"].rolling(memory).sum()
    g = (2 * losses / below).where(below > 0, fallback).where(below.notna()).reindex(r.index)
    return np.sign(1 - g * (z < 0)).to_numpy()


@given(falls_and_rises, delays, windows, memories, fallbacks)
def test_pandas_agrees(returns, delay, window, memory, fallback):
    got = positions(grown(returns), delay, window, memory, fallback)
    assert same(got[1:], s4_in_pandas(returns, delay, window, memory, fallback))


@given(falls_and_rises, delays, windows)
def test_fixed_g_is_the_sign_of_the_sum(returns, delay, window):
    z = pd.Series(returns).rolling(window).sum().shift(delay)
    expected = np.where(z < -1e-9, -1.0, 1.0)
    expected[z.isna()] = NAN
    assert same(positions(grown(returns), delay, window)[1:], expected)


@given(falls_and_rises, delays, windows, memories, fallbacks, st.booleans(), st.booleans())
def test_compiled_it_gives_the_same(returns, delay, window, memory, fallback, estimated, clipped):
    close = grown(returns)
    arguments = (delay, window, memory * estimated, estimated, fallback, clipped)
    plain = sign_positions(close, np.zeros(close.size), *arguments)
    assert same(compiled(sign_positions)(close, np.zeros(close.size), *arguments), plain)


@given(falls_and_rises, delays, windows, memories, st.sampled_from([0.5, 0.25, 0.125]))
def test_the_scale_of_returns_does_not_matter(returns, delay, window, memory, scale):
    for kind in (0, memory):
        got = positions(grown(scale * returns), delay, window, kind)
        assert same(got, positions(grown(returns), delay, window, kind))


@given(falls_and_rises, delays, windows, memories, st.floats(1e-3, 1e3))
def test_the_scale_of_prices_does_not_matter(returns, delay, window, memory, scale):
    close = grown(returns)
    dividend = np.where(returns < -0.05, 1.0, 0.0)
    paid = np.concatenate([[0.0], dividend])
    got = positions(scale * close, delay, window, memory, dividend=scale * paid)
    assert same(got, positions(close, delay, window, memory, dividend=paid))


@given(falls_and_rises, delays, windows, memories, fallbacks, st.booleans())
def test_what_never_falls_is_held(returns, delay, window, memory, fallback, clipped):
    for kind in (0, memory):
        held = positions(grown(np.abs(returns)), delay, window, kind, fallback, clipped)
        assert (held[delay + window + kind :] == 1.0).all()
        assert np.isnan(held[: delay + window + kind]).all()


@given(falls_and_rises, delays)
def test_upside_down_returns_turn_s1(returns, delay):
    moved = returns[: returns.size - delay] != 0.0  # a return of 0 is long on either side
    up, down = (positions(grown(r), delay)[1 + delay :] for r in (returns, -returns))
    assert same(up[moved], -down[moved])


@given(falls_and_rises, memories, st.sampled_from([1.5, 2.0]))
def test_s3_without_delay_is_s1(returns, memory, fallback):
    """The newest y is z_t itself: where that is negative #y >= #z, hence g >= 2."""
    held = positions(grown(returns), 0, 1, memory, fallback)
    assert same(held[1 + memory :], positions(grown(returns), 0)[1 + memory :])


@given(falls_and_rises, delays, windows, memories, st.booleans(), st.data())
def test_the_past_does_not_know_the_future(returns, delay, window, memory, clipped, data):
    close = grown(returns)
    cut = data.draw(st.integers(0, close.size))
    for kind in (0, memory):
        whole = positions(close, delay, window, kind, clipped=clipped)
        assert same(positions(close[:cut], delay, window, kind, clipped=clipped), whole[:cut])


@given(falls_and_rises, delays, windows, memories, st.data())
def test_bars_before_those_that_are_read_do_not_matter(returns, delay, window, memory, data):
    close = grown(returns)
    cut = data.draw(st.integers(0, close.size - 1))
    for kind in (0, memory):
        later = positions(close[cut:], delay, window, kind)
        decided = ~np.isnan(later)
        assert same(later[decided], positions(close, delay, window, kind)[cut:][decided])


@given(falls_and_rises, delays, windows, memories, fallbacks)
def test_the_sign_and_the_forecast_are_of_one_side(returns, delay, window, memory, fallback):
    sign, forecast = (
        positions(grown(returns), delay, window, memory, fallback, clipped)
        for clipped in (False, True)
    )
    assert same(np.sign(forecast), sign)
    assert np.nanmax(np.abs(forecast), initial=0.0) <= 1.0


def test_inputs_are_left_as_they_are():
    close, dividend = walk("+-+-+-"), np.full(7, 0.1)
    before = close.copy(), dividend.copy()
    for array in (close, dividend):
        array.setflags(write=False)
    sign_g(close, dividend, 1, 2, 2, True, 2.0, False)
    assert np.array_equal(close, before[0])
    assert np.array_equal(dividend, before[1])


# -- g ------------------------------------------------------------------------------------------


@given(falls_and_rises, delays, windows, memories, fallbacks, st.booleans())
def test_g_and_z_give_the_positions(returns, delay, window, memory, fallback, estimated):
    close = grown(returns)
    arguments = (delay, window, memory * estimated, estimated, fallback, True)
    found = sign_g(close, np.zeros(close.size), *arguments)
    held = sign_positions(close, np.zeros(close.size), *arguments)
    assert same(np.isnan(found.g), np.isnan(held))
    forecast = np.clip(1.0 - found.g * (found.z < 0), -1.0, 1.0)
    assert forecast == pytest.approx(held, abs=1e-12, nan_ok=True)
    assert (found.g[~np.isnan(held)] >= 0).all()
    assert not found.on_fallback[np.isnan(held)].any()
    if not estimated:
        assert not found.on_fallback.any()
    assert (found.g[found.on_fallback] == fallback).all()


def test_g_by_hand():
    close = np.array([10.0, 11, 9, 10, 9, 8, 9, 8, 7])  # the first bars of S4's table
    found = sign_g(close, np.zeros(9), 0, 2, 2, True, 1.5, False)
    assert same(found.g, [NAN] * 4 + [2 * 1 / 2, 2 * 2 / 1, 2 * 1 / 1, 2 * 1 / 1, 1.5])
    assert found.on_fallback.tolist() == [False] * 8 + [True]
    assert np.sign(found.z).tolist()[2:] == [-1, -1, 1, -1, 1, 1, -1]


def test_a_y_that_is_0_but_for_rounding_is_not_negative():
    paid = np.zeros(11)
    paid[5] = 0.01
    rounded = np.array([12, 11, 10, 9, 9.05, 9.04, 8, 7, 8, 7, 6])  # 9.05 to 9.04 and 0.01
    exact = np.where(rounded == 9.04, 9.05, rounded)
    arguments = (2, 1, 2, True, 2.0, False)
    found = sign_g(rounded, paid, *arguments).g
    assert same(found, sign_g(exact, np.zeros(11), *arguments).g)
    # y +, 0 to z -, -: 0; then 0, - to -, -: 1; -, - to -, +: 4
    assert found[5:8].tolist() == [0.0, 1.0, 4.0]


# -- as the script does it ----------------------------------------------------------------------


def script_by_the_day(returns, delay, window, memory):
    """Return what is held over each day, one day after another, as the docstring's notes say."""
    lag = delay + 1

    def falls(k):
        return k >= 0 and returns[k] < 0

    def indicator(k):
        last = k - lag
        return last - window + 1 >= 0 and sum(returns[last - window + 1 : last + 1]) < 0

    def sided(mark, losses, marks):
        if None in (losses, marks) or (marks == 0 and (not mark or losses == 0)):
            return NAN
        return float(np.sign(marks - 2 * losses)) if mark else 1.0

    def count(what, last):
        days = range(last - memory + 1, last + 1)
        return sum(map(what, days)) if days[0] >= 0 else None

    held = []
    for k in range(len(returns)):
        losses = count(falls, k - 1)
        third = sided(falls(k - lag), losses, count(falls, k - 1 - lag))
        fourth = sided(indicator(k - lag), losses, count(indicator, k - lag))
        held.append([1 - 2 * falls(k - lag), 1 - 2 * indicator(k), third, fourth])
    return np.array(held, float).T


@given(falls_and_rises, delays, windows, memories)
def test_the_script_day_by_day(returns, delay, window, memory):
    found = script_positions(returns, delay, window, memory)
    expected = script_by_the_day(returns.tolist(), delay, window, memory)
    assert same(found.held, expected)
    assert found.kept.tolist() == [not np.isnan(day).any() for day in expected.T]


def test_the_script_by_hand():
    # d = 0, M = 1, R = 2, hence lag 1; y are the two days before k, S3's z those before y's newest
    returns = np.array([0.1, 0.1, 0.1, 0.1, -0.1, -0.1, 0.1, -0.1, 0.1])
    held = [
        [1, 1, 1, 1, 1, -1, -1, 1, -1],
        [1, 1, 1, 1, 1, -1, -1, 1, -1],
        # k = 3, 4: 0 / 0; k = 5: #y 1, #z 0, I = 1: short; 6: #y 2, #z 1; 7: I = 0; 8: 1 to 1
        [NAN, NAN, NAN, NAN, NAN, -1, -1, 1, -1],
        # I is r_{k-2} < 0 and #z counts r_{k-3}, r_{k-2}: k = 5: I = 0, #z 0, no number;
        # 6: I = 1, #y 2, #z 1; 7: I = 1, #y 1, #z 2: flat; 8: I = 0, #z 1: long
        [NAN, NAN, NAN, NAN, NAN, NAN, -1, 0, 1],
    ]
    found = script_positions(returns, 0, 1, 2)
    assert same(found.held, held)
    assert found.kept.tolist() == [False] * 6 + [True] * 3


@given(falls_and_rises, delays, windows, memories)
def test_the_script_departs_from_s1_to_s3_by_its_days_alone(returns, delay, window, memory):
    held, kept = script_positions(returns, delay, window, memory)
    close = grown(returns)
    marks = np.arange(returns.size)
    for row, kind in ((0, (1, 0)), (1, (window, 0)), (2, (1, memory))):
        ours = positions(close, delay, *kind)[:-1]  # decided a bar before the day it is held over
        both = kept & ~np.isnan(ours)
        assert same(held[row][both], ours[both])
        assert (marks[kept & np.isnan(ours)] < delay + window).all()  # the script's warm-up


def test_returns_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="entry 0 is nan: leave it out"):
        script_positions(np.array([NAN, 0.1]), 1, 1, 2)


# -- real prices --------------------------------------------------------------------------------

RULES = {"S1": (False, False), "S2": (True, False), "S3": (False, True), "S4": (True, True)}
"""Rule to whether it sums, and whether g is estimated."""

SETS = [(d, M, R) for d in range(1, 6) for M in range(1, 15) for R in range(2, 22)]
"""The source's search: 1,400 sets."""


@pytest.fixture(scope="module")
def oih(realdata):
    return read_bars(realdata / "etf" / "OIH.csv", end="2024-08-20")


@pytest.fixture(scope="module")
def days(oih):
    """The days whose returns count, 2022-01-01 to 2024-08-20."""
    return slice(int(np.searchsorted(oih.dates, np.datetime64("2022-01-01"))), None)


def excess(bars, days, arguments):
    """Return the compounded gain over buy and hold, a fraction."""
    held = compiled(sign_positions)(bars.close, bars.dividend, *arguments)
    returns = bars.total_returns[days]
    return np.prod(1 + held[days.start - 1 : -1] * returns) - np.prod(1 + returns)


def best_of(bars, days, sums, estimated):
    """Return the best set's excess, and the set."""
    sets = {(d, M if sums else 1, R if estimated else 0) for d, M, R in SETS}
    return max((excess(bars, days, (*s, estimated, 2.0, False)), s) for s in sorted(sets))


def rows(heading):
    """Return the cells of a table of the page, under a heading."""
    page = PAGE.read_text(encoding="utf-8")
    body = page.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in re.findall(r"^\| .*", body, re.M)][1:]


def words_of_the_page():
    return " ".join(PAGE.read_text(encoding="utf-8").split())


def test_the_best_sets_of_the_formula(oih, days):
    told = {row[0]: row[1:] for row in rows("What the formula gives")}
    assert list(told) == list(RULES)
    for name, (sums, estimated) in RULES.items():
        gain, (delay, window, memory) = best_of(oih, days, sums, estimated)
        read = [delay, window if sums else "-", memory if estimated else "-"]
        assert told[name] == [*map(str, read), f"{100 * gain:+.1f}"], name


def test_most_sets_of_s4_lose(oih, days):
    gains = np.array([excess(oih, days, (*s, True, 2.0, False)) for s in SETS])
    words = words_of_the_page()
    assert f"only {100 * (gains > 0).mean():.0f} % of its 1,400 sets" in words
    assert f"the median set is {-100 * np.median(gains):.0f} points behind" in words


def test_the_fallback_decides_about_oihs_best_set(oih, days):
    counted = slice(days.start - 1, -1)
    _, best = best_of(oih, days, True, True)
    measured = []
    for fallback in (2, 1, 0):
        arguments = (*best, True, float(fallback), False)
        held = compiled(sign_positions)(oih.close, oih.dividend, *arguments)[counted]
        found = sign_g(oih.close, oih.dividend, *arguments)
        on_fallback = found.on_fallback[counted]
        assert f"{100 * on_fallback.mean():.0f}" == "52"
        decides = on_fallback & (found.z[counted] < 0)
        shares = [found.g[counted] == 0, held == 0, decides]
        gain = f"{100 * excess(oih, days, arguments):+.1f}"
        measured.append([str(fallback), gain, *(f"{100 * share.mean():.1f}" for share in shares)])
    assert [row[1] for row in measured] == ["+63.0", "+38.7", "+13.5"]
    assert rows("The fallback") == measured


def test_the_estimate_changes_little_but_from_few_pairs(oih):
    for memory, *told in rows("What the estimate changes"):
        measured = []
        for window in (1, 5):
            fixed, estimated = (
                compiled(sign_positions)(
                    oih.close, oih.dividend, 1, window, pairs, pairs > 0, 2.0, False
                )
                for pairs in (0, int(memory))
            )
            decided = ~np.isnan(estimated)
            measured.append(f"{100 * (fixed != estimated)[decided].mean():.1f}")
        assert told == measured


def test_the_script_on_oih(oih, days):
    returns = oih.total_returns[days]
    gains, dropped = {}, {}
    for chosen in SETS:
        held, kept = script_positions(returns, *chosen)
        growth = np.prod(1 + held[:, kept] * returns[kept], axis=1)
        gains[chosen] = growth - np.prod(1 + returns[kept])
        dropped[chosen] = int((~kept).sum())
    printed = max(SETS, key=lambda chosen: gains[chosen][1])
    measured = []
    for row, name in enumerate(RULES):
        own = max(SETS, key=lambda chosen: gains[chosen][row])
        both = [f"{100 * gains[chosen][row]:+.1f}" for chosen in (printed, own)]
        measured.append([name, *both, ", ".join(map(str, own))])
    assert rows("As the script does it") == measured
    words = words_of_the_page()
    assert f"at S2's best set ({', '.join(map(str, printed))})" in words
    mean = np.mean(list(dropped.values()))
    assert f"it drops {mean:.0f} of {returns.size} days on average" in words
    assert f"({min(dropped.values())} to {max(dropped.values())})" in words
    assert f"S2's best set keeps {returns.size - dropped[printed]}." in words
    assert f"on the {returns.size - dropped[3, 13, 16]} days that (3, 13, 16) keeps" in words
