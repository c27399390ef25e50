"""What quantstats prints: its table of figures, computed without it, and its own whole report."""
