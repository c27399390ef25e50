"""The sign rules S1 to S4."""
