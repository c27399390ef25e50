"""Draw a figure over two parameters as a map of coloured cells."""
