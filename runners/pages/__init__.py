"""From results to HTML. Pages read results; no result knows a page."""
