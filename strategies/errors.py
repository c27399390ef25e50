"""What a strategy raises: a parameter it cannot use, or a decision nobody could follow."""


class StrategyError(ValueError):
    """A parameter out of range, or a broker that cannot do what the strategy asks of it."""

    exit_code = 2


class StrategyStopped(RuntimeError):
    """A target that is not a number or names no tradable feed, or an order that was not filled."""

    exit_code = 5
