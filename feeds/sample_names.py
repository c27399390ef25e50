"""The names of the samples, which a command line completes without reading any bars."""

#: Samples that are a whole market: an ETF or index, and stocks.
MARKETS = ("us20", "simulated-sector", "simulated-sector-b")

#: The event by which an audit hears that a sample is read: its bars may lie in memory.
SAMPLE = "btplaybook.sample"

#: Names of the samples, and what they are.
SAMPLES = {
    "sp500": "S&P 500 index, daily 1999-2018, from arch; no dividends, and until 2007 many opens "
    "are the previous close",
    "nasdaq": "NASDAQ Composite index, daily 1999-2018, from arch; no dividends",
    "us20": "20 US stocks and the S&P 500 index, daily 1990-2022, from skfolio; closes only, the "
    "stocks' adjusted for dividends, and all 20 lived to the end",
    "simulated": "2,520 simulated bars from 2005 with dividends and without any signal",
    "simulated-sector": "a simulated sector ETF and 60 stocks, nine years from 2005, with their "
    "books and index, and a known premium on value and on momentum",
    "simulated-sector-b": "a second simulated sector of that kind, whose tickers begin with B: "
    "BSECTOR, BS01 to BS60",
}
