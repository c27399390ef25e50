"""What a shell completes: the candidates as bash and zsh get them, and what it costs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from btplaybook.feeds.sample_names import SAMPLES
from btplaybook.runners.command.completion import _line
from btplaybook.runners.command.options import OPTIONS, SETTINGS
from btplaybook.runners.runs import registry
from btplaybook.search.space import Space

HEAVY = ("backtrader", "pandas", "numba", "btplaybook.runners.runs.registry")

PROGRAM = f"""
import sys
from btplaybook.runners.command.cli import main

try:
    main()
finally:
    print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A program of the installed one's name, which says on stderr what it imported."""
    folder = tmp_path_factory.mktemp("with space")
    (folder / "inner").mkdir()
    inner, outer = folder / "inner" / "btplaybook", folder / "btplaybook"
    inner.write_text(PROGRAM)
    outer.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{inner}" "$@"\n')
    outer.chmod(0o755)
    return outer


@pytest.fixture
def completed(command, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    # Else `python -m pytest` is taken for the name of the program that completes.
    monkeypatch.setattr(sys.modules["__main__"], "__package__", None)

    def ask(shell, line):
        """Return the candidates for the last word of a line."""
        for name, value in asked(shell, line).items():
            monkeypatch.setenv(name, value)
        ended = command()
        assert (ended.code, ended.err) == (0, "")
        return candidates_in(shell, ended.out)

    return ask


def asked(shell, line):
    words = line.split(" ")
    of_shell = {
        "bash": {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
    }
    return {**of_shell[shell], "_BTPLAYBOOK_COMPLETE": f"complete_{shell}"}


def candidates_in(shell, printed):
    if shell == "bash":
        return printed.split()
    return re.findall(r'^(?:_arguments \'\*: :\(\()?"(.*?)"(?::|$|\))', printed, re.MULTILINE)


SWITCH = [
    "period=200", "direction=trend", "direction=reversion", "short_via=short", "short_via=inverse",
]  # fmt: skip


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize(
    ("line", "candidates"),
    [
        pytest.param("btplaybook re", ["report", "rerun"], id="command"),
        pytest.param("btplaybook run --re", ["--rebalance", "--resample"], id="option"),
        pytest.param("btplaybook run sign", [f"sign-s{k}" for k in range(1, 5)], id="strategy"),
        pytest.param("btplaybook audit sma", ["sma-switch"], id="strategy to audit"),
        pytest.param("btplaybook run sma-switch --set ", SWITCH, id="parameters"),
        pytest.param(
            "btplaybook run --quick sma-switch --set period=8 --set dir", SWITCH[1:3], id="another"
        ),
        pytest.param("btplaybook run nosuch --set ", [], id="parameters of no strategy"),
        pytest.param("btplaybook run --set ", [], id="parameters before the strategy"),
        pytest.param(
            "btplaybook next sma-switch --fill ", ["close", "next_open", "next_close"], id="fill"
        ),
        pytest.param("btplaybook search sma-switch --sample ", list(SAMPLES), id="sample"),
        pytest.param("btplaybook walk-forward x --refit 2", ["26w", "250d"], id="length"),
        pytest.param("btplaybook run x --section s", ["sector"], id="section"),
        pytest.param(
            "btplaybook study ",
            ["pivot", "robust-etf", "sector", "summer-speculations"],
            id="study",
        ),
        pytest.param("btplaybook run my_strat", [], id="a file is the shell's own"),
    ],
)
def test_candidates(completed, shell, line, candidates):
    assert completed(shell, line) == candidates


@pytest.mark.parametrize(
    ("shell", "line", "candidates"),
    [
        ("bash", "btplaybook run sma-switch --set ", SWITCH),
        ("zsh", "btplaybook audit sma", ["sma-switch"]),
    ],
)
def test_a_process_of_its_own_imports_nothing_heavy(program, shell, line, candidates):
    environment = {**os.environ, **asked(shell, line)}
    ended = subprocess.run([program], env=environment, capture_output=True, text=True, check=True)
    assert candidates_in(shell, ended.stdout) == candidates
    assert ended.stderr == "[]\n"


def test_all_commands_are_completed(completed):
    assert completed("bash", "btplaybook ") == [
        "run", "audit", "next", "report", "rerun", "compare", "search", "walk-forward",
        "factor-test", "open-holdout", "study", "fetch", "fetch-facts", "list", "describe",
        "trials",
    ]  # fmt: skip


def test_factors_and_the_parameters_of_their_universe_are_completed(completed):
    assert completed("bash", "btplaybook factor-test ") == ["value", "momentum"]
    assert completed("bash", "btplaybook factor-test momentum --set min_p") == ["min_price=5.0"]


def test_all_strategies_are_completed(completed):
    for command in ("run", "audit", "next", "search", "walk-forward", "describe"):
        assert completed("bash", f"btplaybook {command} ") == list(registry.registered())


def test_every_setting_with_choices_is_completed(completed):
    for name, setting in (SETTINGS | OPTIONS).items():
        if setting.choices:
            option = f"--{name.replace('_', '-')}"
            assert completed("bash", f"btplaybook run x {option} ") == list(setting.choices)


def test_ranges_behind_those_that_stand(completed):
    found = completed("bash", "btplaybook search sign-s3 --space d=1..3,")
    assert found == ["d=1..3,R=2..10", "d=1..3,fallback=1..4:0.15"]
    assert all(Space.parse(text).names[0] == "d" for text in found)


def test_a_users_file_is_read_and_not_run(completed, tmp_path):
    (tmp_path / "mine.py").write_text(
        "import backtrader as bt\nopen('ran', 'w')\n"
        "class Mine(bt.Strategy):\n    params = dict(fast=5, slow=20)\n"
    )
    assert completed("zsh", "btplaybook run mine.py --set f") == ["fast=5"]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Bars in it (8). More.", "Bars in it (8)"),
        ("", ""),
        ("a [bold]b[/x] `c` \\ $d 'e' \"f\"", "a boldb/x c d e f"),
        ("word " * 40, "word word word word word word word word word word word..."),
    ],
)
def test_a_line_of_help_is_short_and_plain(text, line):
    assert _line(text) == line


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_itself_completes_by_the_script_that_is_shown(program):
    """The function that the script defines, called as bash calls it."""
    script = (
        'eval "$("$1" --show-completion)"; COMP_WORDS=(btplaybook run sma-switch --set dir); '
        'COMP_CWORD=4; cd "$(dirname "$1")"; PATH="$PWD:$PATH" _btplaybook_completion btplaybook; '
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    ended = subprocess.run(
        ["bash", "-c", script, "bash", program], capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines() == SWITCH[1:3]


def test_installing_writes_below_home_alone(program, tmp_path):
    environment = {
        **os.environ, "HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"
    }  # fmt: skip
    ended = subprocess.run(
        [program, "--install-completion", "bash"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    script = tmp_path / ".bash_completions" / "btplaybook.sh"
    assert f"bash completion installed in {script}" in ended.stdout
    assert "_BTPLAYBOOK_COMPLETE=complete_bash" in script.read_text()
    assert str(script) in Path(tmp_path, ".bashrc").read_text()
