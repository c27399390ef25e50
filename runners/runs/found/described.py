"""What is known of a strategy before it runs, as plain data."""

from __future__ import annotations

import inspect
from typing import Any

from ....feeds.entry_points import distribution_of
from ....strategies.playbook_strategy import PlaybookStrategy
from .. import registry
from ..inputs import OPTIONS
from ..keywords import without_effect
from ..sections.asked import sections_from
from ..traits import CHOICES, Traits, traits_of
from .docstring import parts, text_of
from .lineage import lineage
from .parameters import declared_parameters

TEXTS = ("Rule", "Timing", "Sizing", "Source", "Deviations")
"""The parts of a documented strategy's docstring."""

KERNEL, BAR_BY_BAR = "kernel", "bar by bar"
"""How a search computes a set: from arrays, where one feed is traded, or as a run."""


def summarised(kind: registry.Strategy) -> dict[str, Any]:
    """Return what a list says of a strategy, as JSON takes it.

    Returns
    -------
    dict
        `name`, by which commands find it; `title`; the docstring's first line (`summary`) and its
        `source`, None where there is none; its `class`; the `distribution` that registers it, None
        where none does; `sends_orders`; `search`, "kernel" or "bar by bar"; and its `parameters`,
        see `declared_parameters`.
    """
    name = registry.name_of(kind)
    point = registry.registered().get(name)
    traits, said = traits_of(kind), parts(kind)
    return {
        "name": name,
        "title": traits.title,
        "summary": said[""].partition("\n")[0] or None,
        "source": said.get("Source"),
        "class": point.value if point else name,
        "distribution": distribution_of(point) if point else None,
        "sends_orders": traits.sends_orders,
        "search": _search(kind, traits),
        "parameters": declared_parameters(kind),
    }


def described(kind: registry.Strategy) -> dict[str, Any]:
    """Return all that is known of a strategy before it runs, as JSON takes it.

    Returns
    -------
    dict
        What `summarised` returns, and

        - `rule`, `timing`, `sizing`, `source`, `deviations`: parts of the docstring as they are
          written, None where there is none; `doc`: the whole of it;
        - `subclass_of`: `name` of the registered strategy that it subclasses, and what it
          `overrides`; None where there is none;
        - `code`: file and hash of a strategy that is not registered;
        - `inputs`: what it reads beside its bars, and the `option` that names the file;
        - `sections`, `sessions`, `benchmark`, `feeds_come_and_go`: as the class declares them;
        - `settings`: the timing that it may set: `name`, its own `default`, `values`;
        - `without_effect`: names of the settings that a run of it refuses.
    """
    traits, said = traits_of(kind), parts(kind)
    above = lineage(kind)
    return {
        **summarised(kind),
        **{heading.lower(): said.get(heading) for heading in TEXTS},
        "doc": text_of(kind) or None,
        "subclass_of": above and {"name": above.name, "overrides": list(above.overrides)},
        "code": registry.code_of(kind),
        "inputs": [{"name": name, "option": OPTIONS.get(name)} for name in traits.reads],
        "sections": [section.name for section in sections_from(traits.sections, ())],
        "sessions": list(traits.sessions),
        "benchmark": traits.benchmark,
        "feeds_come_and_go": traits.feeds_come_and_go,
        "settings": _settings(traits),
        "without_effect": list(without_effect(traits)),
    }


def _settings(traits: Traits) -> list[dict[str, Any]]:
    """Return the settings that a strategy may set itself, less those without effect."""
    return [
        {"name": name, "default": traits.settings[name], "values": list(values)}
        for name, values in CHOICES.items()
        if name not in without_effect(traits)
    ]


def _search(kind: registry.Strategy, traits: Traits) -> str:
    if traits.sends_orders or len(traits.sessions) != 1:
        return BAR_BY_BAR
    own = inspect.getattr_static(kind, "rule_call")
    return BAR_BY_BAR if own is vars(PlaybookStrategy)["rule_call"] else KERNEL
