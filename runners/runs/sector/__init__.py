"""Measure a sector book: its decisions, neutrality, skill and capacity."""
