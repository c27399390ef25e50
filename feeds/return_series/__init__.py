"""Series of returns or equity, as a file, a frame or a Series holds them."""
