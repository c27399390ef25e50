"""Folders of results: write, read, rerun and compare them."""

from .write import write_comparison, write_run, write_search, write_study

__all__ = ["write_comparison", "write_run", "write_search", "write_study"]
