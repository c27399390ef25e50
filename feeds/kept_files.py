"""What takes long to work out and never changes, kept in files for the next process.

They stand in this user's cache folder (on Linux `~/.cache/btplaybook`) and may be deleted at any
time. A file is signed with all that it was made by: where a library's version or the source has
changed, or the file itself was cut, it does not count. Where nothing can be written, each process
works it out anew.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

_DIGEST = hashlib.sha256().digest_size


class KeptFiles:
    """Files of one kind.

    Parameters
    ----------
    kind : str
        Name of their folder.
    source : pathlib.Path
        The source file that works them out.
    libraries : str
        Names of the distributions that it works them out with.
    """

    def __init__(self, kind: str, source: Path, *libraries: str) -> None:
        self.kind = kind
        self.source = source
        self.libraries = libraries

    def read(self, name: str) -> bytes | None:
        """Return what `write` wrote; None where there is nothing that is still true."""
        try:
            whole = self._file(name).read_bytes()
        except OSError:
            return None
        digest, content = whole[:_DIGEST], whole[_DIGEST:]
        return content if digest == self._signature(content) else None

    def write(self, name: str, content: bytes) -> None:
        """Keep a content; do nothing where it cannot be written."""
        file = self._file(name)
        with suppress(OSError):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=file.parent, suffix=".tmp", delete=False) as unfinished:
                unfinished.write(self._signature(content) + content)
            os.replace(unfinished.name, file)

    def _file(self, name: str) -> Path:
        from platformdirs import user_cache_path

        return user_cache_path("btplaybook", appauthor=False) / self.kind / name

    def _signature(self, content: bytes) -> bytes:
        return hashlib.sha256(_made_by(self.source, self.libraries) + content).digest()


@cache
def _made_by(source: Path, libraries: tuple[str, ...]) -> bytes:
    versions = [importlib.metadata.version(name) for name in libraries]
    return hashlib.sha256("\0".join(versions).encode() + b"\0" + source.read_bytes()).digest()
