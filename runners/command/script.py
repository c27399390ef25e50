"""`btplaybook run SCRIPT.py`: run a script that builds its own cerebros, and report each."""

from __future__ import annotations

import json as json_text
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import typer

from ...feeds.errors import BarsError
from ..errors import ParameterError
from ..runs.audit import Audit
from ..runs.labels.formats import counted
from ..runs.recorded.sets import MOST_SETS, Ran, results_of
from ..runs.result import RunResult
from . import output
from .options import SOURCES
from .script_audit import Audits

OPTIONS = ("strategy", "quick", "quantstats", "out", "json", "open_", "debug")
"""Arguments of `run` that a script has too."""

PROCESS = "btplaybook.runners.command.script_process"


def is_script(strategy: str, typed: Collection[str]) -> bool:
    """Return whether `run` was given a whole script: a file, and no bars to run its class on."""
    return strategy.lower().endswith(".py") and not {*SOURCES} & {*typed}


def run_script(
    context: typer.Context,
    script: str,
    typed: Collection[str],
    *,
    out: Path | None,
    json: bool,
    open_: bool,
    quantstats: bool,
) -> None:
    """Run a script in a process of its own and report each cerebro that it ran.

    A script that fails ends the command with 1, after the cerebros that ran before are reported.

    Raises
    ------
    ParameterError
        The file does not exist, an option belongs to runs of a strategy, the script ran no
        cerebro, or an account cannot be measured.
    """
    from ..records.folder_lock import reserved
    from .run_summary import print_summary
    from .shown_progress import progress_of
    from .written_run import write_run_as_asked

    check_options(script, typed, OPTIONS)
    folder = out or Path("out") / Path(script).stem
    context.with_resource(reserved(folder))
    kept = kept_of(script, context.args, quiet=json)
    code = kept.code
    if not kept.ran and not code:
        raise ParameterError(ran_nothing(script, kept))
    title = f"report of {Path(script).name}"
    with progress_of(title, machine=json):
        results, faults = _measured(kept.ran)
    folders = [folder] if len(results) == 1 else [_numbered(folder, k) for k in range(len(results))]
    for result, place in zip(results, folders, strict=True):
        with progress_of(title, machine=json) as progress:
            context.with_resource(reserved(place))
            write_run_as_asked(result, place, progress, quantstats=quantstats)
        if not json:
            print_summary(result, place, output.console())
    if json and results:
        texts = [result.to_json() for result in results]
        whole = (
            texts[0]
            if len(texts) == 1
            else json_text.dumps(list(map(json_text.loads, texts)), indent=2) + "\n"
        )
        output.echo(whole)
    if open_ and results:
        output.open_page(folders[0] / "tearsheet.html")
    if code:
        output.say(f"btplaybook: {script} ended with {code}; {_reported(len(results))}")
        raise typer.Exit(1 if code != 130 else code)
    if faults:
        raise typer.Exit(faults[0].exit_code)


def check_options(script: str, typed: Collection[str], known: Collection[str]) -> None:
    """Raise if the script does not exist, or an option belongs to runs of a strategy."""
    if not Path(script).is_file():
        raise ParameterError(f"there is no file {script}")
    if others := [name for name in sorted(typed) if name not in known]:
        named = ", ".join(f"--{name.strip('_').replace('_', '-')}" for name in others)
        raise ParameterError(
            f"{script} runs as a script, with data and settings of its own: leave out {named}; or "
            "say --bars FILE or --sample NAME to run a strategy of the file"
        )


class Kept(NamedTuple):
    """What the process of a script kept, and the script's exit code."""

    ran: list[Ran]
    audits: list[Audit]
    faults: list[str]
    """Why strategies could not be audited."""
    classes: list[str]
    """The names of the script's strategies."""
    without_data: bool
    """Whether a cerebro ran without data."""
    code: int


def kept_of(script: str, arguments: Sequence[str], *, quiet: bool, cuts: int = 0) -> Kept:
    """Run a script in a process of its own; with `cuts` its strategies are audited too."""
    with tempfile.TemporaryDirectory() as place:
        kept = Path(place) / "kept.pickle"
        stdout = "stderr" if quiet else "stdout"
        command = [sys.executable, "-m", PROCESS, str(kept), stdout, str(cuts), script, *arguments]
        code = subprocess.run(command, check=False).returncode
        found: list[Any] = []
        if kept.exists():
            with kept.open("rb") as file:
                while file.peek(1):
                    found.append(pickle.load(file))
    return Kept(
        [each for each in found if isinstance(each, Ran)],
        [one for each in found if isinstance(each, Audits) for one in each.found],
        [each.fault for each in found if isinstance(each, Audits) and each.fault],
        [name for each in found if isinstance(each, list) for name in each],
        any(isinstance(each, str) for each in found),
        code,
    )


def ran_nothing(script: str, kept: Kept) -> str:
    """Return the message about a script that ran no cerebro, or one without data."""
    if kept.without_data:
        return (
            f"{script} ran a cerebro without data: add a feed with cerebro.adddata() before run()"
        )
    classes = kept.classes
    words = f"{script} ran no cerebro of its own"
    if not classes:
        return f"{words}, and holds no strategy"
    return (
        f"{words}; it holds {', '.join(classes)}: say {script}:{classes[0]} with --bars FILE or "
        "--sample NAME"
    )


def _measured(ran: Sequence[Ran]) -> tuple[list[RunResult], list[ParameterError | BarsError]]:
    """Return the results, and the errors of the accounts that cannot be measured."""
    results: list[RunResult] = []
    faults: list[ParameterError | BarsError] = []
    for place, each in enumerate(ran):
        try:
            results += results_of(each)
        except (ParameterError, BarsError) as error:
            output.say(f"btplaybook: cerebro {place + 1} is not reported: {error}")
            faults.append(error)
        if len(each.sets) > MOST_SETS:
            output.say(
                f"btplaybook: cerebro {place + 1} ran {len(each.sets)} sets: the best, the median "
                "and the worst by total return are reported (btplaybook search sweeps a strategy)"
            )
    return results, faults


def _numbered(folder: Path, place: int) -> Path:
    return folder.with_name(f"{folder.name}-{place + 1}")


def _reported(count: int) -> str:
    return f"{counted(count, 'run')} before that reported" if count else "no cerebro ran before"
