"""The sector book's chapter of the tearsheet: its figures, its pictures and its words."""
