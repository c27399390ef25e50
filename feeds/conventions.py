"""The words and constants by which all parts of the package agree.

`analyzers`, `brokers`, `feeds` and `strategies` may not import one another; all of them may import
this file, which imports nothing.
"""

FILLS = ("close", "next_open", "next_close")
"""Where an order fills: at the close of the bar that decides, at the next bar's open, its close."""

SIZES_AT = ("fill", "decision")
"""At which price shares are worked out of a weight: the fill's, or the deciding bar's close."""

REBALANCES = ("on_change", "daily", "on_decision")
"""When a held target is ordered again: where it changes, at every bar, at every decision."""

PERIODS = ("day", "week", "month", "quarter")
"""How often a strategy decides; each is longer than the one before."""

_ADVERBS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter"}
"""Another way to say how often: the adverb of each period."""


def period_named(word: object) -> object:
    """Return the period of an adverb: quarter for quarterly; everything else as it is."""
    return _ADVERBS.get(word, word) if isinstance(word, str) else word


def adverb_named(word: object) -> object:
    """Return the adverb of a period: quarterly for quarter; everything else as it is."""
    by_period = {period: adverb for adverb, period in _ADVERBS.items()}
    return by_period.get(word, word) if isinstance(word, str) else word


FREQUENCIES = PERIODS[:3]
"""What a bar may span."""

FORGIVEN = 1e-9
"""Part of a share that rounding towards zero forgives: whole shares are floor(|x| + FORGIVEN)."""

LARGEST_RATE = 1.0
"""Annual rates lie between this and its negative, as decimal fractions: 0.05 is 5 %."""
