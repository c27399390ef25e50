"""The account: fills, commission, slippage and spread, dividends, borrow fees and interest.

The broker keeps a ledger of fills and of the holdings at each close; analyzers read that.
"""
