"""Yahoo: daily bars, and what funds hold and companies report today.

`source` is Yahoo as a vendor of bars; `fetch` asks it through the cache of `feeds.vendors`.
`holdings` and `statements` have no past at Yahoo: each answer is kept under its day.
"""
