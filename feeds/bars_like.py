"""What is read of bars where other bars are made of them, in files that `Bars` imports."""

from __future__ import annotations

from dataclasses import Field
from typing import Any, ClassVar, Protocol, TypeVar

from .arrays import Dates, Floats
from .reading import Origin


class BarsLike(Protocol):
    """The fields of `Bars` that resampling reads and replaces.

    `Bars` makes itself weekly through this file, so that this file cannot import it.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __len__(self) -> int:
        """Count the bars."""
        ...

    @property
    def name(self) -> str:
        """The instrument."""
        ...

    @property
    def dates(self) -> Dates:
        """Oldest first."""
        ...

    @property
    def open(self) -> Floats:
        """Prices at the open."""
        ...

    @property
    def high(self) -> Floats:
        """Highest prices."""
        ...

    @property
    def low(self) -> Floats:
        """Lowest prices."""
        ...

    @property
    def close(self) -> Floats:
        """Prices at the close."""
        ...

    @property
    def volume(self) -> Floats:
        """Shares traded."""
        ...

    @property
    def dividend(self) -> Floats:
        """Cash per share on the ex-date."""
        ...

    @property
    def calendar(self) -> str:
        """The exchange."""
        ...

    @property
    def frequency(self) -> str:
        """What a bar spans."""
        ...

    @property
    def origin(self) -> Origin:
        """How the bars were read."""
        ...


SomeBars = TypeVar("SomeBars", bound=BarsLike)
