"""The number of bits that are set in a word, as one instruction of compiled kernels."""

from __future__ import annotations

from functools import cache
from typing import Any


def bits_set(word: int) -> int:
    """Return how many bits of a word are set: ``int.bit_count``.

    Parameters
    ----------
    word : int
        In a compiled kernel a uint64, and so is the answer.
    """
    return int(word).bit_count()


@cache
def allow_bits_set() -> None:
    """Register `bits_set` with numba; call it before a kernel that uses it is compiled."""
    from numba import types
    from numba.extending import lower_builtin, type_callable

    @type_callable(bits_set)
    def typed(context: Any) -> Any:
        return lambda word: types.uint64 if word == types.uint64 else None

    @lower_builtin(bits_set, types.uint64)  # type: ignore[no-untyped-call]
    def lowered(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])
