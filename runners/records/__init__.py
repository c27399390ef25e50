"""Folders of results: written, read again, run again, compared."""

from .write import write_comparison, write_run, write_search, write_study

__all__ = ["write_comparison", "write_run", "write_search", "write_study"]
