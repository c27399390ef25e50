"""Studies: what a source published, held against prices, chapter by chapter."""
