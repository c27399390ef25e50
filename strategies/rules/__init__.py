"""Pure rules: arrays and parameters in, one position a bar out.

A rule is causal (entry t depends on bars up to t), compiles with numba, and knows neither
backtrader nor pandas, so that a run, a search and a test can read the same numbers.
"""
