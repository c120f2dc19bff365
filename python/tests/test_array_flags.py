"""Flags of arrays, and branches on them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from differential.equal import Snapshot, differences
from differential.run import hits
from slipstream import jit


def ordered(a: Any, b: Any) -> Any:
    if not a.flags.c_contiguous:
        a = np.ascontiguousarray(a)
    if b.flags["WRITEABLE"]:
        b = b * 2
    return a + b, (a + b).T.flags.f_contiguous, a.flags["C"] + a.flags.fortran


def asked(a: Any, b: Any) -> Any:
    return a * a.flags.contiguous + b.flags["F_CONTIGUOUS"]


def odd(a: Any, b: Any) -> Any:
    return a + a.flags["aligned"] + b


def stored(a: Any, b: Any) -> Any:
    c = a + b
    c.flags.writeable = False
    return c * 2, c.flags.writeable


def outcome(f: Any, *arguments: Any) -> Any:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            facts = Snapshot({"result": f(*arguments)}).facts
        except Exception as error:
            facts = {"error": repr(error)}
    return facts | {"warnings": [str(w.message) for w in seen]}


def test_flags() -> None:
    square = np.arange(9.0).reshape(3, 3)
    fixed = square.copy()
    fixed.flags.writeable = False
    warns = np.broadcast_arrays(np.ones((1, 3)), square)[0]
    kinds = [
        square,
        warns,
        square.T,
        fixed,
        square[::-1],
        square[:, :1],
        np.ones((3, 0)),
        square[0],
        np.float64(2),
    ]
    for f in (ordered, asked, odd, stored):
        fast = jit(f)
        for _ in range(2):
            for a in kinds:
                for b in kinds:
                    assert not differences(outcome(f, a, b), outcome(fast, a, b)), f.__name__
        assert not fast._slipstream.bug


def test_they_run_natively() -> None:
    a = np.arange(9.0).reshape(3, 3)
    for f in (ordered, asked):
        fast = jit(f)
        for b in (a, a.T, a):
            for _ in range(3):
                before = hits(fast)
                fast(a, b)
            assert hits(fast) > before, fast.explain(a, b)
