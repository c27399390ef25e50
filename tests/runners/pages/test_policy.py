"""The content security policy of each page comes before anything else in it."""

import re

import pytest

from btplaybook.runners.pages.html import POLICY, TEMPLATES

DOCUMENTS = [
    path.name
    for path in sorted(TEMPLATES.glob("*.html"))
    if "<head>" in path.read_text(encoding="utf-8")
]


def test_all_kinds_of_pages_are_looked_at():
    assert {"compare.html", "search.html", "study.html", "tearsheet.html"} <= set(DOCUMENTS)


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
