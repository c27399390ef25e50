"""Write results and their pages into folders."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ParameterError
from ..runs.recorded.result import recorded
from ..runs.result import RunResult
from ..runs.tables import bars_table
from .files import (
    BEST,
    COMPARISON,
    FACTOR_TEST,
    HOLDOUT,
    HOLDOUT_FIGURES,
    NEXT,
    QUANTSTATS,
    RUN,
    SEARCH,
    STITCHED,
    STUDY,
    TEARSHEET,
    VAULT,
    WALK_FORWARD,
    Files,
)
from .folder import remove_result, write_folder
from .folder_lock import held

if TYPE_CHECKING:
    from ..factor_tests.result import FactorTestResult
    from ..runs.next.result import NextResult
    from ..searches.result import SearchResult
    from ..studies.result import StudyResult
    from ..walk_forwards.result import WalkForwardResult
    from ..worth.vault import Vault
    from .compare import Comparison
    from .holdout import Opened

NAME_OF_TABLE = re.compile(r"[A-Za-z0-9_-]+")
"""Name of a section's table."""


def write_run(result: RunResult | Any, folder: str | Path, *, quantstats: bool = False) -> None:
    """Write run.json, the six tables, those of the sections, and the tearsheet of a run.

    Parameters
    ----------
    result : RunResult or strategy
        The result of `run`; or a strategy that ran in a cerebro of your own with a `Recorder`.
    folder : str or Path
        Folder to write to; created if needed. An earlier result in it is replaced; other files
        stay.
    quantstats : bool
        Also write quantstats' own report, quantstats.html. A warning says why there is none, where
        quantstats cannot describe the returns.

    Raises
    ------
    OSError, ParameterError
        The folder or a file in it cannot be written; see `write_folder`. Or the strategy ran
        without a `Recorder`.
    """
    from ..pages.as_quantstats.of_run import report_of, why_no_report
    from ..pages.tearsheet import tearsheet

    if not isinstance(result, RunResult):
        result = recorded(result)
    if quantstats and (reason := why_no_report(result)):
        warnings.warn(f"no {QUANTSTATS}: {reason}", stacklevel=2)
        quantstats = False
    files = {
        "bars.parquet": bars_table(result.bars).to_parquet(),
        "daily.parquet": result.daily.to_parquet(),
        "trades.parquet": result.trades.to_parquet(),
        "round_trips.parquet": result.round_trips.to_parquet(),
        "decisions.parquet": result.decisions.to_parquet(),
        "orders.parquet": result.orders.to_parquet(),
        **_tables_of_sections(result),
        TEARSHEET: tearsheet(result).encode(),
        **({QUANTSTATS: report_of(result).encode()} if quantstats else {}),
        "run.json": result.to_json().encode(),
    }
    write_folder(folder, files)


def _tables_of_sections(result: RunResult) -> dict[str, bytes]:
    """Return file name to content of each table that a section hands over."""
    found: dict[str, bytes] = {}
    for name, shown in result.sections.items():
        for label, table in getattr(shown.measured, "tables", {}).items():
            file = f"{label}.parquet"
            if not NAME_OF_TABLE.fullmatch(label) or file in (*RUN, *found):
                raise ParameterError(
                    f"section {name}: a table's name is letters, digits, - and _, and that of no "
                    f"other table of the record, got {label!r}"
                )
            found[file] = table.to_parquet()
    return found


def write_holdout(opened: Opened, folder: str | Path) -> None:
    """Write the run on what was kept back, and holdout.json, into holdout/ of its folder.

    Errors as for `write_run`.
    """
    place = Path(folder, HOLDOUT)
    with held(Path(folder)):
        write_run(opened.result, place)
        (place / HOLDOUT_FIGURES).write_text(opened.to_json(), encoding="utf-8")


def write_search(result: SearchResult, folder: str | Path) -> None:
    """Write search.html and search.json, and the run of the best set into best/.

    Parameters and errors as for `write_run`. The run of an earlier search in best/ is replaced, or
    deleted if the new search has none.
    """
    from ..pages.search.page import page

    shown, best = page(result), Path(folder, BEST)
    with held(Path(folder)):
        _remove_holdout(folder)
        if result.best is None:
            remove_result(best, RUN[0])
        else:
            write_run(result.best, best)
        _write_pair(folder, SEARCH, shown, result.to_json())
        _keep_vault(Path(folder), result.vault)


def write_walk_forward(result: WalkForwardResult, folder: str | Path) -> None:
    """Write walk_forward.html and walk_forward.json, and the run of the account into stitched/.

    Parameters and errors as for `write_run`.
    """
    from ..pages.walk_forward.page import page

    shown = page(result)
    with held(Path(folder)):
        _remove_holdout(folder)
        write_run(result.stitched, Path(folder, STITCHED))
        _write_pair(folder, WALK_FORWARD, shown, result.to_json())
        _keep_vault(Path(folder), result.vault)


def _keep_vault(folder: Path, vault: Vault | None) -> None:
    """Keep the hashes of bars that were kept back; without them, those of an earlier result go."""
    if vault is None:
        (folder / VAULT).unlink(missing_ok=True)
    else:
        text = json.dumps(vault.vintages, indent=2) + "\n"
        (folder / VAULT).write_text(text, encoding="utf-8")


def write_study(result: StudyResult, folder: str | Path) -> None:
    """Write study.html and study.json; parameters and errors as for `write_run`."""
    from ..pages.study import page

    _write_pair(folder, STUDY, page(result), result.to_json())


def write_next(result: NextResult, folder: str | Path) -> None:
    """Write next.json, next.txt and orders.csv; parameters and errors as for `write_run`."""
    from ..runs.next.words import words_of

    text = "\n".join(words_of(result)) + "\n"
    files = {
        "orders.csv": result.to_csv().encode(),
        NEXT.page: text.encode(),
        NEXT.figures: result.to_json().encode(),
    }
    write_folder(folder, files)


def write_factor_test(result: FactorTestResult, folder: str | Path) -> None:
    """Write factor_test.html and factor_test.json; parameters and errors as for `write_run`."""
    from ..pages.factor_test.page import page

    _write_pair(folder, FACTOR_TEST, page(result), result.to_json())


def write_comparison(result: Comparison, folder: str | Path) -> None:
    """Write compare.html and compare.json; parameters and errors as for `write_run`."""
    from ..pages.compare import page

    _write_pair(folder, COMPARISON, page(result), result.to_json())


def _remove_holdout(folder: str | Path) -> None:
    """Delete what an earlier search or walk-forward in the folder came to on its hold-out."""
    Path(folder, HOLDOUT, HOLDOUT_FIGURES).unlink(missing_ok=True)
    remove_result(Path(folder, HOLDOUT), RUN[0])


def _write_pair(folder: str | Path, files: Files, page: str, figures: str) -> None:
    write_folder(folder, {files.page: page.encode(), files.figures: figures.encode()})
