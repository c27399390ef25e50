"""What a search raises."""


class LedgerDomainError(ValueError):
    """The array ledger cannot compute this exactly; the bar-by-bar run can."""

    exit_code = 2


class Mismatch(RuntimeError):
    """The arrays and the bar-by-bar run disagree: neither may be reported."""

    exit_code = 1


class SpaceError(ValueError):
    """A space of parameter sets that cannot be: empty, ambiguous, or misspelt."""

    exit_code = 2


class SearchError(ValueError):
    """A search was asked for what it cannot do."""

    exit_code = 2


class StoreError(RuntimeError):
    """The folder of results belongs to another search, is in use, or is damaged."""

    exit_code = 2


class SchedulerUnreachable(RuntimeError):
    """No dask scheduler answers, or it has no workers."""

    exit_code = 3


class SearchStopped(RuntimeError):
    """A search could not go on; what its store holds stays good."""

    exit_code = 5
