"""The pivot rule on one score line and thousands of thresholds at a time."""
