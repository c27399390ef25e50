"""With --json stdout holds the figures alone, whatever prints: Python, or C below it."""

import subprocess
import sys

CODE = """
import os
from btplaybook.runners.command import output
with output.figures_alone():
    print("by Python")
    os.write(1, b"by C\\n")
    output.echo("figures\\n")
print("after")
"""


def test_what_prints_below_python_goes_to_stderr():
    ended = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert ended.stdout == "figures\nafter\n"
    assert sorted(ended.stderr.splitlines()) == ["by C", "by Python"]
