"""The store: whole after a kill, refused to another search, plain words where it cannot be."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from btplaybook.search.errors import SearchStopped, StoreError
from btplaybook.search.marginals import Layout
from btplaybook.search.reduction import Reduction, summary
from btplaybook.search.space import Space
from btplaybook.search.store import Store, stored_rows

SPACE = Space({"a": range(30)})
COLUMNS = ("gain",)
MANIFEST = {"vintage": "abc", "terms": {"fill": "close", "costs": [0.0, 1.0]}}


def blank() -> Reduction:
    return Reduction(Layout(SPACE), COLUMNS, "gain", 5)


def chunk_of(number: int):
    indices = np.arange(10 * number, 10 * number + 10)
    rows = np.sin(indices.astype(float))[:, None]
    sets = (indices, SPACE.digits(indices))
    return summary(number, Layout(SPACE), COLUMNS, "gain", 5, sets, rows), indices, rows


def write(folder: Path, numbers: list[int]) -> Reduction:
    reduction = blank()
    with Store.opened(folder, MANIFEST) as store:
        store.load(reduction)
        for number in numbers:
            brief, indices, rows = chunk_of(number)
            store.keep(number, indices, rows, COLUMNS)
            reduction.add(brief)
            store.finish(number, reduction, keeps_rows=True)
        store.save(reduction, keeps_rows=True)
    return reduction


def read(folder: Path) -> tuple[set[int], Reduction]:
    reduction = blank()
    with Store.opened(folder, MANIFEST) as store:
        store.load(reduction)
        return store.finished, reduction


def same(one: Reduction, other: Reduction) -> bool:
    pairs = zip(one.arrays().items(), other.arrays().items(), strict=True)
    return all(a == b and x.tobytes() == y.tobytes() for (a, x), (b, y) in pairs)


def test_what_was_saved_is_taken_up_again(tmp_path: Path) -> None:
    written = write(tmp_path, [2, 0])
    finished, reduction = read(tmp_path)
    assert finished == {0, 2}
    assert same(reduction, written)


def test_rows_are_those_of_the_search(tmp_path: Path) -> None:
    write(tmp_path, [0, 2, 1])
    rows = stored_rows(tmp_path)
    assert rows["index"].tolist() == list(range(30))
    assert rows["gain"].tolist() == np.sin(np.arange(30.0)).tolist()


@pytest.mark.parametrize(
    ("other", "message"),
    [
        pytest.param({**MANIFEST, "vintage": "abd"}, 'vintage is "abc" there and "abd"', id="bars"),
        pytest.param(
            {**MANIFEST, "terms": {"fill": "next_open", "costs": [0.0, 1.0]}},
            'terms.fill is "close" there and "next_open" here',
            id="terms",
        ),
        pytest.param(
            {**MANIFEST, "terms": {"fill": "close", "costs": [0.0, 2.0]}}, "terms.costs", id="list"
        ),
        pytest.param({"terms": MANIFEST["terms"]}, "vintage is .* and .absent. here", id="less"),
        pytest.param({**MANIFEST, "seed": 1}, "seed is .absent. there and 1 here", id="more"),
    ],
)
def test_another_search_is_refused(tmp_path: Path, other, message: str) -> None:
    write(tmp_path, [0])
    before = (tmp_path / "progress.npz").read_bytes()
    with pytest.raises(StoreError, match=message) as caught, Store.opened(tmp_path, other):
        pass
    assert "\n" not in str(caught.value)
    assert (tmp_path / "progress.npz").read_bytes() == before


def test_what_is_told_is_what_comes_first_here(tmp_path: Path) -> None:
    """Also where the one who wrote the store had another order."""
    follows_first = {"kernel": "fast", "terms": {"digest": "1f", "fee": 0.0}}
    with Store.opened(tmp_path, follows_first):
        pass
    other = {"terms": {"fee": 0.001, "digest": "2e"}, "kernel": "general"}
    with pytest.raises(StoreError, match=r"terms\.fee is 0\.0 there and 0\.001 here"):
        Store.opened(tmp_path, other).__enter__()
    same = {"terms": {"fee": 0.0, "digest": "1f"}, "kernel": "fast"}
    with Store.opened(tmp_path, same):
        pass


def test_two_processes_cannot_write_at_once(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from btplaybook.search.store import Store\n"
        f"with Store.opened(Path({str(tmp_path)!r}), {MANIFEST!r}): print('open', flush=True); "
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(StoreError, match="another search is writing there"):
            read(tmp_path)
        other.kill()
    assert read(tmp_path)[0] == set()  # the lock died with its holder


class Full:
    """Stands for a disk that takes so many files and no more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, files: int) -> None:
        self.left = files
        self.fsync = os.fsync
        monkeypatch.setattr(os, "fsync", self)

    def __call__(self, descriptor: int) -> None:
        if not self.left:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.left -= 1
        self.fsync(descriptor)


@pytest.mark.parametrize("files", range(6))
def test_a_full_disk_costs_nothing_of_earlier_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    write(tmp_path, [0])
    with monkeypatch.context() as patch:
        Full(patch, files)
        said = ""
        try:
            write(tmp_path, [1, 2])
        except SearchStopped as error:
            said = str(error)
    if files < 3:  # two of rows, and progress once at least
        assert said == f"{tmp_path} cannot be written: No space left on device"
    if files == 5:  # and three times at most
        assert not said
    finished, reduction = read(tmp_path)
    expected = blank()
    for number in sorted(finished):
        expected.add(chunk_of(number)[0])
    assert 0 in finished
    assert same(reduction, expected)
    assert not list(tmp_path.rglob("*.writing"))


def test_a_folder_that_is_a_file_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SearchStopped, match="cannot be written: "):
        write(tmp_path / "file" / "store", [0])


def test_a_half_written_file_beside_is_no_harm(tmp_path: Path) -> None:
    written = write(tmp_path, [0])
    (tmp_path / "progress.npz.writing").write_bytes(b"half")
    (tmp_path / "rows" / "00000001.parquet.writing").write_bytes(b"half")
    assert same(read(tmp_path)[1], written)
    assert len(stored_rows(tmp_path)) == 10


@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign"])
def test_damaged_progress_is_told(tmp_path: Path, damage: str) -> None:
    write(tmp_path, [0])
    path = tmp_path / "progress.npz"
    content = path.read_bytes()
    path.write_bytes({"truncated": content[:500], "empty": b"", "foreign": b"text"}[damage])
    with pytest.raises(StoreError, match=r"is damaged .* delete it to begin anew"):
        read(tmp_path)


def test_rows_that_are_gone_are_told(tmp_path: Path) -> None:
    write(tmp_path, [0, 1])
    (tmp_path / "rows" / "00000001.parquet").unlink()
    with pytest.raises(StoreError, match=r"00000001.parquet is gone"):
        read(tmp_path)


def test_progress_without_its_manifest_is_not_trusted(tmp_path: Path) -> None:
    write(tmp_path, [0])
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(StoreError, match="has lost its manifest"):
        read(tmp_path)


def test_no_rows_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="keeps no rows"):
        stored_rows(tmp_path)


def test_the_result_is_json_without_nan(tmp_path: Path) -> None:
    with Store.opened(tmp_path, MANIFEST) as store:
        store.conclude({"best": 1.5, "none": None})
        assert json.loads((tmp_path / "result.json").read_text()) == {"best": 1.5, "none": None}
        with pytest.raises(ValueError, match="not JSON compliant"):
            store.conclude({"best": float("nan")})
