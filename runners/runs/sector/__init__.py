"""What a sector book did, measured."""
