"""Seconds of first calls in this process; `session` runs it with an empty and with a filled cache."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import time
import warnings
from typing import Any

import numpy as np
from slipstream import jit

from .cases import CASES, arguments
from .peers import with_module

#: By then every path taken has been compiled.
SETTLED = 10


def warm_start() -> float:
    """Load the compiler by a function that no case resembles; seconds of that."""

    @jit
    def stranger(a: Any) -> Any:
        return a // 3 - 1

    start = time.perf_counter()
    stranger(np.arange(5))
    return time.perf_counter() - start


def first_calls(name: str) -> dict[str, Any]:
    """Of one case: the first call, and what ten calls cost beyond ten late ones."""
    case = next(c for c in CASES if c.name == name)
    given = arguments(case, case.sizes[0], case.dtypes[0])
    function = jit(case.function)
    seconds = [clock(function, given) for _ in range(2 * SETTLED)]
    late = sorted(seconds[SETTLED:])[SETTLED // 2]
    return {"case": name, "first": seconds[0], "settled": max(sum(seconds[:SETTLED]) - SETTLED * late, 0.0)}


def numba_first(name: str) -> float | None:
    """Numba's first call of the same, where it is installed and can."""
    if importlib.util.find_spec("numba") is None:
        return None
    numba: Any = importlib.import_module("numba")

    case = next(c for c in CASES if c.name == name)
    function = numba.njit(with_module(case.function, None, numba.njit))
    try:
        return clock(function, arguments(case, case.sizes[0], case.dtypes[0]))
    except Exception:  # a case it cannot express
        return None


def clock(function: Any, given: tuple[Any, ...]) -> float:
    start = time.perf_counter()
    function(*given)
    return time.perf_counter() - start


def main() -> int:
    warnings.simplefilter("ignore")
    start = warm_start()
    found = [first_calls(case.name) for case in CASES]
    if "--numba" in sys.argv:
        numba_first("add")  # its own start-up
        for row in found:
            row["numba"] = numba_first(row["case"])
    json.dump({"start": start, "cases": found}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
