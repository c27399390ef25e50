"""Tests of a single factor: what it predicts, how sure that is, and what is left after costs."""
