"""backtrader's own analyzers, computed after a run from what the account was at each bar."""
