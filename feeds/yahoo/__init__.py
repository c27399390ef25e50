"""Daily bars from Yahoo that stay what they were, and what funds hold and companies report today.

`fetch` asks, through the real yfinance, and serves a cache of versions (`vintages`) where nobody
answers; `update` says what an answer does to the cache, `restatement` what has changed in it.
`holdings` and `statements` have no past at Yahoo: each answer is `kept` under its day.
"""
