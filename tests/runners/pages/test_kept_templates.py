"""Compiled templates between processes: the page is the same, and a template's change is seen."""

import pytest
from jinja2 import DictLoader, Environment, environment

from btplaybook.feeds.kept_files import KeptFiles
from btplaybook.runners.pages.kept_templates import KeptTemplates


@pytest.fixture
def page(monkeypatch, tmp_path):
    """Fill a template as a new process would; returns the text and how often it was compiled."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")
    source = tmp_path / "source.py"
    source.write_text("options = 1")
    generated = []
    generate = environment.Environment._generate

    def counted(self, *arguments, **keywords):
        generated.append(self)
        return generate(self, *arguments, **keywords)

    monkeypatch.setattr(environment.Environment, "_generate", counted)

    def filled(template):
        generated.clear()
        files = KeptFiles("templates", source, "jinja2")
        made = Environment(
            loader=DictLoader({"page": template}),
            bytecode_cache=KeptTemplates(files),
            autoescape=True,
        )
        return made.get_template("page").render(x="<"), len(generated)

    return filled


def test_the_second_process_compiles_nothing(page):
    assert page("a{{ x }}") == ("a&lt;", 1)
    assert page("a{{ x }}") == ("a&lt;", 0)


def test_a_changed_template_is_compiled_anew(page):
    page("a{{ x }}")
    assert page("b{{ x }}") == ("b&lt;", 1)


def test_a_spoilt_file_is_compiled_anew(page, tmp_path):
    page("a{{ x }}")
    (file,) = (tmp_path / "cache" / "templates").iterdir()
    file.write_bytes(file.read_bytes()[:-3] + b"???")
    assert page("a{{ x }}") == ("a&lt;", 1)


def test_without_a_folder_each_process_compiles(page, tmp_path):
    (tmp_path / "cache").write_text("a file, where the folder would be")
    assert [page("a{{ x }}") for _ in range(2)] == [("a&lt;", 1)] * 2
