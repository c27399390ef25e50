"""Which results are those of a neutral book."""

from types import SimpleNamespace

import pandas as pd
import pytest

from btplaybook.feeds.samples import sample
from btplaybook.runners.runs.neutrality import exposures_cancel, neutral
from btplaybook.runners.runs.run import run
from btplaybook.strategies.playbook_strategy import PlaybookStrategy

HEDGED = pd.DataFrame({"gross": [0.0, 2.0, 2.0], "net": [0.0, 0.1, -0.1]})
DIRECTIONAL = pd.DataFrame({"gross": [1.0, 1.0], "net": [1.0, -1.0]})
RETURNS_ALONE = pd.DataFrame({"return": [0.0, 0.1]})


def book(target):
    return {"sector": SimpleNamespace(measured={"neutrality": {"mean_target": target}})}


@pytest.mark.parametrize(
    ("kind", "daily", "sections", "expected"),
    [
        ("cash", HEDGED, {}, True),
        ("held", HEDGED, {}, False),
        ("none", HEDGED, {}, False),
        ("cash", DIRECTIONAL, {}, False),
        ("cash", RETURNS_ALONE, {}, False),
        ("cash", DIRECTIONAL, book(0.0), True),
        ("cash", DIRECTIONAL, book(-0.2), True),
        ("cash", HEDGED, book(0.5), False),
        ("cash", HEDGED, book(None), True),
        ("cash", HEDGED, {"sector": SimpleNamespace(measured={"another": 1})}, True),
        ("held", HEDGED, book(0.0), False),
    ],
    ids=[
        "hedged", "held", "no benchmark", "long, then short", "returns alone", "sector book",
        "market view", "sector book with beta", "no decision", "another's section",
        "sector book beside its fund",
    ],
)  # fmt: skip
def test_a_neutral_book_is_hedged_and_compared_with_cash(kind, daily, sections, expected):
    assert neutral(kind, daily, sections) is expected


@pytest.mark.parametrize(
    ("gross", "net", "expected"),
    [
        ([2.0, 2.0], [0.4, -0.4], True),
        ([2.0, 2.0], [0.41, -0.41], False),
        ([0.0, 0.0], [0.0, 0.0], False),
        ([0.1], [0.1], False),
    ],
    ids=["a fifth", "more than a fifth", "nothing held", "a little, unhedged"],
)
def test_exposures_cancel_by_day(gross, net, expected):
    assert exposures_cancel(pd.Series(gross), pd.Series(net)) is expected


class Pair(PlaybookStrategy):
    """Long the first feed and short the second, by the same amount."""

    benchmark = "cash"

    def target_weights(self):
        return {self.datas[0]: 0.5, self.datas[1]: -0.5}


def test_a_pair_is_neutral_and_a_switch_is_not():
    one, other = (sample(name, start="2018-06-01") for name in ("sp500", "nasdaq"))
    pair = run(Pair, [one, other], strips=False)
    assert pair.is_neutral
    assert not run(Pair, [one, other], strips=False, benchmark="SP500").is_neutral
    assert not run("sma-switch", one, period=20, strips=False, benchmark="cash").is_neutral
