"""A benchmark's name as a heading, within a sentence, and as its subject."""

import pytest

from btplaybook.runners.runs.labels.benchmark_names import noun, subject, title

MIX = "60 % SPY, 40 % TLT"


@pytest.mark.parametrize(
    ("kind", "name", "heading", "within", "makes"),
    [
        ("held", "SPY", "Hold SPY", "SPY held", "holding SPY"),
        ("cash", "cash", "Cash", "cash", "cash"),
        ("mix", MIX, f"{MIX}, monthly", f"{MIX}, monthly", f"a mix ({MIX}, monthly)"),
        ("returns", "peers", "peers", "peers", "peers"),
        ("returns", "returns", "returns", "returns", "the benchmark"),
        ("returns", "Benchmark", "Benchmark", "Benchmark", "the benchmark"),
    ],
)
def test_names(kind, name, heading, within, makes):
    assert title(kind, name) == heading
    assert noun(kind, name) == within
    assert subject(kind, name) == makes
