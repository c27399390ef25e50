"""The result of a test of one factor."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ...feeds.arrays import Dates, Rows
from ...feeds.bars import Bars
from ...search.factors.decay import Faded
from ...search.factors.information import Information
from ...search.factors.persistence import Persistence
from ...search.factors.quantiles import Quantiles
from ...search.factors.turnover import Turnover, break_even_bp, net_of_costs
from ..runs.labels.formats import counted, number, percent, probability
from ..runs.labels.text_table import text_table
from ..runs.provenance import described, versions
from ..runs.result import SCHEMA, Badge, plain_number
from ..runs.sector.survivorship import BADGE as SURVIVORSHIP
from ..runs.sector.survivorship import known_bias
from .baskets import Baskets
from .plain import estimate, known
from .tried import Tried


class AtHorizon(NamedTuple):
    """What a factor predicted over one horizon."""

    information: Information
    quantiles: Quantiles
    turnover: Turnover

    @property
    def break_even_bp(self) -> float:
        """Cost of an order, in basis points one way, at which top less bottom earns nothing.

        NaN where it earns nothing before costs.
        """
        return break_even_bp(self.quantiles.spread.mean, self.turnover.traded)

    def net(self, cost_bps: float) -> float:
        """Return top less bottom a year when each order costs so many basis points."""
        return net_of_costs(self.quantiles.spread.mean, self.turnover.traded, cost_bps)


def counted_rows(at: Mapping[int, AtHorizon], rows: Rows) -> Rows:
    """Return the sessions of the dates that count at some horizon; `rows`, all, where none does."""
    counting = [found.information.rows for found in at.values()]
    found: Rows = np.unique(np.concatenate(counting)) if counting else rows[:0]
    return found if found.size else rows


class Universe(NamedTuple):
    """The stocks that a factor was tested on."""

    fund: str
    stocks: int
    """Stocks whose bars were given."""
    names: tuple[int, float, int]
    """Least, mean and largest number of them in the universe of a date."""
    coverage: float
    """Mean share of the universe that the factor is known for."""
    excluded: dict[str, int]
    """Reason to number of stocks that it kept out on the last date."""


@dataclass(frozen=True, eq=False, repr=False)
class FactorTestResult:
    """The result of a test of one factor.

    Attributes
    ----------
    factor, words : str
        Its name, and the first paragraph of its docstring.
    sha256 : str
        Hash of the code of a factor of a user's own; else empty.
    settings : dict
        JSON values: start, end, seed, no_dividends, horizons, step, quantiles, cost_bps, and
        `params`, those of the universe.
    bars : list of Bars
        The fund's and the stocks'.
    inputs : list of dict
        The other inputs, as a run keeps them.
    badges : list of Badge
        Reasons to doubt it, the gravest first.
    universe : Universe
    dates : ndarray of datetime64[D], shape (n,)
        The fund's sessions; rows of the figures are places in it.
    window : tuple of (str, str)
        First and last date that counts at some horizon: at least 10 stocks have a value and a
        label.
    cross_sections : int
        Dates that the factor was called on, those that do not count included.
    horizons : dict of int to AtHorizon
    decay : list of Faded
    half_life : int or None
        As `search.factors.decay.half_life` returns it.
    persistence : Persistence
    baskets : Baskets
    tried : Tried or None
        Every factor that was tested on these bars on this machine; None where the ledger of trials
        could not be read. The only part that depends on more than the arguments.
    """

    factor: str
    words: str
    sha256: str
    settings: dict[str, Any]
    bars: list[Bars]
    inputs: list[dict[str, Any]]
    badges: list[Badge]
    universe: Universe
    dates: Dates
    window: tuple[str, str]
    cross_sections: int
    horizons: dict[int, AtHorizon]
    decay: list[Faded]
    half_life: int | None
    persistence: Persistence
    baskets: Baskets
    tried: Tried | None = field(default=None)

    @property
    def short_name(self) -> str:
        """The factor's name without its module or file."""
        return self.factor.rpartition(":")[2]

    @property
    def counted_dates(self) -> int:
        """Number of dates that count at some horizon."""
        none = np.zeros(0, dtype=np.intp)
        return int(counted_rows(self.horizons, none).size)

    @property
    def survivors_only(self) -> bool:
        """Whether a badge says that all stocks of the panel were listed to its end."""
        return any(one.text == SURVIVORSHIP for one in self.badges)

    @property
    def cost_bps(self) -> float:
        """Cost of an order in basis points, of the net figures."""
        return float(self.settings["cost_bps"])

    def __repr__(self) -> str:
        """Return the figures of each horizon as text."""
        rows = [("sessions", "mean IC", "p", "top less bottom a year", "p", "break even")]
        for horizon, found in self.horizons.items():
            ic, spread = found.information.mean, found.quantiles.spread
            rows.append(
                (
                    str(horizon),
                    number(ic.mean, 3),
                    probability(known(ic.p_value)),
                    percent(spread.mean, 1),
                    probability(known(spread.p_value)),
                    f"{number(known(found.break_even_bp), 0)} bp",
                )
            )
        return text_table(
            f"FactorTestResult: {self.short_name} on {self.universe.fund}, {self.window[0]} to "
            f"{self.window[1]}, {counted(self.cross_sections, 'cross-section')}",
            rows,
            "result.write(folder) keeps it",
        )

    def plain(self) -> dict[str, Any]:
        """Return the content of factor_test.json."""
        return {
            "schema": SCHEMA,
            "factor": {
                "name": self.factor,
                "words": self.words,
                **({"sha256": self.sha256} if self.sha256 else {}),
            },
            "settings": self.settings,
            "window": {
                "first": self.window[0],
                "last": self.window[1],
                "dates": self.counted_dates,
            },
            "data": [described(bars) for bars in self.bars],
            **({"inputs": self.inputs} if self.inputs else {}),
            "universe": self._universe(),
            **({"survivorship_bias": self._bias()} if self.survivors_only else {}),
            "horizons": {str(h): self._horizon(found) for h, found in self.horizons.items()},
            "quantiles": {
                str(h): [estimate(one) for one in found.quantiles.returns]
                for h, found in self.horizons.items()
            },
            "series": {str(h): self._series(found) for h, found in self.horizons.items()},
            "decay": {
                "half_life": self.half_life,
                "horizons": [
                    {
                        "horizon": one.horizon,
                        "ic": estimate(one.ic),
                        "spread_per_day": estimate(one.spread_per_day),
                    }
                    for one in self.decay
                ],
            },
            "turnover": {
                str(h): {
                    name: known(value) if isinstance(value, float) else int(value)
                    for name, value in found.turnover._asdict().items()
                }
                for h, found in self.horizons.items()
            },
            "persistence": self._persistence(),
            "baskets": [
                {
                    "kind": one.kind,
                    "name": one.name,
                    "horizons": {
                        str(h): {
                            "names": known(within.names),
                            "ic": estimate(within.ic),
                            "spread": estimate(within.spread),
                        }
                        for h, within in one.horizons.items()
                    },
                }
                for one in self.baskets.found
            ],
            "baskets_unknown": self.baskets.unknown,
            "trials": None if self.tried is None else self.tried.plain(),
            "versions": versions(),
        }

    def to_json(self) -> str:
        """Return factor_test.json; but for `trials`, equal inputs give equal text."""
        return json.dumps(self.plain(), indent=2, allow_nan=False, default=plain_number) + "\n"

    def write(self, folder: str | Path) -> None:
        """Write factor_test.html and factor_test.json; see `records.write.write_factor_test`."""
        from ..runs.on_demand import from_records

        from_records("write", "write_factor_test")(self, folder)

    def _bias(self) -> dict[str, Any]:
        """Return, by horizon, how far survivors alone carry the factor; None where not known."""
        found = {}
        for horizon in self.horizons:
            bias = known_bias(self.short_name, horizon)
            found[str(horizon)] = None if bias is None else bias.plain()
        return found

    def _universe(self) -> dict[str, Any]:
        least, mean, most = self.universe.names
        return {
            "fund": self.universe.fund,
            "stocks": self.universe.stocks,
            "cross_sections": self.cross_sections,
            "names": {"least": least, "mean": mean, "most": most},
            "coverage": self.universe.coverage,
            "excluded_on_last": self.universe.excluded,
        }

    def _horizon(self, found: AtHorizon) -> dict[str, Any]:
        ics = found.information.ics
        even = found.break_even_bp
        return {
            "ic": estimate(found.information.mean),
            "ic_deviation": known(float(ics.std(ddof=1))) if ics.size > 1 else None,
            "ic_positive": known(float((ics > 0.0).mean())) if ics.size else None,
            "spread": estimate(found.quantiles.spread),
            "spread_net": known(found.net(self.cost_bps)),
            "monotonicity": known(found.quantiles.monotonicity),
            "break_even_bp": known(even) if np.isfinite(even) else None,
        }

    def _series(self, found: AtHorizon) -> dict[str, Any]:
        return {
            "ic": self._dated(found.information.rows, found.information.ics),
            "spread": self._dated(found.quantiles.rows, found.quantiles.by_date),
        }

    def _dated(self, rows: Any, values: Iterable[float]) -> dict[str, Any]:
        return {
            "dates": [str(day) for day in self.dates[rows]],
            "values": [known(float(value)) for value in values],
        }

    def _persistence(self) -> dict[str, Any]:
        found = self.persistence
        return {
            "correlation": known(found.correlation),
            "lower": known(found.lower),
            "upper": known(found.upper),
            "slope": known(found.slope),
            "n_pairs": found.n_pairs,
            "reason": found.reason,
            "quarters": self._dated(found.first_rows, found.quarters),
        }
