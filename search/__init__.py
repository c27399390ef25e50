"""Thousands of parameter sets without the event loop: the same account, computed from arrays.

What the array ledger cannot do exactly it refuses; the bar-by-bar run stays the truth.
Called as ``btplaybook.search(...)``, the package is `run_search` of the runners.
"""
