"""Find studies by name: registered ones, and a user's own by module or file."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from ...feeds.quoting import did_you_mean, shown
from ..errors import ParameterError
from ..runs.found import entry_points
from ..runs.found.user_files import failure, module_at
from .study import Study

GROUP = entry_points.STUDIES


def registered() -> dict[str, EntryPoint]:
    """Return registered name to entry point, as `entry_points.registered`; nothing is imported."""
    return entry_points.registered(GROUP)


def loaded() -> tuple[dict[str, Study], list[str]]:
    """Return registered name to study, and a message for each entry point that is left out.

    An entry point is left out if it cannot be imported, is no `Study`, or has a name that is taken.
    """
    studies: dict[str, Study] = {}
    left_out = entry_points.hidden(GROUP)
    for name, point in registered().items():
        try:
            studies[name] = _load(point)
        except ParameterError as error:
            left_out.append(str(error))
    return studies, left_out


def study_of(given: Study | str | Path) -> Study:
    """Return the study of an object, text or path.

    Parameters
    ----------
    given : Study, str or Path
        A text is a registered name, ``module:NAME`` or ``path/file.py:NAME``; a file that holds one
        study needs no ``:NAME``. NAME is a `Study`, or a function that returns one.

    Raises
    ------
    ParameterError
        The study is not found, cannot be imported, or is no `Study`.
    """
    if isinstance(given, Study):
        return given
    if not isinstance(given, (str, Path)):
        raise ParameterError(f"a Study or its name is wanted, got {type(given).__name__}")
    text = str(given)
    if text.endswith(".py"):
        return _only(text, vars(module_at(text)))
    if ":" not in text:
        points = registered()
        if text not in points:
            raise ParameterError(
                f"there is no study {shown(text)}{did_you_mean(text, points, or_known=True)}"
            )
        return _load(points[text])
    where, _, name = text.rpartition(":")
    names = vars(module_at(where))
    if name not in names:
        own = _studies_in(names)
        near = did_you_mean(name, own, or_known=True) if own else ", nor any study of another name"
        raise ParameterError(f"{where} has no study {shown(name)}{near}")
    return _checked(names[name], text)


def _load(point: EntryPoint) -> Study:
    found = entry_points.load(point)
    return _checked(found, entry_points.where(point))


def _only(text: str, names: Mapping[str, Any]) -> Study:
    """Return the single study of a file; if there are several, the error names them."""
    one, *more = _studies_in(names) or [""]
    if not one:
        raise ParameterError(
            f"{text} holds no Study; a function that returns one needs {text}:NAME"
        )
    if more:
        raise ParameterError(
            f"which study of the file? It holds {', '.join((one, *more))}: say {text}:{one}"
        )
    found: Study = names[one]
    return found


def _studies_in(names: Mapping[str, Any]) -> list[str]:
    """Return the names in a namespace that are studies; of several names for one, the first."""
    first: dict[int, str] = {}
    for name, value in names.items():
        if isinstance(value, Study):
            first.setdefault(id(value), name)
    return list(first.values())


def _checked(found: Any, text: str) -> Study:
    if not isinstance(found, Study) and callable(found):
        try:
            found = found()
        except Exception as error:  # the author's code may raise anything
            raise ParameterError(f"{text} returns no Study: {failure(error)}") from error
    if not isinstance(found, Study):
        raise ParameterError(
            f"{text} is not a Study of runners/studies/study.py, nor a function that returns one"
        )
    return found
