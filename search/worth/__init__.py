"""What a searched winner is worth: statistics of many tried rules, as pure functions of arrays."""
