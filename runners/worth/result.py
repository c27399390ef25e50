"""What the winner of a search is worth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...search.worth.bands import Band
from ...search.worth.deflated import Deflated
from ...search.worth.of_trials import TrialStatistics
from ...search.worth.pbo import Overfitting
from ...search.worth.placebo import Placebo
from ..trials.ledger import Ever

LEVELS = ("quick", "full", "none")


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Worth:
    """What the winner of a search is worth; a part is None where `reasons` says why.

    Attributes
    ----------
    level : {"quick", "full"}
    raw : int
        Parameter sets that were tried.
    distinct : int or None
        Different rules among them.
    ever : Ever or None
        All rules that were ever tried on these bars on this machine.
    signs, permutation : Placebo or None
        The search on made-up markets.
    statistics : TrialStatistics or None
    reasons : dict
        From the name of a part in search.json to why it is None; `judged` and `placebo_runs` to why
        there are fewer rules or made-up markets than there may be.
    """

    level: str
    raw: int
    distinct: int | None
    ever: Ever | None = None
    signs: Placebo | None = None
    permutation: Placebo | None = None
    statistics: TrialStatistics | None = None
    reasons: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return the figures in a few lines; `plain()` has all."""
        whole = self.plain()
        trials, dsr, pbo = whole["trials"], whole["dsr"] or {}, whole["pbo"] or {}
        placebos = [(whole[name] or {}).get("p") for name in ("placebo", "placebo_permuted")]
        return (
            f"Worth: {trials['distinct']} different rules of {trials['raw']} sets, "
            f"{trials['ever']} ever tried on these bars\n"
            f"  placebo p {placebos[0]} (signs), {placebos[1]} (shuffled); SPA p "
            f"{whole['spa_p']}; reality check p {whole['reality_check_p']}\n"
            f"  PBO {pbo.get('value')}; DSR {dsr.get('distinct')}, its null's 95 % quantile "
            f"{dsr.get('null_q95')}\n"
            "  all figures: plain(), the worth of search.json"
        )

    def plain(self) -> dict[str, Any]:
        """Return the `worth` of search.json; None for what does not exist."""
        found = self.statistics
        return {
            "level": self.level,
            "over": None if found is None else "buy and hold" if found.over_held else "cash",
            "trials": self._trials(),
            "placebo": _placebo(self.signs),
            "placebo_permuted": _placebo(self.permutation),
            **_tests(found),
            "reasons": {**_absent(found), **self.reasons},
        }

    def _trials(self) -> dict[str, Any]:
        found, ever = self.statistics, self.ever
        groups = found.clusters if found else None
        return {
            "raw": self.raw,
            "distinct": self.distinct,
            "effective": groups.average if groups else None,
            "effective_complete": groups.complete if groups else None,
            "effective_by_maximum": found.effective_by_maximum if found else None,
            "judged": found.n_sets if found else None,
            "ever": ever.rules if ever else None,
            "earlier": ever.earlier if ever else None,
        }


def _absent(found: TrialStatistics | None) -> dict[str, str]:
    """Return why figures of a winner that is judged do not exist."""
    if found is None:
        return {}
    beside = "buying and holding" if found.over_held else "cash"
    absent = {
        "min_track_record_years": (
            found.min_track_record_years, f"its mean over {beside} is not positive"
        ),
        "years_to_tell_from_held": (
            found.years_to_tell_from_held, "its mean over buying and holding is not positive"
        ),
        "haircut": (
            found.haircut and found.haircut.bonferroni,
            (found.haircut and found.haircut.reason) or "its returns do not vary",
        ),
        "dsr": (found.deflated.value, found.deflated.reason or ""),
        "spa_p": (found.check and found.check.consistent, (found.check and found.check.reason)
                  or "the returns of the other trials are not known"),
        "pbo": (found.overfitting and found.overfitting.pbo,
                (found.overfitting and found.overfitting.reason)
                or "the returns of the other trials are not known"),
        "bands": (found.bands.sharpe, found.bands.reason or "its returns do not vary"),
    }  # fmt: skip
    return {name: why for name, (value, why) in absent.items() if value is None}


def _placebo(found: Placebo | None) -> dict[str, Any] | None:
    if found is None:
        return None
    values = [float(value) if np.isfinite(value) else None for value in found.over_held]
    return {"runs": found.runs, "p": found.p, "real": _number(found.real), "over_held": values}


def _tests(found: TrialStatistics | None) -> dict[str, Any]:
    check = found.check if found else None
    return {
        "spa_p": check.consistent if check else None,
        "spa_lower_p": check.lower if check else None,
        "spa_upper_p": check.upper if check else None,
        "reality_check_p": check.reality_check if check else None,
        "step_m": len(check.superior()) if check and check.adjusted is not None else None,
        "replicates": check.n_replicates if check else None,
        "pbo": _overfitting(found.overfitting) if found and found.overfitting else None,
        "dsr": _deflated(found.deflated, found.deflated_effective) if found else None,
        "min_track_record_years": found.min_track_record_years if found else None,
        "years": found.years if found else None,
        "years_to_tell_from_held": found.years_to_tell_from_held if found else None,
        "bands": _bands(found),
        "haircut": _haircut(found),
        "discoveries": found.discoveries if found else None,
    }


def _overfitting(found: Overfitting) -> dict[str, Any]:
    return {
        "value": found.pbo,
        "sd": found.null_sd,
        "null_mean": found.null_mean,
        "null_share": found.null_share,
        "loss_probability": found.probability_of_loss,
        "slope": found.slope,
        "blocks": found.n_blocks,
        "splits": None if found.logits is None else len(found.logits),
    }


def _deflated(of_all: Deflated, effective: Deflated) -> dict[str, Any]:
    return {
        "distinct": of_all.value,
        "effective": effective.value,
        "null": of_all.null,
        "null_median": of_all.null_median,
        "null_q95": of_all.null_quantile,
        "null_p": of_all.null_p,
        "sidak_p": of_all.sidak_p,
        "maximum_p": of_all.maximum_p,
        "effective_null_median": effective.null_median,
        "effective_null_q95": effective.null_quantile,
        "effective_null_p": effective.null_p,
        "effective_sidak_p": effective.sidak_p,
    }


def _bands(found: TrialStatistics | None) -> dict[str, Any] | None:
    if found is None:
        return None
    bands = found.bands
    return {
        "confidence": bands.confidence,
        "block_length": _number(bands.block_length),
        "sharpe": _band(bands.sharpe),
        "excess_per_year": _band(bands.mean_excess),
        "max_drawdown": _band(bands.max_drawdown),
    }


def _band(band: Band | None) -> dict[str, float] | None:
    if band is None:
        return None
    return {"estimate": band.estimate, "low": band.low, "high": band.high}


def _haircut(found: TrialStatistics | None) -> dict[str, Any] | None:
    if found is None or found.haircut is None:
        return None
    cut = found.haircut
    return {
        "sharpe": cut.sharpe,
        **{
            name: None if each is None else each.sharpe
            for name, each in (("bonferroni", cut.bonferroni), ("holm", cut.holm), ("bhy", cut.bhy))
        },
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
