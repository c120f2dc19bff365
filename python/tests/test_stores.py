"""Stores at masks and indices, and into arrays made in the region: what is
written, when nothing is, and what Python redoes behind a failure."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import Snapshot, differences, exception_facts, outcome
from slipstream import _native, jit

LENGTHS = (0, 1, 2, 7, 8, 9, 63, 64, 65, 200, 1000, 4097)
TYPES = ("?", "i1", "u2", "i4", "f4", "i8", "f8", "c8", "c16", "f2", "longdouble", "O", "M8[s]", "U3", ">f8")


def stored(store: Callable[..., Any], a: Any, key: Any, value: Any) -> dict[str, object]:
    try:
        store(a, key, value)
    except Exception as e:
        return Snapshot({"a": a}).facts | {"exception": exception_facts(e, skip=1)}
    return Snapshot({"a": a}).facts


def same(a: Any, key: Any, value: Any) -> None:
    expected = stored(operator.setitem, a.copy(), key, value)
    assert not differences(expected, stored(_native.setitem, a.copy(), key, value))


@pytest.mark.parametrize("dtype", TYPES)
def test_masks(dtype: str) -> None:
    rng = np.random.default_rng(5)
    for n in LENGTHS:
        a = rng.integers(0, 100, n).astype("U3" if dtype == "U3" else "i8").astype(dtype)
        for density in (0.0, 0.01, 0.3, 0.9, 1.0):
            mask = rng.random(n) < density
            same(a, mask, a[mask][::-1].copy())
            same(a, mask, a[mask][::-1])
            same(a, mask, a[:1])
            same(a, mask, a[: mask.sum() + 1])


def test_layouts_of_masks() -> None:
    rng = np.random.default_rng(6)
    a = rng.standard_normal((6, 8))
    frozen = a.copy()
    frozen.flags.writeable = False
    odd = np.full(48, 2, "u1").view(bool).reshape(6, 8)  # neither 0 nor 1
    for x in (a, a.T, a[::2], a[:, ::-1], np.asfortranarray(a), frozen):
        for key in (x > 0, np.asfortranarray(x > 0), odd, np.ones(6, bool)):
            for value in (np.arange(48.0)[: np.count_nonzero(key)], 3.0, a[0]):
                y = x.copy("K") if x is not frozen else x
                z = x.copy("K") if x is not frozen else x
                assert not differences(
                    stored(operator.setitem, y, key, value), stored(_native.setitem, z, key, value)
                )


def test_what_is_stored_lies_in_the_array() -> None:
    for start in (0, 1, 5):
        for step in (1, 2, -1):
            a, b = np.arange(12.0), np.arange(12.0)
            mask = np.arange(12) % 3 == 0
            operator.setitem(a, mask, a[start:][::step][:4])
            _native.setitem(b, mask, b[start:][::step][:4])
            np.testing.assert_array_equal(a, b)
    flags = np.arange(16) % 3 == 0
    other = flags.copy()
    operator.setitem(flags, flags, np.zeros(6, bool))
    _native.setitem(other, other, np.zeros(6, bool))
    np.testing.assert_array_equal(flags, other)


def masked(a: Any, b: Any, m: Any) -> Any:
    a[m] = b[m] * 2.0
    a[m] += b[m]
    return a.sum()


def indexed(a: Any, b: Any, i: Any) -> Any:
    t = b * 2.0
    a[i] = t[i]
    a[i] -= 1.5
    return a + t


def into_own(a: Any, b: Any, i: Any) -> Any:
    h = np.zeros_like(a)
    h[i] = a[i] * b[i]
    h[0] = 3.0
    v = h[1:]
    h += b
    v *= 2.0
    h[i] += 1.0
    return h, v, h.sum()


def made_and_changed(a: Any, b: Any, i: Any) -> Any:
    h = a * b
    h[1:] = b[:-1]
    t = h.T
    h[i] = -1.0
    h[0] += a[0] / b[0]
    return h, t


def divided(a: Any, b: Any, i: Any) -> Any:
    r = np.divide(a, b, out=np.zeros_like(a), where=b != 0) + 1.0
    np.sqrt(a, out=r, where=a > 0)
    s = np.zeros(len(a), "f4")
    np.add(a, b, out=s)
    s += b
    return r, s


def called(a: Any, b: Any, i: Any) -> Any:
    m = b > 1.0
    np.copyto(a, b, where=m)
    np.putmask(a, m, 3.0)
    np.place(a, m, [1.0, 2.0])
    np.put(a, i, b)
    h = np.ones((4, 4))
    np.fill_diagonal(h, 2.0)
    np.put_along_axis(h, h.argmax(axis=1)[:, None], 5.0, axis=1)
    h[1].fill(0.5)
    return h, a * 2.0


def scattered(a: Any, b: Any, i: Any) -> Any:
    np.add.at(a, i, b[: len(i)])
    np.subtract.at(a, i, 0.5)
    c = np.zeros(len(a), int)
    np.add.at(c, i, 1)
    return a * b, c


def tuple_over_a_store(a: Any, b: Any, i: Any) -> Any:
    t = (a, (b, 2.0))
    a[i] = 1.0
    return t, b * 2.0, np.add(a, b, out=a)


PROGRAMS = (tuple_over_a_store, indexed, into_own, made_and_changed, divided, called, scattered)
PLACES = {
    "in order": [0, 2, 3],
    "twice": [1, 1, -1],
    "none": [],
    "out of range": [0, 99],
    "before the first": [1, -99],
}
#: So many come first that are within the axis.
WITHIN = 3
VALUES = {
    "plain": (1.0, 2.0),
    "zeros": (1.0, 0.0),
    "overflow": (1e308, 1e300),
    "nan": (np.nan, 1.0),
}


def observed(f: Any, *arguments: Any) -> dict[str, object]:
    arguments = tuple(x.copy("K") for x in arguments)
    facts: dict[str, object] = {}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            facts["result"] = f(*arguments)
        except Exception as e:
            facts["exception"] = exception_facts(e, skip=1)
    told = [(w.category.__name__, str(w.message), w.lineno) for w in caught]
    return (
        Snapshot({"result": facts.pop("result", None), "arguments": arguments}).facts | facts | {"told": told}
    )


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("f", PROGRAMS)
def test_programs(f: Any, values: str) -> None:
    fast = jit(f)
    base = np.linspace(0.5, 4.0, 8)
    with np.errstate(over="ignore"):
        a, b = base * VALUES[values][0], np.ceil(base) * VALUES[values][1]
    for turn, places in enumerate((*PLACES, *PLACES)):
        if turn == WITHIN and values == "plain":
            assert fast.stats().native > 0
        i = np.array(PLACES[places], int)
        assert not differences(observed(f, a, b, i), observed(fast, a, b, i)), places
    assert not fast._slipstream.bug


def test_masked() -> None:
    fast = jit(masked)
    rng = np.random.default_rng(1)
    for n in (10, 10, 1000, 10):
        a, b = rng.random(n), rng.random(n)
        for m in (b > 0.5, b > 2.0, np.ones(n, bool), np.ones(n + 1, bool)):
            assert not differences(observed(masked, a, b, m), observed(fast, a, b, m))
    assert fast.stats().native > 8


def test_own_arrays_make_one_region_without_exits() -> None:
    """What only the region has needs no place to go back to between stores."""
    fast = jit(into_own)
    told = str(fast.explain(np.ones(8), np.ones(8), np.array([1, 2])))
    assert "Runs natively as a whole" in told
    assert told.count("goes on in Python") <= 1


def test_read_only() -> None:
    a = np.arange(5.0)
    a.flags.writeable = False
    fast = jit(indexed)
    for _ in range(3):
        with pytest.raises(ValueError, match="read-only"):
            fast(a, np.ones(5), np.array([1]))
    np.testing.assert_array_equal(a, np.arange(5.0))


@pytest.mark.parametrize("state", ["raise", "warn", "ignore"])
def test_updates_are_undone_before_numpy_reports(state: Any) -> None:
    def f(a: Any, i: Any, v: Any) -> Any:
        np.add.at(a, i, v)
        return a * 2.0

    fast = jit(f)
    big = np.full(4, 1.7e308)
    for _ in range(3):
        with np.errstate(all=state):
            for i in (np.array([0, 1, 0, 0]), np.array([3, 2, 1, 0])):
                assert not differences(observed(f, big, i, big), observed(fast, big, i, big))
                assert not differences(observed(f, big, i, big * 0), observed(fast, big, i, big * 0))


def test_references() -> None:
    """What is handed to NumPy's own code is let go of."""
    import sys

    fast, a, b, i = jit(indexed), np.arange(8.0), np.ones(8), np.array([1, 2])
    m = a > 3
    other = jit(masked)
    for _ in range(4):
        fast(a, b, i), other(a, b, m)
    before = [sys.getrefcount(x) for x in (a, b, i, m)]
    for _ in range(1000):
        fast(a, b, i), other(a, b, m)
    assert [sys.getrefcount(x) for x in (a, b, i, m)] == before


WRITERS = (
    *("b.fill(v)", "np.copyto(b, v)", "np.copyto(b, v, casting='unsafe')", "np.putmask(b, m, v)"),
    *("np.place(b, m, v)", "np.put(b, i, v)", "np.put_along_axis(b, i, v, 0)", "np.fill_diagonal(c, v)"),
    *("np.add.at(b, i, v)", "np.subtract.at(b, [0], v)", "np.maximum.at(b, i, v)", "np.add.at(b, 1, v)"),
    *("b[i] = v", "b[m] = v", "b[1:] = v", "b[0] = v", "b += v"),
)


@pytest.mark.parametrize("text", WRITERS)
def test_what_a_store_reports_comes_from_its_line(text: str) -> None:
    def make() -> Callable[..., Any]:
        space: dict[str, Any] = {"np": np}
        source = f"def f(b, c, i, m, v):\n    x = 1\n    y = c * 2\n    {text}\n    return x, y\n"
        exec(compile(source, "<store>", "exec"), space)
        return space["f"]

    def arguments(dtype: str, v: Any) -> tuple[Any, ...]:
        return np.ones(5, dtype), np.ones((3, 3), dtype), np.array([0, 2, 2]), np.arange(5) % 2 == 0, v

    for dtype in ("i4", "u1", "u8", "f4", "c8"):
        for v in (1.5, float("nan"), 1e300, -3, 1 << 40, 1j, np.float64(1e300)):
            plain, fast = make(), jit(make())
            for _ in range(3):
                expected = outcome(plain, *arguments(dtype, v))
                assert not differences(expected, outcome(fast, *arguments(dtype, v))), (dtype, v)
