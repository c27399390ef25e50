"""What somebody holds, read from files as brokers and people write them."""

from pathlib import Path

import pytest

from btplaybook.feeds.errors import BarsError
from btplaybook.feeds.portfolio import read_portfolio

FILES = {
    "plain": "instrument,shares\nSPY,412\nCASH,1000\n",
    "broker": 'Symbol,Description,Quantity,Market Value\nSPY,SPDR,"412","230,000.00"\n'
    'Cash & Cash Investments,--,--,"$1,000.00"\nAccount Total,--,--,"$231,000.00"\n',
    "semicolons": "Ticker;Qty\nspy;412\nUSD;1000\n",
    "lots": "ticker,shares\nSPY,400\n\nSPY,12\nCASH,600\nUSD,400\n",
    "fund": "symbol,quantity\nSPY,412\nSPAXX**,1000\n",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_files(text: str, tmp_path: Path) -> None:
    """Every way to write 412 SPY and 1,000 in cash gives that."""
    file = tmp_path / "mine.csv"
    file.write_text(text)
    held = read_portfolio(file)
    assert held.shares == {"SPY": 412.0}
    assert held.cash == 1000.0


def test_short_and_debt(tmp_path: Path) -> None:
    """Negative shares are short, negative cash is a debt; a class of shares has one spelling."""
    file = tmp_path / "mine.csv"
    file.write_text("ticker,position\nBRK.B,-5\nSPY,(10)\nCASH,-250.5\n")
    held = read_portfolio(file)
    assert held.shares == {"BRK-B": -5.0, "SPY": -10.0}
    assert held.cash == -250.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,size\nSPY,4\n", "no column instrument"),
        ("ticker,weight\nSPY,4\n", "no column shares"),
        ("ticker,shares\nSPY,many\n", "shares is not a number: 'many' in line 2"),
        ("ticker,shares\nSPY,\n", "shares are missing in line 2"),
        ("ticker,shares\n,5\n", "instrument is missing in line 2"),
        ("ticker,shares\nCASH,\n", "the amount of money is missing in line 2"),
        (
            "ticker,shares\nUSD,5\nYen,1e6\nEUR,3\nUSD CASH,4\n",
            "money of another currency than USD: state its value .* in line 3, line 4$",
        ),
        ("", "the file is empty"),
    ],
)
def test_faults(text: str, words: str, tmp_path: Path) -> None:
    """A file of another kind is refused in one line that names it."""
    file = tmp_path / "mine.csv"
    file.write_text(text)
    with pytest.raises(BarsError, match=words.replace("(", r"\(")) as refused:
        read_portfolio(file)
    assert "\n" not in str(refused.value)
    assert "mine.csv" in str(refused.value)
