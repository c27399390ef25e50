"""What ran: the recordings in whatever ``cerebro.run()`` returned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...errors import ParameterError
from .recorder import Recorder
from .recording import Recording


def recordings_of(ran: Any) -> list[Recording]:
    """Return the recordings of a cerebro that ran; see `recorded`."""
    if isinstance(ran, Recorder):
        ran = ran.strategy if ran.strategy is not None else [ran]
    strategies = list(ran) if isinstance(ran, Iterable) and not _is_strategy(ran) else [ran]
    if strategies and isinstance(strategies[0], list):
        raise ParameterError(
            f"cerebro.run() of an optstrategy returned {len(strategies)} sets: choose one, as in "
            "recorded(results[0])"
        )
    if len(strategies) == 1 and getattr(strategies[0], "cerebro", None) is not None:
        strategies = list(strategies[0].cerebro.runningstrats)
    found = [_recording(each) for each in strategies]
    if not found:
        raise ParameterError("nothing ran: cerebro.run() returned an empty list")
    return found


def _is_strategy(ran: Any) -> bool:
    return hasattr(ran, "analyzers") or isinstance(ran, Recorder)


def _recording(strategy: Any) -> Recording:
    each = [strategy] if isinstance(strategy, Recorder) else getattr(strategy, "analyzers", None)
    if each is None:
        raise ParameterError(
            "a strategy that ran is needed, as cerebro.run() returns it, got "
            f"{type(strategy).__name__}"
        )
    for analyzer in each:
        if isinstance(analyzer, Recorder):
            found = analyzer.get_analysis().get("recording")
            if isinstance(found, Recording):
                return found
            raise ParameterError("the recorder's cerebro has not run to its end")
    raise ParameterError(
        "the strategy ran without a Recorder: call cerebro.addanalyzer(btplaybook.Recorder) before "
        "cerebro.run()"
    )
