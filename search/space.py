"""The space of parameter sets: declared names and values; a set is a number and is rebuilt from it.

The number counts in mixed radix, the last name fastest, so that neither the sets nor their
parameters are ever stored.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..feeds.quoting import shown
from .constraints import Constraint
from .errors import SpaceError

Value = bool | int | float | str
Indices = NDArray[np.int64]

LARGEST = 2**62
"""Most sets in a grid, so that arithmetic with their numbers fits 64 bits."""
LONGEST = 1_000_000
"""Most values of one parameter; they are kept in memory."""
COUNTED = 10_000_000
"""Most combinations of the constrained names that `Space.count` goes through."""
LOOKED_THROUGH = 1 << 26
"""Most combinations that `Space.first` looks at."""
MOST_NAMES = 100
"""Most parameters of a space."""
MOST_VALUES = 5_000_000
"""Most values of all parameters together; they are kept in memory."""
MOST_CONSTRAINTS = 100
BLOCK = 1 << 16


class Space:
    """A grid of values by name, less what the constraints rule out.

    Parameters
    ----------
    values : mapping or iterable of pairs
        From each name to its values: a range, or a sequence of numbers, truth values or texts.
        Order counts: it is that of the numbering.
    constraints : iterable of str
        Comparisons that a set must satisfy, all of them, such as ``"M > d"``; see `constraints`.

    Raises
    ------
    SpaceError
        No name, a name twice or not an identifier, no value, a value twice or NaN, more than
        2**62 sets, 100 names, 100 constraints, 1,000,000 values of a name or 5,000,000 of all, a
        constraint that cannot be read, or constraints that no set satisfies (looked for while the
        constrained names have up to `COUNTED` combinations).
    """

    def __init__(
        self,
        values: Mapping[str, Iterable[Value]] | Iterable[tuple[str, Iterable[Value]]],
        constraints: Iterable[str] = (),
    ) -> None:
        pairs = list(values.items() if isinstance(values, Mapping) else values)
        self.names = tuple(name for name, _ in pairs)
        _check_names(self.names)
        self.values: tuple[tuple[Value, ...], ...] = tuple(
            _checked_values(name, given) for name, given in pairs
        )
        self.size = math.prod(map(len, self.values))
        """Sets in the grid, those that the constraints rule out among them."""
        if self.size > LARGEST:
            digits = math.floor(math.log10(self.size))
            raise SpaceError(f"a space of some 1e+{digits} sets; at most 2**62 (4.6e+18)")
        if isinstance(constraints, str):
            raise SpaceError(
                f"constraints is a sequence of texts, got the text {shown(constraints)}"
            )
        constraints = list(islice(constraints, MOST_CONSTRAINTS + 1))
        if len(constraints) > MOST_CONSTRAINTS:
            raise SpaceError(f"more than {MOST_CONSTRAINTS} constraints")
        sizes = dict(zip(self.names, map(_largest, self.values), strict=True))
        self.constraints = tuple(Constraint.of(text, sizes) for text in constraints)
        if self.count == 0:
            raise SpaceError(
                f"no set satisfies {' and '.join(repr(c.text) for c in self.constraints)}"
            )

    @classmethod
    def parse(cls, text: str, constraints: Iterable[str] = ()) -> Space:
        """Read a space from one line.

        Parameters
        ----------
        text : str
            ``name=values`` separated by commas; values are a range, both ends included
            (``1..5``, ``2..21:3``, ``0.5..2.0:0.25``), or one or more with bars between them
            (``8``, ``trend|reversion``).
        constraints : iterable of str
            As for `Space`.

        Raises
        ------
        SpaceError
            Also where a part is not of that form.
        """
        parts = text.split(",", maxsplit=MOST_NAMES)
        if len(parts) > MOST_NAMES:
            raise SpaceError(f"more than {MOST_NAMES} parameters in {shown(text)}")
        written = []
        for part in parts:
            name, equals, values = (piece.strip() for piece in part.partition("="))
            if not (name and equals and values):
                raise SpaceError(f"{shown(part.strip())} is not of the form name=1..5 or name=a|b")
            written.append((name, values))
        _check_names(tuple(name for name, _ in written))
        return cls(_within_memory(written), constraints)

    def __repr__(self) -> str:
        return f"Space({dict(zip(self.names, self.values, strict=True))!r}, {self._texts!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Space) and self.plain() == other.plain()

    def __hash__(self) -> int:
        return hash(self.digest)

    def set_at(self, index: int) -> dict[str, Any]:
        """Return a set by its number.

        Raises
        ------
        SpaceError
            No such number.
        """
        rest = int(index)
        if not 0 <= rest < self.size:
            raise SpaceError(f"no set {index}: the space has {self.size}")
        found = {}
        for name, values in zip(reversed(self.names), reversed(self.values), strict=True):
            rest, digit = divmod(rest, len(values))
            found[name] = values[digit]
        return {name: found[name] for name in self.names}

    def index_of(self, parameters: Mapping[str, Any]) -> int:
        """Return the number of a set, also of one that the constraints rule out.

        Raises
        ------
        SpaceError
            Other names than the space's, or a value that it does not hold.
        """
        if parameters.keys() != set(self.names):
            raise SpaceError(
                f"a set has the names {', '.join(self.names)}, got {', '.join(parameters)}"
            )
        index = 0
        for name, values in zip(self.names, self.values, strict=True):
            if parameters[name] not in values:
                raise SpaceError(f"{name}: {parameters[name]!r} is not in the space")
            index = index * len(values) + values.index(parameters[name])
        return index

    def digits(self, indices: Indices) -> Indices:
        """Return the place of each parameter's value among its values.

        Parameters
        ----------
        indices : ndarray of int64, shape (n,)
            Numbers of sets, in [0, size).

        Returns
        -------
        ndarray of int64, shape (n_names, n)
        """
        places = np.empty((len(self.names), len(indices)), np.int64)
        rest = indices
        for row in range(len(self.names) - 1, 0, -1):
            radix = len(self.values[row])
            higher = rest // radix
            np.subtract(rest, higher * radix, out=places[row])
            rest = higher
        places[0] = rest
        return places

    def columns(self, indices: Indices) -> dict[str, NDArray[Any]]:
        """Return the parameters of many sets at once.

        Parameters
        ----------
        indices : ndarray of int64, shape (n,)
            Numbers of sets, in [0, size).

        Returns
        -------
        dict of str to ndarray of shape (n,)
            int64, float64, bool or text; float64 where a name has both kinds of numbers.
        """
        return self._columns(self.digits(indices))

    def allowed(self, indices: Indices) -> NDArray[np.bool_]:
        """Return which sets satisfy all constraints, shape (n,)."""
        return (
            self.allowed_at(self.digits(indices))
            if self.constraints
            else np.ones(len(indices), np.bool_)
        )

    def allowed_at(self, digits: Indices) -> NDArray[np.bool_]:
        """Return which sets satisfy all constraints, from what `digits` returned, shape (n,)."""
        holds = np.ones(digits.shape[1], np.bool_)
        columns = self._columns(digits, self._constrained)
        for constraint in self.constraints:
            holds &= constraint(columns)
        return holds

    @cached_property
    def count(self) -> int | None:
        """How many sets satisfy the constraints.

        Exact, from the combinations of the constrained names alone; None where these are more than
        `COUNTED`.
        """
        if not self.constraints:
            return self.size
        inner = self._inner
        if inner.size > COUNTED:
            return None
        found = sum(int(np.count_nonzero(holds)) for _, holds in self._combinations(inner.size))
        return found * (self.size // inner.size)

    @cached_property
    def first(self) -> int:
        """Number of the first set that satisfies the constraints.

        Raises
        ------
        SpaceError
            None does among the first `LOOKED_THROUGH` combinations of the constrained names.
        """
        if not self.constraints:
            return 0
        inner = self._inner
        for start, holds in self._combinations(min(inner.size, LOOKED_THROUGH)):
            if holds.any():
                lowest = {
                    name: values[0] for name, values in zip(self.names, self.values, strict=True)
                }
                return self.index_of(lowest | inner.set_at(start + int(holds.argmax())))
        raise SpaceError(
            f"none of the first {LOOKED_THROUGH:,} combinations of {', '.join(inner.names)} "
            "satisfies the constraints: narrow the ranges to what they leave"
        )

    def plain(self) -> dict[str, Any]:
        """Return the space as JSON takes it; names in order."""
        return {
            "names": list(self.names),
            "values": {
                name: list(values) for name, values in zip(self.names, self.values, strict=True)
            },
            "constraints": list(self._texts),
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `plain`."""
        return hashlib.sha256(json.dumps(self.plain()).encode()).hexdigest()

    @property
    def _texts(self) -> tuple[str, ...]:
        return tuple(constraint.text for constraint in self.constraints)

    @cached_property
    def _constrained(self) -> tuple[str, ...]:
        read = {name for constraint in self.constraints for name in constraint.names}
        return tuple(name for name in self.names if name in read)

    @property
    def _inner(self) -> Space:
        """The grid of the constrained names alone."""
        return Space((name, self.values[self.names.index(name)]) for name in self._constrained)

    def _combinations(self, stop: int) -> Iterator[tuple[int, NDArray[np.bool_]]]:
        """Yield blocks of `_inner`: the first number, and which combinations may be."""
        inner = self._inner
        for start in range(0, stop, BLOCK):
            indices = np.arange(start, min(start + BLOCK, stop))
            columns = inner.columns(indices)
            holds = np.ones(len(indices), np.bool_)
            for constraint in self.constraints:
                holds &= constraint(columns)
            yield start, holds

    @cached_property
    def _arrays(self) -> dict[str, NDArray[Any]]:
        return {
            name: np.array(values) for name, values in zip(self.names, self.values, strict=True)
        }

    def _columns(
        self, digits: Indices, names: tuple[str, ...] | None = None
    ) -> dict[str, NDArray[Any]]:
        wanted = self.names if names is None else names
        return {name: self._arrays[name][digits[self.names.index(name)]] for name in wanted}


def _check_names(names: tuple[str, ...]) -> None:
    if not names:
        raise SpaceError("a space without parameters")
    if len(names) > MOST_NAMES:
        raise SpaceError(f"{len(names):,} parameters; at most {MOST_NAMES}")
    for place, name in enumerate(names):
        if not name.isidentifier():
            raise SpaceError(f"{shown(name)} is not the name of a parameter")
        if name in names[:place]:
            raise SpaceError(f"parameter {shown(name)} is there twice")


def _within_memory(written: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Sequence[Value]]]:
    """Yield names and their values as they are read, as long as all together are not too many."""
    left = MOST_VALUES
    for name, text in written:
        values = _parsed_values(name, text)
        left -= len(values)
        if left < 0:
            raise SpaceError(f"more than {MOST_VALUES:,} values of all parameters together")
        yield name, values


def _checked_values(name: str, given: Iterable[Value]) -> tuple[Value, ...]:
    if isinstance(given, str):
        raise SpaceError(f"{name}: values are a range or a sequence, got the text {shown(given)}")
    if isinstance(given, range) and len(given) > LONGEST:
        raise SpaceError(f"{name}: more than {LONGEST:,} values")
    if isinstance(given, range) and given and max(map(abs, (given[0], given[-1]))) <= LARGEST:
        return tuple(given)  # nothing else can be wrong with it
    values = tuple(
        value.item() if isinstance(value, np.generic) else value
        for value in islice(given, LONGEST + 1)
    )
    if not values:
        raise SpaceError(f"{name}: no values (a range is empty when it ends before it starts)")
    if len(values) > LONGEST:
        raise SpaceError(f"{name}: more than {LONGEST:,} values")
    for value in values:
        if not isinstance(value, (bool, int, float, str)):
            raise SpaceError(f"{name}: {shown(value)} is neither a number nor a text")
        if isinstance(value, float) and not math.isfinite(value):
            raise SpaceError(f"{name}: {value!r} is not a finite number")
        if isinstance(value, int) and abs(value) > LARGEST:
            raise SpaceError(f"{name}: {shown(value)} is beyond 64-bit integers (2**62)")
    if len({"text" if isinstance(value, str) else type(value) is bool for value in values}) > 1:
        raise SpaceError(f"{name}: numbers, truth values and texts do not mix")
    if len(set(values)) < len(values):
        seen: set[Value] = set()
        twice = next(value for value in values if value in seen or seen.add(value))  # type: ignore[func-returns-value]
        raise SpaceError(f"{name}: {shown(twice)} is there twice")
    return values


def _largest(values: tuple[Value, ...]) -> float | None:
    return None if isinstance(values[0], str) else max(abs(v) for v in values)  # type: ignore[arg-type]


def _parsed_values(name: str, text: str) -> Sequence[Value]:
    if ".." in text:
        return _parsed_range(name, text)
    words = [word.strip() for word in text.split("|")]
    if "" in words:
        raise SpaceError(f"{name}: an empty value in {shown(text)}")
    for read in (_truth, int, float):
        try:
            return [read(word) for word in words]
        except ValueError:
            continue
    return words


def _parsed_range(name: str, text: str) -> Sequence[Value]:
    ends, colon, step = text.partition(":")
    first, _, last = ends.partition("..")
    try:
        start, stop = Decimal(first.strip()), Decimal(last.strip())
        by = Decimal(step.strip()) if colon else Decimal(1)
        if not (start.is_finite() and stop.is_finite() and by.is_finite()):
            raise InvalidOperation
    except InvalidOperation:
        words = "is not a range such as 1..5 or 2..21:3"
        raise SpaceError(f"{name}: {shown(text)} {words}") from None
    if by <= 0:
        raise SpaceError(f"{name}: the step of {shown(text)} must be > 0")
    if stop < start:
        raise SpaceError(f"{name}: {shown(text)} is an empty range")
    if not all(-LARGEST <= each <= LARGEST for each in (start, stop, by)):
        raise SpaceError(f"{name}: {shown(text)} goes beyond 64-bit integers (2**62)")
    if stop - start >= by * LONGEST:  # before the division, which may overflow
        raise SpaceError(f"{name}: {shown(text)} has more than {LONGEST:,} values")
    steps = int((stop - start) / by) + 1
    if all(value == value.to_integral_value() for value in (start, by)):
        return range(int(start), int(start) + int(by) * steps, int(by))
    return [float(start + by * k) for k in range(steps)]  # decimal: 0.1 + 0.1 + 0.1 is 0.3


def _truth(word: str) -> bool:
    if word.lower() not in ("true", "false"):
        raise ValueError(word)
    return word.lower() == "true"
