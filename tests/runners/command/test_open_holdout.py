"""`btplaybook open-holdout`: the winner on the kept bars, each look counted."""

import json
import shutil
import sys

import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.command import cli
from btplaybook.runners.runs.run import run


@pytest.fixture(scope="module")
def search_made(tmp_path_factory):
    """A folder with a file of bars, a search that kept its last half-year back, and the ledger."""
    folder = tmp_path_factory.mktemp("searched")
    program = ["btplaybook", "search", "sma-switch", "--bars", "bars.csv"]
    space = ["--space", "period=5|20|60", "--top", "1", "--holdout", "6m", "--percent-fee", "0.001"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        patch.chdir(folder)
        patch.setattr(sys, "argv", [*program, *space, "--out", "x"])
        sample("simulated").between(None, "2006-12-29").frame().to_csv("bars.csv")
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
    return folder


@pytest.fixture
def searched(search_made, tmp_path, monkeypatch):
    """The folder of the search, the test's own."""
    shutil.copytree(search_made, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "x"


def test_it_is_the_run_of_the_winner_from_the_first_kept_day_on(command, searched):
    ended = command("open-holdout", "x", "--json")
    assert ended.code == 0, ended.err
    plain = json.loads(ended.out)
    bars = sample("simulated").between(None, "2006-12-29")
    expected = run(
        "sma-switch", bars, start="2006-06-30", params={"period": plain["params"]["period"]},
        percent_fee=0.001, strips=False,
    )  # fmt: skip
    assert plain["window"] == {"first": "2006-06-30", "last": "2006-12-29"}
    assert plain["metrics"]["total_return"] == pytest.approx(
        expected.metrics["total_return"], rel=1e-12
    )
    assert plain["opened"] == 1
    assert plain["bars"] == len(expected.returns)
    assert plain["power"].keys() == {"0.5", "1", "2"}
    assert (searched / "holdout" / "tearsheet.html").exists()
    assert json.loads((searched / "holdout" / "holdout.json").read_text()) == plain
    assert (searched / "search.json").exists()  # the search stays


def test_each_look_is_counted_and_told(command, searched):
    assert "opened 1 time\n" in command("open-holdout", "x").out
    assert "opened 2 times\n" in command("open-holdout", "x").out
    assert "hold-out, opened: 2" in (searched / "holdout" / "tearsheet.html").read_text()
    entries = json.loads(command("trials", "--json").out)
    assert [entry["command"] for entry in entries] == ["search", *["holdout opened"] * 2]


def test_bars_that_have_changed_since_are_refused(command, searched):
    table = (searched.parent / "bars.csv").read_text().replace("2005-03-01,", "2005-03-01,9", 1)
    (searched.parent / "bars.csv").write_text(table)
    ended = command("open-holdout", "x")
    assert ended.code in (2, 4)
    assert not (searched / "holdout").exists()
    assert ended.err.startswith("btplaybook: ")


def test_kept_bars_that_have_changed_are_refused_too(command, searched):
    lines = (searched.parent / "bars.csv").read_text().splitlines()
    cells = lines[-3].split(",")
    lines[-3] = ",".join([cells[0], *(str(float(cell) * 1.01) for cell in cells[1:5]), *cells[5:]])
    (searched.parent / "bars.csv").write_text("\n".join(lines) + "\n")
    ended = command("open-holdout", "x")
    assert ended.code == 2
    assert "the bars of bars after 2006-06-29 have changed since" in ended.err
    assert not (searched / "holdout").exists()


def test_a_damaged_holdout_is_named(command, searched):
    plain = json.loads((searched / "search.json").read_text())
    plain["holdout"] = {"length": "1y"}
    (searched / "search.json").write_text(json.dumps(plain))
    ended = command("open-holdout", "x")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "x/search.json: its holdout is damaged: search again" in ended.err


def test_other_commands_that_read_the_kept_bars_are_told(command, searched):
    command("search", "sma-switch", "--bars", "bars.csv", "--space", "period=5|20", "--top", 1,
            "--out", "y")  # fmt: skip
    assert (
        "1 other commands had tried rules on some of these bars" in command("open-holdout", "x").out
    )


def test_a_search_that_kept_nothing_back_is_named(command, searched):
    command("search", "sma-switch", "--bars", "bars.csv", "--space", "period=5|20", "--top", 1,
            "--out", "y")  # fmt: skip
    ended = command("open-holdout", "y")
    assert ended.code == 2
    assert "y/search.json: nothing was kept back: search with --holdout 2y" in ended.err
    assert "cannot read z/search.json" in command("open-holdout", "z").err


def test_the_last_set_of_a_walk_forward_is_run_unchanged(command, searched):
    walked = ("walk-forward", "sma-switch", "--bars", "bars.csv", "--space", "period=5|20|60",
              "--fit", "6m", "--refit", "3m", "--percent-fee", 0.001, "--out", "w")  # fmt: skip
    assert "nothing was kept back: walk forward with" in _opened_after(command, *walked).err
    ended = _opened_after(command, *walked, "--holdout", "6m")
    last = json.loads((searched.parent / "w" / "walk_forward.json").read_text())["path"][-1]
    told = f"The set that the last refit chose, on {last['refit']}: period {last['set']['period']}"
    assert ended.code == 0, ended.err
    assert told in ended.out
    plain = json.loads((searched.parent / "w" / "holdout" / "holdout.json").read_text())
    assert plain["refit"] == last["refit"]
    assert plain["params"].items() >= last["set"].items()
    bars = sample("simulated").between(None, "2006-12-29")
    expected = run("sma-switch", bars, start="2006-06-30", params=last["set"], percent_fee=0.001,
                   strips=False)  # fmt: skip
    assert plain["metrics"]["total_return"] == pytest.approx(
        expected.metrics["total_return"], rel=1e-12
    )
    assert plain["opened"] == 1
    command(*walked, "--holdout", "6m")
    assert not (searched.parent / "w" / "holdout").exists()  # it was the earlier one's
    table = (searched.parent / "bars.csv").read_text().replace("2005-03-01,", "2005-03-01,9", 1)
    (searched.parent / "bars.csv").write_text(table)
    assert command("open-holdout", "w").code in (2, 4)


def _opened_after(command, *arguments):
    command(*arguments)
    return command("open-holdout", "w")


def test_a_file_that_was_moved_is_named(command, searched):
    (searched.parent / "bars.csv").rename(searched.parent / "moved.csv")
    assert "the bars of bars are not at bars.csv" in command("open-holdout", "x").err
    wrong = command("open-holdout", "x", "--bars", "bar=moved.csv")
    assert (wrong.code, wrong.err.count("\n")) == (2, 1)
    assert "has no bars 'bar'; did you mean 'bars'?" in wrong.err
    ended = command("open-holdout", "x", "--bars", "moved.csv", "--json")
    assert ended.code == 0, ended.err
    again = command("open-holdout", "x", "--bars", "bars=moved.csv", "--json")
    assert json.loads(again.out)["metrics"] == json.loads(ended.out)["metrics"]


def test_a_look_is_not_forgotten_in_passing(command, searched):
    command("open-holdout", "x")
    search, look = json.loads(command("trials", "--json").out)
    refused = command("trials", "forget", search["id"], look["id"])
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "is a look at the hold-out 2006-06-30 to 2006-12-29" in refused.err
    assert len(json.loads(command("trials", "--json").out)) == 2
    assert "1 forgotten, 1 left" in command("trials", "forget", search["id"]).out
    assert "1 forgotten, 0 left" in command("trials", "forget", look["id"], "--looks").out
