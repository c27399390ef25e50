"""The ledger of trials: entries appended to a file of this user's data folder.

`trials.jsonl` holds one entry a line; `rules/` the hashes of the distinct rules of each entry, by
its id, so that a rule that several commands tried counts once.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np

from ...feeds.bars import Bars
from ...search.distinct import Distinct
from .entry import Entry
from .same_bars import share, years_of

FILE = "trials.jsonl"
RULES = "rules"
PATIENCE = 60.0
"""Seconds for which a command waits until another has written."""


class LedgerDamaged(ValueError):
    """A file of the ledger cannot be read, or another process keeps it locked."""

    exit_code = 4


class Ever(NamedTuple):
    """How many rules were ever tried on some bars."""

    rules: int
    """Different rules of all commands, and what was told of elsewhere."""
    earlier: int
    """Those among them that this command did not try."""
    commands: int
    """Other entries on these bars."""


class TrialLedger:
    """The ledger in one folder.

    Parameters
    ----------
    folder : Path, optional
        None: `btplaybook/trials` of this user's data folder, on Linux in `~/.local/share` or where
        XDG_DATA_HOME says.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is None:
            from platformdirs import user_data_path

            folder = user_data_path("btplaybook", appauthor=False) / "trials"
        self.folder = folder

    def add(self, entry: Entry, rules: Distinct | None = None) -> bool:
        """Append an entry; return False if it is known, and nothing was written.

        Raises
        ------
        LedgerDamaged, OSError
            The ledger cannot be read or written.
        """
        with self._locked():
            if any(known.id == entry.id for known in self.entries()):
                return False
            if rules is not None:
                self._keep(entry.id, rules)
            with open(self.folder / FILE, "a+b") as file:
                file.seek(max(file.seek(0, os.SEEK_END) - 1, 0))
                glued = file.read(1) not in (b"", b"\n")  # as an editor may leave it
                line = json.dumps(entry.plain(), sort_keys=True) + "\n"
                file.write(("\n" * glued + line).encode())
        return True

    def entries(self) -> list[Entry]:
        """Return all entries, the oldest first.

        Raises
        ------
        LedgerDamaged
            A line is no entry; the message names it.
        """
        try:
            lines = (self.folder / FILE).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise LedgerDamaged(f"{self.folder / FILE}: {error}") from error
        return [self._entry(number, line) for number, line in enumerate(lines, 1) if line.strip()]

    def on(self, tables: Sequence[Bars]) -> list[Entry]:
        """Return the entries on these bars: those with a year of closes in common."""
        years = [years_of(table) for table in tables]
        return [
            entry
            for entry in self.entries()
            if any(share(own, other["years"]) for own in years for other in entry.bars)
        ]

    def ever(self, tables: Sequence[Bars], rules: Distinct | None, own: str = "") -> Ever:
        """Return how many rules were ever tried on these bars.

        Parameters
        ----------
        tables : sequence of Bars
        rules : Distinct or None
            Those of the command that asks; in the ledger or not.
        own : str
            Its entry's id.
        """
        entries = [entry for entry in self.on(tables) if entry.id != own]
        kept = [self._rules(entry) for entry in entries]
        told = sum(entry.distinct for entry, known in zip(entries, kept, strict=True) if not known)
        others = [known for known in kept if known is not None]
        asked = [] if rules is None else [rules]
        whole = Distinct.union([*others, *asked]).count + told
        now = rules.count if rules is not None else 0
        return Ever(whole, max(whole - now, 0), len(entries))

    def forget(self, ids: Sequence[str]) -> int:
        """Remove entries for good; return how many there were."""
        with self._locked():
            entries = self.entries()
            left = [entry for entry in entries if entry.id not in ids]
            text = "".join(json.dumps(entry.plain(), sort_keys=True) + "\n" for entry in left)
            self._write(self.folder / FILE, text.encode())
            for one in ids:
                (self.folder / RULES / f"{one}.npz").unlink(missing_ok=True)
        return len(entries) - len(left)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / ".lock", timeout=PATIENCE):
                yield
        except Timeout:
            raise LedgerDamaged(
                f"{self.folder}: another btplaybook has been writing there for {PATIENCE:.0f} s"
            ) from None

    def _entry(self, number: int, line: str) -> Entry:
        try:
            content: dict[str, Any] = json.loads(line)
            known = {field.name for field in fields(Entry)}
            entry = Entry(**{name: value for name, value in content.items() if name in known})
            _check(entry)
            return entry
        except (ValueError, TypeError, AttributeError) as error:
            raise LedgerDamaged(
                f"{self.folder / FILE}, line {number} is no entry of the ledger ({error}): mend or "
                "remove the line"
            ) from error

    def _keep(self, one: str, rules: Distinct) -> None:
        content = BytesIO()
        np.savez_compressed(content, kept=rules.kept, halvings=np.int64(rules.halvings))
        self._write(self.folder / RULES / f"{one}.npz", content.getvalue())

    def _rules(self, entry: Entry) -> Distinct | None:
        """Return the rules of an entry; None for one that was told, or whose file is gone."""
        try:
            content = (self.folder / RULES / f"{entry.id}.npz").read_bytes()
        except FileNotFoundError:
            return None
        try:
            with np.load(BytesIO(content)) as stored:
                return Distinct(stored["kept"], int(stored["halvings"]))
        except (EOFError, OSError, ValueError, KeyError, BadZipFile) as error:
            raise LedgerDamaged(
                f"{self.folder / RULES / entry.id}.npz cannot be read ({error}): remove it, and "
                "its rules count as different from all others"
            ) from error

    @staticmethod
    def _write(file: Path, content: bytes) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = file.with_name(f"{file.name}.{os.getpid()}.tmp")
        unfinished.write_bytes(content)
        os.replace(unfinished, file)


def _check(entry: Entry) -> None:
    """Raise TypeError for an entry whose parts are of the wrong kind."""
    for name in ("id", "when", "command", "strategy", "objective", "space", "first", "last"):
        if not isinstance(getattr(entry, name), str):
            raise TypeError(f"{name} is no text")
    for name in ("tried", "distinct"):
        if type(getattr(entry, name)) is not int:
            raise TypeError(f"{name} is no whole number")
    if not isinstance(entry.p_values, dict) or not all(
        isinstance(name, str) and (p is None or (type(p) is float and 0.0 <= p <= 1.0))
        for name, p in entry.p_values.items()
    ):
        raise TypeError("p_values are no numbers from 0 to 1 by name")
    if not isinstance(entry.bars, list):
        raise TypeError("bars are no list")
    for each in entry.bars:
        if not (
            isinstance(each, dict)
            and isinstance(each.get("years"), dict)
            and {"name", "vintage"} <= each.keys()
        ):
            raise TypeError("a table of bars lacks its name, vintage or years")
