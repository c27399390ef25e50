"""What a name, a file or an entry point stands for, and what a strategy says of itself."""
