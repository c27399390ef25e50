"""What to do tomorrow: orders for the session after the last bar, and what would trigger them."""
