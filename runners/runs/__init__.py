"""Run one strategy bar by bar: its settings, bars and inputs, and the result and its checks."""
