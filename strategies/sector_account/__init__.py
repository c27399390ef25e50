"""What the sector book holds, and what it knows of its stocks."""
