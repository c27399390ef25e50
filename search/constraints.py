"""Conditions on parameter sets, as text: ``M > d``, ``fast * 2 <= slow``, ``side == 'long'``."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..feeds.quoting import did_you_mean, shown
from .errors import SpaceError

ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
LARGEST = 2**63 - 1

LONGEST, MOST_NODES = 1_000, 200
"""Most characters of a constraint, and most names, numbers and signs: nesting may not overflow."""


@dataclass(frozen=True)
class Constraint:
    """One comparison, or a chain of them, over columns of parameters.

    Attributes
    ----------
    text : str
        As it was written.
    names : tuple of str
        The parameters that it reads, in alphabetical order.
    """

    text: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, text: str, sizes: Mapping[str, float | None]) -> Constraint:
        """Read a constraint.

        Parameters
        ----------
        text : str
            Comparisons (< <= > >= == !=) of names, numbers, quoted texts, and + - * of these.
        sizes : mapping of str to float or None
            The largest absolute value of each parameter; None where it is a text.

        Raises
        ------
        SpaceError
            It is not such an expression, is longer than `LONGEST` or has more than `MOST_NODES`,
            reads an unknown name, compares a text with a number, or would overflow a 64-bit
            integer.
        """
        comparison = _comparison(text)
        names = {node.id for node in ast.walk(comparison) if isinstance(node, ast.Name)}
        for name in sorted(names - sizes.keys()):
            hint = did_you_mean(name, list(sizes)) or f"; known: {', '.join(sizes)}"
            raise SpaceError(f"constraint {shown(text)}: unknown name {shown(name)}{hint}")
        if not names:
            raise SpaceError(f"constraint {shown(text)} reads no parameter")
        kinds = {
            _size(side, sizes, text) is None for side in (comparison.left, *comparison.comparators)
        }
        if len(kinds) > 1:
            raise SpaceError(f"constraint {shown(text)} compares a text with a number")
        return cls(text, tuple(sorted(names)))

    def __call__(self, columns: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
        """Return where the constraint holds.

        Parameters
        ----------
        columns : mapping of str to ndarray of shape (n,)
            At least those in `names`.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        comparison = _comparison(self.text)
        sides = [_value(side, columns) for side in (comparison.left, *comparison.comparators)]
        holds = np.ones(len(columns[self.names[0]]), np.bool_)
        for left, compare, right in zip(sides, comparison.ops, sides[1:], strict=False):
            holds &= COMPARISONS[type(compare)](left, right)
        return holds


def _comparison(text: str) -> ast.Compare:
    if len(text) > LONGEST:
        raise SpaceError(f"constraint {shown(text)} is too long; at most {LONGEST:,}")
    try:
        body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise SpaceError(f"constraint {shown(text)} is not an expression such as 'M > d'") from None
    if sum(1 for _ in ast.walk(body)) > MOST_NODES:
        raise SpaceError(
            f"constraint {shown(text)} has more than {MOST_NODES} names, numbers and signs"
        )
    if not isinstance(body, ast.Compare) or not all(type(op) in COMPARISONS for op in body.ops):
        raise SpaceError(f"constraint {shown(text)} must be a comparison such as 'M > d'")
    return body


def _value(node: ast.expr, columns: Mapping[str, NDArray[Any]]) -> Any:
    if isinstance(node, ast.Name):
        return columns[node.id]
    if isinstance(node, ast.BinOp):
        return ARITHMETIC[type(node.op)](_value(node.left, columns), _value(node.right, columns))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, columns)
    assert isinstance(node, ast.Constant)  # `_size` has refused everything else
    return node.value


def _size(node: ast.expr, sizes: Mapping[str, float | None], text: str) -> float | None:
    """Return the largest absolute value that an expression can take; None for a text."""
    if isinstance(node, ast.Name):
        return sizes[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return None
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return _bounded(abs(node.value), text)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _number(_size(node.operand, sizes, text), text)
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        left = _number(_size(node.left, sizes, text), text)
        right = _number(_size(node.right, sizes, text), text)
        return _bounded(left * right if isinstance(node.op, ast.Mult) else left + right, text)
    part = shown(ast.unparse(node))
    raise SpaceError(
        f"constraint {shown(text)}: {part} is not made of names, numbers, texts, + - *"
    )


def _number(size: float | None, text: str) -> float:
    if size is None:
        raise SpaceError(f"constraint {shown(text)} reckons with a text")
    return size


def _bounded(size: float, text: str) -> float:
    if not size <= LARGEST:
        raise SpaceError(f"constraint {shown(text)} goes beyond 64-bit integers")
    return size
