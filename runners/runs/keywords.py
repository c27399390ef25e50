"""The keywords of `run`, told apart: settings, and the strategy's own parameters."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from ...feeds.bars import Bars
from ...feeds.python_numbers import python_number
from ...feeds.quoting import did_you_mean, shown
from ..errors import ParameterError
from . import registry
from .book.whole_panels import PANEL
from .settings import Settings
from .traits import Traits, fund_of, traits_of


def settings_and_params(
    kind: registry.Strategy, keywords: Mapping[str, Any], params: Mapping[str, Any] | None = None
) -> tuple[Settings, dict[str, Any]]:
    """Split keywords into the settings and the strategy's parameters; `params` holds more of them.

    NumPy's numbers become Python's.

    Raises
    ------
    ParameterError
        A name is unknown; or it is that of a setting and of a parameter, without `params` to tell
        them apart. A setting has no effect on the strategy, or is out of range.
    """
    known = {field.name for field in dataclasses.fields(Settings)}
    own = {key: value for key, value in keywords.items() if key not in known}
    unknown = sorted(set(own) - set(registry.parameters(kind)))
    if unknown:
        if unknown[0] == "quick":
            raise ParameterError("there is no setting 'quick' here: strips=False leaves them out")
        near = did_you_mean(unknown[0], known | set(registry.parameters(kind)), or_known=True)
        raise ParameterError(f"there is no setting or parameter {unknown[0]!r}{near}")
    if params is None and (both := sorted(known & set(keywords) & set(registry.parameters(kind)))):
        raise ParameterError(
            f"{both[0]} is a setting of the run and a parameter of {registry.name_of(kind)}: give "
            f"the parameter in params={{{both[0]!r}: ...}}, and {both[0]}= is the setting"
        )
    # The caller's value overrides the strategy's own setting.
    traits = traits_of(kind)
    given = {key: value for key, value in keywords.items() if key in known}
    settings = Settings(**{**traits.settings, **given})
    _check_apply(traits, settings)
    own |= params or {}
    return settings, {name: python_number(value) for name, value in own.items()}


def without_effect(traits: Traits) -> dict[str, Any]:
    """Return the settings that have no effect on a strategy, and the one value of each."""
    if not traits.sends_orders:
        return {"cash_check": False}
    timed = {name: only for name, only in traits.settings.items() if name != "fill"}
    return {**timed, "whole_shares": False}


def _check_apply(traits: Traits, settings: Settings) -> None:
    """Raise if a setting has no effect on the strategy."""
    for name, only in without_effect(traits).items():
        if getattr(settings, name) == only:
            continue
        if traits.sends_orders:
            raise ParameterError(
                f"{name} has no effect on {traits.title}: it sends its own orders, of so many "
                f"shares; leave {name} out"
            )
        raise ParameterError(
            f"{name} is for strategies that send their own orders, and {traits.title} states "
            "target weights: max_gross limits them"
        )


def funds_of(
    kind: registry.Strategy, params: Mapping[str, Any], tables: Sequence[Bars]
) -> list[str]:
    """Return the names of all funds whose holdings are read.

    A strategy made of others, as a book is, says them of its parameters, by a class method
    ``funds_with(params)``.

    Raises
    ------
    ParameterError
        As `fund_among`, for a strategy with a parameter `etf`.
    """
    with_params = getattr(kind, "funds_with", None)
    if with_params is not None:
        return list(with_params(params))
    if hasattr(kind.params, "etf"):
        return [fund_among(params, tables)]
    return [tables[0].name]


def fund_among(params: Mapping[str, Any], tables: Sequence[Bars]) -> str:
    """Return the name of a sector's fund: the parameter etf, else the first table.

    Raises
    ------
    ParameterError
        No `etf` is given, and the first table is a stock of a panel, there only by its name.
    """
    etf = params.get("etf")
    if (etf is None or (isinstance(etf, str) and not etf)) and tables[0].source.startswith(PANEL):
        raise ParameterError(
            "there is no fund: give its bars, --bars NAME=FILE, or name a stock "
            "of the panel that stands for it, --set etf=NAME"
        )
    return fund_of(params, [table.name for table in tables])


def params_on(
    kind: registry.Strategy,
    params: Mapping[str, Any],
    tables: Sequence[Bars],
    inputs: Mapping[str, Any],
) -> dict[str, Any]:
    """Return a strategy's parameters, where what they name depends on the bars that were read.

    A strategy made of others, as a book is, says it by a class method ``params_on(params, tables,
    inputs)``.
    """
    own = getattr(kind, "params_on", None)
    return dict(params) if own is None else dict(own(params, tables, inputs))


def check_names(kind: registry.Strategy, params: Mapping[str, Any]) -> None:
    """Raise if a parameter is not one of the strategy's."""
    known = registry.parameters(kind)
    for name in params:
        if name not in known:
            near = did_you_mean(name, known, or_known=True)
            raise ParameterError(f"{registry.name_of(kind)} has no parameter {shown(name)}{near}")
