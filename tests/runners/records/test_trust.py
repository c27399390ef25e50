"""Code that a run.json names is executed only if it is the code that ran or the user trusts it."""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from btplaybook.runners.errors import ParameterError
from btplaybook.runners.plans.plan import Plan
from btplaybook.runners.plans.plan_file import read_plan
from btplaybook.runners.records.rerun import rerun
from btplaybook.runners.runs import registry
from btplaybook.runners.runs.tables import bars_table

CODE = """
from pathlib import Path
from btplaybook.strategies.playbook_strategy import PlaybookStrategy
with Path("executed").open("a") as log:
    log.write("once\\n")
class Mine(PlaybookStrategy):
    '''Hold everything.'''
    params = (("size", 1.0),)
    def target_weights(self):
        return {self.data: self.p.size}
"""

pytestmark = pytest.mark.usefixtures("without_pages")


@pytest.fixture
def here(tmp_path, monkeypatch, simulated):
    """A folder to work in, with bars and a strategy in a file."""
    monkeypatch.chdir(tmp_path)
    simulated.frame().to_csv("one.csv")
    Path("code").mkdir()
    Path("code/mine.py").write_text(CODE, encoding="utf-8")
    monkeypatch.setattr("btplaybook.runners.records.write.write_run", kept)
    return tmp_path


def kept(result, folder):
    """Write what a rerun reads, without the page, which takes seconds."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    Path(folder, "run.json").write_text(result.to_json(), encoding="utf-8")
    bars_table(result.bars).to_parquet(Path(folder, "bars.parquet"))


def ran(strategy, folder="kept"):
    result = Plan(strategy, bars=("ONE=one.csv",), quick=True).run()
    kept(result, folder)
    Path("executed").unlink(missing_ok=True)
    return result


def edited(change, folder="kept"):
    file = Path(folder, "run.json")
    plain = json.loads(file.read_text(encoding="utf-8"))
    change(plain)
    file.write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")


def refused(command, *arguments):
    ended = command(*arguments)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert not Path("executed").exists()
    assert "--trust" in ended.err
    return ended.err


COMMANDS = [("rerun", "kept"), ("run", "kept/run.json", "--out", "new")]


def test_run_json_keeps_the_hash_of_the_file(here):
    result = ran("code/mine.py:Mine")
    told = json.loads(result.to_json())
    assert told["code"] == {
        "file": "code/mine.py",
        "sha256": hashlib.sha256(CODE.encode()).hexdigest(),
    }
    assert list(told)[:3] == ["schema", "strategy", "code"]


def test_a_registered_strategy_has_no_such_key_and_needs_nothing(here, command):
    result = Plan("sma-switch", {"period": 8}, bars=("ONE=one.csv",), quick=True).run()
    kept(result, "kept")
    assert "code" not in json.loads(result.to_json())
    assert command("rerun", "kept").err == ""
    edited(lambda plain: plain.update(strategy="btplaybook.strategies.sma_switch:SmaSwitch"))
    assert command("rerun", "kept").err == ""


@pytest.mark.parametrize("arguments", COMMANDS)
def test_the_file_that_ran_runs_again_and_is_named(here, command, arguments):
    ran("code/mine.py:Mine")
    ended = command(*arguments)
    assert ended.code == 0
    assert ended.err == "kept/run.json: its strategy executes code/mine.py\n"
    assert Path("executed").exists()
    if arguments[0] == "rerun":
        assert ended.out == "kept/run.json: the same bytes\n"
    else:
        assert Path("new/run.json").read_bytes() == Path("kept/run.json").read_bytes()


@pytest.mark.parametrize("arguments", COMMANDS)
def test_another_file_than_the_one_that_ran_needs_the_users_word(here, command, arguments):
    ran("code/mine.py:Mine")
    Path("code/mine.py").write_text(CODE + "# changed\n", encoding="utf-8")
    said = refused(command, *arguments)
    assert "code/mine.py, which is not the file that ran: its SHA-256 is another" in said
    ended = command(*arguments, "--trust")
    assert ended.code == 0
    assert "executes code/mine.py" in ended.err
    assert Path("executed").exists()


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_record_without_a_hash_needs_the_users_word(here, command, arguments):
    ran("code/mine.py:Mine")
    edited(lambda plain: plain.pop("code"))
    assert "code/mine.py, and kept no hash of the file that ran" in refused(command, *arguments)
    assert command(*arguments, "--trust").code == 0


@pytest.mark.parametrize("arguments", COMMANDS)
@pytest.mark.parametrize("way", ["beside", "below", "round about", "a link in", "a link to"])
def test_a_file_in_the_records_folder_needs_the_users_word(here, command, arguments, way):
    """Its hash is right: whoever made the folder wrote both."""
    Path("kept/sub").mkdir(parents=True)
    path = {
        "beside": "kept/mine.py", "below": "kept/sub/mine.py",
        "round about": "code/../kept/sub/../mine.py", "a link in": "kept/mine.py",
        "a link to": "code/link.py",
    }[way]  # fmt: skip
    if way == "a link in":
        os.symlink(Path("code/mine.py").resolve(), path)
    else:
        shutil.copy("code/mine.py", "kept/mine.py")
        shutil.copy("code/mine.py", "kept/sub/mine.py")
    if way == "a link to":
        os.symlink(Path("kept/mine.py").resolve(), path)
    ran(f"{path}:Mine")
    assert f"{path}, which lies in the folder of the record itself" in refused(command, *arguments)
    assert command(*arguments, "--trust").code == 0


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_module_obeys_the_same_rule(here, command, monkeypatch, arguments):
    monkeypatch.syspath_prepend(str(here / "code"))
    monkeypatch.delitem(sys.modules, "mine_module", raising=False)
    shutil.copy("code/mine.py", "code/mine_module.py")
    result = ran("mine_module:Mine")
    assert result.code == {
        "file": "mine_module.py",
        "sha256": hashlib.sha256(CODE.encode()).hexdigest(),
    }
    ended = command(*arguments)
    assert (ended.code, ended.err.count("mine_module.py\n")) == (0, 1)
    Path("code/mine_module.py").write_text(CODE + "# changed\n", encoding="utf-8")
    Path("executed").unlink(missing_ok=True)
    assert "its SHA-256 is another" in refused(command, *arguments)


def test_a_module_in_the_records_folder_needs_the_users_word(here, command, monkeypatch):
    monkeypatch.syspath_prepend(str(here / "kept"))
    Path("kept/package").mkdir(parents=True)
    Path("kept/package/__init__.py").write_text("open('executed', 'w').close()\n")
    shutil.copy("code/mine.py", "kept/package/deep.py")
    ran("code/mine.py:Mine")
    edited(lambda plain: plain.update(strategy="package.deep:Mine"))
    said = refused(command, "rerun", "kept")
    assert "package/deep.py, which lies in the folder of the record itself" in said


def test_any_other_module_that_a_record_names_needs_the_users_word(here, command):
    ran("code/mine.py:Mine")
    edited(lambda plain: (plain.update(strategy="antigravity:Mine"), plain.pop("code")))
    assert "antigravity.py, and kept no hash" in refused(command, "rerun", "kept")


def test_a_comparison_executes_nothing(here, command):
    ran("code/mine.py:Mine", "a")
    ran("code/mine.py:Mine", "b")
    for folder in "ab":
        result = Plan("sma-switch", {"period": 8}, bars=("ONE=one.csv",), quick=True).run()
        result.daily.to_parquet(f"{folder}/daily.parquet")
        edited(
            lambda plain, result=result: plain.update(
                window={"first": result.window[0], "last": result.window[1]}
            ),
            folder,
        )
    ended = command("compare", "a", "b", "--json")
    assert ended.code == 0, ended.err
    assert not Path("executed").exists()


def test_from_python_the_word_is_an_argument(here):
    ran("code/mine.py:Mine")
    edited(lambda plain: plain.pop("code"))
    said = []
    with pytest.raises(ParameterError, match="--trust"):
        rerun(Path("kept"))
    with pytest.raises(ParameterError, match="--trust"):
        read_plan("kept/run.json")
    assert rerun(Path("kept"), said.append, trust=True).parts == ["code"]
    assert read_plan("kept/run.json", trust=True, say=said.append).strategy == "code/mine.py:Mine"
    assert said == ["kept/run.json: its strategy executes code/mine.py"] * 2


def test_a_compiled_file_does_not_take_the_place_of_the_one_that_was_hashed(here):
    import importlib.util
    import py_compile

    Path("code/other.py").write_text(CODE.replace("once", "compiled"), encoding="utf-8")
    py_compile.compile(
        "code/other.py",
        importlib.util.cache_from_source("code/mine.py"),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    kind = registry.resolve("code/mine.py:Mine")
    assert Path("executed").read_text() == "once\n"
    assert registry.code_of(kind)["sha256"] == hashlib.sha256(CODE.encode()).hexdigest()
