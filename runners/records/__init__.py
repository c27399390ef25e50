"""Folders of results: written, read again, run again, compared."""
