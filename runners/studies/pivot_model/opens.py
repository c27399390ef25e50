"""The source's first question: from close to close, or from open to open."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ....feeds.arrays import Floats
from ....feeds.bars import Bars
from ....feeds.checks import STALE_OPENS
from ....search.kernels.pivot.best import drawn_lines
from ....search.kernels.pivot.line_sums import LineSums, layout_of
from ....search.kernels.pivot.scores import Forces
from ....search.kernels.pivot.space import PivotSpace, published_space
from ....strategies.rule_answer import compiled
from ....strategies.rules.pivot import pivot_side
from ...runs.labels.formats import counted, percent, percentage_points
from ...runs.sections.pictures import Chart, GroupedBars
from ...runs.sections.section import Table
from ..robust_etf.movement import check_opens
from ..robust_etf.sessions import mended_opens
from ..study import Evidence, Figure, Findings, NotCarried
from .spans import span_of
from .strengths import FAST, SLOW, SPAN
from .top_sets import PENALTY, TOP

N_LINES = 1000
"""Score lines drawn at random, the same at closes and at opens; each with all thresholds."""


class Gains(NamedTuple):
    """What the same random sets, and estimated strengths, gain from one price to the next."""

    sets: Floats
    """Of each set, shape (n_sets,), in one order whatever the prices."""
    estimated: float
    held: float
    """What holding gains."""

    @property
    def high(self) -> float:
        """Gain that the best `TOP` of the sets reach."""
        return float(np.quantile(self.sets, 1.0 - TOP))


class Both(NamedTuple):
    """Gains at closes and at opens, over the same sessions."""

    closes: Gains
    opens: Gains

    @property
    def share(self) -> float:
        """Share of the sets that gain more at closes."""
        return float(np.mean(self.closes.sets > self.opens.sets))


def closes_or_opens(evidence: Evidence) -> Findings:
    """Return what the same sets gain from close to close and from open to open."""
    space = published_space()
    found: dict[str, Both] = {}
    sound: dict[str, tuple[int, Both]] = {}
    for ticker in evidence.each(evidence.tickers, "evaluating sets"):
        try:
            check_opens(evidence, ticker)
            bars, first, _ = span_of(evidence, ticker)
        except NotCarried:
            if len(evidence.tickers) == 1:
                raise
            continue
        year = first_sound_year(bars)
        later = int(np.searchsorted(bars.dates, np.datetime64(f"{year}-01-01")))
        whole, after = gains_of(bars.close, bars.open, first, later, space, evidence.seed)
        found[ticker] = whole
        if after is not None:
            sound[ticker] = (year, after)
    if not found:
        raise NotCarried("no ticker has opens and a year of days after its warm-up")
    rows = [_row(ticker, both) for ticker, both in found.items()]
    rows += [_row(f"{ticker}, from {year}", both) for ticker, (year, both) in sound.items()]
    mended = _mended(evidence, space) if evidence.main in found else None
    if mended is not None:
        rows.append(_row(f"{evidence.main}, {counted(mended[1], 'open')} replaced", mended[0]))
    return Findings(
        words=(_told(found), *_stale(evidence, found, sound), *_replaced(evidence, found, mended)),
        figures=[figure for t, both in found.items() for figure in _figures(t, both)],
        charts=[
            Chart(
                f"Gain that the best {percent(TOP, 0)} of the sets reach",
                GroupedBars(
                    "pivot-closes-opens",
                    "Gain of the best hundredth of the same sets at closes and at opens",
                    {
                        "closes": {t: both.closes.high for t, both in found.items()},
                        "opens": {t: both.opens.high for t, both in found.items()},
                    },
                    percent=True,
                ),
                "Sums of daily returns of the price, no costs.",
            )
        ],
        tables=[
            Table(
                "Closes and opens",
                (
                    "mean of sets, closes", "opens", f"top {percent(TOP, 0)}, closes", "opens",
                    "best, closes", "opens", "sets better at closes", "estimated, closes", "opens",
                ),
                rows,
                f"{N_LINES:,} lines drawn at random, {space.sets_per_line:,} sets each, the same "
                "ones at both prices. Sums of daily returns of the price, no costs; each decides "
                "and fills at the price named.",
            )
        ],
    )  # fmt: skip


def gains_of(
    close: Floats, open: Floats, first: int, later: int, space: PivotSpace, seed: int
) -> tuple[Both, Both | None]:
    """Return the gains from a bar to the last, and those from a later bar on.

    Parameters
    ----------
    close, open : ndarray of shape (n_bars,)
        Prices, oldest first, > 0.
    first : int
        Bar of the first decision that counts.
    later : int
        Bar from which gains are counted once more; not after `first`: None is returned for them.
    space : PivotSpace
        Whose lines are drawn.
    seed : int
        Of the draw.
    """
    closes = _gains(close, first, later, space, seed)
    opens = _gains(open, first, later, space, seed)
    whole, *rest = [Both(*pair) for pair in zip(closes, opens, strict=True)]
    return whole, rest[0] if rest else None


def first_sound_year(bars: Bars) -> int:
    """Return the year after the last one in which more than `STALE_OPENS` of the opens are stale.

    A stale open equals the previous close; without such a year the first year is returned. Years
    count only up to the first one whose opens are sound.
    """
    years = bars.dates[1:].astype("datetime64[Y]").astype(np.int64) + 1970
    stale = bars.open[1:] == bars.close[:-1]
    for year in np.unique(years).tolist():
        if np.mean(stale[years == year]) <= STALE_OPENS:
            return int(year)
    return int(years[-1]) + 1


def _gains(prices: Floats, first: int, later: int, space: PivotSpace, seed: int) -> list[Gains]:
    """Return gains from `first` on and, where `later` is after it, from there on."""
    returns = np.append(prices[1:] / prices[:-1] - 1.0, 0.0)
    last = prices.size - 1
    ends = [later, last] if first < later < last else [last]
    sums = LineSums(Forces(prices), layout_of(returns, returns, first, ends), space)
    sets = []
    for line in drawn_lines(space, N_LINES, seed):
        found = sums(line)
        sets.append(found.gains[:, 0, found.levels.rule_of_set])
    gains = np.concatenate(sets, axis=1)
    sides = compiled(pivot_side)(
        prices, True, SLOW, FAST, SPAN, 45.0, 0.0, 0.0, 0.0, 0.0, 0, PENALTY
    )
    of_day = sides * returns
    begins = [first, *ends[:-1]]
    own = [gains[-1], *([gains[-1] - gains[0]] if len(ends) > 1 else [])]
    return [
        Gains(sets, float(of_day[begin:last].sum()), float(returns[begin:last].sum()))
        for sets, begin in zip(own, begins, strict=True)
    ]


def _mended(evidence: Evidence, space: PivotSpace) -> tuple[Both, int] | None:
    """Return the main ticker's gains with wrong opens replaced, and how many; None without file."""
    ticker = evidence.main
    file = evidence.file(f"{ticker}_suspect_opens.csv")
    if file is None:
        return None
    bars, first, _ = span_of(evidence, ticker)
    opens, count = mended_opens(bars, file)
    if not count:
        return None
    return gains_of(bars.close, opens, first, first, space, evidence.seed)[0], count


def _row(name: str, both: Both) -> tuple[str, ...]:
    closes, opens = both
    return (
        name,
        *(percent(float(one.sets.mean()), 1) for one in both),
        *(percent(one.high, 1) for one in both),
        *(percent(float(one.sets.max()), 1) for one in both),
        percent(both.share, 1),
        percent(closes.estimated, 1),
        percent(opens.estimated, 1),
    )


def _figures(ticker: str, both: Both) -> list[Figure]:
    figures = []
    for name, one in zip(("closes", "opens"), both, strict=True):
        held = f"Holding gains {percent(one.held, 1)}."
        for id, what, value in (
            ("mean", "mean of random sets", float(one.sets.mean())),
            ("high", f"what the best {percent(TOP, 0)} reach", one.high),
            ("best", "best of random sets", float(one.sets.max())),
            ("estimated", "estimated strengths", one.estimated),
        ):
            figures.append(
                Figure(
                    f"opens.{id}_{name}", ticker, f"gain from {name} to {name}, {what}", None,
                    100.0 * value, "%", held,
                )
            )  # fmt: skip
    figures.append(
        Figure(
            "opens.better_at_closes", ticker, "sets that gain more at closes", None,
            100.0 * both.share, "%", f"Of {both.closes.sets.size:,} sets.",
        )
    )  # fmt: skip
    return figures


def _better(both: Both) -> str:
    """Return where the sets gain more, by their mean and by what the best reach."""
    mean = both.closes.sets.mean() > both.opens.sets.mean()
    high = both.closes.high > both.opens.high
    return "closes" if mean and high else "opens" if not mean and not high else "neither"


def _told(found: dict[str, Both]) -> str:
    where: dict[str, list[str]] = {"closes": [], "opens": [], "neither": []}
    for ticker, both in found.items():
        where[_better(both)].append(ticker)
    estimated = [t for t, both in found.items() if both.closes.estimated > both.opens.estimated]
    told = (
        "The source asked this first and does not print its answer. By the mean of the same random "
        "sets and by what the best hundredth reach, closes are the better prices on "
        f"{', '.join(where['closes']) or 'none'}, opens on {', '.join(where['opens']) or 'none'}"
    )
    if where["neither"]:
        told += f"; the two measures differ on {', '.join(where['neither'])}"
    gaps = [abs(both.closes.sets.mean() - both.opens.sets.mean()) for both in found.values()]
    told += f". The means differ by at most {percentage_points(float(max(gaps)), 0)}"
    return (
        f"{told}. Estimated strengths gain more at closes on {len(estimated)} of {len(found)}. The "
        "best set of either price is the luckiest of millions, and decides nothing."
    )


def _stale(
    evidence: Evidence, found: dict[str, Both], sound: dict[str, tuple[int, Both]]
) -> tuple[str, ...]:
    """Return what the years with stale opens change, for the first ticker that has some."""
    for ticker, (year, after) in sound.items():
        whole = found[ticker]
        warned = [text for text in evidence.of(ticker).warnings if text.startswith("open equals")]
        same = _better(whole) == _better(after)
        return (
            f"{ticker}'s early opens are no sure prices ({'; '.join(warned)}): "
            f"a set can gain there from an open at which nobody traded. From {year} on the mean is "
            f"{percent(float(after.closes.sets.mean()), 1)} at closes and "
            f"{percent(float(after.opens.sets.mean()), 1)} at opens, the best hundredth reach "
            f"{percent(after.closes.high, 1)} and {percent(after.opens.high, 1)}: "
            f"{'the answer is the same' if same else 'the answer is another one'}.",
        )
    return ()


def _replaced(
    evidence: Evidence, found: dict[str, Both], mended: tuple[Both, int] | None
) -> tuple[str, ...]:
    if mended is None:
        return ()
    both, count = mended
    before = found[evidence.main].opens
    worth = percentage_points(abs(both.opens.estimated - before.estimated), 1)
    return (
        f"With {counted(count, 'open')} of {evidence.main} replaced by those of another feed, the "
        f"mean at opens goes from {percent(float(before.sets.mean()), 1)} to "
        f"{percent(float(both.opens.sets.mean()), 1)}, what the best hundredth reach from "
        f"{percent(before.high, 1)} to {percent(both.opens.high, 1)}, estimated strengths from "
        f"{percent(before.estimated, 1)} to {percent(both.opens.estimated, 1)}: so many "
        f"wrong opens are worth {worth} there.",
    )
