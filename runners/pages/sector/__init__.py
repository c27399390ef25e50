"""The sector book's part of a tearsheet."""
