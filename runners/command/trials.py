"""`btplaybook trials`: what was ever tried on which bars, on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import output
from .options import Debug

if TYPE_CHECKING:
    from ...feeds.bars import Bars
    from ..trials.entry import Entry

trials = typer.Typer(
    rich_markup_mode=None,
    help="List what searches, studies, walk-forwards and factor tests have tried on which bars.",
)

Files = Annotated[list[str], typer.Option("--bars", metavar="[NAME=]FILE", help="Bars of a file")]
Samples = Annotated[list[str], typer.Option("--sample", metavar="NAME", help="Embedded bars")]
Json = Annotated[bool, typer.Option("--json", help="Print the entries alone on stdout")]


@trials.callback(invoke_without_command=True)
def listed(
    context: typer.Context,
    bars: Files = [],  # noqa: B006
    sample: Samples = [],  # noqa: B006
    json: Json = False,
    debug: Debug = False,
) -> None:
    """List what was tried, on all bars or on those named.

    Bars are the same where a year of closes is: a file that has grown counts with its past.
    """
    if context.invoked_subcommand is not None:
        return
    from ..trials.ledger import TrialLedger

    ledger = TrialLedger()
    tables = _tables(bars, sample)
    entries = ledger.on(tables) if tables else ledger.entries()
    if json:
        output.echo(_as_json(entries))
        return
    if not entries:
        typer.echo(f"nothing has been tried yet{' on these bars' if tables else ''}")
        return
    _print(entries)
    if tables:
        ever = ledger.ever(tables, None)
        typer.echo(f"{ever.rules:,} different rules were ever tried on these bars")


@trials.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="FILE.csv or FILE.json")],
    debug: Debug = False,
) -> None:
    """Write all entries into a file."""
    from ..errors import ParameterError
    from ..records.folder_lock import unwritable
    from ..trials.ledger import TrialLedger

    if file.suffix not in (".csv", ".json"):
        raise ParameterError(f"{file}: name a file that ends in .csv or .json")
    entries = TrialLedger().entries()
    text = _as_json(entries) if file.suffix == ".json" else _as_csv(entries)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise unwritable(file, error) from error
    typer.echo(f"{len(entries)} entries: {file}")


@trials.command()
def tell(
    sets: Annotated[int, typer.Option("--sets", metavar="N", help="Different rules tried")],
    bars: Files = [],  # noqa: B006
    sample: Samples = [],  # noqa: B006
    strategy: Annotated[str, typer.Option(metavar="NAME", help="What was searched")] = "",
    note: Annotated[str, typer.Option(metavar="TEXT", help="Where, when, with what")] = "",
    debug: Debug = False,
) -> None:
    """Count trials that were made elsewhere, such as in a notebook or by a colleague."""
    from ..errors import ParameterError
    from ..trials.entry import Entry
    from ..trials.ledger import TrialLedger

    if sets < 1:
        raise ParameterError(f"--sets must be >= 1, got {sets}")
    tables = _tables(bars, sample)
    if not tables:
        raise ParameterError("name the bars that were tried on, with --bars FILE or --sample NAME")
    entry = Entry.of(
        tables,
        command="told",
        strategy=strategy,
        first=str(tables[0].dates[0]),
        last=str(tables[0].dates[-1]),
        tried=sets,
        distinct=sets,
        told=True,
        note=note,
    )
    new = TrialLedger().add(entry)
    typer.echo(f"{entry.id}: {sets:,} rules on {entry.names}" + ("" if new else ", known already"))


@trials.command()
def forget(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Of entries, as listed")],
    looks: Annotated[
        bool, typer.Option("--looks", help="Forget looks at a hold-out too, which then count anew")
    ] = False,
    debug: Debug = False,
) -> None:
    """Remove entries from the ledger for good."""
    from ...feeds.quoting import did_you_mean
    from ..errors import ParameterError
    from ..trials.entry import OPENED
    from ..trials.ledger import TrialLedger

    ledger = TrialLedger()
    known = {entry.id: entry for entry in ledger.entries()}
    for one in ids:
        if one not in known:
            raise ParameterError(f"no entry {one!r}{did_you_mean(one, list(known)) or ''}")
        if known[one].command == OPENED and not looks:
            raise ParameterError(
                f"{one} is a look at the hold-out {known[one].first} to {known[one].last}: once it "
                "is forgotten, the next look counts as the first; --looks forgets it all the same"
            )
    typer.echo(f"{ledger.forget(ids)} forgotten, {len(known) - len(set(ids))} left")


def _tables(bars: list[str], samples: list[str]) -> list[Bars]:
    """Return the tables that are named."""
    from ..plans.plan import Plan

    if not bars and not samples:
        return []
    return list(Plan("sma-switch", bars=tuple(bars), samples=tuple(samples)).load_all().bars)


def _print(entries: list[Entry]) -> None:
    from ..runs.labels.text_table import text_table

    rows = [("id", "when", "command", "strategy", "bars", "window", "sets", "rules")]
    for entry in entries:
        rows.append((
            entry.id, entry.when[:10], entry.command, entry.strategy, entry.names,
            f"{entry.first} to {entry.last}", f"{entry.tried:,}", f"{entry.distinct:,}",
        ))  # fmt: skip
    sets = sum(entry.tried for entry in entries)
    heading = f"{len(entries):,} {'entry' if len(entries) == 1 else 'entries'}"
    typer.echo(text_table(heading, rows, f"{sets:,} sets in all"))


def _as_json(entries: list[Entry]) -> str:
    import json

    return json.dumps([entry.plain() for entry in entries], indent=2) + "\n"


def _as_csv(entries: list[Entry]) -> str:
    import pandas as pd

    rows = [
        {
            **{k: v for k, v in entry.plain().items() if k not in ("bars", "p_values")},
            "p_values": " ".join(f"{name}={p}" for name, p in entry.p_values.items()),
            "bars": entry.names,
            "vintages": " ".join(str(each["vintage"]) for each in entry.bars),
        }
        for entry in entries
    ]
    columns = ["id", "when", "command", "strategy", "objective", "space", "first", "last"]
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else columns).to_csv(index=False)
