"""What a search raises."""


class LedgerDomainError(ValueError):
    """The array ledger cannot do this exactly: only the bar-by-bar run can."""

    exit_code = 2
