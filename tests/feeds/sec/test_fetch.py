"""The SEC is asked as it wants to be asked, by the real client of a server on 127.0.0.1."""

import os
import time

import pytest
from filings import Company, example
from sec_server import CHANGED, sec_server

from btplaybook.feeds.errors import BarsError, RequestError, SourceError
from btplaybook.feeds.sec import client as client_module
from btplaybook.feeds.sec.client import NotThere, SecClient
from btplaybook.feeds.sec.fetch import FactsFetch, ciks_asked
from btplaybook.feeds.sec.folder import read_facts
from btplaybook.feeds.vendors.vintages import CacheError

TABLE = b'{"0": {"cik_str": 1, "ticker": "AAA", "title": "Example"}}'


@pytest.fixture
def sec(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with sec_server() as server:
        server.files["/files/company_tickers.json"] = TABLE
        yield server.serve(example())


def test_what_is_fetched_can_be_read(sec, tmp_path):
    fetch = FactsFetch(tmp_path / "new" / "facts", sec.client())
    company, tickers = fetch.company(1), fetch.tickers()
    assert (company.state, tickers.state) == ("new", "new")
    assert company.words() == f"CIK0000000001.json: new, {company.size:,} bytes"
    books = read_facts(fetch.folder, ["AAA"])
    assert books.known_on("2019-03-01", ["AAA"])[0, 0] == 100
    assert sorted(os.listdir(fetch.folder)) == ["CIK0000000001.json", "company_tickers.json"]
    (_, headers, _), *_ = sec.asked
    assert headers["User-Agent"] == "btplaybook quant@example.com"
    assert headers["Accept-Encoding"] == "gzip"
    assert (fetch.folder / company.file).stat().st_mtime == CHANGED


def test_a_file_that_is_there_is_not_asked_for(sec, tmp_path):
    FactsFetch(tmp_path, sec.client()).company(1)
    again = FactsFetch(tmp_path, sec.client()).company(1)
    assert (again.state, len(sec.asked)) == ("kept", 1)
    assert again.size == len(sec.files[sec.path(1)])


@pytest.mark.parametrize(
    ("later", "changed", "state"),
    [
        pytest.param(False, CHANGED, "unchanged", id="not-modified"),
        pytest.param(True, CHANGED + 60, "changed", id="modified"),
        pytest.param(False, CHANGED + 60, "unchanged", id="same-content"),
        pytest.param(True, None, "changed", id="no-date"),
    ],
)
def test_refreshing_takes_what_has_changed(sec, tmp_path, later, changed, state):
    FactsFetch(tmp_path, sec.client()).company(1)
    if later:
        sec.serve(example().file("2020-05-04", "10-Q", cover=("2020-04-24", 2041)))
    sec.changed[sec.path(1)] = changed
    again = FactsFetch(tmp_path, sec.client(), refresh=True).company(1)
    assert again.state == state
    assert (tmp_path / again.file).read_bytes() == sec.files[sec.path(1)]
    assert sec.asked[-1][1]["If-Modified-Since"] == "Sun, 13 Sep 2020 12:26:40 GMT"


@pytest.mark.parametrize(
    ("first", "slept"),
    [
        pytest.param([(429, {})], [2.0], id="429"),
        pytest.param([(503, {})] * 4, [2.0, 4.0, 8.0, 16.0], id="503"),
        pytest.param([(429, {"Retry-After": "7"})], [7.0], id="asked-for"),
        pytest.param([(429, {"Retry-After": "9999"})], [60.0], id="for-too-long"),
        pytest.param([(429, {"Retry-After": "soon"})], [2.0], id="in-words"),
    ],
)
def test_it_asks_again_after_a_pause(sec, tmp_path, first, slept):
    sec.first = list(first)
    assert FactsFetch(tmp_path, sec.client()).company(1).state == "new"
    assert sec.slept == slept


@pytest.mark.parametrize(
    ("first", "words"),
    [
        pytest.param([(503, {})] * 5, "the SEC stays busy (status 503)", id="busy"),
        pytest.param([(403, {})], "the SEC refuses (403): it wants an e-mail", id="refused"),
        pytest.param([(500, {})], "the SEC answers with an error (status 500)", id="broken"),
    ],
)
def test_a_refusal_ends_the_asking(sec, tmp_path, first, words):
    sec.first, asked = list(first), len(first)
    fetch = FactsFetch(tmp_path, sec.client())
    found, other = fetch.company(1), fetch.company(2)
    assert (found.state, found.size, found.exit_code) == ("failed", 0, 3)
    assert found.reason.startswith(words)
    assert other.reason.startswith(f"not asked for, as {words}")
    assert len(sec.asked) == asked
    assert os.listdir(tmp_path) == []


def test_a_company_without_facts_does_not_end_it(sec, tmp_path):
    fetch = FactsFetch(tmp_path, sec.client())
    missing, found = fetch.company(7), fetch.company(1)
    assert (missing.exit_code, missing.reason) == (2, "the SEC has no CIK0000000007.json (404)")
    assert found.state == "new"


BAD = {
    "html": (b"<html>", "not a JSON file"),
    "another": (Company(2).file("2019-02-20", "10-K", cover=("2019-02-01", 1)).text().encode(),
                "holds the facts of CIK 2, not of 1"),
    "none": (b'{"cik": 1, "facts": {}}', "holds no facts of CIK 1"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_an_answer_that_is_no_facts_replaces_nothing(sec, tmp_path, case):
    FactsFetch(tmp_path, sec.client()).company(1)
    before = (tmp_path / "CIK0000000001.json").read_bytes()
    content, words = BAD[case]
    sec.files[sec.path(1)], sec.changed[sec.path(1)] = content, None
    found = FactsFetch(tmp_path, sec.client(), refresh=True).company(1)
    assert (found.state, found.exit_code) == ("failed", 3)
    assert words in found.reason
    assert found.reason.endswith("; the kept one stays")
    assert (tmp_path / "CIK0000000001.json").read_bytes() == before


@pytest.mark.parametrize("content", [b"[]", b"{}", b"1", b'{"0": 1}', b"<html>"])
def test_an_answer_that_is_no_table_of_tickers(sec, tmp_path, content):
    sec.files["/files/company_tickers.json"] = content
    found = FactsFetch(tmp_path, sec.client()).tickers()
    assert (found.exit_code, os.listdir(tmp_path)) == (3, [])
    assert "no table of tickers" in found.reason


@pytest.mark.parametrize("how", ["cut", "dropped"])
def test_an_answer_that_ends_early(sec, tmp_path, how):
    sec.broken = how
    found = FactsFetch(tmp_path, sec.client()).company(1)
    assert found.exit_code == 3
    assert found.reason.startswith("the SEC cannot be reached (")
    assert os.listdir(tmp_path) == []


def test_nobody_answers(tmp_path):
    nowhere = {"data": "http://127.0.0.1:9", "files": "http://127.0.0.1:9"}
    fetch = FactsFetch(tmp_path, SecClient("quant@example.com", **nowhere))
    assert fetch.company(1).exit_code == 3
    with pytest.raises(SourceError, match="the SEC cannot be reached"):
        fetch.client.get("http://127.0.0.1:9/x")


def test_an_answer_that_never_ends(sec, monkeypatch):
    monkeypatch.setattr(client_module, "LARGEST_FACTS", 100)
    with pytest.raises(SourceError, match="the SEC's answer is larger than"):
        sec.client().get(sec.url + sec.path(1))


def test_requests_are_apart(sec, tmp_path):
    """Four files at eight a second; the clock is the server's."""
    for cik in (2, 3, 4):
        sec.serve(Company(cik).file("2019-02-20", "10-K", cover=("2019-02-01", 1)))
    client = SecClient("quant@example.com", data=sec.url, files=sec.url)
    fetch = FactsFetch(tmp_path, client)
    begun = time.monotonic()
    assert [fetch.company(cik).state for cik in (1, 2, 3, 4)] == ["new"] * 4
    times = [moment for *_, moment in sec.asked]
    assert times[-1] - times[0] >= 3 * 0.1  # at most ten a second
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "address", ["", "me", "me@here", "a b@example.com", "me@example.com\nX: y", "mé@example.com"]
)
def test_an_address_is_needed(address):
    with pytest.raises(RequestError, match="wants the e-mail address of who asks"):
        SecClient(address)


def test_a_folder_that_cannot_be_made(sec, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CacheError, match="name another folder with --out"):
        FactsFetch(tmp_path / "file" / "facts", sec.client())


def test_which_companies(tmp_path):
    table = tmp_path / "securities.csv"
    table.write_text("ticker,cik\nBBB,7\nAAA,320193\nCCC,\nDDD,7\n", encoding="utf-8")
    assert ciks_asked(["0000320193", "CIK0000000005", "320193"]) == [320193, 5]
    assert ciks_asked(["9"], [table]) == [9, 7, 320193]
    table.write_text("ticker\nAAA\n", encoding="utf-8")
    with pytest.raises(BarsError, match="no column cik"):
        ciks_asked([], [table])
    with pytest.raises(RequestError, match="name companies: --cik 320193"):
        ciks_asked([])


@pytest.mark.parametrize("text", ["AAPL", "0", "-1", "12345678901", "1.5", "", "²", "9" * 5000])
def test_no_number_of_a_company(text):
    with pytest.raises(RequestError, match="--cik takes the SEC's number of a company"):
        ciks_asked([text])


def test_not_there_is_a_request_error():
    assert issubclass(NotThere, RequestError)
