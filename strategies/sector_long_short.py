"""Sector long/short: the sector's stocks that should beat their fund, against the fund itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..feeds.arrays import Bools, Floats, Rows
from .base.computed_once import Same, kept, results_of
from .errors import StrategyStopped
from .playbook_strategy import PlaybookStrategy, Weights
from .sector.checks import FORECAST_WEIGHTINGS, check
from .sector.diary import Decided, Realised, Settled, Trimmed
from .sector.factors import FACTORS, Factor, Seen, value_of
from .sector.filters import Filters
from .sector.forecast import expected_residual_return, premiums, recent_weights, score_loadings
from .sector.gate import Verdict, verdict
from .sector.hedge import Book, drifted, hedged_book, trimmed_hedge
from .sector.history import History, aligned
from .sector.past import Past
from .sector.residuals import labels
from .sector.scoring import Scored, scored
from .sector.selection import best, ranking
from .sector.signals import OF_THE_ACCOUNT, Signals
from .sector.skill import Pooled, pooled_regression, rank_ic
from .sector.tracking import factor_portfolio, tracking_error
from .sector.universe import LEAST_HISTORY, Universe
from .sector.views import view_of
from .sector_account.basket import (
    Basket,
    fewest_of,
    plain_weights,
    ranked_by,
    tracking_by_size,
)
from .sector_account.feed_series import series_of
from .sector_account.known import SectorKnown
from .sector_account.observed import (
    betas_to_fund,
    core_of,
    residuals_to_fund,
    seen_after,
    universe_after,
)
from .sector_account.positions import SectorAccount
from .sector_account.whole_tables import tables_of
from .weights import (
    WeightsError,
    covariance,
    least_group_cap,
    mean_drawdown,
    mean_variance,
    mean_variance_drawdown,
)
from .weights.tracking import Tracking, tracking_of

Terms = Callable[[Scored], Floats]

HORIZONS = (30, 60)
"""Sessions ahead whose residual returns past loadings are compared with."""

STEP = 5
"""Sessions between two cross-sections that skill is measured on."""

YEAR = 252
SKILL = 756
"""Sessions of the long past that scores are checked on: three years."""
DECISIONS_A_YEAR = {"day": 252, "week": 52, "month": 12, "quarter": 4}
RECENT = 25
"""Cross-sections after which a factor's information coefficient counts half: half a year."""

NOT_OPTIMISED = "equal_variance"


class SectorLongShort(PlaybookStrategy):
    """The best-scored stocks of a sector fund, optimised against it and hedged with it.

    Rule
    ----
    At each decision: (a) the universe is what the fund holds and can be traded; (b) each stock's
    trailing beta is to the fund, not to the market; (c) stocks are scored 1 to 100 on EBIT/EV and
    on blended 30, 60 and 90-day residual momentum with its consistency, half and half; how well
    past loadings predicted the next 30 and 60 days' residual returns makes the equation from
    loadings to expected residual return; (d) the thirty best are chosen, and the basket's tracking
    error against the factors' own portfolio is reported; (e) they are weighted by mean and variance
    of their residual returns under limits, or each with the same variance where the forecasts that
    were made have been poor of late; (f) so much of the fund is sold short that the book's beta is
    its target: 0, or (g) a market view within [-0.2, 0.2].

    Timing
    ------
    Decided after the last close of each month and filled at that close by default (idealised:
    `fill` moves it). Between two decisions only the hedge is trimmed, where the book's beta has
    drifted out of its band; stocks and fund are sold alike where the hedge would pass `max_gross`.
    Statements, holdings and memberships are read as they were known.

    Sizing
    ------
    Long 100 % of the account, short the fund by the basket's beta less the target, from the shares
    that are ordered; scaled down together where that would pass `max_gross`. Back to the target
    at each decision.

    Parameters
    ----------
    etf : str
        Feed of the fund; empty takes the first feed. All other feeds are stocks.
    sector : str
        GICS sector of its stocks, where securities are given; empty takes that of the Select
        Sector SPDR of this name, and of another fund what it holds.
    core : int
        Only so many of the fund's largest holdings; 0 takes all.
    country, sub_industry : str
        Keep to stocks of these, with ";" between several; empty keeps all. Case is ignored, and
        US, USA and United States are the same country.
    min_market_cap, max_market_cap : float
        Smallest and largest market value, raw close times the shares known then; 0 sets no limit.
    names : int
        Stocks in the basket (30). 0: as few of the best as can track the factors' own portfolio
        within `tracking_limit`.
    min_price, min_dollar_volume : float
        Floors of the raw close (5) and of the median dollar volume of 60 sessions (10 million).
    min_history : int
        Sessions that a stock must have had since its first bar, >= 253 (253).
    lag_days : int
        Days after its period's end on which a statement without a filing date was known (90).
    least_value : int
        Stocks that must have EBIT/EV, >= 3 (30); else the session runs on momentum alone.
    beta_window : int
        Sessions of the trailing beta, >= 126 (252); half of them must be known.
    shrink_beta : bool
        Shrink betas towards the mean of the session's universe, after Vasicek.
    equation : {"loadings", "score"}
        What expected residual returns are linear in.
    factor_weights : {"equal", "recent"}
        Weights of the factors in the score: equal, or by their own recent rank IC. They move the
        forecasts with `equation` "score"; with "loadings", only the factors' own portfolio and the
        choice on days without a forecast.
    skill_window : int
        Sessions of past cross-sections that the equation is estimated on, >= 5 (756). Below 252 the
        estimate is noise for the most part, and the report says so.
    weighting : str
        How the basket is weighted: "mean_variance", "mean_drawdown", "mean_variance_drawdown" (both
        in one objective), "equal_variance", "inverse_variance" or "equal".
    risk_aversion : float
        Residual return a year that makes up for a variance of 1 (10).
    drawdown_aversion : float
        Residual return a year that makes up for a conditional drawdown of 100 % (1).
    cap : float
        Largest weight of a stock in the basket, in (0, 1] (0.1).
    floor : float
        Smallest weight of a stock that is chosen; names * floor must not be above 1 (0).
    sub_industry_cap : float
        Largest sum of the weights of one sub-industry; 0 sets no limit. Stocks whose
        sub-industry is not known are under none. Raised where the chosen stocks cannot fill it.
    tracking_limit : float
        Largest tracking error a year of the optimal weights against the factors' own portfolio, the
        long one of the whole universe, over the last 252 sessions; 0 sets none (0).
    turnover_cost : float
        Cost of a trade as a fraction of its value, in the optimisation alone (0.001).
    beta_band : float
        Keep the basket's beta within so much of 1; 0 sets no limit.
    gate : bool
        Equal-variance weights where the forecasts have been poor.
    gate_window, gate_least, gate_threshold : int, int, float
        Mean rank IC of the last 6 forecasts that can be judged, of at least 3, must not be below 0.
    view : str
        Target beta: a number in [-0.2, 0.2], or a rule's, such as "sma:200"; see
        `strategies.sector.views`.
    hedge_band : float
        Drift of the book's beta from its target that is trimmed (0.05).

    Source
    ------
    A letter to a blog's author by a reader, Tom, points (a) to (g): "universe of the underlying
    stock holdings ... core holdings of a specific sector ETF", "not to the SPY", "select enough of
    these stocks (say 30) so that the basket is likely to mathematically track the underlying
    return factor indexes", "if the forecasts have been poor, I would just use an equal variance
    weighting method".

    Deviations
    ----------
    The source fixes no numbers beyond those quoted; every other default here is ours. Momentum is
    taken on residual returns, so that a stock's beta does not count as momentum. The premiums of
    the equation are used as they are estimated, however wide their intervals, which are reported.
    """

    orders_by_name = True
    benchmark = "cash"
    feeds_come_and_go = True
    slow_to_decide = True
    sections = ("sector",)
    reads = ("split_factors", "holdings", "membership", "sectors", "fundamentals")

    title = "Sector long/short"

    factors: Mapping[str, Factor] = FACTORS
    """Name to function of what was `Seen`; a subclass adds its own."""

    params = (
        ("etf", ""),
        ("sector", ""),
        ("core", 0),
        ("country", ""),
        ("sub_industry", ""),
        ("min_market_cap", 0.0),
        ("max_market_cap", 0.0),
        ("names", 30),
        ("min_price", 5.0),
        ("min_dollar_volume", 10e6),
        ("min_history", LEAST_HISTORY),
        ("lag_days", 90),
        ("least_value", 30),
        ("beta_window", 252),
        ("shrink_beta", False),
        ("equation", "loadings"),
        ("factor_weights", "equal"),
        ("skill_window", 756),
        ("weighting", "mean_variance"),
        ("risk_aversion", 10.0),
        ("drawdown_aversion", 1.0),
        ("cap", 0.1),
        ("floor", 0.0),
        ("sub_industry_cap", 0.0),
        ("tracking_limit", 0.0),
        ("turnover_cost", 0.001),
        ("beta_band", 0.0),
        ("gate", True),
        ("gate_window", 6),
        ("gate_least", 3),
        ("gate_threshold", 0.0),
        ("view", "0"),
        ("hedge_band", 0.05),
        ("every", "month"),
        ("rebalance", "on_decision"),
    )

    def __init__(self) -> None:
        check(self.p)
        self.view = view_of(self.p.view)
        self.account = SectorAccount(self, self.p.etf)
        self.fund, self.stocks = self.account.fund, self.account.stocks
        self.tickers = self.account.tickers
        self.known = SectorKnown(self.p.inputs, self.account, str(self.p.sector))
        self.known.check_filters(self.p)
        self.filters = Filters(
            self.p.country, self.p.sub_industry, self.p.min_market_cap, self.p.max_market_cap
        )
        self.past = Past(STEP)
        self.diary: list[Decided] = []
        self.trims: list[Trimmed] = []
        self.settlements: list[Settled] = []
        self._kept = self._kept_signals()

    @property
    def realised(self) -> list[Realised]:
        """How well each forecast ranked the returns of the next 30 sessions, which the gate reads.

        Forecasts whose 30 sessions are over, oldest first.
        """
        return self.past.realised.get(HORIZONS[0], [])

    @property
    def realised_by_horizon(self) -> dict[int, list[Realised]]:
        """The same for each of `HORIZONS`, in sessions."""
        return {horizon: self.past.realised.get(horizon, []) for horizon in HORIZONS}

    # -- the book ------------------------------------------------------------------------------

    def target_weights(self) -> Weights | None:
        """Return the basket and its hedge."""
        self._settle_vanished()
        if len(self.fund) < self.bars_needed() or not self.account.fund_trades():
            return None
        read = self._today = self._read()
        basket = self.weigh(read.chosen, read.forecast, read.residuals, read.betas, read.judged)
        book = self.hedge(basket.weights, read.betas, read.target_beta)
        self._write(read, basket, book)
        return self.account.targets(book)

    def between_decisions(self) -> Weights | None:
        """Trim the hedge where the book's beta has left its band."""
        self._settle_vanished()
        if not self.diary or not self.account.fund_trades():
            return None
        stocks, fund = self.account.held()
        betas, target = self.diary[-1].betas, self.diary[-1].target_beta
        # Where the last stock has been settled the hedge alone is left, and goes.
        if not (stocks.any() or fund):
            return None
        if not drifted(stocks, betas, fund, target, self.p.hedge_band):
            return None
        trim = trimmed_hedge(
            stocks,
            betas,
            self.fund.close[0],
            self.account.value,
            target_beta=target,
            whole_shares=self.account.whole_shares,
        )
        held = stocks != 0.0
        before = float(stocks[held] @ betas[held]) + fund
        trimmed = Trimmed(self.account.today, before, fund, trim.hedge, target)
        weights = {self.fund: trim.hedge}
        if self._gross_of_stocks(stocks) + abs(trim.hedge) > self.account.max_gross:
            book = self._within_limit(stocks - self.account.stuck(), betas, target)
            trimmed = trimmed._replace(hedge=book.hedge, scale=book.scale)
            weights = {
                data: weight for data, weight in self.account.targets(book).items()
                if data is self.fund or self.getposition(data).size
            }  # fmt: skip
        self.trims.append(trimmed)
        return weights

    def stop(self) -> None:
        """Refuse a run in which no stock could be chosen at any decision.

        Raises
        ------
        StrategyStopped
            The message counts the reasons for exclusion on the last day.
        """
        if not self.diary or any(decided.universe.any() for decided in self.diary):
            return
        last = self.diary[-1]
        why = ", ".join(f"{count} {reason}" for reason, count in last.excluded.items() if count)
        raise StrategyStopped(
            f"no stock could be chosen in any of {len(self.diary)} decisions; on {last.date}, of "
            f"{len(self.stocks)}: {why or 'none has a score'}; look at the floors and the inputs"
        )

    def remarks(self) -> Mapping[Any, Mapping[str, Any]]:
        """Return each stock's score and beta at the last decision, and that the fund hedges."""
        if not self.diary:
            return {}
        last = self.diary[-1]
        told: dict[Any, Mapping[str, Any]] = {
            data: {"score": float(score), "beta": float(beta)}
            for data, score, beta in zip(self.stocks, last.score, last.betas, strict=True)
            if score == score
        }
        return {**told, self.fund: {"role": "hedge"}}

    def measured_against(self) -> Any:
        """Return the fund, which the book is hedged with."""
        return self.fund

    # -- its steps, each for a subclass to replace -----------------------------------------------

    def history(self) -> History:
        """Return the newest bars of all feeds on the fund's sessions, as many as the steps read."""
        rows = self._longest_past() + max(HORIZONS) + 2 * self.p.beta_window + 100
        rows = max(rows, self.view.bars, self.p.min_history)
        return aligned(series_of(self.fund, rows), [series_of(data, rows) for data in self.stocks])

    def betas(self, history: History) -> Floats:
        """Return every stock's trailing beta to the fund at every session, (n, m).

        Shrinkage is towards the mean of each session's universe.
        """
        among = self._universes(history) if self.p.shrink_beta else None
        return betas_to_fund(history, self.p.beta_window, among)

    def residuals(self, history: History, betas: Floats) -> Floats:
        """Return the daily residual returns, (n, m); 0 for a stock that stopped trading."""
        return residuals_to_fund(history, betas)

    def universe(self, history: History, row: int) -> Universe:
        """Return which stocks can be chosen after a session, which is a row of the history."""
        return universe_after(
            history,
            row,
            self.known,
            least_price=self.p.min_price,
            least_dollar_volume=self.p.min_dollar_volume,
            least_history=self.p.min_history,
            filters=self.filters,
        )

    def score(self, history: History, residuals: Floats, row: int) -> Scored:
        """Return the scores after a session, from what was known then."""
        mask = self.universe(history, row).mask & ~np.isnan(residuals[row])
        mask = core_of(mask, self.known, history.dates[row], self.p.core)
        return scored(
            self._seen(history, residuals, row),
            mask,
            self.factors,
            self.weights_of_factors(residuals[: row + 1], len(self.fund) - len(residuals) + row),
            {"value": self.p.least_value},
        )

    def weights_of_factors(self, residuals: Floats, session: int) -> Mapping[str, float]:
        """Return each factor's weight in the score: equal, or by how well it ranked of late.

        The residuals end at the session, which is numbered from the fund's first bar.
        """
        weights = dict.fromkeys(self.factors, 1.0)
        if self.p.factor_weights == "equal":
            return weights
        rows, loadings = self._ended(
            residuals, session, HORIZONS[0], self._longest_past(), lambda past: past.loadings
        )
        if not len(rows):
            return weights
        came = labels(residuals, HORIZONS[0])[rows]
        ics = np.column_stack([rank_ic(loadings[:, :, k], came) for k in range(len(weights))])
        return dict(zip(weights, recent_weights(ics, RECENT).tolist(), strict=True))

    def skill(self, residuals: Floats) -> list[Pooled]:
        """Return how well past loadings predicted residual returns, horizon by horizon."""
        found = []
        for horizon in HORIZONS:
            found.append(self._pooled(residuals, horizon, self.p.skill_window))
        return found

    def other_reading(self, residuals: Floats) -> list[Pooled]:
        """Return the same by the other reading of "the past 30 and 60 days", for comparison alone.

        The source can mean the horizon over which scores predict, or the days in which they are
        checked. `skill` reads the first, over a long past; this the second: cross-sections of
        the newest 30 sessions for the horizon of 30, of 60 for 60. With a `skill_window` below 252
        the two are exchanged.
        """
        return [
            self._pooled(residuals, horizon, horizon if self.p.skill_window >= YEAR else SKILL)
            for horizon in HORIZONS
        ]

    def forecast(self, today: Scored, equation: list[Pooled]) -> Floats:
        """Return each stock's expected residual return a year, (m,); NaN where there is none."""
        return expected_residual_return(self._terms(today), premiums(equation))

    def judge(self, history: History, residuals: Floats) -> Verdict:
        """Return whether past forecasts were good enough to set the weights.

        The shortest horizon decides; the others are judged for the report.
        """
        today, dates = len(self.fund) - 1, history.dates
        realised, *_ = [self.past.judge(today, each, residuals, dates) for each in HORIZONS]
        return verdict(
            [made.ic for made in realised],
            window=self.p.gate_window,
            least=self.p.gate_least,
            threshold=self.p.gate_threshold,
        )

    def select(self, today: Scored, forecast: Floats) -> Bools:
        """Return the stocks with the best forecasts; by their scores where there is none.

        With ``names=0`` all of them: `weigh` keeps the fewest that track the factors.
        """
        return best(ranked_by(today, forecast), today.universe, self.p.names or today.universe.size)

    def weigh(
        self, chosen: Bools, forecast: Floats, residuals: Floats, betas: Floats, judged: Verdict
    ) -> Basket:
        """Return the basket's weights: optimal, or of equal variance where forecasts are poor."""
        weights = np.zeros(chosen.shape)
        if not chosen.any():
            return Basket(weights, "flat", "no stock could be chosen")
        method, reason = self.p.weighting, ""
        if method in FORECAST_WEIGHTINGS and np.isnan(forecast).all():
            method, reason = NOT_OPTIMISED, "there is no forecast yet"
        elif method in FORECAST_WEIGHTINGS and self.p.gate and not judged.optimise:
            method, reason = NOT_OPTIMISED, judged.reason
        cap = max(self.p.cap, 1.0 / chosen.sum())
        if cap > self.p.cap:
            few = f"{chosen.sum()} names cannot fill caps of {self.p.cap:g}, raised to {cap:.3g}"
            reason = f"{reason}; {few}" if reason else few
        if not self.p.names:
            chosen, why = self.fewest(chosen, forecast, residuals, cap)
            reason = "; ".join(filter(None, [reason, why]))
        shape = self._limits_of_groups(chosen, cap)
        if shape["group_cap"] > self.p.sub_industry_cap:
            few = (
                f"their sub-industries cannot fill caps of {self.p.sub_industry_cap:g}, raised to "
                f"{shape['group_cap']:.3g}"
            )
            reason = f"{reason}; {few}" if reason else few
        recent = residuals[-YEAR:, chosen]
        if method in FORECAST_WEIGHTINGS:
            try:
                weights[chosen] = self.optimal(chosen, forecast[chosen], recent, betas[chosen], cap)
                return Basket(weights, method, reason)
            except WeightsError as error:
                method, reason = NOT_OPTIMISED, str(error)
        weights[chosen] = plain_weights(method, np.nanstd(recent, axis=0, ddof=1), cap, **shape)
        return Basket(weights, method, reason)

    def fewest(
        self, chosen: Bools, forecast: Floats, residuals: Floats, cap: float
    ) -> tuple[Bools, str]:
        """Return the fewest of the best stocks that track the factors, and why it is all of them.

        The stocks are taken in the order of their forecasts; the reason is empty where they track.
        """
        order = ranking(ranked_by(self._today.today, forecast), chosen)
        if self.p.floor:  # as many as the floor leaves room for
            order = order[: int(1.0 / self.p.floor + 1e-9)]
        try:
            size, why = fewest_of(self._tracking(order, residuals), cap)
        except WeightsError as error:
            size, why = order.size, str(error)
        fewest = np.zeros_like(chosen)
        fewest[order[:size]] = True
        return fewest, why

    def optimal(
        self, chosen: Bools, expected: Floats, residuals: Floats, betas: Floats, cap: float
    ) -> Floats:
        """Return the optimal weights of the chosen stocks.

        Raises
        ------
        WeightsError
            There are none, with the reason; the basket then falls back.
        """
        held, _ = self.account.held()
        long, band = math.fsum(held), self.p.beta_band
        limits: dict[str, Any] = {
            "cap": cap,
            "previous": held[chosen] / long if long > 0.0 else None,
            "turnover_cost": self.p.turnover_cost * DECISIONS_A_YEAR[self.p.every],
            "betas": betas if band else None,
            "beta_band": (1.0 - band, 1.0 + band) if band else None,
            **self._limits_of_groups(chosen, cap),
        }
        if self.p.tracking_limit:
            limits["tracking"] = self._tracking(np.flatnonzero(chosen), self._today.residuals)
        drawdown = {"drawdown_aversion": self.p.drawdown_aversion}
        if self.p.weighting == "mean_drawdown":
            return mean_drawdown(expected, residuals, **drawdown, **limits)
        risk, variance = covariance(residuals), {"risk_aversion": self.p.risk_aversion}
        if self.p.weighting == "mean_variance_drawdown":
            return mean_variance_drawdown(
                expected, risk, residuals, **variance, **drawdown, **limits
            )
        return mean_variance(expected, risk, **variance, **limits)

    def _limits_of_groups(self, chosen: Bools, cap: float) -> dict[str, Any]:
        """Return the floor, the chosen stocks' sub-industries and the cap that these can fill."""
        limits: dict[str, Any] = {"floor": self.p.floor, "groups": None, "group_cap": 0.0}
        if not self.p.sub_industry_cap:
            return limits
        every = self.known.sub_industries(np.datetime64(self.account.today, "D"))
        groups = tuple(every[place] for place in np.flatnonzero(chosen))
        least = least_group_cap(groups, cap, self.p.floor)
        return limits | {"groups": groups, "group_cap": max(self.p.sub_industry_cap, least)}

    def market_view(self, history: History) -> float:
        """Return the book's target beta, in [-0.2, 0.2]."""
        return self.view(history.market_close, history.market)

    def hedge(self, weights: Floats, betas: Floats, target_beta: float) -> Book:
        """Return the long book and its hedge, in whole shares where the broker trades those.

        Positions that cannot be sold today keep their weight and their beta in the book.
        """
        stuck_weight = math.fsum(self.account.stuck())
        return self._within_limit(weights * (1.0 - stuck_weight), betas, target_beta)

    def begun(self) -> bool:
        """Return whether the fund has a bar."""
        return len(self.fund) > 0

    def bars_needed(self) -> int:
        """Return the sessions of the fund up to the first decision."""
        return max(int(self.p.min_history), self.view.bars)

    # -- what the steps share --------------------------------------------------------------------

    def _within_limit(self, weights: Floats, betas: Floats, target_beta: float) -> Book:
        """Return stocks and their hedge, scaled down together where gross exposure is too much."""
        account = self.account
        stuck = account.stuck()
        stuck_beta = float(stuck[stuck > 0.0] @ betas[stuck > 0.0])

        def book(costs: float) -> Book:
            return hedged_book(
                weights,
                betas,
                account.closes(),
                self.fund.close[0],
                account.value,
                target_beta=target_beta - stuck_beta,
                whole_shares=account.whole_shares,
                max_gross=account.max_gross - math.fsum(stuck),
                costs=costs,
            )

        return book(account.costs_of(book(0.0)))

    def _read(self) -> Signals:
        """Return today's signals; those that a book on the same bars took, where they are kept."""
        if self._kept is None:
            return self._signals()
        session = len(self.fund), self.account.today
        if session in self._kept:
            read, past = self._kept[session]
            self.past = past.copy()
            return read
        read = self._signals()
        read = read._replace(residuals=read.residuals[-YEAR:].copy())  # no step reads more of them
        self._kept[session] = read, self.past.copy()
        return read

    def _signals(self) -> Signals:
        """Take every step that does not look at the account."""
        history = self.history()
        betas = self.betas(history)
        residuals = self.residuals(history, betas)
        today = self._score(history, residuals)
        equation = self.skill(residuals)
        forecast = self.forecast(today, equation)
        judged = self.judge(history, residuals)
        row = len(history.dates) - 1
        read = Signals(
            betas[-1],
            residuals,
            today,
            equation,
            forecast,
            judged,
            chosen=self.select(today, forecast),
            target_beta=self.market_view(history),
            excluded=self.universe(history, row).excluded,
            missing=self._missing(today, self._seen(history, residuals, row)),
            tracking_by_size=tracking_by_size(today, forecast, residuals),
            groups=self.known.groups(history, row),
        )
        other = self.forecast(today, self.other_reading(residuals))
        self.past.remember(len(self.fund) - 1, self.account.today, forecast, other)
        return read

    def _kept_signals(self) -> dict[Any, tuple[Signals, Past]] | None:
        """Return signals by session, to read and to add to; None where none may be shared.

        A class with methods or factors of its own shares none: its steps may look at the account,
        or decide on other days.
        """
        tables = tables_of(self.datas) if kept() and changes_no_method(type(self)) else None
        if tables is None or self.factors is not FACTORS:
            return None
        params = [
            (name, repr(value))
            for name, value in self.p._getkwargs().items()
            if name not in {*OF_THE_ACCOUNT, "inputs"}
        ]
        return results_of((tables, Same(self.p.inputs), *params))

    def _missing(self, today: Scored, seen: Seen) -> dict[str, int]:
        """Return how many stocks of the universe lack a factor, and why they lack value."""
        why = [
            f"value: {reason}"
            for reason, kept in zip(value_of(seen).reasons, today.universe, strict=True)
            if kept and reason
        ]
        return today.missing | {reason: why.count(reason) for reason in sorted(set(why))}

    def _universes(self, history: History) -> Bools:
        """Return which stocks could be chosen after each session, (n, m); each found once."""
        for row in range(len(history.dates)):
            if (day := history.dates[row]) not in self.past.universes:
                mask = self.universe(history, row).mask
                self.past.universes[day] = core_of(mask, self.known, day, self.p.core)
        return np.stack([self.past.universes[day] for day in history.dates])

    def _score(self, history: History, residuals: Floats) -> Scored:
        """Score the sessions that skill is measured on and that are new, and return today's."""
        n = len(history.dates)
        today, first = len(self.fund) - 1, len(self.fund) - n
        oldest = first + self.bars_needed() - 1 if first == 0 else first
        self.past.score(today, oldest, lambda s: self.score(history, residuals, s - first))
        return self.score(history, residuals, n - 1)

    def _pooled(self, residuals: Floats, horizon: int, window: int) -> Pooled:
        """Return how well loadings predicted, from cross-sections of so many sessions."""
        rows, loadings = self._ended(residuals, len(self.fund) - 1, horizon, window, self._terms)
        return pooled_regression(loadings, residuals, rows, horizon=horizon, few=window < YEAR)

    def _longest_past(self) -> int:
        """Return the sessions of past cross-sections that are read: a long past in any case."""
        window: int = self.p.skill_window
        return window if window >= YEAR else SKILL

    def _ended(
        self, residuals: Floats, today: int, horizon: int, window: int, terms: Terms
    ) -> tuple[NDArray[np.intp], Floats]:
        """Return the rows of past sessions whose horizon is over, and their loadings, (s, m, k)."""
        sessions, found = self.past.ended(today, horizon, window, terms)
        n_factors = 1 if self.p.equation == "score" else len(self.factors)
        loadings = np.array(found) if found else np.empty((0, len(self.stocks), n_factors))
        return sessions - (today + 1 - len(residuals)), loadings

    def _terms(self, session: Scored) -> Floats:
        """Return what the equation is linear in, (m, k)."""
        if self.p.equation == "score":
            return score_loadings(session.score)
        return np.where(session.counts, session.loadings, np.nan)

    def _seen(self, history: History, residuals: Floats, row: int) -> Seen:
        """Return what a factor may see after a session."""
        return seen_after(history, residuals, row, self.known)

    def _tracking(self, names: Rows, residuals: Floats) -> Tracking:
        """Return what tracking the factors' own portfolio with some names needs."""
        today = self._today.today
        own = factor_portfolio(today.composite, today.universe)
        return tracking_of(residuals[-YEAR:], own, names.tolist(), self.p.tracking_limit)

    def _gross_of_stocks(self, stocks: Floats) -> float:
        """Return the stocks' gross exposure: as ordered or as it is now, the larger."""
        return max(math.fsum(stocks), math.fsum(self.diary[-1].long))

    def _settle_vanished(self) -> None:
        """Close positions in stocks that stopped trading, at their last close."""
        for data, settled in self.account.vanished().items():
            self.settlements.append(settled)
            self.settle(data)

    def _write(self, read: Signals, basket: Basket, book: Book) -> None:
        """Append the decision to the diary."""
        today = read.today
        own = factor_portfolio(today.composite, today.universe)
        self.diary.append(
            Decided(
                date=self.account.today,
                universe=today.universe,
                excluded=read.excluded,
                betas=read.betas,
                factors=tuple(n for n, c in zip(self.factors, today.counts, strict=True) if c),
                missing=read.missing,
                loadings=today.loadings,
                score=today.score,
                premiums=premiums(read.equation),
                premium_intervals=np.stack(
                    [np.stack([e.coefficients, e.lower, e.upper], axis=-1) for e in read.equation]
                ),
                forecast=read.forecast,
                method=basket.method,
                reason=basket.reason,
                mean_ic=read.judged.mean_ic,
                weights=basket.weights,
                tracking_error=tracking_error(basket.weights, own, read.residuals[-YEAR:]),
                tracking_by_size=read.tracking_by_size,
                target_beta=read.target_beta,
                long=book.weights,
                hedge=book.hedge,
                scale=book.scale,
                beta=read.target_beta + book.rounding,
                rounding=book.rounding,
                countries=read.groups.countries or (),
                sub_industries=read.groups.sub_industries or (),
                market_caps=read.groups.market_caps,
            )
        )


def changes_no_method(kind: type) -> bool:
    """Return whether a class behaves as `SectorLongShort` but for parameters and constants."""
    own = kind.__mro__[: kind.__mro__.index(SectorLongShort)]
    return not any(
        (callable(value) and not isinstance(value, type)) or hasattr(value, "__get__")
        for each in own
        for value in vars(each).values()
    )
