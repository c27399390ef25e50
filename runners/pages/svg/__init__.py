"""Draw charts as inline SVG: numbers in, text out; no drawing library."""
