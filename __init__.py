"""A playbook of documented trading strategies for backtrader: exact fills, honest tearsheets."""

__version__ = "0.1.0"
