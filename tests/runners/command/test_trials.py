"""`btplaybook trials`: list, export, tell, forget."""

import csv
import json

import pytest


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def tell(command, sets=500, sample="simulated"):
    return command("trials", "tell", "--sample", sample, "--sets", sets, "--note", "a notebook")


def test_an_empty_ledger_says_so(command):
    assert command("trials") == (0, "nothing has been tried yet\n", "")
    ended = command("trials", "--sample", "simulated")
    assert ended.out == "nothing has been tried yet on these bars\n"
    assert json.loads(command("trials", "--json").out) == []


def test_what_is_told_is_listed_counted_exported_and_forgotten(command, tmp_path):
    assert tell(command).code == 0
    assert tell(command, 70, "sp500").code == 0
    assert "known already" in tell(command).out
    listed = command("trials").out
    assert "SIMULATED" in listed
    assert "500" in listed
    assert (
        "500 different rules were ever tried on these bars"
        in command("trials", "--sample", "simulated").out
    )
    entries = json.loads(command("trials", "--json").out)
    assert [entry["distinct"] for entry in entries] == [500, 70]
    assert entries[0]["note"] == "a notebook"
    for name in ("all.csv", "all.json"):
        assert command("trials", "export", name).code == 0
    with open(tmp_path / "all.csv") as file:
        assert [row["tried"] for row in csv.DictReader(file)] == ["500", "70"]
    assert json.loads((tmp_path / "all.json").read_text()) == entries
    assert command("trials", "forget", entries[0]["id"]).out == "1 forgotten, 1 left\n"
    assert [entry["distinct"] for entry in json.loads(command("trials", "--json").out)] == [70]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("trials tell --sets 5", "name the bars that were tried on, with --bars FILE"),
        ("trials tell --sets 0 --sample simulated", "--sets must be >= 1, got 0"),
        ("trials forget abc", "no entry 'abc'"),
        ("trials export all.txt", "all.txt: name a file that ends in .csv or .json"),
        ("trials export missing/all.csv", "cannot write to missing/all.csv: No such file"),
        ("trials --bars missing.csv", "missing.csv"),
    ],
)
def test_a_wrong_argument_is_one_line(command, arguments, words):
    ended = command(*arguments.split())
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("btplaybook: ")
    assert ended.err.count("\n") == 1
    assert words in ended.err
