"""What the README says is what happens."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_example_prints_what_stands_below_it():
    (printed,) = re.findall(r"```\n\n```\n(.*?)```", README, re.DOTALL)
    command = [sys.executable, "-c", CODE[0]]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout == printed


@pytest.mark.parametrize("command", re.findall(r"^    make (\w+)", README, re.MULTILINE))
def test_its_make_targets_exist(command):
    assert re.search(rf"^{command}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_every_registered_strategy_is_in_its_table():
    from btplaybook.runners.runs.registry import registered

    assert re.findall(r"^\| `([\w-]+)` \|", README, re.MULTILINE) == list(registered())
