"""Walk-forward: choose a strategy's parameters at each refit, and trade them until the next."""
