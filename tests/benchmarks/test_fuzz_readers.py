"""The fuzzing of the readers: its inputs are sound and made again, and it sees each wrong end."""

import importlib.util
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def fuzz():
    loaded = []
    for name in ("fuzz_inputs", "fuzz_readers"):
        spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        loaded.append(module)
    return loaded[1]


def test_sound_inputs_are_read_and_mutations_come_again(fuzz, tmp_path):
    for name, kind in fuzz.KINDS.items():
        file = tmp_path / f"input{kind.suffix}"
        file.write_bytes(kind.sound())
        kind.read(file)
        numbers = [len(kind.bombs) + n for n in range(5)]
        made = [fuzz.made(name, 0, number) for number in numbers]
        if not name.endswith((".gz", "workbook")):  # zips tell the time
            assert made == [fuzz.made(name, 0, number) for number in numbers]
        assert any(content != kind.sound() for content in made)


def test_each_wrong_end_is_a_fault(fuzz):
    def refuse():
        error = ValueError("no")
        error.exit_code = 2
        raise error

    def chatter():
        error = ValueError("x" * 3000)
        error.exit_code = 2
        raise error

    def hang():
        time.sleep(30)

    counts = Counter()
    assert fuzz._ended(refuse, counts) is None
    assert fuzz._ended(int, counts) is None
    assert counts == {"refused": 1, "accepted": 1}
    assert fuzz._ended(lambda: {}["a"], counts)[0] == "KeyError: 'a'"
    assert fuzz._ended(chatter, counts)[0] == "a line of 3000 characters"
    before = signal.signal(signal.SIGALRM, fuzz._alarm)
    fuzz.SECONDS = 0.1
    try:
        assert fuzz._ended(hang, counts)[0] == "took more than 0.1 s"
    finally:
        signal.signal(signal.SIGALRM, before)
        fuzz.SECONDS = 10


def test_texts_end_in_our_own_errors(fuzz):
    """A taste of the proof, on the readers that need no file's worth of time."""
    kinds = {name: fuzz.KINDS[name] for name in ("space", "where", "set")}
    for name, kind in kinds.items():
        for number in range(len(kind.bombs), len(kind.bombs) + 200):
            content = fuzz.made(name, 1, number)
            counts = Counter()

            class Given:
                def read_bytes(self, content=content):
                    return content

            assert fuzz._ended(lambda kind=kind: kind.read(Given()), counts) is None
            assert counts.total() == 1
