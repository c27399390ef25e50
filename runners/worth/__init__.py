"""What a searched winner is worth: its trials, its placebos and its statistics in one result."""
