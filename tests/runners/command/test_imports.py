"""What a run imports: a list, so that nothing slow slips in."""

import json
import subprocess
import sys

import pytest

LIBRARIES = {
    "annotated_doc", "annotated_types", "backtrader", "cloudpickle", "cython_runtime", "dateutil",
    "filelock", "jinja2", "markupsafe", "numpy", "pandas", "platformdirs", "pyarrow", "pydantic",
    "pydantic_core", "pytz", "rich", "shellingham", "six", "typer", "typing_extensions",
    "typing_inspection",
}  # fmt: skip
"""Libraries that a run of a registered rule needs, and what they import themselves: pyarrow takes
cloudpickle, pandas pytz, and typer pydantic."""

ROOMS_LEFT_OUT = (
    "feeds.companies", "feeds.simulated.sector", "feeds.vendors.fetch", "feeds.yahoo",
    "search.engines", "search.kernels", "runners.searches", "runners.studies",
    "runners.pages.figures",
    "runners.pages.notebook", "runners.pages.search", "strategies.sector", "strategies.sign",
    "strategies.weights",
)  # fmt: skip
"""Parts of the package that no run of one rule reads."""

SLOW_PARTS = (
    "pandas.plotting._matplotlib", "pyarrow.dataset", "pyarrow.flight", "rich.progress",
    "rich.syntax", "unittest", "xmlrpc",
)  # fmt: skip

PROGRAM = """
import atexit, json, sys
before = {*sys.modules}
atexit.register(lambda: print(json.dumps([*{*sys.modules} - before]), file=open(PATH, "w")))
sys.argv = ["btplaybook", *ARGUMENTS]
from btplaybook.runners.command.cli import main
main()
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """Names of the modules that a run imports once its compiled rule is kept."""
    folder = tmp_path_factory.mktemp("imports")
    arguments = ["run", "sma-switch", "--sample", "sp500", "--out", str(folder / "out")]
    program = PROGRAM.replace("PATH", repr(str(folder / "modules.json")))
    for _ in range(2):
        ended = subprocess.run(
            [sys.executable, "-c", program.replace("ARGUMENTS", repr(arguments))],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        modules = json.loads((folder / "modules.json").read_text())
        if "numba" not in modules:
            break
    return modules


def test_a_run_imports_no_other_libraries(imported):
    found = {name.partition(".")[0] for name in imported if not name.startswith("_")}
    assert found - sys.stdlib_module_names - {"btplaybook"} - LIBRARIES == set()


def test_a_run_imports_no_part_of_the_package_that_it_does_not_use(imported):
    rooms = tuple(f"btplaybook.{room}." for room in ROOMS_LEFT_OUT)
    assert [name for name in imported if f"{name}.".startswith(rooms)] == []


def test_a_run_imports_no_slow_part_of_a_library(imported):
    assert [name for name in imported if name in SLOW_PARTS] == []
