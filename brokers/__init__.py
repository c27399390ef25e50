"""What an order costs: exact fills, commission, slippage, borrow, dividends and interest.

The broker keeps a ledger of fills and of the holdings at each close; analyzers read that.
"""
