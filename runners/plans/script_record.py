"""Records of scripts, which hold no plan: only the script itself can run again."""

from __future__ import annotations

from ...feeds.quoting import shortened
from ..errors import ParameterError
from ..records.record import Record


def check_no_script(record: Record) -> None:
    """Raise ParameterError if a record is that of a user's own cerebro."""
    plain = record.plain
    if "broker" not in plain["settings"]:
        return
    file = (plain.get("code") or {}).get("file", "")
    again = f"run it again: btplaybook run {shortened(file)}" if file else "run its cerebro again"
    raise ParameterError(
        f"{shortened(str(record.file))}: is the record of a script with a cerebro of its own: "
        f"{again}"
    )
