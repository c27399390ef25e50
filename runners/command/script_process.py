"""A process of its own that runs a user's script and keeps what its cerebros did.

    python -m btplaybook.runners.command.script_process KEPT STDOUT CUTS SCRIPT [ARGUMENT ...]

The script runs as ``python SCRIPT`` would run it, but for two things: each cerebro gets a
`Recorder` as it starts to run, and ``cerebro.plot()`` draws nothing. What was recorded is written
to the file KEPT after each run, so that a script that fails later loses nothing. STDOUT is "stdout"
or "stderr": where the script's own output goes. With CUTS above 0 each strategy is audited after
its cerebro ran, with so many cuts, and the verdicts are kept too.
"""

from __future__ import annotations

import os
import pickle
import runpy
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import backtrader as bt

from ..runs import registry
from ..runs.recorded.recorder import Recorder
from ..runs.recorded.sets import Ran, ran_of
from .script_audit import Audits, audits_of

PACKAGE = "btplaybook."

WITHOUT_DATA = "without data"
"""What is kept of a cerebro that ran without data."""


def main(kept: str, stdout: str, cuts: int, script: str, arguments: Sequence[str]) -> NoReturn:
    """Run the script and exit with its code."""
    if stdout == "stderr":
        os.dup2(2, 1)
    _record_each_cerebro(kept, script, cuts, machine=stdout == "stderr")
    sys.argv = [script, *arguments]
    sys.path[0] = str(Path(script).resolve().parent)
    code: Any = 0
    names: dict[str, Any] = {}
    try:
        names = runpy.run_path(script, run_name="__main__")
    except SystemExit as ended:
        code = ended.code
    except BaseException as error:
        _print_traceback(error, script)
        code = 130 if isinstance(error, KeyboardInterrupt) else 1
    _keep(kept, _strategies(names))
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    sys.exit(code if isinstance(code, int) else int(code is not None))


def _record_each_cerebro(kept: str, script: str, cuts: int, *, machine: bool) -> None:
    """Add a recorder to each cerebro that the script runs, and leave its plots out.

    The cerebros of a script that calls `btplaybook.run` are those of this package: it reports them.
    """
    run, said = bt.Cerebro.run, list[str]()

    def recorded_run(self: Any, *arguments: Any, **keywords: Any) -> Any:
        if sys._getframe(1).f_globals.get("__name__", "").startswith(PACKAGE):
            return run(self, *arguments, **keywords)
        if not any(each[0] is Recorder for each in self.analyzers):
            self.addanalyzer(Recorder)
        self.strats = [list(each) for each in self.strats]
        results = run(self, *arguments, **keywords)
        if not results and not self.datas:
            _keep(kept, WITHOUT_DATA)
        if results:
            _keep(kept, ran := ran_of(results))
            if cuts and ran.sets:
                from .shown_progress import progress_of

                with progress_of(f"audit of {Path(script).name}", machine=machine) as progress:
                    audits = audits_of(self, ran, script, cuts, progress)
                _keep(kept, audits)
        return results

    def plot(*_: Any, **__: Any) -> _Nothing:
        if not said:
            said.append("once")
            sys.stderr.write("btplaybook: cerebro.plot() draws nothing here\n")
        return _Nothing()

    bt.Cerebro.run, bt.Cerebro.plot = recorded_run, plot


class _Nothing(list[Any]):
    """Stand in for the figures that `Cerebro.plot` returns: any use of it does nothing."""

    def __getitem__(self, _: Any) -> _Nothing:
        return self

    def __getattr__(self, _: str) -> _Nothing:
        return self

    def __call__(self, *_: Any, **__: Any) -> _Nothing:
        return self


def _keep(kept: str, what: Ran | Audits | list[str] | str) -> None:
    with open(kept, "ab") as file:
        pickle.dump(what, file)


def _strategies(names: Mapping[str, Any]) -> list[str]:
    """Return the strategies of a script, each by its first name."""
    first: dict[Any, str] = {}
    for name in registry.strategies_in(names):
        first.setdefault(names[name], name)
    return list(first.values())


def _print_traceback(error: BaseException, script: str) -> None:
    """Print a script's traceback without the lines that started it."""
    while (trace := error.__traceback__) and trace.tb_frame.f_code.co_filename != script:
        if trace.tb_next is None:
            break
        error.__traceback__ = trace.tb_next
    traceback.print_exception(error)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5:])
