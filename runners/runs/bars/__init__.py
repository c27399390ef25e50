"""The bars that a run reads, as they are given, and what is odd about them."""
