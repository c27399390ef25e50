"""The strategies that benchmarks/audit_table.py tells of, and bars to audit them on."""

import importlib.util
import sys
from pathlib import Path

import pytest

from btplaybook.feeds.simulated.uneven import uneven_market

BENCHMARKS = Path(__file__).parents[4] / "benchmarks"


def cases(name):
    """Return a module of benchmarks/."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


for module in ("audit_cheats", "audit_honest"):
    cases(module)


@pytest.fixture(scope="session")
def two_feeds():
    """Return 250 sessions of two feeds; the second is listed late and lacks some sessions."""
    return uneven_market(3, 2, n_bars=250)


@pytest.fixture(scope="session")
def short():
    """Return 150 sessions of such feeds."""
    return uneven_market(3, 2, n_bars=150)
