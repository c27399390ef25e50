"""How far a command is: on a terminal, in a file, and to a function."""

import io
import os
import re
import subprocess
import sys

import pytest
from rich.console import Console

from btplaybook.runners.command import output, shown_progress
from btplaybook.runners.command.progress_line import ProgressLine
from btplaybook.runners.command.shown_progress import ShownProgress, progress_of
from btplaybook.runners.runs.stages import Stage

ERASE = r"\r?\n|\r(?:\x1b\[1A)?\x1b\[2K"
"""What ends a state of the line on a terminal."""


@pytest.fixture
def shown():
    """Return a clock, the lines that were printed, and a progress without a thread."""
    now, lines = [0.0], []
    return now, lines, ShownProgress("book", plain=True, clock=lambda: now[0], say=lines.append)


def test_a_plain_line_every_ten_seconds_with_the_time_left(shown):
    now, lines, progress = shown
    for now[0] in (0.0, 5.0, 9.9, 10.0, 15.0, 20.0):
        progress(Stage("", "2020-05-04", now[0] / 40.0))
        progress.show()
    assert lines == [
        "book: 2020-05-04, 25%, about 30 s left of this part; 10 s so far",
        "book: 2020-05-04, 50%, about 20 s left of this part; 20 s so far",
    ]


def test_a_part_is_named_and_its_time_left_counts_from_its_own_start(shown):
    now, lines, progress = shown
    progress(Stage("", "2020-05-04", 1.0))
    now[0] = 100.0
    for share in (0.0, 0.01, 0.1):
        progress(Stage("again, gate=False", "2020-05-04", share))
        progress.show()
        now[0] += 10.0
    part = "book: again, gate=False, 2020-05-04"
    assert lines == [
        f"{part}, 0%; 100 s so far",
        f"{part}, 1%; 110 s so far",  # a hundredth tells little of the rest
        f"{part}, 10%, about 100 s left of this part; 2 min so far",
    ]


def test_no_time_left_is_told_where_it_is_not_known(shown):
    now, lines, progress = shown
    progress(Stage("searching"))
    now[0] = 10.0
    progress.show()
    progress(Stage("searching", "900 of 1,000 sets", 0.9))  # resumed: no set was made here
    now[0] = 20.0
    progress.show()
    progress(Stage("searching", "950 of 1,000 sets", 0.95))
    progress.show()
    assert lines == ["book: searching; 10 s so far", lines[1]]
    assert "left" not in lines[1]
    now[0] = 30.0  # a part of ten seconds that was told ten seconds ago: not as expected
    progress.show()
    now[0] = 25.0
    progress._due = 0.0
    progress.show()
    assert lines[2:] == [
        "book: searching, 950 of 1,000 sets, 95%; 30 s so far",
        "book: searching, 950 of 1,000 sets, 95%, about 5 s left of this part; 25 s so far",
    ]


def test_the_time_left_is_that_of_the_pace_of_late(shown):
    """A fifth of the days is over in a second, since the strategy does not decide yet."""
    now, lines, progress = shown
    for tenth in range(411):
        now[0] = tenth / 10.0
        share = min(0.2 * now[0], 0.2 + 0.8 * (now[0] - 1.0) / 200.0)
        progress(Stage("", "2020-05-04", share))
        progress.show()
    assert len(lines) == 4
    for seconds, line in zip((10, 20, 30, 40), lines, strict=True):
        left = re.search(r"about (\d+) (s|min) left", line)
        if left is None:
            assert seconds == 10  # too little was made of late
            continue
        told = {"s": 1.0, "min": 60.0}[left[2]] * int(left[1])
        assert told == pytest.approx(201 - seconds, abs=30.0)  # minutes are whole


def test_the_time_goes_on_where_no_stage_is_told(monkeypatch):
    monkeypatch.setattr(shown_progress, "SHOWN_EVERY", 0.001)
    monkeypatch.setattr(shown_progress, "PLAIN_EVERY", 1.0)
    times = iter(range(10**6))
    lines = []
    with ShownProgress("book", plain=True, clock=lambda: next(times), say=lines.append) as progress:
        while len(lines) < 2:
            progress._over.wait(0.001)
    assert re.fullmatch(r"book: \d+ s so far", lines[0])
    assert not progress._thread.is_alive()


def test_a_reader_that_is_gone_ends_the_lines_without_a_word(monkeypatch, capsys):
    monkeypatch.setattr(shown_progress, "SHOWN_EVERY", 0.001)
    times = iter(range(10**6))

    def say(_):
        raise BrokenPipeError

    with ShownProgress("book", plain=True, clock=lambda: next(times), say=say) as progress:
        progress._thread.join(5.0)
        assert not progress._thread.is_alive()
    assert capsys.readouterr() == ("", "")


def test_a_terminal_is_silent_for_a_second_then_has_a_line(monkeypatch):
    screen = io.StringIO()
    monkeypatch.setattr("btplaybook.runners.command.progress_line.Console", _on(screen))
    now = [0.0]
    progress = ShownProgress("book", plain=False, clock=lambda: now[0])
    for now[0] in (0.0, 0.5, 0.9):
        progress(Stage("", "2020-05-04", now[0] / 12.0))
        progress.show()
    assert screen.getvalue() == ""
    for now[0] in (1.0, 3.0):
        progress(Stage("", "2020-05-04", now[0] / 12.0))
        progress.show()
    progress._line.close()
    told = [state for state in re.split(ERASE, screen.getvalue()) if "so far" in state]
    for words in ("book", "8%", "2020-05-04", "1 s so far"):
        assert words in told[0]
    assert "left" not in told[0]  # a second tells little
    assert "25%, about 9 s left" in told[-1]


def test_a_terminal_has_one_line_that_goes_away():
    screen = io.StringIO()
    line = ProgressLine(_on(screen)())
    line.show("book", 0.25, "25%", "2020-05-04", "1 s so far")
    line.show("book: again, " + "gate=False, " * 20, None, "", "2020-06-01 " * 9, "2 s so far")
    line.close()
    states = re.split(ERASE, screen.getvalue())
    told = [state for state in states if "so far" in state]
    assert "25%" in told[0]
    assert "2 s so far" in told[-1]  # whole, beside what is cut
    assert "…" in told[-1]
    assert all(len(re.sub(r"\x1b\[[0-9;?]*\w", "", state)) <= 90 for state in states)
    assert re.sub(r"\x1b\[[0-9;?]*\w", "", states[-1]).strip() == ""


def test_a_message_stands_whole_above_the_line():
    screen = io.StringIO()
    words = "every set is run bar by bar, [bold]0.4 s each[/bold], and " + "on and on " * 20
    line = ProgressLine(_on(screen)())
    line.show("search", 0.25, "25%", "3 of 12 sets, best 0.5 (set 2)", "1 s so far")
    output.say(words)
    line.close()
    lines = re.split(ERASE, screen.getvalue())
    assert lines.count(words) == 1
    assert any("best 0.5 (set 2)" in line for line in lines[lines.index(words) :])


@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_is_shown_beside_what_a_program_reads(monkeypatch, capsys, terminal):
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    monkeypatch.setattr(shown_progress, "SILENT", 0.0)
    monkeypatch.setattr(shown_progress, "PLAIN_EVERY", 0.0)
    with progress_of("book", machine=True) as progress:
        progress(Stage("", "2020-05-04", 0.5))
        assert not isinstance(progress, ShownProgress)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("terminal", "plain"), [(False, True), (True, False)])
def test_plain_without_a_terminal(monkeypatch, terminal, plain):
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    assert progress_of("book", machine=False)._plain is plain


def test_output_is_where_it_was_after_a_block(monkeypatch):
    """A strategy's prints may be redirected at the moment at which the line is drawn first."""
    screen = io.StringIO()
    monkeypatch.setattr("btplaybook.runners.command.progress_line.Console", _on(screen))
    monkeypatch.setattr(shown_progress, "SHOWN_EVERY", 60.0)
    before = sys.stdout, sys.stderr
    now = [0.0]
    with ShownProgress("book", plain=False, clock=lambda: now[0]) as progress:
        now[0] = 2.0
        elsewhere = io.StringIO()
        elsewhere.isatty = lambda: True
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", elsewhere)
            progress.show()
    assert (sys.stdout, sys.stderr) == before


def test_a_command_on_a_terminal_ends_with_its_own_words(tmp_path):
    """A whole process whose stdout and stderr are a terminal."""
    pty = pytest.importorskip("pty")
    program = (
        "from btplaybook.runners.command import cli, shown_progress as shown;"
        "shown.SILENT, shown.SHOWN_EVERY = 0.0, 0.01; cli.main()"
    )
    command = [sys.executable, "-c", program, "run", "sma-switch", "--sample", "simulated"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*command, "--quick", "--out", str(tmp_path)], stdout=theirs, stderr=theirs, cwd=tmp_path,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    ) as process:  # fmt: skip
        os.close(theirs)
        written = b"".join(iter(lambda: _read(ours), b"")).decode()
    os.close(ours)
    assert process.returncode == 0
    states = re.split(ERASE, written)
    last = max(place for place, state in enumerate(states) if "so far" in state)
    assert re.search(r"sma-switch.*\d+ s so far", states[last])
    after = "\n".join(states[last + 1 :])
    assert "Page:" in after or str(tmp_path) in after
    assert "so far" not in after


def _read(terminal):
    """Return what was written to a terminal; nothing once its other end is closed."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def _on(screen):
    return lambda **_: Console(file=screen, force_terminal=True, width=90, markup=False)
