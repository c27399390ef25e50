"""Searches of a strategy's parameters: wiring, confirmation, page."""
