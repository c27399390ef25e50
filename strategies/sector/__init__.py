"""The steps of the sector long/short book: pure functions of arrays, one idea a file."""
