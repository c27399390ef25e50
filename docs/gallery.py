"""Build the gallery's pages by the commands that its page names: python docs/gallery.py FOLDER."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "pages" / "gallery.md"
EARLIER = "out/"
"""What a command reads that needs an earlier command's folder."""


class Row(NamedTuple):
    """A page of the gallery."""

    file: str
    """Its file, relative to the folder of the documentation: "gallery/search.html"."""
    command: str
    """What a reader types to get it."""


def rows(text: str) -> list[Row]:
    """Return the rows of the gallery's table."""
    return [
        Row(*found) for found in re.findall(r"^\| \[.+?\]\((.+?)\) \|.+\| `(.+)` \|$", text, re.M)
    ]


def build(wanted: Sequence[Row], folder: Path) -> None:
    """Run the commands of pages in one folder, and copy each page to its place.

    Parameters
    ----------
    wanted : sequence of Row
        The pages. A command that reads an earlier folder runs after those that do not.
    folder : Path
        Where the documentation's pages are.

    Raises
    ------
    SystemExit
        A command fails, or writes no page or several; the message holds its output.
    """
    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(ROOT / "examples", Path(place, "examples"))
        for later in (False, True):
            now = [row for row in wanted if (EARLIER in row.command) == later]
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                pages = list(
                    pool.map(_page, [row.command for row in now], [Path(place)] * len(now))
                )
            for row, page in zip(now, pages, strict=True):
                (folder / row.file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(page, folder / row.file)


def _page(command: str, place: Path) -> Path:
    """Run a command; return the page that it names."""
    words = [sys.executable, "-m", "btplaybook.runners", *shlex.split(command)[1:]]
    ended = subprocess.run(words, cwd=place, capture_output=True, text=True, check=False)
    named = re.findall(r"^Page: (.+)$", ended.stdout, re.MULTILINE)
    if ended.returncode or len(named) != 1:
        raise SystemExit(f"{command} ended with {ended.returncode}\n{ended.stdout}{ended.stderr}")
    return place / named[0]


def main(arguments: Iterable[str]) -> None:
    """Build all pages into a folder."""
    named = list(arguments)
    if len(named) != 1 or not Path(named[0]).is_dir():
        raise SystemExit(f"give one folder that exists, got {' '.join(named) or 'nothing'}")
    build(rows(PAGE.read_text(encoding="utf-8")), Path(named[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
