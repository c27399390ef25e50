"""Wiring and words: one run, its audit, its tearsheet and the command line.

Only here are the other packages put together, arguments parsed, and files written.
"""
