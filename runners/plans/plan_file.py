"""Read a plan from a TOML file or from the run.json of an earlier run."""

from __future__ import annotations

from pathlib import Path

from ...feeds.quoting import did_you_mean
from ..errors import ParameterError
from ..records.record import read_record
from ..records.trust import check_code
from ..runs import registry
from ..runs.settings import Settings
from .plan import Plan, Say, silent
from .record_plan import record_plan
from .script_record import check_no_script
from .toml_plan import toml_plan

SUFFIXES = (".toml", ".json")


def is_plan(text: str) -> bool:
    """Return whether the command line's STRATEGY names a plan."""
    return text.lower().endswith(SUFFIXES)


def read_plan(path: str | Path, *, trust: bool = False, say: Say = silent) -> Plan:
    """Read a TOML plan, or the run.json of an earlier run.

    Parameters
    ----------
    path : str or Path
        A TOML file with the tables ``[run]`` (``strategy`` and the options that have no table of
        their own), ``[params]``, ``[bars]`` (``NAME = "file"``, in the order of the feeds) and
        ``[costs]``; keys are the names of options, with dashes or underscores, and paths are
        relative to the plan's folder. Or a run.json, whose paths are used as they stand.
    trust : bool
        Execute the file of a run.json's strategy even if it may not be the one that ran; see
        `records.trust`.
    say : callable
        Called with a message that names that file; the default ignores it.

    Raises
    ------
    ParameterError
        The file cannot be read; a table, key or parameter is unknown; a value has the wrong type or
        is out of range. The message names the file and the key.

    Examples
    --------
    >>> from btplaybook.runners.plans.plan_file import read_plan
    >>> result = read_plan("plan.toml").run()  # doctest: +SKIP
    """
    file = Path(path)
    if file.suffix.lower() == ".toml":
        plan = toml_plan(file)
    else:
        record = read_record(file)
        check_no_script(record)
        check_code(record, trust=trust, say=say)
        plan = record_plan(record)
    try:
        _ = Settings(**plan.settings), [plan.reading_of(key) for key in ("", *plan.readings)]
        known = registry.parameters(registry.resolve(plan.strategy))
    except ValueError as error:
        raise ParameterError(f"{file}: {error}") from error
    for name in plan.params:
        if name not in known:
            raise ParameterError(
                f"{file}: [params] {name}: {plan.strategy} has no such parameter"
                f"{did_you_mean(name, known, or_known=True)}"
            )
    return plan
