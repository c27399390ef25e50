"""The space: numbering, constraints, its text form, sampling, and what it refuses."""

import itertools
import pickle

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from btplaybook.search import space as spaces
from btplaybook.search.errors import SpaceError
from btplaybook.search.permutation import Permutation
from btplaybook.search.space import Space

SMALL = Space({"d": range(1, 4), "side": ("long", "short"), "x": (0.5, 2)}, ("d < 3", "x * d >= 1"))


def test_the_last_name_runs_fastest() -> None:
    product = list(itertools.product((1, 2, 3), ("long", "short"), (0.5, 2)))
    assert [tuple(SMALL.set_at(index).values()) for index in range(SMALL.size)] == product


@given(st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_a_set_is_rebuilt_from_its_number(lengths: list[int]) -> None:
    space = Space((f"p{place}", range(length)) for place, length in enumerate(lengths))
    indices = np.arange(space.size)
    columns = space.columns(indices)
    for index in range(0, space.size, max(1, space.size // 50)):
        one = space.set_at(index)
        assert space.index_of(one) == index
        assert {name: int(column[index]) for name, column in columns.items()} == one


@pytest.mark.parametrize(
    ("constraint", "holds"),
    [
        pytest.param("m > d", lambda m, d, s: m > d, id="names"),
        pytest.param("d + 2 <= m < 3 * d", lambda m, d, s: d + 2 <= m < 3 * d, id="chain"),
        pytest.param("-(m - d) != -4", lambda m, d, s: -(m - d) != -4, id="minus"),
        pytest.param("s == 'trend'", lambda m, d, s: s == "trend", id="text"),
        pytest.param("d * 1.5 >= m", lambda m, d, s: d * 1.5 >= m, id="fraction"),
    ],
)
def test_constraints_are_python_comparisons(constraint: str, holds) -> None:
    space = Space.parse("m=1..9, d=1..5, s=trend|reversion", [constraint])
    expected = [holds(**space.set_at(index)) for index in range(space.size)]
    assert space.allowed(np.arange(space.size)).tolist() == expected
    assert space.count == sum(expected)


def test_all_constraints_must_hold() -> None:
    allowed = SMALL.allowed(np.arange(SMALL.size))
    sets = [SMALL.set_at(index) for index in np.flatnonzero(allowed)]
    half, two = (2, 0.5), (2, 2)
    assert [(one["d"], one["x"]) for one in sets] == [(1, 2), (1, 2), half, two, half, two]
    assert SMALL.count == 6


def test_the_count_leaves_out_names_without_constraints() -> None:
    wide = Space(
        {"a": range(10), "b": range(10), "free": range(10**6), "more": range(10**6)}, ["a < b"]
    )
    assert wide.count == 45 * 10**12


def test_what_is_too_wide_to_count_is_not_counted() -> None:
    wide = Space({"a": range(10_000), "b": range(10_000)}, ["a < b"])
    assert wide.count is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("d=1..5", (1, 2, 3, 4, 5), id="range"),
        pytest.param(" d = 2 .. 21 : 3 ", (2, 5, 8, 11, 14, 17, 20), id="step"),
        pytest.param("d=-2..1", (-2, -1, 0, 1), id="negative"),
        pytest.param("d=0.1..0.3:0.1", (0.1, 0.2, 0.3), id="decimal steps do not drift"),
        pytest.param("d=8", (8,), id="one value"),
        pytest.param("d=1|2.5", (1.0, 2.5), id="numbers"),
        pytest.param("d=trend|reversion", ("trend", "reversion"), id="texts"),
        pytest.param("d=true|False", (True, False), id="truth values"),
    ],
)
def test_a_space_is_read_from_text(text: str, values: tuple[object, ...]) -> None:
    (found,) = Space.parse(text).values
    assert found == values
    assert list(map(type, found)) == list(map(type, values))


def test_the_text_form_is_the_space() -> None:
    parsed = Space.parse("d=1..5, M=1..14, R=2..21:3, direction=trend|reversion", ["M > d"])
    declared = Space(
        {
            "d": range(1, 6),
            "M": range(1, 15),
            "R": range(2, 22, 3),
            "direction": ("trend", "reversion"),
        },
        ("M > d",),
    )
    assert parsed == declared
    assert parsed.digest == declared.digest
    assert pickle.loads(pickle.dumps(parsed)) == declared


def test_the_digest_tells_order_values_and_constraints_apart() -> None:
    spaces = [
        Space({"a": (1, 2), "b": (1, 2)}),
        Space({"b": (1, 2), "a": (1, 2)}),
        Space({"a": (2, 1), "b": (1, 2)}),
        Space({"a": (1, 2), "b": (1, 2)}, ["a <= b"]),
    ]
    assert len({space.digest for space in spaces}) == len(spaces)


@pytest.mark.parametrize(
    ("values", "constraints", "message"),
    [
        pytest.param({}, (), "without parameters", id="no names"),
        pytest.param({"d": range(5, 5)}, (), "d: no values", id="empty range"),
        pytest.param([("d", (1,)), ("d", (2,))], (), "'d' is there twice", id="name twice"),
        pytest.param({"d": (1, 2, 1.0)}, (), "d: 1.0 is there twice", id="value twice"),
        pytest.param({"d": (1, float("nan"))}, (), "d: nan is not a finite", id="NaN"),
        pytest.param({"d": (1, "a")}, (), "d: numbers, truth values and texts", id="mixed"),
        pytest.param({"d": "abc"}, (), "d: values are a range or a sequence", id="a text"),
        pytest.param({"two words": (1,)}, (), "is not the name", id="not a name"),
        pytest.param({"d": (None,)}, (), "neither a number nor a text", id="None"),
        pytest.param({f"p{k}": range(1000) for k in range(7)}, (), "at most 2", id="too many"),
        pytest.param({"d": range(10**7)}, (), "more than 1,000,000 values", id="too long"),
        pytest.param({"d": (1, 2)}, ["d > 2"], "no set satisfies 'd > 2'", id="none satisfies"),
        pytest.param(
            {"a": (1, 2), "b": (1, 2)}, ["a > b", "b > a"], "no set satisfies", id="contradiction"
        ),
        pytest.param({"period": (1, 2)}, ["peroid > 1"], "did you mean 'period'", id="misspelt"),
        pytest.param({"d": (1, 2)}, ["d >"], "is not an expression", id="half a constraint"),
        pytest.param({"d": (1, 2)}, ["d + 1"], "must be a comparison", id="no comparison"),
        pytest.param({"d": (1, 2)}, ["1 < 2"], "reads no parameter", id="no parameter"),
        pytest.param({"d": (1, 2)}, ["d == 'a'"], "compares a text", id="kinds"),
        pytest.param({"d": ("a", "b")}, ["d + 1 > 2"], "reckons with a text", id="text sum"),
        pytest.param({"d": (1, 2)}, ["d * 10000000000 * 10000000000 > 1"], "64-bit", id="overflow"),
        pytest.param({"d": (1, 2)}, ["abs(d) > 1"], "unknown name 'abs'", id="a call"),
        pytest.param({"d": (1, 2)}, ["d.real > 1"], "is not made of", id="an attribute"),
        pytest.param({"d": (1, 2)}, ["d ** 2 > 1"], "is not made of", id="a power"),
        pytest.param({"d": (1, 2)}, "d > 1", "is a sequence of texts", id="bare text"),
    ],
)
def test_what_cannot_be_is_refused(values, constraints, message: str) -> None:
    with pytest.raises(SpaceError, match=message) as caught:
        Space(values, constraints)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not of the form"),
        ("d", "'d' is not of the form"),
        ("d=", "is not of the form"),
        ("d=5..1", "is an empty range"),
        ("d=1..5:0", "must be > 0"),
        ("d=1..x", "is not a range"),
        ("d=1..inf", "is not a range"),
        ("d=1||2", "an empty value"),
        ("d=1, d=2", "'d' is there twice"),
        ("d=0..1:0.0000001", "more than 1,000,000 values"),
    ],
)
def test_text_that_is_no_space_is_refused(text: str, message: str) -> None:
    with pytest.raises(SpaceError, match=message):
        Space.parse(text)


@pytest.mark.parametrize("index", [-1, 12])
def test_there_is_no_set_outside(index: int) -> None:
    with pytest.raises(SpaceError, match="the space has 12"):
        SMALL.set_at(index)


def test_a_set_of_another_space_has_no_number() -> None:
    with pytest.raises(SpaceError, match="x: 3 is not in the space"):
        SMALL.index_of({"d": 1, "side": "long", "x": 3})
    with pytest.raises(SpaceError, match="a set has the names"):
        SMALL.index_of({"d": 1})


@given(st.integers(1, 5000), st.integers(0, 10))
def test_a_permutation_holds_each_number_once(size: int, seed: int) -> None:
    assert sorted(Permutation(size, seed)(np.arange(size))) == list(range(size))


@given(st.integers(1, 2**62), st.integers(0, 2**20), st.integers(1, 100))
def test_any_part_of_a_permutation_is_computed_by_itself(size: int, start: int, n: int) -> None:
    places = np.arange(start, start + n) % size
    whole = Permutation(size, 1)(places)
    assert ((whole >= 0) & (whole < size)).all()
    assert whole.tolist() == [int(Permutation(size, 1)(places[[k]])[0]) for k in range(n)]


@pytest.mark.parametrize("size", [2**40, 2**40 + 1, 10**12])
def test_the_start_of_a_permutation_is_spread_evenly(size: int) -> None:
    drawn = Permutation(size, 0)(np.arange(100_000))
    for part in (drawn * 64 // size if size < 2**50 else drawn, drawn % 64):
        counts = np.bincount(part.astype(int), minlength=64)
        chi_squared = float(((counts - 100_000 / 64) ** 2).sum() / (100_000 / 64))
        assert 25 < chi_squared < 118  # 63 degrees of freedom: once in 10^5 outside
    assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 0.015


def test_small_permutations_are_all_drawn() -> None:
    drawn = [tuple(Permutation(4, seed)(np.arange(4))) for seed in range(2400)]
    counts = [drawn.count(one) for one in itertools.permutations(range(4))]
    assert min(counts) > 60  # 100 each on average, standard deviation 10
    assert max(counts) < 140


@pytest.mark.parametrize(
    ("values", "constraints", "first"),
    [
        pytest.param({"a": (3, 1), "b": (1, 2)}, [], {"a": 3, "b": 1}, id="no constraint"),
        pytest.param(
            {"d": range(200), "M": range(200), "R": range(200)},
            ["d > 190", "M > 7"],
            {"d": 191, "M": 8, "R": 0},
            id="far from the first",
        ),
        pytest.param(
            {"a": range(9), "x": (5, 4), "b": range(9)},
            ["b > a + 6"],
            {"a": 0, "x": 5, "b": 7},
            id="a free name between",
        ),
        pytest.param(
            {"z": range(2000), "a": range(2000), "b": range(2000)},
            ["a > 1900", "b > 1990"],
            {"z": 0, "a": 1901, "b": 1991},
            id="a wide free name before",
        ),
    ],
)
def test_the_first_set_that_may_be(values, constraints, first) -> None:
    space = Space(values, constraints)
    assert space.set_at(space.first) == first
    assert space.allowed(np.array([space.first]))[0]


@given(seed=st.integers(0, 10_000))
def test_no_set_before_the_first_may_be(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = {name: range(random.integers(1, 7)) for name in "abcd"}
    texts = [f"{one} + {int(random.integers(0, 4))} > {other}" for one, other in ("ca", "bd")]
    try:
        space = Space(values, texts[: random.integers(1, 3)])
    except SpaceError:
        return
    assert space.first == np.flatnonzero(space.allowed(np.arange(space.size)))[0]


def test_a_first_set_that_does_not_turn_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spaces, "LOOKED_THROUGH", 100_000)
    space = Space({"a": range(4000), "b": range(4000), "c": range(9)}, ["a > 3000", "b > 5"])
    with pytest.raises(SpaceError, match=r"none of the first 100,000 combinations of a, b"):
        _ = space.first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("period=2.." + "9" * 5000, "goes beyond 64-bit integers", id="digits"),
        pytest.param("period=" + "9" * 5000, "is not a finite number", id="digits of one"),
        pytest.param("period=" + "9" * 100, "is beyond 64-bit integers", id="100 digits"),
        pytest.param("x=1..2:1e-999999", "more than 1,000,000 values", id="least step"),
        pytest.param("x=0..1e999999999", "goes beyond 64-bit integers", id="exponent"),
        pytest.param("x=1..5:nan", "is not a range", id="NaN step"),
        pytest.param("x=nan..5", "is not a range", id="NaN"),
        pytest.param("x=1..5:snan", "is not a range", id="signalling NaN"),
        pytest.param("x=1|nan", "is not a finite number", id="NaN value"),
        pytest.param("x=1..5:-1", "the step of '1..5:-1' must be > 0", id="step back"),
        pytest.param("x=1..5:inf", "is not a range", id="endless step"),
        pytest.param("x=1..9e18", "goes beyond 64-bit integers", id="beyond"),
        pytest.param(",".join(f"k{n}=1" for n in range(10_000)), "more than 100 parameters",
                     id="10,000 keys"),
        pytest.param(",".join(f"k{n}=1..10" for n in range(100)), "some 1e+100 sets", id="product"),
        pytest.param(",".join(f"k{n}=1..2000" for n in range(100)), "some 1e+330 sets",
                     id="product beyond a double"),
        pytest.param(",".join(f"k{n}=1..1000000" for n in range(9)),
                     "more than 5,000,000 values of all", id="values"),
        pytest.param("x=" + "|".join(map(str, range(1_000_001))), "more than 1,000,000 values",
                     id="a million values"),
        pytest.param("a" * 5000 + "=1,b", "is not of the form", id="long name"),
        pytest.param("x\0=1", "is not the name of a parameter", id="NUL"),
        pytest.param("x.__class__=1", "is not the name of a parameter", id="attribute"),
    ],
)  # fmt: skip
def test_absurd_spaces_are_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(SpaceError) as raised:
        Space.parse(text)
    assert message in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize(
    "where",
    [
        pytest.param("(" * 5000 + "M" + ")" * 5000 + " > d", id="parentheses"),
        pytest.param("(" * 190 + "M" + ")" * 190 + " > d" * 150, id="chain"),
        pytest.param("-" * 900 + "M > d", id="signs"),
        pytest.param(" + ".join(["M"] * 240) + " > d", id="sum"),
        pytest.param(" < ".join(["M"] * 240), id="comparisons"),
        pytest.param("M > 9**9**9", id="powers"),
        pytest.param("M > " + "9" * 990, id="digits"),
        pytest.param("M > " + "9" * 5000, id="more digits"),
        pytest.param("M > 1e400", id="infinite"),
        pytest.param("M > 1j", id="complex"),
        pytest.param("M * M * M * M * M * M * M * M * M * M * M * M * M * M * M > 1", id="product"),
        pytest.param("M.__class__ > d", id="attribute"),
        pytest.param("().__class__.__bases__[0] > M", id="attributes"),
        pytest.param("M > __import__('os').system('true')", id="call"),
        pytest.param("M > (lambda: d)()", id="lambda"),
        pytest.param("M > [d for d in M]", id="comprehension"),
        pytest.param("M > (d := 1)", id="walrus"),
        pytest.param("M > f'{d}'", id="f-string"),
        pytest.param("M > d\0", id="NUL"),
        pytest.param("M > \ud800", id="half a character"),
        pytest.param("", id="empty"),
    ],
)
def test_absurd_conditions_are_refused_in_one_line(where: str) -> None:
    with pytest.raises(SpaceError) as raised:
        Space.parse("d=1..5,M=1..50", [where])
    assert len(str(raised.value).splitlines()) == 1
    assert len(str(raised.value)) < 300


def test_conditions_have_an_end() -> None:
    with pytest.raises(SpaceError, match="more than 100 constraints"):
        Space.parse("d=1..5,M=1..50", ["M > d"] * 101)
