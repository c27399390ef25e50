"""Simulated bars, companies and markets, with what moves them known."""
