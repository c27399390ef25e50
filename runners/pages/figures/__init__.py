"""Results as matplotlib figures, for notebooks and reports of a user's own."""
