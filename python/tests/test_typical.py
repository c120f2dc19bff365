"""The functions of typical.py: equal to plain runs, and native as far as told here."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from typing import Any

import numpy as np
import pytest
import typical
from differential.equal import Snapshot, differences, exception_facts
from slipstream import jit

CALLS = 5

#: Lines that run in Python on CPython 3.12, where they are not native as a whole.
#: A row goes with its last one.
LEFT: dict[str, int] = {
    "correlation": 1,
    "rgb_to_gray": 1,
    "normalize_image": 1,
    "gamma_correct": 1,
    "planck": 1,
    "rank_data": 4,  # nothing to gain
    "padded": 4,  # nothing to gain
    "one_hot": 3,  # nothing to gain
    "cross_entropy": 1,
    "dense": 2,
    "batch_norm": 1,
    "rotate": 1,
    "point_in_polygon": 4,
    "drawdown": 3,
    "sharpe": 1,
    "apply_filter": 1,
    "safe_divide": 1,
    "clean": 1,
    # Ways that are not taken, and an import.
    "robust_scale": 1,
    "gaussian_kernel": 2,
    "level_histogram": 1,
}


def observed(f: Any, row: typical.Row, turn: int) -> dict[str, object]:
    """What a call shows."""
    arguments, output, result, error = row.arguments(np.random.default_rng(turn)), io.StringIO(), None, None
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(output):
        warnings.simplefilter("always")
        try:
            result = f(*arguments)
        except Exception as e:
            error = e
    told = [(w.category.__name__, str(w.message), w.lineno) for w in caught]
    facts: dict[str, object] = {"exception": exception_facts(error, skip=1), "warnings": told}
    plain = [vars(a) if hasattr(a, "__dict__") else a for a in arguments]
    facts.update(Snapshot({"result": result, "arguments": plain, "output": output.getvalue()}).facts)
    return facts


@pytest.mark.parametrize("row", list(typical.rows()), ids=lambda row: row.name)
def test_typical(row: typical.Row) -> None:
    fast = jit(row.function)
    for turn in range(CALLS):
        assert not differences(observed(row.function, row, turn), observed(fast, row, turn)), turn
    assert not fast._slipstream.bug
    if sys.version_info[:2] != (3, 12):
        return  # other versions have other instructions in some places
    lines = fast.explain(*row.arguments(np.random.default_rng(0))).lines
    assert sum(line.runs and not line.regions for line in lines) <= LEFT.get(row.name, 0)
