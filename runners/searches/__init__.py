"""Search a strategy's parameters and confirm the best sets bar by bar."""
