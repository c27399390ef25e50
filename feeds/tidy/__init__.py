"""From written rows to sound bars: splits, calendars, spacing."""
