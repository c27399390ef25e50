"""A sector book run again in other ways, for comparison: without its gate, and never optimised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ....strategies.sector.checks import FORECAST_WEIGHTINGS

GATE_ON, GATE_OFF, NEVER = "gate on", "gate off", "never optimised"


def equity_of_variants(
    equity: pd.Series, params: Any, run: Callable[..., pd.Series]
) -> dict[str, pd.Series]:
    """Return name to account value by date, the run itself first.

    Parameters
    ----------
    equity : Series
        The run's own.
    params : object
        Its parameters as attributes.
    run : callable
        From changed parameters, as keywords, to the account value of another run.

    Returns
    -------
    dict
        Only the run itself where its weights take no forecast: there is nothing to gate.
    """
    if params.weighting not in FORECAST_WEIGHTINGS:
        return {params.weighting.replace("_", " "): equity}
    mine, other = (GATE_ON, GATE_OFF) if params.gate else (GATE_OFF, GATE_ON)
    return {
        mine: equity,
        other: run(gate=not params.gate),
        NEVER: run(weighting="equal_variance"),
    }
