"""Daily bars from any vendor through a cache that keeps every version.

`fetch` asks a source (see `sources`) and serves a cache of versions (`vintages`) where the source
does not answer; `update` says what an answer does to the cache, `restatement` what has changed in
it. `kept` keeps tables that have no past at their vendor, a file for each day of asking.
"""
