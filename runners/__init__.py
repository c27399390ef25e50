"""Wire bars, strategies, costs and analyzers into runs, searches and studies; write their pages.

Only this package combines the other packages, parses arguments and writes files.
"""
