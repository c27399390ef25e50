"""Thirds of each date, and figures of a basket's own names."""

import numpy as np

from btplaybook.search.factors.baskets import in_basket, thirds
from btplaybook.search.factors.information import information
from btplaybook.search.factors.labelled import labelled
from btplaybook.search.factors.quantiles import quantile_returns

N = np.nan


def test_thirds_are_those_of_each_date_among_the_stocks_that_count():
    caps = np.array([[1, 2, 3, 4, 5, 6, 99], [60, 50, 40, 30, 20, 10, N]], dtype=float)
    among = np.array([[True] * 6 + [False]] * 2)
    assert thirds(caps, among).tolist() == [[0, 0, 1, 1, 2, 2, -1], [2, 2, 1, 1, 0, 0, -1]]


def test_a_basket_of_all_has_the_figures_of_all(noise):
    values, residuals, rows = noise
    found = in_basket(values, np.ones(values.shape, dtype=bool), residuals, rows, 20)
    dates = labelled(*noise, 20)
    assert found.ic == information(dates).mean
    assert found.spread == quantile_returns(dates, 3).spread
    assert found.names == (~np.isnan(dates.values)).sum(axis=1).mean()


def test_a_basket_is_as_if_there_were_no_other_names(noise):
    values, residuals, rows = noise
    members = np.zeros(values.shape, dtype=bool)
    members[:, 5:20] = True
    found = in_basket(values, members, residuals, rows, 20)
    alone = labelled(values[:, 5:20], residuals[:, 5:20], rows, 20)
    assert np.allclose(found.ic[:5], information(alone).mean[:5], rtol=1e-9)
    assert np.allclose(found.spread[:5], quantile_returns(alone, 3).spread[:5], rtol=1e-9)


def test_a_basket_with_few_names_says_so(noise):
    values, residuals, rows = noise
    members = np.zeros(values.shape, dtype=bool)
    members[:, :9] = True
    found = in_basket(values, members, residuals, rows, 20)
    assert np.isnan(found.names)
    assert found.ic.reason == "no date has the figure"
