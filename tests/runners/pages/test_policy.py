"""The content security policy of each page comes before anything else in it."""

import base64
import hashlib
import re

import pytest

from btplaybook.runners.pages.html import POLICY, TEMPLATES, policy

KINDS = ("compare.html", "search.html", "study.html", "tearsheet.html", "walk_forward.html")
DOCUMENTS = [
    path.name
    for path in sorted(TEMPLATES.glob("*.html"))
    if "<head>" in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", KINDS)
def test_all_kinds_of_pages_stand_in_the_one_frame(name):
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    assert text.startswith('{% extends "base.html" %}')
    assert DOCUMENTS == ["base.html"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_policy_stands_before_what_it_governs(name):
    head = (TEMPLATES / name).read_text(encoding="utf-8").partition("<head>")[2]
    tags = re.findall(r"<[a-z][^>]*>", head)
    assert tags[:2] == [
        '<meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" content="{{ policy }}">',
    ]


def test_the_policy_allows_styles_and_embedded_pictures_alone():
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": "'unsafe-inline'",
        "form-action": "'none'",
        "base-uri": "'none'",
    }


def test_a_page_names_its_one_script_by_its_hash():
    digest = base64.b64encode(hashlib.sha256(b"let a = 1;").digest()).decode()
    assert policy("let a = 1;") == f"{POLICY}; script-src 'sha256-{digest}'"


def test_the_page_holds_one_script_besides_its_numbers():
    frame = (TEMPLATES / "base.html").read_text(encoding="utf-8")
    assert re.findall(r"<script[^>]*>", frame) == [
        '<script type="application/json" id="chart-data">',
        "<script>",
    ]
    others = [path for path in TEMPLATES.glob("*.html") if path.name != "base.html"]
    assert all("<script" not in path.read_text(encoding="utf-8") for path in others)
