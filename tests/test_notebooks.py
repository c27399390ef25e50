"""The example notebooks run offline and say what is stored; `make notebooks` renews them."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
RUNNER = ROOT / "docs" / "notebooks.py"
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
MOST_BYTES = 300_000

named = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def runner():
    spec = importlib.util.spec_from_file_location("notebooks", RUNNER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_three():
    assert [path.stem for path in NOTEBOOKS] == ["first_run", "own_strategy", "search_and_worth"]


@named
def test_a_notebook_says_what_is_stored_in_it(runner, path, tmp_path):
    """Run in a kernel of this interpreter by a process of its own."""
    home, folder = tmp_path / "home", tmp_path / "notebooks"
    home.mkdir()
    folder.mkdir()
    ended = subprocess.run(
        [sys.executable, RUNNER, folder, path.name],
        env={**os.environ, "HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert not [
        path for path in home.rglob("*") if "ipython" in path.name or "kernels" in str(path)
    ]
    now, stored = (nbformat.read(where / path.name, 4) for where in (folder, path.parent))
    assert runner.told(now) == runner.told(stored)


@named
def test_a_stored_notebook_has_outputs_and_nothing_of_the_machine(runner, path):
    text = path.read_text(encoding="utf-8")
    stored = nbformat.reads(text, 4)
    nbformat.validate(stored)
    assert nbformat.writes(runner.tidied(stored)) + "\n" == text
    assert len(text.encode()) < MOST_BYTES
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    kinds = {kind for cell in code for output in cell.outputs for kind in output.get("data", ())}
    assert {"text/plain", "image/png"} <= kinds
    for cell in code:
        assert not cell.source.startswith(("%", "!"))
        assert all(output.get("name") != "stderr" for output in cell.outputs)


@named
def test_a_notebook_is_named_where_a_reader_looks(path):
    for page in ("README.md", "docs/pages/index.md"):
        assert f"`{path.name}`" in (ROOT / page).read_text(encoding="utf-8"), page


def test_a_cell_that_raises_is_an_error(runner, tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    nbformat.write(notebook, tmp_path / "broken.ipynb")
    program = (
        f"import sys; from pathlib import Path; sys.path.insert(0, {str(RUNNER.parent)!r}); "
        f"import notebooks; notebooks.executed(Path({str(tmp_path / 'broken.ipynb')!r}))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "ZeroDivisionError" in ended.stderr


def test_what_is_printed_in_pieces_is_one(runner):
    pieces = [
        {"output_type": "stream", "name": "stdout", "text": "a\n"},
        {"output_type": "stream", "name": "stdout", "text": "b\n"},
        {"output_type": "stream", "name": "stderr", "text": "c\n"},
        {"output_type": "display_data", "data": {"text/plain": "d"}, "metadata": {"width": 1}},
    ]
    assert runner.joined(pieces) == [
        {"output_type": "stream", "name": "stdout", "text": "a\nb\n"},
        {"output_type": "stream", "name": "stderr", "text": "c\n"},
        {"output_type": "display_data", "data": {"text/plain": "d"}, "metadata": {}},
    ]
