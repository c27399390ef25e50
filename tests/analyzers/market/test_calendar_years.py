import pytest

from btplaybook.analyzers.market.calendar_years import full_years


@pytest.mark.parametrize(
    ("dates", "years"),
    [
        pytest.param(["1993-01-29", "1993-12-31"], [], id="begins late"),
        pytest.param(["1993-01-04", "1993-11-30"], [], id="ends early"),
        pytest.param(["1993-01-04", "1993-12-31"], [1993], id="whole"),
        pytest.param(["1993-01-07", "1993-12-25"], [1993], id="a week short at both ends"),
        pytest.param(["1993-01-08", "1993-12-25"], [], id="begins a day later"),
        pytest.param(["1993-01-07", "1993-12-24"], [], id="ends a day earlier"),
        pytest.param(
            ["1993-01-29", "1994-06-01", "1995-06-01", "1996-09-30"], [1994, 1995], id="within"
        ),
        pytest.param(["1993-01-04", "1995-12-29"], [1993, 1995], id="a year without a bar"),
        pytest.param(["1993-06-01"], [], id="one bar"),
    ],
)
def test_full_years(dates, years):
    assert full_years(dates) == years


def test_no_dates():
    with pytest.raises(ValueError, match="dates must not be empty"):
        full_years([])
