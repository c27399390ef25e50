"""A folder of results: written whole, or left as it was."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_folder(folder: str | Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, made where needed; others in it stay.

    All are written beside their places before the first is moved there, so that a disk that fills
    up or a folder that may not be written costs nothing of an earlier result.

    Parameters
    ----------
    folder : str or Path
        Where to.
    files : mapping of str to bytes
        Name to content, in the order of writing.

    Raises
    ------
    OSError
        The folder or a file in it cannot be written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder) as beside:
        for name, content in files.items():
            Path(beside, name).write_bytes(content)
        for name in files:
            os.replace(Path(beside, name), folder / name)
