"""What the base classes use: checks of parameters and of targets, and backtrader's own broker."""
