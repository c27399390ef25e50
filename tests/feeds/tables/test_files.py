"""Files: what is no file is named, and nothing beyond the limit is ever held."""

import gzip
import os
import tracemalloc

import pytest

from btplaybook.feeds.bars import BarsError
from btplaybook.feeds.errors import RequestError
from btplaybook.feeds.tables.files import existing_file, read_bytes, shown_path

MIB = 2**20


@pytest.fixture
def bomb(tmp_path):
    """A file of some 130 kB that expands to 128 MiB."""
    file = tmp_path / "bomb.csv.gz"
    with gzip.open(file, "wb") as stream:
        for _ in range(128):
            stream.write(bytes(MIB))
    return file


def test_read_whole(tmp_path):
    plain = tmp_path / "plain.csv"
    plain.write_bytes(b"date,close\n")
    assert read_bytes(plain) == b"date,close\n"
    assert read_bytes(str(plain), limit=11) == b"date,close\n"


def test_gzip_members_are_joined(tmp_path):
    file = tmp_path / "two.CSV.GZ"
    file.write_bytes(gzip.compress(b"date,close\n") + gzip.compress(b"2024-01-02,1\n"))
    assert read_bytes(file) == b"date,close\n2024-01-02,1\n"


def test_plain_file_beyond_the_limit(tmp_path):
    file = tmp_path / "large.csv"
    file.write_bytes(bytes(1001))
    with pytest.raises(BarsError, match=r"large\.csv: larger than 1,000 bytes, the limit"):
        read_bytes(file, limit=1000)


def test_sparse_file_beyond_the_limit_is_not_read(tmp_path):
    file = tmp_path / "sparse.csv"
    with file.open("wb") as stream:
        stream.truncate(2**40)
    with pytest.raises(BarsError, match="larger than 201,326,592 bytes"):
        read_bytes(file)


def test_bomb_is_never_held(bomb):
    tracemalloc.start()
    with pytest.raises(BarsError, match="larger than 4,194,304 bytes when expanded"):
        read_bytes(bomb, limit=4 * MIB)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * MIB


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda whole: whole[:-9], id="cut off"),
        pytest.param(lambda whole: whole[:12] + b"\xff" * 8 + whole[20:], id="damaged"),
        pytest.param(lambda whole: whole + b"more", id="something behind it"),
        pytest.param(lambda whole: whole[:-8] + bytes(8), id="a wrong checksum"),
        pytest.param(lambda _: b"date,close\n", id="not compressed"),
    ],
)
def test_damaged_gzip(tmp_path, damage):
    file = tmp_path / "damaged.csv.gz"
    file.write_bytes(damage(gzip.compress(b"date,close\n2024-01-02,1\n")))
    with pytest.raises(BarsError, match="not a whole gzip file"):
        read_bytes(file)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        pytest.param("absent.csv", "no such file", id="absent"),
        pytest.param("file/below.csv", "no such file", id="below a file"),
        pytest.param("x" * 10_000 + ".csv", "no file", id="10,000 characters"),
        pytest.param("a\0b.csv", "no file's name", id="NUL"),
        pytest.param(".", "is a folder", id="folder"),
        pytest.param("pipe.csv", "is a pipe or a device", id="pipe"),
        pytest.param("/dev/zero", "is a pipe or a device", id="device"),
        pytest.param("loop.csv", "no file", id="links in a circle"),
    ],
)
def test_no_file(tmp_path, path, words):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "file").touch()
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    for read in (existing_file, read_bytes):
        with pytest.raises(RequestError, match=words) as raised:
            read(tmp_path / path)
        assert len(str(raised.value).splitlines()) == 1
        assert len(str(raised.value)) < 400


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_not_permitted(tmp_path):
    file = tmp_path / "closed.csv"
    file.touch(mode=0)
    with pytest.raises(RequestError, match="Permission denied"):
        read_bytes(file)


def test_shown_path():
    assert shown_path("plain/SPY.csv") == "plain/SPY.csv"
    assert shown_path("two\nlines") == r"'two\nlines'"
    assert shown_path("a" * 5000) == "a" * 100 + "..." + "a" * 100
