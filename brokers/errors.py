"""What a broker raises: a setting it cannot honour, or an order that ends the run."""


class BrokerError(ValueError):
    """A cost, rate or limit that makes no sense, or a way to fill that does not exist."""

    exit_code = 2


class RunStopped(RuntimeError):
    """An order was rejected, margin-called or partly filled, or passed a limit.

    A run that walked on would report the result of another strategy than the one it was asked for.
    """

    exit_code = 5
