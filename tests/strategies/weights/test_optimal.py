"""Optimal weights against closed forms, other formulations of the same problem, and their laws."""

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.optimize import linprog
from sklearn.covariance import ledoit_wolf

from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.weights import WeightsError, covariance, mean_drawdown, mean_variance
from btplaybook.strategies.weights.solving import LEAST_ROWS

SOLVER = 1e-6


def residuals_of(m, n_rows=252, seed=0):
    """Return daily residual returns with a common theme."""
    random = np.random.default_rng(seed)
    theme = random.normal(0.0, 0.004, (n_rows, 1)) * random.normal(0.0, 1.0, m)
    return theme + random.normal(0.0, 0.015, (n_rows, m)) * random.uniform(0.5, 2.0, m)


def problem(m, seed=0):
    """Return expected returns, a covariance, betas and previous weights."""
    random = np.random.default_rng(seed + 1000)
    return (
        random.normal(0.0, 0.05, m),
        covariance(residuals_of(m, seed=seed)),
        random.uniform(0.6, 1.4, m),
        random.dirichlet(np.ones(m)),
    )


def utility(weights, expected, matrix, risk_aversion, previous=0.0, cost=0.0):
    turnover = np.abs(weights - previous).sum()
    return weights @ expected - risk_aversion * weights @ matrix @ weights - cost * turnover


def deepest_mean(weights, residuals, tail):
    """Return the CDaR by its definition: the mean of the deepest share of the drawdowns."""
    wealth = np.concatenate([[0.0], np.cumsum(residuals @ weights)])
    drawdowns = np.sort((np.maximum.accumulate(wealth) - wealth)[1:])[::-1]
    share = tail * len(drawdowns)
    whole = int(share)
    return (drawdowns[:whole].sum() + (share - whole) * drawdowns[whole]) / share


class TestCovariance:
    def test_is_ledoit_and_wolf_a_year(self):
        residuals = residuals_of(20)
        expected, _ = ledoit_wolf(residuals)
        assert covariance(residuals) == pytest.approx(252 * expected, rel=1e-12)

    def test_of_independent_names_is_nearly_diagonal(self):
        random = np.random.default_rng(3)
        found = covariance(random.normal(0.0, 0.01, (5000, 4)))
        assert found == pytest.approx(252 * 0.01**2 * np.eye(4), abs=1e-3)

    def test_leaves_out_rows_with_a_hole(self):
        residuals = residuals_of(5)
        holed = residuals.copy()
        holed[[0, 17, 100], [1, 2, 2]] = np.nan
        whole = np.delete(residuals, [0, 17, 100], axis=0)
        assert np.array_equal(covariance(holed), covariance(whole))

    def test_more_names_than_rows_is_no_trouble(self):
        matrix = covariance(residuals_of(200, n_rows=130))
        assert np.linalg.cond(matrix) < 1e4

    @pytest.mark.parametrize(
        ("residuals", "words"),
        [
            (residuals_of(3, LEAST_ROWS - 1), "125 of 125 sessions .* one of 3 names; 126 are"),
            (np.full((252, 3), np.nan), "0 of 252 sessions"),
            (residuals_of(3) * [1.0, 0.0, 1.0], "1 of 3 names do not vary"),
            (residuals_of(3)[:, :0], "no name to weigh"),
            (
                np.where(np.eye(252, 3), np.inf, residuals_of(3)),
                "3 of 756 residual returns are not",
            ),
        ],
        ids=["too few", "all NaN", "a name that does not move", "no name", "infinite"],
    )
    def test_refuses(self, residuals, words):
        with pytest.raises(WeightsError, match=words):
            covariance(residuals)

    def test_leaves_its_input_alone(self):
        residuals = residuals_of(4)
        before = residuals.copy()
        covariance(residuals)
        assert np.array_equal(residuals, before)


class TestMeanVariance:
    def test_two_names_by_hand(self):
        # d/dw of 0.1 w + 0.04 (1 - w) - 3 (0.04 w^2 + 0.09 (1 - w)^2) is 0.06 + 0.54 - 0.78 w.
        matrix = np.diag([0.04, 0.09])
        weights = mean_variance(np.array([0.1, 0.04]), matrix, risk_aversion=3.0, cap=1.0)
        assert weights == pytest.approx([0.6 / 0.78, 0.18 / 0.78], abs=SOLVER)

    def test_a_cap_that_binds_by_hand(self):
        matrix = np.diag([0.04, 0.09])
        weights = mean_variance(np.array([0.1, 0.04]), matrix, risk_aversion=3.0, cap=0.6)
        assert weights == pytest.approx([0.6, 0.4], abs=1e-9)

    @pytest.mark.parametrize("m", [2, 5, 30])
    def test_lagrange_where_no_limit_binds(self, m):
        """Return w = S^-1 (mu - nu 1) / (2 a), with nu such that the weights sum to 1."""
        expected, matrix, _, _ = problem(m)
        expected *= 1e-3
        inverse = np.linalg.inv(matrix + 0.2 * np.eye(m))
        aversion = 2.0
        nu = (inverse.sum(axis=1) @ expected - 2 * aversion) / inverse.sum()
        exact = inverse @ (expected - nu) / (2 * aversion)
        assert exact.min() > 0.0
        found = mean_variance(expected, matrix + 0.2 * np.eye(m), risk_aversion=aversion, cap=1.0)
        assert found == pytest.approx(exact, abs=SOLVER)

    @pytest.mark.parametrize("cost", [0.0, 0.012])
    @pytest.mark.parametrize("m", [12, 30, 47])
    def test_another_solver_finds_nothing_better(self, m, cost):
        """The same problem, stated to cvxpy directly and solved by an interior-point method."""
        expected, matrix, betas, previous = problem(m, seed=m)
        found = mean_variance(
            expected,
            matrix,
            risk_aversion=3.0,
            cap=0.1,
            previous=previous,
            turnover_cost=cost,
            betas=betas,
            beta_band=(0.95, 1.05),
        )
        w = cp.Variable(m)
        risk = cp.sum_squares(np.linalg.cholesky(matrix).T @ w)
        value = w @ expected - 3.0 * risk - cost * cp.norm1(w - previous)
        limits = [w >= 0, w <= 0.1, cp.sum(w) == 1, w @ betas >= 0.95, w @ betas <= 1.05]
        cp.Problem(cp.Maximize(value), limits).solve(
            solver="CLARABEL", tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10
        )
        worth = (expected, matrix, 3.0, previous, cost)
        assert utility(found, *worth) == pytest.approx(utility(w.value, *worth), abs=1e-9)
        assert found == pytest.approx(w.value, abs=2e-5)

    @settings(max_examples=25)
    @given(
        m=some.integers(11, 35),
        seed=some.integers(0, 10_000),
        aversion=some.floats(0.1, 100.0),
        cost=some.sampled_from([0.0, 0.001, 0.05]),
    )
    def test_laws(self, m, seed, aversion, cost):
        """Limits hold; no mix with another portfolio is better; names in another order: the same.

        And a larger forecast never lowers a name's weight.
        """
        expected, matrix, _, previous = problem(m, seed)
        options = {"risk_aversion": aversion, "cap": 0.1, "turnover_cost": cost}
        found = mean_variance(expected, matrix, previous=previous, **options)
        assert found.sum() == pytest.approx(1.0, abs=1e-12)
        assert found.min() >= 0.0
        assert found.max() <= 0.1 + 1e-9
        worth = (expected, matrix, aversion, previous, cost)
        best = utility(found, *worth)
        random = np.random.default_rng(seed)
        for _ in range(20):
            order = random.permutation(m)
            other = np.zeros(m)
            other[order[:10]] = 0.1
            mixed = found + random.uniform(0.0, 0.1) * (other - found)
            assert utility(mixed, *worth) <= best + 1e-8
        order = random.permutation(m)
        shuffled = mean_variance(
            expected[order],
            matrix[np.ix_(order, order)],
            previous=previous[order],
            **options,
        )
        assert shuffled == pytest.approx(found[order], abs=1e-8)
        liked = expected + 0.02 * (np.arange(m) == order[0])
        more = mean_variance(liked, matrix, previous=previous, **options)
        assert more[order[0]] >= found[order[0]] - 1e-8

    def test_the_same_twice(self):
        expected, matrix, _, previous = problem(30)
        options = {"risk_aversion": 3.0, "cap": 0.1, "previous": previous, "turnover_cost": 0.01}
        first = mean_variance(expected, matrix, **options)
        assert np.array_equal(first, mean_variance(expected, matrix, **options))

    def test_a_large_cost_keeps_what_is_held(self):
        expected, matrix, _, _ = problem(20)
        previous = np.array([0.1] * 5 + [0.05] * 8 + [0.1 / 7] * 7)
        found = mean_variance(
            expected, matrix, risk_aversion=3.0, cap=0.1, previous=previous, turnover_cost=10.0
        )
        assert found == pytest.approx(previous, abs=SOLVER)

    def test_turnover_falls_with_its_cost(self):
        expected, matrix, _, _ = problem(20)
        previous = np.full(20, 0.05)
        turnovers = [
            np.abs(
                mean_variance(
                    expected,
                    matrix,
                    risk_aversion=3.0,
                    cap=0.2,
                    previous=previous,
                    turnover_cost=cost,
                )
                - previous
            ).sum()
            for cost in (0.0, 0.005, 0.01, 0.02, 0.05)
        ]
        assert turnovers == sorted(turnovers, reverse=True)
        assert turnovers[0] > turnovers[-1] + 0.1

    def test_nothing_held_before_costs_the_same_for_all(self):
        expected, matrix, _, _ = problem(20)
        options = {"risk_aversion": 3.0, "cap": 0.1}
        free = mean_variance(expected, matrix, **options)
        dear = mean_variance(expected, matrix, turnover_cost=1.0, **options)
        from_cash = mean_variance(
            expected, matrix, turnover_cost=1.0, previous=np.zeros(20), **options
        )
        assert np.array_equal(free, dear)
        assert from_cash == pytest.approx(free, abs=SOLVER)

    @pytest.mark.parametrize("band", [(0.7, 0.8), (1.0, 1.0), (1.2, 1.25)])
    def test_the_beta_band_holds(self, band):
        expected, matrix, betas, _ = problem(30)
        found = mean_variance(
            expected, matrix, risk_aversion=3.0, cap=0.1, betas=betas, beta_band=band
        )
        assert band[0] - SOLVER <= found @ betas <= band[1] + SOLVER

    @pytest.mark.parametrize("m", [1, 3, 30])
    def test_a_cap_that_just_fills(self, m):
        expected, matrix, _, _ = problem(m)
        found = mean_variance(expected, matrix, risk_aversion=3.0, cap=1 / m)
        assert found == pytest.approx(np.full(m, 1 / m), abs=1e-9)

    def test_inputs_stay(self):
        expected, matrix, betas, previous = problem(15)
        inputs = (expected, matrix, betas, previous)
        before = [each.copy() for each in inputs]
        mean_variance(
            expected,
            matrix,
            risk_aversion=3.0,
            cap=0.1,
            betas=betas,
            beta_band=(0.9, 1.1),
            previous=previous,
            turnover_cost=0.01,
        )
        assert all(map(np.array_equal, before, inputs))


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"cap": 0.09}, WeightsError, "10 names with at most 0.09 .* must be at least 0.1"),
        ({"cap": 0.0}, StrategyError, "cap must be above 0 and at most 1, got 0.0"),
        ({"cap": 1.1}, StrategyError, "cap must be above 0 and at most 1, got 1.1"),
        ({"risk_aversion": 0.0}, StrategyError, "risk_aversion must be > 0, got 0.0"),
        ({"risk_aversion": np.nan}, StrategyError, "risk_aversion must be > 0, got nan"),
        ({"turnover_cost": -0.1}, StrategyError, "turnover_cost must be >= 0, got -0.1"),
        ({"expected": np.full(10, np.nan)}, WeightsError, "10 of 10 expected returns are not"),
        ({"covariance": np.ones((10, 10))}, WeightsError, "covariance of 10 names is singular"),
        ({"covariance": np.zeros((10, 10))}, WeightsError, "covariance of 10 names is singular"),
        ({"covariance": -np.eye(10)}, WeightsError, "covariance of 10 names is singular"),
        ({"covariance": np.full((10, 10), np.nan)}, WeightsError, "100 of 100 covariances are"),
        ({"covariance": np.eye(9)}, ValueError, r"covariances must have the shape \(10, 10\)"),
        ({"previous": np.ones(9)}, ValueError, r"previous weights must have the shape \(10,\)"),
        ({"previous": np.full(10, np.nan)}, WeightsError, "10 of 10 previous weights are not"),
        ({"beta_band": (0.9, 1.1)}, StrategyError, "a beta_band needs betas"),
        (
            {"beta_band": (1.1, 0.9), "betas": np.ones(10)},
            StrategyError,
            r"beta_band must be \(low, high\), got \(1.1, 0.9\)",
        ),
        (
            {"beta_band": (1.3, 1.4), "betas": np.linspace(0.5, 1.4, 10), "cap": 0.25},
            WeightsError,
            r"beta in \[1.3, 1.4\]: with at most 0.25 each, .* 10 names lies in \[0.650, 1.250\]",
        ),
        (
            {"expected": np.zeros(0), "covariance": np.zeros((0, 0))},
            WeightsError,
            "no name to weigh",
        ),
    ],
    ids=str,
)
def test_mean_variance_refuses(changed, error, words):
    usual = {
        "expected": np.linspace(-0.1, 0.1, 10),
        "covariance": 0.04 * np.eye(10),
        "risk_aversion": 3.0,
        "cap": 0.2,
    }
    with pytest.raises(error, match=words):
        mean_variance(**usual | changed)


def test_the_largest_beta_that_is_refused_is_not_reached():
    """The bound in words is the bound of the problem: just inside it, there are weights."""
    found = mean_variance(
        np.zeros(10),
        0.04 * np.eye(10),
        risk_aversion=3.0,
        cap=0.25,
        betas=np.linspace(0.5, 1.4, 10),
        beta_band=(1.25, 1.4),
    )
    assert found == pytest.approx([0.0] * 6 + [0.25] * 4, abs=1e-5)


class TestMeanDrawdown:
    @pytest.mark.parametrize(("m", "cap"), [(5, 0.3), (30, 0.1)])
    def test_no_other_weights_do_better(self, m, cap):
        residuals = residuals_of(m, 150)
        expected = np.random.default_rng(5).normal(0.0, 0.05, m)
        found = mean_drawdown(expected, residuals, drawdown_aversion=2.0, cap=cap)
        best = found @ expected - 2.0 * deepest_mean(found, residuals, 0.05)
        assert best == pytest.approx(linear_program(expected, residuals, cap, 2.0), abs=1e-7)
        random = np.random.default_rng(6)
        for _ in range(100):
            other = random.dirichlet(np.ones(m))
            mixed = found + 0.1 * (other - found)
            if mixed.max() > cap:
                continue
            value = mixed @ expected - 2.0 * deepest_mean(mixed, residuals, 0.05)
            assert value <= best + 1e-9

    def test_a_certain_loser_is_left_out(self):
        residuals = residuals_of(4)
        residuals[:, 2] = -0.02
        found = mean_drawdown(np.zeros(4), residuals, drawdown_aversion=1.0, cap=0.5)
        assert found[2] == 0.0

    def test_laws(self):
        """Limits hold, the order of the names does not matter, and twice is the same."""
        expected, _, betas, previous = problem(20)
        residuals = residuals_of(20)
        order = np.random.default_rng(1).permutation(20)

        def solved(names):
            return mean_drawdown(
                expected[names],
                residuals[:, names],
                drawdown_aversion=3.0,
                cap=0.1,
                previous=previous[names],
                turnover_cost=0.01,
                betas=betas[names],
                beta_band=(0.98, 1.02),
            )

        found = solved(np.arange(20))
        assert found.sum() == pytest.approx(1.0, abs=1e-12)
        assert 0.0 <= found.min() <= found.max() <= 0.1 + 1e-9
        assert 0.98 - SOLVER <= found @ betas <= 1.02 + SOLVER
        assert np.array_equal(found, solved(np.arange(20)))
        assert solved(order) == pytest.approx(found[order], abs=SOLVER)

    def test_a_large_cost_keeps_what_is_held(self):
        previous = np.array([0.1] * 5 + [0.05] * 10)
        found = mean_drawdown(
            np.linspace(-0.1, 0.1, 15),
            residuals_of(15),
            drawdown_aversion=3.0,
            cap=0.1,
            previous=previous,
            turnover_cost=10.0,
        )
        assert found == pytest.approx(previous, abs=SOLVER)

    @pytest.mark.parametrize("unit", [0.1, 7.0])
    def test_the_unit_of_money_does_not_matter(self, unit):
        expected, _, _, previous = problem(20)

        def solved(unit):
            return mean_drawdown(
                unit * expected,
                residuals_of(20),
                drawdown_aversion=unit,
                cap=0.2,
                previous=previous,
                turnover_cost=0.03 * unit,
            )

        assert solved(unit) == pytest.approx(solved(1.0), abs=SOLVER)

    def test_leaves_out_rows_with_a_hole(self):
        residuals = residuals_of(5)
        holed = residuals.copy()
        holed[17, 2] = np.nan
        options = {"drawdown_aversion": 1.0, "cap": 0.5}
        whole = mean_drawdown(np.zeros(5), np.delete(residuals, 17, axis=0), **options)
        assert np.array_equal(mean_drawdown(np.zeros(5), holed, **options), whole)

    @pytest.mark.parametrize(
        ("changed", "error", "words"),
        [
            ({"drawdown_aversion": 0.0}, StrategyError, "drawdown_aversion must be > 0, got 0.0"),
            ({"tail": 0.0}, StrategyError, "tail must be above 0 and below 0.8, got 0.0"),
            ({"residuals": residuals_of(5, 100)}, WeightsError, "100 of 100 sessions"),
            ({"residuals": residuals_of(4)}, ValueError, r"must have the shape \(252, 5\)"),
            ({"expected": np.full(5, np.nan)}, WeightsError, "5 of 5 expected returns"),
            ({"cap": 0.1}, WeightsError, "5 names with at most 0.1 each cannot sum to 1"),
        ],
        ids=str,
    )
    def test_refuses(self, changed, error, words):
        usual = {
            "expected": np.zeros(5),
            "residuals": residuals_of(5),
            "drawdown_aversion": 1.0,
            "cap": 0.5,
        }
        with pytest.raises(error, match=words):
            mean_drawdown(**usual | changed)


def linear_program(expected, residuals, cap, aversion, tail=0.05):
    """Return the best value of expected return less CDaR, as Rockafellar and Uryasev state it.

    Variables: weights w, peaks p_t, the threshold a and what drawdowns have above it, z_t.
    """
    n, m = residuals.shape
    paths = np.cumsum(residuals, axis=0)
    eye, zero = np.eye(n), np.zeros((n, n))
    rises = np.eye(n) - np.eye(n, k=-1)
    none, column = np.zeros((n, 1)), np.ones((n, 1))
    rows = [
        np.hstack([paths, -eye, none, zero]),  # p_t >= path_t
        np.hstack([np.zeros((n, m)), -rises, none, zero]),  # p_t >= p_{t-1}, p_0 >= 0
        np.hstack([-paths, eye, -column, -eye]),  # z_t >= p_t - path_t - a
    ]
    cost = np.concatenate([-expected, np.zeros(n), [aversion], np.full(n, aversion / (n * tail))])
    bounds = [(0, cap)] * m + [(0, None)] * n + [(None, None)] + [(0, None)] * n
    total = np.concatenate([np.ones(m), np.zeros(2 * n + 1)])[None, :]
    solved = linprog(cost, np.vstack(rows), np.zeros(3 * n), total, [1.0], bounds, method="highs")
    return -solved.fun
