"""Sections: figures and panels that a strategy or a caller adds to a run."""
