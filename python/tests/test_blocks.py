"""Tasks that go over large arrays a block of rows at a time; here blocks of a few bytes."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pytest
from differential.equal import Snapshot, differences
from differential.run import BLOCK
from slipstream import _native, jit

SHAPES = (
    (9, 70),
    (2, 40),
    (33, 5),
    (300, 3),
    (7, 1),
    (64, 2, 9),
    (5, 9, 4, 3),
    (40, 1, 6),
    (12, 300),
    (130,),
)
#: Bodies over a, which has these shapes, and b, which has its last axis.
BODIES = (
    "e = np.exp(a - np.max(a, axis=-1, keepdims=True)); return e / np.sum(e, axis=-1, keepdims=True)",
    "m = a.mean(axis=-1); s = a.std(axis=-1); return (a - m[..., None]) / s[..., None], s",
    "m = a.max(axis=-1); return m + np.log(np.exp(a - m[..., None]).sum(axis=-1))",
    "return a / np.sqrt((a * a).mean(axis=-1, keepdims=True)) * b",
    "e = np.exp(a); s = e.sum(axis=1); return e, s, np.sqrt(e) - e[:, :1]",
    "v = np.arctan(a) * b; w = v.max(axis=1); return v.sum(axis=-1), w, v.min(axis=-1) - v[..., 0]",
    "v = np.tanh(a); v *= 2; w = np.exp(v + b) - v; w /= w.max(axis=-1, keepdims=True); return w",
    "return ((a > 0) & (a < a.mean(axis=-1, keepdims=True))).any(axis=-1), a.prod(axis=-1)",
)
#: These have no large result that only they read.
OTHERS = (
    "v = np.tanh(a); w = np.exp(v + b); return w, w.sum(axis=0)",
    "return (a * b).sum(), a.max()",
    "return (a - a.max(axis=-1, keepdims=True)) * b",
    "v = np.exp(a * b); return np.sqrt(v - v.sum(axis=1, keepdims=True)), v[::2]",
    "s = a.sum(axis=-1, keepdims=True); n = a.shape[0] * 2; return np.log(a / s) * n",
)


@pytest.fixture(autouse=True, params=(32, 150, 600))
def small_blocks(request: pytest.FixtureRequest) -> Iterator[int]:
    _native.configure(block=request.param)
    yield request.param
    _native.configure(block=BLOCK)


def function(body: str) -> Any:
    space: dict[str, Any] = {"np": np}
    exec(compile(f"def f(a, b):\n    {body}\n", "<blocks>", "exec"), space)
    return space["f"]


def operand(random: Random, shape: tuple[int, ...], dtype: str, kind: str) -> np.ndarray:
    values = np.random.default_rng(random.randrange(1 << 30)).integers(1, 10, shape)
    a = (values / 4 if dtype[0] == "f" else values).astype(dtype)
    if kind == "special" and dtype[0] == "f":
        for x in (np.nan, -0.0, 0.0, np.inf, -np.inf, -1.5, 1e30, 1e-30):
            a.reshape(-1)[random.randrange(a.size)] = x
    layouts = {"f": np.asfortranarray, "every second": lambda x: np.repeat(x, 2, axis=0)[::2]}
    return np.asarray(layouts.get(kind, lambda x: x)(a))


def facts(f: Any, *args: Any) -> dict[str, object]:
    given = [x.copy(order="K") for x in args]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = f(*given)
        except Exception as e:
            result = repr(e)
    told = [(str(w.message), w.lineno) for w in caught]
    return Snapshot({"result": result, "args": given}).facts | {"warnings": told}


@pytest.mark.parametrize("body", BODIES + OTHERS)
def test_blocks_give_numpys_bits(body: str, small_blocks: int) -> None:
    random, f, before = Random(body), function(body), _native.blocks()
    fast = jit(f)
    for shape in SHAPES:
        for dtype in ("f8", "f4", "i4"):
            for kind in ("c", "special", "f", "every second"):
                a, b = operand(random, shape, dtype, kind), operand(random, shape[-1:], dtype, "c")
                for _ in range(2):
                    assert not differences(facts(f, a, b), facts(fast, a, b)), (body, shape, dtype, kind)
    assert not fast._slipstream.bug
    if small_blocks == 150:  # rows longer than a few blocks, and arrays of a few blocks, are left as they are
        assert (_native.blocks() > before) == (body in BODIES)


@pytest.mark.parametrize(
    "body",
    [
        "s = a.sum(axis=1); return np.exp(a * 2) - s",
        "s = a.sum(axis=1) * 2; v = np.exp(a) * s; return v / v.max(axis=1)[:, None]",
        "v = np.exp(a); s = v.max(axis=1); v -= s; return v / v.sum(axis=1, keepdims=True)",
        "s = a.mean(axis=1); t = np.exp(a - s[:, None]); return (t / s).sum(axis=1), t.max(axis=1) - s",
        "s = a.sum(axis=1, keepdims=True); s *= 2; return np.exp(a - s) + s[:, 0], np.exp(a) - a[:, :1] * s",
    ],
)
def test_rows_that_need_what_is_made_of_others(body: str) -> None:
    """Of square arrays, where a result of each row may be taken for one of each column."""
    random, f = Random(body), function(body)
    fast = jit(f)
    for n in (40, 9, 64):
        a = operand(random, (n, n), "f8", "c")
        for _ in range(3):
            assert not differences(facts(f, a, a[0]), facts(fast, a, a[0]))
    assert not fast._slipstream.bug


def test_large_arrays_run_in_blocks_and_small_ones_do_not() -> None:
    _native.configure(block=BLOCK)
    f = function(BODIES[0])
    fast = jit(f)
    for shape, expected in (((100, 100), 0), ((300, 1000), 1), ((2, 1 << 20), 0)):
        a = np.random.default_rng(1).random(shape)
        fast(a, a[0])
        before = _native.blocks()
        assert (fast(a, a[0]) == f(a, a[0])).all()
        assert _native.blocks() - before == expected


def test_what_is_reported_is_reported_once_and_in_order() -> None:
    f = function("v = np.exp(a * 400); return np.log(v / v.sum(axis=-1, keepdims=True)) / b")
    fast, a, b = jit(f), np.ones((50, 20)), np.ones(20)
    fast(a, b)
    for place, value, at in ((30, 5.0, "a"), (49, -1.0, "a"), (7, 0.0, "b")):
        x, y = a.copy(), b.copy()
        (x if at == "a" else y)[place % len(x if at == "a" else y)] = value
        assert not differences(facts(f, x, y), facts(fast, x, y))


def test_threads_run_blocks_at_once() -> None:
    f = function(BODIES[1])
    fast, found = jit(f), []
    arrays = [np.random.default_rng(n).random((400, 300)) for n in range(4)]
    fast(arrays[0], arrays[0][0])

    def work(a: np.ndarray) -> None:
        for _ in range(20):
            got, expected = fast(a, a[0]), f(a, a[0])
            found.append(all(x.tobytes() == y.tobytes() for x, y in zip(got, expected, strict=True)))

    threads = [threading.Thread(target=work, args=(a,)) for a in arrays]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert found == [True] * 80
