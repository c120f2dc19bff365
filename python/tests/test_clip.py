"""clip of floats is NumPy's own loop in a kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import Snapshot, differences, exception_facts
from differential.run import hits
from slipstream import jit

FORMS: dict[str, Callable[..., Any]] = {
    "function": lambda a, lo, hi: np.clip(a, lo, hi) + 0,
    "names": lambda a, lo, hi: np.clip(a, a_min=lo, a_max=hi) + 0,
    "one name": lambda a, lo, hi: np.clip(a, lo, a_max=hi) + 0,
    "swapped": lambda a, lo, hi: np.clip(a, a_max=hi, a_min=lo) + 0,
    "method": lambda a, lo, hi: a.clip(lo, hi) + 0,
    "method names": lambda a, lo, hi: a.clip(min=lo, max=hi) + 0,
    "low": lambda a, lo, hi: a.clip(lo) + 0,
    "high": lambda a, lo, hi: a.clip(max=hi) + 0,
    "none low": lambda a, lo, hi: np.clip(a, None, hi) + 0,
    "none high": lambda a, lo, hi: np.clip(a, lo, None) + 0,
    "literals": lambda a, lo, hi: np.clip(a, 0, 1.5) + 0,
    "none": lambda a, lo, hi: np.clip(a, None, None) + 0,
    "missing": lambda a, lo, hi: np.clip(a, lo) + 0,
    "twice": lambda a, lo, hi: np.clip(a, lo, hi, a_min=lo) + 0,
    "dtype": lambda a, lo, hi: np.clip(a, lo, hi, dtype="f4") + 0,
}

SPECIAL = np.array([0.0, -0.0, 1.0, np.nan, np.inf, -np.inf, 1e-320, -2.5, 7.0, 0.5] * 3)


def outcome(f: Callable[..., Any], *args: Any) -> dict[str, object]:
    try:
        return Snapshot({"r": f(*args)}).facts
    except Exception as e:
        return {"exception": exception_facts(e, skip=1)}


@pytest.mark.parametrize("form", FORMS)
def test_equal(form: str) -> None:
    f = FORMS[form]
    fast = jit(f)
    bounds = [
        (0.0, 1.0),
        (-0.0, 0.0),
        (2, 1),
        (np.nan, 1.0),
        (0.0, np.nan),
        (np.float32(0.1), np.float64(0.7)),
    ]
    bounds += [(-np.inf, np.inf), (SPECIAL[::-1], 1.0), (SPECIAL, SPECIAL + 1), (1e300, 1e308)]
    for dtype in ("f8", "f4", "f2", "i4", "c16"):
        for lo, hi in bounds:
            for a in (SPECIAL, SPECIAL[::2], SPECIAL.reshape(5, 6).T):
                if np.ndim(lo) and a.shape != np.shape(lo):
                    continue
                with np.errstate(all="ignore"):
                    x = np.nan_to_num(a).clip(-9, 9).astype(dtype) if dtype == "i4" else a.astype(dtype)
                    assert not differences(outcome(f, x, lo, hi), outcome(fast, x, lo, hi)), (dtype, lo, hi)


def test_runs_natively() -> None:
    fast = jit(lambda a: np.clip(a, 0.0, 1.0))
    for _ in range(3):
        fast(np.linspace(-1, 2, 50))
    assert hits(fast) >= 2
