"""Read an earlier next.json, or the folder of a run, to compare with."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...feeds.quoting import shortened
from ..errors import ParameterError
from ..runs.next.since import Earlier
from .files import NEXT
from .json_file import read_json
from .record import RUN, Record, read_record

MOST_NAMED = 4
"""Instruments that the name of a folder holds; of more, also how many there are."""


def read_earlier(path: Path) -> Earlier:
    """Read an earlier result of `next`, or a run, given as folder or file.

    Raises
    ------
    ParameterError
        There is neither, or it cannot be read.
    """
    folder = os.path.isdir(path)
    file = path / NEXT.figures if folder else path
    if folder and not os.path.exists(file):
        if not os.path.exists(path / RUN):
            raise ParameterError(f"{path} holds neither {NEXT.figures} nor {RUN}")
        return _of_run(read_record(path))
    if file.name == RUN:
        return _of_run(read_record(file))
    _, plain = read_json(file)
    try:
        return Earlier(
            as_of=datetime.date.fromisoformat(plain["as_of"]),
            position={str(name): float(w) for name, w in plain["position"].items()},
            orders=[_order(each) for each in plain["orders"]],
            params=dict(plain["params"]),
            settings=dict(plain["settings"]),
            data=[_data(each) for each in plain["data"]],
            strategy=str(plain["strategy"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ParameterError(
            f"{shortened(str(file))} is no result of next ({type(error).__name__}: {error})"
        ) from error


def next_folder(strategy: str, instruments: Sequence[str], root: Path = Path("out")) -> Path:
    """Return the folder of the orders of a strategy, where nobody names one.

    Parameters
    ----------
    strategy : str
        Its name in run.json.
    instruments : sequence of str
        The names of its bars.
    root : Path
        The folder of all results.

    Returns
    -------
    Path
        ``next-<strategy>``; where that holds the orders of other instruments, with the names of
        these behind it, so that neither overwrites the other.
    """
    folder = root / f"next-{strategy.rpartition(':')[2]}"
    try:
        _, plain = read_json(folder / NEXT.figures)
        kept = [str(each["name"]) for each in plain["data"]]
    except (ParameterError, KeyError, TypeError, ValueError):
        return folder
    if kept == list(instruments):
        return folder
    more = [str(len(instruments))] if len(instruments) > MOST_NAMED else []
    shown = "-".join([*instruments[:MOST_NAMED], *more])
    return folder.with_name(f"{folder.name}-{re.sub(r'[^A-Za-z0-9.^=_-]+', '_', shown)}")


def _order(each: Any) -> dict[str, Any]:
    """Return an order whose parts are of their types."""
    trigger = each["trigger"]
    return {
        **each,
        "instrument": str(each["instrument"]),
        "action": str(each["action"]),
        "order": str(each["order"]),
        "shares": float(each["shares"]),
        "trigger": None if trigger is None else float(trigger),
        "if_close": each["if_close"],
    }


def _data(each: Any) -> dict[str, str]:
    days = {key: datetime.date.fromisoformat(each[key]).isoformat() for key in ("first", "last")}
    return {"name": str(each["name"]), "sha256": str(each["sha256"]), **days}


def _of_run(record: Record) -> Earlier:
    """Return the last day of a run: its position from its trades and its last equity."""
    plain = record.plain
    return Earlier(
        as_of=datetime.date.fromisoformat(plain["window"]["last"]),
        position=_position(record),
        orders=None,
        params=plain["params"],
        settings=plain["settings"],
        data=plain["data"],
        strategy=plain["strategy"],
    )


def _position(record: Record) -> dict[str, float]:
    """Return the weights after a run's last close, from its fills, its bars and its equity."""
    equity = float(record.daily()["equity"].iloc[-1])
    held = record.trades().groupby("instrument", sort=False)["position"].last()
    closes = {table.name: float(table.close[-1]) for table in record.bars()}
    return {
        str(name): float(shares) * closes[name] / equity
        for name, shares in held.items()
        if shares and equity > 0 and name in closes
    }
