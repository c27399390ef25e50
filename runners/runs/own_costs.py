"""Costs passed to a run as an object: `Costs` becomes settings, any other object is kept apart."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...brokers.cost_model import AnyCosts, check_costs, name_of
from ...brokers.costs import Costs
from ..errors import ParameterError

FIELDS = tuple(field.name for field in dataclasses.fields(Costs))


def costs_in(
    costs: AnyCosts | None, settings: Mapping[str, Any]
) -> tuple[dict[str, Any], AnyCosts | None]:
    """Return the settings, with the fields of `Costs` in them, and any other cost model.

    Parameters
    ----------
    costs : CostModel, DatedCostModel or None
        The caller's argument. The fields of `Costs` itself become settings.
    settings : mapping
        The caller's other keywords.

    Raises
    ------
    ParameterError
        Costs are given both as an object and as settings.
    BrokerError
        The object cannot charge an order.
    """
    if costs is None:
        return dict(settings), None
    if twice := [name for name in FIELDS if settings.get(name)]:
        raise ParameterError(
            f"costs charges every order: {', '.join(twice)} beside it would charge nothing; give "
            "one of the two"
        )
    if type(costs) is Costs:
        given = {name: value for name in FIELDS if (value := getattr(costs, name))}
        return {**settings, **given}, None
    check_costs(costs)
    return dict(settings), costs


def only_costs(costs: object, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a search with the fields of `Costs` in them.

    Raises
    ------
    ParameterError
        The object is not `Costs` itself, or costs are given both as an object and as settings.
    """
    if costs is not None and type(costs) is not Costs:
        raise ParameterError(
            f"only Costs itself can be searched, got costs of {name_of(costs)}: search with Costs "
            "near to them, and run what is found with your own"
        )
    return costs_in(costs, settings)[0]


def told(costs: AnyCosts) -> dict[str, Any]:
    """Return what run.json keeps of a caller's own cost model.

    Returns
    -------
    dict
        ``class``, as ``module:Class``, and for a dataclass its ``parameters`` as JSON values.
    """
    found: dict[str, Any] = {"class": name_of(costs)}
    if parameters := _parameters(costs):
        found["parameters"] = parameters
    return found


def _parameters(costs: Any) -> dict[str, Any]:
    if not dataclasses.is_dataclass(costs):
        return {}
    return {
        field.name: _plain(getattr(costs, field.name))
        for field in dataclasses.fields(costs)
        if field.init  # fields with init=False hold its state
    }


def _plain(value: Any) -> Any:
    """Return a parameter as a JSON value; for an object without such a form, its class name."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else str(value)
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if type(value) is Costs:
        return {name: amount for name, amount in _parameters(value).items() if amount}
    return told(value)
