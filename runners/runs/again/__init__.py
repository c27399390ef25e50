"""Make a run again with other settings, where the strategy must decide again."""
