"""Draw each kind of picture as a chart of `svg.plot`: values in, HTML out."""
