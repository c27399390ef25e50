"""The panel of a sector book on the tearsheet."""
