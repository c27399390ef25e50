"""Sub-industries and countries of the companies of the simulated sector."""

from __future__ import annotations

import numpy as np

from .companies import SECTOR, Companies

#: GICS sub-industries of the sector, one for each sub-theme.
OF_THEMES = (
    "Biotechnology",
    "Health Care Equipment",
    "Managed Health Care",
    "Pharmaceuticals",
)

#: Those of the stocks of other sectors.
OF_OTHERS = {"Information Technology": "Application Software", "Materials": "Specialty Chemicals"}

HOME = "US"
ABROAD = ("CH", "GB", "IE")

_ABROAD_IN = 6  # one company in so many is from abroad


def sub_industries(companies: Companies) -> list[str]:
    """Return each company's sub-industry: that of its sub-theme, or of its other sector."""
    return [
        OF_THEMES[theme] if sector == SECTOR else OF_OTHERS[sector]
        for theme, sector in zip(companies.theme.tolist(), companies.sectors, strict=True)
    ]


def countries(rng: np.random.Generator, n: int) -> list[str]:
    """Draw the countries of n companies: one in six is from abroad, the others from home."""
    abroad = rng.permutation(n) < n // _ABROAD_IN
    return [ABROAD[int(rng.integers(len(ABROAD)))] if each else HOME for each in abroad]
