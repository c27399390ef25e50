"""The fund against the basket: the book's beta, its gross exposure, and the broker's own sizes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from btplaybook.brokers.sizing import target_shares
from btplaybook.strategies.errors import StrategyError
from btplaybook.strategies.sector.hedge import drifted, hedged_book, trimmed_hedge

ARITHMETIC = 1e-12
nan = np.nan


def book_of(weights, betas, prices, etf_price=50.0, equity=1e6, **options):
    usual = {"target_beta": 0.0, "whole_shares": False, "max_gross": 2.5}
    arrays = (np.array(each, float) for each in (weights, betas, prices))
    return hedged_book(*arrays, etf_price, equity, **usual | options)


@some.composite
def books(draw):
    """Return the arguments of a book of up to 30 names."""
    m = draw(some.integers(1, 30))
    random = np.random.default_rng(draw(some.integers(0, 10_000)))
    arrays = (
        random.dirichlet(np.ones(m)) * (random.random(m) < 0.8),
        random.normal(1.0, draw(some.sampled_from([0.1, 0.5, 2.0])), m),
        random.uniform(5.0, 500.0, m).round(2),
        round(random.uniform(20.0, 200.0), 2),
        draw(some.sampled_from([1e4, 1e6, 10e6, 123_456_789.01])),
    )
    options = {
        "target_beta": draw(some.floats(-0.2, 0.2)),
        "max_gross": draw(some.sampled_from([0.5, 1.0, 1.5, 2.0, 2.5])),
        "costs": draw(some.sampled_from([0.0, 0.001, 0.01])) * arrays[-1],
    }
    return arrays, options


def test_by_hand():
    """Half in a name of beta 1.2, half in one of 0.8: the fund is short all of it."""
    book = book_of([0.5, 0.5], [1.2, 0.8], [10.0, 20.0])
    assert book.weights.tolist() == [0.5, 0.5]
    assert book.hedge == pytest.approx(-1.0, abs=ARITHMETIC)
    assert (book.scale, book.rounding) == (1.0, 0.0)
    assert book.beta_before == pytest.approx(1.0, abs=ARITHMETIC)
    assert book.beta_after == pytest.approx(0.0, abs=ARITHMETIC)
    assert book.gross == pytest.approx(2.0, abs=ARITHMETIC)


def test_whole_shares_by_hand():
    """1,000 buy 33 shares at 30 and none at 1,001; 1.5 x 990 are 29.7 shares of the fund at 50."""
    options = {"equity": 1000.0, "whole_shares": True, "max_gross": 5.0}
    book = book_of([1.0, 1.0], [1.5, 1.0], [30.0, 1001.0], **options)
    assert book.weights == pytest.approx([0.99, 0.0], abs=ARITHMETIC)
    assert book.hedge == pytest.approx(-1.5, abs=ARITHMETIC)
    assert book.beta_before == pytest.approx(1.485, abs=ARITHMETIC)
    assert book.beta_after == pytest.approx(-0.015, abs=ARITHMETIC)
    assert book.rounding == book.beta_after


def test_costs_come_on_top():
    """Sizes are of equity before costs; beta is measured on what is left of it."""
    book = book_of([0.5, 0.5], [1.0, 1.0], [10.0, 20.0], target_beta=0.2, costs=10_000.0)
    assert book.weights.tolist() == [0.5, 0.5]
    assert book.hedge == pytest.approx(0.2 * 0.99 - 1.0, abs=ARITHMETIC)
    assert book.beta_before == pytest.approx(1 / 0.99, abs=ARITHMETIC)
    assert book.beta_after == pytest.approx(0.2, abs=ARITHMETIC)


@pytest.mark.parametrize(
    ("betas", "target", "max_gross", "scale"),
    [
        pytest.param([1.5, 1.5], 0.0, 2.0, 0.8, id="2.5 must be 2"),
        pytest.param([1.0, 1.0], 0.2, 1.5, 0.85, id="s + (s - 0.2) is 1.5"),
        pytest.param([1.0, 1.0], -0.2, 1.5, 0.65, id="s + (s + 0.2) is 1.5"),
        pytest.param([0.1, 0.1], 0.2, 1.0, 0.8 / 0.9, id="long of the fund: s + 0.2 - 0.1 s is 1"),
        pytest.param([1.0, 1.0], 0.0, 2.0, 1.0, id="just fits"),
    ],
)
def test_the_scale_by_hand(betas, target, max_gross, scale):
    book = book_of([0.5, 0.5], betas, [10.0, 20.0], target_beta=target, max_gross=max_gross)
    assert book.scale == pytest.approx(scale, abs=1e-11)
    assert book.weights == pytest.approx([scale / 2] * 2, abs=1e-11)
    assert book.beta_after == pytest.approx(target, abs=ARITHMETIC)


def test_a_hedge_rounded_up_makes_room_for_itself():
    """16.7 shares at 60 are 17, and 1 + 1.02 would pass 2.005: half a share is left free."""
    options = {"etf_price": 60.0, "equity": 1000.0, "whole_shares": True}
    assert book_of([1.0], [1.0], [10.0], **options).gross == pytest.approx(2.02, abs=ARITHMETIC)
    book = book_of([1.0], [1.0], [10.0], max_gross=2.005, **options)
    assert book.scale == pytest.approx((2.005 - 0.03) / 2, abs=1e-11)
    assert book.weights == pytest.approx([0.98], abs=ARITHMETIC)
    assert book.hedge == pytest.approx(-0.96, abs=ARITHMETIC)


def test_an_empty_basket_is_the_view_alone():
    book = book_of([0.0, 0.0], [nan, nan], [nan, nan], target_beta=0.1)
    assert not book.weights.any()
    assert (book.hedge, book.scale, book.gross) == (0.1, 1.0, 0.1)


@given(books())
def test_beta_is_met(arguments):
    """Fractions meet it; whole shares miss by half a share of the fund at most."""
    arrays, options = arguments
    *_, betas, _, etf_price, equity = arrays
    net = equity - options["costs"]
    book = hedged_book(*arrays, whole_shares=False, **options)
    assert abs(book.beta_after - options["target_beta"]) <= ARITHMETIC
    book = hedged_book(*arrays, whole_shares=True, **options)
    assert abs(book.beta_after - options["target_beta"]) <= 0.5 * etf_price / net + ARITHMETIC
    assert book.rounding == book.beta_after - options["target_beta"]
    exact = (book.weights @ betas + book.hedge) * equity / net
    assert book.beta_after == pytest.approx(exact, abs=ARITHMETIC)


@given(books(), some.booleans())
def test_gross_exposure_keeps_its_limit(arguments, whole):
    """Always; and where the basket is scaled, the limit is used up but for what shares can add."""
    arrays, options = arguments
    weights, betas, prices, etf_price, equity = arrays
    book = hedged_book(*arrays, whole_shares=whole, **options)
    assert book.gross <= options["max_gross"]
    assert book.gross == pytest.approx(book.weights.sum() + abs(book.hedge), abs=ARITHMETIC)
    assert 0.0 <= book.scale <= 1.0
    if not whole:
        assert book.weights == pytest.approx(book.scale * weights, abs=ARITHMETIC)
        if book.scale < 1.0:
            assert book.gross == pytest.approx(options["max_gross"], abs=1e-11)
    elif 0.0 < book.scale < 1.0:
        held = weights > 0.0
        floors = prices[held] @ (2.0 + 2.0 * np.abs(betas[held]))
        assert book.gross >= options["max_gross"] - (floors + 2.0 * etf_price) / equity


@given(books())
def test_the_broker_sizes_the_same_whole_shares(arguments):
    arrays, options = arguments
    weights, _, prices, etf_price, equity = arrays
    book = hedged_book(*arrays, whole_shares=True, **options)
    sized = [
        target_shares(weight, equity, price, whole=True)
        for weight, price in zip(book.weights, prices, strict=True)
    ]
    assert np.array(sized) * prices / equity == pytest.approx(book.weights, rel=1e-12, abs=1e-15)
    wanted = [
        target_shares(book.scale * weight, equity, price, whole=True)
        for weight, price in zip(weights, prices, strict=True)
    ]
    assert sized == wanted
    fund = target_shares(book.hedge, equity, etf_price, whole=True)
    assert fund * etf_price / equity == pytest.approx(book.hedge, rel=1e-12, abs=1e-15)


@given(some.integers(1, 40_000_000), some.floats(0.5, 900.0), some.floats(1e3, 1e9))
def test_a_share_is_never_lost_to_rounding(shares, price, equity):
    """Also of tens of millions, where what the broker forgives is less than a rounding."""
    weight = (shares + 0.5) * price / equity
    book = book_of([weight], [0.0], [price], price, equity, whole_shares=True, max_gross=1e12)
    assert target_shares(book.weights[0], equity, price, whole=True) == shares


@given(books(), some.booleans(), some.randoms())
def test_the_order_of_names_does_not_matter(arguments, whole, random):
    (weights, betas, prices, *fund), options = arguments
    order = random.sample(range(weights.size), weights.size)
    book = hedged_book(weights, betas, prices, *fund, whole_shares=whole, **options)
    turned = hedged_book(
        weights[order], betas[order], prices[order], *fund, whole_shares=whole, **options
    )
    share = fund[0] / fund[1] if whole else 0.0  # a sum on the edge of a half may round both ways
    assert turned.hedge == pytest.approx(book.hedge, abs=share + ARITHMETIC)
    assert turned.scale == pytest.approx(book.scale, abs=ARITHMETIC)


def test_ten_million_of_thirty_names_are_within_two_thousandths():
    random = np.random.default_rng(0)
    for _ in range(200):
        book = hedged_book(
            random.dirichlet(np.full(30, 10.0)),
            random.normal(1.0, 0.3, 30),
            random.uniform(5.0, 1500.0, 30).round(2),
            round(random.uniform(20.0, 500.0), 2),
            10e6,
            target_beta=random.uniform(-0.2, 0.2),
            whole_shares=True,
            max_gross=2.5,
        )
        assert abs(book.rounding) < 0.002


def test_inputs_stay():
    arrays = [np.array([0.5, 0.5]), np.array([1.5, 1.5]), np.array([30.0, 70.0])]
    before = [each.copy() for each in arrays]
    hedged_book(*arrays, 50.0, 1e5, target_beta=0.0, whole_shares=True, max_gross=1.0)
    assert all(map(np.array_equal, before, arrays))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"weights": [0.5, -0.5]}, "weights of the basket must be >= 0"),
        ({"weights": [0.5, nan]}, "weights of the basket must be >= 0, and none may be NaN"),
        ({"betas": [1.0, nan]}, r"names are held whose beta is not known: columns \[1\]"),
        ({"prices": [nan, 10.0]}, r"names are held whose price is not above 0: columns \[0\]"),
        ({"prices": [0.0, 0.0]}, r"names are held whose price is not above 0: columns \[0, 1\]"),
        ({"etf_price": nan}, "the fund's price must be > 0, got nan"),
        ({"equity": 0.0}, "equity must be > 0, got 0.0"),
        ({"equity": nan}, "equity must be > 0, got nan"),
        ({"costs": -1.0}, "costs must be >= 0 and below equity, 1000000.0, got -1.0"),
        ({"costs": 1e6}, "costs must be >= 0 and below equity"),
        ({"target_beta": 0.3, "max_gross": 0.3}, "target_beta must be smaller than max_gross, 0.3"),
        ({"target_beta": nan}, "target_beta must be smaller than max_gross, 2.5, got nan"),
    ],
    ids=str,
)
def test_refuses(changed, words):
    usual = {"weights": [0.5, 0.5], "betas": [1.0, 1.0], "prices": [10.0, 20.0]}
    with pytest.raises(StrategyError, match=words):
        book_of(**usual | changed)


def test_an_account_too_small_for_a_share_is_told_so():
    options = {"equity": 100.0, "whole_shares": True, "target_beta": 0.2, "max_gross": 0.25}
    with pytest.raises(StrategyError, match=r"keeps to max_gross, 0.25: a share .* is 0.39 of the"):
        book_of([0.0], [1.0], [10.0], 39.0, **options)


@pytest.mark.parametrize(
    ("etf_weight", "band", "left"),
    [(-1.0, 0.05, False), (-0.95, 0.05, False), (-0.94, 0.05, True), (-1.06, 0.05, True)],
)
def test_drifted(etf_weight, band, left):
    weights, betas = np.array([0.5, 0.5, 0.0]), np.array([1.25, 0.75, nan])
    assert drifted(weights, betas, etf_weight, 0.0, band + 1e-12) is left
    assert drifted(weights, betas, etf_weight + 0.125, 0.125, band + 1e-12) is left


def test_drifted_refuses():
    with pytest.raises(StrategyError, match=r"band must be >= 0, got -0\.1"):
        drifted(np.ones(1), np.ones(1), -1.0, 0.0, -0.1)
    with pytest.raises(StrategyError, match="beta is not known"):
        drifted(np.ones(1), np.array([nan]), -1.0, 0.0, 0.1)


@given(books(), some.booleans())
def test_a_trim_is_the_hedge_of_the_basket_as_it_is(arguments, whole):
    (weights, betas, prices, *fund), options = arguments
    book = hedged_book(weights, betas, prices, *fund, whole_shares=whole, **options)
    del options["max_gross"]
    trim = trimmed_hedge(book.weights, betas, *fund, whole_shares=whole, **options)
    assert trim.hedge == pytest.approx(book.hedge, abs=ARITHMETIC)
    assert trim.beta_after == pytest.approx(book.beta_after, abs=ARITHMETIC)
    assert not drifted(book.weights, betas, trim.hedge, trim.beta_after, 0.2)


@pytest.mark.parametrize(
    ("whole", "hedge"),
    [pytest.param(False, -1.02, id="exact"), pytest.param(True, -1.0, id="20.4 shares are 20")],
)
def test_a_trim_takes_the_nearest_number_of_shares(whole, hedge):
    trim = trimmed_hedge(
        np.array([1.02]), np.array([1.0]), 50.0, 1000.0, target_beta=0.0, whole_shares=whole
    )
    assert trim.hedge == pytest.approx(hedge, abs=ARITHMETIC)
    assert trim.beta_after == pytest.approx(1.02 + hedge, abs=ARITHMETIC)
