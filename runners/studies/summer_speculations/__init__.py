"""The study of "Summer Speculations": a search of the sign rules S1 to S4."""
