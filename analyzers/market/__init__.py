"""What a market itself did, from dates, prices and dividends: pure functions of arrays."""
