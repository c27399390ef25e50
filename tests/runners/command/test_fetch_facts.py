"""`btplaybook fetch-facts`: a folder for `sec:`, its report and its exit codes."""

import json

import pytest
from filings import Company, example
from sec_server import sec_server

from btplaybook.feeds.sec import client as client_module


@pytest.fixture
def sec(monkeypatch, tmp_path):
    """The command's own client, at hosts of this machine."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.chdir(tmp_path)
    with sec_server() as server:

        class Here(client_module.SecClient):
            def __init__(self, address):
                super().__init__(address, data=server.url, files=server.url, waits=())

        monkeypatch.setattr(client_module, "SecClient", Here)
        server.serve(example()).serve(
            Company(2).file("2019-02-20", "10-K", cover=("2019-02-01", 1))
        )
        server.files["/files/company_tickers.json"] = b'{"0": {"cik_str": 1, "ticker": "AAA"}}'
        yield server


def test_two_companies_and_then_none(sec, command, tmp_path):
    asked = ("fetch-facts", "--cik", "1", "--cik", "0000000002", "--email", "me@example.com")
    ended = command(*asked, "--json")
    assert ended.code == 0, ended.err
    report = json.loads(ended.out)
    assert report["schema"] == 1
    assert [(each["file"], each["state"]) for each in report["files"]] == [
        ("CIK0000000001.json", "new"),
        ("CIK0000000002.json", "new"),
        ("company_tickers.json", "new"),
    ]
    ended = command(*asked)
    assert ended.out.count("kept") == 3
    assert len(sec.asked) == 3
    assert (tmp_path / "facts" / "CIK0000000001.json").is_file()


def test_all_of_a_table(sec, command, tmp_path):
    (tmp_path / "s.csv").write_text("ticker,sector,cik\nAAA,Energy,1\nBBB,Energy,2\n")
    ended = command(
        "fetch-facts", "--securities", "s.csv", "--email", "me@example.com", "--out", "d"
    )
    assert ended.code == 0, ended.err
    assert sec.paths == ["CIK0000000001.json", "CIK0000000002.json", "company_tickers.json"]


def test_the_others_are_fetched_where_one_has_no_facts(sec, command):
    ended = command("fetch-facts", "--cik", "7", "--cik", "1", "--email", "me@example.com")
    assert ended.code == 2
    assert ended.err == "btplaybook: CIK0000000007.json: the SEC has no CIK0000000007.json (404)\n"
    assert "CIK0000000001.json: new" in ended.out


def test_the_table_of_tickers_is_not_needed(sec, command):
    del sec.files["/files/company_tickers.json"]
    ended = command("fetch-facts", "--cik", "1", "--email", "me@example.com")
    assert (ended.code, ended.err.count("\n")) == (0, 1)


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        pytest.param((), 2, "name companies: --cik 320193", id="nothing"),
        pytest.param(("--cik", "AAPL", "--email", "me@example.com"), 2, "--cik takes", id="ticker"),
        pytest.param(("--cik", "1"), 2, "the SEC wants the e-mail address", id="no-address"),
        pytest.param(("--securities", "none.csv"), 2, "none.csv: no such file", id="no-file"),
    ],
)
def test_what_is_refused_before_anything_is_asked(sec, command, options, code, words):
    ended = command("fetch-facts", *options)
    assert ended.code == code
    assert ended.err.startswith(f"btplaybook: {words}")
    assert ended.err.count("\n") == 1
    assert sec.asked == []


def test_a_refusal_is_exit_code_3(sec, command):
    sec.first = [(403, {})]
    ended = command("fetch-facts", "--cik", "1", "--cik", "2", "--email", "me@example.com")
    assert ended.code == 3
    assert len(sec.asked) == 1
