"""What every test shares: real prices where there are any, one hypothesis profile, no display."""

import functools
import gc
import os
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

DATA_VARIABLE = "BTPLAYBOOK_DATA"

HERE = Path(__file__).resolve().parent

BETWEEN_SEARCHES = (5_000, 10, 50)
"""New objects between two searches for garbage, and how many of each kind go before a wider one."""

# A busy machine must not fail a test, and two runs must try the same examples;
# `--hypothesis-profile=explore` tries new ones, `proof` far more of them.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1000)
hypothesis.settings.register_profile("proof", deadline=None, max_examples=20_000)
hypothesis.settings.load_profile("house")

os.environ["MPLBACKEND"] = "Agg"

# Matrices are small here, and each worker has a core: a second thread would only wait.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Else pytest rewrites every test anew, and each process that a test starts compiles the package.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.fixture(scope="session", autouse=True)
def own_ledger(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep trials in a folder of the tests, not in the user's."""
    os.environ["XDG_DATA_HOME"] = str(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session", autouse=True)
def unjudged() -> None:
    """Search without measuring what the winner is worth, which takes seconds, unless asked to.

    Who asks gets a tenth of the made-up markets: `test_effort.py` holds the users' number.
    """
    from btplaybook.runners.searches import run as searches
    from btplaybook.runners.studies import winners
    from btplaybook.runners.walk_forwards import run as walk_forwards
    from btplaybook.runners.worth import effort

    effort.QUICK_RUNS, effort.FEWEST_RUNS = 20, 10
    winners.PLACEBOS = 0

    for module, function in (
        (searches, searches.run_search),
        (walk_forwards, walk_forwards.run_walk_forward),
    ):
        module.WORTH = "none"
        assert function.__kwdefaults__ is not None
        function.__kwdefaults__["worth"] = "none"


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Folder with real prices (`etf/SPY.csv` and more); its user is skipped where there is none."""
    folder = real_data_folder()
    if folder is None:
        pytest.skip(f"{DATA_VARIABLE} is not set")
    return folder


@pytest.fixture(scope="session")
def sector_of() -> Callable[..., Any]:
    """Return `simulated_sector`, which takes a while, with one market for equal arguments.

    The tests of a process share it: none may change it.
    """
    from btplaybook.feeds.simulated.sector import simulated_sector

    return functools.cache(simulated_sector)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests without searching them for garbage, and leave them out of later searches.

    What is imported and collected lives to the end: searching it was a third of the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(*BETWEEN_SEARCHES)
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Leave what outlives a file of tests out of later searches too: modules, classes, caches."""
    outcome = yield
    if nextitem is None or nextitem.path != item.path:
        gc.collect()
        gc.freeze()
    return outcome


@pytest.hookimpl(tryfirst=True)  # before `-m` selects by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the fixture `realdata`, and skip what bears the mark where no data is.

    The files beside this one come first: their tests take seconds each, for which other workers
    would wait at the end.
    """
    items.sort(key=lambda item: item.path.parent != HERE)
    absent = real_data_folder() is None
    for item in items:
        if "realdata" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.realdata)
        if absent and item.get_closest_marker("realdata"):
            item.add_marker(pytest.mark.skip(reason=f"real prices: {DATA_VARIABLE} is not set"))


def real_data_folder() -> Path | None:
    """Folder that the environment names, None where it names none; a wrong name is an error."""
    name = os.environ.get(DATA_VARIABLE)
    if not name:
        return None
    folder = Path(name)
    if not folder.is_dir():
        raise pytest.UsageError(f"{DATA_VARIABLE} names no folder: {name}")
    return folder
