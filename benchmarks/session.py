"""A whole measurement: processes with one thread and a known allocator, and what machine it was."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

#: Read by BLAS and OpenMP libraries when they are loaded, so set before.
ONE_THREAD = dict.fromkeys(
    (
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "SLIPSTREAM_THREADS",
    ),
    "1",
) | {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}
#: glibc then keeps freed memory, so that large results need no new pages.
WARM_ALLOCATOR = {
    "MALLOC_MMAP_THRESHOLD_": str(1 << 40),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 40),
    "MALLOC_TOP_PAD_": "0",
}
#: Seconds for the timed part, and the largest number of elements.
QUICK, NORMAL, FULL = (20.0, 10**6), (80.0, 10**9), (600.0, 10**9)
#: From here the allocator shows.
LARGE = 100_000

Result = dict[str, Any]


def run(names: list[str], budget: tuple[float, int]) -> Result:
    """Measure everything; the result is what JSON shows."""
    seconds, largest = budget
    limits = ["--largest", str(largest)]
    everywhere = ["--peers-largest", str(largest)] if budget == FULL else []
    rows = child("measure", [*names, *limits, *everywhere, "--seconds", str(0.75 * seconds)])
    warm = child(
        "measure",
        [
            *names,
            *limits,
            "--smallest",
            str(LARGE),
            "--peers",
            "slipstream",
            "--seconds",
            str(0.25 * seconds),
        ],
        WARM_ALLOCATOR,
    )
    return {
        "machine": machine(),
        "versions": versions(),
        "date": datetime.date.today().isoformat(),
        "threads": 1,
        "rows": rows,
        "warm_allocator": warm,
        "first_call": None if names else first_calls(),
    }


def child(module: str, words: list[str], environment: dict[str, str] | None = None) -> Any:
    """Run a module of this package in a process of its own; its JSON."""
    assert __package__
    command = [sys.executable, "-m", f"{__package__}.{module}", *words]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, env={**os.environ, **ONE_THREAD, **(environment or {})}
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with status {done.returncode}")
    return json.loads(done.stdout)


def first_calls() -> Result:
    """Empty cache, then the cache that this left."""
    with tempfile.TemporaryDirectory(prefix="slipstream-bench-") as folder:
        place = {"SLIPSTREAM_CACHE_DIR": folder}
        cold = child("firstcall", ["--numba"], place)
        cached = child("firstcall", [], place)
    return {"cold": cold, "cached": cached}


def summary(calls: Result) -> Result:
    """Median and worst of the first calls and of all calls until a function settled."""
    found: Result = {"start": calls["start"]}
    for key in ("first", "settled", "numba"):
        seconds = {row["case"]: row[key] for row in calls["cases"] if row.get(key) is not None}
        if seconds:
            worst = max(seconds, key=lambda name: seconds[name])
            found[key] = {
                "median": statistics.median(seconds.values()),
                "worst": seconds[worst],
                "worst_case": worst,
            }
    return found


def machine() -> Result:
    return {
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
        "load": os.getloadavg()[0],
    }


def cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine()
    )


def versions() -> Result:
    found = {"python": platform.python_version(), "blas": blas()}
    for name in ("numpy", "slipstream", "llvmlite", "numba", "jax", "torch", "numexpr"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def blas() -> str:
    """Name and version of the BLAS that NumPy was built with."""
    import numpy as np

    config: Any = np.show_config(mode="dicts")
    library = config["Build Dependencies"]["blas"]
    return f"{library.get('name', '?')} {library.get('version', '')}".strip()
