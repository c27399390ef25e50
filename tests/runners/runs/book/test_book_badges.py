"""What the page, the terminal and run.json say of a book's hedges, decisions and idle members."""

import pytest

from btplaybook.runners.errors import ParameterError
from btplaybook.runners.pages.tearsheet import tearsheet
from btplaybook.runners.runs.book.book import Book, Member
from btplaybook.runners.runs.labels.decided_every import decided_every
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

from members import Always, Drawn, Rotating, drawn  # isort: skip


class Hedged(PlaybookStrategy):
    """Holds its first feed and sells its second one short, which it calls a hedge."""

    def target_weights(self):
        return {self.datas[0]: 0.5, self.datas[1]: -0.5}

    def remarks(self):
        return {self.datas[1]: {"role": "hedge"}}


def texts(result):
    return [badge.text for badge in result.badges]


def drawn_days(result, seed):
    """Return on how many days of a run a `Drawn` wants something."""
    days = [day.date() for day in result.daily.index]
    return sum(drawn(seed, day, 9) != 0.0 for day in days)


@pytest.mark.parametrize(
    ("weights", "why"),
    [
        ("equal", "its part of the account was in cash"),
        ("equal-risk", "it had no weight, and the others shared its part"),
    ],
)
def test_a_member_that_never_holds_anything_is_told(abc, weights, why):
    members = [
        Member(Drawn, abc["A"], name="one"),
        Member(Drawn, abc["B"], {"seed": 7}, name="two"),
        Member(Always, abc["C"], {"weight": 0.0}, name="idle"),
    ]
    result = Book(members, weights=weights).run(strips=False)
    (told,) = [badge for badge in result.badges if badge.text.startswith("never held")]
    assert told.kind == "warn"
    assert told.text == "never held anything: idle"
    assert why in told.why
    assert told.text in tearsheet(result)
    held = [each["days_held"] for each in result.sections["book"].measured["members"]]
    assert held[2] == 0
    assert held[:2] == [drawn_days(result, seed) for seed in (0, 7)]


def test_where_risk_cannot_be_equal_it_is_told(abc):
    """One member is the other with the opposite sign: together they have no risk to share."""
    members = [
        Member(Always, abc["A"], {"weight": side}, name=name)
        for name, side in (("up", 1.0), ("down", -1.0))
    ]
    result = Book(members, weights="equal-risk", window=20).run(strips=False)
    times = result.sections["book"].measured["rebalances_by_volatility"]
    assert times > 1
    assert f"no equal risk: {times} rebalances" in texts(result)
    plain = Book(members, weights="equal").run(strips=False)
    assert not [text for text in texts(plain) if "equal risk" in text or "never held" in text]


def test_hedges_of_members_are_a_side_of_their_own(abc):
    result = Book([Member(Hedged, [abc["A"], abc["B"]]), Member(Drawn, abc["C"])]).run(strips=False)
    roles = {row["instrument"]: row.get("role") for row in result.attribution["by_name"]}
    assert roles == {"A": None, "B": "hedge", "C": None}
    hedge = sum(row["total"] for row in result.attribution["by_name"] if row.get("role"))
    assert result.attribution["by_side"]["hedge"]["total"] == pytest.approx(hedge, rel=1e-12)
    # What one member hedges with and another one holds by choice is no hedge of the book.
    both = Book([Member(Hedged, [abc["A"], abc["B"]]), Member(Drawn, abc["B"])]).run(strips=False)
    assert not any(row.get("role") for row in both.attribution["by_name"])
    assert "hedge" not in both.attribution["by_side"]


@pytest.mark.parametrize(
    ("kinds", "periods", "words"),
    [
        ((Rotating, Rotating), ("month",), "last session of each month"),
        ((Drawn, Rotating), ("day", "month"), "every session or last session of each month"),
        ((Drawn, Drawn), ("day",), "every session"),
    ],
    ids=["month", "both", "day"],
)
def test_a_book_decides_when_its_members_do(abc, kinds, periods, words):
    members = [Member(kind, abc[name]) for kind, name in zip(kinds, "AB", strict=True)]
    result = Book(members).run(strips=False)
    assert decided_every(result) == periods
    assert f"<dt>Decisions</dt><dd>{words}</dd>" in tearsheet(result)
    assert decided_every(run(Drawn, abc["A"], strips=False, every="week")) == ("week",)


def test_the_terminal_says_when_members_decide(command, tmp_path):
    """Of a book the setting `every` decides nothing: its members do."""
    plan, text = tmp_path / "book.toml", "[book]\nweights = 'equal'\n"
    for every in ("week", "month"):
        text += (
            "[[member]]\nstrategy = 'sma-switch'\nsample = 'simulated'\n"
            f"name = 'by the {every}'\nevery = '{every}'\n"
        )
    plan.write_text(text)
    ended = command("run", plan, "--quick", "--out", tmp_path / "out")
    assert ended.code == 0
    assert "members every week or month" in " ".join(ended.out.split())
    assert "every day" not in ended.out


class Doubts:
    """A section whose badges are given to it."""

    name = "doubts"

    def __init__(self, *badges):
        self.given = badges

    def measure(self, ran, ledger, bars, daily):
        return {"days": len(daily)}

    def panel(self, measured):
        return None

    def badges(self, measured):
        assert measured["days"] > 0
        return self.given


def test_a_section_adds_badges_gravest_first(abc):
    given = ("bad", "made up", "It is not true."), ("info", "by hand", "Somebody wrote it.")
    result = run(Drawn, abc["A"], strips=False, sections=[Doubts(*given)])
    assert texts(result)[0] == "made up"
    assert texts(result)[-1] == "by hand"
    assert "It is not true." in tearsheet(result)
    for wrong in (("worse", "text", "why"), ("bad", "text"), "bad"):
        with pytest.raises(ParameterError, match="section doubts: badges"):
            run(Drawn, abc["A"], strips=False, sections=[Doubts(wrong)])
