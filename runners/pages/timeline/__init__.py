"""The time charts of a page: they share one window, which the page's script can narrow."""
