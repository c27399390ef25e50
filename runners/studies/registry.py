"""The studies by name; each is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

from ...feeds.quoting import did_you_mean
from ..errors import ParameterError
from .study import Study

STUDIES = {
    "robust-etf": "robust_etf.declared",
    "summer-speculations": "summer_speculations.declared",
}
"""Name to the module below this folder that declares it as ``STUDY``."""


def study_named(name: str) -> Study:
    """Return a study.

    Raises
    ------
    ParameterError
        There is none of that name.
    """
    if name not in STUDIES:
        raise ParameterError(
            f"there is no study {name!r}{did_you_mean(name, STUDIES, or_known=True)}"
        )
    study: Study = import_module(f".{STUDIES[name]}", __package__).STUDY
    return study


def all_studies() -> list[Study]:
    """Return every study, in the order of their names."""
    return [study_named(name) for name in sorted(STUDIES)]
