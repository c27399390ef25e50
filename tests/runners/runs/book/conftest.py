import dataclasses

import pytest

from btplaybook.feeds.samples import sample


@pytest.fixture(scope="session")
def abc():
    """Three instruments of 210 sessions without dividends, by name."""
    found = {}
    for seed, name in enumerate("ABC", 3):
        bars = sample("simulated", seed=seed).without_dividends()
        short = bars.between(None, bars.dates[209].item())
        found[name] = dataclasses.replace(short, name=name, title="")
    return found
