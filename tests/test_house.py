"""The guards that a package needs whose root is the repository's root."""

import ast
import configparser
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import btplaybook

ROOT = Path(__file__).resolve().parent.parent
PACKAGE_FOLDERS = ("analyzers", "brokers", "feeds", "runners", "search", "strategies")
HELP_MODULES = {"annotated_doc", "btplaybook", "shellingham", "typer"}
"""All that `--help` loads beside Python's own; how long it takes is for `make bench`."""


@pytest.fixture(scope="module")
def project_files() -> list[str]:
    """Files that git tracks, or would track, as POSIX paths relative to the root."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout: the project's own files are unknown")
    listed = subprocess.run(
        ("git", "-c", f"safe.directory={ROOT}", "ls-files", "-coz", "--exclude-standard"),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return sorted(name for name in set(listed.split("\0")) if (ROOT / name).is_file())


def test_no_module_stands_at_the_root() -> None:
    assert [path.name for path in ROOT.glob("*.py")] == ["__init__.py"]


def test_tests_are_not_a_package() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_root_imports_nothing_of_its_own() -> None:
    """What stands behind TYPE_CHECKING is never run; the rest is Python's own."""
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert {getattr(node, "module", "") for node in imports} <= {"__future__", "importlib", "types"}


def test_importing_the_package_loads_itself_and_the_name_search() -> None:
    """What that takes is for `make bench`; the search itself is loaded when it is called."""
    assert loaded_by("import btplaybook") == {"btplaybook", "btplaybook.search"}


def test_the_root_offers_what_most_scripts_need() -> None:
    from btplaybook.feeds.bars import Bars
    from btplaybook.feeds.readers import read_bars
    from btplaybook.feeds.samples import sample
    from btplaybook.runners.records.compare import compare
    from btplaybook.runners.runs.run import run

    offered = (btplaybook.Bars, btplaybook.read_bars, btplaybook.sample)
    assert offered == (Bars, read_bars, sample)
    assert (btplaybook.compare, btplaybook.run) == (compare, run)
    assert set(btplaybook.__all__) <= set(dir(btplaybook))
    with pytest.raises(AttributeError, match="has no attribute 'runs'"):
        _ = btplaybook.runs


@pytest.mark.parametrize("first", ["btplaybook.search", "btplaybook.search.space", "btplaybook"])
def test_the_package_search_is_callable_however_it_was_imported(first: str) -> None:
    code = (
        f"import {first}, btplaybook, inspect\n"
        "from btplaybook import search\n"
        "from btplaybook.search.space import Space\n"
        "assert search is btplaybook.search and search.space.Space is Space\n"
        "from btplaybook.runners.searches.run import run_search\n"
        "assert inspect.signature(search) == inspect.signature(run_search)\n"
        "try:\n"  # it answers; a search that succeeds would start numba
        "    search('sma-switsh', [], 'period=20..21')\n"
        "except Exception as error:\n"
        "    assert str(error).startswith(\"no strategy is called 'sma-switsh'\"), error\n"
        "else:\n"
        "    raise AssertionError\n"
    )
    ran = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_help_loads_the_command_line_and_the_declared_settings_alone() -> None:
    loaded = loaded_by("import runpy; runpy.run_module('btplaybook.runners', None, '__main__')")
    assert {name.split(".")[0] for name in loaded} <= HELP_MODULES
    assert "btplaybook.runners.command.cli" in loaded
    ours = {name.removeprefix("btplaybook.") for name in loaded if name.startswith("btplaybook.")}
    declared = {
        "brokers.costs", "brokers.errors", "feeds.compiling", "feeds.conventions", "feeds.errors",
        "feeds.python_numbers", "feeds.quoting", "feeds.reading", "feeds.setting", "runners.errors",
        "runners.garbage", "runners.runs.declared",
    }  # fmt: skip
    packages = {"brokers", "feeds", "runners", "runners.command", "runners.runs", "search"}
    beyond = {name for name in ours if not name.startswith("runners.command.")}
    assert beyond - {"runners.__main__"} <= declared | packages


def test_every_package_folder_is_listed() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = setup["options"]["packages"].split()
    folders = {
        module.parent.relative_to(ROOT)
        for folder in PACKAGE_FOLDERS
        for module in (ROOT / folder).rglob("*.py")
    }
    found = {".".join(("btplaybook", *folder.parts)) for folder in folders}
    assert sorted(listed) == sorted({"btplaybook"} | found)


def test_wheel_holds_the_package_folders_and_no_more(
    project_files: list[str], tmp_path: Path
) -> None:
    """An editable install hides a template that setup.cfg forgot; the wheel does not."""
    checkout = tmp_path / "checkout"
    for name in project_files:
        copy = checkout / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy)
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path)
    built = subprocess.run(build, cwd=checkout, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr

    wheel = tmp_path / f"btplaybook-{btplaybook.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        members = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        f"btplaybook/{name}"
        for name in project_files
        if name in ("__init__.py", "py.typed") or name.split("/")[0] in PACKAGE_FOLDERS
    }
    assert sorted(members) == sorted(expected)


def loaded_by(program: str) -> set[str]:
    """Names of the modules, Python's own left out, that a program loads when asked for help."""
    watched = (
        "import atexit, sys\n"
        "before = {*sys.modules}\n"
        "atexit.register(lambda: print(*{*sys.modules} - before, file=sys.stderr))\n"
    )
    command = (sys.executable, "-c", watched + program, "--help")
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
    names = ran.stderr.split()
    return {name for name in names if name.split(".")[0] not in sys.stdlib_module_names}
