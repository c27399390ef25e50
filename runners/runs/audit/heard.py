"""What a strategy reads beside its bars and inputs: files, connections, other programs."""

from __future__ import annotations

import os
import re
import site
import sys
import zoneinfo
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from ....feeds.sample_names import SAMPLE

SOURCES = (".py", ".pyc", ".pyi", ".so", ".pyd", ".dll", ".pth", ".nbi", ".nbc")
"""Endings of files that hold code: read when it is imported or compiled."""

DATA = (
    ".csv", ".tsv", ".txt.gz", ".csv.gz", ".parquet", ".feather", ".pkl", ".pickle", ".npy", ".npz",
    ".h5", ".hdf5", ".xlsx", ".xls", ".json.gz", ".db", ".sqlite",
)  # fmt: skip
"""Endings of files that are told even where they lie among libraries."""

LIBRARIES = tuple(
    os.path.join(os.path.abspath(folder), "")
    for folder in {
        sys.prefix,
        sys.base_prefix,
        os.path.dirname(os.__file__),
        *site.getsitepackages(),
        *zoneinfo.TZPATH,
        "/proc",
        "/sys",
        "/dev",
        "/etc",
    }
    if folder and os.path.abspath(folder) != os.path.abspath(os.sep)
)
"""Folders that Python, its libraries and the system read themselves."""

_ROOT = os.path.abspath(__file__).rpartition(f"{os.sep}runners{os.sep}")[0]
PACKAGE = tuple(
    os.path.join(_ROOT, room, "")
    for room in ("analyzers", "brokers", "feeds", "runners", "search", "strategies")
)
"""The folders of this package's own code."""

_PACKAGING = re.compile(
    r"[.](dist|egg)-info[/\\]|[/\\]__pycache__([/\\]|$)|[/\\]matplotlib[/\\]fontlist-|"
    r"[/\\]btplaybook[/\\](sessions|templates)([/\\]|$)"  # `feeds.kept_files`
)

MEMORY = ("gc.get_objects", "gc.get_referrers", "gc.get_referents", "sys._getframe")
"""Ways into the memory of the process, where the bars of an audit lie whole."""

PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")


class Heard:
    """The files, connections and programs that were opened within ``with heard:``.

    Python reports them to a hook (`sys.addaudithook`), which once added stays and hears nothing
    outside such a block. What a library opens in C code alone is not reported.

    Parameters
    ----------
    handed : iterable of str
        Paths of files that were handed in; they are left out.
    """

    def __init__(self, handed: Iterable[str] = ()) -> None:
        self.handed = {os.path.abspath(path) for path in handed}
        self._events: dict[tuple[str, str], None] = {}

    def __enter__(self) -> Heard:
        """Begin to listen."""
        _add_hook()
        _listening.append(self._events)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening."""
        _listening.remove(self._events)

    def note(self, verb: str, what: str) -> None:
        """Note what no hook tells."""
        self._events[verb, what] = None

    def words(self) -> list[str]:
        """Return what was opened, one phrase each, in the order in which it was first opened."""
        return list(
            dict.fromkeys(
                f"{verb} {_shown(what) if verb == 'reads' else what}"
                for verb, what in self._events
                if verb != "reads" or not self._is_known(what)
            )
        )

    def _is_known(self, path: str) -> bool:
        whole = os.path.abspath(path)
        if whole in self.handed or whole.lower().endswith(SOURCES) or _PACKAGING.search(whole):
            return True
        return whole.startswith(LIBRARIES) and not whole.lower().endswith(DATA)


_listening: list[dict[tuple[str, str], None]] = []
_hooked: list[bool] = []


def _add_hook() -> None:
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(_hear)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    """Note an event; it must neither raise nor open anything."""
    if not _listening:
        return
    found = _told(event, arguments)
    if found is not None:
        for events in _listening:
            events[found] = None


def _told(event: str, arguments: tuple[Any, ...]) -> tuple[str, str] | None:
    """Return verb and object of an event that is told, or None."""
    if event == "open":
        path, mode, flags = arguments
        if isinstance(path, (str, bytes, os.PathLike)) and _reads(mode, flags):
            return "reads", os.fsdecode(path)
    elif event == "sqlite3.connect":
        return "reads", os.fsdecode(arguments[0])
    elif event == "socket.connect":
        address = arguments[1]
        shown = ":".join(map(str, address[:2])) if isinstance(address, tuple) else str(address)
        return "connects to", shown
    elif event == "socket.getaddrinfo" and arguments[0]:
        return "connects to", f"{arguments[0]}:{arguments[1]}"
    elif event == SAMPLE:
        return "reads", f"the sample {arguments[0]}"
    elif event in MEMORY:
        return ("looks through", f"memory ({event})") if _by_a_user() else None
    elif event in PROGRAMS:
        return "starts", str(arguments[0])
    return None


def _by_a_user() -> bool:
    """Return whether code of a user raised the event at hand, not Python or a library."""
    try:
        raise LookupError
    except LookupError as error:  # sys._getframe would be heard itself
        frame = error.__traceback__.tb_frame if error.__traceback__ else None
    while frame is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    if frame is None:
        return False
    name = frame.f_code.co_filename
    return not (name.startswith("<") or os.path.abspath(name).startswith((*LIBRARIES, *PACKAGE)))


def _reads(mode: Any, flags: Any) -> bool:
    """Return whether a file is opened to be read; a folder is not."""
    if isinstance(mode, str):
        return "r" in mode or "+" in mode
    directory = getattr(os, "O_DIRECTORY", 0)
    asked = flags if isinstance(flags, int) else 0
    return not (asked & directory) and asked & (os.O_WRONLY | os.O_RDWR) != os.O_WRONLY


def _shown(path: str) -> str:
    """Return a path from the current folder where it lies in it."""
    whole = Path(os.path.abspath(path))
    here = Path.cwd()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(whole)
