"""What a basket's names weigh."""
