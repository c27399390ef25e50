"""Print the house: files and lines of each room, and what imports what.

    python .ci/house.py [FOLDER]

An arrow is a file that imports another, wherever in it the import stands: at its top, within a
function, or for type checkers only. Ends with 1 where files import one another in a circle.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "btplaybook"
FOLDERS = ("feeds", "strategies", "brokers", "analyzers", "search", "runners")
ASIDE = ("tests", "benchmarks", "docs", "examples")
"""What is no part of the package: counted, and not looked into."""

Arrows = dict[str, set[str]]


def main(root: Path) -> int:
    """Print rooms, arrows and circles; return the exit code."""
    files = modules(root)
    arrows = {name: set(imported(name, file, files)) for name, file in files.items()}
    for room, (count, lines) in rooms(root).items():
        print(f"{room:<40}{count:>6} files{lines:>8,} lines")
    within = Counter(room_of(name) == room_of(to) for name in arrows for to in arrows[name])
    print(f"\n{within.total():,} arrows, {within[False]:,} of them from room to room")
    found = circles(arrows)
    for circle in found:
        print(f"circle of {len(circle)} files: {', '.join(circle)}")
    print(f"{len(found)} circles")
    return 1 if found else 0


def modules(root: Path) -> dict[str, Path]:
    """Return the package's files by dotted name."""
    found = {}
    for file in sorted(file for folder in FOLDERS for file in (root / folder).rglob("*.py")):
        parts = [PACKAGE, *file.relative_to(root).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def imported(name: str, file: Path, files: dict[str, Path]) -> Iterator[str]:
    """Yield the package's files that one imports; of a name in a file the file."""
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        above = package.split(".")[: -(node.level - 1) or None] if node.level else []
        source = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            target = f"{source}.{alias.name}"
            if (to := target if target in files else source) in files:
                yield to


def rooms(root: Path) -> dict[str, tuple[int, int]]:
    """Return each folder's number of files and of lines, its rooms apart."""
    found: dict[str, tuple[int, int]] = {}
    for folder in (*FOLDERS, *ASIDE):
        for file in sorted((root / folder).rglob("*.py")):
            place = file.relative_to(root).parent
            room = folder if folder in ASIDE else place.as_posix()
            count, lines = found.get(room, (0, 0))
            found[room] = (count + 1, lines + len(file.read_bytes().splitlines()))
    return found


def room_of(name: str) -> str:
    """Return the room that a file stands in."""
    return ".".join(name.split(".")[:3])


def circles(arrows: Arrows) -> list[list[str]]:
    """Return the groups of files that reach one another, each sorted."""
    reach = {name: reached(name, arrows) for name in arrows}
    groups = {
        frozenset(other for other in there if name in reach[other]) for name, there in reach.items()
    }
    return sorted(sorted(group) for group in groups if group)


def reached(name: str, arrows: Arrows) -> set[str]:
    """Return every file that one comes to by following arrows."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = arrows[waiting.pop()] - found
        found |= new
        waiting += new
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1])))
