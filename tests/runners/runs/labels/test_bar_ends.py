"""Words for bars that end at the close or the open of a session."""

import re

import pytest

from btplaybook.feeds.open_to_open import NOTE
from btplaybook.feeds.samples import sample
from btplaybook.runners.pages.run_charts import position_chart
from btplaybook.runners.pages.tearsheet import tearsheet as page
from btplaybook.runners.runs.labels.bar_ends import EITHER, at_ends, common_end, end_of
from btplaybook.runners.runs.run import run


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("Closes of SPY", "open", "Opens of SPY"),
        ("marked at the last close", "open", "marked at the last open"),
        ("marked at the last close", "close", "marked at the last close"),
        ("at each close", EITHER, "at each open or close"),
        ("Closes of both", EITHER, "Opens or closes of both"),
        ("(market on close)", "open", "(market on open)"),
        ("closed; disclosed", "open", "closed; disclosed"),
    ],
)
def test_words(text, at, words):
    assert at_ends(text, at) == words


def test_what_bars_end_at_is_their_own_word():
    daily, opens = {"notes": ["tidied"]}, {"notes": ["tidied", f"{NOTE}: as told"]}
    assert [end_of(rows) for rows in ([daily], [opens], [daily, opens], [{}], [])] == [
        "close", "open", EITHER, "close", "close",
    ]  # fmt: skip
    assert common_end(["open", "open"]) == "open"


def test_a_page_of_bars_of_opens_speaks_of_the_open(simulated):
    html = page(run("sma-switch", simulated, period=8, resample="open"))
    text = re.sub(r"<script.*?</script>|<style.*?</style>", "", html, flags=re.S)
    assert re.search("Opens of [^<]+, with the position", text)
    assert "filled at the open" in text
    assert "at the open that the decision is made on (market on open, idealised)" in text
    strip = text[text.index("Filled at the") : text.index("<h3>Cost</h3>")]
    labels = re.findall(r'<th scope="row">([^<]+)', strip)
    assert [label.strip() for label in labels][:4] == [
        "Open", "Same day&#39;s close", "Next open", "Open after next",
    ]  # fmt: skip
    assert "Closes of" not in text
    assert "at each close" not in text
    assert "last close" not in text
    assert re.search(r'<details class="chip warn"><summary>open to open</summary>', text)


@pytest.mark.parametrize(("slow", "block"), [(False, True), (True, False)])
def test_a_position_that_turns_all_the_time_is_shown_as_its_mean(slow, block):
    """What would be a block of ink over 20 years is left to windows of three."""
    market = sample("sp500")
    rule = ("sma-switch", {"period": 200}) if slow else ("sign-s1", {"d": 0})
    result = run(rule[0], market, **rule[1], figures_only=True)
    chart = position_chart(result)
    lines = {line.key: line for line in chart.lines}
    assert ("net-mean" in lines) == block
    assert (lines["net"].near > 0) == block
    assert ("zoom in" in chart.label) == block
    if block:
        mean = result.daily["net"].rolling(63).mean().iloc[63:].to_numpy()
        assert lines["net-mean"].values[63:] == pytest.approx(mean, abs=1e-12)
