"""Vectors of 512 bits in compiled kernels, if the processor has them.

LLVM keeps to 256 bits on Intel's servers, whose first kinds slowed their clock for more. A loop of
arithmetic alone gains by the full width all the same.
"""

from __future__ import annotations

from functools import cache
from typing import Any


def wide_vectors() -> None:
    """Mark the kernel that calls it: LLVM may use the widest vectors of the processor.

    The figures do not change. Called outside a compiled kernel, it does nothing.
    """


@cache
def allow_wide_vectors() -> None:
    """Register `wide_vectors` with numba; call it before a kernel that uses it is compiled."""
    from numba import types
    from numba.extending import lower_builtin, type_callable

    @type_callable(wide_vectors)
    def typed(context: Any) -> Any:
        return lambda: types.none

    @lower_builtin(wide_vectors)  # type: ignore[no-untyped-call]
    def lowered(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        # LLVM's own attribute of a function; llvmlite's `add` knows only those without a value.
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()
