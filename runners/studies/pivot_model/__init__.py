"""The study of the pivot model; each module holds one subject."""
