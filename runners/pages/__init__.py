"""Turn results into HTML pages. Pages import results; results do not import pages."""
