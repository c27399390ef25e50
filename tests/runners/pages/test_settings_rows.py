"""Every cost that a run can be charged is said on its page."""

from dataclasses import fields

import pytest

from btplaybook.brokers.costs import Costs
from btplaybook.runners.pages import settings_rows
from btplaybook.runners.runs.declared import SETTINGS

COSTS = ("borrow", "interest", "no_dividends", *(field.name for field in fields(Costs)))


@pytest.mark.parametrize("name", COSTS)
def test_a_cost_that_is_charged_is_not_said_to_be_none(name):
    defaults = {key: setting.default for key, setting in SETTINGS.items()}
    free = dict(settings_rows.cost_words(defaults, [{}]))
    charged = dict(
        settings_rows.cost_words(defaults | {name: True if name == "no_dividends" else 0.25}, [{}])
    )
    assert free.keys() == charged.keys()
    (row,) = [row for row in free if free[row] != charged[row]]
    assert charged[row] == "ignored" if name == "no_dividends" else "25" in charged[row]
