"""What a broker raises: a setting it cannot honour, or an order that ends the run."""


class BrokerError(ValueError):
    """A cost, rate or limit that makes no sense, or a way to fill that does not exist."""

    exit_code = 2


class RunStopped(RuntimeError):
    """An order was rejected, margin-called, partly filled, past a limit, or could not be charged.

    A run that went on would report a strategy that holds something else than it decided.
    """

    exit_code = 5
