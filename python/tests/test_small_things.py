"""What library code does between its array operations: texts, lists, unions of classes, element types."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.run import hits
from slipstream import jit


def compares_texts(a, how):
    if how == "periodic":
        return a * 2.0 + 1.0
    if how != "none" and [a] != "x":
        a = a - 1.0
    return np.sqrt(a * a + 1.0)


def repeats(a, n):
    index = [slice(None)] * a.ndim
    index += [None]
    shape = [2] + [3] * n
    b = np.ones(shape) + 1.0
    return b * 2.0, a[tuple(index)] + len(shape)


def of_unions(a, x):
    if isinstance(x, int | float):
        a = a + x
    if isinstance(a, np.ndarray | list | str):
        a = a * 2.0 + 1.0
    return a


def iterates(a, b):
    if any(a > 2.0) or not all(b < 5.0):
        a = a * 0.5
    return (a + min(b)) / max(b), sum(a)


def from_lists(a, items):
    b = np.asarray(items)
    return a + b[0] * 2.0, np.concatenate([b, b]) + 1.0


def of_types(a, t):
    b = np.zeros(a.shape, dtype=t) + 1
    return b, a.astype(t) + b


def complex_numbers(a, f):
    w = 2j * np.pi * f
    return np.exp(w * a) * (1.0 + w)


def moved(a, axis):
    b = np.moveaxis(a, axis, 0) + 1.0
    return b * 2.0


def of_parts(*args):
    given = list(args)
    arrays, others = given[:2], given[2:]
    kind = "f" + "d"
    if arrays[0].dtype.char in kind + "D" and arrays[0].flags.aligned and arrays[0].flags["A"]:
        return arrays[0] * arrays[1] + 1.0, others, given[::-1][0] * 2.0
    return arrays[0] - 1.0


def checked(a, b):
    a = np.asarray_chkfinite(a)
    c = np.zeros(np.broadcast_shapes(a.shape, b.shape)) + a
    return c * b + 1.0


def changes_lists(a, n):
    index = [slice(None)] * a.ndim
    same = index
    index[-1] = slice(0, n)
    index += [None]
    parts = []
    parts.append(a[tuple(same)] * 2.0)
    pair = (parts, index)
    parts.extend([a + 1.0, n])
    options = {"first": 1}
    options["second"] = options
    return pair, same, len(pair[0]), parts[-1]


def sets_items(a, n):
    options, names = {"scale": 2.0}, [None] * 3
    options["shift"] = a + 1.0
    options["scale"] = 3.0
    names[n] = options
    more = names
    more[0] = "first"
    return a * options["scale"] + options["shift"], names, more is names


TYPES = [np.float32, np.float64, np.complex128]


def asks_types(a):
    if a.dtype is np.dtype("O") or not hasattr(a.dtype, "kind") or hasattr(a.dtype, "nothing"):
        return a
    if np.dtype(a.dtype) not in TYPES:
        a = a.astype(np.float64)
    return a * 2.0 + 1.0


def makes_sets(a, b, how):
    shapes = {v.shape for v in (a, b)}
    if len(shapes) != 1:
        b = np.broadcast_to(b, a.shape)
    if how in {"up", "down", b.ndim} and a.dtype in {np.dtype("f8"), np.dtype("f4")}:
        a = a * 2.0
    (kind,) = {type(a), type(b)}
    return a + b, kind is np.ndarray, len({"x", how, None})


A = np.arange(3.0)
CASES: list[tuple[Callable[..., Any], list[tuple[Any, ...]]]] = [
    (compares_texts, [(A, "periodic"), (A, True), (A, None), (A, 2.5), (A, "none"), (A, (1, 2))]),
    (repeats, [(A, 2), (A, 1), (A, 0), (A, -1), (A, True), (np.ones((2, 2)), 2)]),
    (of_unions, [(A, 1), (A, 2.5), (A, None), (A, "text"), (A, np.float64(2)), (A, A)]),
    (
        iterates,
        [(A, A), (A, A + 9), (A - 3, -A), (A.astype("f4"), A), (np.arange(4), np.arange(4)), (A, A * np.nan)],
    ),
    (
        from_lists,
        [
            (A, [1, 2]),
            (A, [1.5, 2]),
            (A, [True, 2.5]),
            (A, [[1, 2, 3], [3, 4, 5]]),
            (A, [A, A]),
            (A, [1, 2, 3]),
        ],
    ),
    (
        of_types,
        [(A, np.dtype("f4")), (A, np.dtype("i8")), (A, np.dtype(">f8")), (A, np.dtype("c16")), (A, "f4")],
    ),
    (complex_numbers, [(A, 2.0), (A, 3), (A, np.inf), (A, True)]),
    (of_parts, [(A, A), (A, A, A), (A.astype("f4"), A, A), (A.astype("i8"), A)]),
    (checked, [(A, A), (A, np.ones((2, 3))), (A.astype("i8"), A), (np.ones((2, 1)), A)]),
    (sets_items, [(A, 1), (A, 2), (A, -1), (A, 0)]),
    (asks_types, [(A,), (A.astype("f4"),), (A.astype("i8"),), (A > 1,), (A * 1j,)]),
    (makes_sets, [(A, A, "up"), (A, A, "x"), (np.ones((2, 3)), A, "down"), (A, A[:1], None), (A > 1, A, 1)]),
    (moved, [(np.ones((2, 3, 4)), 1), (np.ones((2, 3, 4)), 2), (np.ones((2, 3, 4)), -1), (A, 0)]),
]


@pytest.mark.parametrize(("f", "calls"), CASES, ids=lambda x: getattr(x, "__name__", ""))
def test_the_results_are_those_of_python(f: Callable[..., Any], calls: list[tuple[Any, ...]]) -> None:
    fast = jit(f)
    for _ in range(3):
        for args in calls:
            with np.errstate(all="ignore"):
                assert repr(fast(*args)) == repr(f(*args))
    assert hits(fast) >= len(calls)


@pytest.mark.parametrize(("f", "calls"), CASES, ids=lambda x: getattr(x, "__name__", ""))
def test_a_call_runs_natively_as_a_whole(f: Callable[..., Any], calls: list[tuple[Any, ...]]) -> None:
    fast = jit(f)
    for _ in range(4):
        fast(*calls[0])
    assert "Runs natively as a whole" in str(fast.explain(*calls[0]))


def test_an_axis_out_of_range_raises() -> None:
    fast = jit(moved)
    for axis in (0, 3, 1):
        for f in (fast, moved):
            if axis < 2:
                f(np.ones((2, 3)), axis)
                continue
            with pytest.raises(np.exceptions.AxisError, match="out of bounds"):
                f(np.ones((2, 3)), axis)


def test_an_empty_array_has_no_largest_element() -> None:
    def largest(a):
        return (a + 1.0) / max(a)

    fast = jit(largest)
    for a in (A, A[:0], A):
        for f in (fast, largest):
            if a.size:
                f(a)
                continue
            with pytest.raises(ValueError, match="empty"):
                f(a)


state = threading.local()
CONFIG = {"scale": 2.0, "how": "up"}


def current() -> dict[str, Any]:
    if not hasattr(state, "config"):
        state.config = CONFIG.copy()
    found: dict[str, Any] = state.config
    return found


def configured() -> dict[str, Any]:
    return current().copy()


def of_the_thread(a):
    options = dict(configured(), extra=1) if a.ndim > 1 else dict(configured())
    factor = options["scale"] if options.get("how") == "up" else 1.0
    return (a + 1.0) * factor, dict(how=a * factor)  # noqa: C408


def test_what_a_thread_has_is_read_in_each_call() -> None:
    fast = jit(of_the_thread)

    def work() -> None:
        for scale in (3.0, 4.0, 5):
            current()["scale"] = scale
            assert repr(fast(A)) == repr(of_the_thread(A))
        del state.config
        assert repr(fast(A)) == repr(of_the_thread(A))
        current()["more"] = A
        assert repr(fast(A)) == repr(of_the_thread(A))

    for _ in range(3):
        work()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert hits(fast) > 10


def deep(a, n):
    return a * 2.0 + 1.0 if n == 0 else None


def one(a):
    return two(a)


def two(a):
    return three(a)


def three(a):
    return four(a)


def four(a):
    return five(a)


def five(a):
    return six(a) - 1.0


def six(a):
    return np.sqrt(deep(a, 0))


def test_functions_within_functions() -> None:
    fast = jit(one)
    for _ in range(3):
        assert repr(fast(A)) == repr(one(A))
    assert "Runs natively as a whole" in str(fast.explain(A))


def given(parts, more):
    parts.append(more)
    return more * 2.0


def changes_what_others_have(a, n):
    parts = [a]
    y = given(parts, a + n)
    for part in parts:
        y = y + part
    total = [parts, [v * 1.0 for v in parts]]
    parts.append(y)
    return total, y


def test_changes_that_others_may_see_are_left_to_python() -> None:
    for f in (changes_what_others_have, changes_lists):
        fast = jit(f)
        for n in (1, 2, 1, 3):
            assert repr(fast(A, n)) == repr(f(A, n))


def test_a_list_has_one_identity_behind_a_change() -> None:
    def f(a, keep):
        x = [a * 2.0, a]
        y = x
        x.append(a + 1.0)
        keep.append(y)
        return x, y, a * 3.0

    fast = jit(f)
    for _ in range(3):
        kept: list[Any] = []
        x, y, _z = fast(A, kept)
        assert x is y is kept[0]
        assert len(x) == 3


def test_an_index_out_of_range_raises() -> None:
    def f(a, n):
        x = [a * 2.0]
        x[n] = a + 1.0
        return x

    fast = jit(f)
    assert repr(fast(A, 0)) == repr(f(A, 0))
    for _ in range(3):
        with pytest.raises(IndexError):
            fast(A, 1)


def test_what_has_no_hash_raises() -> None:
    def f(a):
        return a + len({(1, [2])})

    fast = jit(f)
    for _ in range(2):
        with pytest.raises(TypeError, match="unhashable"):
            fast(A)


def test_many_results_of_one_loop() -> None:
    """Sixteen arrays, and as many results: more operands than one kernel may have."""

    def f(arrays, a):
        differences = [x - a for x in arrays]
        return differences, [(x + 1.0) / 2.0 for x in differences]

    fast, arrays = jit(f), [A + k for k in range(16)]
    for _ in range(3):
        assert repr(fast(arrays, A)) == repr(f(arrays, A))
    assert fast._slipstream.bug is None
    assert hits(fast) > 0
