"""Whether a single factor predicts returns: statistics of its cross-sections, as pure functions."""
