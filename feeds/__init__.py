"""Where bars come from.

`Bars` is one validated, immutable table of daily bars; readers and samples make it, and
`BarsFeed` hands it to backtrader. Nothing outside this package touches a data vendor.
"""
