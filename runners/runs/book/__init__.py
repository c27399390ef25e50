"""A book: several strategies on several instruments in one account."""
