"""Lists, dicts and tuples that a region makes."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
from slipstream import jit


def as_dict(a: Any) -> Any:
    mean = a.mean()
    return {"mean": mean, "spread": np.sqrt(((a - mean) ** 2).mean()), "size": a.size, "of": a}


def as_list(a: Any) -> Any:
    return [a * 2, a.sum(), [a.ndim, "text", None], (a, [a])]


def looked_at(a: Any) -> Any:
    parts = {"low": a - 1, "high": a + 1}
    both = [parts["low"], parts["high"], parts]
    if parts and "low" in parts and len(both) == 3:
        low, high, _ = both
        return low * high + len(parts), both[-1]["low"]
    return None


def of_shapes(a: Any) -> Any:
    shape = (2,) + a.shape[1:] + (1,) * a.ndim
    return np.ones(shape) * 2, a.shape[::-1], a.shape[:-1] + (3,), np.zeros((a.shape + (2,))[-2:])  # noqa: RUF005


PROGRAMS = (as_dict, as_list, looked_at, of_shapes)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_programs(f: Any) -> None:
    fast = jit(f)
    for a in (np.arange(5.0), np.arange(6.0), np.ones(3), np.ones((2, 3)), np.ones((2, 3)), np.ones((2, 3))):
        assert repr(fast(a)) == repr(f(a))
    assert fast.stats().native > 2, fast.explain(np.ones((2, 3)))
    assert not fast._slipstream.bug


def test_the_argument_itself_is_inside() -> None:
    fast, a = jit(as_dict), np.arange(3.0)
    for _ in range(3):
        result = fast(a)
        assert result["of"] is a
        assert list(result) == ["mean", "spread", "size", "of"]


def test_each_call_makes_its_own() -> None:
    fast, a = jit(as_list), np.arange(3.0)
    first, second = fast(a), fast(a)
    assert first is not second
    first.append(1)
    first[2].append(1)
    assert [len(part) for part in (second, second[2], fast(a)[2])] == [4, 3, 3]


def test_two_names_have_one_list() -> None:
    def f(a: Any) -> Any:
        x = y = [a * 2, a + 1]
        z = {"x": x, "y": (y,)}
        print(end="")  # Python goes on here
        x.append(1)
        return len(y), x is y, z["x"] is z["y"][0] is x, a * 3

    fast, a = jit(f), np.arange(3.0)
    for _ in range(4):
        assert repr(fast(a)) == repr(f(a)) == repr((3, True, True, a * 3))


def test_a_list_that_changes() -> None:
    def f(a: Any, values: list[Any]) -> Any:
        x = [a * 2]
        y = x
        x.append(a + 1)
        y += [a - 1]
        values[0] = a * a
        return x, y is x, {**{"x": x}, "y": 1}

    fast, a = jit(f), np.arange(3.0)
    for _ in range(4):
        assert repr(fast(a, [1])) == repr(f(a, [1]))


def test_a_list_holds_what_python_can_see() -> None:
    """An array that only a list of a dead local holds lives to the end of the call."""

    def f(a: Any, r: Any) -> Any:
        held = [a]  # noqa: F841
        a = a * 2 + 1
        print(end="")
        return a * 3, r() is None

    fast = jit(f)
    for _ in range(4):
        outcomes = []
        for g in (f, fast):
            arrays = [np.arange(3.0)]
            r = weakref.ref(arrays[0])
            outcomes.append(repr(g(arrays.pop(), r)))
            gc.collect()
            outcomes.append(repr(r() is None))
        assert outcomes[:2] == outcomes[2:]


def test_keys_that_are_no_texts() -> None:
    def f(a: Any, k: Any) -> Any:
        return {1: a * 2, k: a + 1}, {"x": a, "x": a * 2}  # noqa: F601

    fast, a = jit(f), np.arange(3.0)
    for k in ("x", 1, "x"):
        assert repr(fast(a, k)) == repr(f(a, k))


def test_lists_of_unpacked_ones_are_told_apart() -> None:
    def f(a: Any) -> Any:
        x, y = [*a.shape, a * 2], [*a.shape, a + 1]
        return x, y, [x, y]

    fast, a = jit(f), np.ones((2, 3))
    for _ in range(3):
        x, y, both = fast(a)
        assert repr((x, y, both)) == repr(f(a))
        assert x is not y
        assert both[0] is x
        assert both[1] is y


def test_a_tuple_by_two_names_is_one() -> None:
    def f(a):
        t = (a, a * 2.0 + 1.0)
        u = t
        return u, t, (t[0], t[1])

    fast = jit(f)
    for _ in range(3):
        u, t, other = fast(np.arange(5.0))
        assert u is t
        assert other is not t
    assert fast.stats().native > 0
