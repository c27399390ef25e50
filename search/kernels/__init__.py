"""Compiled evaluators: from sets of parameters to rows of figures, nothing stored on the way."""
