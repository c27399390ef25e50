"""What to hold: one documented strategy a file, each a thin shell around a pure rule.

The rules stand in `btplaybook.strategies.rules`; `PlaybookStrategy` turns what a strategy answers
in `target_weights()` into orders.
"""
