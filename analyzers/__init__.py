"""What happened: plain Series and dicts taken from the broker's ledger and from the decisions.

An analyzer records; it never decides, prints or draws.
"""
