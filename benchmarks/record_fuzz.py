"""Read damaged folders of results: a command ends well, or with one line and its exit code.

A seeded generator damages the folders of two real runs: it replaces, deletes, duplicates or
exchanges nodes of run.json or changes their types, and flips, cuts or removes bytes of the files.
`rerun`, `run FOLDER/run.json` and `compare` read each folder in this process. A traceback, a second
line of output, an unknown exit code or more than a minute is a fault.

``python record_fuzz.py FIRST LAST`` reads only the inputs of these seeds, and prints JSON.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

CODES = {0, 1, 2, 3, 4, 5}
CHUNK = 500
SECONDS = 60  # includes compiling the ledger

RAW = {  # JSON that no Python value produces: it replaces a mark in the text
    "<400 digits>": "7" * 400,
    "<5000 digits>": "-" + "7" * 5000,
    "<too large>": "1e999",
    "<no number>": "NaN",
    "<half a pair>": '"\\ud800"',
    "<deep>": "[" * 60 + "]" * 60,
    "<deeper>": '{"a":' * 5000 + "1" + "}" * 5000,
}
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 1.5, -0.0, 1e308, -1e308, 1e-308, 10**18, 10**299, "", "x",
    "0", "a\nb", "\x1b[2J", "a\0b", "2013-09-30", "0001-01-01", "9999-12-31", "x" * 10_000,
    "../../x.csv", "/", ".", "~", "x.csv", "x.parquet#X", "sample:", "sample:simulated, seed 9",
    "panel:x.csv#X", "close", "cash", "sma-switch", "sign-s3", "session-switch", "gone:Class",
    "json:JSONDecoder", "gone.py:Class", ":", "é", [], {}, [[]], [None], [1, 2], {"a": 1},
    {"cash": 0.01}, {"sha256": "x"}, {"": None}, *RAW,
)  # fmt: skip


def prove(inputs: int = 10_000, first: int = 0) -> dict[str, Any]:
    """Read damaged folders and return the outcomes.

    Parameters
    ----------
    inputs : int
        Number of inputs.
    first : int
        Seed of the first input; the others have the seeds that follow.

    Returns
    -------
    dict
        `seeds` (first and last), `codes` (how often each exit code), `faults` (seed, command and
        what happened).
    """
    codes: Counter[str] = Counter()
    faults: list[str] = []
    starts = range(first, first + inputs, CHUNK)
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        for start, ran in zip(
            starts, workers.map(lambda at: _chunk(at, first + inputs), starts), strict=True
        ):
            if ran.returncode:
                faults.append(
                    f"seeds from {start}: ended with {ran.returncode}: {ran.stderr[-500:]}"
                )
                continue
            answer = json.loads(ran.stdout)
            codes.update(answer["codes"])
            faults += answer["faults"]
    return {
        "seeds": [first, first + inputs - 1],
        "codes": dict(sorted(codes.items())),
        "faults": faults,
    }


def _chunk(start: int, end: int) -> subprocess.CompletedProcess[str]:
    """Read inputs in a process of its own, since damaged Parquet files may crash it."""
    last = min(start + CHUNK, end)
    command = [sys.executable, __file__, str(start), str(last)]
    return subprocess.run(command, capture_output=True, text=True)


def main() -> None:
    """Read the inputs of some seeds as the arguments say; print the outcome as JSON."""
    first, last = map(int, sys.argv[1:3])
    codes: Counter[str] = Counter()
    faults = []
    with tempfile.TemporaryDirectory() as root:
        os.chdir(root)
        os.environ["XDG_CACHE_HOME"] = str(Path(root, "cache"))
        bases = _bases()
        _without_delays()
        for seed in range(first, last):
            code, fault = _one_input(seed, bases)
            codes[str(code)] += 1
            if fault:
                faults.append(f"seed {seed}: {fault}")
    print(json.dumps({"codes": codes, "faults": faults}))


def _bases() -> list[dict[str, bytes]]:
    """Run two strategies and return the files of their folders."""
    from btplaybook.feeds.samples import sample
    from btplaybook.runners.plans.plan import Plan
    from btplaybook.runners.records.folder import write_folder
    from btplaybook.runners.runs.tables import bars_table

    whole = sample("simulated")
    whole.between(None, whole.dates[119].item()).frame().to_csv("one.csv")
    plans = (
        Plan("sma-switch", {"period": 8}, {"per_share": 0.01}, bars=("ONE=one.csv",), quick=True),
        Plan("sign-s3", {"d": 1, "R": 5}, bars=("ONE=one.csv",), quick=True),
    )
    bases = []
    for place, plan in enumerate(plans):
        result, folder = plan.run(), Path(str(place))
        files = {  # without the page, which takes seconds and is not read
            "bars.parquet": bars_table(result.bars).to_parquet(),
            "daily.parquet": result.daily.to_parquet(),
            "run.json": result.to_json().encode(),
        }
        write_folder(folder, files)
        bases.append({path.name: path.read_bytes() for path in folder.iterdir()})
    return bases


def _without_delays() -> None:
    """Replace slow steps that read nothing of a record.

    These are the page of a run, and building the command line's parser for each input.
    """
    import typer

    from btplaybook.runners.command import cli
    from btplaybook.runners.runs.result import RunResult

    def without_page(self: RunResult, folder: Path) -> None:
        self.to_json().encode()

    RunResult.write = without_page  # type: ignore[method-assign]
    cli.app = typer.main.get_command(cli.app)  # type: ignore[assignment]


def _one_input(seed: int, bases: list[dict[str, bytes]]) -> tuple[object, str]:
    """Read one damaged folder; return the exit codes and the faults."""
    from btplaybook.runners.pages import compare as compare_page

    rng = random.Random(seed)
    files = damaged(rng.choice(bases), rng)
    shutil.rmtree("x", ignore_errors=True)
    os.mkdir("x")
    for name, content in files.items():
        Path("x", name).write_bytes(content)
    command = rng.choice((["rerun", "x"], ["rerun", "x", "--json"], ["compare", "x", "0"],
                          ["run", "x/run.json", "--out", "y"]))  # fmt: skip
    # Charts take half a second and read nothing of run.json.
    charts = compare_page._charts
    if files.get("daily.parquet") in [base["daily.parquet"] for base in bases]:
        compare_page._charts = lambda runs, held: dict.fromkeys(("growth", "uncompounded"), "")
    try:
        return _ended(command)
    finally:
        compare_page._charts = charts


def _ended(command: list[str]) -> tuple[object, str]:
    """Run a command; return its exit code and its fault, if any."""
    from btplaybook.runners.command import cli

    words = " ".join(command)
    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["btplaybook", *command]
    began = time.monotonic()
    try:
        with _at_most(SECONDS), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            cli.main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        last = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return "traceback", f"{words}: {last} ({Path(where.filename).name}:{where.lineno})"
    lines = err.getvalue().splitlines()
    ours = [line for line in lines if line.startswith("btplaybook: ")]
    if code not in CODES:
        return code, f"{words}: exit code {code}"
    if code and (len(ours) != 1 or lines[-1] != ours[0] or len(ours[0]) > 2000):
        return code, f"{words}: exit code {code} with {err.getvalue()[:300]!r}"
    if time.monotonic() - began > SECONDS:
        return code, f"{words}: it took more than {SECONDS} seconds"
    return code, ""


@contextlib.contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    signal.alarm(seconds)  # the default action ends the process if the signal is not handled
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.alarm(0)


# -- damage ----------------------------------------------------------------------------------------


def damaged(files: dict[str, bytes], rng: random.Random) -> dict[str, bytes]:
    """Return the damaged files of a folder, mostly without the manifest, which would reveal it."""
    files = dict(files)
    if rng.random() < 0.95:
        del files[".manifest.json"]
    kind = rng.random()
    if kind < 0.7:
        files["run.json"] = _changed_json(files["run.json"], rng)
    else:
        weights = {"run.json": 4, "daily.parquet": 4, "bars.parquet": 3, ".manifest.json": 1}
        names = [name for name in weights if name in files]
        (name,) = rng.choices(names, [weights[name] for name in names])
        if kind < 0.73:
            del files[name]
        else:
            files[name] = _changed_bytes(files[name], rng)
            if name == "bars.parquet":  # it is read if the bars have changed
                files["run.json"] = files["run.json"].replace(b'"sha256": "', b'"sha256": "0', 1)
    return files


def _changed_bytes(content: bytes, rng: random.Random) -> bytes:
    kind = rng.randrange(4)
    if kind == 0:
        return content[: rng.randrange(len(content) + 1)]
    if kind == 1:
        return content + content[: rng.randrange(100)]
    changed = bytearray(content)
    # The end of a Parquet file describes how to read it.
    lowest = max(0, len(changed) - 4000) if kind == 2 else 0
    for _ in range(rng.choice((1, 1, 2, 5, 50))):
        changed[rng.randrange(lowest, len(changed))] = rng.randrange(256)
    return bytes(changed)


def _changed_json(content: bytes, rng: random.Random) -> bytes:
    plain = json.loads(content)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        plain = _change(plain, rng)
    text = json.dumps(plain, indent=2)
    for mark, raw in RAW.items():
        text = text.replace(json.dumps(mark), raw)
    return text.encode("utf-8", "surrogatepass")


def _change(plain: Any, rng: random.Random) -> Any:
    """Change one node of a JSON value; all nodes are equally likely."""
    places = list(_places(plain))
    if not places:
        return rng.choice(VALUES)
    parent, key = rng.choice(places)
    kind = rng.randrange(6)
    if kind == 0:
        del parent[key]
    elif kind == 1 and isinstance(parent, list):
        parent.insert(key, copy.deepcopy(parent[key]))
    elif kind == 1:
        parent[rng.choice(("x", "", "a=b", "a\nb", "__class__", "name", "sha256", "x" * 300))] = (
            parent.pop(key)
        )
    elif kind == 2:
        other, place = rng.choice(places)
        parent[key], other[place] = copy.deepcopy(other[place]), copy.deepcopy(parent[key])
    elif kind == 3:
        parent[key] = _retyped(parent[key], rng)
    else:
        parent[key] = copy.deepcopy(rng.choice(VALUES))
    return plain


def _retyped(value: Any, rng: random.Random) -> Any:
    kinds = [str(value), [value], {"x": value}, bool(value)]
    if isinstance(value, dict):
        kinds.append(list(value.values()))
    if isinstance(value, list):
        kinds.append({str(place): one for place, one in enumerate(value)})
    if isinstance(value, (int, float)):
        kinds += [-value, int(value), float(value), value * 1e300, f"{value}"]
    return rng.choice(kinds)


def _places(plain: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the container and the key of each node."""
    inside = plain.items() if isinstance(plain, dict) else enumerate(plain)
    for key, value in list(inside):
        yield plain, key
        if isinstance(value, (dict, list)):
            yield from _places(value)


if __name__ == "__main__":
    main()
