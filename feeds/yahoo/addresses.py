"""Parts of the addresses at which Yahoo answers, by what the answers hold."""

#: Daily prices, dividends and splits of one ticker.
CHART = "/v8/finance/chart/"

#: What a fund holds.
SUMMARY = "/v10/finance/quoteSummary/"

#: What a company has reported.
STATEMENTS = "/ws/fundamentals-timeseries/"
