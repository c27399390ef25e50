import pytest

from btplaybook.analyzers.sector.turnover import Turnover, turnover


def test_by_hand(book):
    """Long 40 x 10 + 30 x 20 + 10 x 12, fund 18 x 50, over two days; slippage is no turnover."""
    base = 2 * (2 / 252) * (995 + 997.9 + 1054.9) / 3
    assert turnover(book, "FUND") == pytest.approx((1120 / base, 900 / base))
    assert turnover(book, "FUND", 365) == pytest.approx(
        tuple(365 / 252 * part for part in turnover(book, "FUND"))
    )


def test_nothing_traded_is_no_turnover(book):
    book.fills.clear()
    assert turnover(book, "FUND") == Turnover(0.0, 0.0)


def test_what_has_no_turnover(book):
    for day in range(3):
        book.days[day] = book.days[day]._replace(equity=-1.0)
    assert turnover(book, "FUND") == Turnover(None, None)
    del book.days[1:]
    assert turnover(book, "FUND") == Turnover(None, None)
