"""Open the vault of a search or a walk-forward: what it chose, unchanged, on the kept bars."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ...feeds.calendars import periods_per_year
from ...feeds.quoting import did_you_mean
from ..errors import ParameterError
from ..plans.plan import Plan, Say, silent
from ..plans.record_plan import record_plan
from ..runs.bars.sources import file_of_bars, text_of_bars
from ..runs.labels.badge_texts import badge, gravest_first
from ..runs.provenance import versions
from ..runs.result import SCHEMA, RunResult, plain_number
from ..runs.stages import Progress
from ..trials.entry import OPENED, Entry
from ..trials.ledger import TrialLedger
from ..worth.vault import powers
from .files import BEST, SEARCH, STITCHED, VAULT, WALK_FORWARD
from .json_file import read_json
from .record import RUN, Record, read_record
from .trust import check_code


@dataclass(frozen=True, eq=False)
class Opened:
    """The winner of a search, or the last choice of a walk-forward, on the bars kept back.

    Attributes
    ----------
    folder : Path
        Of the search or walk-forward.
    refit : str or None
        Day of the last refit of a walk-forward, whose set was run; None: a search's best set.
    length : str
        Of what was kept back, such as "2y".
    times : int
        How often these bars, or a part of them, were opened on this machine, this time included.
    searched : int
        Commands in the ledger that had tried rules on some of these bars before.
    power : dict
        From a true Sharpe ratio per year to the probability that so many days show it.
    result : RunResult
    """

    folder: Path
    refit: str | None
    length: str
    times: int
    searched: int
    power: dict[str, float]
    result: RunResult

    @property
    def excess_per_year(self) -> float | None:
        """Growth rate less that of buying and holding, a fraction per year."""
        own, held = self.result.metrics["cagr"], self.result.benchmark.get("cagr")
        return None if own is None or held is None else float(own) - float(held)

    def plain(self) -> dict[str, Any]:
        """Return the content of holdout.json."""
        return {
            "schema": SCHEMA,
            "strategy": self.result.strategy,
            "params": self.result.params,
            **({"refit": self.refit} if self.refit else {}),
            "length": self.length,
            "window": {"first": self.result.window[0], "last": self.result.window[1]},
            "bars": len(self.result.returns),
            "opened": self.times,
            "searched": self.searched,
            "power": self.power,
            "metrics": self.result.metrics,
            "benchmark": self.result.benchmark,
            "excess_per_year": self.excess_per_year,
            "versions": versions(),
        }

    def to_json(self) -> str:
        """Return holdout.json."""
        return json.dumps(self.plain(), indent=2, allow_nan=False, default=plain_number) + "\n"


class _Chosen(NamedTuple):
    """What is run on what was kept back."""

    kept: Mapping[str, Any]
    record: Record
    refit: str | None
    file: Path


def open_holdout(
    folder: str | Path,
    say: Say = silent,
    *,
    bars: Sequence[str] = (),
    trust: bool = False,
    ledger: TrialLedger | None = None,
    progress: Progress | None = None,
) -> Opened:
    """Run what was chosen on the bars that were kept back, and count that.

    Parameters
    ----------
    folder : str or Path
        Of a search, whose best set is run, or of a walk-forward: the set that its last refit chose.
    say : callable
        Called with messages about bars from vendors.
    bars : sequence of str
        Where files of bars are now that were moved: ``NAME=FILE``, of the record's names, or
        ``FILE`` where there is one alone.
    trust : bool
        Execute the strategy's file of the record though it may be another's.
    ledger : TrialLedger, optional
        None: this user's. Without a ledger nothing is opened: a look that is not counted is none.
    progress : callable, optional
        Called with each `Stage`.

    Raises
    ------
    ParameterError
        The folder holds neither with a hold-out and a set, its bars have changed, or `bars` names
        none of them.
    LedgerDamaged, OSError
        The ledger cannot be read or written.
    """
    folder = Path(folder)
    kept, record, refit, file = _walked(folder) if _is_walk_forward(folder) else _searched(folder)
    check_code(record, trust=trust, say=say)
    plan = _moved(record_plan(record), record, bars)
    first, last = (datetime.date.fromisoformat(str(kept[name])) for name in ("first", "last"))
    settings = {**plan.settings, "start": first, "end": last}
    plan = dataclasses.replace(plan, settings=settings, quick=True)
    tables = plan.load(say)
    _check_bars(record.plain["data"], tables, kept, file)
    ledger = TrialLedger() if ledger is None else ledger
    overlapping = [
        entry
        for entry in ledger.on(tables)
        if entry.first <= str(last) and entry.last >= str(first)
    ]
    times = 1 + sum(entry.command == OPENED for entry in overlapping)
    searched = sum(entry.command != OPENED for entry in overlapping)
    result = plan.run(say, progress)
    ledger.add(
        Entry.of(
            tables,
            command=OPENED,
            strategy=result.strategy,
            first=str(first),
            last=str(last),
            note=f"opened {times} times; {folder}",
        )
    )
    told = badge("hold-out", times=times, searched=searched)
    badges = gravest_first([told, *result.badges])
    result = dataclasses.replace(result, badges=badges)
    periods = periods_per_year(tables[0].calendar, tables[0].frequency)
    power = powers(len(result.returns), periods)
    return Opened(folder, refit, str(kept["length"]), times, searched, power, result)


def _moved(plan: Plan, record: Record, bars: Sequence[str]) -> Plan:
    """Return a plan that reads its bars where they are now."""
    known = {file_of_bars(text).shown: text for text in plan.bars}
    if bars and not known:
        raise ParameterError(f"{record.file}: its bars come from no file, which --bars could name")
    moved: dict[str, str] = {}
    for text in bars:
        now = file_of_bars(text)
        if now.name is None and len(known) > 1:
            raise ParameterError(f"--bars {text}: name which it is, as {next(iter(known))}=FILE")
        name = next(iter(known)) if now.name is None else now.name
        if name not in known:
            hint = did_you_mean(name, known, or_known=True) or ""
            raise ParameterError(f"--bars {text}: {record.file} has no bars {name!r}{hint}")
        path = str(now.path) if now.ticker is None else f"{now.path}#{now.ticker}"
        moved[known[name]] = text_of_bars(name, path)
    return dataclasses.replace(
        plan,
        bars=tuple(moved.get(text, text) for text in plan.bars),
        readings={moved.get(text, text): each for text, each in plan.readings.items()},
    )


def _is_walk_forward(folder: Path) -> bool:
    return (folder / WALK_FORWARD.figures).exists() and not (folder / SEARCH.figures).exists()


def _searched(folder: Path) -> _Chosen:
    """Return what a search kept back, and the record of its best set."""
    file = folder / SEARCH.figures
    kept = _kept(read_json(file)[1], file, "search")
    return _Chosen(kept, read_record(folder / BEST / RUN), None, file)


def _walked(folder: Path) -> _Chosen:
    """Return what a walk-forward kept back, and a record of the set that its last refit chose."""
    file = folder / WALK_FORWARD.figures
    _, plain = read_json(file)
    kept = _kept(plain, file, "walk forward")
    record = read_record(folder / STITCHED / RUN)
    try:
        last = plain["path"][-1]
        refit, chosen = str(last["refit"]), last["set"]
    except (LookupError, TypeError) as error:
        raise ParameterError(f"{file}: holds no path of refits: walk forward again") from error
    if not isinstance(chosen, Mapping):
        raise ParameterError(f"{file}: no refit chose a set: there is nothing to run")
    own = {
        "settings": {k: v for k, v in record.plain["settings"].items() if k != "walk_forward"},
        "params": {**record.plain["params"], **chosen},
    }
    return _Chosen(kept, dataclasses.replace(record, plain={**record.plain, **own}), refit, file)


def _kept(plain: Any, file: Path, again: str) -> Mapping[str, Any]:
    kept = plain.get("holdout") if isinstance(plain, Mapping) else None
    if not isinstance(kept, Mapping):
        raise ParameterError(
            f"{file}: nothing was kept back: {again} with --holdout 2y to keep the last two years"
        )
    try:
        dates = [datetime.date.fromisoformat(kept[name]) for name in ("end", "first", "last")]
    except (LookupError, TypeError, ValueError) as error:
        raise ParameterError(f"{file}: its holdout is damaged: {again} again") from error
    if not dates[0] < dates[1] <= dates[2]:
        raise ParameterError(f"{file}: its holdout is damaged: {again} again")
    return kept


def _check_bars(data: Any, tables: Any, kept: Mapping[str, Any], file: Path) -> None:
    """Raise if the bars, up to the last that was kept back, are not what they were."""
    end, vault = str(kept["end"]), file.with_name(VAULT)
    whole = read_json(vault)[1] if vault.exists() else None
    for was, table in zip(data, tables, strict=True):
        part = ""
        if table.between(None, end).vintage != was["sha256"]:
            part = "up to"
        elif whole and table.between(None, str(kept["last"])).vintage != whole.get(table.name):
            part = "after"
        if part:
            raise ParameterError(
                f"{file}: the bars of {table.name} {part} {end} have changed since: search or walk "
                "forward again"
            )
