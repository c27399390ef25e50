"""Compiled evaluators: sets of parameters in, rows of figures out; no series are kept."""
