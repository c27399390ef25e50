"""Hand-made `companyfacts` files of the SEC."""

import json
from pathlib import Path

GAAP, DEI = "us-gaap", "dei"
COVER = "EntityCommonStockSharesOutstanding"


class Company:
    """Facts of one company, written down filing by filing."""

    def __init__(self, cik=1, name="Example Co"):
        self.cik, self.name = cik, name
        self.facts = {}

    def file(self, filed, form, *, spans=(), days=(), cover=None, accession=None):
        """File a report.

        Spans are (tag, first day, last day, value), days (tag, day, value), and a cover is one
        (day, number of shares) or several.
        """
        head = {"filed": filed, "form": form, "accn": accession or f"{self.cik:010d}-{filed}"}
        head |= {"fy": int(filed[:4]), "fp": "FY" if form.startswith("10-K") else "Q1"}
        for tag, start, end, value in spans:
            self.add(GAAP, tag, "USD", {"start": start, "end": end, "val": value, **head})
        for tag, end, value in days:
            unit = "shares" if tag.endswith("SharesOutstanding") else "USD"
            self.add(GAAP, tag, unit, {"end": end, "val": value, **head})
        for end, value in [cover] if isinstance(cover, tuple) else cover or ():
            self.add(DEI, COVER, "shares", {"end": end, "val": value, **head})
        return self

    def add(self, taxonomy, tag, unit, row):
        """Add a row as it stands in the file."""
        tags = self.facts.setdefault(taxonomy, {})
        tags.setdefault(tag, {"units": {}})["units"].setdefault(unit, []).append(row)

    def document(self):
        return {"cik": self.cik, "entityName": self.name, "facts": self.facts}

    def text(self):
        return json.dumps(self.document())

    def write(self, folder: Path, tickers=None):
        (folder / f"CIK{self.cik:010d}.json").write_text(self.text(), encoding="utf-8")
        if tickers:
            with (folder / "tickers.csv").open("a", encoding="utf-8") as file:
                if not file.tell():
                    file.write("ticker,cik\n")
                file.writelines(f"{ticker},{self.cik}\n" for ticker in tickers)
        return self


OPERATING = "OperatingIncomeLoss"
LONG, SHORT, CASH = (
    "LongTermDebtNoncurrent", "DebtCurrent", "CashAndCashEquivalentsAtCarryingValue",
)  # fmt: skip
MINORITY = "MinorityInterest"


def example() -> Company:
    """The company of the documentation's table: a restatement, a late report, a split between."""

    def balance(day, long, short, cash, minority):
        return [
            (LONG, day, long),
            (SHORT, day, short),
            (CASH, day, cash),
            (MINORITY, day, minority),
        ]

    def income(*spans):
        return [(OPERATING, *span) for span in spans]

    company = Company()
    company.file(
        "2019-02-20", "10-K", cover=("2019-02-08", 100_000),
        spans=income(("2018-01-01", "2018-12-31", 100), ("2017-01-01", "2017-12-31", 90)),
        days=balance("2018-12-31", 50, 10, 20, 3),
    )  # fmt: skip
    company.file(
        "2019-05-02", "10-Q", cover=("2019-04-26", 101_000),
        spans=income(("2019-01-01", "2019-03-31", 30), ("2018-01-01", "2018-03-31", 20)),
        days=balance("2019-03-31", 45, 12, 25, 3),
    )  # fmt: skip
    company.file("2019-05-20", "8-K", spans=income(("2019-01-01", "2019-03-31", 500)))
    company.file(  # the year is restated, and the balance sheet of its end
        "2019-06-17", "10-K/A", cover=("2019-06-07", 101_500),
        spans=income(("2018-01-01", "2018-12-31", 94)),
        days=balance("2018-12-31", 50, 10, 14, 3),
    )  # fmt: skip
    # 2:1 on 2019-07-15; the report of the second quarter comes seven weeks late.
    company.file(
        "2019-09-30", "10-Q", cover=("2019-09-20", 203_000),
        spans=income(("2019-01-01", "2019-06-30", 64), ("2018-01-01", "2018-06-30", 45),
                     ("2019-04-01", "2019-06-30", 34), ("2018-04-01", "2018-06-30", 25)),
        days=balance("2019-06-30", 45, 8, 30, 4),
    )  # fmt: skip
    company.file(
        "2019-11-01", "10-Q", cover=("2019-10-25", 203_400),
        spans=income(("2019-01-01", "2019-09-30", 101), ("2018-01-01", "2018-09-30", 70)),
        days=balance("2019-09-30", 40, 8, 33, 4),
    )  # fmt: skip
    company.file(
        "2020-02-19", "10-K", cover=("2020-02-10", 204_000),
        spans=income(("2019-01-01", "2019-12-31", 140), ("2018-01-01", "2018-12-31", 94)),
        days=balance("2019-12-31", 40, 5, 41, 4),
    )  # fmt: skip
    return company
