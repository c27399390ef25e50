"""What a sector book did, from its diary and the broker's ledger: plain numbers and tables."""
