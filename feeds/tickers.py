"""One spelling for a ticker, so that tables of different vendors meet."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=65_536)  # a book asks for the same names at every decision
def plain_ticker(written: str) -> str:
    """Return a ticker in capitals, with a dash before the class of share.

    Exchanges and funds write BRK.B or BRK/B, Yahoo BRK-B: the dash is taken, as it is safe in
    a file's name and in an address. Blanks around it are cut off; nothing else changes, so that
    a company's name where a ticker should be can still be read.

    Parameters
    ----------
    written : str
        The ticker as a vendor writes it.

    Returns
    -------
    str
        "BRK-B" for "brk.b"; an empty string for an empty one.
    """
    return written.strip().upper().replace(".", "-").replace("/", "-")
