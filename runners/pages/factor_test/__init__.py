"""The page of a factor's test: result in, HTML text out."""
