"""Studies: compare the figures that a source published with measured ones, chapter by chapter."""
