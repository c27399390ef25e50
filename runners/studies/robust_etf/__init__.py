"""The study of "Developing A Robust ETF Trading Algorithm"; each module holds one subject."""
