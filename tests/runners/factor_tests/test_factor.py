"""A factor by name or of one's own: what it may see, and what it may return."""

import inspect
import types

import numpy as np
import pytest

from btplaybook.runners.errors import ParameterError
from btplaybook.runners.factor_tests.factor import FactorStopped, FactorUnderTest
from btplaybook.runners.factor_tests.sealed import SealedSeen
from btplaybook.strategies.sector.factors import Seen, momentum

DAY = np.datetime64("2015-03-31")
N = np.nan


@pytest.fixture
def seen():
    """Four stocks, of which the universe has three, in tables that go on after the session."""
    rng = np.random.default_rng(0)
    returns, residuals = rng.standard_normal((2, 100, 4))
    whole = Seen(
        DAY, ("A", "B", "C", "D"), returns[:60], residuals[:60], np.arange(4.0), np.ones((4, 5))
    )
    return SealedSeen(whole, np.array([True, False, True, True]))


def own(tmp_path, code, name="factor"):
    file = tmp_path / "mine.py"
    file.write_text(f"import numpy as np, pandas as pd\n{code}")
    return f"{file}:{name}"


def test_the_books_factors_have_names_and_words():
    found = FactorUnderTest.of("momentum")
    assert found.function is momentum
    blend = "The blend of 30, 60 and 90-day residual momentum and its consistency."
    assert found.words == blend
    assert found.sha256 == ""


def test_one_of_ones_own_from_a_file_has_its_hash(tmp_path, seen):
    text = own(tmp_path, 'def factor(seen):\n    """Buy the cheap."""\n    return -seen.raw_price')
    found = FactorUnderTest.of(text)
    assert (found.words, len(found.sha256), found.short_name) == ("Buy the cheap.", 64, "factor")
    assert found.of_session(seen).tolist() == [-0.0, -2.0, -3.0]


def test_a_function_itself_and_one_of_a_module_are_the_same():
    text = "btplaybook.strategies.sector.factors:momentum"
    assert FactorUnderTest.of(text).function is FactorUnderTest.of(momentum).function
    assert FactorUnderTest.of(momentum).name == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("momentun", "there is no factor 'momentun'; did you mean 'momentum'"),
        ("mine.py", "say which function of the file, as mine.py:FUNCTION"),
        ("btplaybook.strategies.sector.factors:valu", "there is no function 'valu'"),
        ("nowhere_at_all:f", "module 'nowhere_at_all' cannot be imported"),
        ("missing.py:f", "there is no file missing.py"),
    ],
)
def test_one_that_is_not_there_is_named(text, words):
    with pytest.raises(ParameterError) as raised:
        FactorUnderTest.of(text)
    assert words in str(raised.value)


def test_one_that_takes_two_values_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="it is called with what was seen alone"):
        FactorUnderTest.of(own(tmp_path, "def factor(seen, window):\n    return 1"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return 1 / 0", "on 2015-03-31: line 3 of mine.py: ZeroDivisionError: division by zero"),
        ("return None", "on 2015-03-31 returned the shape (), not (3,)"),
        ("return np.ones(4)", "returned the shape (4,), not (3,)"),
        ("return 'high'", "returned 'high': one number a stock is meant"),
        ("return seen.raw_price / np.array([1, 1, 0.0])", "is infinite for D"),
        ("return seen.cap", "AttributeError: 'SealedSeen' object has no attribute 'cap'"),
        ("seen.residuals[-1] = 0\n    return seen.raw_price", "read-only"),
        ("seen.raw_price[0] = 9\n    return seen.raw_price", "read-only"),
        ("seen.day = 3", "cannot assign to field 'day'"),
        ("raise SystemExit(0)", "on 2015-03-31: line 3 of mine.py: SystemExit: 0"),
        ("return seen.raw_price * 1j", "returned complex numbers: one number a stock is meant"),
        ("return np.full(3, seen.day)", "returned dates: one number a stock is meant"),
        ("return np.full(3, '1.0')", "returned texts: one number a stock is meant"),
        ("return [1, seen.day, 2]", "one number a stock is meant"),
        ("return np.array([1, '2', 3], dtype=object)", "returned '2' for C: one number a stock"),
        ("return [1.0, 2.0, 1e151]", "is infinite for D"),
        ("return [1.0, 2.0, 10**400]", "is infinite for D"),
        ("vars(seen)['raw_price'] = np.ones(2)\n    return np.ones(2)", "shape (2,), not (3,)"),
        ("vars(seen)['tickers'] = ()\n    return np.ones(3) * np.inf", "is infinite for A"),
        ("return pd.Series([1, 2, 3], ['X', 'Y', 'Z'])", "index begins with 'X', which is no"),
        ("return pd.Series([1, 2, 3], [2, 0, 1])", "index begins with 2, which is no ticker"),
        ("return pd.Series([1, 2, 3], ['A', 'C', 'A'])", "a Series that has 'A' twice"),
        ("return pd.DataFrame({'x': [1, 2, 3]})", "returned the shape (3, 1), not (3,)"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
def test_what_goes_wrong_names_factor_day_and_fault(tmp_path, seen, body, words):
    found = FactorUnderTest.of(own(tmp_path, f"def factor(seen):\n    {body}"))
    with pytest.raises(FactorStopped) as raised:
        found.of_session(seen)
    said = str(raised.value)
    assert words in said
    assert "mine.py:factor on 2015-03-31" in said
    assert "\n" not in said
    assert raised.value.exit_code == 5


def test_nan_says_that_a_value_is_not_known(tmp_path, seen):
    found = FactorUnderTest.of(own(tmp_path, "def factor(seen):\n    return [1, np.nan, 2]"))
    assert np.isnan(found.of_session(seen)).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("returned", "values"),
    [
        ("pd.Series({'D': 3, 'A': 1, 'C': 2})", [1, 2, 3]),
        ("pd.Series({'D': 3.0, 'B': 9.0, 'A': 1.0})", [1, N, 3]),
        ("pd.Series({'D': 3, 'A': pd.NA}, dtype='Int64')", [N, N, 3]),
        ("pd.Series(seen.raw_price)", [0, 2, 3]),
        ("pd.Series(seen.raw_price, seen.tickers).sort_values(ascending=False)", [0, 2, 3]),
        ("np.ma.masked_less(seen.raw_price, 1)", [N, 2, 3]),
        ("np.ma.masked_equal([0, 2, 3], 2)", [0, N, 3]),
        ("[1, None, 3]", [1, N, 3]),
        ("seen.raw_price > 1", [0, 1, 1]),
    ],
)
def test_values_belong_to_the_stocks_that_they_are_returned_for(tmp_path, seen, returned, values):
    found = FactorUnderTest.of(own(tmp_path, f"def factor(seen):\n    return {returned}"))
    assert found.of_session(seen) == pytest.approx(values, nan_ok=True)


def test_what_is_seen_ends_at_the_session_and_belongs_to_nobody_else(seen):
    for array in (seen.returns, seen.residuals, seen.newest_residuals(30), seen.raw_price):
        assert array.base is None
        assert not array.flags.writeable
    assert seen.residuals.shape == (60, 3)
    assert (seen.newest_residuals(30) == seen.residuals[-30:]).all()
    assert seen.tickers == ("A", "C", "D")


def reachable(start):
    """Return every array that can be reached from an object, its bases and closures included."""
    arrays, met, todo = [], set(), [start]
    while todo:
        one = todo.pop()
        if id(one) in met or isinstance(one, type) or inspect.ismodule(one):
            continue
        met.add(id(one))
        if isinstance(one, np.ndarray):
            arrays.append(one)
            todo.append(one.base)
        elif isinstance(one, types.FunctionType):
            todo += [cell.cell_contents for cell in one.__closure__ or ()]
        else:
            todo += [*getattr(one, "__dict__", {}).values()]
            todo += one.values() if isinstance(one, dict) else []
            todo += one if isinstance(one, (list, tuple)) else []
    return arrays


def test_no_array_that_goes_on_after_the_session_can_be_reached(seen):
    for sealed in (seen, seen.of(np.array([True, False, True]))):
        assert sealed.residuals.size > 0
        found = reachable(sealed)
        assert len(found) >= 5
        assert max(len(array) for array in found if array.ndim == 2) == 60
        assert not any(array.size > 60 * 4 for array in found)


def test_a_part_of_what_is_seen_is_sealed_too(seen):
    part = seen.of(np.array([False, True, True]))
    assert part.tickers == ("C", "D")
    assert (part.residuals == seen.residuals[:, 1:]).all()
    assert part.residuals.base is None


def test_the_factor_cannot_change_its_answer_later(tmp_path, seen):
    code = "kept = np.zeros(3)\ndef factor(seen):\n    kept[:] += 1\n    return kept"
    found = FactorUnderTest.of(own(tmp_path, code))
    first = found.of_session(seen)
    found.of_session(seen)
    assert first.tolist() == [1.0, 1.0, 1.0]
