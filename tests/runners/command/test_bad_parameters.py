"""Invalid parameters of every strategy are refused by name, on each way to give them."""

import numpy as np
import pytest

from btplaybook.feeds.quoting import shown
from btplaybook.runners.errors import ParameterError
from btplaybook.runners.plans.parameter_values import checked_parameter, parameter_from
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.run import run
from btplaybook.strategies.errors import StrategyError

STRATEGIES, _ = registry.loaded()
NONSENSE = {
    "10**24": 10**24, "-10**24": -(10**24), "5,000 digits": 10**5000, "1e308": 1e308,
    "-1e308": -1e308, "NaN": float("nan"), "inf": float("inf"), "-inf": float("-inf"),
    "NumPy's NaN": np.float64("nan"), "True": True, "None": None, "text": "no such value",
    "lines": "two\nlines", "long text": "x" * 5000, "list": [1], "array": np.arange(3),
    "dict": {"a": 1}, "complex": 1j, "bytes": b"trend",
}  # fmt: skip
PARAMETERS = [
    (name, parameter, default)
    for name, kind in STRATEGIES.items()
    for parameter, default in registry.parameters(kind).items()
]


def makes_sense(parameter, default, value):
    """Tell a value that a parameter takes: any text names a group, any flag is True or False."""
    if parameter in ("sector", "country", "sub_industry"):
        return isinstance(value, str)
    return isinstance(default, bool) and isinstance(value, bool)


def test_the_shipped_strategies_are_there():
    assert {"sma-switch", "session-switch", "sign-s1", "sign-s4", "sector-long-short"} <= set(
        STRATEGIES
    )
    assert len(PARAMETERS) > 35


@pytest.mark.parametrize(
    ("name", "parameter", "default"), PARAMETERS, ids=[f"{n}-{p}" for n, p, _ in PARAMETERS]
)
def test_nonsense_is_refused_by_name(simulated, name, parameter, default):
    for value in NONSENSE.values():
        if makes_sense(parameter, default, value):
            continue
        with pytest.raises(StrategyError, match=rf"\b{parameter}\b") as raised:
            run(name, simulated, params={parameter: value}, strips=False)
        message = str(raised.value)
        assert len(message.splitlines()) == 1
        assert len(message) < 400


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("200", 200),
        ("-1.5", -1.5),
        ("True", True),
        ("None", None),
        ("trend", "trend"),
        ("'200'", "200"),
        ("[1, 2]", [1, 2]),
        ("sma:200", "sma:200"),
        ("", ""),
        ("1if", "1if"),
        ("(1", "(1"),
        ("10**24", "10**24"),
        ("9**9**9", "9**9**9"),
        ("__import__('os')", "__import__('os')"),
    ],
)
def test_what_a_text_stands_for(text, value):
    assert parameter_from("--set x", text) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("-" * 5000 + "1", "5,001 characters; at most 1,000", id="signs"),
        pytest.param("[" * 90 + "]" * 90 + "\0", "a character that is none", id="brackets"),
        pytest.param("9" * 900, "within 64 bits", id="900 digits"),
        pytest.param("0x" + "f" * 900, "within 64 bits", id="hexadecimal"),
        pytest.param("9" * 5000, "5,000 characters", id="5,000 digits"),
        pytest.param("1e400", "must be a finite number, got inf", id="infinite"),
        pytest.param("[1, 1e999]", "must be a finite number", id="infinite in a list"),
        pytest.param("1j", "must be text, a number", id="complex"),
        pytest.param("b'a'", "must be text, a number", id="bytes"),
        pytest.param("{1: 2}", "must be text, a number", id="dict"),
        pytest.param("{1, 2}", "must be text, a number", id="set"),
        pytest.param("...", "must be text, a number", id="ellipsis"),
        pytest.param("a\0b", "a character that is none", id="NUL"),
        pytest.param("'\\ud800'", "a character that is none", id="half a character"),
        pytest.param("\ud800", "a character that is none", id="no text of the shell"),
    ],
)
def test_texts_that_are_refused(text, words):
    with pytest.raises(ParameterError) as raised:
        parameter_from("--set x", text)
    assert str(raised.value).startswith("--set x")
    assert words in str(raised.value)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("text", ["-" * 998 + "1", "~" * 999 + "1", "not " * 200 + "1"])
def test_deep_texts_are_read_or_refused(text):
    """How deep Python reads hangs on its version."""
    try:
        value = parameter_from("--set x", text)
    except ParameterError as error:
        value = str(error)
    assert value in (1, text, f"--set x is nested too deeply: {shown(text)}")


def test_lists_have_an_end():
    whole = [[0] * 10] * 50
    assert checked_parameter("x", whole) is whole
    with pytest.raises(ValueError, match="x: more than 1,000 values in a list"):
        checked_parameter("x", [[0] * 10] * 100)
    endless = []
    endless.append(endless)
    with pytest.raises(ValueError, match="x: more than 1,000 values in a list"):
        checked_parameter("x", endless)
