"""A strategy, a reader of files and a vendor of bars, in a package of one's own."""
