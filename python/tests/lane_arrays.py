"""Arrays of all kinds for programs whose rounds are done side by side."""

from __future__ import annotations

import copy
import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from programs import Program, check
from slipstream import jit


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do 15 rounds side by side, and more."""
    monkeypatch.setenv("SLIPSTREAM_FEWEST_LANES", "15")


def side_by_side(f: Any) -> bool:
    """Whether code was made that does rounds of loops side by side."""
    return any("try_write" in e.plan for e in f._slipstream.entries)


def named(x: Any) -> str:
    """A program's name."""
    return x[0].__name__ if isinstance(x, tuple) else ""


def other(of: str, a: Any) -> Any:
    """An array of the same size, or of a size that is wanted."""
    rng = np.random.default_rng(a.size)
    if of in ("f4", "f2", "i4", "c16"):
        return a.astype(of)
    if of == "fortran":
        return np.asfortranarray(a)
    if of == "backwards":
        return a[::-1][::-1] if a.ndim == 0 else a[(slice(None, None, -1),) * a.ndim]
    if of == "strided":
        return np.repeat(np.repeat(a, 2, 0), 3, -1)[
            (slice(None, None, 2),) * (a.ndim > 1) + (slice(None, None, 3),)
        ]
    if of == "special":
        values = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e308, -1e308, 5e-324]
        return np.where(rng.random(a.shape) < 0.2, rng.choice(values, a.shape), a)
    if of == "one odd":
        return np.where(np.arange(a.size).reshape(a.shape) == a.size // 2, np.inf, a)
    if of == "large":
        return a * 1e307
    n = int(of)
    return np.resize(a, (n,) * a.ndim)


OTHERS = ("f4", "f2", "i4", "c16", "fortran", "backwards", "strided", "special", "one odd", "large")
#: What is shared is of this.
A = np.random.default_rng(4).standard_normal((40, 40))
STATES = ("ignore", "warn", "raise")
SIZES = ("0", "1", "2", "16", "17", "18", "100")


def check_other_arrays(program: Program, of: str) -> None:
    """Check a program with other arrays in the place of all, the first, and the last."""
    f, arguments = program
    arrays = [i for i, x in enumerate(arguments) if isinstance(x, np.ndarray)]
    which = [set(arrays)] if of in SIZES else [set(arrays), {arrays[0]}, {arrays[-1]}]
    for some in which:
        changed = tuple(other(of, x) if i in some else x for i, x in enumerate(arguments))
        check(f, changed, 3)


def check_reports(program: Program, state: str) -> None:
    """Check a program with numbers that overflow, under a state of NumPy's."""
    f, given = program
    arguments = tuple(other("large", x) if isinstance(x, np.ndarray) else x for x in given)
    with np.errstate(all=state), warnings.catch_warnings():
        warnings.simplefilter("always")
        check(f, arguments, 3)


def overlapping(n: int) -> list[Callable[[], tuple[Any, ...]]]:
    """Arguments that share memory in all ways."""
    if n == 1:
        cuts = [(slice(0, 30), slice(1, 31)), (slice(1, 31), slice(0, 30)), (slice(0, 30), slice(0, 30))]
        cuts += [
            (slice(0, 60, 2), slice(1, 61, 2)),
            (slice(0, 30), slice(29, None, -1)),
            (slice(0, 30), slice(30, 60)),
        ]
        return [lambda i=i, k=k: (lambda x: (x[i], x[k]))(np.linspace(1, 2, 64)) for i, k in cuts]
    cuts = [(slice(0, 20), slice(1, 21)), (slice(0, 20), slice(0, 20)), (slice(0, 20), slice(20, 40))]
    return [
        lambda i=i, k=k, t=t: (lambda x: (x[i, :20], x[k, :20].T if t else x[k, 3:23]))(A.copy())
        for (i, k), t in itertools.product(cuts, (False, True))
    ]


def share(program: Program) -> bool:
    """Whether the first two arguments may share memory."""
    two = program[1][:2]
    return len(two) == 2 and np.ndim(two[0]) == np.ndim(two[1]) > 0


def check_shared_memory(program: Program) -> None:
    """Check a program whose first two arguments share memory."""
    f, arguments = program
    fast = jit(f)
    for make in overlapping(arguments[0].ndim):
        for _ in range(2):
            found = []
            for g in (f, fast):
                x = (*make(), *copy.deepcopy(arguments[2:]))
                found.append((outcome(lambda g=g, x=x: g(*x)), [y.tobytes() for y in x[:2]]))
            assert differences(found[0][0], found[1][0]) == []
            assert found[0][1] == found[1][1]
