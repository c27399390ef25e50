"""How much work a reader does, on any machine."""

import sys
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def calls_of() -> Callable[..., int]:
    """Count the calls of Python's and C's functions in a call that was made once before."""

    def count(function: Callable[..., Any], *arguments: Any) -> int:
        function(*arguments)
        calls = 0

        def watch(frame: Any, event: str, argument: Any) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(watch)
        try:
            function(*arguments)
        finally:
            sys.setprofile(before)
        return calls

    return count
