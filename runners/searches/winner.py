"""The best set of a search, run bar by bar."""

from __future__ import annotations

from ..errors import ParameterError
from ..runs import registry
from ..runs.result import RunResult
from ..runs.run import run
from ..runs.told_params import params_again
from .bar_by_bar import keywords
from .result import SearchResult


def winner_run(result: SearchResult) -> RunResult:
    """Run the best set of a search on its bars.

    Parameters
    ----------
    result : SearchResult
        Its bars, settings and parameters are those of the run.

    Returns
    -------
    RunResult
        That of the search if it kept it, else a run without strips and sections.

    Raises
    ------
    ParameterError
        The strategy reads other inputs, which a search does not keep; a parameter was an object of
        Python; or the strategy is not found any more.
    """
    if result.best is not None:
        return result.best
    if result.inputs:
        names = ", ".join(str(each["name"]) for each in result.inputs)
        raise ParameterError(
            f"{result.title} reads inputs ({names}), which the search does not keep: run the best "
            "set with run(..., inputs=...) and plot that"
        )
    kind = registry.loaded_class(result.strategy) or registry.resolve(result.strategy)
    best = result.found.top.iloc[0]
    own = result.space.set_at(int(best["index"]))
    params = {**params_again(kind, result.params, result.title), **own}
    return run(kind, result.bars, params=params, figures_only=True, **keywords(result.settings))
