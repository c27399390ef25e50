"""One small simulated sector, and the test of a factor on it, for all tests of this folder."""

import pytest

from btplaybook.runners.factor_tests.run import run_factor_test
from btplaybook.runners.plans.input_files import of_market
from btplaybook.runners.trials.ledger import TrialLedger


@pytest.fixture(scope="session")
def market(sector_of):
    return sector_of(2, n_stocks=45, years=3)


@pytest.fixture(scope="session")
def sector(market):
    """Return the bars, the fund's first, and the inputs."""
    return of_market(market)


@pytest.fixture(scope="session")
def tested(sector, tmp_path_factory):
    """Return the result of a test of momentum, alone in its ledger."""
    ledger = TrialLedger(tmp_path_factory.mktemp("ledger"))
    return run_factor_test(
        "momentum", sector.bars, inputs=sector.inputs, cost_bps=5.0, ledger=ledger
    )
