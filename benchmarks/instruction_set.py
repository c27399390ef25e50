"""The vector instructions that kernels are compiled for, and fewer of them than the processor has.

Desktops have AVX2 and no more; servers have AVX-512, on which kernels are measured more often.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

AVX2 = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": ""}
"""numba's variables for the first processor with AVX2, by its name in LLVM."""
CACHE = Path("out/numba-avx2")
NAMES = {"avx512f": "AVX-512", "avx2": "AVX2", "sse2": "SSE2", "neon": "NEON"}
"""From LLVM's features to names, the widest vectors first."""


def instruction_set() -> str:
    """Return the name of the widest vectors that numba compiles for in this process."""
    import llvmlite.binding

    if os.environ.get("NUMBA_CPU_NAME") == AVX2["NUMBA_CPU_NAME"]:
        return "AVX2"
    features = llvmlite.binding.get_host_cpu_features()
    return next((name for feature, name in NAMES.items() if features.get(feature)), "none known")


def under_avx2(script: str) -> list[dict[str, Any]]:
    """Run a script of this folder as if AVX2 were all, and return the results it prints as JSON."""
    CACHE.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name(script), "--avx2"],
        env={**os.environ, **AVX2, "NUMBA_CACHE_DIR": str(CACHE.resolve())},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    results: list[dict[str, Any]] = json.loads(done.stdout)["results"]
    return results
