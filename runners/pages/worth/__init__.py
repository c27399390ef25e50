"""What a searched winner is worth, on the page of a search."""
