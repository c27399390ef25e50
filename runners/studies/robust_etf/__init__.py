"""The study of "Developing A Robust ETF Trading Algorithm", a module for each of its subjects."""
