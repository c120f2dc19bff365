"""What is stored as elements of another type, or with more axes than its place."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np
import pytest
from differential import special
from differential.equal import Snapshot, differences, exception_facts, outcome
from differential.run import hits
from slipstream import jit

TYPES = ("?", "i1", "u1", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16")
VALUES = {
    "plain": (2.75, 0.0, -1.5, 1.0, 7.0),
    "large": (3e9, -3e9, 1e19, 300.0, 1.0),
    "special": (np.nan, np.inf, -0.0, 1e300, -np.inf),
}


def whole(a: Any, v: Any, p: Any) -> Any:
    a[...] = v
    a[1:] = v[1:] * 2
    return a + 1


def elements(a: Any, v: Any, p: Any) -> Any:
    a[0] = v[1]
    a[-1] = v.sum()
    return a + 1


def chosen(a: Any, v: Any, p: Any) -> Any:
    m = v > 1
    a[m] = v[m]
    a[[0, -1]] = v[[1, 2]]
    return a + 1


def numbers(a: Any, v: Any, p: Any) -> Any:
    a[1:] = p
    a[0] = 2.75
    a[2] = -0.5
    a[3:] = 3
    return a + 1


def masked_numbers(a: Any, v: Any, p: Any) -> Any:
    a[v > 1] = p
    a[v <= 0] = 1.5
    a[[1, 2]] = p
    return a + 1


def functions(a: Any, v: Any, p: Any) -> Any:
    np.putmask(a, v > 0, v)
    a.fill(v[1])
    return a + 1


def copied(a: Any, v: Any, p: Any) -> Any:
    np.copyto(a, v, where=v > 1)
    np.copyto(a[1:], v[1:] * 2)
    return a + 1


def more_axes(a: Any, v: Any, p: Any) -> Any:
    a[...] = v[None, None]
    a[1:] = (v[None] + 1)[:, 1:]
    return a + 1


def without_axes(a: Any, v: Any, p: Any) -> Any:
    t = a[1, ...]
    t += v[0]
    t *= 0.5
    return t, a + 1


PROGRAMS = (whole, elements, chosen, numbers, masked_numbers, functions, copied, more_axes, without_axes)


def observed(f: Any, a: Any, *others: Any) -> dict[str, object]:
    a, result, error = a.copy(), None, None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = f(a, *others)
        except Exception as e:
            error = e
    told = [(w.category.__name__, str(w.message), w.lineno) for w in caught]
    facts: dict[str, object] = {"exception": exception_facts(error, skip=1), "told": told}
    return facts | Snapshot({"result": result, "a": a}).facts


def array(values: str, dtype: str) -> Any:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.array(VALUES[values]).astype(dtype)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("to", TYPES)
def test_every_pair_of_types(f: Any, to: str) -> None:
    for of in TYPES:
        fast, a = jit(f), array("plain", to)
        for values in ("plain", *VALUES, "plain"):
            v, p = array(values, of), VALUES[values][0]
            assert not differences(observed(f, a, v, p), observed(fast, a, v, p)), (of, values)
        assert not fast._slipstream.bug


@pytest.mark.parametrize("to", ["?", "i4", "i8"])
def test_states(to: str) -> None:
    """What the processor makes of what no integer is shows where nothing is reported."""
    for f in (whole, elements, numbers):
        fast, a = jit(f), array("plain", to)
        for state in ("ignore", "raise", "warn"):
            with np.errstate(all=state):  # type: ignore[call-overload]
                for values in VALUES:
                    v, p = array(values, "f8"), VALUES[values][0]
                    assert not differences(observed(f, a, v, p), observed(fast, a, v, p)), values


@pytest.mark.parametrize(
    ("f", "to", "of"),
    [
        (whole, "i4", "f8"),
        (whole, "?", "f4"),
        (whole, "i8", "f4"),
        (chosen, "i8", "f8"),
        (numbers, "i4", "f8"),
        (numbers, "?", "f8"),
        (masked_numbers, "u1", "f8"),
        (copied, "f4", "f8"),
        (more_axes, "f8", "f8"),
        (without_axes, "f4", "f8"),
    ],
)
def test_they_run_natively(f: Any, to: str, of: str) -> None:
    fast = jit(f)
    for _ in range(3):
        fast(array("plain", to), array("plain", of), 2.75)
    assert fast.stats().native > 0, fast.explain(array("plain", to), array("plain", of), 2.75)


def test_a_leading_axis_gets_another_length() -> None:
    def f(a: Any, v: Any) -> Any:
        a[...] = v
        return a + 1

    fast = jit(f)
    for n in (1, 1, 2, 1, 3, 1):
        a, v = np.zeros(4), np.arange(4.0 * n).reshape(n, 4)
        assert not differences(observed(f, a, v), observed(fast, a, v)), n


def to_type(to: str, text: str = "a.astype({to!r})") -> Any:
    space: dict[str, Any] = {"np": np}
    exec(f"def f(a):\n    return {text.format(to=to)}\n", space)
    return space["f"]


@pytest.mark.parametrize("kind", special.VALUES)
def test_astype(kind: str) -> None:
    """Of every type to every other, value by value, with reports of every class."""
    for to in special.VALUES:
        f = to_type(to)
        fast = jit(f)
        for value, under in itertools.product(special.VALUES[kind], ("ignore", "warn")):
            a = np.full(9, value, kind)
            with np.errstate(under=under):
                for x in (a, a[::-1], a[::2]):
                    found = differences(outcome(f, x), outcome(fast, x))
                    assert not found, (kind, to, value, under, found)


@pytest.mark.parametrize("to", ["f4", "i4", "i8", "c16", "b1"])
def test_astype_of_what_is_computed(to: str) -> None:
    for text in (
        "(a * 2 + 1).astype({to!r})",
        "(a + 1).astype(dtype={to!r}) * 2",
        "(a + a.T).astype({to!r})",
        "((a * 2).astype({to!r}).sum(axis=0), (a + 1).astype({to!r}, copy=False))",
        "(a.ravel().astype({to!r}), a[0].astype({to!r}), a.astype({to!r}))",
    ):
        f = to_type(to, text)
        fast = jit(f)
        square = np.arange(25.0).reshape(5, 5)
        for a in (square, square.T, square[::-1], square[:, ::2][::2], square[:1, :1], np.ones((0, 0))):
            for _ in range(2):
                found = differences(outcome(f, a), outcome(fast, a))
                assert not found, (to, text, a.shape, a.strides, found)
        assert hits(fast) >= 6, (to, text)
