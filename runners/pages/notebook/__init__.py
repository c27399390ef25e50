"""Results in a notebook: the first screen of their page, light enough to stand in a cell."""
