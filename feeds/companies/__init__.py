"""What is known of companies beside their prices: holdings, members, sectors, statements."""
