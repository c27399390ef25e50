"""The result of a walk-forward."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from ...feeds.bars import Bars
from ...search.refits import Duration
from ...search.space import Space
from ..runs.labels.figures import FIGURES, IN_BRIEF
from ..runs.labels.formats import counted
from ..runs.labels.text_table import text_table
from ..runs.labels.traded import heading as heading_of
from ..runs.on_demand import OnPage, from_pages
from ..runs.provenance import described, versions
from ..runs.result import SCHEMA, RunResult, plain_number
from ..runs.settings import Settings
from ..searches.own_objective import OwnObjective
from ..worth.vault import Vault
from .hindsight import Hindsight
from .path import Efficiency, Refit


class Trials(NamedTuple):
    """What the fits tried, all of them together."""

    refits: int
    sets: int
    """Sets of one fit."""
    evaluated: int
    """Sets of all fits."""
    distinct: int | None
    """Different position series, counted in each fit and summed."""
    undefined: int
    """Sets of all fits without an objective."""
    ruined: int


class Shifted(NamedTuple):
    """The walk-forward made again with other refit dates, on the days that all of them have."""

    shift: str
    """How much later each refit was, such as 1m; 0m, 0w or 0d is the walk-forward itself."""
    first: str
    """First day that counts, the same for all."""
    last: str
    total_return: float
    excess: float | None
    """Total return less that of buying and holding over the same days."""
    sharpe: float | None


@dataclass(frozen=True, eq=False, repr=False)
class WalkForwardResult(OnPage):
    """The result of a walk-forward: one account, traded with sets that past bars alone chose.

    Attributes
    ----------
    strategy, title : str
        Registered name, and name for readers.
    space : Space
        The parameter sets of every fit.
    params : dict
        Parameters that the space does not set.
    settings : Settings
        Settings of the fits and of the account.
    fit, refit : Duration
        Length of a fit, and time from one to the next.
    anchored : bool
        Whether every fit began on the first day.
    objective : str
        What ranks the sets of a fit; larger is better.
    sample : int or None
        Sets of a fit that were tried at random; None: all.
    kernel : str
        Name of the evaluator of the fits.
    trials : Trials
    path : list of Refit
        What each refit chose, oldest first.
    stitched : RunResult
        The account, run bar by bar over the days from the first refit on; it has the metrics, the
        daily tables and the badges.
    confirmed : bool
        Whether the account was also computed from arrays, with the same result; False where the
        fits themselves are runs bar by bar.
    held : dict
        Metrics of buying and holding the first feed over the same days.
    excess, excess_per_year : float or None
        Total return and growth rate of the account less those of holding.
    efficiency : Efficiency
    refit_shift : list of Shifted or None
        From arrays where there is a kernel, and not confirmed then; None: not computed.
    bars : list of Bars
    inputs : list of dict
        The strategy's other inputs, as a run keeps them.
    own_objective : OwnObjective or None
        The user's function that ranks.
    code : dict or None
        File and hash of a strategy that is not registered.
    hindsight : Hindsight or None
        The sets over the whole window, and what the best of them is worth; None beside a search,
        which has them itself, and where sets would have to be run bar by bar for it.
    vault : Vault or None
        The last part of the bars, which no fit and no account saw.
    """

    strategy: str
    title: str
    space: Space
    params: dict[str, Any]
    settings: Settings
    fit: Duration
    refit: Duration
    anchored: bool
    objective: str
    sample: int | None
    kernel: str
    trials: Trials
    path: list[Refit]
    stitched: RunResult
    confirmed: bool
    held: dict[str, Any]
    excess: float | None
    excess_per_year: float | None
    efficiency: Efficiency
    refit_shift: list[Shifted] | None
    bars: list[Bars]
    inputs: list[dict[str, Any]] = field(default_factory=list)
    own_objective: OwnObjective | None = None
    code: dict[str, str] | None = None
    hindsight: Hindsight | None = None
    vault: Vault | None = None

    @property
    def metrics(self) -> dict[str, Any]:
        """Metrics of the account, those of run.json."""
        return self.stitched.metrics

    @property
    def window(self) -> tuple[str, str]:
        """First and last day whose return counts."""
        return self.stitched.window

    @property
    def heading(self) -> str:
        """What was chosen and traded, in 60 characters at most."""
        return heading_of(f"{self.title}, walk-forward", self.stitched.traded_name)

    def __repr__(self) -> str:
        """Return the figures as text, in a dozen lines at most."""
        rows: list[tuple[str, ...]] = [("", "walk-forward", "held")]
        for figure in (FIGURES[key] for key in IN_BRIEF):
            sides = (self.metrics, self.held)
            rows.append((figure.label, *(figure.show(side[figure.key]) for side in sides)))
        return text_table(
            f"WalkForwardResult: {self.title}, {self.window[0]} to {self.window[1]}, "
            f"{counted(len(self.path), 'refit')}",
            rows,
            "write_walk_forward(result, folder) keeps it",
        )

    def _repr_html_(self) -> str:
        """Return the account beside holding and hindsight, as a notebook shows them."""
        html: str = from_pages("notebook.walk_forward", "walk_forward_html")(self)
        return html

    def plain(self) -> dict[str, Any]:
        """Return the content of walk_forward.json."""
        shifted, hindsight = self.refit_shift, self.hindsight
        return {
            "schema": SCHEMA,
            "strategy": self.strategy,
            **({"code": self.code} if self.code else {}),
            "space": self.space.plain(),
            "params": self.params,
            "settings": self.settings.plain(),
            "fit": str(self.fit),
            "refit": str(self.refit),
            "anchored": self.anchored,
            "objective": self.objective,
            **({"function": asdict(self.own_objective)} if self.own_objective else {}),
            "sample": self.sample,
            "window": {"first": self.window[0], "last": self.window[1]},
            "data": [described(bars) for bars in self.bars],
            **({"inputs": self.inputs} if self.inputs else {}),
            "kernel": self.kernel,
            "trials": self.trials._asdict(),
            "confirmed": self.confirmed,
            "metrics": self.metrics,
            "benchmark": self.held,
            "excess": self.excess,
            "excess_per_year": self.excess_per_year,
            "efficiency": self.efficiency.value,
            "efficiency_of": {k: v for k, v in self.efficiency._asdict().items() if k != "value"},
            "path": [asdict(refit) for refit in self.path],
            "refit_shift": None if shifted is None else [each._asdict() for each in shifted],
            "ex_post": None if hindsight is None else hindsight.plain(),
            "side_by_side": None
            if hindsight is None
            else [each.plain() for each in hindsight.compared],
            "worth": None
            if hindsight is None or hindsight.worth is None
            else hindsight.worth.plain(),
            **({"holdout": self.vault.plain()} if self.vault else {}),
            "versions": versions(),
        }

    def brief(self) -> dict[str, Any]:
        """Return what search.json holds of it."""
        whole = self.plain()
        names = (
            "fit", "refit", "window", "metrics", "benchmark", "excess", "excess_per_year",
            "efficiency", "efficiency_of", "path", "refit_shift", "confirmed",
        )  # fmt: skip
        return {name: whole[name] for name in names}

    def to_json(self) -> str:
        """Return walk_forward.json: equal inputs give equal text."""
        return json.dumps(self.plain(), indent=2, allow_nan=False, default=plain_number) + "\n"
