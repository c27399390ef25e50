"""What a run's CPU is spent on: the parts are there, and imports go before them."""

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def phases() -> ModuleType:
    spec = importlib.util.spec_from_file_location("phases", ROOT / "benchmarks" / "phases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stack(*calls: tuple[str, str]) -> Any:
    """Return the innermost of frames that call one another, each a file and a function."""
    frame = None
    for file, name in calls:
        code = SimpleNamespace(co_filename=str(ROOT / file), co_name=name)
        frame = SimpleNamespace(f_code=code, f_back=frame)
    return frame


def test_every_part_is_a_function(phases: ModuleType) -> None:
    for file, name in phases.PARTS:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}


def test_where_a_process_is(phases: ModuleType) -> None:
    run, strips = ("runners/runs/run.py", "run"), ("runners/runs/again/strips.py", "strips_for")
    pandas = (str(Path(sys.prefix, "lib", "site-packages", "pandas", "core", "frame.py")), "f")
    assert phases.part_of(stack(("benchmarks/phases.py", "<module>"))) == "the rest"
    assert phases.part_of(stack(run, pandas)) == "other figures"
    assert phases.part_of(stack(run, strips, pandas)) == "the strips"
    assert phases.part_of(stack(run, (pandas[0], "<module>"), pandas)) == "import pandas"
    assert phases.part_of(stack(("search/space.py", "<module>"), pandas)) == "import btplaybook"
    assert phases.part_of(None) == "the rest"
