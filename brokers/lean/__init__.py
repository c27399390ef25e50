"""What backtrader's broker does for shares, in fewer steps and with the same bits."""
