"""Run the example notebooks and store their outputs: python docs/notebooks.py [FOLDER [NAME...]].

Without a folder they are written in place, without names all of them. Equal results give equal
bytes, figures apart: no times, no random ids, no versions. The kernel is this interpreter, and
nothing is installed for it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient import NotebookClient

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

TRANSPORT = "ipc" if os.name == "posix" else "tcp"
"""Sockets of this machine's files, where there are such: no port is opened."""

SECONDS = 300
"""What a cell may take, on a loaded machine too."""


class Kernel(KernelManager):
    """A kernel of this interpreter, whichever kernels the user has installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The command that starts it."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name="Python 3", language="python")


def executed(source: Path) -> nbformat.NotebookNode:
    """Return a notebook with the outputs that its cells have now.

    Raises
    ------
    CellExecutionError
        A cell raises.
    """
    notebook = nbformat.read(source, as_version=4)
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    with tempfile.TemporaryDirectory() as place:
        kernel = Kernel(connection_file=str(Path(place, "kernel.json")), transport=TRANSPORT)
        client = NotebookClient(
            notebook,
            km=kernel,
            timeout=SECONDS,
            record_timing=False,
            resources={"metadata": {"path": place}},
        )
        try:
            client.execute(env={**environment, "IPYTHONDIR": place})
        finally:
            kernel.shutdown_kernel(now=True)
    return tidied(notebook)


def tidied(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a notebook with ids by place, without what a machine or a day adds to it."""
    cells = []
    for place, cell in enumerate(notebook.cells, 1):
        kept = {"cell_type": cell.cell_type, "id": f"cell-{place}", "metadata": {}}
        kept["source"] = cell.source.rstrip()
        if cell.cell_type == "code":
            kept["execution_count"] = cell.execution_count
            kept["outputs"] = joined(cell.outputs)
        cells.append(kept)
    plain = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.from_dict(plain)


def joined(outputs: Sequence[Any]) -> list[dict[str, Any]]:
    """Return outputs without metadata; what was printed in pieces is one."""
    found: list[dict[str, Any]] = []
    for output in outputs:
        one = dict(output)
        if "metadata" in one:
            one["metadata"] = {}
        before = found[-1] if found else {}
        if one["output_type"] == "stream" and before.get("name") == one["name"]:
            before["text"] += one["text"]
        else:
            found.append(one)
    return found


def told(notebook: nbformat.NotebookNode) -> list[Any]:
    """Return what the code cells say, to be compared: of a figure only that there is one."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if output.output_type == "stream":
                found.append((cell.source, output.name, output.text))
                continue
            pictures = {kind: "a picture" for kind in output.data if kind.startswith("image/")}
            found.append((cell.source, output.output_type, {**output.data, **pictures}))
    return found


def main(arguments: Sequence[str]) -> None:
    """Run notebooks side by side, and write them."""
    folder, *names = arguments or [str(EXAMPLES)]
    sources = [EXAMPLES / name for name in names] or sorted(EXAMPLES.glob("*.ipynb"))
    with ThreadPoolExecutor(len(sources)) as pool:
        for source, notebook in zip(sources, pool.map(executed, sources), strict=True):
            nbformat.write(notebook, Path(folder, source.name))


if __name__ == "__main__":
    main(sys.argv[1:])
