"""Accounts of a user's own cerebro: recorded as it ran, and made a result."""
