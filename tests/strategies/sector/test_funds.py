"""The sector of a fund."""

import pytest

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.funds import SECTORS, sector_of


def test_the_eleven_select_sector_funds_have_eleven_sectors():
    assert len(set(SECTORS.values())) == len(SECTORS) == 11
    assert sector_of("XLV") == "Health Care"


def test_another_fund_needs_a_word():
    with pytest.raises(StrategyError, match="no sector is known of the fund 'OIH'"):
        sector_of("OIH")
